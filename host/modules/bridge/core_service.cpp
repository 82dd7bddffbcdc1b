// opsflux.core/1 and opsflux.i18n/1.
#include <cstddef>
#include <nlohmann/json.hpp>

#include "host/base/full_name.hpp"
#include "host/base/text.hpp"
#include "host/modules/bridge/guard.hpp"
#include "host/modules/bridge/tables.hpp"
#include "opsflux/abi/core.h"
#include "opsflux/abi/i18n.h"

namespace opsflux::modules {
namespace {

void write_log(opf_instance instance, std::uint32_t level, opf_str event, const opf_field* fields,
               std::uint64_t count) noexcept {
  with_instance(instance, [&](Generation& generation) -> opf_status {
    std::string text;
    for (std::uint64_t i = 0; i < std::min<std::uint64_t>(count, 32); ++i) {
      if (!text.empty()) text += ' ';
      text += std::string(view(fields[i].name)) + "=" + text_from(fields[i].value);
    }
    const std::string name = generation.manifest().id + "." + std::string(view(event).substr(0, 100));
    const log::Level at = level <= OPF_LOG_DEBUG  ? log::Level::kDebug
                          : level == OPF_LOG_INFO ? log::Level::kInfo
                          : level == OPF_LOG_WARN ? log::Level::kWarn
                                                  : log::Level::kError;
    log::write(at, "module.log", {{"name", name}, {"fields", text}});
    return OPF_OK;
  });
}

std::int64_t now(opf_instance instance) noexcept {
  std::int64_t out = 0;
  with_instance(instance, [&](Generation& generation) -> opf_status {
    out = generation.runtime().clock.now();
    return OPF_OK;
  });
  return out;
}

opf_status new_id(opf_ctx ctx, opf_str* id) noexcept {
  return with_context(ctx, [&](CallContext& context) {
    return put_text(context, context.generation.runtime().ids.next(), id);
  });
}

opf_status setting(opf_ctx ctx, opf_str key, opf_value* value) noexcept {
  return with_context(ctx, [&](CallContext& context) -> Result<void> {
    const auto& settings = context.generation.manifest().settings;
    const auto declared =
        std::find_if(settings.begin(), settings.end(), [&](const auto& s) { return s.key == view(key); });
    if (declared == settings.end())
      return fail(service_error(ErrorKind::kNotFound, "no_setting",
                                "The manifest declares no setting " + std::string(view(key)) + "."));
    const std::string text =
        context.generation.runtime().setting(context.generation.manifest().id, *declared);
    TRY_ASSIGN(json, parse_json(text.empty() ? "null" : text));
    *value = value_to(context.arena, json);
    return {};
  });
}

opf_status caller(opf_ctx ctx, opf_caller* out) noexcept {
  return with_context(ctx, [&](CallContext& context) -> Result<void> {
    if (out == nullptr || out->struct_size < offsetof(opf_caller, company))
      return fail(service_error(ErrorKind::kUnsupported, "bad_struct", "struct_size is too small."));
    out->is_system = context.caller.system ? 1 : 0;
    TRY(put_text(context, context.caller.user_id, &out->user_id));
    TRY(put_text(context, context.caller.name, &out->name));
    TRY(put_text(context, context.caller.role, &out->role));
    TRY(put_text(context, context.caller.language, &out->language));
    if (out->struct_size < sizeof(opf_caller)) return {};
    TRY(put_text(context, context.caller.company, &out->company));
    return put_text(context, join(context.caller.companies, "\x1f"), &out->companies);
  });
}

std::int64_t deadline(opf_ctx ctx) noexcept {
  const auto context = find_handle<CallContext>(HandleKind::kContext, ctx);
  return context == nullptr ? 0 : context->deadline_ns;
}

std::int32_t cancelled(opf_ctx ctx) noexcept {
  const auto context = find_handle<CallContext>(HandleKind::kContext, ctx);
  if (context == nullptr) return 1;
  return context->exchange != nullptr && context->exchange->cancelled() ? 1 : 0;
}

opf_status flag(opf_ctx ctx, opf_str name, std::uint32_t* on) noexcept {
  return with_context(ctx, [&](CallContext& context) -> Result<void> {
    if (on == nullptr)
      return fail(service_error(ErrorKind::kUnsupported, "bad_struct", "The place for the answer is null."));
    const std::string full = full_name(context.generation.manifest().id, view(name));
    *on = context.generation.runtime().flag(full, context.caller) ? 1 : 0;
    return {};
  });
}

opf_status text(opf_ctx ctx, opf_str key, const opf_field* params, std::uint64_t count,
                opf_str* out) noexcept {
  return with_context(ctx, [&](CallContext& context) -> Result<void> {
    TextParams values;
    for (std::uint64_t i = 0; i < std::min<std::uint64_t>(count, 32); ++i)
      values.emplace_back(view(params[i].name), text_from(params[i].value));
    const std::string language = context.caller.language.empty() ? "en" : context.caller.language;
    return put_text(
        context,
        context.generation.runtime().translate(context.generation.manifest().id, view(key), language, values),
        out);
  });
}

}  // namespace

const void* core_table() {
  static const opf_core_v1 table{sizeof(opf_core_v1), 1,   write_log, now, new_id, setting, caller, deadline,
                                 cancelled,           flag};
  return &table;
}

const void* i18n_table() {
  static const opf_i18n_v1 table{sizeof(opf_i18n_v1), 1, text};
  return &table;
}

}  // namespace opsflux::modules
