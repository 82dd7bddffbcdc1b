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
    {"opsflux.core/1", "low"},  {"opsflux.i18n/1", "low"},      {"opsflux.entity/1", "moderate"},
    {"opsflux.event/1", "low"}, {"opsflux.http/1", "moderate"}, {"opsflux.job/1", "low"},
    {"opsflux.db/1", "high"},
};

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
    TRY(package::check_requirements(in_.package, in_.facts));
    TRY_ASSIGN(tables, table_changes());
    Json plan;
    plan["kind"] = in_.installed != nullptr && in_.installed->state != "removed" ? "upgrade" : "install";
    plan["module"] = {{"id", manifest_.id},
                      {"version", package::to_string(manifest_.version)},
                      {"from_version", from_version()},
                      {"icon", manifest_.icon},
                      {"names", texts("module.name")},
                      {"descriptions", texts("module.description")},
                      {"publisher", manifest_.publisher.name},
                      {"license", manifest_.license}};
    plan["base"] =
        in_.installed == nullptr ? Json(nullptr) : Json(in_.installed->digest + ":" + in_.installed->state);
    plan["package"] = package_summary();
    plan["trust"] = trust();
    plan["permissions"] = permissions();
    plan["entities"] = entities();
    plan["tables"] = std::move(tables);
    plan["menus"] = menus();
    plan["settings"] = settings();
    plan["hooks"] = hooks();
    plan["triggers"] = Json::array();
    for (const auto& trigger : manifest_.triggers)
      plan["triggers"].push_back({{"file", trigger.file}, {"on", trigger.on}});
    plan["jobs"] = Json::array();
    for (const auto& job : manifest_.jobs)
      plan["jobs"].push_back({{"id", job.id},
                              {"function", job.function},
                              {"every_s", job.every ? Json(job.every->count()) : Json(nullptr)}});
    plan["routes"] = Json::array();
    for (const auto& route : manifest_.routes)
      plan["routes"].push_back({{"method", route.method},
                                {"path", "/api/v1/" + manifest_.id + route.path},
                                {"permission", route.permission},
                                {"public", route.access == package::RouteAccess::kPublic}});
    plan["depends"] = dependencies();
    plan["reversible"] = {{"data_kept", true}};
    plan["accept_required"] = accept_required(plan);
    return plan;
  }

 private:
  std::string from_version() const {
    return in_.installed != nullptr && in_.installed->state != "removed" ? in_.installed->version : "";
  }

  Json texts(const std::string& key) const {
    Json out = Json::object();
    for (const auto& [language, all] : in_.declarations.translations)
      if (const auto it = all.find(key); it != all.end()) out[language] = it->second;
    return out;
  }

  Result<void> check_version() const {
    if (in_.installed == nullptr || in_.installed->state == "removed") return {};
    const auto installed = parse_semver(in_.installed->version);
    const std::string next = package::to_string(manifest_.version);
    if (installed && manifest_.version < *installed)
      return fail(Error::conflict("package.older", "The module " + manifest_.id +
                                                       " is installed in version " + in_.installed->version +
                                                       ", which is newer than " + next +
                                                       ". Use roll back to return to the version before.")
                      .with("module", manifest_.id)
                      .with("installed", in_.installed->version)
                      .with("version", next));
    const bool rebuilt = in_.verdict.level == package::TrustLevel::kDevelopment &&
                         in_.installed->digest != in_.package.digest();
    if (installed && manifest_.version == *installed && !rebuilt)
      return fail(
          Error::conflict("package.same_version",
                          "The module " + manifest_.id + " is installed in version " + next + " already.")
              .with("module", manifest_.id)
              .with("version", next));
    return {};
  }

  Json dependencies() const {
    Json out = Json::array();
    for (const auto& dependency : manifest_.depends)
      out.push_back({{"id", dependency.id},
                     {"version", package::to_string(in_.facts.active_modules.find(dependency.id)->second)},
                     {"ok", true}});
    return out;
  }

  static std::map<std::string, const entities::Definition*> definitions_of(const Declarations* declarations) {
    std::map<std::string, const entities::Definition*> out;
    if (declarations != nullptr)
      for (const auto& definition : declarations->definitions) out[definition->entity] = definition.get();
    return out;
  }

  using Rights = std::map<std::string, std::vector<std::string>>;  // by role

  static Json rights_changes(const Rights& before, const Rights& next) {
    Json out = Json::array();
    for (const auto& [role, actions] : next) {
      const auto old = before.find(role);
      out.push_back({{"role", role},
                     {"actions", actions},
                     {"change", old == before.end()      ? "+"
                                : old->second == actions ? "="
                                                         : "~"}});
    }
    for (const auto& [role, actions] : before)
      if (!next.contains(role)) out.push_back({{"role", role}, {"actions", actions}, {"change", "-"}});
    return out;
  }

  // The kinds of records that users get, and what each role may do with them.
  Json entities() const {
    Json out = Json::array();
    const auto before = definitions_of(in_.current), next = definitions_of(&in_.declarations);
    const auto rights = [](const entities::Definition* definition) {
      Rights out;
      if (definition == nullptr) return out;
      for (const entities::Grant& grant : definition->grants)
        out[grant.role].push_back(definition->to_string(grant));
      return out;
    };
    for (const auto& [name, definition] : next) {
      const auto old = before.find(name);
      const entities::Definition* was = old == before.end() ? nullptr : old->second;
      const bool same = was != nullptr && *was->document == *definition->document;
      out.push_back({{"name", definition->name},
                     {"change", was == nullptr ? "+"
                                : same         ? "="
                                               : "~"},
                     {"labels", texts("entity." + name + ".many")},
                     {"fields", definition->fields.size()},
                     {"rights", rights_changes(rights(was), rights(definition))}});
    }
    for (const auto& [name, definition] : before)
      if (!next.contains(name))
        out.push_back({{"name", definition->name},
                       {"change", "-"},
                       {"labels", Json::object()},
                       {"fields", definition->fields.size()},
                       {"rights", rights_changes(rights(definition), {})}});
    return out;
  }

  Json package_summary() const {
    std::uint64_t size = 0;
    for (const auto& file : in_.package.files()) size += file.size;
    return {{"digest", in_.package.digest()}, {"size", size}, {"files", in_.package.files().size()}};
  }

  Json trust() const {
    Json checks = Json::array();
    for (const auto& check : in_.verdict.checks)
      checks.push_back({{"id", check.id}, {"ok", check.ok}, {"note", check.note}});
    checks.push_back({{"id", "abi"}, {"ok", true}, {"note", ""}});
    Json warnings = Json::array();
    for (const auto& warning : in_.verdict.warnings) warnings.push_back(warning.reason);
    return {{"level", package::to_string(in_.verdict.level)},
            {"key_id", in_.verdict.key_id},
            {"signer", in_.verdict.signer},
            {"signed_at", in_.verdict.signed_at},
            {"checks", checks},
            {"warnings", warnings}};
  }

  Json permissions() const {
    const auto services = [](const package::Manifest* manifest) {
      return manifest == nullptr
                 ? std::set<std::string>()
                 : std::set<std::string>(manifest->services.begin(), manifest->services.end());
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
      out.push_back({{"id", manifest_.id + "." + id},
                     {"kind", "permission"},
                     {"change", change},
                     {"risk", risk},
                     {"labels", texts("permission." + id)}});
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
      out.push_back({{"change", change},
                     {"id", path},
                     {"menu_labels", texts("menu." + path.substr(0, slash))},
                     {"labels", texts("menu." + path.substr(slash + 1))}});
    }
    return out;
  }

  Json settings() const {
    Json out = Json::array();
    for (const auto& setting : manifest_.settings) {
      const bool known =
          in_.current != nullptr &&
          std::any_of(in_.current->manifest->settings.begin(), in_.current->manifest->settings.end(),
                      [&](const auto& other) { return other.key == setting.key; });
      const auto value = parse_json(setting.default_json.empty() ? "null" : setting.default_json);
      out.push_back({{"change", known ? "=" : "+"},
                     {"key", setting.key},
                     {"type", package::to_string(setting.type)},
                     {"default", value ? *value : Json()},
                     {"labels", texts("setting." + setting.key + ".label")}});
    }
    return out;
  }

  Json hooks() const {
    Json out = Json::array();
    for (const auto& hook : manifest_.hooks)
      out.push_back({{"event", package::to_string(hook.event)},
                     {"entity", manifest_.id + "." + hook.entity},
                     {"function", hook.function},
                     {"order", hook.order},
                     {"may_veto", true}});
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
      const auto before = std::find_if(current.begin(), current.end(),
                                       [&](const auto& other) { return other.name == table.name; });
      Json columns = Json::array();
      for (const auto& column : table.columns)
        if (before == current.end() || before->column(column.name) == nullptr)
          columns.push_back({{"name", column.name}, {"type", column.type}, {"change", "+"}});
      if (before != current.end())
        for (const auto& column : before->columns)
          if (table.column(column.name) == nullptr)
            columns.push_back({{"name", column.name}, {"type", column.type}, {"change", "-"}});
      const char* change = before == current.end() ? "+" : columns.empty() ? "=" : "~";
      out.push_back({{"name", table.name},
                     {"change", change},
                     {"columns", columns},
                     {"indexes", table.indexes.size()},
                     {"rows", row_counts.value(table.name, std::int64_t{0})}});
    }
    for (const auto& table : current)
      if (std::none_of(next.begin(), next.end(), [&](const auto& other) { return other.name == table.name; }))
        out.push_back({{"name", table.name},
                       {"change", "-"},
                       {"columns", Json::array()},
                       {"indexes", 0},
                       {"rows", row_counts.value(table.name, std::int64_t{0})}});
    return out;
  }

  Result<void> tables_after_migrations(std::vector<store::TableInfo>& out) const {
    TRY_ASSIGN(scratch, store::ScratchDatabase::create(in_.database, in_.temp_folder));
    TRY_ASSIGN(database, store::Database::open(scratch.options()));
    TRY(database->write_now(
        [&](store::Transaction& transaction) { return store::ensure_owner(transaction, manifest_.id); }));
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

package::HostFacts host_facts(const Registry& registry, std::string_view module,
                              std::set<std::string, std::less<>> known) {
  package::HostFacts facts;
  facts.version = parse_semver(kVersion).value_or(SemVer{});
  facts.abi = {static_cast<int>(OPF_ABI_MAJOR), static_cast<int>(OPF_ABI_MINOR)};
  for (const ServiceRisk& service : kServiceRisks) facts.services.emplace(service.id);
  facts.known_modules = std::move(known);
  for (const auto& other : registry.modules()) {
    const package::Manifest& manifest = *other->manifest;
    if (manifest.id == module) continue;
    facts.active_modules[manifest.id] = manifest.version;
    for (const auto& dependency : manifest.depends)
      if (dependency.id == module) facts.dependents[manifest.id] = dependency.version;
  }
  return facts;
}

Result<Json> make_plan(const PlanInput& input) { return Planner(input).run(); }

std::string_view service_risk(std::string_view service) {
  const auto known = std::find_if(std::begin(kServiceRisks), std::end(kServiceRisks),
                                  [&](const ServiceRisk& one) { return one.id == service; });
  return known == std::end(kServiceRisks) ? "high" : known->risk;
}

std::string plan_digest(const Json& plan) { return sha256_hex(to_text(plan)); }

std::vector<std::string> accept_required(const Json& plan) {
  std::vector<std::string> out;
  for (const Json& permission : plan.value("permissions", Json::array()))
    if (permission.value("risk", "") == "high" && permission.value("change", "") == "+")
      out.push_back(permission.value("id", ""));
  return out;
}

}  // namespace opsflux::modules
