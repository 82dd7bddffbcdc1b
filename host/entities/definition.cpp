#include "host/entities/definition.hpp"

#include "host/base/text.hpp"
#include "host/entities/definition_parser.hpp"
#include "host/package/json_schema.hpp"

namespace opsflux::entities {

bool is_system_column(std::string_view name) {
  return std::find(std::begin(kSystemColumns), std::end(kSystemColumns), name) != std::end(kSystemColumns);
}

std::string Definition::permission(std::string_view action) const {
  if (!part_of) return name + "." + std::string(action);
  return fields[part_of->field].to + "." +
         std::string(action == "view" || action == "export" ? action : "edit");
}

std::optional<std::size_t> Definition::action(std::string_view name) const {
  const auto own = std::find(actions.begin(), actions.end(), name);
  if (own != actions.end()) return std::size(kActions) + static_cast<std::size_t>(own - actions.begin());
  const auto common = std::find(std::begin(kActions), std::end(kActions), name);
  if (common == std::end(kActions)) return std::nullopt;
  return static_cast<std::size_t>(common - std::begin(kActions));
}

std::string_view Definition::action_name(std::size_t action) const {
  return action < std::size(kActions) ? kActions[action] : actions[action - std::size(kActions)];
}

std::string Definition::to_string(const Grant& grant) const {
  const std::string action(action_name(grant.action));
  return grant.scope == Scope::kAll
             ? action
             : action + "." + std::string(kScopes[static_cast<std::size_t>(grant.scope)]);
}

Result<std::shared_ptr<const Definition>> DefinitionParser::refuse() {
  if (errors_.size() == 1) return fail(std::move(errors_.front()));
  Error all =
      Error::invalid("definition.invalid", std::string(file_) + " has " + std::to_string(errors_.size()) +
                                               " errors; the first: " + errors_.front().message)
          .at(file_)
          .with("file", file_)
          .with("count", std::to_string(errors_.size()));
  all.causes = std::move(errors_);
  return fail(std::move(all));
}

// The form first: what follows may take every key to be known and of its type.
Result<std::shared_ptr<const Definition>> DefinitionParser::run(const Json& json) {
  errors_ = package::entity_schema().check(json, file_);
  if (!errors_.empty()) return refuse();
  identity(json);
  const std::size_t before = errors_.size();
  fields(json);
  if (errors_.size() > before) return refuse();
  make_schema();
  after_all_fields(json);
  names_of_fields(json);
  actions(json);
  rights(json);
  scopes(json);
  part_of(json);
  logic(json);
  views(json);
  if (!errors_.empty()) return refuse();
  auto document = std::make_shared<Json>(json);
  (*document)["module"] = out_->module;
  (*document)["name"] = out_->name;
  (*document)["path"] = out_->path;
  for (std::size_t i = first_custom_; i < out_->fields.size(); ++i) (*document)["fields"][i]["custom"] = true;
  out_->document = std::move(document);
  return std::shared_ptr<const Definition>(out_);
}

void DefinitionParser::identity(const Json& json) {
  out_->entity = get_string_or(json, "entity", "");
  out_->plural = get_string_or(json, "plural", "");
  out_->table = get_string_or(json, "table", "");
  out_->locks = get_bool_or(json, "locks", false);
  out_->confidential = get_bool_or(json, "confidential", false);
  out_->name = out_->module + "." + out_->entity;
  out_->path = "/api/v1/" + out_->module + "/" + out_->plural;
  if (!out_->table.starts_with(out_->module + "_"))
    complain("/table", "foreign_table",
             "The table must be named " + out_->module + "_…, because a module owns only such tables.");
}

void DefinitionParser::existing_name(std::string_view name, const std::string& pointer) {
  if (out_->find(name) || is_system_column(name)) return;
  std::vector<std::string> names(std::begin(kSystemColumns), std::end(kSystemColumns));
  for (const Field& field : out_->fields) names.push_back(field.name);
  const std::string near = package::closest(std::string(name), names);
  complain(pointer, "unknown_field",
           "There is no field \"" + std::string(name) + "\" in this entity" +
               (near.empty() ? "." : "; did you mean \"" + near + "\"?"));
}

void DefinitionParser::existing_names(const Json& names, const std::string& pointer) {
  for (std::size_t i = 0; i < names.size(); ++i)
    existing_name(names[i].get<std::string>(), pointer + "/" + std::to_string(i));
}

void DefinitionParser::names_of_fields(const Json& json) {
  out_->title = get_string_or(json, "title", out_->fields.front().name);
  existing_name(out_->title, "/title");
  for (const char* list : {"subtitle", "search"})
    if (const auto it = json.find(list); it != json.end()) existing_names(*it, "/" + std::string(list));
  for (const char* lists : {"indexes", "unique"})
    if (const auto it = json.find(lists); it != json.end())
      for (std::size_t i = 0; i < it->size(); ++i)
        existing_names((*it)[i], "/" + std::string(lists) + "/" + std::to_string(i));
  if (const auto title = out_->find(out_->title); title && is_file(out_->fields[*title].type))
    complain("/title", "title_is_a_file", "A file is no name for a record.");
  for (const Json& name : json.value("search", Json::array()))
    if (const auto index = out_->find(name.get<std::string>())) out_->search.push_back(*index);
  for (const Json& group : json.value("indexes", Json::array()))
    out_->indexes.push_back(group.get<std::vector<std::string>>());
  for (const Json& group : json.value("unique", Json::array()))
    out_->unique_together.push_back(group.get<std::vector<std::string>>());
}

void DefinitionParser::actions(const Json& json) {
  const Json names = json.value("actions", Json::array());
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::string name = names[i].get<std::string>();
    const std::string at = "/actions/" + std::to_string(i);
    if (json.contains("part_of"))
      complain(at, "action_of_part", "What may be done with a part is said by its whole.");
    if (std::find(std::begin(kScopes), std::end(kScopes), name) != std::end(kScopes))
      complain(at, "scope_as_action", "\"" + name + "\" is a scope and cannot be an action.");
    else if (std::find(std::begin(kActions), std::end(kActions), name) != std::end(kActions))
      complain(at, "common_action", "\"" + name + "\" is there for every entity already.");
    else
      out_->actions.push_back(name);
  }
}

