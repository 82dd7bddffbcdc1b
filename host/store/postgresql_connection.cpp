#include "host/store/postgresql_connection.hpp"

#include <soci/postgresql/soci-postgresql.h>
#include <soci/soci.h>

#include <map>

#include "host/base/log.hpp"
#include "host/base/text.hpp"
#include "host/store/postgresql_errors.hpp"
#include "host/store/postgresql_params.hpp"
#include "host/store/postgresql_row.hpp"
#include "host/store/sql_guard.hpp"
#include "host/store/sql_lexer.hpp"
#include "host/store/statement_cache.hpp"

namespace opsflux::store {
namespace {

// A statement prepared on the server. The name is given back when the last user lets go of it.
struct Statement {
  Statement(std::string given, std::vector<std::string>& given_back)
      : name(std::move(given)), to_deallocate(&given_back) {}
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  ~Statement() { to_deallocate->push_back(std::move(name)); }

  std::string name;
  std::vector<std::string>* to_deallocate;
};

// A statement that waits to be sent with the next one; without a statement it is text.
struct Queued {
  std::shared_ptr<Statement> statement;
  std::string sql;
  std::unique_ptr<TextParams> params;  // which points into itself
};

bool worth_preparing(std::string_view word) {
  return word == "select" || word == "insert" || word == "update" || word == "delete" || word == "with";
}

class PostgresqlConnection final : public Connection {
 public:
  PostgresqlConnection(std::unique_ptr<soci::session> session, const PostgresqlSettings& settings)
      : session_(std::move(session)),
        pg_(static_cast<soci::postgresql_session_backend*>(session_->get_backend())->conn_),
        settings_(settings),
        host_statements_(settings.cached_statements),
        reader_statements_(settings.cached_statements) {
    PQsetNoticeProcessor(
        pg_, [](void*, const char*) {}, nullptr);
  }

  Result<void> prepare_session() {
    const std::string timeout = std::to_string(settings_.statement_timeout.count());
    TRY(
        run_own("SET client_encoding = 'UTF8'; SET timezone = 'UTC'; SET datestyle = 'ISO, YMD'; "
                "SET intervalstyle = 'iso_8601'; SET bytea_output = 'hex'; SET extra_float_digits = 1; "
                "SET standard_conforming_strings = on; SET row_security = on; SET xmloption = 'document'; "
                "SET cursor_tuple_fraction = 1; "
                "SET statement_timeout = " +
                timeout + "; SET idle_in_transaction_session_timeout = 0" +
                (settings_.durable ? "" : "; SET synchronous_commit = off")));
    return look_for_schemas();
  }

  Dialect dialect() const override { return Dialect::kPostgresql; }

  Result<std::int64_t> execute(std::string_view sql, Params params) override {
    TRY_ASSIGN(result, run(sql, params));
    return parse_int(PQcmdTuples(result.get())).value_or(0);
  }

  Result<void> post(std::string_view sql, Params params) override {
    TRY(apply_scope());
    TRY_ASSIGN(statement, prepared(sql));
    if (!statement) return run_once(sql, params).map([](const PgResult&) {});
    queue_.push_back({std::move(statement), std::string(sql), std::make_unique<TextParams>(params)});
    return queue_.size() < kMostQueued ? Result<void>() : flush();
  }

  Result<void> query(std::string_view sql, Params params, function_ref<bool(const Row&)> on_row) override {
    TRY_ASSIGN(result, run(sql, params));
    const int rows = PQntuples(result.get());
    for (int row = 0; row < rows; ++row) {
      if (!on_row(PostgresqlRow(result.get(), row))) break;
    }
    return {};
  }

  // A cursor, and not libpq's single rows: the connection is free between batches, so that other statements
  // may run inside `on_row` and an early end needs no cancelling, which would undo the transaction.
  Result<void> stream(std::string_view sql, Params params, function_ref<bool(const Row&)> on_row) override {
    TRY(apply_scope());
    TRY(flush());
    if (!scope_.host()) TRY(check_module_sql(sql, scope_));
    Cursor cursor(*this);
    TRY(run_once("DECLARE " + cursor.name + " NO SCROLL CURSOR FOR " + std::string(sql), params));
    cursor.open = true;
    int wanted = kFirstBatch;
    while (true) {
      const std::string fetch = "FETCH FORWARD " + std::to_string(wanted) + " FROM " + cursor.name;
      TRY_ASSIGN(batch, checked(PgResult(PQexec(pg_, fetch.c_str())), sql));
      const int rows = PQntuples(batch.get());
      for (int row = 0; row < rows; ++row)
        if (!on_row(PostgresqlRow(batch.get(), row))) return {};
      if (rows < wanted) return {};
      const auto fitting = static_cast<std::size_t>(rows) * kBatchBytes / PQresultMemorySize(batch.get());
      wanted = static_cast<int>(
          std::clamp<std::size_t>(fitting, 1, std::min<std::size_t>(kMaxBatch, 4 * std::size_t(wanted))));
    }
  }

