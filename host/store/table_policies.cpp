#include "host/store/table_policies.hpp"

#include <map>

#include "host/base/text.hpp"
#include "host/store/postgresql_connection.hpp"

namespace opsflux::store {
namespace {

constexpr std::string_view kPolicy = "opsflux_reader";

struct Found {
  std::string schema, digest;
  bool enabled = false;
};
using FoundTables = std::map<std::string, Found, std::less<>>;

struct State {
  std::string role;
  bool role_exists = false;
  FoundTables tables;
};

std::string full_name(std::string_view schema, std::string_view table) {
  return quote_name(schema) + "." + quote_name(table);
}

// The digest of what a policy says is kept as its comment.
std::string digest_of(const TablePolicy& policy) {
  std::string text = policy.condition;
  if (policy.names) text += "\n" + policy.names->name + "\n" + policy.names->column;
  return sha256_hex(text);
}

Result<State> look(Session& session) {
  State state;
  TRY(session.query_one("SELECT current_database()", {},
                        [&](const Row& row) { state.role = reader_role(row.text(0)); }));
  TRY(session.query_one("SELECT count(*) FROM pg_catalog.pg_roles WHERE rolname = $1", {state.role},
                        [&](const Row& row) { state.role_exists = row.i64(0) > 0; }));
  TRY(session.query(
      "SELECT c.relname, n.nspname, c.relrowsecurity, coalesce(obj_description(p.oid, 'pg_policy'), '') "
      "FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
      "LEFT JOIN pg_catalog.pg_policy p ON p.polrelid = c.oid AND p.polname = $1 "
      "WHERE c.relkind = 'r' AND (n.nspname = 'public' OR n.nspname LIKE 'm\\_%')",
      {kPolicy}, [&](const Row& row) {
        state.tables[row.string(0)] = {row.string(1), row.string(3), row.boolean(2)};
        return true;
      }));
  return state;
}

Result<void> create(Transaction& transaction, const std::string& table, std::string_view condition,
                    std::string_view digest, const std::string& role) {
  const std::string on = std::string(kPolicy) + " ON " + table;
  TRY(transaction.execute("CREATE POLICY " + on + " FOR SELECT TO " + quote_name(role) + " USING (" +
                          std::string(condition) + ")"));
  TRY(transaction.execute("COMMENT ON POLICY " + on + " IS '" + std::string(digest) + "'"));
  return {};
}

Result<void> put(Transaction& transaction, const TablePolicy& policy, const Found& found,
                 const std::string& role) {
  const std::string table = full_name(found.schema, policy.table), reader = quote_name(role);
  TRY(transaction.execute("ALTER TABLE " + table + " ENABLE ROW LEVEL SECURITY"));
  TRY(transaction.execute("DROP POLICY IF EXISTS " + std::string(kPolicy) + " ON " + table));
  TRY(create(transaction, table, policy.condition, digest_of(policy), role));
  // Everybody may use "public" unless somebody took that away, and then it is his to give.
  if (found.schema != "public")
    TRY(transaction.execute("GRANT USAGE ON SCHEMA " + quote_name(found.schema) + " TO " + reader));
  TRY(transaction.execute("GRANT SELECT ON " + table + " TO " + reader));
  if (!policy.names) return {};
  const std::string view = full_name(found.schema, policy.names->name);
  TRY(transaction.execute("DROP VIEW IF EXISTS " + view));
  TRY(transaction.execute("CREATE VIEW " + view + " AS SELECT id, " + quote_name(policy.names->column) +
                          " FROM " + table));
  TRY(transaction.execute("GRANT SELECT ON " + view + " TO " + reader));
  return {};
}

}  // namespace

Result<void> put_policies(Database& database, const std::vector<TablePolicy>& wanted) {
  State state;
  TRY(database.read([&](Session& session) -> Result<void> {
    TRY_ASSIGN(found, look(session));
    state = std::move(found);
    return {};
  }));
  TRY(database.write_now([](Transaction& transaction) { return ensure_reader(transaction); }));
  // Of several for one table the last counts.
  std::map<std::string, const TablePolicy*> last;
  for (const TablePolicy& policy : wanted) last[policy.table] = &policy;
  for (const auto& [table, policy] : last) {
    const auto found = state.tables.find(table);
    if (found == state.tables.end()) continue;
    const Found& there = found->second;
    if (state.role_exists && there.enabled && there.digest == digest_of(*policy)) continue;
    TRY(database.write_now(
        [&](Transaction& transaction) { return put(transaction, *policy, there, state.role); }));
  }
  return {};
}

Result<std::vector<TakenPolicy>> take_policies(Transaction& transaction, std::string_view sql) {
  std::vector<TakenPolicy> taken;
  if (transaction.dialect() == Dialect::kSqlite) return taken;
  const std::string words = to_lower_ascii(sql);
  if (words.find("drop") == std::string::npos && words.find("alter") == std::string::npos) return taken;
  TRY(transaction.query(
      "SELECT c.relname, n.nspname, pg_get_expr(p.polqual, p.polrelid), coalesce(obj_description(p.oid, "
      "'pg_policy'), '') FROM pg_catalog.pg_policy p JOIN pg_catalog.pg_class c ON c.oid = p.polrelid "
      "JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE p.polname = $1",
      {kPolicy}, [&](const Row& row) {
        if (words.find(row.text(0)) != std::string::npos)
          taken.push_back({full_name(row.text(1), row.text(0)), row.string(2), row.string(3)});
        return true;
      }));
  for (const TakenPolicy& policy : taken)
    TRY(transaction.execute("DROP POLICY " + std::string(kPolicy) + " ON " + policy.table));
  return taken;
}

Result<void> return_policies(Transaction& transaction, const std::vector<TakenPolicy>& taken) {
  if (taken.empty()) return {};
  TRY_ASSIGN(state, look(transaction));
  if (!state.role_exists) return {};
  for (const TakenPolicy& policy : taken) {
    const auto put_back = transaction.savepoint(
        [&] { return create(transaction, policy.table, policy.condition, policy.digest, state.role); });
    if (!put_back && put_back.error().kind == ErrorKind::kUnavailable) return put_back;
  }
  return {};
}

}  // namespace opsflux::store
