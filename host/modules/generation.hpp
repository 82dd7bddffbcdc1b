// One loaded module: its library, its state, and the functions it bound.
//
// Owned by the registry snapshots that use it; when the last one goes, it is stopped and destroyed on the
// control thread. A module without a library is a generation too: it only declares.
#pragma once

#include <atomic>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <unordered_map>

#include "host/base/executor.hpp"
#include "host/modules/bridge/context.hpp"
#include "host/modules/runtime.hpp"
#include "host/package/manifest.hpp"
#include "opsflux/abi/entity.h"
#include "opsflux/abi/event.h"
#include "opsflux/abi/http.h"
#include "opsflux/abi/job.h"
#include "opsflux/abi/module.h"

namespace opsflux::modules {

// A deferred answer. Completed once, by the module or by its end.
struct Ticket {
  http::Exchange exchange;
  std::weak_ptr<Generation> generation;
};

class Generation : public std::enable_shared_from_this<Generation> {
 public:
  // Loads the library (if `library` is not empty) and runs create, start and active on this thread, the
  // control thread. When the last owner lets go, `control` runs stop and destroy. `catalog`: the entities
  // that the module sees in these calls, its own among them.
  static Result<std::shared_ptr<Generation>> start(Runtime& runtime,
                                                   std::shared_ptr<const package::Manifest> manifest,
                                                   const std::filesystem::path& library, Executor* control,
                                                   std::shared_ptr<const entities::Catalog> catalog);
  ~Generation();

  const package::Manifest& manifest() const { return *manifest_; }
  Runtime& runtime() const { return runtime_; }
  opf_instance instance() const { return instance_; }

  // Calls into the module. Thread: worker. Nothing the module does wrong comes out as an exception.
  Result<void> call_hook(const std::string& function, entities::HookCall& call);
  void call_route(const std::string& function, http::Exchange exchange);
  Result<void> call_event(const std::string& function, const Caller& caller, const opf_event& event);
  Result<void> call_job(const std::string& function, const Caller& caller, const opf_job& job);

  // Called by the service tables.
  struct Binding {
    void (*fn)() = nullptr;  // cast back to the type of its kind
    void* user = nullptr;
    void (*release)(void*) = nullptr;
  };
  enum class BindingKind : std::uint8_t { kHook, kRoute, kEvent, kJob };
  Result<void> bind(BindingKind kind, std::string_view function, Binding binding);
  bool granted(std::string_view service) const;
  bool starting() const { return state_ == State::kStarting; }

  opf_ticket add_ticket(http::Exchange exchange);
  void forget_ticket(opf_ticket ticket);

  // Runs quiesce, stop, destroy now instead of at the end of the last owner; for the probe.
  Result<void> stop();

 private:
  enum class State : std::uint8_t { kCreated, kStarting, kActive, kStopped };

  Generation(Runtime& runtime, std::shared_ptr<const package::Manifest> manifest,
             std::shared_ptr<const entities::Catalog> catalog)
      : runtime_(runtime), manifest_(std::move(manifest)), lifecycle_catalog_(std::move(catalog)) {}
  Result<void> load(const std::filesystem::path& library);
  Result<void> run_lifecycle();
  Result<void> add_binding(BindingKind kind, std::string_view function, const Binding& binding);
  Result<void> check_bound() const;
  std::set<std::string> declared(BindingKind kind) const;
  Result<const Binding*> binding(BindingKind kind, const std::string& function) const;
  std::shared_ptr<CallContext> context(const Caller& caller);
  std::shared_ptr<CallContext> lifecycle_context();
  Result<void> lifecycle_call(std::string_view name, opf_status (*fn)(void*, opf_ctx));
  void release_bindings();
  void cancel_tickets();

  Runtime& runtime_;
  std::shared_ptr<const package::Manifest> manifest_;
  const std::shared_ptr<const entities::Catalog> lifecycle_catalog_;
  const opf_module_v1* table_ = nullptr;
  void* self_ = nullptr;
  opf_instance instance_ = 0;
  State state_ = State::kCreated;
  std::map<std::pair<BindingKind, std::string>, Binding> bindings_;
  std::optional<Error> refused_binding_;  // the first one, while the module starts
  std::mutex tickets_mutex_;
  std::set<opf_ticket> tickets_;
};

// Bytes of address space that libraries of modules take, those of ended generations included.
std::size_t mapped_library_bytes();

}  // namespace opsflux::modules
