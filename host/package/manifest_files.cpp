#include <nlohmann/json.hpp>

#include "host/package/digests.hpp"
#include "host/package/json_schema.hpp"
#include "host/package/manifest.hpp"

namespace opsflux::package {
namespace {

// entities::kActions: with every entity.
constexpr std::string_view kActions[] = {"view", "create", "edit", "delete", "export"};

class FileChecker {
 public:
  FileChecker(const Manifest& manifest, const std::set<std::string, std::less<>>& names,
              std::string_view file, const std::vector<std::string>& actions)
      : m_(manifest), names_(names), file_(file), actions_(actions) {
    for (const std::string& name : names)
      if (name.starts_with("entities/") && name.ends_with(".json"))
        entities_.push_back(name.substr(9, name.size() - 14));
  }

  std::vector<Error> run() {
    check_places();
    check_menus();
    check_entities_of_hooks();
    check_routes();
    check_triggers();
    check_web();
    return std::move(errors_);
  }

 private:
  void add(std::string_view code, const std::string& at, const std::string& message) {
    const std::string place = file_ + "#" + at;
    errors_.push_back(Error::invalid(code, place + ": " + message).at(place));
  }
  bool has_entity(std::string_view name) const {
    return std::find(entities_.begin(), entities_.end(), name) != entities_.end();
  }
  void need_entity(const std::string& name, const std::string& at) {
    if (has_entity(name)) return;
    const std::string near = closest(name, entities_);
    add("manifest.missing_entity", at,
        "there is no entities/" + name + ".json" + (near.empty() ? "." : "; did you mean \"" + near + "\"?"));
  }
  void need_file(const std::string& name, const std::string& at) {
    if (names_.contains(name)) return;
    std::vector<std::string> siblings;
    const std::string folder = name.substr(0, name.find('/') + 1);
    for (const std::string& other : names_)
      if (other.starts_with(folder)) siblings.push_back(other);
    const std::string near = closest(name, siblings);
    add("manifest.missing_file", at,
        "there is no file " + name + (near.empty() ? "." : "; did you mean " + near + "?"));
  }

  void check_places() {
    for (const std::string& name : names_) {
      if (name == kManifestName || name == kDigestsName || name == kSignaturesName) continue;
      const std::size_t slash = name.find('/');
      const auto& folders = package_folders();
      if (slash == std::string::npos ||
          std::find(folders.begin(), folders.end(), name.substr(0, slash)) == folders.end())
        errors_.push_back(
            Error::invalid("package.unknown_place",
                           name + " stands in no folder that a package has (" + join(folders, ", ") + ").")
                .at(name));
      else if (name.starts_with("lib/") &&
               !(std::count(name.begin(), name.end(), '/') == 2 && name.ends_with("/module.so")))
        errors_.push_back(
            Error::invalid("package.unknown_place",
                           name + ": a library stands at lib/<platform>/module.so and nowhere else.")
                .at(name));
    }
  }

  void check_menus() {
    for (std::size_t i = 0; i < m_.menus.size(); ++i)
      for (std::size_t j = 0; j < m_.menus[i].items.size(); ++j)
        if (const auto& item = m_.menus[i].items[j]; !item.entity.empty())
          need_entity(item.entity, "/menus/" + std::to_string(i) + "/items/" + std::to_string(j) + "/entity");
  }

  void check_entities_of_hooks() {
    for (std::size_t i = 0; i < m_.hooks.size(); ++i)
      need_entity(m_.hooks[i].entity, "/hooks/" + std::to_string(i) + "/entity");
  }

  bool is_derived(std::string_view permission) const {
    const auto parts = split(permission, '.');
    const bool common =
        std::find(std::begin(kActions), std::end(kActions), parts.back()) != std::end(kActions);
    return (parts.size() == 2 && has_entity(parts[0]) && common) ||
           std::find(actions_.begin(), actions_.end(), permission) != actions_.end();
  }