std::optional<std::size_t> DefinitionParser::known_action(const std::string& name, const std::string& at) {
  auto out = out_->action(name);
  if (out) return out;
  std::vector<std::string> names(std::begin(kActions), std::end(kActions));
  names.insert(names.end(), out_->actions.begin(), out_->actions.end());
  const std::string near = package::closest(name, names);
  complain(at, "unknown_action",
           "There is no action \"" + name + "\"; those of this entity are " + join(names, ", ") +
               (near.empty() ? ". \"actions\" adds others." : "; did you mean \"" + near + "\"?"));
  return std::nullopt;
}

void DefinitionParser::rights(const Json& json) {
  const Json roles = json.value("rights", Json::object());
  for (const auto& [role, actions] : roles.items())
    for (std::size_t i = 0; i < actions.size(); ++i) {
      const std::string text = actions[i].get<std::string>();
      const auto dot = text.find('.');
      Grant grant{role, 0, Scope::kAll};
      const auto action = known_action(text.substr(0, dot), "/rights/" + role + "/" + std::to_string(i));
      if (!action) continue;
      grant.action = *action;
      if (grant.action == kExport) out_->export_follows_view = false;
      if (dot != std::string::npos)
        grant.scope = static_cast<Scope>(
            std::find(std::begin(kScopes), std::end(kScopes), text.substr(dot + 1)) - std::begin(kScopes));
      const std::string need = grant.scope == Scope::kCompany      ? "company"
                               : grant.scope == Scope::kDepartment ? "department"
                                                                   : "";
      if (!need.empty() && !json.contains(need))
        complain("/rights/" + role, "scope_without_column",
                 "\"" + text + "\" needs \"" + need + "\" to name the field that says whose a record is.");
      out_->grants.push_back(std::move(grant));
    }
}

void DefinitionParser::scope_column(const Json& json, const char* key, std::string& out) {
  const std::string name = get_string_or(json, key, "");
  if (name.empty()) return;
  const auto index = out_->find(name);
  const bool person = std::string_view(key) == "owner";
  // The companies and departments themselves are in their own scope.
  if (name == "id" && !person) {
    out = name;
    return;
  }
  if (!index || (person ? out_->fields[*index].type != FieldType::kUser
                        : out_->fields[*index].type != FieldType::kReference))
    return complain(
        "/" + std::string(key), "not_a_scope",
        "\"" + std::string(key) + "\" names a field of the type " + (person ? "user." : "reference, or id."));
  out = name;
}

void DefinitionParser::scopes(const Json& json) {
  out_->owner = "created_by";
  scope_column(json, "owner", out_->owner);
  scope_column(json, "department", out_->department);
  scope_column(json, "company", out_->company);
}

void DefinitionParser::views(const Json& json) {
  const auto it = json.find("views");
  if (it == json.end()) return;
  if (const auto list = it->find("list"); list != it->end()) list_view(*list);
  if (const auto form = it->find("form"); form != it->end()) form_view(*form);
  other_views(*it);
}

void DefinitionParser::list_view(const Json& view) {
  out_->default_sort = get_string_or(view, "sort", "");
  existing_names(view.at("columns"), "/views/list/columns");
  if (!out_->default_sort.empty())
    for (std::string_view name : split(out_->default_sort, ','))
      existing_name(name.starts_with('-') ? name.substr(1) : name, "/views/list/sort");
  expression(view, "filter", "/views/list");
  const Json tabs = view.value("tabs", Json::array());
  for (std::size_t i = 0; i < tabs.size(); ++i)
    expression(tabs[i], "filter", "/views/list/tabs/" + std::to_string(i));
  const Json totals = view.value("totals", Json::array());
  for (std::size_t i = 0; i < totals.size(); ++i)
    existing(totals[i], "/views/list/totals/" + std::to_string(i), "field");
}

