// What happened to a record, out of the audit trail.
#include <nlohmann/json.hpp>

#include "host/base/json_writer.hpp"
#include "host/entities/engine.hpp"

namespace opsflux::entities {
namespace {

// A row's changes without the fields that the caller may not see. Who was to see a field that is no more,
// nobody knows: only who sees everything is told of it. What happens around a record begins with "_".
std::string visible_changes(const EntityEntry& entity, const FieldAccess& access, std::string_view text) {
  if (&access == &entity.everything) return std::string(text);
  const auto changes = parse_json(text);
  Json out = Json::array();
  if (changes && changes->is_array())
    for (const Json& change : *changes) {
      const std::string name = get_string_or(change, "field", "");
      const auto index = entity.definition->find(name);
      if (index ? !access.hidden[*index] : name.starts_with('_')) out.push_back(change);
    }
  return to_text(out);
}

}  // namespace

Result<void> Engine::activity(const Catalog& catalog, const EntityEntry& entity, const Caller& caller,
                              std::string_view id, std::string& out) {
  TRY(catalog.permissions.require(caller, entity.permission[0]));
  TRY(note_reading(entity, caller, id));
  const FieldAccess& access = entity.fields_for(caller);
  const std::size_t start = out.size();
  return database_.read([&](store::Session& session) -> Result<void> {
    out.resize(start);
    TRY(require_scope(session, catalog, entity, caller, id, 0));
    JsonWriter json(out);
    json.begin_object().key("data").begin_array();
    TRY(session.query(
        "SELECT id, at, actor_id, actor_name, via, action, changes FROM core_audit WHERE "
        "entity = $1 AND record_id = $2 AND action <> 'read' ORDER BY id DESC LIMIT 200",
        {std::string_view(entity.definition->name), id}, [&](const store::Row& row) {
          json.begin_object().key("id").string(row.text(0)).key("at").string(row.text(1));
          json.key("actor").begin_object().key("id").string(row.text(2)).key("name").string(row.text(3));
          json.end_object();
          json.key("via").string(row.text(4)).key("action").string(row.text(5)).key("changes");
          json.raw(row.is_null(6) ? "[]" : visible_changes(entity, access, row.text(6)));
          json.end_object();
          return true;
        }));
    json.end_array().end_object();
    return {};
  });
}

}  // namespace opsflux::entities
