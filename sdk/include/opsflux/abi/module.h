/* The one symbol a module exports, its life cycle, and the host's table that it is given.
 *
 * Order of calls, all on the control thread, one at a time for a module:
 *   create -> start -> active -> (requests, hooks, jobs on worker threads) -> quiesce -> stop -> destroy
 * Nothing of the module is called before create returns nor after destroy begins. A failure in create,
 * start or active ends in stop (if start was called) and destroy.
 */
#ifndef OPSFLUX_ABI_MODULE_H
#define OPSFLUX_ABI_MODULE_H

#include "opsflux/abi/types.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct opf_host_v1 {
  uint32_t struct_size;
  uint32_t abi_major;
  uint32_t abi_minor; /* of the running host: at least the one the module was built for */
  uint32_t reserved;

  /* Finds a service by "<name>/<revision>", for instance "opsflux.entity/1". On failure `why` says in a
   * sentence why not: unknown to this host, not asked for in the manifest, or not granted.
   * The table lives as long as the instance. Thread: control. */
  opf_status (*get_service)(opf_instance instance, opf_str id, const void** table, opf_str* why);

  /* Puts an error on the context; the function then returns error->status. Thread: any. */
  void (*set_error)(opf_ctx ctx, const opf_error* error);
  /* Reads the context's error; OPF_E_NOT_FOUND when there is none. Thread: any. */
  opf_status (*get_error)(opf_ctx ctx, opf_error* error);
  /* Memory in the arena of the call, aligned to 16; NULL when the arena's limit (64 MiB) is reached. Thread:
   * worker, control. */
  void* (*alloc)(opf_ctx ctx, uint64_t size);
} opf_host_v1;

typedef struct opf_module_v1 {
  uint32_t struct_size;
  uint32_t abi_major; /* OPF_ABI_MAJOR the module was built with */
  uint32_t abi_minor; /* the smallest minor version of the host that it needs */
  uint32_t reserved;
  opf_str id;      /* equal to the manifest's */
  opf_str version; /* equal to the manifest's */

  /* Makes the module's state and hands it out in `self`. Services may be asked for from here on. */
  opf_status (*create)(const opf_host_v1* host, opf_instance instance, opf_ctx ctx, void** self);
  /* Binds the functions that the manifest declares. Binding one that is not declared is an error;
   * one that is declared and not bound when start returns is an error too. */
  opf_status (*start)(void* self, opf_ctx ctx);
  /* The module now serves; may be NULL. */
  opf_status (*active)(void* self, opf_ctx ctx);
  /* No new calls come; finish or give up what was deferred before `deadline_ns` (UTC). May be NULL. */
  opf_status (*quiesce)(void* self, opf_ctx ctx, int64_t deadline_ns);
  /* May be NULL. */
  opf_status (*stop)(void* self, opf_ctx ctx);
  void (*destroy)(void* self);
} opf_module_v1;

/* Exported by every module, and nothing else is. Pure: no side effect, the same pointer each time.
 *   const opf_module_v1* opf_module_entry_v1(void);
 */
typedef const opf_module_v1* (*opf_module_entry_v1_fn)(void);
#define OPF_MODULE_ENTRY_SYMBOL "opf_module_entry_v1"

/* ELF note by which the host knows a file before it runs one instruction of it:
 * section ".note.opsflux", name "OpsFlux", type 1,
 * description "abi=<major>.<minor>;module=<id>;version=<version>;build=<build id>". */
#define OPF_NOTE_SECTION ".note.opsflux"
#define OPF_NOTE_NAME "OpsFlux"
#define OPF_NOTE_TYPE 1u

#ifdef __cplusplus
}
#endif
#endif
