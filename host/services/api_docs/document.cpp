#include "host/services/api_docs/document.hpp"

#include <nlohmann/json.hpp>
#include <set>

#include "host/base/text.hpp"
#include "host/base/version.hpp"
#include "host/services/api_docs/entity_schemas.hpp"
#include "host/services/api_docs/operations.hpp"
#include "host/services/api_docs/samples.hpp"
#include "host/services/api_docs/schemas.hpp"

namespace opsflux::api_docs {
namespace {

using entities::EntityEntry;
using http::Access;
using http::Route;

// The codes that clients most often have to tell apart, by status.
constexpr std::pair<std::string_view, std::string_view> kCodes[] = {
    {"400", "entity.unknown_parameter entity.bad_parameter entity.bad_if_match"},
    {"401", "auth.required"},
    {"403", "auth.forbidden"},
    {"404", "entity.no_record http.no_route"},
    {"409", "entity.not_unique entity.changed_meanwhile module.busy"},
    {"412", "entity.version_conflict"},
    {"413", ""},
    {"415", "module.not_zip_type"},
    {"422", "entity.invalid entity.unknown_field entity.read_only"},
    {"429", ""},
    {"503", "system.database_away"},
};

std::vector<std::string_view> words(std::string_view list) {
  std::vector<std::string_view> out;
  for (const std::string_view word : split(list, ' '))
    if (!word.empty()) out.push_back(word);
  return out;
}

std::string path_of(std::string_view pattern) {
  std::string out(pattern);
  if (const auto rest = out.find("..."); rest != std::string::npos) out.erase(rest, 3);
  return out;
}

Json path_parameters(std::string_view pattern) {
  Json out = Json::array();
  for (const std::string_view part : split(pattern, '/')) {
    if (part.empty() || part.front() != '{') continue;
    std::string_view name = part.substr(1, part.size() - 2);
    if (name.ends_with("...")) name.remove_suffix(3);
    out.push_back({{"name", name}, {"in", "path"}, {"required", true}, {"schema", {{"type", "string"}}}});
  }
  return out;
}

class Describer {
 public:
  explicit Describer(const Reader& reader) : reader_(reader) {}

  Json run() {
    schemas_ = core_schemas();
    for (const Route& route : reader_.routes) add(route);
    Json out = {{"openapi", "3.1.0"},
                {"info",
                 {{"title", "OpsFlux"},
                  {"version", kVersion},
                  {"description", text("api_docs.description")},
                  {"license", {{"name", "MIT"}, {"identifier", "MIT"}}}}},
                {"servers", Json::array({{{"url", "/"}}})},
                {"security", Json::array({{{"bearer", Json::array()}}, {{"session", Json::array()}}})},
                {"tags", tags()},
                {"paths", std::move(paths_)},
                {"components",
                 {{"schemas", std::move(schemas_)},
                  {"responses", problems()},
                  {"securitySchemes",
                   {{"bearer", {{"type", "http"}, {"scheme", "bearer"}}},
                    {"session", {{"type", "apiKey"}, {"in", "cookie"}, {"name", "opsflux_session"}}}}}}}};
    add_samples(out);
    out["x-generation"] = sha256_hex(to_text(out)).substr(0, 32);
    return out;
  }

 private:
  std::string text(const std::string& key, i18n::Params params = {}) const {
    return reader_.texts.text(reader_.language, key, params);
  }

  void add(const Route& route) {
    const std::string_view pattern = route.pattern;
    if (!pattern.starts_with("/api/v1/") && pattern != "/healthz" && pattern != "/readyz") return;
    if (route.access.kind == Access::Kind::kPermission &&
        !reader_.catalog.permissions.allows(reader_.caller, route.access.permission))
      return;
    // The core's own lines first: users have an address below those of an entity.
    for (const Operation& operation : core_operations())
      if (operation.method == route.method && operation.path == pattern) return add_core(route, operation);
    for (const EntityEntry* entity : reader_.catalog.all()) {
      const std::string& path = entity->definition->path;
      if (!pattern.starts_with(path + "/") && pattern != path) continue;
      for (const Operation& operation : entity_operations())
        if (operation.method == route.method && operation.path == pattern.substr(path.size()))
          return add_entity(route, operation, *entity);
      if (knows(reader_, *entity)) add_other(route, true);
      return;
    }
    add_other(route, route.owner == "core");
  }

  void add_core(const Route& route, const Operation& operation) {
    Json out = start(route, std::string(operation.id), std::string(operation.tag));
    out["summary"] = text("api_docs.operation." + std::string(operation.id));
    label(operation.tag, text("api_docs.tag." + std::string(operation.tag)));
    finish(route, operation, std::move(out), nullptr);
  }

  void add_entity(const Route& route, const Operation& operation, const EntityEntry& entity) {
    const entities::Definition& definition = *entity.definition;
    if (!knows(reader_, entity, operation.id == "bulk")) return;
    if (!schemas_.contains(definition.name)) add_entity_schemas(schemas_, reader_, entity);
    Json out = start(route, definition.name + "." + std::string(operation.id), definition.name);
    const std::string many = text(definition.module + ".entity." + definition.entity + ".many");
    const std::pair<std::string, std::string> params[] = {{"entity", many}};
    out["summary"] = text("api_docs.operation.entity." + std::string(operation.id), params);
    label(definition.name, many);
    finish(route, operation, std::move(out), &definition);
  }

