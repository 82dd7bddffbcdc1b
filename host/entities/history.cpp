#include "host/entities/history.hpp"

#include <map>
#include <nlohmann/json.hpp>

#include "host/base/json_writer.hpp"
#include "host/entities/files.hpp"
#include "host/entities/record_io.hpp"

namespace opsflux::entities {
namespace {

constexpr int kMaxVersions = 1000;

struct Step {
  std::int64_t version = 0;
  std::string action, at, actor_id, actor_name, via;
  Json changes;
};

// A record as it stands, and how it came to it, newest first.
struct Past {
  std::map<std::string, Json> values;
  std::vector<Step> steps;
  std::int64_t version = 0;

  // The values of version `wanted`: from now on back.
  Result<std::map<std::string, Json>> at(std::int64_t wanted) const {
    const std::int64_t oldest = version - static_cast<std::int64_t>(steps.size()) + 1;
    if (wanted < std::max<std::int64_t>(oldest, 1) || wanted > version)
      return fail(
          Error::not_found("entity.no_version", "The record has no version " + std::to_string(wanted) + ".")
              .with("version", std::to_string(wanted)));
    std::map<std::string, Json> out = values;
    for (const Step& step : steps) {
      if (step.version == wanted) break;
      for (const Json& change : step.changes) {
        const auto it = out.find(get_string_or(change, "field", ""));
        if (it != out.end()) it->second = change.value("before", Json());
      }
    }
    return out;
  }
};

Result<Past> past_of(store::Session& session, const Catalog& catalog, const EntityEntry& entity,
                     const Caller& caller, std::string_view id) {
  TRY(Engine::require_scope(session, catalog, entity, caller, id, 0));
  Past out;
  std::string text;
  TRY(session.query_one(entity.read_sql, {id}, [&](const store::Row& row) {
    const Record record = read_record(entity, row, session.dialect());
    out.version = record.version;
    for (const std::size_t i : entity.fields_for(caller).visible)
      out.values[entity.definition->fields[i].name] = to_json(entity.definition->fields[i], record.values[i]);
  }));
  std::int64_t version = out.version;
  TRY(
      session.query("SELECT action, at, actor_id, actor_name, via, changes FROM core_audit WHERE entity = $1 "
                    "AND record_id = $2 AND action IN ('created', 'updated', 'deleted', 'restored') ORDER BY "
                    "id DESC LIMIT " +
                        std::to_string(kMaxVersions),
                    {std::string_view(entity.definition->name), id}, [&](const store::Row& row) {
                      Step step{version--,     row.string(0), row.string(1), row.string(2),
                                row.string(3), row.string(4), Json::array()};
                      if (const auto changes = parse_json(row.is_null(5) ? "[]" : row.text(5)))
                        for (const Json& change : *changes)
                          if (out.values.contains(get_string_or(change, "field", "")))
                            step.changes.push_back(change);
                      out.steps.push_back(std::move(step));
                      return true;
                    }));
  return out;
}

void write_step(JsonWriter& json, const Step& step) {
  json.key("version").number(step.version).key("at").string(step.at);
  json.key("actor").begin_object().key("id").string(step.actor_id).key("name").string(step.actor_name);
  json.end_object().key("via").string(step.via);
}

// {"photo":{"id","name",…},"papers":[{…}]}: of the files that fields name. Those are told that still are
// there.
Result<void> write_files(JsonWriter& json, store::Session& session, const EntityEntry& entity,
                         const std::map<std::string, Json>& values) {
  json.begin_object();
  for (const std::size_t index : entity.file_fields) {
    const Field& field = entity.definition->fields[index];
    const auto value = values.find(field.name);
    if (value == values.end() || value->second.is_null()) continue;
    const bool list = value->second.is_array();
    json.key(field.name);
    if (list) json.begin_array();
    for (const Json& id : list ? value->second : Json::array({value->second})) {
      TRY_ASSIGN(file, find_file(session, id.get<std::string>()));
      if (file || !list) json.begin_object();
      if (file) write_file_members(json, *file);
      if (file || !list) json.end_object();
    }
    if (list) json.end_array();
  }
  json.end_object();
  return {};
}

void write_values(JsonWriter& json, const std::map<std::string, Json>& values) {
  json.begin_object();
  for (const auto& [name, value] : values) json.key(name).raw(to_text(value));
  json.end_object();
}

}  // namespace

Result<void> History::versions(const Catalog& catalog, const EntityEntry& entity, const Caller& caller,
                               std::string_view id, std::string& out) {
  TRY(engine_.note_reading(entity, caller, id));
  const std::size_t start = out.size();
  return engine_.database().read([&](store::Session& session) -> Result<void> {
    out.resize(start);
    TRY_ASSIGN(past, past_of(session, catalog, entity, caller, id));
    JsonWriter json(out);
    json.begin_object().key("data").begin_array();
    for (const Step& step : past.steps) {
      json.begin_object().key("action").string(step.action);
      write_step(json, step);
      json.key("fields").begin_array();
      for (const Json& change : step.changes) json.string(get_string_or(change, "field", ""));
      json.end_array().end_object();
    }
    json.end_array().end_object();
    return {};
  });
}

Result<void> History::version(const Catalog& catalog, const EntityEntry& entity, const Caller& caller,
                              std::string_view id, std::int64_t version, std::string& out) {
  TRY(engine_.note_reading(entity, caller, id));
  const std::size_t start = out.size();
  return engine_.database().read([&](store::Session& session) -> Result<void> {
    out.resize(start);
    TRY_ASSIGN(past, past_of(session, catalog, entity, caller, id));
    TRY_ASSIGN(values, past.at(version));
    JsonWriter json(out);
    json.begin_object().key("version").number(version).key("values");
    write_values(json, values);
    if (!entity.file_fields.empty()) {
      json.key("_files");
      TRY(write_files(json, session, entity, values));
    }
    json.end_object();
    return {};
  });
}

Result<void> History::difference(const Catalog& catalog, const EntityEntry& entity, const Caller& caller,
                                 std::string_view id, std::int64_t from, std::int64_t to, std::string& out) {
  TRY(engine_.note_reading(entity, caller, id));
  const std::size_t start = out.size();
  return engine_.database().read([&](store::Session& session) -> Result<void> {
    out.resize(start);
    TRY_ASSIGN(past, past_of(session, catalog, entity, caller, id));
    TRY_ASSIGN(before, past.at(from));
    TRY_ASSIGN(after, past.at(to));
    JsonWriter json(out);
    json.begin_object().key("from").number(from).key("to").number(to).key("changes").begin_array();
    for (const Field& field : entity.definition->fields) {
      const auto it = before.find(field.name);
      if (it == before.end() || it->second == after[field.name]) continue;
      json.begin_object().key("field").string(field.name).key("before").raw(to_text(it->second));
      json.key("after").raw(to_text(after[field.name])).end_object();
    }
    json.end_array().end_object();
    return {};
  });
}

Result<void> History::blame(const Catalog& catalog, const EntityEntry& entity, const Caller& caller,
                            std::string_view id, std::string& out) {
  TRY(engine_.note_reading(entity, caller, id));
  const std::size_t start = out.size();
  return engine_.database().read([&](store::Session& session) -> Result<void> {
    out.resize(start);
    TRY_ASSIGN(past, past_of(session, catalog, entity, caller, id));
    std::map<std::string, const Step*> last;
    for (const Step& step : past.steps)
      for (const Json& change : step.changes) last.try_emplace(get_string_or(change, "field", ""), &step);
    JsonWriter json(out);
    json.begin_object().key("fields").begin_object();
    for (const auto& [name, step] : last) {
      json.key(name).begin_object();
      write_step(json, *step);
      json.end_object();
    }
    json.end_object().end_object();
    return {};
  });
}

Result<Written> History::restore(WriteContext& write, const EntityEntry& entity, std::string_view id,
                                 std::int64_t version, std::int64_t expected) {
  TRY_ASSIGN(past, past_of(write.transaction, write.catalog, entity, write.caller, id));
  TRY_ASSIGN(values, past.at(version));
  const Definition& definition = *entity.definition;
  const FieldAccess& access = entity.fields_for(write.caller);
  Json input = Json::object();
  for (std::size_t i = 0; i < definition.fields.size(); ++i) {
    const Field& field = definition.fields[i];
    const bool stepped = definition.status == i && !definition.transitions.empty();
    const auto it = values.find(field.name);
    if (it == values.end() || field.read_only || access.locked[i] || stepped) continue;
    if (it->second != past.values[field.name]) input[field.name] = it->second;
  }
  return engine_.update(write, entity, id, expected, input);
}

}  // namespace opsflux::entities
