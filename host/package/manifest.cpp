#include "host/package/manifest.hpp"

#include "host/package/json_schema.hpp"
#include "host/package/schema_words.hpp"

namespace opsflux::package {
namespace {

// Paths below /api/v1 and names of the database that a module of the same id would stand in the way of.
const std::set<std::string, std::less<>> kReservedIds = {"admin",
                                                         "api",
                                                         "app",
                                                         "assets",
                                                         "audit",
                                                         "auth",
                                                         "core",
                                                         "events",
                                                         "files",
                                                         "flags",
                                                         "host",
                                                         "identity",
                                                         "information_schema",
                                                         "marketplace",
                                                         "module",
                                                         "modules",
                                                         "opsflux",
                                                         "pg",
                                                         "postgres",
                                                         "public",
                                                         "settings",
                                                         "setup",
                                                         "sqlite",
                                                         "system",
                                                         "texts",
                                                         "triggers",
                                                         "users",
                                                         "web"};

// Tables of OpsFlux itself and of the databases begin so.
bool has_reserved_prefix(std::string_view id) {
  constexpr std::string_view kPrefixes[] = {"core_", "identity_", "opsflux_", "pg_", "settings_", "sqlite_"};
  return std::any_of(std::begin(kPrefixes), std::end(kPrefixes),
                     [&](std::string_view p) { return id.starts_with(p); });
}

// The host's own event, which every module may listen to.
constexpr std::string_view kAlertEvent = "audit.alert";
const std::set<std::string, std::less<>> kRecordEvents = {"created", "updated", "deleted", "restored"};

// Turns a document that fits the schema into the struct, and checks what a schema cannot say.
class Reader {
 public:
  Reader(const Json& document, std::string_view file, ManifestOf of) : doc_(document), file_(file), of_(of) {}

  Manifest read() {
    read_identity();
    read_permissions();
    read_menus();
    read_settings();
    for (const Json& one : list("flags"))
      m_.flags.push_back({text(one, "key"), get_bool_or(one, "enabled", false)});
    read_bindings();
    read_triggers();
    read_web();
    return std::move(m_);
  }

  std::vector<Error> errors;

 private:
  void add(std::string_view code, const std::string& at, const std::string& message) {
    const std::string place = file_ + "#" + at;
    errors.push_back(Error::invalid(code, place + ": " + message).at(place));
  }

  const Json& list(std::string_view key) const {
    static const Json kNone = Json::array();
    const auto it = doc_.find(key);
    return it == doc_.end() ? kNone : *it;
  }
  static std::string at(std::string_view key, std::size_t index, std::string_view member = "") {
    return "/" + std::string(key) + "/" + std::to_string(index) +
           (member.empty() ? "" : "/" + std::string(member));
  }
  static std::vector<std::string> texts(const Json& object, std::string_view key) {
    const auto it = object.find(key);
    return it == object.end() ? std::vector<std::string>{} : it->get<std::vector<std::string>>();
  }
  static std::string text(const Json& object, std::string_view key, std::string_view fallback = "") {
    return get_string_or(object, key, fallback);
  }

  VersionRange range(const std::string& value, const std::string& where) {
    auto parsed = VersionRange::parse(value);
    if (parsed) return *parsed;
    add(parsed.error().code, where, parsed.error().message);
    return {};
  }

