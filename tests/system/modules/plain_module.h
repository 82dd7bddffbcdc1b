// A module without the SDK's wrapper, in C or C++, around one function start(self, ctx): note, table, entry.
// The build gives OPSFLUX_MODULE_ID, _VERSION, _ABI_MAJOR and _ABI_MINOR from the manifest.
#pragma once

#include <string.h>

#include "opsflux/abi/module.h"

#ifndef PLAIN_TABLE_ABI_MAJOR
#define PLAIN_TABLE_ABI_MAJOR OPSFLUX_MODULE_ABI_MAJOR
#endif
#define PLAIN_TEXT2(x) #x
#define PLAIN_TEXT(x) PLAIN_TEXT2(x)

#ifdef __cplusplus
#define PLAIN_EXPORT extern "C" __attribute__((visibility("default")))
#else
#define PLAIN_EXPORT __attribute__((visibility("default")))
#endif

// clang-format off
__asm__(".pushsection .note.opsflux,\"a\",%note\n.balign 4\n.long 2f-1f, 4f-3f, 1\n1: .asciz \"OpsFlux\"\n2:\n"
        ".balign 4\n3: .ascii \"abi=" PLAIN_TEXT(OPSFLUX_MODULE_ABI_MAJOR) "." PLAIN_TEXT(OPSFLUX_MODULE_ABI_MINOR)
        ";module=" OPSFLUX_MODULE_ID ";version=" OPSFLUX_MODULE_VERSION ";build=test\"\n4:\n.balign 4\n"
        ".popsection\n");
// clang-format on

typedef struct plain_state {
  const opf_host_v1* host;
  opf_instance instance;
} plain_state;

// One a life, so that a new generation does not disturb the one before it.
static plain_state plain_states[64];
static unsigned plain_used;

static inline opf_str plain_str(const char* text) {
  const opf_str out = {text, strlen(text)};
  return out;
}

static inline opf_instance plain_instance(void* self) { return ((plain_state*)self)->instance; }

// NULL when the host does not give it.
static inline const void* plain_service(void* self, const char* id) {
  const plain_state* state = (const plain_state*)self;
  const void* table = NULL;
  opf_str why = {NULL, 0};
  return state->host->get_service(state->instance, plain_str(id), &table, &why) == OPF_OK ? table : NULL;
}

static opf_status plain_create(const opf_host_v1* host, opf_instance instance, opf_ctx ctx, void** self) {
  plain_state* state = &plain_states[plain_used++ % 64];
  (void)ctx;
  state->host = host;
  state->instance = instance;
  *self = state;
  return OPF_OK;
}

static void plain_destroy(void* self) { (void)self; }

#define PLAIN_MODULE(start_function)                                                                      \
  static const opf_module_v1 plain_table = {sizeof(opf_module_v1),                                        \
                                            PLAIN_TABLE_ABI_MAJOR,                                        \
                                            OPSFLUX_MODULE_ABI_MINOR,                                     \
                                            0,                                                            \
                                            {OPSFLUX_MODULE_ID, sizeof(OPSFLUX_MODULE_ID) - 1},           \
                                            {OPSFLUX_MODULE_VERSION, sizeof(OPSFLUX_MODULE_VERSION) - 1}, \
                                            plain_create,                                                 \
                                            start_function,                                               \
                                            NULL,                                                         \
                                            NULL,                                                         \
                                            NULL,                                                         \
                                            plain_destroy};                                               \
  PLAIN_EXPORT const opf_module_v1* opf_module_entry_v1(void);                                            \
  PLAIN_EXPORT const opf_module_v1* opf_module_entry_v1(void) { return &plain_table; }
