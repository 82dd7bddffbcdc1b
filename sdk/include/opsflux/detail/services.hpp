// The host's tables as one instance of a module has them, and the way errors take across the border.
#pragma once

#include <cstddef>
#include <new>
#include <string>

#include "opsflux/abi/core.h"
#include "opsflux/abi/db.h"
#include "opsflux/abi/entity.h"
#include "opsflux/abi/event.h"
#include "opsflux/abi/http.h"
#include "opsflux/abi/i18n.h"
#include "opsflux/abi/job.h"
#include "opsflux/abi/module.h"
#include "opsflux/error.hpp"

namespace opsflux::detail {

// What a host's table must have for this wrapper to use it; what came later is asked for by OPF_HAS.
template <class Table>
inline constexpr std::size_t first_size = sizeof(Table);
template <>
inline constexpr std::size_t first_size<opf_core_v1> = offsetof(opf_core_v1, flag);

// One service: its table, or the host's sentence why this module does not have it.
template <class Table>
class Service {
 public:
  Service(const opf_host_v1& host, opf_instance instance, std::string_view id) : id_(id) {
    const void* table = nullptr;
    opf_str why{};
    if (host.get_service(instance, lend(id), &table, &why) != OPF_OK || table == nullptr) {
      why_ = view(why);
      return;
    }
    const auto* typed = static_cast<const Table*>(table);
    if (typed->struct_size >= first_size<Table>) {
      table_ = typed;
    } else {
      why_ = "the host's table is older than this module";
    }
  }

  const Table& operator*() const {
    if (table_) return *table_;
    throw Error(Status::kForbidden, "service_missing", {{"service", std::string(id_)}},
                "The module cannot use the service " + std::string(id_) + ".")
        .because(why_);
  }
  const Table* operator->() const { return &**this; }
  const Table* get() const { return table_; }  // null when the module does not have it

 private:
  std::string_view id_;
  const Table* table_ = nullptr;
  std::string why_;
};

struct Services {
  Services(const opf_host_v1& h, opf_instance i) : host(h), instance(i) {}

  const opf_host_v1& host;
  const opf_instance instance;
  const Service<opf_core_v1> core{host, instance, OPF_CORE_SERVICE};
  const Service<opf_i18n_v1> i18n{host, instance, OPF_I18N_SERVICE};
  const Service<opf_entity_v1> entity{host, instance, OPF_ENTITY_SERVICE};
  const Service<opf_event_v1> event{host, instance, OPF_EVENT_SERVICE};
  const Service<opf_http_v1> http{host, instance, OPF_HTTP_SERVICE};
  const Service<opf_db_v1> db{host, instance, OPF_DB_SERVICE};
  const Service<opf_job_v1> job{host, instance, OPF_JOB_SERVICE};
};

// The error that the host left on the context, copied out of it.
inline HostError host_error(const opf_host_v1& host, opf_ctx ctx, opf_status status) {
  opf_error left{};
  left.struct_size = sizeof left;
  if (host.get_error(ctx, &left) != OPF_OK)
    return HostError(Error(static_cast<Status>(status), "host",
                           "The host refused with status " + std::to_string(status) + "."));
  Fields params;
  for (std::uint64_t i = 0; i < left.param_count; ++i)
    params.push_back({std::string(view(left.params[i].name)), Value::copy(left.params[i].value)});
  return HostError(Error(static_cast<Status>(status), std::string(view(left.reason)), std::move(params),
                         std::string(view(left.message)))
                       .at(std::string(view(left.field)))
                       .because(std::string(view(left.detail)))
                       .retry_after(std::chrono::milliseconds(left.retry_after_ms)));
}

inline void check(const Services& services, opf_ctx ctx, opf_status status) {
  if (status != OPF_OK) throw host_error(services.host, ctx, status);
}

// Whether the context still holds the very error that `error` was made from.
inline bool still_there(const opf_host_v1& host, opf_ctx ctx, const HostError& error) {
  opf_error left{};
  left.struct_size = sizeof left;
  return host.get_error(ctx, &left) == OPF_OK && left.status == static_cast<opf_status>(error.status()) &&
         view(left.reason) == error.reason() && view(left.message) == error.message();
}

inline opf_status put_error(const opf_host_v1& host, opf_ctx ctx, const Error& error) {
  const auto params = lend(error.params());
  opf_error out{};
  out.struct_size = sizeof out;
  out.status = error.status() == Status::kOk ? OPF_E_INTERNAL : static_cast<opf_status>(error.status());
  out.reason = lend(error.reason());
  out.message = lend(error.message());
  out.field = lend(error.field());
  out.detail = lend(error.detail());
  out.retry_after_ms = error.retry_after().count();
  out.params = params.data();
  out.param_count = params.size();
  host.set_error(ctx, &out);
  return out.status;
}

// For what was thrown that is no Error; needs no memory of its own.
inline opf_status put_failure(const opf_host_v1& host, opf_ctx ctx, std::string_view reason,
                              const char* what) {
  opf_error out{};
  out.struct_size = sizeof out;
  out.status = OPF_E_INTERNAL;
  out.reason = lend(reason);
  out.message = lend("The module made a mistake; nothing was changed.");
  out.detail = lend(what);
  host.set_error(ctx, &out);
  return out.status;
}

// Puts the exception being handled on the context. Nothing gets past it, not even a lack of memory.
inline opf_status report_current(const opf_host_v1& host, opf_ctx ctx) noexcept {
  try {
    try {
      throw;
    } catch (const HostError& error) {
      if (still_there(host, ctx, error)) return static_cast<opf_status>(error.status());
      return put_error(host, ctx, error);
    } catch (const Error& error) {
      return put_error(host, ctx, error);
    } catch (const std::bad_alloc&) {
      return put_failure(host, ctx, "out_of_memory", "std::bad_alloc");
    } catch (const std::exception& error) {
      return put_failure(host, ctx, "exception", error.what());
    } catch (...) {
      return put_failure(host, ctx, "exception", "something that is no std::exception was thrown");
    }
  } catch (...) {
    return put_failure(host, ctx, "exception", "reporting an error failed");
  }
}

// Runs `body` as a function of the C ABI has to: it returns a status and throws nothing.
template <class Body>
opf_status guard(const opf_host_v1& host, opf_ctx ctx, Body&& body) noexcept {
  try {
    body();
    return OPF_OK;
  } catch (...) {
    return report_current(host, ctx);
  }
}

}  // namespace opsflux::detail
