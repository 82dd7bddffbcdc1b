#include "host/services/imports/mappings.hpp"

#include <nlohmann/json.hpp>

#include "host/base/fold.hpp"
#include "host/base/text.hpp"
#include "host/services/imports/import_options.hpp"

namespace opsflux::imports {
namespace {

Error no_mapping() { return Error::not_found("import.no_mapping", "There is no such saved mapping."); }

Error of_somebody_else() {
  return Error::forbidden("import.mapping_of_other",
                          "Only who saved a mapping, or an administrator, may change or delete it.");
}

Error too_many(std::string_view code, std::string_view what, std::int64_t limit) {
  return Error::conflict(code, "There are " + std::to_string(limit) + " " + std::string(what) +
                                   " for this entity already. Delete one first.")
      .with("limit", std::to_string(limit));
}

// With the name of the owner, where the entity knows who people are.
std::string select_from(const entities::EntityEntry* people, std::string_view where) {
  const std::string name = people == nullptr ? "NULL" : "p." + people->definition->title;
  const std::string join =
      people == nullptr ? "" : " LEFT JOIN " + people->definition->table + " p ON p.id = m.created_by";
  return "SELECT m.id, m.entity, m.name, m.shared, m.plan, m.created_at, m.created_by, m.updated_at, " +
         name + " FROM import_mapping m" + join + " WHERE " + std::string(where);
}

Mapping mapping_of(const store::Row& row) {
  auto plan = parse_json(row.text(4));
  return {row.string(0),
          row.string(1),
          row.string(2),
          row.boolean(3),
          plan ? std::move(*plan) : Json::object(),
          row.string(5),
          row.string(6),
          row.string(7),
          row.is_null(8) ? std::string() : row.string(8)};
}

bool is_own(const Mapping& mapping, const Caller& caller) { return mapping.created_by == caller.user_id; }

bool may_change(const Mapping& mapping, const Caller& caller) {
  return is_own(mapping, caller) || (mapping.shared && caller.administrator());
}

bool can_be_set(const entities::EntityEntry& entity, const Caller& caller, std::size_t index) {
  const entities::FieldAccess& access = entity.fields_for(caller);
  const entities::Field& field = entity.definition->fields[index];
  return !access.hidden[index] && !access.locked[index] && !field.computed && !entities::is_file(field.type);
}

Json to_json(Mapping mapping, const entities::EntityEntry& entity, const Caller& caller) {
  const entities::FieldAccess& access = entity.fields_for(caller);
  const bool own = is_own(mapping, caller), changed = may_change(mapping, caller);
  Json gone = Json::array();
  const auto hidden = [&](const Json& name) {
    const auto index = name.is_string() ? entity.definition->find(name.get<std::string>()) : std::nullopt;
    return index && access.hidden[*index];
  };
  Json key = mapping.plan.value("key", Json::array());
  if (std::any_of(key.begin(), key.end(), hidden)) mapping.plan["key"] = Json::array();
  Json fields = mapping.plan.value("mapping", Json::object());
  for (const auto& [column, field] : fields.items()) {
    if (!field.is_string()) continue;
    const auto index = entity.definition->find(field.get<std::string>());
    if (index && can_be_set(entity, caller, *index)) continue;
    if (hidden(field)) field = nullptr;
    gone.push_back({{"column", column}, {"field", field}});
  }
  mapping.plan["mapping"] = std::move(fields);
  return {{"id", mapping.id},
          {"entity", mapping.entity},
          {"name", mapping.name},
          {"shared", mapping.shared},
          {"plan", std::move(mapping.plan)},
          {"gone", std::move(gone)},
          {"own", own},
          {"may_change", changed},
          {"owner", mapping.owner.empty() ? Json() : Json(mapping.owner)},
          {"created_by", mapping.created_by},
          {"created_at", mapping.created_at},
          {"updated_at", mapping.updated_at}};
}

Result<void> check_members(const Json& body, std::initializer_list<std::string_view> known) {
  std::string all;
  for (const std::string_view name : known) all += (all.empty() ? "" : ", ") + std::string(name);
  if (!body.is_object()) return fail(bad_option("body", "an object with " + all));
  for (const auto& [name, value] : body.items())
    if (std::find(known.begin(), known.end(), name) == known.end()) return fail(bad_option(name, all));
  return {};
}

Result<std::string> name_of(const Json& body) {
  const Json given = body.value("name", Json());
  const std::string name(trim(given.is_string() ? given.get_ref<const std::string&>() : ""));
  const bool control =
      std::any_of(name.begin(), name.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F; });
  if (!name.empty() && !control && utf8_length(name) <= Mappings::kLongestName) return name;
  return fail(Error::invalid(
                  "import.mapping_name",
                  "A mapping has a name of 1 to " + std::to_string(Mappings::kLongestName) + " characters.")
                  .at("name")
                  .with("limit", std::to_string(Mappings::kLongestName)));
}

Result<bool> shared_of(const Json& body) {
  const Json given = body.value("shared", Json(false));
  if (!given.is_boolean()) return fail(bad_option("shared", "true or false"));
  return given.get<bool>();
}

Result<void> check_name_is_free(store::Session& session, const Mapping& mapping) {
  bool taken = false;
  TRY(session.query_one(
      "SELECT id FROM import_mapping WHERE created_by = $1 AND entity = $2 AND name = $3 AND id <> $4",
      {std::string_view(mapping.created_by), std::string_view(mapping.entity), std::string_view(mapping.name),
       std::string_view(mapping.id)},
      [&](const store::Row&) { taken = true; }));
  if (!taken) return {};
  return fail(Error::conflict("import.mapping_exists",
                              "There is a saved mapping called \"" + mapping.name + "\" already.")
                  .at("name")
                  .with("name", mapping.name));
}

Result<std::int64_t> count(store::Session& session, std::string_view where, store::Params params) {
  std::int64_t out = 0;
  TRY(session.query_one("SELECT count(*) FROM import_mapping WHERE " + std::string(where), params,
                        [&](const store::Row& row) { out = row.i64(0); }));
  return out;
}

Result<void> check_own_limit(store::Session& session, const Mapping& mapping) {
  TRY_ASSIGN(own, count(session, "entity = $1 AND created_by = $2",
                        {std::string_view(mapping.entity), std::string_view(mapping.created_by)}));
  if (own < Mappings::kMostOwn) return {};
  return fail(too_many("import.too_many_mappings", "mappings of yours", Mappings::kMostOwn));
}

Result<void> check_shared_limit(store::Session& session, const Mapping& mapping) {
  if (!mapping.shared) return {};
  TRY_ASSIGN(all, count(session, "entity = $1 AND shared AND id <> $2",
                        {std::string_view(mapping.entity), std::string_view(mapping.id)}));
  if (all < Mappings::kMostShared) return {};
  return fail(too_many("import.too_many_shared", "shared mappings", Mappings::kMostShared));
}

}  // namespace

