/* opsflux.i18n/1: sentences in the caller's language. Always granted. */
#ifndef OPSFLUX_ABI_I18N_H
#define OPSFLUX_ABI_I18N_H

#include "opsflux/abi/types.h"

#ifdef __cplusplus
extern "C" {
#endif

#define OPF_I18N_SERVICE "opsflux.i18n/1"

typedef struct opf_i18n_v1 {
  uint32_t struct_size;
  uint32_t revision;
  /* The text of the module's key in the caller's language, else English, else the key itself, with
   * {name} replaced by the parameters. Thread: worker. */
  opf_status (*text)(opf_ctx ctx, opf_str key, const opf_field* params, uint64_t count, opf_str* text);
} opf_i18n_v1;

#ifdef __cplusplus
}
#endif
#endif
