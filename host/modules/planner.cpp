#include "host/modules/planner.hpp"

#include <nlohmann/json.hpp>

#include "host/base/text.hpp"
#include "host/base/version.hpp"
#include "host/store/introspection.hpp"
#include "host/store/owner_scope.hpp"
#include "host/store/scratch.hpp"
#include "opsflux/abi/types.h"

namespace opsflux::modules {
namespace {

struct ServiceRisk {
  std::string_view id, risk;
};
// What a service lets a module do; see docs/decisions on permissions of modules.
constexpr ServiceRisk kServiceRisks[] = {
    {"opsflux.core/1", "low"},   {"opsflux.i18n/1", "low"}, {"opsflux.entity/1", "moderate"}, {"opsflux.event/1", "low"},
    {"opsflux.http/1", "moderate"}, {"opsflux.job/1", "low"},  {"opsflux.db/1", "high"},
};

std::string version_text(const SemVer& version) { return std::to_string(version.major) + "." + std::to_string(version.minor) + "." + std::to_string(version.patch); }

// "+" for what only `next` has, "-" for what only `before` has, "=" for both.
template <class Set>
std::vector<std::pair<std::string, std::string>> difference(const Set& before, const Set& next) {
  std::vector<std::pair<std::string, std::string>> out;
  for (const auto& item : next) out.emplace_back(before.contains(item) ? "=" : "+", item);
  for (const auto& item : before)
    if (!next.contains(item)) out.emplace_back("-", item);
  return out;
}

class Planner {
 public:
  explicit Planner(const PlanInput& input) : in_(input), manifest_(*input.declarations.manifest) {}

  Result<Json> run() {
    TRY(check_version());
    TRY(check_platform());
    TRY_ASSIGN(depends, dependencies());
    TRY_ASSIGN(tables, table_changes());
    Json plan;
    plan["kind"] = in_.installed != nullptr && in_.installed->state != "removed" ? "upgrade" : "install";
    plan["module"] = {{"id", manifest_.id}, {"version", version_text(manifest_.version)}, {"from_version", from_version()}, {"icon", manifest_.icon}, {"names", texts("module.name")},
                      {"descriptions", texts("module.description")}, {"publisher", manifest_.publisher.name}, {"license", manifest_.license}};
    plan["base"] = in_.installed == nullptr ? Json(nullptr) : Json(in_.installed->digest + ":" + in_.installed->state);
    plan["package"] = package_summary();
    plan["trust"] = trust();
    plan["permissions"] = permissions();
    plan["tables"] = std::move(tables);
    plan["menus"] = menus();
    plan["settings"] = settings();
    plan["hooks"] = hooks();
    plan["triggers"] = Json::array();
    for (const auto& trigger : manifest_.triggers) plan["triggers"].push_back({{"file", trigger.file}, {"on", trigger.on}});
    plan["jobs"] = Json::array();
    for (const auto& job : manifest_.jobs) plan["jobs"].push_back({{"id", job.id}, {"function", job.function}, {"every_s", job.every ? Json(job.every->count()) : Json(nullptr)}});
    plan["routes"] = Json::array();
    for (const auto& route : manifest_.routes)
      plan["routes"].push_back({{"method", route.method}, {"path", "/api/v1/" + manifest_.id + route.path}, {"permission", route.permission}, {"public", route.access == package::RouteAccess::kPublic}});
    plan["depends"] = std::move(depends);
    plan["reversible"] = {{"data_kept", true}};
    plan["accept_required"] = accept_required(plan);
    return plan;
  }

 private:
  std::string from_version() const { return in_.installed != nullptr && in_.installed->state != "removed" ? in_.installed->version : ""; }

  Json texts(const std::string& key) const {
    Json out = Json::object();
    for (const auto& [language, all] : in_.declarations.translations)
      if (const auto it = all.find(key); it != all.end()) out[language] = it->second;
    return out;
  }

  Result<void> check_version() const {
    if (in_.installed == nullptr || in_.installed->state == "removed") return {};
    const auto installed = parse_semver(in_.installed->version);
    const std::string next = version_text(manifest_.version);
    if (installed && manifest_.version < *installed)
      return fail(Error::conflict("package.older", "The module " + manifest_.id + " is installed in version " + in_.installed->version + ", which is newer than " + next + ". Use roll back to return to the version before.")
                      .with("module", manifest_.id).with("installed", in_.installed->version).with("version", next));
    const bool rebuilt = in_.verdict.level == package::TrustLevel::kDevelopment && in_.installed->digest != in_.package.digest();
    if (installed && manifest_.version == *installed && !rebuilt)
      return fail(Error::conflict("package.same_version", "The module " + manifest_.id + " is installed in version " + next + " already.").with("module", manifest_.id).with("version", next));
    return {};
  }