Result<Json> Mappings::checked_plan(const modules::Registry& registry, const entities::EntityEntry& entity,
                                    const Caller& caller, const Json& plan) const {
  if (!plan.is_object() || !plan.contains("mapping") || !plan["mapping"].is_object())
    return fail(bad_option("plan", "an object with \"mapping\", a field for each header"));
  std::vector<std::string> headers;
  for (const auto& [header, field] : plan["mapping"].items()) headers.push_back(header);
  const std::string text = to_text(plan);
  if (headers.size() > tabular::ReadLimits().max_columns || text.size() > kLargestPlan ||
      text.find("\\u0000") != std::string::npos)
    return fail(bad_option("mapping", "at most " + std::to_string(tabular::ReadLimits().max_columns) +
                                          " columns and " + std::to_string(kLargestPlan) + " bytes of text"));
  TRY(read_options(plan, ""));
  TRY_ASSIGN(options, parse_options(plan, entity, caller, headers));
  TRY(entities::Importer(engine_, registry.catalog(), entity, caller, std::move(options.plan), headers)
          .check_plan());
  Json out = plan;
  for (auto it = out.begin(); it != out.end();) it = it->is_null() ? out.erase(it) : std::next(it);
  return out;
}

Result<Mappings::Found> Mappings::find(store::Session& session, const modules::Registry& registry,
                                       const Caller& caller, std::string_view id) const {
  std::string name;
  TRY(session.query_one("SELECT entity FROM import_mapping WHERE id = $1", {id},
                        [&](const store::Row& row) { name = row.string(0); }));
  const auto entity = entity_to_import(registry, caller, name);
  std::optional<Mapping> out;
  if (entity)
    TRY(session.query_one(select_from((*entity)->people, "m.id = $1"), {id},
                          [&](const store::Row& row) { out = mapping_of(row); }));
  if (!out || (!out->shared && !is_own(*out, caller))) return fail(no_mapping());
  return Found{std::move(*out), *entity};
}