  // A module's own address: all that is known of it is what its manifest says.
  void add_other(const Route& route, bool undescribed) {
    std::string id = route.owner + "." + std::string(http::method_name(route.method));
    for (const char c : route.pattern.substr(std::string_view("/api/v1").size()))
      id += std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
    Json out = start(route, id, route.owner);
    out["summary"] = std::string(http::method_name(route.method)) + " " + route.pattern;
    const std::string key = route.owner + ".module.name";
    label(route.owner, reader_.texts.has(reader_.language, key) ? text(key) : route.owner);
    if (undescribed) out["x-undescribed"] = true;
    Operation unknown;
    unknown.method = route.method;
    unknown.response = "Object";
    finish(route, unknown, std::move(out), nullptr);
  }

  static Json start(const Route& route, const std::string& id, const std::string& tag) {
    Json out = {{"operationId", id}, {"tags", {tag}}, {"parameters", path_parameters(route.pattern)}};
    if (route.access.kind == Access::Kind::kPermission) out["x-permission"] = route.access.permission;
    if (route.access.kind == Access::Kind::kPublic) out["security"] = Json::array();
    if (route.access.own) out["x-own"] = true;              // for no API key
    if (route.access.confirmed) out["x-confirmed"] = true;  // soon after POST /api/v1/auth/confirm only
    return out;
  }

  void finish(const Route& route, const Operation& operation, Json out,
              const entities::Definition* definition) {
    add_parameters(out["parameters"], operation);
    if (!operation.request.empty())
      out["requestBody"] = {
          {"required", operation.request != "Approval"},
          {"content", {{operation.request_type, {{"schema", schema_of(operation.request, definition)}}}}}};
    Json& responses = out["responses"];
    responses[std::to_string(operation.status)] = response_of(operation, definition);
    for (const std::string_view status : errors_of(route, operation))
      responses[std::string(status)] = {{"$ref", "#/components/responses/" + std::string(status)}};
    std::string method(http::method_name(route.method));
    std::transform(method.begin(), method.end(), method.begin(), [](char c) { return std::tolower(c); });
    paths_[path_of(route.pattern)][method] = std::move(out);
  }

  void add_parameters(Json& list, const Operation& operation) const {
    for (const std::string_view name : words(operation.parameters)) {
      Json parameter = query_parameter(name);
      parameter["description"] = text("api_docs.parameter." + std::string(name));
      list.push_back(std::move(parameter));
    }
    for (const std::string_view field : words(operation.fields))
      if (field.starts_with("If-"))
        list.push_back({{"name", field},
                        {"in", "header"},
                        {"description", text("api_docs.field." + std::string(field))},
                        {"schema", {{"type", "string"}}}});
  }

  static Json schema_of(std::string_view name, const entities::Definition* definition) {
    if (definition != nullptr) {
      if (name == "Record") return schema_ref(definition->name);
      if (name == "RecordList") return schema_ref(definition->name + ".list");
      if (name == "NewValues") return schema_ref(definition->name + ".new");
      if (name == "Values") return schema_ref(definition->name + ".values");
      if (name == "Bulk") return schema_ref(definition->name + ".bulk");
    }
    return schema_ref(name);
  }

  Json response_of(const Operation& operation, const entities::Definition* definition) const {
    Json out = {{"description", std::string(http::reason_phrase(operation.status))}};
    if (!operation.response.empty())
      out["content"] = {{operation.type, {{"schema", schema_of(operation.response, definition)}}}};
    for (const std::string_view field : words(operation.fields))
      if (!field.starts_with("If-"))
        out["headers"][std::string(field)] = {{"description", text("api_docs.field." + std::string(field))},
                                              {"schema", {{"type", "string"}}}};
    return out;
  }

  static std::set<std::string_view> errors_of(const Route& route, const Operation& operation) {
    std::set<std::string_view> out = {"400"};
    if (route.access.kind != Access::Kind::kPublic) out.insert("401");
    if (route.access.kind == Access::Kind::kPermission) out.insert("403");
    for (const std::string_view status : words(operation.errors)) out.insert(status);
    return out;
  }

  static Json problems() {
    Json out;
    for (const auto& [status, codes] : kCodes) {
      Json schema = {{"schema", schema_ref("Problem")}};
      out[std::string(status)] = {
          {"description", std::string(http::reason_phrase(std::stoi(std::string(status))))},
          {"content", {{"application/problem+json", std::move(schema)}}},
          {"x-codes", words(codes)}};
    }
    return out;
  }

  void label(std::string_view tag, std::string text) { labels_[std::string(tag)] = std::move(text); }
  Json tags() const {
    Json out = Json::array();
    for (const auto& [name, text] : labels_)
      out.push_back({{"name", name}, {"description", text}, {"x-displayName", text}});
    return out;
  }

  const Reader& reader_;
  Json paths_ = Json::object(), schemas_;
  std::map<std::string, std::string> labels_;
};

}  // namespace

Json describe(const Reader& reader) { return Describer(reader).run(); }

}  // namespace opsflux::api_docs
