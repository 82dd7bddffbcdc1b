// Its manifest says 1.0, its table of functions 2.0.
#define PLAIN_TABLE_ABI_MAJOR 2
#include "../../plain_module.h"

static opf_status start(void* self, opf_ctx ctx) {
  (void)self;
  (void)ctx;
  return OPF_OK;
}

PLAIN_MODULE(start)
