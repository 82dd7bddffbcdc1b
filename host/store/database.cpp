#include "host/store/database.hpp"

#include <sys/stat.h>

#include <condition_variable>
#include <mutex>

#include "host/base/log.hpp"
#include "host/store/completions.hpp"
#include "host/store/connection.hpp"
#include "host/store/connector.hpp"
#include "host/store/file_lock.hpp"
#include "host/store/postgresql_connection.hpp"
#include "host/store/reader_pool.hpp"
#include "host/store/sqlite_connection.hpp"
#include "host/store/writers.hpp"

namespace opsflux::store {
namespace {

constexpr std::string_view kSqlitePrefix = "sqlite:";
// A damaged page is found when it is read; a small file is looked through at once.
constexpr std::uintmax_t kCheckedAtOpen = 32 << 20;

Result<Dialect> dialect_of(std::string_view url) {
  if (url.starts_with(kSqlitePrefix) && url.size() > kSqlitePrefix.size()) return Dialect::kSqlite;
  if (url.starts_with("postgresql://") || url.starts_with("postgres://")) return Dialect::kPostgresql;
  return fail(Error::invalid(
      "store.bad_url",
      "The address of the database must be sqlite:/path/file.db or postgresql://user@host/name."));
}

// Says in the administrator's words what SQLite would only call "unable to open database file".
Result<void> check_file(const std::string& file) {
  struct stat status {};
  if (::stat(file.c_str(), &status) != 0) return {};  // a new one
  if (!S_ISREG(status.st_mode)) {
    return fail(
        Error::unavailable("store.refused", "The database " + file + " is not a file.").with("file", file));
  }
  return {};
}

Error about(Error error, const std::string& file) {
  if (error.code == "store.corrupt" || error.code == "store.unreachable" || error.code == "store.read_only") {
    error.message.insert(error.message.size() - 1, ": " + file);
    error.params.emplace_back("file", file);
  }
  return error;
}

}  // namespace

class Database::Impl {
 public:
  Impl(DatabaseOptions given, Dialect kind)
      : options(std::move(given)),
        dialect(kind),
        connector([this](Access access) { return open(access); }),
        readers(std::max<std::size_t>(1, options.readers), options.read_wait, connector),
        writers(writers_options(), connector, completions, versions) {}

  Result<void> start() {
    if (dialect == Dialect::kSqlite && options.exclusive) {
      TRY_ASSIGN(taken, FileLock::take(file()));
      lock = std::make_unique<FileLock>(std::move(taken));
    }
    auto writer = connector.connect(Access::kWrite);
    if (!writer) return fail(dialect == Dialect::kSqlite ? about(writer.error(), file()) : writer.error());
    if (dialect == Dialect::kSqlite) {
      std::error_code ignored;
      if (std::filesystem::file_size(file(), ignored) <= kCheckedAtOpen) {
        if (auto sound = (*writer)->check(); !sound) return fail(about(sound.error(), file()));
      }
    }
    writers.start(std::move(*writer));
    return {};
  }

  std::string file() const { return options.url.substr(kSqlitePrefix.size()); }

  void stop() {
    const std::lock_guard guard(stopping);
    if (stopped) return;
    stopped = true;
    writers.stop();
    completions.stop();
    readers.close();
  }

  const DatabaseOptions options;
  const Dialect dialect;
  std::shared_ptr<Generation> schemas = std::make_shared<Generation>(1);
  std::atomic<std::uint64_t> analyses{0};
  std::atomic<bool> judges_rows{false};
  std::unique_ptr<FileLock> lock;  // outlives every connection
  Connector connector;
  ReaderPool readers;
  Completions completions;
  TableVersions versions;
  Writers writers;

 private:
  WritersOptions writers_options() const {
    if (dialect == Dialect::kSqlite) return {1, 512, options.max_waiting_writes};
    return {std::max<std::size_t>(1, options.writers), 1, options.max_waiting_writes};
  }

