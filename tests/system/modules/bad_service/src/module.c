// Asks for a service that its manifest does not ask for, and gives up without it.
#include "../../plain_module.h"
#include "opsflux/abi/db.h"

static opf_status start(void* self, opf_ctx ctx) {
  (void)ctx;
  return plain_service(self, OPF_DB_SERVICE) == NULL ? OPF_E_FORBIDDEN : OPF_OK;
}

PLAIN_MODULE(start)
