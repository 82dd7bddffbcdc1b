// Asks for a service that its manifest does not ask for, and gives up without it.
#include "opsflux/abi/db.h"

#include "../../plain_module.h"

static opf_status start(void* self, opf_ctx ctx) {
  (void)ctx;
  return plain_service(self, OPF_DB_SERVICE) == NULL ? OPF_E_FORBIDDEN : OPF_OK;
}

PLAIN_MODULE(start)