  void check_routes() {
    std::vector<std::string> known;
    for (std::size_t i = 0; i < m_.permissions.size(); ++i) {
      known.push_back(m_.permissions[i].id);
      if (is_derived(m_.permissions[i].id))
        add("schema.duplicate", "/permissions/" + std::to_string(i) + "/id",
            "\"" + m_.permissions[i].id + "\" exists already: it comes with the entity.");
    }
    for (const std::string& entity : entities_)
      for (const std::string_view action : kActions) known.push_back(entity + "." + std::string(action));
    known.insert(known.end(), actions_.begin(), actions_.end());
    for (std::size_t i = 0; i < m_.routes.size(); ++i) {
      const ManifestRoute& route = m_.routes[i];
      if (route.access != RouteAccess::kPermission ||
          std::find(known.begin(), known.end(), route.permission) != known.end())
        continue;
      const std::string near = closest(route.permission, known);
      add("manifest.unknown_permission", "/routes/" + std::to_string(i) + "/permission",
          "\"" + route.permission + "\" is neither declared in \"permissions\" nor one of an entity" +
              (near.empty() ? "." : "; did you mean \"" + near + "\"?"));
    }
  }

  // The entity of an event of this module's own records; other events are another module's business.
  void need_entity_of(const std::string& event, const std::string& at) {
    const auto parts = split(event, '.');
    if (parts.size() == 3 && parts[0] == m_.id) need_entity(std::string(parts[1]), at);
  }

  void check_triggers() {
    for (std::size_t i = 0; i < m_.triggers.size(); ++i) {
      const std::string at = "/triggers/" + std::to_string(i);
      need_file(m_.triggers[i].file, at + "/file");
      for (std::size_t j = 0; j < m_.triggers[i].on.size(); ++j)
        need_entity_of(m_.triggers[i].on[j], at + "/on/" + std::to_string(j));
    }
    for (std::size_t i = 0; i < m_.subscriptions.size(); ++i)
      need_entity_of(m_.subscriptions[i].event, "/subscriptions/" + std::to_string(i) + "/event");
  }

  void check_web() {
    if (!m_.web) return;
    need_file("web/" + m_.web->entry, "/web/entry");
    for (std::size_t i = 0; i < m_.web->styles.size(); ++i)
      need_file("web/" + m_.web->styles[i], "/web/styles/" + std::to_string(i));
    for (std::size_t i = 0; i < m_.web->widgets.size(); ++i)
      if (const auto& widget = m_.web->widgets[i]; !widget.entity.empty())
        need_entity(widget.entity, "/web/widgets/" + std::to_string(i) + "/entity");
  }

  const Manifest& m_;
  const std::set<std::string, std::less<>>& names_;
  const std::string file_;
  const std::vector<std::string>& actions_;
  std::vector<std::string> entities_;
  std::vector<Error> errors_;
};

}  // namespace

Result<void> check_manifest_files(const Manifest& manifest, const std::set<std::string, std::less<>>& names,
                                  std::string_view file, const std::vector<std::string>& actions) {
  auto errors = FileChecker(manifest, names, file, actions).run();
  if (errors.empty()) return {};
  if (errors.size() == 1) return fail(std::move(errors.front()));
  Error all = Error::invalid("manifest.invalid", std::string(file) + " and the files beside it have " +
                                                     std::to_string(errors.size()) +
                                                     " errors; the first: " + errors.front().message)
                  .at(file);
  all.causes = std::move(errors);
  return fail(std::move(all));
}

std::vector<std::string> actions_of(std::string_view entity, std::string_view definition) {
  std::vector<std::string> out;
  const auto json = parse_json(definition);
  if (!json || !json->is_object() || !json->contains("actions") || !json->at("actions").is_array())
    return out;
  for (const Json& action : json->at("actions"))
    if (action.is_string()) out.push_back(std::string(entity) + "." + action.get<std::string>());
  return out;
}

}  // namespace opsflux::package
