/* One typed function for each structure and member of the ABI. abidiff compares the library made of this file
 * with the recorded one: it sees a change here that it cannot see through the const void* by which tables
 * travel. C11, so that the headers are also proved to be C. */
#include "opsflux/abi/core.h"
#include "opsflux/abi/db.h"
#include "opsflux/abi/entity.h"
#include "opsflux/abi/event.h"
#include "opsflux/abi/http.h"
#include "opsflux/abi/i18n.h"
#include "opsflux/abi/job.h"
#include "opsflux/abi/module.h"

#define MEMBER(type, member)                                               \
  __typeof__(((type*)0)->member) corpus_##type##_##member(const type* of); \
  __typeof__(((type*)0)->member) corpus_##type##_##member(const type* of) { return of->member; }

MEMBER(opf_str, ptr)
MEMBER(opf_str, len)

MEMBER(opf_bytes, ptr)
MEMBER(opf_bytes, len)

MEMBER(opf_value, type)
MEMBER(opf_value, reserved)
MEMBER(opf_value, u)
MEMBER(opf_value, len)

MEMBER(opf_field, name)
MEMBER(opf_field, value)

MEMBER(opf_error, struct_size)
MEMBER(opf_error, status)
MEMBER(opf_error, reason)
MEMBER(opf_error, message)
MEMBER(opf_error, field)
MEMBER(opf_error, detail)
MEMBER(opf_error, retry_after_ms)
MEMBER(opf_error, params)
MEMBER(opf_error, param_count)

MEMBER(opf_caller, struct_size)
MEMBER(opf_caller, is_system)
MEMBER(opf_caller, user_id)
MEMBER(opf_caller, name)
MEMBER(opf_caller, role)
MEMBER(opf_caller, language)
MEMBER(opf_caller, company)
MEMBER(opf_caller, companies)

MEMBER(opf_core_v1, struct_size)
MEMBER(opf_core_v1, revision)
MEMBER(opf_core_v1, log)
MEMBER(opf_core_v1, now)
MEMBER(opf_core_v1, new_id)
MEMBER(opf_core_v1, setting)
MEMBER(opf_core_v1, caller)
MEMBER(opf_core_v1, deadline)
MEMBER(opf_core_v1, cancelled)
MEMBER(opf_core_v1, flag)

MEMBER(opf_i18n_v1, struct_size)
MEMBER(opf_i18n_v1, revision)
MEMBER(opf_i18n_v1, text)

MEMBER(opf_query, struct_size)
MEMBER(opf_query, limit)
MEMBER(opf_query, entity)
MEMBER(opf_query, filter)
MEMBER(opf_query, sort)

MEMBER(opf_entity_v1, struct_size)
MEMBER(opf_entity_v1, revision)
MEMBER(opf_entity_v1, bind_hook)
MEMBER(opf_entity_v1, record_get)
MEMBER(opf_entity_v1, record_before)
MEMBER(opf_entity_v1, record_set)
MEMBER(opf_entity_v1, record_id)
MEMBER(opf_entity_v1, read)
MEMBER(opf_entity_v1, list)
MEMBER(opf_entity_v1, next)
MEMBER(opf_entity_v1, create)
MEMBER(opf_entity_v1, update)
MEMBER(opf_entity_v1, remove)

MEMBER(opf_event, struct_size)
MEMBER(opf_event, attempt)
MEMBER(opf_event, id)
MEMBER(opf_event, name)
MEMBER(opf_event, payload)

MEMBER(opf_event_v1, struct_size)
MEMBER(opf_event_v1, revision)
MEMBER(opf_event_v1, bind_subscriber)
MEMBER(opf_event_v1, emit)

MEMBER(opf_response, struct_size)
MEMBER(opf_response, status)
MEMBER(opf_response, content_type)
MEMBER(opf_response, body)

MEMBER(opf_http_v1, struct_size)
MEMBER(opf_http_v1, revision)
MEMBER(opf_http_v1, bind_route)
MEMBER(opf_http_v1, path_parameter)
MEMBER(opf_http_v1, query_parameter)
MEMBER(opf_http_v1, header)
MEMBER(opf_http_v1, body)
MEMBER(opf_http_v1, respond)
MEMBER(opf_http_v1, defer)
MEMBER(opf_http_v1, complete)

MEMBER(opf_rows, struct_size)
MEMBER(opf_rows, columns)
MEMBER(opf_rows, rows)
MEMBER(opf_rows, values)

MEMBER(opf_db_v1, struct_size)
MEMBER(opf_db_v1, revision)
MEMBER(opf_db_v1, execute)
MEMBER(opf_db_v1, query)

MEMBER(opf_job, struct_size)
MEMBER(opf_job, attempt)
MEMBER(opf_job, id)
MEMBER(opf_job, payload)

MEMBER(opf_job_v1, struct_size)
MEMBER(opf_job_v1, revision)
MEMBER(opf_job_v1, bind_job)
MEMBER(opf_job_v1, enqueue)

MEMBER(opf_host_v1, struct_size)
MEMBER(opf_host_v1, abi_major)
MEMBER(opf_host_v1, abi_minor)
MEMBER(opf_host_v1, reserved)
MEMBER(opf_host_v1, get_service)
MEMBER(opf_host_v1, set_error)
MEMBER(opf_host_v1, get_error)
MEMBER(opf_host_v1, alloc)

MEMBER(opf_module_v1, struct_size)
MEMBER(opf_module_v1, abi_major)
MEMBER(opf_module_v1, abi_minor)
MEMBER(opf_module_v1, reserved)
MEMBER(opf_module_v1, id)
MEMBER(opf_module_v1, version)
MEMBER(opf_module_v1, create)
MEMBER(opf_module_v1, start)
MEMBER(opf_module_v1, active)
MEMBER(opf_module_v1, quiesce)
MEMBER(opf_module_v1, stop)
MEMBER(opf_module_v1, destroy)