  Result<void> script(std::string_view sql) override {
    int number = 0;
    for (const std::string_view statement : split_sql(sql)) {
      ++number;
      if (auto done = run(statement, {}); !done) {
        return fail(std::move(done).error().with("statement", std::to_string(number)));
      }
    }
    return {};
  }

  Result<void> begin() override {
    if (std::exchange(ending_, false))
      while (const PgResult ended = PgResult(PQgetResult(pg_))) continue;
    if (generation_ != settings_.schemas->load()) TRY(look_for_schemas());
    deallocate();
    applied_ = {"", rows_for_};
    savepoints_.clear();
    queue_.clear();
    if (settings_.access == Access::kWrite) return run_own("BEGIN ISOLATION LEVEL SERIALIZABLE");
    return begin_read();
  }

  Result<void> commit() override {
    if (PQtransactionStatus(pg_) == PQTRANS_INERROR) {
      rollback();
      return fail(Error::internal("store.failed", "The database undid the change.")
                      .because("COMMIT after a failure"));
    }
    auto committed =
        queue_.empty() ? run_own("COMMIT") : exchange(control("COMMIT")).map([](const PgResult&) {});
    if (!committed) rollback();
    applied_ = {};
    return committed;
  }

  void rollback() override {
    applied_ = {};
    savepoints_.clear();
    queue_.clear();
    if (PQstatus(pg_) == CONNECTION_BAD) return;
    if (PQtransactionStatus(pg_) == PQTRANS_IDLE) return;
    if (settings_.access == Access::kRead) {  // nobody waits for the end of a read
      ending_ = PQsendQuery(pg_, "ROLLBACK") == 1;
      if (!ending_) broken_ = true;
      return;
    }
    if (auto undone = run_own("ROLLBACK"); !undone) broken_ = true;
  }

  // Both wait for the next statement, and go with it.
  Result<void> savepoint() override {
    queue_.push_back(control("SAVEPOINT s" + std::to_string(savepoints_.size() + 1)));
    savepoints_.push_back(applied_);
    return {};
  }
  Result<void> release() override {
    queue_.push_back(control("RELEASE SAVEPOINT s" + std::to_string(savepoints_.size())));
    savepoints_.pop_back();
    return {};
  }
  Result<void> rollback_to() override {
    const std::string name = "s" + std::to_string(savepoints_.size());
    applied_ = savepoints_.back();  // SET LOCAL is undone with the rest
    savepoints_.pop_back();
    const auto made = std::find_if(queue_.rbegin(), queue_.rend(),
                                   [&](const Queued& one) { return one.sql == "SAVEPOINT " + name; });
    if (made != queue_.rend()) {  // nothing of it was sent
      queue_.erase(std::prev(made.base()), queue_.end());
      return {};
    }
    queue_.clear();
    return run_own("ROLLBACK TO SAVEPOINT " + name + "; RELEASE SAVEPOINT " + name);
  }

  bool in_transaction() const override {
    const auto status = PQtransactionStatus(pg_);
    if (status == PQTRANS_IDLE && !queue_.empty()) return true;  // it begins with what waits
    return status == PQTRANS_INTRANS || status == PQTRANS_INERROR || status == PQTRANS_ACTIVE;
  }
  bool broken() const override { return broken_ || PQstatus(pg_) == CONNECTION_BAD; }
  Result<void> check() override { return run_own("SELECT 1"); }

  std::shared_ptr<Generation> schemas() const override { return settings_.schemas; }

  void schema_added(const std::string& schema) override {
    host_path_ += ", " + quote_name(schema);
    applied_.owner = "?";  // sets the path again before the next statement
  }

 private:
  // Rows of a batch: few at first, as nobody knows how wide they are.
  static constexpr int kFirstBatch = 32;
  static constexpr std::size_t kMaxBatch = 2048, kBatchBytes = 1 << 20;
  // So that neither side waits for the other to read.
  static constexpr std::size_t kMostQueued = 64;