  Result<void> check_platform() const {
    if (manifest_.abi.major != static_cast<int>(OPF_ABI_MAJOR) || manifest_.abi.minor > static_cast<int>(OPF_ABI_MINOR)) {
      const std::string needs = std::to_string(manifest_.abi.major) + "." + std::to_string(manifest_.abi.minor), has = std::to_string(OPF_ABI_MAJOR) + "." + std::to_string(OPF_ABI_MINOR);
      return fail(Error::make(ErrorKind::kUnsupported, "package.abi", "The module needs the module interface " + needs + "; this server has " + has + ". Install a newer server or an older version of the module.")
                      .at("META/module.json#/abi").with("needs", needs).with("has", has));
    }
    const auto host = parse_semver(kVersion);
    if (host && !manifest_.host.contains(*host))
      return fail(Error::make(ErrorKind::kUnsupported, "package.host", "The module needs a server of version " + manifest_.host.text() + "; this is " + std::string(kVersion) + ".")
                      .at("META/module.json#/host").with("needs", manifest_.host.text()).with("has", kVersion));
    for (const std::string& service : manifest_.services)
      if (std::none_of(std::begin(kServiceRisks), std::end(kServiceRisks), [&](const ServiceRisk& known) { return known.id == service; }))
        return fail(Error::make(ErrorKind::kUnsupported, "package.unknown_service", "The module needs the service " + service + ", which this server does not have.").at("META/module.json#/services").with("service", service));
    return {};
  }

  Result<Json> dependencies() const {
    TRY(check_dependencies(manifest_, in_.registry));
    Json out = Json::array();
    for (const auto& dependency : manifest_.depends)
      out.push_back({{"id", dependency.id}, {"version", version_text(in_.registry.module(dependency.id)->manifest->version)}, {"ok", true}});
    return out;
  }

  Json package_summary() const {
    std::uint64_t size = 0;
    for (const auto& file : in_.package.files()) size += file.size;
    return {{"digest", in_.package.digest()}, {"size", size}, {"files", in_.package.files().size()}};
  }

  Json trust() const {
    Json checks = Json::array();
    for (const auto& check : in_.verdict.checks) checks.push_back({{"id", check.id}, {"ok", check.ok}, {"note", check.note}});
    checks.push_back({{"id", "abi"}, {"ok", true}, {"note", ""}});
    Json warnings = Json::array();
    for (const auto& warning : in_.verdict.warnings) warnings.push_back(warning.reason);
    return {{"level", package::to_string(in_.verdict.level)}, {"key_id", in_.verdict.key_id}, {"signer", in_.verdict.signer}, {"signed_at", in_.verdict.signed_at}, {"checks", checks}, {"warnings", warnings}};
  }

  Json permissions() const {
    const auto services = [](const package::Manifest* manifest) {
      return manifest == nullptr ? std::set<std::string>() : std::set<std::string>(manifest->services.begin(), manifest->services.end());
    };
    const package::Manifest* current = in_.current == nullptr ? nullptr : in_.current->manifest.get();
    Json out = Json::array();
    for (const auto& [change, id] : difference(services(current), services(&manifest_))) {
      out.push_back({{"id", id}, {"kind", "service"}, {"change", change}, {"risk", service_risk(id)}});
    }
    const auto names = [](const package::Manifest* manifest) {
      std::set<std::string> all;
      if (manifest != nullptr)
        for (const auto& permission : manifest->permissions) all.insert(permission.id);
      return all;
    };
    for (const auto& [change, id] : difference(names(current), names(&manifest_))) {
      std::string risk = "low";
      for (const auto& permission : manifest_.permissions)
        if (permission.id == id) risk = package::to_string(permission.risk);
      out.push_back({{"id", manifest_.id + "." + id}, {"kind", "permission"}, {"change", change}, {"risk", risk}, {"labels", texts("permission." + id)}});
    }
    return out;
  }

  Json menus() const {
    const auto names = [](const Declarations* declarations) {
      std::set<std::string> all;
      if (declarations != nullptr)
        for (const auto& menu : declarations->manifest->menus)
          for (const auto& item : menu.items) all.insert(menu.id + "/" + item.id);
      return all;
    };
    Json out = Json::array();
    for (const auto& [change, path] : difference(names(in_.current), names(&in_.declarations))) {
      const auto slash = path.find('/');
      out.push_back({{"change", change}, {"id", path}, {"menu_labels", texts("menu." + path.substr(0, slash))}, {"labels", texts("menu." + path.substr(slash + 1))}});
    }
    return out;
  }