void DefinitionParser::form_view(const Json& view) {
  const Json& sections = view.at("sections");
  for (std::size_t i = 0; i < sections.size(); ++i) {
    const std::string at = "/views/form/sections/" + std::to_string(i);
    existing_names(sections[i].at("fields"), at + "/fields");
    expression(sections[i], "visible_if", at);
  }
}

const Field* DefinitionParser::existing(const Json& object, const std::string& pointer, const char* key) {
  const std::string name = get_string_or(object, key, "");
  if (name.empty()) return nullptr;
  existing_name(name, pointer + "/" + key);
  const auto index = out_->find(name);
  return index ? &out_->fields[*index] : nullptr;
}

void DefinitionParser::view_field(const Json& view, const std::string& at, const char* key, Kinds kinds) {
  const std::string name = get_string_or(view, key, "");
  if (name.empty()) return;
  const Field* field = existing(view, at, key);
  if (field == nullptr && !is_system_column(name)) return;
  const bool system_time = field == nullptr && name.ends_with("_at") &&
                           std::find(kinds.begin(), kinds.end(), FieldType::kDatetime) != kinds.end();
  if (system_time || (field != nullptr && std::find(kinds.begin(), kinds.end(), field->type) != kinds.end()))
    return;
  std::string wanted;
  for (const FieldType kind : kinds) wanted += (wanted.empty() ? "" : ", ") + std::string(to_string(kind));
  complain(at + "/" + key, "view_field_type", "The field here must be one of the types " + wanted + ".");
}

void DefinitionParser::other_views(const Json& views) {
  const Kinds dates = {FieldType::kDate, FieldType::kDatetime};
  const Kinds groups = {FieldType::kEnum, FieldType::kReference, FieldType::kUser, FieldType::kGroup,
                        FieldType::kBoolean};
  const Kinds numbers = {FieldType::kInteger, FieldType::kDecimal, FieldType::kMoney, FieldType::kDuration};
  const Kinds colors = {FieldType::kEnum, FieldType::kColor};
  const struct {
    const char *view, *key;
    Kinds kinds;
  } kRules[] = {{"kanban", "group", groups},
                {"kanban", "sum", numbers},
                {"calendar", "start", dates},
                {"calendar", "end", dates},
                {"calendar", "color", colors},
                {"timeline", "start", dates},
                {"timeline", "end", dates},
                {"timeline", "group", groups},
                {"timeline", "color", colors},
                {"gantt", "start", dates},
                {"gantt", "end", dates},
                {"gantt", "parent", {FieldType::kParent}},
                {"gantt", "progress", numbers},
                {"gantt", "after", {FieldType::kReference, FieldType::kReferences}},
                {"tree", "parent", {FieldType::kParent}},
                {"map", "point", {FieldType::kGeo}},
                {"map", "color", colors}};
  for (const auto& rule : kRules)
    if (const auto view = views.find(rule.view); view != views.end())
      view_field(*view, "/views/" + std::string(rule.view), rule.key, rule.kinds);
  if (const auto kanban = views.find("kanban"); kanban != views.end() && kanban->contains("fields"))
    existing_names(kanban->at("fields"), "/views/kanban/fields");
  if (const auto record = views.find("record"); record != views.end() && record->contains("facts"))
    existing_names(record->at("facts"), "/views/record/facts");
  if (const auto chart = views.find("chart"); chart != views.end()) charts(*chart);
}

void DefinitionParser::charts(const Json& charts) {
  for (std::size_t i = 0; i < charts.size(); ++i) {
    const std::string at = "/views/chart/" + std::to_string(i);
    const Json& chart = charts[i];
    existing(chart, at, "group");
    existing(chart, at, "series");
    if (chart.contains("bucket")) view_field(chart, at, "group", {FieldType::kDate, FieldType::kDatetime});
    expression(chart, "filter", at);
    const Json measure = chart.value("measure", Json::object());
    if (measure.empty()) continue;
    if ((get_string_or(measure, "op", "") == "count") == measure.contains("field"))
      complain(at + "/measure", "bad_measure",
               "A measure is a count, or names the \"field\" whose sum, avg, min or max it is.");
    view_field(measure, at + "/measure", "field",
               {FieldType::kInteger, FieldType::kDecimal, FieldType::kMoney, FieldType::kDuration});
  }
}

Definition::~Definition() = default;

Result<std::shared_ptr<const Definition>> Definition::parse(std::string_view module, std::string_view file,
                                                            const Json& json) {
  return DefinitionParser(module, file).run(json);
}

std::optional<std::size_t> Definition::find(std::string_view field) const {
  const auto it = index_.find(std::string(field));
  if (it == index_.end()) return std::nullopt;
  return it->second;
}

}  // namespace opsflux::entities