  // Closed also when the callback throws. In a transaction that failed it is gone with the rest.
  struct Cursor {
    explicit Cursor(PostgresqlConnection& owner)
        : connection(owner), name("c" + std::to_string(++owner.cursors_)) {}
    Cursor(const Cursor&) = delete;
    Cursor& operator=(const Cursor&) = delete;
    ~Cursor() {
      if (open && PQtransactionStatus(connection.pg_) == PQTRANS_INTRANS)
        (void)connection.run_own("CLOSE " + name);
    }
    PostgresqlConnection& connection;
    const std::string name;
    bool open = false;
  };

  // A read begins with its first statement, in one round trip. Two looks at the socket, because what the
  // server says as it goes comes before the end: then another connection is taken, and nobody learns of it.
  Result<void> begin_read() {
    if (PQconsumeInput(pg_) != 1 || PQconsumeInput(pg_) != 1) {
      broken_ = true;
      return fail(failure(nullptr, "BEGIN"));
    }
    queue_.push_back(control("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"));
    if (!rows_for_) return {};
    for (std::string& sql : become_reader()) queue_.push_back(control(std::move(sql)));
    return {};
  }

  // Modules' tables are found by their plain names. "public" comes first, so that no module can put a table
  // in front of one of the host's.
  Result<void> look_for_schemas() {
    const std::uint64_t now = settings_.schemas->load();
    std::string path = "public";
    PgResult result(PQexec(
        pg_, "SELECT nspname FROM pg_catalog.pg_namespace WHERE nspname LIKE 'm\\_%' ORDER BY nspname"));
    if (PQresultStatus(result.get()) != PGRES_TUPLES_OK)
      return fail(failure(result.get(), "look for schemas"));
    for (int row = 0; row < PQntuples(result.get()); ++row)
      path += ", " + quote_name(PQgetvalue(result.get(), row, 0));
    TRY(run_own("SET search_path = " + path));
    host_path_ = path;
    // Columns may have changed with the tables, and a plan that answers other columns than before fails.
    forget_statements();
    generation_ = now;
    return {};
  }

  void forget_statements() {
    host_statements_.clear();
    reader_statements_.clear();
    owner_statements_.clear();
    deallocate();
  }

  void deallocate() {
    for (const std::string& name : to_deallocate_) run_own("DEALLOCATE " + name);
    to_deallocate_.clear();
  }

  Error failure(const PGresult* result, std::string_view sql) {
    return postgresql_error(pg_, result, sql, scope_);
  }

  Result<void> run_own(const std::string& sql) {
    const PgResult result(PQexec(pg_, sql.c_str()));
    const auto status = PQresultStatus(result.get());
    if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) return {};
    return fail(postgresql_error(pg_, result.get(), sql, Scope{}));
  }

  // The reader's role, and the identity where policies look for it.
  std::vector<std::string> become_reader() const {
    std::vector<std::string> out = {"SET LOCAL ROLE " + quote_name(reader_role(PQdb(pg_)))};
    std::string settings;
    for (const auto& [name, value] : rows_for_->settings)
      settings += (settings.empty() ? "SELECT " : ", ") + ("set_config('opsflux." + name + "', ") +
                  quote_text(value) + ", true)";
    if (!settings.empty()) out.push_back(std::move(settings));
    return out;
  }

  // standard_conforming_strings is on: a backslash is one.
  static std::string quote_text(std::string_view text) {
    std::string out = "'";
    for (const char c : text) {
      if (c == '\'') out += '\'';
      out += c;
    }
    return out + "'";
  }

  // Role and path follow the scope when the next statement runs.
  Result<void> apply_scope() {
    const RowIdentityPtr wanted = scope_.host() ? rows_for_ : nullptr;
    if (scope_.owner == applied_.owner && wanted == applied_.rows_for) return {};
    TRY(flush());
    if (wanted) {
      TRY(run_own("SET LOCAL ROLE NONE; SET LOCAL search_path = " + host_path_ + "; " +
                  join(become_reader(), "; ")));
    } else if (scope_.host()) {
      TRY(run_own("SET LOCAL ROLE NONE; SET LOCAL search_path = " + host_path_));
    } else {
      const std::string role = quote_name(module_role(PQdb(pg_), scope_.owner));
      auto set = run_own("SET LOCAL ROLE NONE; SET LOCAL search_path = " + quote_name("m_" + scope_.owner) +
                         "; SET LOCAL ROLE " + role);
      if (!set) {
        return fail(
            Error::internal("store.no_owner", "The module " + scope_.owner + " has no place in the database.")
                .with("owner", scope_.owner)
                .because(set.error().detail));
      }
    }
    applied_ = {scope_.owner, wanted};
    return {};
  }

