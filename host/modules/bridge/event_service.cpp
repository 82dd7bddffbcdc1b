// opsflux.event/1 and opsflux.job/1: both end in the outbox.
#include <nlohmann/json.hpp>

#include "host/base/text.hpp"
#include "host/modules/bridge/guard.hpp"
#include "host/modules/bridge/tables.hpp"
#include "opsflux/abi/event.h"
#include "opsflux/abi/job.h"

namespace opsflux::modules {
namespace {

opf_status bind_subscriber(opf_instance instance, opf_str function, opf_event_fn fn, void* user,
                           void (*release)(void*)) noexcept {
  return bind_function(instance, Generation::BindingKind::kEvent, function, reinterpret_cast<void (*)()>(fn),
                       user, release);
}

opf_status bind_job(opf_instance instance, opf_str function, opf_job_fn fn, void* user,
                    void (*release)(void*)) noexcept {
  return bind_function(instance, Generation::BindingKind::kJob, function, reinterpret_cast<void (*)()>(fn),
                       user, release);
}

// Stores one event in the hook's transaction or one of its own; gives its id.
Result<std::string> store_event(CallContext& context, const EmittedEvent& event) {
  auto& runtime = context.generation.runtime();
  if (context.write != nullptr) return runtime.emit(context.write->transaction, context.caller, event);
  std::string id;
  TRY(runtime.engine.database().write_now([&](store::Transaction& transaction) -> Result<void> {
    TRY_ASSIGN(made, runtime.emit(transaction, context.caller, event));
    id = std::move(made);
    return {};
  }));
  return id;
}

Result<std::string> payload_of(opf_str payload) {
  const std::string_view text = payload.len == 0 ? std::string_view("{}") : view(payload);
  TRY_ASSIGN(json, parse_json(text, {.max_depth = 32, .max_bytes = 256 << 10}));
  if (!json.is_object())
    return fail(service_error(ErrorKind::kInvalid, "bad_payload", "The payload must be a JSON object."));
  return to_text(json);
}

opf_status emit(opf_ctx ctx, opf_str name, opf_str payload) noexcept {
  return with_context(ctx, [&](CallContext& context) -> Result<void> {
    const auto& manifest = context.generation.manifest();
    if (std::find(manifest.events.begin(), manifest.events.end(), view(name)) == manifest.events.end())
      return fail(service_error(ErrorKind::kInvalid, "event_not_declared",
                                "The manifest declares no event " + std::string(view(name)) + "."));
    TRY_ASSIGN(text, payload_of(payload));
    TRY(store_event(context, {manifest.id + "." + std::string(view(name)), text}));
    return {};
  });
}

opf_status enqueue(opf_ctx ctx, opf_str name, opf_str payload, std::int64_t not_before_ns,
                   opf_str* id) noexcept {
  return with_context(ctx, [&](CallContext& context) -> Result<void> {
    const auto& manifest = context.generation.manifest();
    if (std::none_of(manifest.jobs.begin(), manifest.jobs.end(),
                     [&](const auto& job) { return job.id == view(name); }))
      return fail(service_error(ErrorKind::kInvalid, "job_not_declared",
                                "The manifest declares no job " + std::string(view(name)) + "."));
    TRY_ASSIGN(text, payload_of(payload));
    TRY_ASSIGN(made, store_event(context, {"job:" + manifest.id + "." + std::string(view(name)), text,
                                           not_before_ns}));
    return id == nullptr ? Result<void>() : put_text(context, made, id);
  });
}

}  // namespace

const void* event_table() {
  static const opf_event_v1 table{sizeof(opf_event_v1), 1, bind_subscriber, emit};
  return &table;
}

const void* job_table() {
  static const opf_job_v1 table{sizeof(opf_job_v1), 1, bind_job, enqueue};
  return &table;
}

}  // namespace opsflux::modules
