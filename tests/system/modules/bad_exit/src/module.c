// Ends the process that it is a guest in.
#include <unistd.h>

#include "../../plain_module.h"

static opf_status start(void* self, opf_ctx ctx) {
  (void)self;
  (void)ctx;
  _exit(0);
}

PLAIN_MODULE(start)
