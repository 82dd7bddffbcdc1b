#include "host/modules/registry.hpp"

#include "host/entities/rest.hpp"

namespace opsflux::modules {
namespace {

http::Access access_of(const package::ManifestRoute& route, const std::string& module) {
  switch (route.access) {
    case package::RouteAccess::kPublic:
      return http::Access::open();
    case package::RouteAccess::kSignedIn:
      return http::Access::signed_in();
    case package::RouteAccess::kPermission:
      break;
  }
  return http::Access::permit(module + "." + route.permission);
}

entities::HookEvent event_of(package::HookEvent event) { return static_cast<entities::HookEvent>(event); }

using Definitions = std::vector<std::shared_ptr<const entities::Definition>>;

Result<void> add_definitions(entities::Catalog& catalog, const Definitions& definitions,
                             const entities::CustomFields& custom, bool of_host = false) {
  for (const auto& definition : definitions) {
    TRY_ASSIGN(extended, custom.extend(definition));
    catalog.add(std::move(extended), of_host);
  }
  return {};
}

Result<void> add_core(entities::Catalog& catalog, const std::vector<CoreService>& core,
                      const entities::CustomFields& custom) {
  for (const CoreService& service : core) {
    for (const std::string& id : service.everywhere)
      catalog.permissions.declare(id, {}, entities::Reach::kPlain);
    for (const auto& [id, roles] : service.permissions)
      catalog.permissions.declare(id, roles, entities::Reach::kInstance);
    TRY(add_definitions(catalog, service.definitions, custom, true));
    if (!service.people.empty()) catalog.set_people(service.people);
    for (const auto& [entity, event, hook] : service.hooks) TRY(catalog.add_hook(entity, event, hook));
    for (const auto& [entity, watch] : service.watches) TRY(catalog.watch(entity, watch));
  }
  return {};
}

Result<void> add_entities(entities::Catalog& catalog, const ActiveModule& module,
                          const entities::CustomFields& custom) {
  for (const auto& permission : module.manifest->permissions)
    catalog.permissions.declare(module.manifest->id + "." + permission.id, permission.roles);
  return add_definitions(catalog, module.definitions, custom);
}

Result<void> add_hooks(entities::Catalog& catalog, const ActiveModule& module) {
  const package::Manifest& manifest = *module.manifest;
  for (const auto& hook : manifest.hooks) {
    // The registry owns the generation as well as the catalog: the pointer outlives every call.
    Generation* generation = module.generation.get();
    TRY(catalog.add_hook(manifest.id + "." + hook.entity, event_of(hook.event),
                         {manifest.id, hook.function, hook.order,
                          [generation, function = hook.function](entities::HookCall& call) {
                            return generation->call_hook(function, call);
                          }}));
  }
  return {};
}

}  // namespace

Result<std::shared_ptr<const Registry>> Registry::build(
    std::uint64_t number, const std::vector<CoreService>& core,
    std::vector<std::shared_ptr<const ActiveModule>> modules,
    std::shared_ptr<const entities::CustomFields> custom, entities::Engine& engine) {
  std::shared_ptr<Registry> registry(new Registry);
  registry->number_ = number;
  registry->core_ = &core;
  registry->modules_ = std::move(modules);
  registry->custom_ = std::move(custom);
  auto catalog = std::make_shared<entities::Catalog>();
  TRY(add_core(*catalog, core, *registry->custom_));
  for (const auto& module : registry->modules_) {
    TRY(add_entities(*catalog, *module, *registry->custom_));
    TRY(add_hooks(*catalog, *module));
  }
  catalog->link();
  TRY(catalog->check_parts());
  registry->catalog_ = std::move(catalog);

  std::vector<http::Route> routes = entities::entity_routes(*registry->catalog_, engine);
  for (const CoreService& service : core)
    if (service.routes)
      for (http::Route& route : service.routes()) routes.push_back(std::move(route));
  for (http::Route& route : registry->module_routes()) routes.push_back(std::move(route));
  TRY_ASSIGN(table, http::RouteTable::create(std::move(routes)));
  registry->routes_ = std::move(table);
  return std::shared_ptr<const Registry>(std::move(registry));
}

Result<std::shared_ptr<const entities::Catalog>> Registry::catalog_with(
    const std::vector<CoreService>& core, const std::vector<std::shared_ptr<const ActiveModule>>& modules,
    const std::vector<std::shared_ptr<const entities::Definition>>& own,
    const entities::CustomFields& custom) {
  auto catalog = std::make_shared<entities::Catalog>();
  TRY(add_core(*catalog, core, custom));
  for (const auto& module : modules) TRY(add_entities(*catalog, *module, custom));
  TRY(add_definitions(*catalog, own, custom));
  catalog->link();
  TRY(catalog->check_parts());
  return std::shared_ptr<const entities::Catalog>(std::move(catalog));
}

Result<std::shared_ptr<const Registry>> Registry::holding(const Registry& current, std::set<std::string> held,
                                                          std::shared_ptr<RequestGate> gate) {
  std::shared_ptr<Registry> registry(new Registry(current));
  std::vector<http::Route> routes = current.routes().routes();
  for (http::Route& route : routes) {
    if (!held.contains(route.owner) || !route.pattern.starts_with("/api/")) continue;
    route.run = http::Run::kInline;
    route.handler = [gate](http::Exchange exchange) { gate->hold(std::move(exchange)); };
  }
  registry->held_ = std::move(held);
  TRY_ASSIGN(table, http::RouteTable::create(std::move(routes)));
  registry->routes_ = std::move(table);
  return std::shared_ptr<const Registry>(std::move(registry));
}

std::set<std::string> Registry::standing_on(const std::string& id) const {
  std::set<std::string> out = {id};
  for (const auto& module : modules_)
    for (const auto& dependency : module->manifest->depends)
      if (dependency.id == id) out.insert(module->manifest->id);
  for (const entities::EntityEntry* entity : catalog_->all())
    for (const entities::EntityEntry* target : entity->references)
      if (target != nullptr && target->definition->module == id) out.insert(entity->definition->module);
  return out;
}

std::vector<http::Route> Registry::module_routes() const {
  std::vector<http::Route> out;
  for (const auto& module : modules_) {
    const package::Manifest& manifest = *module->manifest;
    for (const auto& route : manifest.routes) {
      const auto method = http::method_from(route.method);
      if (!method) continue;  // the manifest's reader knows only methods of the server
      Generation* generation = module->generation.get();
      out.push_back({*method,
                     "/api/v1/" + manifest.id + route.path,
                     access_of(route, manifest.id),
                     http::Run::kPooled,
                     {},
                     [generation, function = route.function](http::Exchange exchange) {
                       generation->call_route(function, std::move(exchange));
                     },
                     manifest.id});
    }
    if (module->web != nullptr) {
      const auto serve = [web = module->web](http::Exchange exchange) {
        auto answer = web->serve(exchange.request().param("path"), exchange.request());
        if (answer)
          exchange.respond(std::move(*answer));
        else
          exchange.fail(answer.error());
      };
      out.push_back({http::Method::kGet,
                     "/modules/" + manifest.id + "/" + module->digest + "/web/{path...}",
                     http::Access::signed_in(),
                     http::Run::kInline,
                     {},
                     serve,
                     manifest.id});
    }
  }
  return out;
}

std::shared_ptr<const entities::Definition> Registry::written_definition(std::string_view entity) const {
  const auto within = [&](const Definitions& definitions) -> std::shared_ptr<const entities::Definition> {
    for (const auto& definition : definitions)
      if (definition->name == entity) return definition;
    return nullptr;
  };
  for (const CoreService& service : *core_)
    if (auto found = within(service.definitions)) return found;
  for (const auto& module : modules_)
    if (auto found = within(module->definitions)) return found;
  return nullptr;
}

const ActiveModule* Registry::module(std::string_view id) const {
  for (const auto& module : modules_)
    if (module->manifest->id == id) return module.get();
  return nullptr;
}

void RegistryHolder::swap(std::shared_ptr<const Registry> next) {
  current_.store(next, std::memory_order_release);
  if (listener_) listener_(*next);
}

}  // namespace opsflux::modules
