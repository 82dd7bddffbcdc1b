#include "host/entities/entity_document.hpp"

#include <nlohmann/json.hpp>
#include <set>

#include "host/entities/expression/expression.hpp"

namespace opsflux::entities {
namespace {

using Names = std::set<std::string>;

Names hidden_names(const EntityEntry& entity, const FieldAccess& access) {
  Names out;
  for (std::size_t i = 0; i < access.hidden.size(); ++i)
    if (access.hidden[i]) out.insert(entity.definition->fields[i].name);
  return out;
}

bool reads_hidden(const ExpressionPtr& expression, const FieldAccess& access) {
  if (!expression) return false;
  return std::any_of(expression->fields().begin(), expression->fields().end(), [&](const auto& field) {
    return field.slot < access.hidden.size() && access.hidden[field.slot];
  });
}

bool names_hidden(const Json& value, const Names& hidden) {
  return value.is_string() && hidden.contains(value.get_ref<const std::string&>());
}

// Takes names out of lists, and out of lists of objects those objects that name one.
void strip(Json& value, const Names& hidden) {
  if (value.is_array()) {
    Json kept = Json::array();
    for (Json& item : value) {
      const bool gone = item.is_object() ? std::any_of(item.begin(), item.end(),
                                                       [&](const Json& v) { return names_hidden(v, hidden); })
                                         : names_hidden(item, hidden);
      if (gone) continue;
      strip(item, hidden);
      kept.push_back(std::move(item));
    }
    value = std::move(kept);
  } else if (value.is_object()) {
    for (Json& member : value) strip(member, hidden);
  }
}

// A view that stands on a field the caller may not see is not shown to him.
void strip_views(Json& views, const Names& hidden) {
  for (auto it = views.begin(); it != views.end();) {
    const bool gone = it->is_object() && std::any_of(it->begin(), it->end(),
                                                     [&](const Json& v) { return names_hidden(v, hidden); });
    it = gone ? views.erase(it) : std::next(it);
  }
  strip(views, hidden);
}

Json fields_for(const EntityEntry& entity, const FieldAccess& access) {
  const Json& given = entity.definition->document->at("fields");
  Json out = Json::array();
  for (const std::size_t i : access.visible) {
    const Field& field = entity.definition->fields[i];
    Json one = given[i];
    if (access.locked[i]) one["read_only"] = true;
    const std::pair<const char*, const ExpressionPtr&> conditions[] = {{"computed", field.computed},
                                                                       {"required_if", field.required_if},
                                                                       {"visible_if", field.visible_if},
                                                                       {"read_only_if", field.read_only_if}};
    for (const auto& [key, condition] : conditions)
      if (reads_hidden(condition, access)) one.erase(key);
    if (field.computed || field.rollup || field.type == FieldType::kSequence) one["read_only"] = true;
    if (!field.to.empty()) one["to"] = field.to;
    for (const char* key : {"view", "edit"}) one.erase(key);
    out.push_back(std::move(one));
  }
  return out;
}

}  // namespace

Json document_for(const Catalog& catalog, const EntityEntry& entity, const Caller& caller) {
  Json rights = Json::array();
  for (std::size_t i = 0; i < entity.permission.size(); ++i)
    if (catalog.permissions.allows(caller, entity.permission[i])) rights.push_back(kActions[i]);
  if (rights.empty()) return nullptr;
  const FieldAccess& access = entity.fields_for(caller);
  const Names hidden = hidden_names(entity, access);
  Json out = *entity.definition->document;
  out["rights"] = std::move(rights);
  out["fields"] = fields_for(entity, access);
  for (const EntityEntry* part : entity.parts)
    out["parts"].push_back({{"name", part->definition->part_of->name}, {"entity", part->definition->name}});
  if (hidden.empty()) return out;
  for (const char* list : {"search", "subtitle"})
    if (const auto it = out.find(list); it != out.end()) strip(*it, hidden);
  if (const auto it = out.find("rules"); it != out.end()) {
    Json kept = Json::array();
    for (std::size_t i = 0; i < entity.definition->rules.size(); ++i)
      if (!reads_hidden(entity.definition->rules[i].check, access))
        kept.push_back(entity.definition->document->at("rules")[i]);
    *it = std::move(kept);
  }
  if (const auto it = out.find("duplicates"); it != out.end()) {
    Json kept = Json::array();
    for (std::size_t i = 0; i < entity.definition->duplicates.size(); ++i) {
      const auto& fields = entity.definition->duplicates[i].fields;
      if (std::none_of(fields.begin(), fields.end(), [&](std::size_t field) { return access.hidden[field]; }))
        kept.push_back(entity.definition->document->at("duplicates")[i]);
    }
    *it = std::move(kept);
  }
  if (const auto it = out.find("views"); it != out.end()) strip_views(*it, hidden);
  return out;
}

}  // namespace opsflux::entities
