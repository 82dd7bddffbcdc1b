// For the tests of this folder: the fields of tests/expression/vectors.json as a schema and as a table.
#pragma once

#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "host/entities/expression/expression.hpp"

namespace opsflux::expression::testing {

using Json = nlohmann::json;

inline Json load_vectors(const std::string& name = "vectors.json") {
  // Found from the build folder and from the source folder alike.
  const auto path = std::filesystem::path(__FILE__).parent_path() / "../../../tests/expression" / name;
  std::ifstream file(path);
  if (!file) throw std::runtime_error("cannot open " + path.string());
  return Json::parse(file);
}

inline Type type_named(const std::string& name) {
  static const std::map<std::string, Type> kTypes = {
      {"text", Type::kString},     {"enum", Type::kEnum},          {"integer", Type::kInt},
      {"decimal", Type::kDecimal}, {"double", Type::kDouble},      {"boolean", Type::kBool},
      {"date", Type::kDate},       {"datetime", Type::kTimestamp}, {"tags", Type::kStringList},
      {"json", Type::kOpaque}};
  return kTypes.at(name);
}

inline FieldList schema_of(const Json& vectors) {
  std::vector<FieldInfo> fields;
  for (const Json& json : vectors.at("fields")) {
    FieldInfo field;
    field.name = json.at("name");
    field.type = type_named(json.at("type"));
    field.scale = json.value("scale", 0);
    field.nullable = !json.value("required", false);
    field.values = json.value("values", std::vector<std::string>());
    std::string column = field.name;
    std::replace(column.begin(), column.end(), '.', '_');
    field.sql = "t.\"" + column + "\"";
    field.slot = fields.size();
    field.context = json.value("context", false);
    fields.push_back(std::move(field));
  }
  return FieldList(std::move(fields));
}

// A record as values by slot; what it does not name is the field's fallback, or empty.
inline std::vector<Value> record_of(const Json& vectors, const FieldList& schema, const Json& record) {
  std::vector<Value> out;
  for (const FieldInfo& field : schema.fields()) {
    const Json& declared = vectors.at("fields").at(field.slot);
    const Json json =
        record.contains(field.name) ? record.at(field.name) : declared.value("fallback", Json());
    auto value = value_from_json({field.type, field.scale}, json);
    if (!value) throw std::runtime_error(field.name + ": " + value.error().message);
    out.push_back(std::move(*value));
  }
  return out;
}

inline Context context_of(const Json& vectors, const std::vector<Value>& record) {
  const auto now = parse_utc(vectors.at("now").get<std::string>());
  return Context::at(*now, [&record](const FieldInfo& field) { return record[field.slot]; });
}

// What a column holds for a value.
inline SqlValue stored(const FieldInfo& field, const Value& value, store::Dialect dialect) {
  if (is_null(value)) return {};
  if (field.type == Type::kOpaque) return std::string("{}");
  if (field.type == Type::kDecimal && dialect == store::Dialect::kSqlite)
    return std::get<std::int64_t>(value);
  const Json json = value_to_json({field.type, field.scale}, value);
  if (json.is_boolean()) return json.get<bool>();
  if (json.is_number_integer()) return json.get<std::int64_t>();
  if (json.is_number_float()) return json.get<double>();
  return json.is_string() ? json.get<std::string>() : json.dump();
}

inline std::string column_type(const FieldInfo& field, store::Dialect dialect) {
  switch (field.type) {
    case Type::kInt:
      return "bigint";
    case Type::kDecimal:
      return dialect == store::Dialect::kSqlite ? "bigint"
                                                : "decimal(20," + std::to_string(field.scale) + ")";
    case Type::kDouble:
      return "double precision";
    case Type::kBool:
      return "boolean";
    case Type::kDate:
      return "date";
    case Type::kTimestamp:
      return "timestamptz";
    case Type::kStringList:
    case Type::kOpaque:
      return "jsonb";
    default:
      return "text";
  }
}

// A table "t" with a column for each field and a number "id".
class TestTable {
 public:
  virtual ~TestTable() = default;
  virtual store::Dialect dialect() const = 0;
  virtual void run(const std::string& sql, const std::vector<SqlValue>& params) = 0;  // throws
  virtual std::set<std::int64_t> ids(const std::string& sql,
                                     const std::vector<SqlValue>& params) = 0;  // throws

  void create(const FieldList& schema) {
    std::string sql = "CREATE TABLE t (id bigint PRIMARY KEY";
    for (const FieldInfo& field : schema.fields())
      sql += ", " + field.sql.substr(2) + " " + column_type(field, dialect());
    run(sql + ")", {});
  }

  void insert(std::int64_t id, const FieldList& schema, const std::vector<Value>& record) {
    std::string places = "$1";
    std::vector<SqlValue> params{id};
    for (const FieldInfo& field : schema.fields()) {
      params.push_back(stored(field, record[field.slot], dialect()));
      places += ", $" + std::to_string(params.size());
    }
    run("INSERT INTO t VALUES (" + places + ")", params);
  }

  std::set<std::int64_t> matching(const SqlFragment& fragment) {
    return ids("SELECT id FROM t WHERE id >= 0 AND (" + fragment.sql + ")", fragment.params);
  }
};

}  // namespace opsflux::expression::testing