  void read_identity() {
    m_.id = text(doc_, "id");
    if (of_ == ManifestOf::kModule && (kReservedIds.contains(m_.id) || has_reserved_prefix(m_.id)))
      add("manifest.reserved_id", "/id", "\"" + m_.id + "\" is a name of OpsFlux itself; choose another.");
    m_.version = *parse_semver(text(doc_, "version"));
    m_.abi = *parse_abi_version(text(doc_, "abi"));
    if (doc_.contains("host")) m_.host = range(text(doc_, "host"), "/host");
    const Json& publisher = doc_.at("publisher");
    m_.publisher = {text(publisher, "id"), text(publisher, "name"), text(publisher, "url")};
    m_.license = text(doc_, "license");
    m_.icon = text(doc_, "icon", "package");
    m_.category = text(doc_, "category", "other");
    m_.exclusive = get_bool_or(doc_, "exclusive", false);
    m_.services = texts(doc_, "services");
    m_.events = texts(doc_, "events");
    for (std::size_t i = 0; i < list("depends").size(); ++i) {
      const Json& one = list("depends")[i];
      m_.depends.push_back({text(one, "id"), range(text(one, "version"), at("depends", i, "version"))});
      if (m_.depends.back().id == m_.id)
        add("manifest.self_dependency", at("depends", i, "id"), "a module cannot depend on itself.");
    }
  }

  void read_permissions() {
    for (const Json& one : list("permissions")) {
      const std::string risk = text(one, "risk");
      m_.permissions.push_back({text(one, "id"),
                                risk == "low"    ? Risk::kLow
                                : risk == "high" ? Risk::kHigh
                                                 : Risk::kModerate,
                                texts(one, "roles")});
    }
  }

  // Menus and items share the translation keys "menu.<id>", so their ids must differ.
  void read_menus() {
    std::map<std::string, std::string> seen;
    const auto note = [&](const std::string& id, const std::string& where) {
      const auto [it, fresh] = seen.try_emplace(id, where);
      if (!fresh)
        add("schema.duplicate", where,
            "\"" + id + "\" is already the id at " + it->second +
                "; menus and items share the keys \"menu.<id>\".");
    };
    for (std::size_t i = 0; i < list("menus").size(); ++i) {
      const Json& one = list("menus")[i];
      ManifestMenu menu{
          text(one, "id"), text(one, "icon", m_.icon), static_cast<int>(get_int_or(one, "order", 100)), {}};
      note(menu.id, at("menus", i, "id"));
      for (std::size_t j = 0; j < one.at("items").size(); ++j) {
        const Json& item = one.at("items")[j];
        menu.items.push_back(
            {text(item, "id"), text(item, "icon"), text(item, "entity"), text(item, "page")});
        note(menu.items.back().id, at("menus", i, "items/" + std::to_string(j) + "/id"));
      }
      m_.menus.push_back(std::move(menu));
    }
  }

  void read_settings() {
    static const std::map<std::string, SettingType, std::less<>> kTypes = {
        {"text", SettingType::kText},       {"integer", SettingType::kInteger},
        {"decimal", SettingType::kDecimal}, {"boolean", SettingType::kBoolean},
        {"enum", SettingType::kEnum},       {"json", SettingType::kJson}};
    for (std::size_t i = 0; i < list("settings").size(); ++i) {
      const Json& one = list("settings")[i];
      ManifestSetting setting;
      setting.key = text(one, "key");
      setting.type = kTypes.find(text(one, "type"))->second;
      setting.values = texts(one, "values");
      setting.secret = get_bool_or(one, "secret", false);
      setting.category = text(one, "category");
      if (one.contains("schema")) setting.schema_json = to_text(one.at("schema"));
      if (one.contains("min")) setting.min = one.at("min").get<double>();
      if (one.contains("max")) setting.max = one.at("max").get<double>();
      check_setting(setting, one, i);
      if (one.contains("default")) setting.default_json = to_text(one.at("default"));
      m_.settings.push_back(std::move(setting));
    }
  }

