#include "host/modules/generation.hpp"

#include <boost/dll/shared_library.hpp>

#include "host/base/log.hpp"
#include "host/modules/bridge/convert.hpp"
#include "host/modules/bridge/tables.hpp"

namespace opsflux::modules {
namespace {

namespace dll = boost::dll;

const Caller& system_caller() {
  static const Caller caller = [] {
    Caller system;
    system.system = true;
    system.name = "system";
    return system;
  }();
  return caller;
}

// Libraries stay mapped to the end of the process: unmapping one whose thread or unique symbol is still
// in use is a crash. What ends is the generation.
struct LibraryCache {
  std::mutex mutex;
  std::map<std::string, dll::shared_library> libraries;
  std::size_t bytes = 0;
};
LibraryCache& library_cache() {
  static auto* cache = new LibraryCache;  // not destroyed: modules' code may run until the very end
  return *cache;
}

Error not_loadable(const std::filesystem::path& library, std::string_view why) {
  return Error::invalid("module.not_loadable",
                        "The library " + library.filename().string() + " cannot be loaded.")
      .at(library.string())
      .because(why);
}

Result<opf_module_entry_v1_fn> entry_of(const std::filesystem::path& path) {
  LibraryCache& cache = library_cache();
  std::lock_guard lock(cache.mutex);
  try {
    auto it = cache.libraries.find(path.string());
    if (it == cache.libraries.end()) {
      dll::shared_library library(path.string(), dll::load_mode::rtld_now | dll::load_mode::rtld_local);
      it = cache.libraries.emplace(path.string(), std::move(library)).first;
      std::error_code ec;
      cache.bytes += std::filesystem::file_size(path, ec);
    }
    if (!it->second.has(OPF_MODULE_ENTRY_SYMBOL)) return fail(not_loadable(path, "no entry symbol"));
    return &it->second.get<const opf_module_v1*()>(OPF_MODULE_ENTRY_SYMBOL);
  } catch (const std::exception& e) {
    return fail(not_loadable(path, e.what()));
  }
}

// A module's function may throw although it must not; the wrapper's trampolines catch, C code has none.
template <class Call>
opf_status guarded(Call&& call) {
  try {
    return call();
  } catch (const std::exception& e) {
    log::error("module.threw_across_the_border", {{"what", e.what()}});
  } catch (...) {
    log::error("module.threw_across_the_border", {{"what", "not a std::exception"}});
  }
  return OPF_E_INTERNAL;
}

// The same for a call that has a context: what was thrown becomes the context's error.
template <class Call>
opf_status guarded(CallContext& context, Call&& call) {
  const std::string& module = context.generation.manifest().id;
  const auto threw = [&](std::string_view what) {
    context.error = Error::internal("module.threw",
                                    "The module " + module +
                                        " threw an exception across its border: " + std::string(what) + ".")
                        .with("module", module)
                        .because(what);
    return OPF_E_INTERNAL;
  };
  try {
    return call();
  } catch (const std::bad_alloc&) {
    context.error =
        Error::internal("module.out_of_memory", "The module " + module + " used up the memory it may take.")
            .with("module", module);
    return OPF_E_INTERNAL;
  } catch (const std::exception& e) {
    return threw(e.what());
  } catch (...) {
    return threw("not a std::exception");
  }
}

}  // namespace

std::size_t mapped_library_bytes() {
  std::lock_guard lock(library_cache().mutex);
  return library_cache().bytes;
}

Result<std::shared_ptr<Generation>> Generation::start(Runtime& runtime,
                                                      std::shared_ptr<const package::Manifest> manifest,
                                                      const std::filesystem::path& library, Executor* control,
                                                      std::shared_ptr<const entities::Catalog> catalog) {
  // The last owner may be a request on any thread: the end of the module's life goes to the control thread.
  const auto end = [control](Generation* generation) {
    if (control == nullptr || !control->post([generation] { delete generation; })) delete generation;
  };
  std::shared_ptr<Generation> generation(new Generation(runtime, std::move(manifest), std::move(catalog)),
                                         end);
  generation->instance_ =
      handles().add(HandleKind::kInstance, std::make_shared<std::weak_ptr<Generation>>(generation));
  if (!library.empty()) {
    TRY(generation->load(library));
    TRY(generation->run_lifecycle());
  }
  generation->state_ = State::kActive;
  return generation;
}

Generation::~Generation() {
  if (auto stopped = stop(); !stopped) log::error("module.stop_failed", stopped.error());
}

Result<void> Generation::load(const std::filesystem::path& library) {
  TRY_ASSIGN(entry, entry_of(library));
  const opf_module_v1* table = nullptr;
  if (guarded([&] {
        table = entry();
        return OPF_OK;
      }) != OPF_OK ||
      table == nullptr)
    return fail(not_loadable(library, "the entry gave nothing"));
  if (table->abi_major != OPF_ABI_MAJOR || table->abi_minor > OPF_ABI_MINOR)
    return fail(
        Error::invalid("module.abi_mismatch",
                       "The library needs the module interface " + std::to_string(table->abi_major) + "." +
                           std::to_string(table->abi_minor) + "; this server has " +
                           std::to_string(OPF_ABI_MAJOR) + "." + std::to_string(OPF_ABI_MINOR) + ".")
            .with("needs", std::to_string(table->abi_major) + "." + std::to_string(table->abi_minor)));
  if (table->struct_size < offsetof(opf_module_v1, destroy) + sizeof(table->destroy) ||
      table->create == nullptr || table->start == nullptr || table->destroy == nullptr)
    return fail(not_loadable(library, "the module table is incomplete"));
  if (view(table->id) != manifest_->id)
    return fail(not_loadable(library, "the module table names another module"));
  table_ = table;
  return {};
}

std::shared_ptr<CallContext> Generation::context(const Caller& caller) {
  return std::make_shared<CallContext>(*this, caller, runtime_.catalog());
}

std::shared_ptr<CallContext> Generation::lifecycle_context() {
  return std::make_shared<CallContext>(*this, system_caller(), lifecycle_catalog_);
}

Result<void> Generation::lifecycle_call(std::string_view name, opf_status (*fn)(void*, opf_ctx)) {
  if (fn == nullptr) return {};
  ContextScope call(lifecycle_context());
  const opf_status status = guarded(*call, [&] { return fn(self_, call.handle()); });
  return outcome(*call, status, name);
}

Result<void> Generation::run_lifecycle() {
  state_ = State::kStarting;
  {
    ContextScope call(lifecycle_context());
    void* self = nullptr;
    const opf_status status =
        guarded(*call, [&] { return table_->create(host_table(), instance_, call.handle(), &self); });
    TRY(outcome(*call, status, "create"));
    self_ = self;
  }
  const auto started = lifecycle_call("start", table_->start);
  // Binding calls carry no context, so what they refused is told here, also of a module that went on.
  if (refused_binding_) return fail(std::move(*refused_binding_));
  TRY(started);
  TRY(check_bound());
  state_ = State::kActive;
  return lifecycle_call("active", table_->active);
}

Result<void> Generation::stop() {
  if (state_ == State::kStopped) return {};
  const bool ran = self_ != nullptr;
  state_ = State::kStopped;
  cancel_tickets();
  Result<void> result;
  if (ran) {
    const std::int64_t deadline = runtime_.clock.now() + 5'000'000'000;
    if (table_->quiesce != nullptr) {
      ContextScope call(lifecycle_context());
      const opf_status status =
          guarded(*call, [&] { return table_->quiesce(self_, call.handle(), deadline); });
      result = outcome(*call, status, "quiesce");
    }
    if (auto stopped = lifecycle_call("stop", table_->stop); !stopped) result = std::move(stopped);
    guarded([&] {
      table_->destroy(self_);
      return OPF_OK;
    });
    self_ = nullptr;
  }
  release_bindings();
  handles().take(HandleKind::kInstance, instance_);
  return result;
}

void Generation::release_bindings() {
  for (auto& [key, binding] : bindings_)
    if (binding.release != nullptr)
      guarded([&] {
        binding.release(binding.user);
        return OPF_OK;
      });
  bindings_.clear();
}

bool Generation::granted(std::string_view service) const {
  // What every module has without asking.
  if (service == "opsflux.core/1" || service == "opsflux.i18n/1") return true;
  const auto& asked = manifest_->services;
  return std::find(asked.begin(), asked.end(), service) != asked.end();
}

std::set<std::string> Generation::declared(BindingKind kind) const {
  std::set<std::string> out;
  if (kind == BindingKind::kHook)
    for (const auto& hook : manifest_->hooks) out.insert(hook.function);
  if (kind == BindingKind::kRoute)
    for (const auto& route : manifest_->routes) out.insert(route.function);
  if (kind == BindingKind::kJob)
    for (const auto& job : manifest_->jobs) out.insert(job.function);
  if (kind == BindingKind::kEvent)
    for (const auto& subscription : manifest_->subscriptions) out.insert(subscription.function);
  return out;
}

Result<void> Generation::bind(BindingKind kind, std::string_view function, Binding binding) {
  auto result = add_binding(kind, function, binding);
  if (!result && starting() && !refused_binding_) refused_binding_ = result.error();
  return result;
}

Result<void> Generation::add_binding(BindingKind kind, std::string_view function, const Binding& binding) {
  const std::string name(function);
  if (!starting())
    return fail(
        Error::internal("module.bind_too_late", "Functions are bound while the module starts, not later."));
  if (binding.fn == nullptr)
    return fail(Error::internal("module.bind_nothing", "The function " + name + " is bound to nothing."));
  if (!declared(kind).contains(name))
    return fail(Error::invalid("module.not_declared", "The module binds the function " + name +
                                                          ", which its manifest does not declare.")
                    .with("function", name));
  if (!bindings_.emplace(std::pair(kind, name), binding).second)
    return fail(Error::invalid("module.bound_twice", "The module binds the function " + name + " twice.")
                    .with("function", name));
  return {};
}

Result<void> Generation::check_bound() const {
  for (const BindingKind kind :
       {BindingKind::kHook, BindingKind::kRoute, BindingKind::kEvent, BindingKind::kJob})
    for (const std::string& function : declared(kind))
      if (!bindings_.contains({kind, function}))
        return fail(Error::invalid("module.not_bound", "The manifest declares the function " + function +
                                                           ", but the library does not bind it.")
                        .with("function", function));
  return {};
}

Result<const Generation::Binding*> Generation::binding(BindingKind kind, const std::string& function) const {
  const auto it = bindings_.find({kind, function});
  if (it == bindings_.end())
    return fail(Error::internal("module.not_bound", "The function " + function + " is not bound.")
                    .with("function", function));
  return &it->second;
}

Result<void> Generation::call_hook(const std::string& function, entities::HookCall& call) {
  TRY_ASSIGN(bound, binding(BindingKind::kHook, function));
  Caller caller = call.write.caller;
  caller.via = "module:" + manifest_->id;
  entities::WriteContext nested{call.write.transaction, call.write.catalog, caller, call.write.depth + 1};
  // The catalog is the one of the change, kept by whoever runs it.
  auto made = std::make_shared<CallContext>(
      *this, caller, std::shared_ptr<const entities::Catalog>(std::shared_ptr<void>(), &call.write.catalog));
  ContextScope scope(std::move(made));
  scope->write = &nested;
  auto view = std::make_unique<RecordView>();
  view->entity = &call.entity;
  view->record = &call.record;
  view->before = call.before;
  view->writable = true;
  const opf_record record = scope->add_record(std::move(view));
  const auto fn = reinterpret_cast<opf_hook_fn>(bound->fn);
  const opf_status status = guarded(*scope, [&] { return fn(bound->user, scope.handle(), record); });
  return outcome(*scope, status, function);
}

void Generation::call_route(const std::string& function, http::Exchange exchange) {
  const auto bound = binding(BindingKind::kRoute, function);
  if (!bound) return void(exchange.fail(bound.error()));
  Caller caller = exchange.request().caller();
  caller.via = "module:" + manifest_->id;
  ContextScope scope(context(caller));
  scope->exchange = &exchange;
  const opf_request request = handles().add(HandleKind::kRequest, std::make_shared<http::Exchange>(exchange));
  const auto fn = reinterpret_cast<opf_route_fn>((*bound)->fn);
  const opf_status status = guarded(*scope, [&] { return fn((*bound)->user, scope.handle(), request); });
  handles().take(HandleKind::kRequest, request);
  const auto result = outcome(*scope, status, function);
  if (!result)
    exchange.fail(result.error());
  else if (!scope->answered)
    exchange.fail(Error::internal("module.no_answer", "The module " + manifest_->id + " gave no answer.")
                      .with("module", manifest_->id)
                      .because(function));
}

Result<void> Generation::call_event(const std::string& function, const Caller& caller,
                                    const opf_event& event) {
  TRY_ASSIGN(bound, binding(BindingKind::kEvent, function));
  ContextScope scope(context(caller));
  const auto fn = reinterpret_cast<opf_event_fn>(bound->fn);
  const opf_status status = guarded(*scope, [&] { return fn(bound->user, scope.handle(), &event); });
  return outcome(*scope, status, function);
}

Result<void> Generation::call_job(const std::string& function, const Caller& caller, const opf_job& job) {
  TRY_ASSIGN(bound, binding(BindingKind::kJob, function));
  ContextScope scope(context(caller));
  const auto fn = reinterpret_cast<opf_job_fn>(bound->fn);
  const opf_status status = guarded(*scope, [&] { return fn(bound->user, scope.handle(), &job); });
  return outcome(*scope, status, function);
}

opf_ticket Generation::add_ticket(http::Exchange exchange) {
  const opf_ticket ticket = handles().add(
      HandleKind::kTicket, std::make_shared<Ticket>(Ticket{std::move(exchange), weak_from_this()}));
  std::lock_guard lock(tickets_mutex_);
  tickets_.insert(ticket);
  return ticket;
}

void Generation::forget_ticket(opf_ticket ticket) {
  std::lock_guard lock(tickets_mutex_);
  tickets_.erase(ticket);
}

void Generation::cancel_tickets() {
  std::set<opf_ticket> left;
  {
    std::lock_guard lock(tickets_mutex_);
    left.swap(tickets_);
  }
  for (const opf_ticket ticket : left)
    if (auto open = std::static_pointer_cast<Ticket>(handles().take(HandleKind::kTicket, ticket)))
      open->exchange.fail(Error::unavailable("module.ended", "The module " + manifest_->id +
                                                                 " was stopped before it answered.")
                              .with("module", manifest_->id));
}

}  // namespace opsflux::modules
