#include "host/entities/bulk.hpp"

#include <nlohmann/json.hpp>

#include "host/base/text.hpp"
#include "host/entities/record_checks.hpp"
#include "host/entities/record_key.hpp"

namespace opsflux::entities {
namespace {

using Action = BulkOperation::Action;

constexpr std::pair<std::string_view, Action> kActionNames[] = {{"create", Action::kCreate},
                                                                {"update", Action::kUpdate},
                                                                {"upsert", Action::kUpsert},
                                                                {"delete", Action::kDelete},
                                                                {"restore", Action::kRestore}};

Error wrong(const std::string& place, std::string_view reason, const std::string& message) {
  return Error::malformed("entity." + std::string(reason), (place.empty() ? "" : place + ": ") + message)
      .at(place)
      .with("place", place);
}

Result<BulkOperation> parse_operation(const Json& json, const std::string& place) {
  if (!json.is_object())
    return fail(wrong(place, "bulk_operation", "An operation is an object with an \"action\"."));
  for (const auto& [key, value] : json.items())
    if (key != "action" && key != "id" && key != "version" && key != "key" && key != "values")
      return fail(wrong(place + "/" + key, "bulk_member",
                        "An operation has action, id, version, key and values only."));
  BulkOperation out;
  const std::string action = get_string_or(json, "action", "");
  const auto known = std::find_if(std::begin(kActionNames), std::end(kActionNames),
                                  [&](const auto& one) { return one.first == action; });
  if (known == std::end(kActionNames))
    return fail(wrong(place + "/action", "bulk_action",
                      "The actions are create, update, upsert, delete and restore."));
  out.action = known->second;
  out.id = get_string_or(json, "id", "");
  if (const auto version = json.find("version"); version != json.end()) {
    const bool used =
        out.action == Action::kUpdate || out.action == Action::kUpsert || out.action == Action::kDelete;
    if (!used || !version->is_number_integer() || *version < 1)
      return fail(wrong(place + "/version", "bulk_version",
                        "A version is a whole number from 1 on, of update, upsert and delete."));
    out.version = version->get<std::int64_t>();
  }
  out.key = json.value("key", Json());
  out.values = json.value("values", Json());
  const bool names_record =
      out.action == Action::kUpdate || out.action == Action::kDelete || out.action == Action::kRestore;
  if (names_record == out.id.empty())
    return fail(wrong(place + "/id", "bulk_id",
                      "Update, delete and restore name a record by its \"id\", the others do not."));
  const bool has_values = out.action != Action::kDelete && out.action != Action::kRestore;
  if (has_values != out.values.is_object())
    return fail(wrong(place + "/values", "bulk_values",
                      "Create, update and upsert give \"values\", the others do not."));
  if ((out.action == Action::kUpsert) != (out.key.is_object() && !out.key.empty()))
    return fail(wrong(place + "/key", "bulk_key", "Upsert, and only that, finds its record by a \"key\"."));
  return out;
}

// Whether the fields of a key are unique together, by the definition.
bool is_unique_key(const Definition& definition, const std::vector<std::string>& fields) {
  if (fields.size() == 1) {
    const auto index = definition.find(fields.front());
    if (index && definition.fields[*index].unique) return true;
  }
  return std::any_of(definition.unique_together.begin(), definition.unique_together.end(),
                     [&](const auto& group) {
                       return std::is_permutation(group.begin(), group.end(), fields.begin(), fields.end());
                     });
}

Result<RecordKey> read_key(const EntityEntry& entity, const Caller& caller, const Json& key) {
  const Definition& definition = *entity.definition;
  const FieldAccess& access = entity.fields_for(caller);
  std::vector<std::string> names;
  RecordKey out;
  for (const auto& [name, value] : key.items()) {
    names.push_back(name);
    const auto index = definition.find(name);
    if (!index || access.hidden[*index]) break;  // told below
    TRY_ASSIGN(parsed, parse_value(definition.fields[*index], value));
    if (is_empty(parsed)) break;
    out.emplace_back(*index, std::move(parsed));
  }
  if (out.size() == key.size() && is_unique_key(definition, names)) return out;
  return fail(Error::invalid("entity.bad_key", "A key gives values to fields of " + definition.name +
                                                   " that are unique, by themselves or together.")
                  .at("key")
                  .with("entity", definition.name));
}

Result<Written> upsert(Engine& engine, WriteContext& write, const EntityEntry& entity,
                       const BulkOperation& operation) {
  // Whether there is such a record tells something of it: only who may change records learns that.
  TRY(write.catalog.permissions.require(write.caller, entity.permission[2]));
  TRY_ASSIGN(key, read_key(entity, write.caller, operation.key));
  TRY_ASSIGN(id, find_by_key(write, entity, key));
  if (!id.empty()) return engine.update(write, entity, id, operation.version, operation.values);
  Json values = operation.values;
  values.update(operation.key);
  return engine.create(write, entity, values);
}

}  // namespace

std::string_view to_string(Action action) { return kActionNames[static_cast<std::size_t>(action)].first; }

Result<BulkRequest> BulkRequest::parse(const Json& json) {
  if (!json.is_object()) return fail(wrong("", "bulk_body", "The body is an object with \"operations\"."));
  BulkRequest out;
  const std::string mode = get_string_or(json, "mode", "all");
  if (mode != "all" && mode != "each") return fail(wrong("mode", "bulk_mode", "The mode is all or each."));
  out.all = mode == "all";
  const auto operations = json.find("operations");
  if (operations == json.end() || !operations->is_array() || operations->empty())
    return fail(wrong("operations", "bulk_operations", "A list of operations is needed."));
  if (operations->size() > kMaxBulk)
    return fail(Error::too_large("entity.too_many_operations",
                                 "At most " + std::to_string(kMaxBulk) + " operations are taken at once.")
                    .at("operations")
                    .with("max", std::to_string(kMaxBulk)));
  for (std::size_t i = 0; i < operations->size(); ++i) {
    TRY_ASSIGN(operation, parse_operation((*operations)[i], "operations/" + std::to_string(i)));
    out.operations.push_back(std::move(operation));
  }
  return out;
}

Result<Written> apply(Engine& engine, WriteContext& write, const EntityEntry& entity,
                      const BulkOperation& operation) {
  switch (operation.action) {
    case Action::kCreate:
      return engine.create(write, entity, operation.values);
    case Action::kUpdate:
      return engine.update(write, entity, operation.id, operation.version, operation.values);
    case Action::kUpsert:
      return upsert(engine, write, entity, operation);
    case Action::kDelete:
      return engine.remove(write, entity, operation.id, operation.version);
    case Action::kRestore:
      break;
  }
  return engine.restore(write, entity, operation.id);
}

Error at_operation(Error error, std::size_t index) {
  return below(std::move(error), "operations/" + std::to_string(index));
}

}  // namespace opsflux::entities
