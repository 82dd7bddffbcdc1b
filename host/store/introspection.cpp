#include "host/store/introspection.hpp"

#include "host/base/text.hpp"

namespace opsflux::store {
namespace {

// pragma_* read as tables, so that the prefix is one condition and not one statement a table.
constexpr std::string_view kSqliteColumns =
    "SELECT m.name, c.name, c.type, c.\"notnull\", c.dflt_value, c.pk "
    "FROM sqlite_schema m, pragma_table_info(m.name) c "
    "WHERE m.type = 'table' AND substr(m.name, 1, length($1)) = $1 AND m.name NOT LIKE 'sqlite\\_%' ESCAPE "
    "'\\' "
    "ORDER BY m.name, c.cid";
constexpr std::string_view kSqliteIndexes =
    "SELECT m.name, l.name, l.\"unique\", l.partial, coalesce(i.name, '') "
    "FROM sqlite_schema m, pragma_index_list(m.name) l, pragma_index_info(l.name) i "
    "WHERE m.type = 'table' AND substr(m.name, 1, length($1)) = $1 AND l.origin <> 'pk' "
    "ORDER BY m.name, l.name, i.seqno";

constexpr std::string_view kPostgresqlColumns =
    "SELECT t.relname, a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod), a.attnotnull, "
    "pg_catalog.pg_get_expr(d.adbin, d.adrelid), coalesce(k.place, 0) "
    "FROM pg_catalog.pg_class t JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace "
    "JOIN pg_catalog.pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped "
    "LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = t.oid AND d.adnum = a.attnum "
    "LEFT JOIN pg_catalog.pg_index p ON p.indrelid = t.oid AND p.indisprimary "
    "LEFT JOIN LATERAL unnest(p.indkey::int2[]) WITH ORDINALITY k(number, place) ON k.number = a.attnum "
    "WHERE t.relkind = 'r' AND (n.nspname = 'public' OR n.nspname LIKE 'm\\_%') AND starts_with(t.relname, "
    "$1) "
    "ORDER BY t.relname, a.attnum";
constexpr std::string_view kPostgresqlIndexes =
    "SELECT t.relname, i.relname, x.indisunique, x.indpred IS NOT NULL, coalesce(a.attname, '') "
    "FROM pg_catalog.pg_class t JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace "
    "JOIN pg_catalog.pg_index x ON x.indrelid = t.oid AND NOT x.indisprimary "
    "JOIN pg_catalog.pg_class i ON i.oid = x.indexrelid "
    "JOIN LATERAL unnest(x.indkey::int2[]) WITH ORDINALITY k(number, place) ON k.place <= x.indnkeyatts "
    "LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.number AND k.number > 0 "
    "WHERE t.relkind = 'r' AND (n.nspname = 'public' OR n.nspname LIKE 'm\\_%') AND starts_with(t.relname, "
    "$1) "
    "ORDER BY t.relname, i.relname, k.place";

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
    text.replace(at, from.size(), to);
  }
}

// The words of migrations: what PostgreSQL spells out, and what a person spaced differently.
std::string plain_type(std::string_view declared) {
  std::string type;
  for (const char c : to_lower_ascii(declared)) {
    if (c == ' ' && (type.empty() || type.back() == ' ' || type.back() == '(' || type.back() == ','))
      continue;
    if ((c == '(' || c == ')' || c == ',') && !type.empty() && type.back() == ' ') type.pop_back();
    type += c;
  }
  replace_all(type, "timestamp with time zone", "timestamptz");
  replace_all(type, "numeric", "decimal");
  replace_all(type, "character varying", "varchar");
  return type;
}

// PostgreSQL tells 'supplier'::text where the migration said 'supplier'.
std::string plain_default(std::string sql) {
  const std::size_t cast = sql.rfind("::");
  if (cast != std::string::npos && sql.find('\'', cast) == std::string::npos &&
      sql.find(')', cast) == std::string::npos) {
    sql.resize(cast);
  }
  return sql;
}

}  // namespace

const ColumnInfo* TableInfo::column(std::string_view column_name) const {
  const auto found =
      std::find_if(columns.begin(), columns.end(), [&](const auto& c) { return c.name == column_name; });
  return found == columns.end() ? nullptr : &*found;
}

Result<std::vector<TableInfo>> tables(Session& session, std::string_view prefix) {
  const bool sqlite = session.dialect() == Dialect::kSqlite;
  std::vector<TableInfo> found;
  TRY(session.query(sqlite ? kSqliteColumns : kPostgresqlColumns, {prefix}, [&](const Row& row) {
    if (found.empty() || found.back().name != row.text(0)) found.push_back({row.string(0), {}, {}});
    const int primary_key = static_cast<int>(row.i64(5));
    found.back().columns.push_back({row.string(1), plain_type(row.text(2)), row.boolean(3) || primary_key > 0,
                                    plain_default(row.string(4)), primary_key});
    return true;
  }));
  auto table = found.begin();
  TRY(session.query(sqlite ? kSqliteIndexes : kPostgresqlIndexes, {prefix}, [&](const Row& row) {
    while (table != found.end() && table->name != row.text(0)) ++table;
    if (table == found.end()) return false;
    auto& indexes = table->indexes;
    if (indexes.empty() || indexes.back().name != row.text(1)) {
      indexes.push_back({row.string(1), row.boolean(2), row.boolean(3), {}});
    }
    indexes.back().columns.push_back(row.string(4));
    return true;
  }));
  return found;
}

}  // namespace opsflux::store
