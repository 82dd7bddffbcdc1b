// The golden layout of ABI 1: what every module that was ever built relies on. A released line never changes;
// a new member of a table gets a line after the last one of its table, and the table's size grows.
#include <gtest/gtest.h>

#include <cstddef>

#include "opsflux/abi/core.h"
#include "opsflux/abi/db.h"
#include "opsflux/abi/entity.h"
#include "opsflux/abi/event.h"
#include "opsflux/abi/http.h"
#include "opsflux/abi/i18n.h"
#include "opsflux/abi/job.h"
#include "opsflux/abi/module.h"

#define SIZE(type, bytes) static_assert(sizeof(type) == (bytes), "the size of " #type " changed")
#define MEMBER(type, member, offset) \
  static_assert(offsetof(type, member) == (offset), #type "." #member " moved")
#define CONSTANT(name, value) static_assert((name) == (value), #name " changed its value")

namespace {

CONSTANT(OPF_ABI_MAJOR, 1u);
CONSTANT(OPF_ABI_MINOR, 0u);
CONSTANT(OPF_OK, 0);
CONSTANT(OPF_E_INVALID, 1);
CONSTANT(OPF_E_MALFORMED, 2);
CONSTANT(OPF_E_UNAUTHENTICATED, 3);
CONSTANT(OPF_E_FORBIDDEN, 4);
CONSTANT(OPF_E_NOT_FOUND, 5);
CONSTANT(OPF_E_CONFLICT, 6);
CONSTANT(OPF_E_PRECONDITION, 7);
CONSTANT(OPF_E_TOO_LARGE, 8);
CONSTANT(OPF_E_UNSUPPORTED, 9);
CONSTANT(OPF_E_TOO_MANY, 10);
CONSTANT(OPF_E_UNAVAILABLE, 11);
CONSTANT(OPF_E_TIMEOUT, 12);
CONSTANT(OPF_E_CANCELLED, 13);
CONSTANT(OPF_E_INTERNAL, 14);
CONSTANT(OPF_E_STALE, 15);
CONSTANT(OPF_E_STATE, 16);
CONSTANT(OPF_NULL, 0u);
CONSTANT(OPF_BOOL, 1u);
CONSTANT(OPF_I64, 2u);
CONSTANT(OPF_F64, 3u);
CONSTANT(OPF_DECIMAL, 4u);
CONSTANT(OPF_TIMESTAMP, 5u);
CONSTANT(OPF_DATE, 6u);
CONSTANT(OPF_UUID, 7u);
CONSTANT(OPF_TEXT, 8u);
CONSTANT(OPF_BYTES, 9u);
CONSTANT(OPF_JSON, 10u);
CONSTANT(OPF_LOG_DEBUG, 1u);
CONSTANT(OPF_LOG_INFO, 2u);
CONSTANT(OPF_LOG_WARN, 3u);
CONSTANT(OPF_LOG_ERROR, 4u);
CONSTANT(OPF_NOTE_TYPE, 1u);

SIZE(opf_str, 16);
MEMBER(opf_str, ptr, 0);
MEMBER(opf_str, len, 8);

SIZE(opf_bytes, 16);
MEMBER(opf_bytes, ptr, 0);
MEMBER(opf_bytes, len, 8);

SIZE(opf_value, 24);
MEMBER(opf_value, type, 0);
MEMBER(opf_value, reserved, 4);
MEMBER(opf_value, u, 8);
MEMBER(opf_value, len, 16);

SIZE(opf_field, 40);
MEMBER(opf_field, name, 0);
MEMBER(opf_field, value, 16);

SIZE(opf_error, 96);
MEMBER(opf_error, struct_size, 0);
MEMBER(opf_error, status, 4);
MEMBER(opf_error, reason, 8);
MEMBER(opf_error, message, 24);
MEMBER(opf_error, field, 40);
MEMBER(opf_error, detail, 56);
MEMBER(opf_error, retry_after_ms, 72);
MEMBER(opf_error, params, 80);
MEMBER(opf_error, param_count, 88);

SIZE(opf_caller, 104);
MEMBER(opf_caller, struct_size, 0);
MEMBER(opf_caller, is_system, 4);
MEMBER(opf_caller, user_id, 8);
MEMBER(opf_caller, name, 24);
MEMBER(opf_caller, role, 40);
MEMBER(opf_caller, language, 56);
MEMBER(opf_caller, company, 72);
MEMBER(opf_caller, companies, 88);

SIZE(opf_core_v1, 72);
MEMBER(opf_core_v1, struct_size, 0);
MEMBER(opf_core_v1, revision, 4);
MEMBER(opf_core_v1, log, 8);
MEMBER(opf_core_v1, now, 16);
MEMBER(opf_core_v1, new_id, 24);
MEMBER(opf_core_v1, setting, 32);
MEMBER(opf_core_v1, caller, 40);
MEMBER(opf_core_v1, deadline, 48);
MEMBER(opf_core_v1, cancelled, 56);
MEMBER(opf_core_v1, flag, 64);

SIZE(opf_i18n_v1, 16);
MEMBER(opf_i18n_v1, struct_size, 0);
MEMBER(opf_i18n_v1, revision, 4);
MEMBER(opf_i18n_v1, text, 8);

SIZE(opf_query, 56);
MEMBER(opf_query, struct_size, 0);
MEMBER(opf_query, limit, 4);
MEMBER(opf_query, entity, 8);
MEMBER(opf_query, filter, 24);
MEMBER(opf_query, sort, 40);

SIZE(opf_entity_v1, 96);
MEMBER(opf_entity_v1, struct_size, 0);
MEMBER(opf_entity_v1, revision, 4);
MEMBER(opf_entity_v1, bind_hook, 8);
MEMBER(opf_entity_v1, record_get, 16);
MEMBER(opf_entity_v1, record_before, 24);
MEMBER(opf_entity_v1, record_set, 32);
MEMBER(opf_entity_v1, record_id, 40);
MEMBER(opf_entity_v1, read, 48);
MEMBER(opf_entity_v1, list, 56);
MEMBER(opf_entity_v1, next, 64);
MEMBER(opf_entity_v1, create, 72);
MEMBER(opf_entity_v1, update, 80);
MEMBER(opf_entity_v1, remove, 88);

SIZE(opf_event, 56);
MEMBER(opf_event, struct_size, 0);
MEMBER(opf_event, attempt, 4);
MEMBER(opf_event, id, 8);
MEMBER(opf_event, name, 24);
MEMBER(opf_event, payload, 40);

SIZE(opf_event_v1, 24);
MEMBER(opf_event_v1, struct_size, 0);
MEMBER(opf_event_v1, revision, 4);
MEMBER(opf_event_v1, bind_subscriber, 8);
MEMBER(opf_event_v1, emit, 16);

SIZE(opf_response, 40);
MEMBER(opf_response, struct_size, 0);
MEMBER(opf_response, status, 4);
MEMBER(opf_response, content_type, 8);
MEMBER(opf_response, body, 24);

SIZE(opf_http_v1, 72);
MEMBER(opf_http_v1, struct_size, 0);
MEMBER(opf_http_v1, revision, 4);
MEMBER(opf_http_v1, bind_route, 8);
MEMBER(opf_http_v1, path_parameter, 16);
MEMBER(opf_http_v1, query_parameter, 24);
MEMBER(opf_http_v1, header, 32);
MEMBER(opf_http_v1, body, 40);
MEMBER(opf_http_v1, respond, 48);
MEMBER(opf_http_v1, defer, 56);
MEMBER(opf_http_v1, complete, 64);

SIZE(opf_rows, 24);
MEMBER(opf_rows, struct_size, 0);
MEMBER(opf_rows, columns, 4);
MEMBER(opf_rows, rows, 8);
MEMBER(opf_rows, values, 16);

SIZE(opf_db_v1, 24);
MEMBER(opf_db_v1, struct_size, 0);
MEMBER(opf_db_v1, revision, 4);
MEMBER(opf_db_v1, execute, 8);
MEMBER(opf_db_v1, query, 16);

SIZE(opf_job, 40);
MEMBER(opf_job, struct_size, 0);
MEMBER(opf_job, attempt, 4);
MEMBER(opf_job, id, 8);
MEMBER(opf_job, payload, 24);

SIZE(opf_job_v1, 24);
MEMBER(opf_job_v1, struct_size, 0);
MEMBER(opf_job_v1, revision, 4);
MEMBER(opf_job_v1, bind_job, 8);
MEMBER(opf_job_v1, enqueue, 16);

SIZE(opf_host_v1, 48);
MEMBER(opf_host_v1, struct_size, 0);
MEMBER(opf_host_v1, abi_major, 4);
MEMBER(opf_host_v1, abi_minor, 8);
MEMBER(opf_host_v1, reserved, 12);
MEMBER(opf_host_v1, get_service, 16);
MEMBER(opf_host_v1, set_error, 24);
MEMBER(opf_host_v1, get_error, 32);
MEMBER(opf_host_v1, alloc, 40);

SIZE(opf_module_v1, 96);
MEMBER(opf_module_v1, struct_size, 0);
MEMBER(opf_module_v1, abi_major, 4);
MEMBER(opf_module_v1, abi_minor, 8);
MEMBER(opf_module_v1, reserved, 12);
MEMBER(opf_module_v1, id, 16);
MEMBER(opf_module_v1, version, 32);
MEMBER(opf_module_v1, create, 48);
MEMBER(opf_module_v1, start, 56);
MEMBER(opf_module_v1, active, 64);
MEMBER(opf_module_v1, quiesce, 72);
MEMBER(opf_module_v1, stop, 80);
MEMBER(opf_module_v1, destroy, 88);

TEST(AbiNames, AreWhatModulesWereBuiltWith) {
  EXPECT_STREQ(OPF_MODULE_ENTRY_SYMBOL, "opf_module_entry_v1");
  EXPECT_STREQ(OPF_NOTE_SECTION, ".note.opsflux");
  EXPECT_STREQ(OPF_NOTE_NAME, "OpsFlux");
  EXPECT_STREQ(OPF_CORE_SERVICE, "opsflux.core/1");
  EXPECT_STREQ(OPF_DB_SERVICE, "opsflux.db/1");
  EXPECT_STREQ(OPF_ENTITY_SERVICE, "opsflux.entity/1");
  EXPECT_STREQ(OPF_EVENT_SERVICE, "opsflux.event/1");
  EXPECT_STREQ(OPF_HTTP_SERVICE, "opsflux.http/1");
  EXPECT_STREQ(OPF_I18N_SERVICE, "opsflux.i18n/1");
  EXPECT_STREQ(OPF_JOB_SERVICE, "opsflux.job/1");
}

TEST(AbiHas, AsksTheSizeOfTheTableBeforeTheMember) {
  opf_host_v1 host{};
  host.alloc = [](opf_ctx, std::uint64_t) -> void* { return nullptr; };
  host.struct_size = sizeof host;
  const opf_host_v1* table = &host;
  EXPECT_TRUE(OPF_HAS(table, alloc));
  EXPECT_FALSE(OPF_HAS(table, get_error)) << "it is null";
  host.struct_size = offsetof(opf_host_v1, alloc);
  EXPECT_FALSE(OPF_HAS(table, alloc)) << "an older host does not have it";
}

}  // namespace
