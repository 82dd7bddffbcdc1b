// Binds a function that the manifest does not declare.
#include "../../plain_module.h"
#include "opsflux/abi/http.h"

static opf_status hello(void* user, opf_ctx ctx, opf_request request) {
  (void)user;
  (void)ctx;
  (void)request;
  return OPF_OK;
}

static opf_status start(void* self, opf_ctx ctx) {
  (void)ctx;
  const opf_http_v1* http = (const opf_http_v1*)plain_service(self, OPF_HTTP_SERVICE);
  return http == NULL ? OPF_E_UNSUPPORTED
                      : http->bind_route(plain_instance(self), plain_str("hello"), hello, self, NULL);
}

PLAIN_MODULE(start)
