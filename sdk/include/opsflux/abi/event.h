/* opsflux.event/1: events of this module, and events of others that reach it once they are committed. */
#ifndef OPSFLUX_ABI_EVENT_H
#define OPSFLUX_ABI_EVENT_H

#include "opsflux/abi/types.h"

#ifdef __cplusplus
extern "C" {
#endif

#define OPF_EVENT_SERVICE "opsflux.event/1"

typedef struct opf_event {
  uint32_t struct_size;
  uint32_t attempt; /* 1 for the first delivery; a repeat has the same id */
  opf_str id;
  opf_str name;    /* "tiers.company.created" */
  opf_str payload; /* JSON object */
} opf_event;

/* At least once: OPF_OK ends the delivery, any other status repeats it later. Thread: worker. */
typedef opf_status (*opf_event_fn)(void* user, opf_ctx ctx, const opf_event* event);

typedef struct opf_event_v1 {
  uint32_t struct_size;
  uint32_t revision;
  /* Binds a function named in the manifest's "subscriptions". Thread: control, within start. */
  opf_status (*bind_subscriber)(opf_instance instance, opf_str function, opf_event_fn fn, void* user,
                                void (*release)(void* user));
  /* Emits "<module>.<event>", declared in the manifest's "events". In a hook it is stored with the
   * change; elsewhere in a transaction of its own. */
  opf_status (*emit)(opf_ctx ctx, opf_str event, opf_str payload);
} opf_event_v1;

#ifdef __cplusplus
}
#endif
#endif
