// Opens a cursor in each start and reads nothing from it: the host sweeps it with the call.
#include <string.h>

#include "../../plain_module.h"
#include "opsflux/abi/entity.h"

static opf_status start(void* self, opf_ctx ctx) {
  const opf_entity_v1* entity = (const opf_entity_v1*)plain_service(self, OPF_ENTITY_SERVICE);
  opf_query query;
  opf_cursor cursor = 0;
  if (entity == NULL) return OPF_E_UNSUPPORTED;
  memset(&query, 0, sizeof query);
  query.struct_size = sizeof query;
  query.entity = plain_str("thing");
  // A module sees its own entities while it starts, in the probe and in the server.
  for (int i = 0; i < 100; ++i)
    if (entity->list(ctx, &query, &cursor) != OPF_OK) return OPF_E_INTERNAL;
  return OPF_OK;
}

PLAIN_MODULE(start)
