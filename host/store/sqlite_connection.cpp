#include "host/store/sqlite_connection.hpp"

#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include <charconv>

#include "host/base/log.hpp"
#include "host/base/text.hpp"
#include "host/store/sql_guard.hpp"
#include "host/store/sql_lexer.hpp"
#include "host/store/sqlite_errors.hpp"

namespace opsflux::store {
namespace {

using namespace sqlite_api;
using Steady = std::chrono::steady_clock;

constexpr int kBusyTimeoutSeconds = 10;        // for another process: a tool beside the server
constexpr std::size_t kStreamBatch = 1000;     // rows that have the statement timeout for themselves
constexpr int kProgressInstructions = 50'000;  // between looks at the clock; about half a millisecond

constexpr int kMaxValueBytes = 256 << 20;  // of one value or row, as made by SQL too

struct Statement {
  explicit Statement(sqlite3_stmt* prepared) : stmt(prepared) {}
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  ~Statement() { sqlite3_finalize(stmt); }

  sqlite3_stmt* const stmt;
  std::vector<int> places;    // of $1, $2, ...: SQLite's index of the parameter
  bool changes_rows = false;  // sqlite3_changes is about this statement
  bool running = false;
};

class SqliteRow final : public Row {
 public:
  explicit SqliteRow(sqlite3_stmt* stmt) : stmt_(stmt) {}

  int columns() const override { return sqlite3_data_count(stmt_); }
  std::string_view name(int column) const override {
    const char* name = sqlite3_column_name(stmt_, column);
    return name ? name : "";
  }
  bool is_null(int column) const override { return sqlite3_column_type(stmt_, column) == SQLITE_NULL; }
  std::int64_t i64(int column) const override { return sqlite3_column_int64(stmt_, column); }
  double f64(int column) const override { return sqlite3_column_double(stmt_, column); }
  bool boolean(int column) const override { return sqlite3_column_int64(stmt_, column) != 0; }

  std::string_view text(int column) const override {
    // SQLite's own text of a real has 15 digits, too few to read the same number back.
    if (sqlite3_column_type(stmt_, column) == SQLITE_FLOAT) return real_text(column);
    const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(stmt_, column));
    return bytes ? std::string_view(bytes, static_cast<std::size_t>(sqlite3_column_bytes(stmt_, column)))
                 : std::string_view();
  }

  ValueKind kind(int column) const override {
    switch (sqlite3_column_type(stmt_, column)) {
      case SQLITE_NULL:
        return ValueKind::kNull;
      case SQLITE_INTEGER:
        return declared_boolean(column) ? ValueKind::kBoolean : ValueKind::kInteger;
      case SQLITE_FLOAT:
        return ValueKind::kReal;
      default:
        return ValueKind::kText;
    }
  }

 private:
  std::string_view real_text(int column) const {
    std::array<char, 32> buffer;
    const auto end =
        std::to_chars(buffer.data(), buffer.data() + buffer.size(), sqlite3_column_double(stmt_, column));
    return reals_.emplace_back(buffer.data(), end.ptr);
  }
  bool declared_boolean(int column) const {
    const char* declared = sqlite3_column_decltype(stmt_, column);
    return declared && to_lower_ascii(declared) == "boolean";
  }

  sqlite3_stmt* stmt_;
  mutable std::deque<std::string> reals_;
};

class SqliteConnection final : public Connection {
 public:
  SqliteConnection(std::unique_ptr<soci::session> session, const SqliteSettings& settings)
      : session_(std::move(session)),
        db_(static_cast<soci::sqlite3_session_backend*>(session_->get_backend())->conn_),
        settings_(settings),
        authorizer_(settings.access),
        own_statements_(32),
        host_statements_(settings.cached_statements) {}

  ~SqliteConnection() override {
    // Statements have to go before the session that SOCI closes.
    own_statements_.clear();
    host_statements_.clear();
    owner_statements_.clear();
  }