Result<Json> Mappings::list(const Caller& caller, std::string_view entity_name) const {
  const auto registry = registry_.current();
  TRY_ASSIGN(entity, entity_to_import(*registry, caller, entity_name));
  std::vector<std::pair<std::string, Mapping>> found;  // by folded name
  TRY(engine_.database().read([&](store::Session& session) {
    found.clear();
    return session.query(
        select_from(entity->people, "m.entity = $1 AND (m.shared OR m.created_by = $2) ORDER BY m.id"),
        {entity_name, std::string_view(caller.user_id)}, [&](const store::Row& row) {
          Mapping mapping = mapping_of(row);
          std::string key = fold(mapping.name);
          found.emplace_back(std::move(key), std::move(mapping));
          return true;
        });
  }));
  std::stable_sort(found.begin(), found.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  Json data = Json::array();
  for (auto& [key, mapping] : found) data.push_back(to_json(std::move(mapping), *entity, caller));
  return Json{{"data", std::move(data)}};
}

Result<Json> Mappings::read(const Caller& caller, std::string_view id) const {
  const auto registry = registry_.current();
  std::optional<Found> found;
  TRY(engine_.database().read([&](store::Session& session) -> Result<void> {
    TRY_ASSIGN(one, find(session, *registry, caller, id));
    found = std::move(one);
    return {};
  }));
  return to_json(std::move(found->mapping), *found->entity, caller);
}

Result<Json> Mappings::create(const Caller& caller, const Json& body) {
  TRY(check_members(body, {"entity", "name", "shared", "plan"}));
  const auto registry = registry_.current();
  TRY_ASSIGN(entity, entity_to_import(*registry, caller, get_string_or(body, "entity", "")));
  TRY_ASSIGN(name, name_of(body));
  TRY_ASSIGN(shared, shared_of(body));
  TRY_ASSIGN(plan, checked_plan(*registry, *entity, caller, body.value("plan", Json())));
  const std::string now = format_utc(engine_.clock().now()), text = to_text(plan);
  const Mapping mapping{engine_.new_id(),
                        entity->definition->name,
                        name,
                        shared,
                        std::move(plan),
                        now,
                        caller.user_id,
                        now,
                        {}};
  TRY(engine_.database().write_now([&](store::Transaction& transaction) -> Result<void> {
    TRY(check_name_is_free(transaction, mapping));
    TRY(check_own_limit(transaction, mapping));
    TRY(check_shared_limit(transaction, mapping));
    TRY(transaction.execute(
        "INSERT INTO import_mapping (id, entity, name, shared, plan, created_at, created_by, updated_at) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $6)",
        {std::string_view(mapping.id), std::string_view(mapping.entity), std::string_view(mapping.name),
         mapping.shared, std::string_view(text), std::string_view(now),
         std::string_view(mapping.created_by)}));
    return {};
  }));
  return read(caller, mapping.id);
}

Result<Json> Mappings::change(const Caller& caller, std::string_view id, const Json& body) {
  TRY(check_members(body, {"name", "shared", "plan"}));
  const auto registry = registry_.current();
  const std::string now = format_utc(engine_.clock().now());
  std::optional<Found> found;
  TRY(engine_.database().write_now([&](store::Transaction& transaction) -> Result<void> {
    TRY_ASSIGN(now_there, find(transaction, *registry, caller, id));
    Mapping& mapping = now_there.mapping;
    if (!may_change(mapping, caller)) return fail(of_somebody_else());
    if (body.contains("name")) {
      TRY_ASSIGN(name, name_of(body));
      mapping.name = std::move(name);
    }
    if (body.contains("shared")) {
      TRY_ASSIGN(shared, shared_of(body));
      mapping.shared = shared;
    }
    if (body.contains("plan")) {
      TRY_ASSIGN(plan, checked_plan(*registry, *now_there.entity, caller, body["plan"]));
      mapping.plan = std::move(plan);
    }
    mapping.updated_at = now;
    TRY(check_name_is_free(transaction, mapping));
    TRY(check_shared_limit(transaction, mapping));
    const std::string text = to_text(mapping.plan);
    TRY(transaction.execute(
        "UPDATE import_mapping SET name = $2, shared = $3, plan = $4, updated_at = $5 WHERE id = $1",
        {id, std::string_view(mapping.name), mapping.shared, std::string_view(text), std::string_view(now)}));
    found = std::move(now_there);
    return {};
  }));
  return to_json(std::move(found->mapping), *found->entity, caller);
}

Result<void> Mappings::remove(const Caller& caller, std::string_view id) {
  const auto registry = registry_.current();
  return engine_.database().write_now([&](store::Transaction& transaction) -> Result<void> {
    TRY_ASSIGN(found, find(transaction, *registry, caller, id));
    if (!may_change(found.mapping, caller)) return fail(of_somebody_else());
    TRY(transaction.execute("DELETE FROM import_mapping WHERE id = $1", {id}));
    return {};
  });
}

}  // namespace opsflux::imports
