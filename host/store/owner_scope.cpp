#include "host/store/owner_scope.hpp"

#include "host/base/text.hpp"
#include "host/store/connection.hpp"
#include "host/store/introspection.hpp"
#include "host/store/postgresql_connection.hpp"

namespace opsflux::store {
namespace {

Result<bool> ask(Session& session, std::string_view sql, Params params = {}) {
  bool answer = false;
  TRY(session.query_one(sql, params, [&](const Row& row) { answer = row.boolean(0); }));
  return answer;
}

Result<std::string> current_database(Session& session) {
  std::string name;
  TRY(session.query_one("SELECT current_database()", {}, [&](const Row& row) { name = row.string(0); }));
  return name;
}

void announce(Transaction& transaction) {
  if (auto schemas = SessionAccess::connection(transaction).schemas()) {
    transaction.on_commit([schemas] { schemas->fetch_add(1); });
  }
}

Result<void> make_role(Transaction& transaction, const std::string& role, std::string_view owner) {
  TRY_ASSIGN(exists,
             ask(transaction, "SELECT count(*) > 0 FROM pg_catalog.pg_roles WHERE rolname = $1", {role}));
  if (!exists) {
    TRY_ASSIGN(allowed,
               ask(transaction,
                   "SELECT rolsuper OR rolcreaterole FROM pg_catalog.pg_roles WHERE rolname = current_user"));
    if (!allowed) {
      return fail(Error::forbidden("store.may_not_create_role",
                                   "The database user may not create roles, which modules need. Let the "
                                   "administrator of the database run: ALTER ROLE <user> CREATEROLE.")
                      .with("owner", owner));
    }
    TRY(transaction.execute("CREATE ROLE " + quote_name(role) + " NOLOGIN"));
  }
  TRY_ASSIGN(member, ask(transaction, "SELECT pg_has_role(current_user, $1, 'USAGE')", {role}));
  if (!member) TRY(transaction.execute("GRANT " + quote_name(role) + " TO CURRENT_USER"));
  return {};
}

}  // namespace

RowScope::RowScope(Session& session, RowIdentityPtr identity)
    : session_(session), previous_(SessionAccess::connection(session).rows_for()) {
  SessionAccess::connection(session).set_rows_for(std::move(identity));
}

RowScope::~RowScope() { SessionAccess::connection(session_).set_rows_for(std::move(previous_)); }

namespace {

Result<void> make_schema(Transaction& transaction, const std::string& schema, const std::string& role,
                         std::string_view owner) {
  TRY_ASSIGN(exists, ask(transaction, "SELECT count(*) > 0 FROM pg_catalog.pg_namespace WHERE nspname = $1",
                         {schema}));
  if (exists) return {};
  TRY_ASSIGN(allowed, ask(transaction, "SELECT has_database_privilege(current_database(), 'CREATE')"));
  if (!allowed) {
    return fail(
        Error::forbidden("store.may_not_create_schema",
                         "The database user may not create schemas, which modules need. Let the "
                         "administrator of the database run: GRANT CREATE ON DATABASE <name> TO <user>.")
            .with("owner", owner));
  }
  TRY(transaction.execute("CREATE SCHEMA " + quote_name(schema) + " AUTHORIZATION " + quote_name(role)));
  SessionAccess::connection(transaction).schema_added(schema);
  announce(transaction);
  return {};
}

// Tables that others point to cannot go first; what the order is, the database knows best.
Result<void> drop_tables(Transaction& transaction, std::vector<TableInfo> remaining) {
  while (!remaining.empty()) {
    std::vector<TableInfo> refused;
    Result<void> last;
    for (TableInfo& table : remaining) {
      auto dropped = transaction.savepoint([&]() -> Result<void> {
        TRY(transaction.execute("DROP TABLE " + quote_name(table.name)));
        return {};
      });
      if (dropped) continue;
      last = std::move(dropped);
      refused.push_back(std::move(table));
    }
    if (refused.size() == remaining.size()) return last;
    remaining = std::move(refused);
  }
  return {};
}

}  // namespace

OwnerScope::OwnerScope(Session& session, std::string_view owner, OwnerRights rights)
    : session_(session),
      previous_owner_(session.connection_.scope().owner),
      previous_rights_(session.connection_.scope().rights) {
  if (!owner.empty()) {
    // Fails closed: with such an owner no statement runs, and the transaction is lost.
    if (auto valid = check_owner(owner); !valid && !session.failed_) session.failed_ = valid.error();
  }
  session.connection_.set_scope({std::string(owner), rights});
}

OwnerScope::~OwnerScope() { session_.connection_.set_scope({previous_owner_, previous_rights_}); }

Result<void> check_owner(std::string_view owner) {
  static constexpr std::array<std::string_view, 6> kReserved{"core",   "sqlite",      "pg",
                                                             "public", "information", "opsflux"};
  const auto taken = [&](std::string_view name) {
    return owner.starts_with(name) && (owner.size() == name.size() || owner[name.size()] == '_');
  };
  const bool plain = owner.size() >= 2 && owner.size() <= 32 && is_identifier(owner);
  if (plain && std::none_of(kReserved.begin(), kReserved.end(), taken)) return {};
  return fail(Error::invalid("store.bad_owner",
                             "\"" + std::string(owner) +
                                 "\" cannot be the name of a module: 2 to 32 lower-case letters, "
                                 "digits and underscores, starting with a letter, and not reserved.")
                  .with("owner", owner));
}

Result<void> ensure_owner(Transaction& transaction, std::string_view owner) {
  TRY(check_owner(owner));
  if (transaction.dialect() == Dialect::kSqlite) return {};
  TRY_ASSIGN(database, current_database(transaction));
  const std::string role = module_role(database, owner);
  TRY(make_role(transaction, role, owner));
  return make_schema(transaction, "m_" + std::string(owner), role, owner);
}

Result<void> ensure_reader(Transaction& transaction) {
  if (transaction.dialect() == Dialect::kSqlite) return {};
  TRY_ASSIGN(database, current_database(transaction));
  return make_role(transaction, reader_role(database), "the host");
}

Result<void> drop_owner(Transaction& transaction, std::string_view owner) {
  TRY(check_owner(owner));
  TRY_ASSIGN(noted, tables(transaction, "core_migration"));
  if (!noted.empty()) TRY(transaction.execute("DELETE FROM core_migration WHERE owner = $1", {owner}));
  if (transaction.dialect() == Dialect::kSqlite) {
    TRY_ASSIGN(owned, tables(transaction, std::string(owner) + "_"));
    return drop_tables(transaction, std::move(owned));
  }
  TRY_ASSIGN(database, current_database(transaction));
  TRY(transaction.execute("DROP SCHEMA IF EXISTS " + quote_name("m_" + std::string(owner)) + " CASCADE"));
  TRY(transaction.execute("DROP ROLE IF EXISTS " + quote_name(module_role(database, owner))));
  announce(transaction);
  return {};
}

}  // namespace opsflux::store
