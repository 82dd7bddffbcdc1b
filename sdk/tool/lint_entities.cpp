#include "host/base/text.hpp"
#include "host/entities/catalog.hpp"
#include "sdk/tool/lint.hpp"

namespace opsflux::sdk {
namespace {

// Checks one definition against its neighbours and its place in the package; what it says in itself is
// entities::Definition's business.
class EntityLint {
 public:
  EntityLint(const package::Manifest& manifest, const std::string& file, const Json& json,
             const std::set<std::string>& entities)
      : manifest_(manifest), file_(file), json_(json), entities_(entities) {}

  Findings run() {
    check_names();
    check_company();
    const Json& fields = json_.at("fields");
    for (std::size_t i = 0; i < fields.size(); ++i)
      if (fields[i].contains("to"))
        check_reference(fields[i].at("to"), "/fields/" + std::to_string(i) + "/to");
    const Json related = json_.value(Json::json_pointer("/views/record/related"), Json::array());
    for (std::size_t i = 0; i < related.size(); ++i)
      check_reference(related[i].at("entity"), "/views/record/related/" + std::to_string(i) + "/entity");
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

  // Parts are judged by their whole.
  void check_company() {
    const bool shared = json_.value("shared", false), whole = !json_.contains("part_of");
    if (json_.contains("company")) {
      if (shared)
        add("/shared", "lint.shared_company",
            "The records belong to companies by \"company\". Leave out one of both.");
      return;
    }
    if (shared || !whole) return;
    const Json& fields = json_.at("fields");
    std::string place = "/company", what = "\"company\": the field that refers to identity.company";
    for (std::size_t i = 0; i < fields.size(); ++i)
      if (fields[i].value("to", "") == "identity.company") {
        place = "/fields/" + std::to_string(i);
        what = "\"company\": \"" + fields[i].at("name").get<std::string>() + "\"";
        break;
      }
    out_.push_back({Severity::kWarning, file_ + "#" + place, "lint.no_company",
                    "Every company sees these records. Declare " + what +
                        ", or say \"shared\": true if that is meant."});
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

  const package::Manifest& manifest_;
  const std::string& file_;
  const Json& json_;
  const std::set<std::string>& entities_;
  Findings out_;
};

// Whether the form at least is right, so that neighbours can be looked at.
bool report(const Error& error, Findings& out) {
  bool formed = true;
  for (const Error& cause : error.causes.empty() ? std::vector<Error>{error} : error.causes) {
    out.push_back({Severity::kError, cause.field, cause.code, cause.message});
    if (cause.code.starts_with("schema.")) formed = false;
  }
  return formed;
}

}  // namespace

Findings lint_entities(const package::Manifest& manifest, const package::PackageFiles& files) {
  Findings out;
  std::set<std::string> entities;
  std::map<std::string, std::string> plurals;
  for (const auto& [name, content] : files)
    if (name.starts_with("entities/") && name.ends_with(".json"))
      entities.insert(name.substr(9, name.size() - 14));
  entities::Catalog catalog;
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
    const auto definition = entities::Definition::parse(manifest.id, name, *json);
    if (!definition && !report(definition.error(), out)) continue;
    if (definition) catalog.add(*definition);
    Findings more = EntityLint(manifest, name, *json, entities).run();
    out.insert(out.end(), more.begin(), more.end());
    const auto [it, fresh] = plurals.try_emplace(json->at("plural").get<std::string>(), name);
    if (!fresh)
      out.push_back({Severity::kError, name + "#/plural", "lint.plural",
                     "The plural is the address of the entity; " + it->second + " has the same."});
  }
  // What definitions say of one another, once each is right by itself.
  catalog.link();
  if (out.empty())
    if (const auto parts = catalog.check_parts(); !parts) report(parts.error(), out);
  return out;
}

}  // namespace opsflux::sdk