  Json settings() const {
    Json out = Json::array();
    for (const auto& setting : manifest_.settings) {
      const bool known = in_.current != nullptr && std::any_of(in_.current->manifest->settings.begin(), in_.current->manifest->settings.end(), [&](const auto& other) { return other.key == setting.key; });
      const auto value = parse_json(setting.default_json.empty() ? "null" : setting.default_json);
      out.push_back({{"change", known ? "=" : "+"}, {"key", setting.key}, {"type", package::to_string(setting.type)}, {"default", value ? *value : Json()}, {"labels", texts("setting." + setting.key + ".label")}});
    }
    return out;
  }

  Json hooks() const {
    Json out = Json::array();
    for (const auto& hook : manifest_.hooks)
      out.push_back({{"event", package::to_string(hook.event)}, {"entity", manifest_.id + "." + hook.entity}, {"function", hook.function}, {"order", hook.order}, {"may_veto", true}});
    return out;
  }

  // Runs the migrations where they can do no harm and compares what they make with what is there.
  Result<Json> table_changes() const {
    std::vector<store::TableInfo> next, current;
    TRY(tables_after_migrations(next));
    Json out = Json::array();
    Json row_counts = Json::object();
    TRY(in_.database.read([&](store::Session& session) -> Result<void> {
      TRY_ASSIGN(found, store::tables(session, manifest_.id + "_"));
      current = std::move(found);
      for (const auto& table : current)
        TRY(session.query("SELECT count(*) FROM " + table.name, {}, [&](const store::Row& row) {
          row_counts[table.name] = row.i64(0);
          return false;
        }));
      return {};
    }));
    for (const auto& table : next) {
      const auto before = std::find_if(current.begin(), current.end(), [&](const auto& other) { return other.name == table.name; });
      Json columns = Json::array();
      for (const auto& column : table.columns)
        if (before == current.end() || before->column(column.name) == nullptr) columns.push_back({{"name", column.name}, {"type", column.type}, {"change", "+"}});
      if (before != current.end())
        for (const auto& column : before->columns)
          if (table.column(column.name) == nullptr) columns.push_back({{"name", column.name}, {"type", column.type}, {"change", "-"}});
      const char* change = before == current.end() ? "+" : columns.empty() ? "=" : "~";
      out.push_back({{"name", table.name}, {"change", change}, {"columns", columns}, {"indexes", table.indexes.size()}, {"rows", row_counts.value(table.name, std::int64_t{0})}});
    }
    for (const auto& table : current)
      if (std::none_of(next.begin(), next.end(), [&](const auto& other) { return other.name == table.name; }))
        out.push_back({{"name", table.name}, {"change", "-"}, {"columns", Json::array()}, {"indexes", 0}, {"rows", row_counts.value(table.name, std::int64_t{0})}});
    return out;
  }

  Result<void> tables_after_migrations(std::vector<store::TableInfo>& out) const {
    TRY_ASSIGN(scratch, store::ScratchDatabase::create(in_.database, in_.temp_folder));
    TRY_ASSIGN(database, store::Database::open(scratch.options()));
    TRY(database->write_now([&](store::Transaction& transaction) { return store::ensure_owner(transaction, manifest_.id); }));
    TRY(store::MigrationRunner(*database, in_.clock).up({manifest_.id, true}, in_.declarations.migrations));
    return database->read([&](store::Session& session) -> Result<void> {
      TRY(check_tables(in_.declarations, session));
      TRY_ASSIGN(found, store::tables(session, manifest_.id + "_"));
      out = std::move(found);
      return {};
    });
  }

  const PlanInput& in_;
  const package::Manifest& manifest_;
};

}  // namespace

Result<void> check_dependencies(const package::Manifest& manifest, const Registry& registry) {
  for (const auto& dependency : manifest.depends) {
    const ActiveModule* found = registry.module(dependency.id);
    if (found != nullptr && dependency.version.contains(found->manifest->version)) continue;
    const std::string has = found == nullptr ? "not active" : version_text(found->manifest->version);
    return fail(Error::conflict("package.dependency_missing", "The module needs " + dependency.id + " " + dependency.version.text() + ", which is " + has + " here. Install or activate it first.")
                    .at("META/module.json#/depends").with("module", dependency.id).with("needs", dependency.version.text()).with("has", has));
  }
  return {};
}

Result<Json> make_plan(const PlanInput& input) { return Planner(input).run(); }

std::string_view service_risk(std::string_view service) {
  const auto known = std::find_if(std::begin(kServiceRisks), std::end(kServiceRisks), [&](const ServiceRisk& one) { return one.id == service; });
  return known == std::end(kServiceRisks) ? "high" : known->risk;
}

std::string plan_digest(const Json& plan) { return sha256_hex(to_text(plan)); }

std::vector<std::string> accept_required(const Json& plan) {
  std::vector<std::string> out;
  for (const Json& permission : plan.value("permissions", Json::array()))
    if (permission.value("risk", "") == "high" && permission.value("change", "") == "+") out.push_back(permission.value("id", ""));
  return out;
}

}  // namespace opsflux::modules
