#include "host/modules/bridge/guard.hpp"
#include "host/modules/bridge/tables.hpp"
#include "opsflux/abi/core.h"
#include "opsflux/abi/db.h"
#include "opsflux/abi/i18n.h"

namespace opsflux::modules {
namespace {

constexpr ServiceEntry kServices[] = {
    {OPF_CORE_SERVICE, core_table}, {OPF_ENTITY_SERVICE, entity_table}, {OPF_EVENT_SERVICE, event_table},
    {OPF_HTTP_SERVICE, http_table}, {OPF_DB_SERVICE, db_table},         {OPF_JOB_SERVICE, job_table},
    {OPF_I18N_SERVICE, i18n_table},
};

void say(opf_str* why, std::string_view sentence) {
  if (why != nullptr) *why = {sentence.data(), sentence.size()};
}

opf_status get_service(opf_instance instance, opf_str id, const void** table, opf_str* why) noexcept {
  return with_instance(instance, [&](Generation& generation) -> opf_status {
    const ServiceEntry* entry = find_service(view(id));
    if (entry == nullptr) {
      say(why, "This server does not have the service; a newer server may.");
      return OPF_E_UNSUPPORTED;
    }
    if (!generation.granted(view(id))) {
      say(why, "The manifest does not ask for the service in \"services\".");
      return OPF_E_FORBIDDEN;
    }
    *table = entry->table();
    return OPF_OK;
  });
}

void set_error(opf_ctx ctx, const opf_error* error) noexcept {
  with_context(ctx, [&](CallContext& context) -> Result<void> {
    if (error != nullptr && error->struct_size >= sizeof(opf_error))
      context.error = error_from(context.generation.manifest().id, *error);
    return {};
  });
}

opf_status get_error(opf_ctx ctx, opf_error* error) noexcept {
  const auto context = find_handle<CallContext>(HandleKind::kContext, ctx);
  if (context == nullptr) return OPF_E_STALE;
  if (!context->error || error == nullptr || error->struct_size < sizeof(opf_error)) return OPF_E_NOT_FOUND;
  *error = error_to(context->arena, *context->error);
  return OPF_OK;
}

void* alloc(opf_ctx ctx, std::uint64_t size) noexcept {
  void* out = nullptr;
  with_context(ctx, [&](CallContext& context) -> Result<void> {
    out = context.arena.allocate(size);
    return {};
  });
  return out;
}

}  // namespace

const ServiceEntry* find_service(std::string_view id) {
  for (const ServiceEntry& entry : kServices)
    if (entry.id == id) return &entry;
  return nullptr;
}

const opf_host_v1* host_table() {
  static const opf_host_v1 table{sizeof(opf_host_v1), OPF_ABI_MAJOR, OPF_ABI_MINOR, 0,
                                 get_service,         set_error,     get_error,     alloc};
  return &table;
}

}  // namespace opsflux::modules