  Result<void> prepare_session() {
    sqlite3_extended_result_codes(db_, 1);
    sqlite3_db_config(db_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    sqlite3_db_config(db_, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
    // "text" in double quotes is a name, as on PostgreSQL, never silently a string.
    sqlite3_db_config(db_, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
    sqlite3_db_config(db_, SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
    sqlite3_limit(db_, SQLITE_LIMIT_LENGTH, kMaxValueBytes);
    sqlite3_set_authorizer(db_, &SqliteConnection::authorize, this);
    sqlite3_progress_handler(db_, kProgressInstructions, &SqliteConnection::progress, this);
    if (settings_.access == Access::kWrite) sqlite3_update_hook(db_, &SqliteConnection::row_changed, this);

    const bool writer = settings_.access == Access::kWrite;
    if (writer) TRY(run_own("PRAGMA journal_mode = WAL"));
    TRY(run_own(settings_.durable ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = OFF"));
    TRY(run_own("PRAGMA foreign_keys = ON"));
    TRY(run_own("PRAGMA temp_store = MEMORY"));
    TRY(run_own(writer ? "PRAGMA cache_size = -16384" : "PRAGMA cache_size = -8192"));
    TRY(run_own("PRAGMA cell_size_check = ON"));
    TRY(run_own("PRAGMA case_sensitive_like = ON"));  // as on PostgreSQL
    if (writer) {
      TRY(run_own("PRAGMA wal_autocheckpoint = 2000"));
      TRY(run_own("PRAGMA journal_size_limit = 67108864"));
      // A table of a million rows and ten indexes is then looked at in some milliseconds.
      TRY(run_own("PRAGMA analysis_limit = 1000"));
    } else {
      TRY(run_own("PRAGMA query_only = ON"));
    }
    // A table-valued function writes the catalogue, as the authorizer sees it, when it is first used.
    for (const char* table :
         {"json_each('[]')", "json_tree('[]')", "pragma_table_info('')", "pragma_index_list('')",
          "pragma_index_info('')", "pragma_foreign_key_list('')"}) {
      TRY(run_own(std::string("SELECT 1 FROM ") + table));
    }
    own_statements_.clear();
    return {};
  }

  bool read_only_file() const { return sqlite3_db_readonly(db_, "main") == 1; }

  Dialect dialect() const override { return Dialect::kSqlite; }

  Result<std::int64_t> execute(std::string_view sql, Params params) override {
    TRY_ASSIGN(statement, prepared(sql));
    TRY(run_noting(*statement, sql, params, [](const Row&) { return true; }));
    return statement->changes_rows ? sqlite3_changes64(db_) : 0;
  }

  Result<void> query(std::string_view sql, Params params, function_ref<bool(const Row&)> on_row) override {
    TRY_ASSIGN(statement, prepared(sql));
    return run_noting(*statement, sql, params, on_row);
  }

  // SQLite makes each row when it is asked for.
  Result<void> stream(std::string_view sql, Params params, function_ref<bool(const Row&)> on_row) override {
    TRY_ASSIGN(statement, prepared(sql));
    if (!sqlite3_stmt_readonly(statement->stmt)) return fail(statement_error("only a SELECT streams", sql));
    std::size_t rows = 0;
    return run(*statement, sql, params, [&](const Row& row) {
      if (++rows % kStreamBatch == 0) deadline_ = Steady::now() + settings_.statement_timeout;
      return on_row(row);
    });
  }

  Result<void> script(std::string_view sql) override {
    for (int number = 1; !sql.empty(); ++number) {
      const char* tail = sql.data() + sql.size();
      if (auto done = run_first(sql, tail); !done) {
        return fail(std::move(done).error().with("statement", std::to_string(number)));
      }
      sql.remove_prefix(static_cast<std::size_t>(tail - sql.data()));
    }
    return {};
  }

  Result<void> begin() override {
    savepoints_ = 0;
    return run_own(settings_.access == Access::kWrite ? "BEGIN IMMEDIATE" : "BEGIN");
  }

  Result<void> commit() override {
    auto committed = run_own("COMMIT");
    if (!committed) rollback();
    return committed;
  }

  void rollback() override {
    if (sqlite3_get_autocommit(db_)) return;
    if (auto undone = run_own("ROLLBACK"); !undone && !sqlite3_get_autocommit(db_)) {
      log::error("store.rollback_failed", undone.error());
      broken_ = true;
    }
  }

  Result<void> savepoint() override { return run_own("SAVEPOINT s" + std::to_string(++savepoints_)); }
  Result<void> release() override { return run_own("RELEASE s" + std::to_string(savepoints_--)); }
  Result<void> rollback_to() override {
    if (auto undone = run_own("ROLLBACK TO s" + std::to_string(savepoints_)); !undone) {
      --savepoints_;
      return undone;
    }
    return release();
  }

  bool in_transaction() const override { return !sqlite3_get_autocommit(db_); }
  bool broken() const override { return broken_; }

  TableChanges take_changes() override {
    last_changed_.clear();
    return std::exchange(changes_, {});
  }

  Result<void> check() override {
    std::string findings;
    TRY_ASSIGN(statement, own_statement("PRAGMA quick_check(5)"));
    TRY(run(*statement, "quick_check", {}, [&](const Row& row) {
      if (row.text(0) != "ok") findings += (findings.empty() ? "" : "; ") + row.string(0);
      return true;
    }));
    if (findings.empty()) return {};
    return fail(Error::internal("store.corrupt", "The database file is damaged.").because(findings));
  }

 private:
  static int authorize(void* self, int action, const char* first, const char* second, const char* database,
                       const char*) {
    return static_cast<SqliteConnection*>(self)->authorizer_.allows(action, first, second, database)
               ? SQLITE_OK
               : SQLITE_DENY;
  }
  static int progress(void* self) { return Steady::now() > static_cast<SqliteConnection*>(self)->deadline_; }

  static void row_changed(void* self, int, const char*, const char* table, sqlite3_int64) {
    auto& connection = *static_cast<SqliteConnection*>(self);
    ++connection.rows_changed_;
    if (connection.last_changed_ == table) return;
    connection.last_changed_ = table;
    connection.changes_.tables.insert(connection.last_changed_);
  }

  Error error(int code, std::string_view sql) {
    if (auto denied = authorizer_.take_denied()) return std::move(*denied);
    const int extended =
        (code & 0xff) == (sqlite3_extended_errcode(db_) & 0xff) ? sqlite3_extended_errcode(db_) : code;
    const int system = (extended & 0xff) == SQLITE_IOERR || (extended & 0xff) == SQLITE_CANTOPEN
                           ? sqlite3_system_errno(db_)
                           : 0;
    return sqlite_error(extended, system, sqlite3_errmsg(db_), sql);
  }

  StatementCache<Statement>& cache() {
    if (scope_.host()) return host_statements_;
    // What was prepared for one owner was authorized for that owner only.
    const std::string key = scope_.owner + (scope_.rights == OwnerRights::kSchema ? "!" : "");
    return owner_statements_.try_emplace(key, settings_.cached_statements / 4 + 1).first->second;
  }

  Result<std::shared_ptr<Statement>> prepared(std::string_view sql) {
    auto& statements = cache();
    if (auto known = statements.find(sql); known && !known->running) return known;
    if (!scope_.host()) TRY(check_module_sql(sql, scope_));
    const char* tail = nullptr;
    TRY_ASSIGN(fresh, prepare(sql, &tail));
    if (!fresh) return fail(statement_error("there is no statement", sql));
    if (!first_word(std::string_view(tail, static_cast<std::size_t>(sql.data() + sql.size() - tail)))
             .empty()) {
      return fail(statement_error("more than one statement", sql));
    }
    if (!statements.find(sql)) statements.insert(sql, fresh);
    return fresh;
  }

  // The first statement of a script; `tail` is where the next one starts.
  Result<void> run_first(std::string_view sql, const char*& tail) {
    TRY_ASSIGN(statement, prepare(sql, &tail));
    if (!statement) return {};
    const std::string_view text = sql.substr(0, static_cast<std::size_t>(tail - sql.data()));
    if (!scope_.host()) TRY(check_module_sql(text, scope_));
    return run_noting(*statement, text, {}, [](const Row&) { return true; });
  }

  // Null: only white space and comments up to the tail.
  Result<std::shared_ptr<Statement>> prepare(std::string_view sql, const char** tail) {
    const std::string word = first_word(sql);
    const bool ddl = word == "create" || word == "alter" || word == "drop";
    authorizer_.set_scope(&scope_);
    authorizer_.start(ddl);
    sqlite3_stmt* stmt = nullptr;
    const int code = sqlite3_prepare_v3(db_, sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &stmt, tail);
    if (code != SQLITE_OK) return fail(error(code, sql));
    if (!stmt) return std::shared_ptr<Statement>();
    auto statement = std::make_shared<Statement>(stmt);
    statement->changes_rows =
        word == "insert" || word == "update" || word == "delete" || word == "replace" || word == "with";
    TRY(place_parameters(*statement, sql));
    return statement;
  }

  Result<void> place_parameters(Statement& statement, std::string_view sql) {
    const int count = sqlite3_bind_parameter_count(statement.stmt);
    statement.places.resize(static_cast<std::size_t>(count), 0);
    for (int place = 1; place <= count; ++place) {
      const char* name = sqlite3_bind_parameter_name(statement.stmt, place);
      const auto number = name && name[0] == '$' ? parse_int(name + 1) : std::nullopt;
      if (!number || *number < 1 || *number > count) {
        return fail(statement_error("parameters are $1, $2, ... without a gap", sql));
      }
      statement.places[static_cast<std::size_t>(*number - 1)] = place;
    }
    return {};
  }

  static Error statement_error(std::string_view why, std::string_view sql) {
    return Error::internal("store.failed", "The database refused a statement.")
        .because(std::string(why) + ": " + std::string(sql.substr(0, 400)));
  }

  void bind(sqlite3_stmt* stmt, int place, const Value& value) {
    // Text is not copied: parameters live until the call returns, and every run binds all of them anew.
    switch (value.index()) {
      case 0:
        sqlite3_bind_null(stmt, place);
        break;
      case 1:
        sqlite3_bind_int(stmt, place, std::get<bool>(value));
        break;
      case 2:
        sqlite3_bind_int64(stmt, place, std::get<std::int64_t>(value));
        break;
      case 3:
        sqlite3_bind_double(stmt, place, std::get<double>(value));
        break;
      default: {
        const std::string_view text = std::get<std::string_view>(value);
        // A null pointer would bind NULL instead of empty text.
        sqlite3_bind_text(stmt, place, text.data() ? text.data() : "", static_cast<int>(text.size()),
                          SQLITE_STATIC);
      }
    }
  }

  // A statement while it runs, also out of a callback that throws. One may run inside the callback of
  // another: the outer deadline comes back.
  struct Run {
    Run(SqliteConnection& owner, Statement& running)
        : connection(owner),
          statement(running),
          outer_deadline(std::exchange(owner.deadline_, Steady::now() + owner.settings_.statement_timeout)) {
      statement.running = true;
    }
    ~Run() {
      sqlite3_reset(statement.stmt);
      statement.running = false;
      connection.deadline_ = outer_deadline;
    }
    SqliteConnection& connection;
    Statement& statement;
    const Steady::time_point outer_deadline;
  };

  Result<void> run(Statement& statement, std::string_view sql, Params params,
                   function_ref<bool(const Row&)> on_row) {
    if (params.size() != statement.places.size()) {
      return fail(statement_error(std::to_string(params.size()) + " values for " +
                                      std::to_string(statement.places.size()) + " parameters",
                                  sql));
    }
    for (std::size_t i = 0; i < params.size(); ++i) {
      if (std::holds_alternative<std::string_view>(params[i]) &&
          std::get<std::string_view>(params[i]).size() > kMaxValueBytes) {
        return fail(Error::invalid("store.bad_value", "A value cannot be stored: it is too long."));
      }
      bind(statement.stmt, statement.places[i], params[i]);
    }
    const Run running(*this, statement);
    int code = SQLITE_ROW;
    while ((code = sqlite3_step(statement.stmt)) == SQLITE_ROW) {
      if (!on_row(SqliteRow(statement.stmt))) break;
    }
    if (code != SQLITE_ROW && code != SQLITE_DONE) return fail(error(code, sql));
    return {};
  }

  // The same, and notes which tables it changes. SQLite tells of each row, but not of those that a DELETE
  // without WHERE takes all at once, nor of changes to tables themselves.
  Result<void> run_noting(Statement& statement, std::string_view sql, Params params,
                          function_ref<bool(const Row&)> on_row) {
    if (sqlite3_stmt_readonly(statement.stmt)) return run(statement, sql, params, on_row);
    const std::uint64_t told = rows_changed_;
    auto result = run(statement, sql, params, on_row);
    if (!statement.changes_rows || (told == rows_changed_ && sqlite3_changes64(db_) > 0)) changes_.all = true;
    return result;
  }

  Result<std::shared_ptr<Statement>> own_statement(std::string_view sql) {
    const SqliteAuthorizer::Internal internal(authorizer_);
    if (auto known = own_statements_.find(sql)) return known;
    const Scope scope = std::exchange(scope_, Scope{});
    const char* tail = nullptr;
    auto fresh = prepare(sql, &tail);
    scope_ = scope;
    if (fresh) own_statements_.insert(sql, *fresh);
    return fresh;
  }

  Result<void> run_own(std::string_view sql) {
    TRY_ASSIGN(statement, own_statement(sql));
    const SqliteAuthorizer::Internal internal(
        authorizer_);  // it may be prepared again when the schema changed
    return run(*statement, sql, {}, [](const Row&) { return true; });
  }

  std::unique_ptr<soci::session> session_;
  sqlite3* const db_;
  const SqliteSettings settings_;
  SqliteAuthorizer authorizer_;
  StatementCache<Statement> own_statements_;
  StatementCache<Statement> host_statements_;
  std::map<std::string, StatementCache<Statement>> owner_statements_;
  Steady::time_point deadline_ = Steady::time_point::max();
  int savepoints_ = 0;
  bool broken_ = false;
  TableChanges changes_;      // not taken yet
  std::string last_changed_;  // the newest of changes_.tables
  std::uint64_t rows_changed_ = 0;
};

}  // namespace

void prepare_sqlite_library() {
  static std::once_flag once;
  std::call_once(once, [] {
    // A connection is used by one thread at a time, so SQLite's lock in each is not needed; and its memory
    // statistics take one lock for all threads. Refused when SQLite already runs: then it is only slower.
    sqlite3_config(SQLITE_CONFIG_MULTITHREAD);
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    sqlite3_initialize();
  });
}

Result<std::unique_ptr<Connection>> open_sqlite(const SqliteSettings& settings) {
  prepare_sqlite_library();
  std::unique_ptr<soci::session> session;
  try {
    session = std::make_unique<soci::session>(
        soci::sqlite3, "dbname=\"" + settings.file + "\" timeout=" + std::to_string(kBusyTimeoutSeconds));
  } catch (const soci::sqlite3_soci_error& error) {
    return fail(sqlite_error(error.result(), 0, error.what(), ""));
  } catch (const std::exception& error) {
    return fail(Error::internal("store.failed", "The database cannot be opened.").because(error.what()));
  }
  auto connection = std::make_unique<SqliteConnection>(std::move(session), settings);
  TRY(connection->prepare_session());
  if (settings.access == Access::kWrite && connection->read_only_file()) {
    return fail(
        Error::unavailable("store.read_only", "The database file " + settings.file + " cannot be written to.")
            .with("file", settings.file));
  }
  return std::unique_ptr<Connection>(std::move(connection));
}

}  // namespace opsflux::store
