#include "host/services/identity/rights/matrix.hpp"

#include <nlohmann/json.hpp>
#include <set>

#include "host/entities/record_checks.hpp"
#include "host/services/identity/rights/guards.hpp"

namespace opsflux::identity {
namespace {

constexpr std::size_t kMaxTold = 20;  // errors of one request

std::string at_change(std::size_t index, std::string_view field) {
  return "changes/" + std::to_string(index) + "/" + std::string(field);
}

Error bad_changes(std::string_view where) {
  return Error::malformed("identity.matrix_changes",
                          "The body is {\"changes\": […]}, each with texts \"role\", \"permission\" and "
                          "\"scope\", and \"was\" where you want to be told of changes by others; at most " +
                              std::to_string(kMaxMatrixChanges) + ".")
      .at(where);
}

Error bad_scope(std::string_view scope) {
  return Error::invalid("identity.matrix_scope", "A scope is all, company, department, own, none or default.")
      .with("scope", scope);
}

Result<MatrixChange> parse_one(const Json& json, std::size_t index) {
  if (!json.is_object()) return fail(bad_changes("changes/" + std::to_string(index)));
  for (const auto& [name, value] : json.items())
    if ((name != "role" && name != "permission" && name != "scope" && name != "was") || !value.is_string())
      return fail(bad_changes(at_change(index, name)));
  for (const char* name : {"role", "permission", "scope"})
    if (!json.contains(name)) return fail(bad_changes(at_change(index, name)));
  MatrixChange out{json["role"], json["permission"], json["scope"], std::nullopt};
  if (json.contains("was")) out.was = json["was"].get<std::string>();
  return out;
}

// What stands in the tables while the changes are made.
struct Stored {
  std::map<std::string, std::string> roles;  // key by identifier
  std::map<std::string, Grants> grants;
};

Result<Stored> read_stored(store::Session& session) {
  Stored out;
  TRY(session.query("SELECT id, key FROM identity_role WHERE deleted_at IS NULL", {},
                    [&](const store::Row& row) {
                      out.roles[row.string(0)] = row.string(1);
                      return true;
                    }));
  TRY_ASSIGN(grants, all_grants(session));
  out.grants = std::move(grants);
  return out;
}

std::vector<Error> judge(const entities::Permissions& permissions, const Stored& stored,
                         const std::vector<MatrixChange>& changes) {
  std::vector<Error> out;
  for (std::size_t i = 0; i < changes.size() && out.size() < kMaxTold; ++i) {
    const MatrixChange& change = changes[i];
    const auto role = stored.roles.find(change.role);
    if (role == stored.roles.end()) {
      out.push_back(Error::invalid("identity.matrix_role", "There is no such role.")
                        .at(at_change(i, "role"))
                        .with("role", change.role));
      continue;
    }
    if (role->second == entities::kAdministratorRole)
      out.push_back(Error::conflict("identity.built_in_role",
                                    "Administrators have every right; nothing can be taken away.")
                        .at(at_change(i, "role")));
    // What is left of a module that has gone may be cleared away.
    const auto grants = stored.grants.find(change.role);
    const bool clears = change.scope == kByDefault && grants != stored.grants.end() &&
                        grants->second.contains(change.permission);
    if (!permissions.index(change.permission) && !clears)
      out.push_back(
          Error::invalid("identity.matrix_permission", "There is no permission " + change.permission + ".")
              .at(at_change(i, "permission"))
              .with("name", change.permission));
  }
  return out;
}

Result<void> unchanged(const Stored& stored, const std::vector<MatrixChange>& changes) {
  Json cells = Json::array();
  for (const MatrixChange& change : changes) {
    const auto grants = stored.grants.find(change.role);
    const std::string_view now =
        grants == stored.grants.end() ? kByDefault : scope_in(grants->second, change.permission);
    if (change.was && *change.was != now && change.scope != now)
      cells.push_back(
          {{"role", change.role}, {"permission", change.permission}, {"was", *change.was}, {"stored", now}});
  }
  if (cells.empty()) return {};
  const std::string count = std::to_string(cells.size());
  Error error = Error::conflict("identity.matrix_changed",
                                "Somebody else has changed " + count + " of these rights meanwhile.")
                    .with("count", count);
  error.current = to_text({{"cells", std::move(cells)}});
  return fail(std::move(error));
}

std::string label_of(const i18n::Catalog& texts, i18n::Language language, const std::string& key,
                     const std::string& fallback) {
  const std::string* text = texts.find(language, key);
  return text == nullptr ? fallback : *text;
}

std::string_view word(entities::Reach reach) {
  switch (reach) {
    case entities::Reach::kTenant:
      return "tenant";
    case entities::Reach::kInstance:
      return "instance";
    case entities::Reach::kPlain:
      break;
  }
  return "plain";
}

Json defaults_of(const entities::Permissions& permissions, const std::vector<std::string>& roles,
                 std::size_t number) {
  Json out = Json::object();
  for (const std::string& role : roles) {
    const auto* held = permissions.defaults_of(role);
    if (held == nullptr || number >= held->size()) continue;
    if (const auto scope = entities::scope_of_byte((*held)[number]))
      out[role] = entities::kScopes[static_cast<std::size_t>(*scope)];
  }
  return out;
}

std::string name_of(const entities::Permissions& permissions, std::size_t number) {
  for (const auto& one : permissions.all())
    if (one.number == number) return one.id;
  return {};
}

Json present(const entities::Catalog& catalog, const std::string& id, const i18n::Catalog& texts,
             i18n::Language language) {
  const auto first = id.find('.'), last = id.rfind('.');
  const std::string module = id.substr(0, first);
  const std::string entity = id.substr(0, last), action = id.substr(last + 1);
  const bool of_entity = catalog.find(entity) != nullptr;
  const std::string label = texts.permission_words(language, id);
  Json out = {{"id", id},
              {"module", module},
              {"module_label", label_of(texts, language, module + ".module.name",
                                        label_of(texts, language, "permission.module." + module, module))},
              {"entity", nullptr},
              {"entity_label", nullptr},
              {"action", of_entity ? action : id.substr(first + 1)},
              {"action_label", label},
              {"label", label}};
  if (of_entity) {
    out["entity"] = entity;
    out["entity_label"] =
        label_of(texts, language, module + ".entity." + entity.substr(module.size() + 1) + ".many", entity);
    out["action_label"] = label_of(texts, language, "action." + action, label);
  }
  return out;
}

std::map<std::string, package::Risk> risks_of(const modules::Registry& registry) {
  std::map<std::string, package::Risk> out;
  const auto add = [&](const package::Manifest& manifest) {
    for (const auto& one : manifest.permissions) out[manifest.id + "." + one.id] = one.risk;
  };
  for (const auto& service : registry.core())
    if (service.manifest) add(*service.manifest);
  for (const auto& module : registry.modules()) add(*module->manifest);
  return out;
}

// How many of them have each role, by way of others and of groups too.
std::map<std::string, std::int64_t> count_people(const std::vector<SeenPerson>& people,
                                                 const Standings::Now& standings) {
  std::map<std::string, std::int64_t> out;
  std::map<std::string, std::vector<std::string>> closures;
  for (const SeenPerson& person : people) {
    std::set<std::string> roles;
    const auto add = [&](const std::string& role) {
      const auto [closure, fresh] = closures.try_emplace(role);
      if (fresh) closure->second = standings.book->closure(role);
      roles.insert(closure->second.begin(), closure->second.end());
    };
    for (const Holding& held : holdings_of(*standings.directory, person.id, person.role)) add(held.role.id);
    for (const Assignment& one : standings.directory->assignments(person.id)) add(one.role);
    for (const std::string& role : roles) ++out[role];
  }
  return out;
}

}  // namespace

Json permission_list(const modules::Registry& registry, const i18n::Catalog& texts, i18n::Language language) {
  const entities::Catalog& catalog = registry.catalog();
  const auto roles = catalog.permissions.roles_with_defaults();
  const auto risks = risks_of(registry);
  Json out = Json::array();
  for (const auto& one : catalog.permissions.all()) {
    Json item = present(catalog, one.id, texts, language);
    const auto risk = risks.find(one.id);
    item["risk"] = risk == risks.end() ? Json() : Json(package::to_string(risk->second));
    item["class"] = word(one.reach);
    const auto leader = catalog.permissions.leader_of(one.number);
    item["defaults"] = defaults_of(catalog.permissions, roles, leader.value_or(one.number));
    item["follows"] = leader ? Json(name_of(catalog.permissions, *leader)) : Json();
    out.push_back(std::move(item));
  }
  return out;
}

Result<Json> read_matrix(store::Session& session, const Standings::Now& standings,
                         const std::vector<SeenPerson>& seen) {
  TRY_ASSIGN(grants, all_grants(session));
  auto people = count_people(seen, standings);
  Json out = Json::array();
  TRY(session.query(
      "SELECT id, key, name, description, built_in, inherits, version FROM identity_role WHERE deleted_at IS "
      "NULL ORDER BY name, id",
      {}, [&](const store::Row& row) {
        const auto inherits = parse_json(row.is_null(5) ? "[]" : row.text(5));
        out.push_back({{"id", row.string(0)},
                       {"key", row.string(1)},
                       {"name", row.string(2)},
                       {"description", row.is_null(3) ? Json() : Json(row.string(3))},
                       {"built_in", row.boolean(4)},
                       {"fixed", row.text(1) == entities::kAdministratorRole},
                       {"inherits", inherits && inherits->is_array() ? *inherits : Json::array()},
                       {"version", row.i64(6)},
                       {"people", people[row.string(0)]},
                       {"grants", Json(grants[row.string(0)])}});
        if (out.back()["grants"].is_null()) out.back()["grants"] = Json::object();
        return true;
      }));
  return out;
}

Result<std::vector<MatrixChange>> parse_matrix_changes(const Json& body) {
  if (!body.is_object() || body.size() != 1 || !body.contains("changes") || !body["changes"].is_array() ||
      body["changes"].size() > kMaxMatrixChanges)
    return fail(bad_changes("changes"));
  std::vector<MatrixChange> out;
  std::vector<Error> causes;
  std::set<std::pair<std::string, std::string>> seen;
  for (std::size_t i = 0; i < body["changes"].size() && causes.size() < kMaxTold; ++i) {
    TRY_ASSIGN(change, parse_one(body["changes"][i], i));
    for (const auto& [field, scope] :
         {std::pair("scope", change.scope), std::pair("was", change.was.value_or("none"))})
      if (scope != kByDefault && !is_scope_word(scope))
        causes.push_back(bad_scope(scope).at(at_change(i, field)));
    if (!seen.emplace(change.role, change.permission).second)
      causes.push_back(
          Error::invalid("identity.matrix_twice", "This right of the role stands in the changes already.")
              .at(at_change(i, "permission")));
    out.push_back(std::move(change));
  }
  if (!causes.empty()) return fail(entities::together(std::move(causes)));
  return out;
}

Result<void> change_matrix(entities::Engine& engine, entities::WriteContext& write,
                           const std::vector<MatrixChange>& changes) {
  TRY(only_administrators(write.caller));
  TRY_ASSIGN(stored, read_stored(write.transaction));
  if (auto causes = judge(write.catalog.permissions, stored, changes); !causes.empty())
    return fail(entities::together(std::move(causes)));
  TRY(unchanged(stored, changes));
  std::map<std::string, Grants> wanted;
  for (const MatrixChange& change : changes) wanted[change.role][change.permission] = change.scope;
  for (const auto& [role, grants] : wanted) TRY(change_grants(engine, write, role, grants));
  return {};
}

}  // namespace opsflux::identity