  // The plan of a statement depends on the role.
  StatementCache<Statement>& cache() {
    if (scope_.host()) return rows_for_ ? reader_statements_ : host_statements_;
    return owner_statements_.try_emplace(scope_.owner, settings_.cached_statements / 4 + 1).first->second;
  }

  Result<PgResult> run(std::string_view sql, Params params) {
    TRY(apply_scope());
    TRY_ASSIGN(statement, prepared(sql));
    if (!statement) return run_once(sql, params);
    if (!queue_.empty())
      return exchange({std::move(statement), std::string(sql), std::make_unique<TextParams>(params)});
    const TextParams text(params);
    PgResult result(
        PQexecPrepared(pg_, statement->name.c_str(), text.count(), text.data(), nullptr, nullptr, 0));
    return checked(std::move(result), sql);
  }

  // Null for what is not worth it. What waits is sent before anything is prepared: a failure may only undo
  // what stands behind the savepoint that it belongs to.
  Result<std::shared_ptr<Statement>> prepared(std::string_view sql) {
    auto statement = cache().find(sql);
    if (statement && scope_.rights != OwnerRights::kSchema) return statement;
    if (!scope_.host()) TRY(check_module_sql(sql, scope_));
    const std::string word = first_word(sql);
    if (scope_.host()) TRY(check_host_sql(word));
    const bool worth = worth_preparing(word);
    if (!worth || !statement) TRY(flush());
    if (!worth) return std::shared_ptr<Statement>();
    return statement ? Result<std::shared_ptr<Statement>>(statement) : prepare(sql);
  }

  static Queued control(std::string sql) {
    return {nullptr, std::move(sql), std::make_unique<TextParams>(Params())};
  }

  Result<void> flush() {
    if (queue_.empty()) return {};
    Queued last = std::move(queue_.back());
    queue_.pop_back();
    return exchange(std::move(last)).map([](const PgResult&) {});
  }

  // Sends what waits and `last` in one message, and gives the answer to `last`; the first failure is that of
  // all.
  Result<PgResult> exchange(Queued last) {
    std::vector<Queued> all = std::exchange(queue_, {});
    all.push_back(std::move(last));
    bool sent = PQenterPipelineMode(pg_) == 1;
    for (const Queued& one : all) sent = sent && send(one);
    if (!sent || PQpipelineSync(pg_) != 1) {
      broken_ = true;
      return fail(failure(nullptr, all.back().sql));
    }
    Result<PgResult> outcome;
    bool failed = false;
    for (const Queued& one : all) {
      PgResult result(PQgetResult(pg_));
      while (const PgResult more = PgResult(PQgetResult(pg_))) continue;
      if (failed) continue;  // not run
      outcome = checked(std::move(result), one.sql);
      failed = !outcome;
    }
    const PgResult sync(PQgetResult(pg_));
    if (PQexitPipelineMode(pg_) != 1) broken_ = true;
    return outcome;
  }

  bool send(const Queued& one) {
    const TextParams& text = *one.params;
    if (!one.statement)
      return PQsendQueryParams(pg_, one.sql.c_str(), text.count(), nullptr, text.data(), nullptr, nullptr,
                               0) == 1;
    return PQsendQueryPrepared(pg_, one.statement->name.c_str(), text.count(), text.data(), nullptr, nullptr,
                               0) == 1;
  }

  // The same as SQLite's authorizer refuses, so that nothing works on one database only.
  static Result<void> check_host_sql(std::string_view word) {
    for (const char* own : {"begin", "start", "commit", "end", "rollback", "abort", "savepoint", "release",
                            "set", "reset", "prepare", "deallocate", "discard"}) {
      if (word == own) {
        return fail(Error::internal("store.failed", "The database refused a statement.")
                        .because("transactions and settings belong to the store: " + std::string(word)));
      }
    }
    return {};
  }

  Result<PgResult> run_once(std::string_view sql, Params params) {
    const TextParams text(params);
    const std::string terminated(sql);
    PgResult result(
        PQexecParams(pg_, terminated.c_str(), text.count(), nullptr, text.data(), nullptr, nullptr, 0));
    return checked(std::move(result), sql);
  }

  Result<PgResult> checked(PgResult result, std::string_view sql) {
    const auto status = PQresultStatus(result.get());
    if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) return result;
    if (status == PGRES_EMPTY_QUERY) {
      return fail(Error::internal("store.failed", "The database refused a statement.")
                      .because("there is no statement"));
    }
    if (status == PGRES_COPY_IN || status == PGRES_COPY_OUT || status == PGRES_COPY_BOTH) {
      broken_ = true;  // the protocol is in another mode now
      return fail(Error::internal("store.failed", "The database refused a statement.").because("COPY"));
    }
    Error error = failure(result.get(), sql);
    // "cached plan must not change result type": another server changed the table.
    if (const char* state = PQresultErrorField(result.get(), PG_DIAG_SQLSTATE);
        state && std::string_view(state) == "0A000") {
      cache().remove(sql);
      if (settings_.access == Access::kWrite) error.code = kClash;
    }
    return fail(std::move(error));
  }

