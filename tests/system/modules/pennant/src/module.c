// Tells which flags its code sees for whoever asks.
#include <stdio.h>

#include "../../plain_module.h"
#include "opsflux/abi/core.h"
#include "opsflux/abi/http.h"

// "true", "false", or why not.
static const char* seen(const opf_core_v1* core, opf_ctx ctx, const char* name) {
  uint32_t on = 7;
  if (!OPF_HAS(core, flag)) return "\"no member\"";
  if (core->flag(ctx, plain_str(name), &on) != OPF_OK) return "\"refused\"";
  return on == 1 ? "true" : on == 0 ? "false" : "\"neither\"";
}

static opf_status state(void* self, opf_ctx ctx, opf_request request) {
  const opf_core_v1* core = (const opf_core_v1*)plain_service(self, OPF_CORE_SERVICE);
  const opf_http_v1* http = (const opf_http_v1*)plain_service(self, OPF_HTTP_SERVICE);
  char text[256];
  const int size = snprintf(
      text, sizeof text, "{\"own\":%s,\"by_full_name\":%s,\"other\":%s,\"unknown\":%s,\"null_refused\":%s}",
      seen(core, ctx, "new_map"), seen(core, ctx, "pennant.new_map"), seen(core, ctx, "other.flag"),
      seen(core, ctx, "unheard_of"),
      core->flag(ctx, plain_str("new_map"), NULL) == OPF_OK ? "false" : "true");
  opf_response response;
  memset(&response, 0, sizeof response);
  response.struct_size = sizeof response;
  response.status = 200;
  response.content_type = plain_str("application/json");
  response.body.ptr = (const uint8_t*)text;
  response.body.len = (uint64_t)size;
  return http->respond(ctx, request, &response);
}

static opf_status start(void* self, opf_ctx ctx) {
  const opf_http_v1* http = (const opf_http_v1*)plain_service(self, OPF_HTTP_SERVICE);
  (void)ctx;
  if (http == NULL) return OPF_E_UNSUPPORTED;
  return http->bind_route(plain_instance(self), plain_str("state"), state, self, NULL);
}

PLAIN_MODULE(start)
