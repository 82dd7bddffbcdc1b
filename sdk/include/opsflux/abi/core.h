/* opsflux.core/1: log, clock, identifiers, settings, and who the call is made for. Always granted. */
#ifndef OPSFLUX_ABI_CORE_H
#define OPSFLUX_ABI_CORE_H

#include "opsflux/abi/types.h"

#ifdef __cplusplus
extern "C" {
#endif

#define OPF_CORE_SERVICE "opsflux.core/1"

#define OPF_LOG_DEBUG 1u
#define OPF_LOG_INFO 2u
#define OPF_LOG_WARN 3u
#define OPF_LOG_ERROR 4u

/* The caller a context carries; all texts live in the context's arena. */
typedef struct opf_caller {
  uint32_t struct_size;
  uint32_t is_system; /* 1: the host itself, with every right */
  opf_str user_id;    /* empty when nobody is signed in */
  opf_str name;
  opf_str role;
  opf_str language; /* "fr", "en", "es" or "pt" */
  /* From here on filled where struct_size has room for both. */
  opf_str company;   /* the identifier of the company that he acts for; empty: none */
  opf_str companies; /* of all whose records are his to see by the scope "company", with 0x1f between them */
} opf_caller;

typedef struct opf_core_v1 {
  uint32_t struct_size;
  uint32_t revision;
  /* Writes the event "<module>.<event>" with fields. Thread: any. */
  void (*log)(opf_instance instance, uint32_t level, opf_str event, const opf_field* fields, uint64_t count);
  /* Nanoseconds since 1970-01-01T00:00:00Z. Thread: any. */
  int64_t (*now)(opf_instance instance);
  /* A new UUIDv7 in the arena. */
  opf_status (*new_id)(opf_ctx ctx, opf_str* id);
  /* The value of a setting declared in the manifest, or its default. */
  opf_status (*setting)(opf_ctx ctx, opf_str key, opf_value* value);
  opf_status (*caller)(opf_ctx ctx, opf_caller* caller);
  /* UTC nanoseconds by which the call should have returned; 0: none. */
  int64_t (*deadline)(opf_ctx ctx);
  /* 1 when nobody waits for the result any more. Thread: any. */
  int32_t (*cancelled)(opf_ctx ctx);
  /* Whether a feature flag is on for the caller: *on is 1 or 0. A name without a dot is one of the module's
   * own: "new_map" of the module fleet is "fleet.new_map". A flag that nobody made is off. A host before this
   * member has no flags: ask OPF_HAS(core, flag). */
  opf_status (*flag)(opf_ctx ctx, opf_str name, uint32_t* on);
} opf_core_v1;

#ifdef __cplusplus
}
#endif
#endif
