// Reads the users' table with the SQL that is meant for its own tables.
#include <string.h>

#include "../../plain_module.h"
#include "opsflux/abi/db.h"

static opf_status start(void* self, opf_ctx ctx) {
  const opf_db_v1* db = (const opf_db_v1*)plain_service(self, OPF_DB_SERVICE);
  opf_rows rows;
  if (db == NULL) return OPF_E_UNSUPPORTED;
  memset(&rows, 0, sizeof rows);
  rows.struct_size = sizeof rows;
  return db->query(ctx, plain_str("SELECT owner FROM core_migration"), NULL, 0, 0, &rows);
}

PLAIN_MODULE(start)
