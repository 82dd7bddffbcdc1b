// Tells how often its job ran and which settings its code sees.
#include <stdatomic.h>
#include <stdio.h>

#include "../../plain_module.h"
#include "opsflux/abi/core.h"
#include "opsflux/abi/http.h"
#include "opsflux/abi/job.h"

static atomic_int ticks;

static opf_str text_setting(void* self, opf_ctx ctx, const char* key) {
  const opf_core_v1* core = (const opf_core_v1*)plain_service(self, OPF_CORE_SERVICE);
  opf_value value;
  memset(&value, 0, sizeof value);
  if (core->setting(ctx, plain_str(key), &value) != OPF_OK || value.type != OPF_TEXT) return plain_str("-");
  const opf_str text = {value.u.text, value.len};
  return text;
}

static opf_status state(void* self, opf_ctx ctx, opf_request request) {
  const opf_http_v1* http = (const opf_http_v1*)plain_service(self, OPF_HTTP_SERVICE);
  const opf_str token = text_setting(self, ctx, "token"), mode = text_setting(self, ctx, "mode");
  char text[256];
  const int size = snprintf(text, sizeof text, "{\"ticks\":%d,\"token\":\"%.*s\",\"mode\":\"%.*s\"}",
                            atomic_load(&ticks), (int)token.len, token.ptr, (int)mode.len, mode.ptr);
  opf_response response;
  memset(&response, 0, sizeof response);
  response.struct_size = sizeof response;
  response.status = 200;
  response.content_type = plain_str("application/json");
  response.body.ptr = (const uint8_t*)text;
  response.body.len = (uint64_t)size;
  return http->respond(ctx, request, &response);
}

static opf_status tick(void* self, opf_ctx ctx, const opf_job* job) {
  (void)self;
  (void)ctx;
  (void)job;
  atomic_fetch_add(&ticks, 1);
  return OPF_OK;
}

static opf_status start(void* self, opf_ctx ctx) {
  const opf_http_v1* http = (const opf_http_v1*)plain_service(self, OPF_HTTP_SERVICE);
  const opf_job_v1* job = (const opf_job_v1*)plain_service(self, OPF_JOB_SERVICE);
  opf_status status;
  (void)ctx;
  if (http == NULL || job == NULL) return OPF_E_UNSUPPORTED;
  status = http->bind_route(plain_instance(self), plain_str("state"), state, self, NULL);
  if (status != OPF_OK) return status;
  return job->bind_job(plain_instance(self), plain_str("tick"), tick, self, NULL);
}

PLAIN_MODULE(start)
