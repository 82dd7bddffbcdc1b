// The immutable registry: everything that core services and modules contribute, compiled once.
//
// A request, a job, an event takes the snapshot when it starts and keeps it to its end. Installing or
// removing a module builds the next registry beside the current one and swaps a pointer.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "host/entities/catalog.hpp"
#include "host/entities/custom_fields.hpp"
#include "host/entities/engine.hpp"
#include "host/http/router.hpp"
#include "host/http/static_folder.hpp"
#include "host/modules/generation.hpp"
#include "host/modules/request_gate.hpp"
#include "host/package/manifest.hpp"

namespace opsflux::modules {

class Registry;

// key -> text, by language.
using Translations = std::map<std::string, std::map<std::string, std::string>>;

struct TriggerScript {
  std::string file;  // "triggers/review.lua"
  std::string source;
  std::vector<std::string> on;  // complete event names
};

// A module as it was loaded from its folder; shared by all registries in which it is active.
struct ActiveModule {
  std::shared_ptr<const package::Manifest> manifest;
  std::string digest;
  std::string trust;
  std::vector<std::shared_ptr<const entities::Definition>> definitions;
  std::vector<TriggerScript> triggers;
  Translations translations;
  std::shared_ptr<const http::StaticFolder> web;  // null: none
  std::shared_ptr<Generation> generation;
};

// A core service has a module's shape, but is compiled in and always on.
struct CoreService {
  std::string id;
  std::shared_ptr<const package::Manifest> manifest;
  std::vector<std::shared_ptr<const entities::Definition>> definitions;
  Translations translations;
  std::vector<std::pair<std::string, std::vector<std::string>>> permissions;  // complete id, roles
  entities::Hooks hooks;
  entities::Watches watches;
  std::function<std::vector<http::Route>()> routes;  // called for each registry; may be empty
  std::string people;                   // the entity of those who act, if it is one of this service's
  std::vector<std::string> everywhere;  // complete ids: what a role in one company gives without a limit
};

class Registry {
 public:
  // Fails when contributions clash or do not fit; nothing is changed then.
  static Result<std::shared_ptr<const Registry>> build(
      std::uint64_t number, const std::vector<CoreService>& core,
      std::vector<std::shared_ptr<const ActiveModule>> modules,
      std::shared_ptr<const entities::CustomFields> custom, entities::Engine& engine);

  // The same as `current`, but requests to what the `held` modules serve wait at the gate. Its number is that
  // of `current`: for those who look, nothing has changed yet.
  static Result<std::shared_ptr<const Registry>> holding(const Registry& current, std::set<std::string> held,
                                                         std::shared_ptr<RequestGate> gate);
  // Modules that stand on what `id` has: itself, those that depend on it, those whose records refer to its
  // own.
  std::set<std::string> standing_on(const std::string& id) const;
  bool holds(const std::string& id) const { return held_.contains(id); }

  // The entities of core services, of modules, and of one that is being started; without any module's hooks.
  static Result<std::shared_ptr<const entities::Catalog>> catalog_with(
      const std::vector<CoreService>& core, const std::vector<std::shared_ptr<const ActiveModule>>& modules,
      const std::vector<std::shared_ptr<const entities::Definition>>& own,
      const entities::CustomFields& custom);

  std::uint64_t number() const { return number_; }
  const entities::Catalog& catalog() const { return *catalog_; }
  std::shared_ptr<const entities::Catalog> shared_catalog() const { return catalog_; }
  const http::RouteTable& routes() const { return *routes_; }
  const std::vector<std::shared_ptr<const ActiveModule>>& modules() const { return modules_; }
  const ActiveModule* module(std::string_view id) const;
  const std::shared_ptr<const entities::CustomFields>& custom_fields() const { return custom_; }
  // The definition of an entity as its module or service wrote it, without custom fields; null: none.
  std::shared_ptr<const entities::Definition> written_definition(std::string_view entity) const;
  const std::vector<CoreService>& core() const { return *core_; }

 private:
  Registry() = default;
  std::vector<http::Route> module_routes() const;

  std::uint64_t number_ = 0;
  std::set<std::string> held_;
  const std::vector<CoreService>* core_ = nullptr;
  // Declared before what refers to them, destroyed after.
  std::vector<std::shared_ptr<const ActiveModule>> modules_;
  std::shared_ptr<const entities::CustomFields> custom_;
  std::shared_ptr<const entities::Catalog> catalog_;
  std::shared_ptr<const http::RouteTable> routes_;
};

// The current registry. Reading is one atomic load; swapping is done by the control thread only.
class RegistryHolder {
 public:
  std::shared_ptr<const Registry> current() const { return current_.load(std::memory_order_acquire); }
  void swap(std::shared_ptr<const Registry> next);
  // At the end of the process: lets go of the last registry, and with it of the modules.
  void clear() { current_.store(nullptr); }
  // Called after each swap, on the control thread.
  void on_swap(std::function<void(const Registry&)> listener) { listener_ = std::move(listener); }
  // For the HTTP server: the table, which keeps its registry alive.
  std::shared_ptr<const http::RouteTable> routes() const {
    auto registry = current();
    const http::RouteTable* table = &registry->routes();
    return {std::move(registry), table};
  }

 private:
  std::atomic<std::shared_ptr<const Registry>> current_;
  std::function<void(const Registry&)> listener_;
};

}  // namespace opsflux::modules