  Result<std::shared_ptr<Statement>> prepare(std::string_view sql) {
    auto statement = std::make_shared<Statement>("s" + std::to_string(++prepared_), to_deallocate_);
    const std::string terminated(sql);
    const PgResult result(PQprepare(pg_, statement->name.c_str(), terminated.c_str(), 0, nullptr));
    if (PQresultStatus(result.get()) != PGRES_COMMAND_OK) {
      Error error = failure(result.get(), sql);
      statement->to_deallocate = &never_made_;
      return fail(std::move(error));
    }
    cache().insert(sql, statement);
    return statement;
  }

  std::unique_ptr<soci::session> session_;
  PGconn* const pg_;
  const PostgresqlSettings settings_;
  // Before the caches: statements in them write here when they go.
  std::vector<std::string> to_deallocate_;
  std::vector<std::string> never_made_;
  StatementCache<Statement> host_statements_, reader_statements_;
  std::map<std::string, StatementCache<Statement>> owner_statements_;
  std::string host_path_ = "public";
  // What role, path and settings stand at; no owner: the host.
  struct Applied {
    std::string owner;
    RowIdentityPtr rows_for;
  };
  Applied applied_;
  std::vector<Queued> queue_;
  std::vector<Applied> savepoints_;
  std::uint64_t generation_ = 0;
  std::uint64_t prepared_ = 0;
  std::uint64_t cursors_ = 0;
  bool broken_ = false;
  bool ending_ = false;  // the answer to a ROLLBACK is still to come
};

using ConnInfo = std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)>;

// A URL with every setting percent-encoded: SOCI splits what it is given at spaces.
Result<std::string> with_settings(std::string_view url, const std::map<std::string, std::string>& settings) {
  char* message = nullptr;
  const ConnInfo options(PQconninfoParse(std::string(url).c_str(), &message), &PQconninfoFree);
  if (!options) {
    const std::string why(trim(message ? message : "out of memory"));
    PQfreemem(message);
    return fail(Error::invalid("store.bad_url", "The address of the database cannot be read: " + why + "."));
  }
  std::map<std::string, std::string> all{
      {"connect_timeout", "5"}, {"application_name", "opsflux"}, {"keepalives_idle", "30"}};
  for (const PQconninfoOption* option = options.get(); option->keyword; ++option) {
    if (option->val) all[option->keyword] = option->val;
  }
  for (const auto& [key, value] : settings) all[key] = value;
  std::string out = "postgresql:///";
  char separator = '?';
  for (const auto& [key, value] : all) {
    out += separator + key + "=" + percent_encode(value);
    separator = '&';
  }
  return out;
}

}  // namespace

std::string quote_name(std::string_view name) {
  std::string out = "\"";
  for (const char c : name) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + "\"";
}

std::string module_role(std::string_view database, std::string_view owner) {
  std::string role = "opsflux_" + std::string(database) + "_m_" + std::string(owner);
  if (role.size() <= 63) return role;
  const std::string digest = sha256_hex(std::string(database) + "/" + std::string(owner));
  return "opsflux_" + digest.substr(0, 16) + "_m_" + std::string(owner.substr(0, 32));
}

std::string reader_role(std::string_view database) {
  std::string role = "opsflux_" + std::string(database) + "_reader";
  if (role.size() <= 63) return role;
  return "opsflux_" + sha256_hex(database).substr(0, 16) + "_reader";
}

Result<std::string> postgresql_url_for(std::string_view url, std::string_view database) {
  return with_settings(url, {{"dbname", std::string(database)}});
}

Result<std::unique_ptr<Connection>> open_postgresql(const PostgresqlSettings& settings) {
  TRY_ASSIGN(url, with_settings(settings.url, {}));
  std::unique_ptr<PostgresqlConnection> connection;
  try {
    connection = std::make_unique<PostgresqlConnection>(
        std::make_unique<soci::session>(soci::postgresql, url), settings);
  } catch (const std::exception& error) {
    return fail(postgresql_refusal(error.what()));
  }
  TRY(connection->prepare_session());
  return std::unique_ptr<Connection>(std::move(connection));
}

}  // namespace opsflux::store
