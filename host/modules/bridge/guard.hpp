// The way in from C: resolves the context, keeps exceptions inside, turns a Result into status and error.
#pragma once

#include "host/base/log.hpp"
#include "host/modules/bridge/context.hpp"
#include "host/modules/bridge/convert.hpp"
#include "host/modules/generation.hpp"

namespace opsflux::modules {

// Runs `work(CallContext&)` for a table function that was given `ctx`.
template <class Work>
opf_status with_context(opf_ctx ctx, Work&& work) noexcept {
  try {
    const auto context = find_handle<CallContext>(HandleKind::kContext, ctx);
    if (context == nullptr) return OPF_E_STALE;
    Result<void> result = work(*context);
    if (result) return OPF_OK;
    const opf_status status = status_of(result.error().kind);
    context->error = std::move(result.error());
    return status;
  } catch (const std::exception& e) {
    log::error("module.service_threw", {{"what", e.what()}});
  } catch (...) {
    log::error("module.service_threw", {{"what", "not a std::exception"}});
  }
  return OPF_E_INTERNAL;
}

// The same for functions that are given an instance; `work(Generation&)` gives the status.
template <class Work>
opf_status with_instance(opf_instance instance, Work&& work) noexcept {
  try {
    const auto weak = find_handle<std::weak_ptr<Generation>>(HandleKind::kInstance, instance);
    const auto generation = weak == nullptr ? nullptr : weak->lock();
    if (generation == nullptr) return OPF_E_STALE;
    return work(*generation);
  } catch (const std::exception& e) {
    log::error("module.service_threw", {{"what", e.what()}});
  } catch (...) {
    log::error("module.service_threw", {{"what", "not a std::exception"}});
  }
  return OPF_E_INTERNAL;
}

inline Error service_error(ErrorKind kind, std::string_view code, const std::string& message) {
  return Error::make(kind, "module." + std::string(code), message);
}

// An arena copy that fails when memory is over.
inline Result<void> put_text(CallContext& context, std::string_view text, opf_str* out) {
  const opf_str copy = context.arena.text(text);
  if (copy.len != text.size())
    return fail(service_error(ErrorKind::kTooLarge, "arena_full", "The call has used up its memory."));
  *out = copy;
  return {};
}

// Binds a function during start; the error of a refusal is logged, the status tells the module.
inline opf_status bind_function(opf_instance instance, Generation::BindingKind kind, opf_str function,
                                void (*fn)(), void* user, void (*release)(void*)) noexcept {
  return with_instance(instance, [&](Generation& generation) -> opf_status {
    auto bound = generation.bind(kind, view(function), {fn, user, release});
    if (bound) return OPF_OK;
    log::error("module.bind_refused", bound.error());
    return bound.error().code == "module.bind_too_late" ? OPF_E_STATE : status_of(bound.error().kind);
  });
}

}  // namespace opsflux::modules
