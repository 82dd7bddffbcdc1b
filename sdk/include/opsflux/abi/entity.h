/* opsflux.entity/1: records of this and other modules, always with the rights of the context's caller.
 *
 * Entity names are "<module>.<entity>"; a name without a dot means the module's own. In a hook the calls
 * join the transaction of the change; elsewhere each write is a transaction of its own.
 */
#ifndef OPSFLUX_ABI_ENTITY_H
#define OPSFLUX_ABI_ENTITY_H

#include "opsflux/abi/types.h"

#ifdef __cplusplus
extern "C" {
#endif

#define OPF_ENTITY_SERVICE "opsflux.entity/1"

/* A hook: called in the transaction, before the change is written. It may change fields of `record` with
 * record_set, or veto by putting an error on the context and returning its status. Thread: worker. */
typedef opf_status (*opf_hook_fn)(void* user, opf_ctx ctx, opf_record record);

typedef struct opf_query {
  uint32_t struct_size;
  uint32_t limit; /* rows at most; 0: 100; no more than 10 000 */
  opf_str entity;
  opf_str filter; /* expression; empty: all */
  opf_str sort;   /* "-score,legal_name"; empty: by id */
} opf_query;

typedef struct opf_entity_v1 {
  uint32_t struct_size;
  uint32_t revision;
  /* Binds a function named in the manifest's "hooks". `release` (may be NULL) is called once when the
   * host drops the binding. Thread: control, within start. */
  opf_status (*bind_hook)(opf_instance instance, opf_str function, opf_hook_fn fn, void* user,
                          void (*release)(void* user));

  /* Fields of a record. Unknown names give OPF_E_NOT_FOUND. In before_create `record_before` gives
   * OPF_NULL for every field. Thread: worker. */
  opf_status (*record_get)(opf_ctx ctx, opf_record record, opf_str field, opf_value* value);
  opf_status (*record_before)(opf_ctx ctx, opf_record record, opf_str field, opf_value* value);
  opf_status (*record_set)(opf_ctx ctx, opf_record record, opf_str field, const opf_value* value);
  opf_status (*record_id)(opf_ctx ctx, opf_record record, opf_str* id);

  /* One record by id. The handle ends with the context. */
  opf_status (*read)(opf_ctx ctx, opf_str entity, opf_str id, opf_record* record);
  /* Many records; `next` gives OPF_OK and record 0 at the end. Both end with the context. */
  opf_status (*list)(opf_ctx ctx, const opf_query* query, opf_cursor* cursor);
  opf_status (*next)(opf_ctx ctx, opf_cursor cursor, opf_record* record);

  opf_status (*create)(opf_ctx ctx, opf_str entity, const opf_field* fields, uint64_t count, opf_str* id);
  /* `version` is the one that was read; 0 overwrites whatever stands. */
  opf_status (*update)(opf_ctx ctx, opf_str entity, opf_str id, int64_t version, const opf_field* fields,
                       uint64_t count);
  opf_status (*remove)(opf_ctx ctx, opf_str entity, opf_str id);
} opf_entity_v1;

#ifdef __cplusplus
}
#endif
#endif
