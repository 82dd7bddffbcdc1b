/* OpsFlux C ABI, version 1: the types that cross the border between host and module.
 *
 * Rules that hold everywhere in these headers:
 * - Fixed-width integers only; no enum, bool, long, bit-field or C++ type in a structure.
 * - A table starts with struct_size. Within a revision members are only added at the end; ask with
 *   OPF_HAS(table, member) before you call a member newer than the revision's first release.
 * - Inputs are borrowed for the call. Outputs live in the arena of the call's context and end with it;
 *   copy what you keep.
 * - Text is UTF-8 without NUL, given by pointer and length; it is not terminated.
 * - A function that can fail returns opf_status. When it is not OPF_OK, the context holds an error
 *   object (opf_host.get_error); outputs are then unchanged.
 * - No exception crosses this border, in either direction.
 * - Handles are numbers, not pointers. A stale one gives OPF_E_STALE, another module's OPF_E_STALE too.
 *
 * Thread roles named in the comments: "control" (life cycle, one call at a time), "worker" (requests,
 * hooks, jobs, many at once, may block until the deadline), "any".
 */
#ifndef OPSFLUX_ABI_TYPES_H
#define OPSFLUX_ABI_TYPES_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define OPF_ABI_MAJOR 1u
#define OPF_ABI_MINOR 0u

typedef uint64_t opf_handle;     /* kind (8 bits), generation (24 bits), slot (32 bits); 0 is none */
typedef opf_handle opf_instance; /* one loaded generation of a module */
typedef opf_handle opf_ctx;      /* one call: its caller, deadline, transaction, arena, error */
typedef opf_handle opf_record;   /* a record within a call */
typedef opf_handle opf_cursor;   /* rows being read within a call */
typedef opf_handle opf_request;  /* an HTTP request within a call */
typedef opf_handle opf_ticket;   /* a deferred answer; lives until completed or cancelled */

typedef int32_t opf_status;
#define OPF_OK 0
#define OPF_E_INVALID 1         /* the input is understood and wrong (HTTP 422) */
#define OPF_E_MALFORMED 2       /* the input cannot be understood (400) */
#define OPF_E_UNAUTHENTICATED 3 /* 401 */
#define OPF_E_FORBIDDEN 4       /* 403, also: the service or right was not granted */
#define OPF_E_NOT_FOUND 5       /* 404 */
#define OPF_E_CONFLICT 6        /* 409 */
#define OPF_E_PRECONDITION 7    /* 412 */
#define OPF_E_TOO_LARGE 8       /* 413 */
#define OPF_E_UNSUPPORTED 9     /* 415; also a service or member this host does not have */
#define OPF_E_TOO_MANY 10       /* 429 */
#define OPF_E_UNAVAILABLE 11    /* 503 */
#define OPF_E_TIMEOUT 12        /* 504, the deadline has passed */
#define OPF_E_CANCELLED 13      /* nobody waits for the result any more */
#define OPF_E_INTERNAL 14       /* 500 */
#define OPF_E_STALE 15          /* a handle that is not, or no longer, valid here */
#define OPF_E_STATE 16          /* not allowed in this state or on this thread */

typedef struct opf_str {
  const char* ptr; /* may be NULL when len is 0 */
  uint64_t len;    /* bytes */
} opf_str;

typedef struct opf_bytes {
  const uint8_t* ptr;
  uint64_t len;
} opf_bytes;

/* Tags of opf_value and what the union then holds. */
#define OPF_NULL 0u
#define OPF_BOOL 1u      /* u.i64: 0 or 1 */
#define OPF_I64 2u       /* u.i64 */
#define OPF_F64 3u       /* u.f64 */
#define OPF_DECIMAL 4u   /* u.text, len: digits such as "-12.50"; exact */
#define OPF_TIMESTAMP 5u /* u.i64: nanoseconds since 1970-01-01T00:00:00Z */
#define OPF_DATE 6u      /* u.i64: days since 1970-01-01 */
#define OPF_UUID 7u      /* u.text, len = 36: lower-case with dashes */
#define OPF_TEXT 8u      /* u.text, len */
#define OPF_BYTES 9u     /* u.bytes, len */
#define OPF_JSON 10u     /* u.text, len: a JSON document */

typedef struct opf_value {
  uint32_t type;     /* one of the tags */
  uint32_t reserved; /* 0 */
  union {
    int64_t i64;
    double f64;
    const char* text;
    const uint8_t* bytes;
  } u;
  uint64_t len; /* bytes of text or bytes, else 0 */
} opf_value;

/* A name and its value: a field of a record, a field of a log event, a parameter of a sentence. */
typedef struct opf_field {
  opf_str name;
  opf_value value;
} opf_field;

/* An error as a module reports it and as the host shows it.
 * `reason` is the last part of the stable code "<module>.<reason>", and "error.<reason>" is its
 * translation key in the module's i18n files, filled with `params`. */
typedef struct opf_error {
  uint32_t struct_size;
  opf_status status;
  opf_str reason;
  opf_str message;        /* complete English sentence, shown when no translation exists */
  opf_str field;          /* name of the wrong field; empty: the whole */
  opf_str detail;         /* technical, only logged */
  int64_t retry_after_ms; /* 0: unknown */
  const opf_field* params;
  uint64_t param_count;
} opf_error;

#define OPF_HAS(table, member)                                                                  \
  ((table) != NULL && (table)->struct_size >= OPF_OFFSETOF_END(__typeof__(*(table)), member) && \
   (table)->member != NULL)
#define OPF_OFFSETOF_END(type, member) (offsetof(type, member) + sizeof(((type*)0)->member))

#ifdef __cplusplus
} /* extern "C" */
#endif
#endif