  void check_setting(const ManifestSetting& s, const Json& one, std::size_t i) {
    const bool number = s.type == SettingType::kInteger || s.type == SettingType::kDecimal;
    const bool bounded = number || s.type == SettingType::kText;
    for (const char* bound : {"min", "max"})
      if (one.contains(bound) && !bounded)
        add("manifest.setting_bound", at("settings", i, bound),
            "a setting of type " + std::string(to_string(s.type)) + " has no bounds.");
    if (s.min && s.max && *s.min > *s.max)
      add("manifest.setting_bound", at("settings", i, "min"), "\"min\" is greater than \"max\".");
    if ((s.type == SettingType::kEnum) == s.values.empty())
      add("manifest.setting_values", at("settings", i),
          s.values.empty() ? "a setting of type enum needs \"values\"."
                           : "only a setting of type enum has \"values\".");
    if (s.secret && s.type != SettingType::kText)
      add("manifest.setting_secret", at("settings", i, "secret"), "only a text can be secret.");
    if (s.secret && one.contains("default"))
      add("manifest.setting_secret", at("settings", i, "default"),
          "a secret has no default: it would stand here for all to read.");
    if (one.contains("schema") && !fits_schema(s, one, i)) return;
    if (one.contains("default")) check_default(s, one.at("default"), at("settings", i, "default"));
  }

  bool fits_schema(const ManifestSetting& s, const Json& one, std::size_t i) {
    if (s.type != SettingType::kJson) {
      add("manifest.setting_schema", at("settings", i, "schema"),
          "only a setting of type json has a schema.");
      return false;
    }
    ManifestSetting probe;
    probe.type = SettingType::kJson;
    probe.schema_json = to_text(one.at("schema"));
    if (const auto usable = check_setting_schema(probe); !usable) {
      add("manifest.setting_schema", at("settings", i, "schema"), usable.error().message);
      return false;
    }
    return true;
  }

  void check_default(const ManifestSetting& s, const Json& value, const std::string& where) {
    if (const auto fits = check_setting_value(s, value); !fits)
      add("manifest.setting_default", where,
          "the default must be " + fits.error().detail + "; it is " + show_value(value) + ".");
  }

  void read_bindings() {
    std::set<std::string> hooks, routes;
    for (std::size_t i = 0; i < list("hooks").size(); ++i) {
      const Json& one = list("hooks")[i];
      const std::string event = text(one, "event");
      m_.hooks.push_back({text(one, "entity"),
                          event == "before_create"   ? HookEvent::kBeforeCreate
                          : event == "before_update" ? HookEvent::kBeforeUpdate
                                                     : HookEvent::kBeforeDelete,
                          text(one, "function"), static_cast<int>(get_int_or(one, "order", 100))});
      if (!hooks.insert(m_.hooks.back().entity + " " + event + " " + m_.hooks.back().function).second)
        add("schema.duplicate", at("hooks", i), "this hook is declared twice.");
    }
    for (std::size_t i = 0; i < list("routes").size(); ++i) read_route(list("routes")[i], i, routes);
    for (std::size_t i = 0; i < list("jobs").size(); ++i) {
      const Json& one = list("jobs")[i];
      m_.jobs.push_back({text(one, "id"), text(one, "function"), parse_duration(text(one, "every"))});
      if (one.contains("every") && !m_.jobs.back().every)
        add("manifest.bad_duration", at("jobs", i, "every"),
            "\"" + text(one, "every") + "\" is not a duration; write for instance \"P1D\" or \"PT15M\".");
    }
  }

  // Two routes clash when they differ in the names of their parameters only.
  void read_route(const Json& one, std::size_t i, std::set<std::string>& shapes) {
    const std::string access = text(one, "access");
    m_.routes.push_back({text(one, "method"), text(one, "path"), text(one, "function"),
                         access == "public"      ? RouteAccess::kPublic
                         : access == "signed_in" ? RouteAccess::kSignedIn
                                                 : RouteAccess::kPermission,
                         text(one, "permission")});
    std::string shape = m_.routes.back().method;
    std::set<std::string_view> names;
    for (const std::string_view part : split(m_.routes.back().path, '/')) {
      const bool parameter = part.starts_with('{');
      if (parameter && !names.insert(part).second)
        add("manifest.route_parameter", at("routes", i, "path"),
            "the parameter " + std::string(part) + " stands twice.");
      shape += "/" + (parameter ? std::string("{}") : std::string(part));
    }
    if (!shapes.insert(shape).second)
      add("schema.duplicate", at("routes", i), "another route answers the same method and path.");
  }

