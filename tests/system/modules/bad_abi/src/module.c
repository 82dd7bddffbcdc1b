// Made for a module interface that does not exist yet, and says so everywhere.
#include "../../plain_module.h"

static opf_status start(void* self, opf_ctx ctx) {
  (void)self;
  (void)ctx;
  return OPF_OK;
}

PLAIN_MODULE(start)
