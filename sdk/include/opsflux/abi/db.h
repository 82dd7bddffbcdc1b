/* opsflux.db/1: SQL on the module's own tables. A permission of high risk that the administrator
 * accepts: row and field rights do not apply here. Other modules' tables cannot be reached.
 *
 * Parameters are $1, $2, ... on both databases. On SQLite a decimal(p,s) column holds the number times
 * 10^s as an integer; on PostgreSQL it is read as OPF_TEXT digits. In a hook the calls join the
 * transaction of the change; elsewhere `execute` is a transaction of its own.
 */
#ifndef OPSFLUX_ABI_DB_H
#define OPSFLUX_ABI_DB_H

#include "opsflux/abi/types.h"

#ifdef __cplusplus
extern "C" {
#endif

#define OPF_DB_SERVICE "opsflux.db/1"

/* Rows in the arena: values[row * columns + column]. */
typedef struct opf_rows {
  uint32_t struct_size;
  uint32_t columns;
  uint64_t rows;
  const opf_value* values;
} opf_rows;

typedef struct opf_db_v1 {
  uint32_t struct_size;
  uint32_t revision;
  /* Runs one statement; `changed` (may be NULL) gets the number of rows. Thread: worker. */
  opf_status (*execute)(opf_ctx ctx, opf_str sql, const opf_value* params, uint64_t count, int64_t* changed);
  /* Reads all rows of one statement, at most `max_rows` (0: 10 000); more is OPF_E_TOO_LARGE. Thread: worker.
   */
  opf_status (*query)(opf_ctx ctx, opf_str sql, const opf_value* params, uint64_t count, uint64_t max_rows,
                      opf_rows* rows);
} opf_db_v1;

#ifdef __cplusplus
}
#endif
#endif
