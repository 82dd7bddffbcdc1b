#include "host/base/text.hpp"
#include "host/package/json_schema.hpp"
#include "sdk/tool/lint.hpp"

namespace opsflux::sdk {
namespace {

const std::vector<std::string> kSystemFields = {"id",         "version",    "created_at", "created_by",
                                                "updated_at", "updated_by", "deleted_at"};

// Checks one definition against itself and its neighbours; its form is the schema's business.
class EntityLint {
 public:
  EntityLint(const package::Manifest& manifest, const std::string& file, const Json& json,
             const std::set<std::string>& entities)
      : manifest_(manifest), file_(file), json_(json), entities_(entities) {
    for (const Json& field : json.at("fields")) fields_.push_back(field.at("name"));
  }

  Findings run() {
    check_names();
    for (std::size_t i = 0; i < json_.at("fields").size(); ++i)
      check_field(json_.at("fields")[i], "/fields/" + std::to_string(i));
    check_mentions();
    return std::move(out_);
  }

 private:
  void add(const std::string& at, const char* code, const std::string& message) {
    out_.push_back({Severity::kError, file_ + "#" + at, code, message});
  }

  void check_names() {
    const std::string entity = json_.at("entity");
    if (file_ != "entities/" + entity + ".json")
      add("/entity", "lint.entity_name", "The file of this entity must be entities/" + entity + ".json.");
    const std::string table = manifest_.id + "_" + entity;
    if (json_.at("table") != table)
      add("/table", "lint.entity_table", "The table must be named " + table + ".");
  }

  void check_field(const Json& field, const std::string& at) {
    const std::string name = field.at("name"), type = field.at("type");
    if (std::find(kSystemFields.begin(), kSystemFields.end(), name) != kSystemFields.end())
      add(at + "/name", "lint.reserved_field", "Every entity has the field " + name + " already.");
    if ((type == "enum") != field.contains("values"))
      add(at, "lint.field_values",
          type == "enum" ? "An enum lists its \"values\"." : "Only an enum has \"values\".");
    if ((type == "reference") != field.contains("to"))
      add(at, "lint.field_reference",
          type == "reference" ? "A reference names an entity in \"to\"." : "Only a reference has \"to\".");
    if (type != "decimal" && (field.contains("precision") || field.contains("scale")))
      add(at, "lint.field_precision", "Only a decimal has \"precision\" and \"scale\".");
    if (field.contains("to")) check_reference(field.at("to"), at + "/to");
    for (const char* per_value : {"colors", "tones"})
      if (field.contains(per_value)) check_values(field, per_value, at);
    if (type == "enum" && field.contains("default") && field.contains("values")) {
      const Json& values = field.at("values");
      if (std::find(values.begin(), values.end(), field.at("default")) == values.end())
        add(at + "/default", "lint.field_default", "The default is none of \"values\".");
    }
  }

  void check_values(const Json& field, const char* member, const std::string& at) {
    const Json values = field.value("values", Json::array());
    for (const auto& [value, unused] : field.at(member).items())
      if (std::find(values.begin(), values.end(), value) == values.end())
        add(at + "/" + member + "/" + value, "lint.unknown_value",
            "\"" + value + "\" is none of \"values\".");
  }

  void check_reference(const std::string& to, const std::string& at) {
    const auto dot = to.find('.');
    const std::string module = dot == std::string::npos ? manifest_.id : to.substr(0, dot),
                      entity = dot == std::string::npos ? to : to.substr(dot + 1);
    if (module == manifest_.id) {
      if (!entities_.contains(entity))
        add(at, "lint.unknown_entity", "There is no entities/" + entity + ".json.");
      return;
    }
    const bool depends = std::any_of(manifest_.depends.begin(), manifest_.depends.end(),
                                     [&](const auto& d) { return d.id == module; });
    if (!depends && module != "identity")
      add(at, "lint.unknown_entity",
          "\"" + to + "\" is of the module " + module + ", which is not in the manifest's \"depends\".");
  }

