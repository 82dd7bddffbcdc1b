/* opsflux.http/1: the module's own routes, declared in the manifest's "routes" and served under
 * /api/v1/<module>/. The host has checked the permission before the function is called. */
#ifndef OPSFLUX_ABI_HTTP_H
#define OPSFLUX_ABI_HTTP_H

#include "opsflux/abi/types.h"

#ifdef __cplusplus
extern "C" {
#endif

#define OPF_HTTP_SERVICE "opsflux.http/1"

/* Answers with `respond`, or takes a ticket with `defer` and returns OPF_OK; a status other than OPF_OK
 * makes the context's error the answer. Thread: worker. */
typedef opf_status (*opf_route_fn)(void* user, opf_ctx ctx, opf_request request);

typedef struct opf_response {
  uint32_t struct_size;
  uint32_t status;      /* 200 to 599 */
  opf_str content_type; /* "application/json" when empty */
  opf_bytes body;
} opf_response;

typedef struct opf_http_v1 {
  uint32_t struct_size;
  uint32_t revision;
  opf_status (*bind_route)(opf_instance instance, opf_str function, opf_route_fn fn, void* user,
                           void (*release)(void* user));
  /* Parts of the request; OPF_E_NOT_FOUND when it has none of that name. Thread: worker. */
  opf_status (*path_parameter)(opf_ctx ctx, opf_request request, opf_str name, opf_str* value);
  opf_status (*query_parameter)(opf_ctx ctx, opf_request request, opf_str name, opf_str* value);
  opf_status (*header)(opf_ctx ctx, opf_request request, opf_str name, opf_str* value);
  opf_status (*body)(opf_ctx ctx, opf_request request, opf_bytes* body);

  opf_status (*respond)(opf_ctx ctx, opf_request request, const opf_response* response);

  /* Takes the answer out of the call: exactly one `complete` must follow, from any thread. `on_cancel`
   * (may be NULL) is called at most once, from any thread, when the client left, the time is over or the
   * generation ends; `complete` then gives OPF_E_CANCELLED. One of the two ends the ticket and with it the
   * use of `user`: a `complete` that gives OPF_OK, after which `on_cancel` is never called, or `on_cancel`.
   */
  opf_status (*defer)(opf_ctx ctx, opf_request request, void (*on_cancel)(void* user), void* user,
                      opf_ticket* ticket);
  /* Thread: any. */
  opf_status (*complete)(opf_instance instance, opf_ticket ticket, const opf_response* response);
} opf_http_v1;

#ifdef __cplusplus
}
#endif
#endif
