// opsflux.http/1.
#include "host/base/text.hpp"
#include "host/modules/bridge/guard.hpp"
#include "host/modules/bridge/tables.hpp"
#include "opsflux/abi/http.h"

namespace opsflux::modules {
namespace {

opf_status bind_route(opf_instance instance, opf_str function, opf_route_fn fn, void* user,
                      void (*release)(void*)) noexcept {
  return bind_function(instance, Generation::BindingKind::kRoute, function, reinterpret_cast<void (*)()>(fn),
                       user, release);
}

Result<std::shared_ptr<http::Exchange>> exchange_of(opf_request request) {
  auto exchange = find_handle<http::Exchange>(HandleKind::kRequest, request);
  if (exchange == nullptr)
    return fail(
        service_error(ErrorKind::kInternal, "stale_request", "The request handle is not one of this call."));
  return exchange;
}

Error absent(std::string_view what, opf_str name) {
  return service_error(ErrorKind::kNotFound, "no_" + std::string(what),
                       "The request has no " + std::string(what) + " \"" + std::string(view(name)) + "\".");
}

opf_status path_parameter(opf_ctx ctx, opf_request request, opf_str name, opf_str* value) noexcept {
  return with_context(ctx, [&](CallContext& context) -> Result<void> {
    TRY_ASSIGN(exchange, exchange_of(request));
    const std::string_view found = exchange->request().param(view(name));
    if (found.empty()) return fail(absent("parameter", name));
    return put_text(context, found, value);
  });
}

opf_status query_parameter(opf_ctx ctx, opf_request request, opf_str name, opf_str* value) noexcept {
  return with_context(ctx, [&](CallContext& context) -> Result<void> {
    TRY_ASSIGN(exchange, exchange_of(request));
    const auto found = exchange->request().query(view(name));
    if (!found) return fail(absent("parameter", name));
    return put_text(context, *found, value);
  });
}

opf_status header(opf_ctx ctx, opf_request request, opf_str name, opf_str* value) noexcept {
  return with_context(ctx, [&](CallContext& context) -> Result<void> {
    TRY_ASSIGN(exchange, exchange_of(request));
    // What proves who the caller is never reaches a module.
    const std::string lower = to_lower_ascii(view(name));
    const auto found =
        lower == "authorization" || lower == "cookie" ? std::nullopt : exchange->request().header(view(name));
    if (!found) return fail(absent("header", name));
    return put_text(context, *found, value);
  });
}

opf_status body(opf_ctx ctx, opf_request request, opf_bytes* out) noexcept {
  return with_context(ctx, [&](CallContext&) -> Result<void> {
    TRY_ASSIGN(exchange, exchange_of(request));
    const std::string_view bytes = exchange->request().body();  // lives as long as the exchange
    *out = {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()};
    return {};
  });
}

Result<http::Response> response_from(const opf_response* response) {
  if (response == nullptr || response->struct_size < sizeof(opf_response))
    return fail(service_error(ErrorKind::kUnsupported, "bad_struct", "struct_size is too small."));
  if (response->status < 200 || response->status > 599)
    return fail(service_error(ErrorKind::kInvalid, "bad_status", "The status of an answer is 200 to 599."));
  const std::string_view type =
      response->content_type.len == 0 ? std::string_view("application/json") : view(response->content_type);
  std::string bytes(reinterpret_cast<const char*>(response->body.ptr),
                    response->body.ptr == nullptr ? 0 : response->body.len);
  return http::Response::text(static_cast<int>(response->status), std::move(bytes), type);
}

Error answered_twice() {
  return service_error(ErrorKind::kInternal, "answered_twice",
                       "The request has been answered or deferred already.");
}

opf_status respond(opf_ctx ctx, opf_request request, const opf_response* response) noexcept {
  return with_context(ctx, [&](CallContext& context) -> Result<void> {
    TRY_ASSIGN(exchange, exchange_of(request));
    if (context.answered) return fail(answered_twice());
    TRY_ASSIGN(answer, response_from(response));
    context.answered = true;
    if (!exchange->respond(std::move(answer)))
      return fail(service_error(ErrorKind::kCancelled, "cancelled", "Nobody waits for the answer any more."));
    return {};
  });
}

opf_status defer(opf_ctx ctx, opf_request request, void (*on_cancel)(void*), void* user,
                 opf_ticket* ticket) noexcept {
  return with_context(ctx, [&](CallContext& context) -> Result<void> {
    TRY_ASSIGN(exchange, exchange_of(request));
    if (context.answered) return fail(answered_twice());
    context.answered = true;
    const opf_ticket made = context.generation.add_ticket(*exchange);
    *ticket = made;
    const auto weak = context.generation.weak_from_this();
    exchange->on_cancel([made, weak, on_cancel, user] {
      if (handles().take(HandleKind::kTicket, made) == nullptr) return;  // completed at the same moment
      const auto generation = weak.lock();
      if (generation == nullptr) return;
      generation->forget_ticket(made);
      if (on_cancel != nullptr) on_cancel(user);
    });
    return {};
  });
}

opf_status complete(opf_instance instance, opf_ticket ticket, const opf_response* response) noexcept {
  return with_instance(instance, [&](Generation& generation) -> opf_status {
    auto answer = response_from(response);
    if (!answer) return status_of(answer.error().kind);
    const auto open = std::static_pointer_cast<Ticket>(handles().take(HandleKind::kTicket, ticket));
    if (open == nullptr) return OPF_E_CANCELLED;
    generation.forget_ticket(ticket);
    return open->exchange.respond(std::move(*answer)) ? OPF_OK : OPF_E_CANCELLED;
  });
}

}  // namespace

const void* http_table() {
  static const opf_http_v1 table{sizeof(opf_http_v1),
                                 1,
                                 bind_route,
                                 path_parameter,
                                 query_parameter,
                                 header,
                                 body,
                                 respond,
                                 defer,
                                 complete};
  return &table;
}

}  // namespace opsflux::modules
