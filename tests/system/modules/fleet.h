// The fleet's library: one route that says which version of the code answers.
#pragma once

#include "opsflux/abi/http.h"
#include "plain_module.h"

static opf_status version(void* self, opf_ctx ctx, opf_request request) {
  static const char text[] = "{\"version\":\"" OPSFLUX_MODULE_VERSION "\"}";
  const opf_http_v1* http = (const opf_http_v1*)plain_service(self, OPF_HTTP_SERVICE);
  opf_response response;
  memset(&response, 0, sizeof response);
  response.struct_size = sizeof response;
  response.status = 200;
  response.content_type = plain_str("application/json");
  response.body.ptr = (const uint8_t*)text;
  response.body.len = sizeof text - 1;
  return http->respond(ctx, request, &response);
}

static opf_status start(void* self, opf_ctx ctx) {
  const opf_http_v1* http = (const opf_http_v1*)plain_service(self, OPF_HTTP_SERVICE);
  (void)ctx;
  if (http == NULL) return OPF_E_UNSUPPORTED;
  return http->bind_route(plain_instance(self), plain_str("version"), version, self, NULL);
}

PLAIN_MODULE(start)
