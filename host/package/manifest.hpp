// A module's manifest: what it is, what it needs, what it declares. It binds in code only what it
// declares here. The format is published as sdk/schemas/manifest.schema.json.
//
// Names here are local to the module ("company", "company.view"), but for events in triggers, which are
// complete ("tiers.company.created") because they may be another module's.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/error.hpp"
#include "host/base/json.hpp"
#include "host/base/text.hpp"
#include "host/package/version_range.hpp"

namespace opsflux::package {

struct ManifestPublisher {
  std::string id, name, url;
};

struct ManifestDependency {
  std::string id;
  VersionRange version;
};

enum class Risk : std::uint8_t { kLow, kModerate, kHigh };
std::string_view to_string(Risk risk);

struct ManifestPermission {
  std::string id;  // "score.recompute"; outside "tiers.score.recompute"
  Risk risk = Risk::kModerate;
  std::vector<std::string> roles;  // that have it from the start
};

struct ManifestMenuItem {
  std::string id, icon;
  std::string entity;  // one of entity and page is set
  std::string page;
};

struct ManifestMenu {
  std::string id, icon;
  int order = 100;
  std::vector<ManifestMenuItem> items;
};

enum class SettingType : std::uint8_t { kText, kInteger, kDecimal, kBoolean, kEnum, kJson };
std::string_view to_string(SettingType type);

struct ManifestSetting {
  std::string key;
  SettingType type = SettingType::kText;
  std::string default_json;  // JSON text of the default, of the setting's type; decimals as JSON strings
  std::optional<double> min, max;
  std::vector<std::string> values;  // of an enum
  bool secret = false;              // never shown again, never logged
  std::string category;             // "sign_in": where it is shown; empty: with the module's others
  std::string schema_json;          // of type json: what its values must be; empty: any JSON
};

// Whether a setting may have the value: its type (decimals are text), its bounds (of a text: its length), its
// choices. Errors are at the key: "setting.not_<type>", "setting.range", "setting.below_min",
// "setting.above_max", "setting.length", "setting.choice", "setting.not_json"; `detail` says what would be
// right.
Result<void> check_setting_value(const ManifestSetting& setting, const Json& value);
// Whether the schema of a setting of type json can be used: words of json_schema.hpp, without references.
Result<void> check_setting_schema(const ManifestSetting& setting);

// A feature flag that administrators find in their list before anybody has touched it.
struct ManifestFlag {
  std::string key;  // "new_map"; outside "fleet.new_map"
  bool enabled = false;
};

enum class HookEvent : std::uint8_t { kBeforeCreate, kBeforeUpdate, kBeforeDelete };
std::string_view to_string(HookEvent event);  // "before_create", ...

struct ManifestHook {
  std::string entity;
  HookEvent event = HookEvent::kBeforeCreate;
  std::string function;
  int order = 100;
};

enum class RouteAccess : std::uint8_t { kPublic, kSignedIn, kPermission };

struct ManifestRoute {
  std::string method;  // "GET", ...
  std::string path;    // "/checks/siret/{siret}", below /api/v1/<module>
  std::string function;
  RouteAccess access = RouteAccess::kPermission;
  std::string permission;  // "company.view"
};

struct ManifestJob {
  std::string id, function;
  std::optional<std::chrono::seconds> every;  // absent: runs when asked for
};

// A function of the library that gets committed events.
struct ManifestSubscription {
  std::string event;  // complete: "tiers.company.created"
  std::string function;
};

struct ManifestTrigger {
  std::string file;             // "triggers/review.lua"
  std::vector<std::string> on;  // complete: "tiers.company.created"
};

struct ManifestWidget {
  std::string id, slot, entity;  // entity may be empty
};

struct ManifestWeb {
  std::string entry;  // below web/
  std::vector<std::string> styles;
  std::vector<ManifestWidget> widgets;
};

struct Manifest {
  std::string id;
  SemVer version;
  AbiVersion abi;
  VersionRange host;
  ManifestPublisher publisher;
  std::string license, icon, category;
  std::vector<ManifestDependency> depends;
  std::vector<std::string> services;
  std::vector<ManifestPermission> permissions;
  std::vector<ManifestMenu> menus;
  std::vector<ManifestSetting> settings;
  std::vector<ManifestFlag> flags;
  std::vector<ManifestHook> hooks;
  std::vector<ManifestRoute> routes;
  std::vector<std::string> events;  // local names
  std::vector<ManifestJob> jobs;
  std::vector<ManifestSubscription> subscriptions;
  std::vector<ManifestTrigger> triggers;
  std::optional<ManifestWeb> web;
  bool exclusive = false;  // its migrations break the version that runs: requests wait for the switch

  // Whether it binds anything in code, and so must bring a library.
  bool needs_library() const {
    return !hooks.empty() || !routes.empty() || !jobs.empty() || !subscriptions.empty();
  }
};

enum class ManifestOf : std::uint8_t {
  kModule,       // may not take a name of OpsFlux itself
  kCoreService,  // compiled in
};

// One error with code "manifest.invalid" and every single one in `causes` (or the single one itself);
// `field` of each is "<file>#<JSON pointer>". `file` is the name that people know it by.
Result<Manifest> parse_manifest(std::string_view json, std::string_view file = "manifest.json",
                                ManifestOf of = ManifestOf::kModule);

// What a manifest names must be there: entities/<name>.json of hooks, menus and widgets, triggers, web
// files, permissions of routes; and every file must stand in one of the known folders. `names` are the
// files of the package (or of the source folder, as they will stand in the package), sorted or not.
// `actions`: permissions that entities bring besides those of all, "job.approve"; see actions_of().
Result<void> check_manifest_files(const Manifest& manifest, const std::set<std::string, std::less<>>& names,
                                  std::string_view file = "manifest.json",
                                  const std::vector<std::string>& actions = {});
// Those of one definition, the text of entities/<name>.json; none where it cannot be read.
std::vector<std::string> actions_of(std::string_view entity, std::string_view definition);

// The folders a package may have: "entities", "migrations", ...
const std::vector<std::string>& package_folders();

// ISO 8601 duration of weeks, days, hours, minutes, seconds: "P1D", "PT15M". Nullopt on others and on zero.
std::optional<std::chrono::seconds> parse_duration(std::string_view text);

}  // namespace opsflux::package