  void read_triggers() {
    for (std::size_t i = 0; i < list("subscriptions").size(); ++i) {
      const Json& one = list("subscriptions")[i];
      m_.subscriptions.push_back(
          {complete_event(text(one, "event"), at("subscriptions", i, "event")), text(one, "function")});
    }
    for (std::size_t i = 0; i < list("triggers").size(); ++i) {
      const Json& one = list("triggers")[i];
      ManifestTrigger trigger{text(one, "file"), {}};
      for (std::size_t j = 0; j < one.at("on").size(); ++j)
        trigger.on.push_back(
            complete_event(one.at("on")[j].get<std::string>(), at("triggers", i, "on/" + std::to_string(j))));
      m_.triggers.push_back(std::move(trigger));
    }
  }

  bool is_dependency(std::string_view id) const {
    return std::any_of(m_.depends.begin(), m_.depends.end(),
                       [&](const ManifestDependency& d) { return d.id == id; });
  }

  // "scored" and "company.created" are this module's; "other.scored" and "other.company.created" need
  // the other module among the dependencies.
  std::string complete_event(const std::string& name, const std::string& where) {
    const auto parts = split(name, '.');
    if (parts.size() == 1) {
      if (std::find(m_.events.begin(), m_.events.end(), name) == m_.events.end())
        add("manifest.unknown_event", where, "\"" + name + "\" is not declared in \"events\".");
      return m_.id + "." + name;
    }
    if (name == kAlertEvent) return name;
    const bool of_record = kRecordEvents.contains(parts.back());
    if (parts.size() == 2 && of_record) return m_.id + "." + name;
    if (parts.size() == 3 && !of_record)
      add("manifest.unknown_event", where,
          "records have the events created, updated, deleted and restored; \"" + std::string(parts.back()) +
              "\" is none of them.");
    if (parts[0] == m_.id ? parts.size() == 2 : !is_dependency(parts[0]))
      add("manifest.unknown_event", where,
          parts[0] == m_.id
              ? "leave \"" + m_.id + ".\" away for an event of this module."
              : "\"" + name + "\" is neither an event of a record here nor one of a module in \"depends\".");
    return name;
  }

  void read_web() {
    if (!doc_.contains("web")) return;
    const Json& web = doc_.at("web");
    m_.web = ManifestWeb{text(web, "entry"), texts(web, "styles"), {}};
    for (const Json& one : web.value("widgets", Json::array()))
      m_.web->widgets.push_back({text(one, "id"), text(one, "slot"), text(one, "entity")});
  }

  const Json& doc_;
  const std::string file_;
  const ManifestOf of_;
  Manifest m_;
};

Unexpected fail_all(std::vector<Error> errors, std::string_view file) {
  if (errors.size() == 1) return fail(std::move(errors.front()));
  Error all = Error::invalid("manifest.invalid", std::string(file) + " has " + std::to_string(errors.size()) +
                                                     " errors; the first: " + errors.front().message)
                  .at(file);
  all.causes = std::move(errors);
  return fail(std::move(all));
}

}  // namespace

Result<Manifest> parse_manifest(std::string_view json, std::string_view file, ManifestOf of) {
  auto document = parse_json(json, {.max_depth = 16, .max_bytes = 1 << 20});
  if (!document) {
    Error error = std::move(document).error();
    error.message = std::string(file) + ": " + error.message;
    error.field = std::string(file);
    return fail(std::move(error));
  }
  if (auto errors = manifest_schema().check(*document, file); !errors.empty())
    return fail_all(std::move(errors), file);
  Reader reader(*document, file, of);
  Manifest manifest = reader.read();
  if (!reader.errors.empty()) return fail_all(std::move(reader.errors), file);
  return manifest;
}

}  // namespace opsflux::package
