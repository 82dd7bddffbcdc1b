/* opsflux.job/1: durable work in the background, declared in the manifest's "jobs". */
#ifndef OPSFLUX_ABI_JOB_H
#define OPSFLUX_ABI_JOB_H

#include "opsflux/abi/types.h"

#ifdef __cplusplus
extern "C" {
#endif

#define OPF_JOB_SERVICE "opsflux.job/1"

typedef struct opf_job {
  uint32_t struct_size;
  uint32_t attempt; /* 1 for the first run */
  opf_str id;       /* the same in every attempt */
  opf_str payload;  /* JSON, as given to enqueue */
} opf_job;

/* At least once, like events. Thread: worker. */
typedef opf_status (*opf_job_fn)(void* user, opf_ctx ctx, const opf_job* job);

typedef struct opf_job_v1 {
  uint32_t struct_size;
  uint32_t revision;
  opf_status (*bind_job)(opf_instance instance, opf_str function, opf_job_fn fn, void* user,
                         void (*release)(void* user));
  /* Stores a run of the declared job `job`, in the transaction of the hook where there is one. It runs
   * for the same caller, not before `not_before_ns` (UTC; 0: at once). */
  opf_status (*enqueue)(opf_ctx ctx, opf_str job, opf_str payload, int64_t not_before_ns, opf_str* id);
} opf_job_v1;

#ifdef __cplusplus
}
#endif
#endif
