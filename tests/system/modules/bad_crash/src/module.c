// Writes to where nothing is when it starts.
#include "../../plain_module.h"

static opf_status start(void* self, opf_ctx ctx) {
  (void)self;
  (void)ctx;
  int* volatile nowhere = NULL;
  *nowhere = 1;
  return OPF_OK;
}

PLAIN_MODULE(start)
