#include "host/entities/entity_document.hpp"

#include <nlohmann/json.hpp>
#include <set>

#include "host/base/text.hpp"
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

// Whether a text in the expression language, or a list of fields to sort by, has one of the names.
bool mentions(const Json& value, const Names& hidden) {
  if (!value.is_string()) return false;
  std::string word;
  for (const char c : value.get_ref<const std::string&>() + " ") {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_')
      word += c;
    else if (hidden.contains(std::exchange(word, {})))
      return true;
  }
  return false;
}

bool is_gone(const Json& object, const Names& hidden) {
  const auto filter = object.find("filter");
  return std::any_of(object.begin(), object.end(), [&](const Json& v) { return names_hidden(v, hidden); }) ||
         (filter != object.end() && mentions(*filter, hidden));
}

// "-veiled,name" without the fields that are hidden.
std::string sort_without(const std::string& sort, const Names& hidden) {
  std::vector<std::string> kept;
  for (const std::string_view part : split(sort, ','))
    if (!hidden.contains(std::string(part.substr(part.starts_with('-') ? 1 : 0)))) kept.emplace_back(part);
  return join(kept, ",");
}

// Takes names out of lists, and out of lists of objects those objects that name one; conditions on them from
// what stays.
void strip(Json& value, const Names& hidden) {
  if (value.is_array()) {
    Json kept = Json::array();
    for (Json& item : value) {
      if (item.is_object() ? is_gone(item, hidden) : names_hidden(item, hidden)) continue;
      strip(item, hidden);
      kept.push_back(std::move(item));
    }
    value = std::move(kept);
  } else if (value.is_object()) {
    for (const char* condition : {"visible_if", "if"})
      if (const auto it = value.find(condition); it != value.end() && mentions(*it, hidden)) value.erase(it);
    for (Json& member : value) strip(member, hidden);
  }
}

// Groups of names go as a whole: without one of them they say something else.
void strip_groups(Json& groups, const Names& hidden) {
  Json kept = Json::array();
  for (Json& group : groups)
    if (std::none_of(group.begin(), group.end(),
                     [&](const Json& name) { return names_hidden(name, hidden); }))
      kept.push_back(std::move(group));
  groups = std::move(kept);
}

// A view that stands on a field the caller may not see is not shown to him.
void strip_views(Json& views, const Names& hidden) {
  for (auto it = views.begin(); it != views.end();) {
    const bool gone = it->is_object() && std::any_of(it->begin(), it->end(),
                                                     [&](const Json& v) { return names_hidden(v, hidden); });
    it = gone ? views.erase(it) : std::next(it);
  }
  if (const auto list = views.find("list"); list != views.end() && list->contains("sort")) {
    const std::string sort = sort_without(get_string_or(*list, "sort", ""), hidden);
    if (sort.empty())
      list->erase("sort");
    else
      (*list)["sort"] = sort;
  }
  if (const auto list = views.find("list"); list != views.end() && list->contains("filter"))
    if (mentions(list->at("filter"), hidden)) list->erase("filter");
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
    if (const auto currency = entity.definition->find(field.currency); currency && access.hidden[*currency])
      one.erase("currency");
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
    if (catalog.permissions.allows(caller, entity.permission[i]))
      rights.push_back(entity.definition->action_name(i));
  if (rights.empty()) return nullptr;
  const FieldAccess& access = entity.fields_for(caller);
  const Names hidden = hidden_names(entity, access);
  Json out = *entity.definition->document;
  out["rights"] = std::move(rights);
  out["fields"] = fields_for(entity, access);
  for (const EntityEntry* part : entity.parts)
    out["parts"].push_back({{"name", part->definition->part_of->name}, {"entity", part->definition->name}});
  if (hidden.empty()) return out;
  for (const char* list : {"search", "subtitle", "transitions"})
    if (const auto it = out.find(list); it != out.end()) strip(*it, hidden);
  for (const char* groups : {"indexes", "unique"})
    if (const auto it = out.find(groups); it != out.end()) strip_groups(*it, hidden);
  for (const char* name : {"title", "status", "owner", "company", "department"})
    if (const auto it = out.find(name); it != out.end() && names_hidden(*it, hidden)) out.erase(it);
  // A record is known by something, even where its name is not for everybody.
  if (!out.contains("title") && !access.visible.empty())
    out["title"] = entity.definition->fields[access.visible.front()].name;
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
