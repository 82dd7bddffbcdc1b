#include "host/store/scratch.hpp"

#include "host/base/files.hpp"
#include "host/base/log.hpp"
#include "host/base/text.hpp"
#include "host/store/postgresql_connection.hpp"

namespace opsflux::store {
namespace {

// CREATE and DROP DATABASE stand outside transactions, so they go past Session to a connection of their own.
class Maintenance {
 public:
  static Result<Maintenance> open(const Database& beside) {
    PostgresqlSettings settings;
    settings.url = beside.options().url;
    settings.access = Access::kWrite;
    settings.schemas = std::make_shared<Generation>(1);
    TRY_ASSIGN(connection, open_postgresql(settings));
    return Maintenance(std::move(connection));
  }
  Result<void> run(const std::string& sql) {
    TRY(connection_->execute(sql, {}));
    return {};
  }
  Result<std::vector<std::string>> names(std::string_view sql, Params params) {
    std::vector<std::string> names;
    TRY(connection_->query(sql, params, [&](const Row& row) {
      names.push_back(row.string(0));
      return true;
    }));
    return names;
  }

 private:
  explicit Maintenance(std::unique_ptr<Connection> connection) : connection_(std::move(connection)) {}
  std::unique_ptr<Connection> connection_;
};

// The database with its sessions, then the roles of the modules that lived in it.
Result<void> drop(Maintenance& server, const std::string& database) {
  TRY(server.run("DROP DATABASE IF EXISTS " + quote_name(database) + " WITH (FORCE)"));
  // Every role's name starts so: the scratch name is short enough never to be replaced by a digest.
  TRY_ASSIGN(roles, server.names("SELECT rolname FROM pg_catalog.pg_roles WHERE starts_with(rolname, $1)",
                                 {module_role(database, "")}));
  for (const std::string& role : roles) TRY(server.run("DROP ROLE " + quote_name(role)));
  return server.run("DROP ROLE IF EXISTS " + quote_name(reader_role(database)));
}

// 20 bytes in all with the random part, so that "opsflux_<scratch>_m_<module>" never passes PostgreSQL's 63
// and drop() finds the roles by their beginning.
std::string scratch_prefix(std::string_view database) {
  return "probe" + sha256_hex(database).substr(0, 6) + "_";
}

Result<std::string> database_name(Database& database) {
  std::string name;
  const auto ask = [&](Session& session) -> Result<void> {
    TRY(session.query_one("SELECT current_database()", {}, [&](const Row& row) { name = row.string(0); }));
    return {};
  };
  TRY(database.read(ask));
  return name;
}

Result<std::string> make_database(Database& beside) {
  TRY_ASSIGN(name, database_name(beside));
  TRY_ASSIGN(server, Maintenance::open(beside));
  TRY_ASSIGN(
      allowed,
      server.names(
          "SELECT 'yes' FROM pg_catalog.pg_roles WHERE rolname = current_user AND (rolsuper OR rolcreatedb)",
          {}));
  if (allowed.empty()) {
    return fail(
        Error::forbidden("store.may_not_create_database",
                         "The database user may not create databases, which the check of a module needs. "
                         "Let the administrator of the database run: ALTER ROLE <user> CREATEDB."));
  }
  const std::string scratch = scratch_prefix(name) + to_hex(random_bytes(4));
  TRY(server.run("CREATE DATABASE " + quote_name(scratch) + " TEMPLATE template0 ENCODING 'UTF8'"));
  return scratch;
}

}  // namespace

struct ScratchDatabase::State {
  std::string url;
  std::filesystem::path folder;  // SQLite: removed at the end
  std::string database;          // PostgreSQL: dropped at the end
  Database* beside = nullptr;

  ~State() {
    Result<void> removed;
    if (!folder.empty()) removed = remove_tree(folder);
    if (!database.empty()) {
      auto server = Maintenance::open(*beside);
      removed = server ? drop(*server, database) : Result<void>(fail(server.error()));
    }
    // Left for sweep() or for whoever cleans the temporary folder.
    if (!removed) log::warn("store.scratch_left", removed.error());
  }
};

ScratchDatabase::ScratchDatabase(std::unique_ptr<State> state) : state_(std::move(state)) {}
ScratchDatabase::ScratchDatabase(ScratchDatabase&&) noexcept = default;
ScratchDatabase& ScratchDatabase::operator=(ScratchDatabase&&) noexcept = default;
ScratchDatabase::~ScratchDatabase() = default;

Result<ScratchDatabase> ScratchDatabase::create(Database& beside, const std::filesystem::path& temp_folder) {
  auto state = std::make_unique<State>();
  state->beside = &beside;
  if (beside.embedded()) {
    const std::filesystem::path folder = temp_folder / ("probe-" + to_hex(random_bytes(8)));
    TRY(make_folders(folder));
    state->folder = folder;
    state->url = "sqlite:" + (folder / "scratch.db").string();
  } else {
    TRY_ASSIGN(database, make_database(beside));
    state->database = database;
    TRY_ASSIGN(url, postgresql_url_for(beside.options().url, database));
    state->url = std::move(url);
  }
  return ScratchDatabase(std::move(state));
}

const std::string& ScratchDatabase::url() const { return state_->url; }

DatabaseOptions ScratchDatabase::options() const {
  DatabaseOptions options;
  options.url = state_->url;
  options.readers = 2;
  options.writers = 1;
  options.durable = false;
  return options;
}

Result<void> ScratchDatabase::sweep(Database& beside) {
  if (beside.embedded()) return {};
  TRY_ASSIGN(name, database_name(beside));
  TRY_ASSIGN(server, Maintenance::open(beside));
  TRY_ASSIGN(left, server.names("SELECT datname FROM pg_catalog.pg_database WHERE starts_with(datname, $1)",
                                {scratch_prefix(name)}));
  for (const std::string& database : left) TRY(drop(server, database));
  return {};
}

}  // namespace opsflux::store
