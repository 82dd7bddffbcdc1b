// Never comes back from its start, and takes no processor time meanwhile.
#include <unistd.h>

#include "../../plain_module.h"

static opf_status start(void* self, opf_ctx ctx) {
  (void)self;
  (void)ctx;
  for (;;) pause();
}

PLAIN_MODULE(start)