  void need_field(const Json& name, const std::string& at) {
    const std::string text = name.get<std::string>();
    if (std::find(fields_.begin(), fields_.end(), text) != fields_.end()) return;
    if (std::find(kSystemFields.begin(), kSystemFields.end(), text) != kSystemFields.end()) return;
    const std::string near = package::closest(text, fields_);
    add(at, "lint.unknown_field",
        "There is no field \"" + text + "\"" + (near.empty() ? "." : "; did you mean \"" + near + "\"?"));
  }
  void need_fields(const Json& names, const std::string& at) {
    for (std::size_t i = 0; i < names.size(); ++i) need_field(names[i], at + "/" + std::to_string(i));
  }

  // Everywhere else in the file where a field is named.
  void check_mentions() {
    if (json_.contains("title")) need_field(json_.at("title"), "/title");
    if (json_.contains("status")) need_field(json_.at("status"), "/status");
    for (const char* list : {"subtitle", "search"})
      if (json_.contains(list)) need_fields(json_.at(list), "/" + std::string(list));
    for (const char* lists : {"indexes", "unique"})
      if (json_.contains(lists))
        for (std::size_t i = 0; i < json_.at(lists).size(); ++i)
          need_fields(json_.at(lists)[i], "/" + std::string(lists) + "/" + std::to_string(i));
    const Json views = json_.value("views", Json::object());
    if (views.contains("list")) check_list(views.at("list"));
    if (views.contains("form"))
      for (std::size_t i = 0; i < views.at("form").at("sections").size(); ++i)
        need_fields(views.at("form").at("sections")[i].at("fields"),
                    "/views/form/sections/" + std::to_string(i) + "/fields");
    if (views.contains("record")) {
      const Json& record = views.at("record");
      if (record.contains("facts")) need_fields(record.at("facts"), "/views/record/facts");
      const Json related = record.value("related", Json::array());
      for (std::size_t i = 0; i < related.size(); ++i)
        check_reference(related[i].at("entity"), "/views/record/related/" + std::to_string(i) + "/entity");
    }
  }

  void check_list(const Json& list) {
    need_fields(list.at("columns"), "/views/list/columns");
    const std::string sort = get_string_or(list, "sort", "id");
    for (std::string_view name : split(sort, ','))
      need_field(std::string(name.starts_with('-') ? name.substr(1) : name), "/views/list/sort");
    const Json totals = list.value("totals", Json::array());
    for (std::size_t i = 0; i < totals.size(); ++i)
      need_field(totals[i].at("field"), "/views/list/totals/" + std::to_string(i) + "/field");
  }

  const package::Manifest& manifest_;
  const std::string& file_;
  const Json& json_;
  const std::set<std::string>& entities_;
  std::vector<std::string> fields_;
  Findings out_;
};

}  // namespace

Findings lint_entities(const package::Manifest& manifest, const package::PackageFiles& files) {
  Findings out;
  std::set<std::string> entities;
  std::map<std::string, std::string> plurals;
  for (const auto& [name, content] : files)
    if (name.starts_with("entities/") && name.ends_with(".json"))
      entities.insert(name.substr(9, name.size() - 14));
  for (const auto& [name, content] : files) {
    if (!name.starts_with("entities/")) continue;
    if (!name.ends_with(".json")) {
      out.push_back(
          {Severity::kError, name, "lint.entity_name", "Only entities/<name>.json stand in this folder."});
      continue;
    }
    const auto json = parse_json(content);
    if (!json) {
      out.push_back({Severity::kError, name, json.error().code, name + ": " + json.error().message});
      continue;
    }
    const auto errors = package::entity_schema().check(*json, name);
    for (const Error& error : errors)
      out.push_back({Severity::kError, error.field, error.code, error.message});
    if (!errors.empty()) continue;
    Findings more = EntityLint(manifest, name, *json, entities).run();
    out.insert(out.end(), more.begin(), more.end());
    const auto [it, fresh] = plurals.try_emplace(json->at("plural").get<std::string>(), name);
    if (!fresh)
      out.push_back({Severity::kError, name + "#/plural", "lint.plural",
                     "The plural is the address of the entity; " + it->second + " has the same."});
  }
  return out;
}

}  // namespace opsflux::sdk