  Result<std::unique_ptr<Connection>> open(Access access) {
    if (dialect == Dialect::kPostgresql) {
      return open_postgresql({options.url, access, options.durable, options.cached_statements,
                              options.statement_timeout, schemas});
    }
    TRY(check_file(file()));
    return open_sqlite(
        {file(), access, options.durable, options.cached_statements, options.statement_timeout});
  }

  std::mutex stopping;
  bool stopped = false;
};

Database::Database(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Database::~Database() { stop(); }

Result<std::unique_ptr<Database>> Database::open(const DatabaseOptions& options) {
  TRY_ASSIGN(dialect, dialect_of(options.url));
  auto impl = std::make_unique<Impl>(options, dialect);
  TRY(impl->start());
  return std::unique_ptr<Database>(new Database(std::move(impl)));
}

Dialect Database::dialect() const { return impl_->dialect; }
const DatabaseOptions& Database::options() const { return impl_->options; }

Result<void> Database::read(RowIdentityPtr rows_for, ReadWork work) {
  TRY_ASSIGN(lease, impl_->readers.lease());
  TRY(impl_->connector.begin(lease.connection, Access::kRead, std::move(rows_for)));
  Connection& connection = *lease.connection;
  // A read that throws must not leave its transaction open.
  struct End {
    Connection& connection;
    ~End() {
      connection.set_scope({});
      connection.set_rows_for({});
      connection.rollback();
    }
  } end{connection};
  SessionAccess::ReadSession session(connection);
  Result<void> result = work(session);
  const auto& failure = SessionAccess::failure(session);
  if (!failure) return result;
  Error error = result ? *failure : std::move(result).error();
  if (error.code == kClash) error.code = "store.busy";
  return fail(std::move(error));
}

void Database::write(WriteWork work, WriteDone done) {
  impl_->writers.submit(std::move(work), std::move(done));
}

Result<void> Database::write_now(WriteWork work) {
  if (on_store_thread()) {
    return fail(Error::internal("store.failed", "The database is used in a circle.")
                    .because("write_now inside the work or a callback of a write"));
  }
  std::mutex mutex;
  std::condition_variable finished;
  std::optional<Result<void>> outcome;
  write(std::move(work), [&](Result<void> result) {
    const std::lock_guard lock(mutex);
    outcome = std::move(result);
    finished.notify_one();  // under the lock: the waiting frame is gone as soon as it sees the outcome
  });
  std::unique_lock lock(mutex);
  finished.wait(lock, [&] { return outcome.has_value(); });
  return std::move(*outcome);
}

void Database::stop() { impl_->stop(); }

Result<void> Database::check() {
  TRY_ASSIGN(lease, impl_->readers.lease());
  TRY(impl_->connector.begin(lease.connection, Access::kRead));
  auto sound = lease.connection->check();
  lease.connection->rollback();
  return sound;
}

Result<void> Database::analyze() {
  TRY(write_now([](Transaction& transaction) -> Result<void> {
    TRY(transaction.execute("ANALYZE"));
    if (transaction.dialect() == Dialect::kPostgresql) return {};
    // Other sessions of SQLite read the figures with the schema, so it has to change for them to look.
    TRY(transaction.execute("CREATE TABLE core_look_again (n bigint)"));
    TRY(transaction.execute("DROP TABLE core_look_again"));
    return {};
  }));
  impl_->analyses.fetch_add(1);
  return {};
}

bool Database::judges_rows() const { return impl_->judges_rows.load(); }
void Database::set_judges_rows(bool judges) { impl_->judges_rows.store(judges); }

std::uint64_t Database::analyses() const { return impl_->analyses.load(); }

const TableVersions& Database::table_versions() const { return impl_->versions; }
void Database::schemas_changed() { impl_->schemas->fetch_add(1); }

Database::Stats Database::stats() const {
  Stats stats;
  impl_->writers.add_stats(stats);
  stats.open_sessions = impl_->readers.open();
  return stats;
}

}  // namespace opsflux::store
