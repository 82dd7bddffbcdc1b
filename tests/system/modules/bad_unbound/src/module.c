// Binds nothing, although the manifest declares a function.
#include "../../plain_module.h"

static opf_status start(void* self, opf_ctx ctx) {
  (void)self;
  (void)ctx;
  return OPF_OK;
}

PLAIN_MODULE(start)
