// Behaves in the probe, which has no environment, and fails in the server.
#include <stdlib.h>

#include "../../plain_module.h"

static opf_status start(void* self, opf_ctx ctx) {
  (void)self;
  (void)ctx;
  return getenv("OPSFLUX_ADMIN_EMAIL") == NULL ? OPF_OK : OPF_E_UNAVAILABLE;
}

PLAIN_MODULE(start)
