/* Every service once, in plain C. README.md of the museum says what it has to do. Kept to what the headers promise:
 * texts carry their length, inputs are borrowed, outputs live in the context's arena. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "opsflux/abi/core.h"
#include "opsflux/abi/db.h"
#include "opsflux/abi/entity.h"
#include "opsflux/abi/event.h"
#include "opsflux/abi/http.h"
#include "opsflux/abi/i18n.h"
#include "opsflux/abi/job.h"
#include "opsflux/abi/module.h"

__asm__(".pushsection .note.opsflux,\"a\",%note\n.balign 4\n.long 2f-1f, 4f-3f, 1\n1: .asciz \"OpsFlux\"\n2:\n.balign 4\n"
        "3: .ascii \"abi=1.0;module=museum_c;version=1.0.0;build=museum\"\n4:\n.balign 4\n.popsection\n");

#define MOST_WAITING 64
#define TRY(call)                                 \
  do {                                            \
    const opf_status try_status = (call);         \
    if (try_status != OPF_OK) return try_status;  \
  } while (0)

typedef struct museum {
  const opf_host_v1* host;
  opf_instance instance;
  const opf_core_v1* core;
  const opf_i18n_v1* i18n;
  const opf_entity_v1* entity;
  const opf_event_v1* event;
  const opf_http_v1* http;
  const opf_db_v1* db;
  const opf_job_v1* job;
  opf_ticket waiting[MOST_WAITING];
} museum;

static opf_str str(const char* text) {
  const opf_str out = {text, strlen(text)};
  return out;
}

static opf_value text_value(opf_str text) {
  opf_value value = {0};
  value.type = OPF_TEXT;
  value.u.text = text.ptr;
  value.len = text.len;
  return value;
}

static int equals(opf_str text, const char* wanted) {
  return text.len == strlen(wanted) && (text.len == 0 || memcmp(text.ptr, wanted, text.len) == 0);
}

/* Both texts together, in the arena. */
static opf_status join(museum* self, opf_ctx ctx, opf_str a, const char* between, opf_str b, opf_str* out) {
  const uint64_t middle = strlen(between);
  char* to = self->host->alloc(ctx, a.len + middle + b.len);
  if (to == NULL) return OPF_E_UNAVAILABLE;
  if (a.len > 0) memcpy(to, a.ptr, a.len);
  memcpy(to + a.len, between, middle);
  if (b.len > 0) memcpy(to + a.len + middle, b.ptr, b.len);
  out->ptr = to;
  out->len = a.len + middle + b.len;
  return OPF_OK;
}

static opf_status refuse_veto(museum* self, opf_ctx ctx) {
  opf_field param;
  opf_error error;
  memset(&error, 0, sizeof error);
  param.name = str("name");
  param.value = text_value(str("veto"));
  error.struct_size = sizeof error;
  error.status = OPF_E_INVALID;
  error.reason = str("vetoed");
  error.message = str("The name veto is refused.");
  error.field = str("name");
  error.params = &param;
  error.param_count = 1;
  self->host->set_error(ctx, &error);
  return error.status;
}

static opf_status mark(void* user, opf_ctx ctx, opf_record thing) {
  museum* self = user;
  opf_value name = {0}, before = {0}, sign = {0};
  opf_field field;
  TRY(self->entity->record_get(ctx, thing, str("name"), &name));
  TRY(self->entity->record_before(ctx, thing, str("name"), &before));
  if (name.type != OPF_TEXT) return OPF_OK;
  const opf_str name_text = {name.u.text, name.len};
  if (equals(name_text, "veto")) return refuse_veto(self, ctx);
  if (before.type != OPF_TEXT || before.len != name.len || memcmp(before.u.text, name.u.text, name.len) != 0) {
    opf_str joined = {0};
    TRY(self->core->setting(ctx, str("sign"), &sign));
    const opf_str sign_text = {sign.u.text, sign.len};
    TRY(join(self, ctx, sign_text, " ", name_text, &joined));
    const opf_value value = text_value(joined);
    TRY(self->entity->record_set(ctx, thing, str("mark"), &value));
  }
  field.name = str("name");
  field.value = name;
  self->core->log(self->instance, OPF_LOG_INFO, str("marked"), &field, 1);
  return OPF_OK;
}

static opf_status count_things(museum* self, opf_ctx ctx, int* listed, int* counted) {
  opf_query query;
  opf_cursor cursor = 0;
  opf_record record = 0;
  opf_rows rows;
  const opf_value nobody = text_value(str("nobody"));
  memset(&query, 0, sizeof query);
  query.struct_size = sizeof query;
  query.entity = str("thing");
  query.sort = str("name");
  TRY(self->entity->list(ctx, &query, &cursor));
  *listed = 0;
  for (;;) {
    TRY(self->entity->next(ctx, cursor, &record));
    if (record == 0) break;
    ++*listed;
  }
  memset(&rows, 0, sizeof rows);
  rows.struct_size = sizeof rows;
  TRY(self->db->query(ctx, str("SELECT count(*) FROM museum_c_thing WHERE name <> $1"), &nobody, 1, 0, &rows));
  *counted = rows.rows == 1 && rows.columns == 1 ? (int)rows.values[0].u.i64 : 0;
  return OPF_OK;
}

static opf_status respond_json(museum* self, opf_ctx ctx, opf_request request, const char* text) {
  opf_response response;
  memset(&response, 0, sizeof response);
  response.struct_size = sizeof response;
  response.status = 200;
  response.content_type = str("application/json");
  response.body.ptr = (const uint8_t*)text;
  response.body.len = strlen(text);
  return self->http->respond(ctx, request, &response);
}

static opf_status services(void* user, opf_ctx ctx, opf_request request) {
  museum* self = user;
  opf_str name = str("x"), id = {0}, second = {0}, greeting = {0}, fresh = {0};
  opf_value sign = {0}, read_name = {0};
  opf_record record = 0;
  opf_caller caller;
  opf_field field;
  int listed = 0, counted = 0;
  char answer[1024];

  const opf_status asked = self->http->query_parameter(ctx, request, str("name"), &name);
  if (asked != OPF_OK && asked != OPF_E_NOT_FOUND) return asked;
  if (name.len > 100) return OPF_E_INVALID;
  field.name = str("name");
  field.value = text_value(name);
  TRY(self->entity->create(ctx, str("thing"), &field, 1, &id));
  TRY(join(self, ctx, name, "", str("2"), &second));
  const opf_field renamed = {field.name, text_value(second)};
  TRY(self->entity->update(ctx, str("thing"), id, 0, &renamed, 1));
  TRY(self->entity->read(ctx, str("thing"), id, &record));
  TRY(self->entity->record_get(ctx, record, str("name"), &read_name));
  TRY(count_things(self, ctx, &listed, &counted));
  TRY(self->i18n->text(ctx, str("greeting"), &field, 1, &greeting));
  TRY(self->core->setting(ctx, str("sign"), &sign));
  TRY(self->core->new_id(ctx, &fresh));
  memset(&caller, 0, sizeof caller);
  caller.struct_size = sizeof caller;
  TRY(self->core->caller(ctx, &caller));
  TRY(self->event->emit(ctx, str("counted"), str("{\"thing\":true}")));
  TRY(self->entity->remove(ctx, str("thing"), id));
  snprintf(answer, sizeof answer,
           "{\"name\":\"%.*s\",\"listed\":%s,\"counted\":%s,\"greeting\":\"%.*s\",\"sign\":\"%.*s\",\"signed_in\":%s,"
           "\"now\":%s,\"id\":%s}",
           (int)read_name.len, read_name.u.text, listed > 0 ? "true" : "false", counted > 0 ? "true" : "false",
           (int)greeting.len, greeting.ptr, (int)sign.len, sign.u.text, caller.user_id.len > 0 ? "true" : "false",
           self->core->now(self->instance) > 0 ? "true" : "false", fresh.len == 36 ? "true" : "false");
  return respond_json(self, ctx, request, answer);
}

static opf_status later(void* user, opf_ctx ctx, opf_request request) {
  museum* self = user;
  opf_ticket ticket = 0;
  opf_str job = {0};
  TRY(self->http->defer(ctx, request, NULL, NULL, &ticket));
  for (int i = 0; i < MOST_WAITING; ++i) {
    opf_ticket none = 0;
    if (__atomic_compare_exchange_n(&self->waiting[i], &none, ticket, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))
      return self->job->enqueue(ctx, str("answer"), str("{}"), 0, &job);
  }
  return OPF_E_TOO_MANY;
}

static void complete_all(museum* self, uint32_t status, const char* body) {
  opf_response response;
  memset(&response, 0, sizeof response);
  response.struct_size = sizeof response;
  response.status = status;
  response.content_type = str("application/json");
  response.body.ptr = (const uint8_t*)body;
  response.body.len = strlen(body);
  for (int i = 0; i < MOST_WAITING; ++i) {
    const opf_ticket ticket = __atomic_exchange_n(&self->waiting[i], 0, __ATOMIC_SEQ_CST);
    if (ticket != 0) self->http->complete(self->instance, ticket, &response);
  }
}

static opf_status answer(void* user, opf_ctx ctx, const opf_job* job) {
  (void)ctx;
  (void)job;
  complete_all(user, 202, "{\"late\":true}");
  return OPF_OK;
}

static opf_status count(void* user, opf_ctx ctx, const opf_event* event) {
  museum* self = user;
  (void)event;
  return self->event->emit(ctx, str("counted"), str("{\"event\":true}"));
}

static opf_status find_services(museum* self) {
  const struct {
    const char* id;
    const void** table;
  } wanted[] = {{OPF_CORE_SERVICE, (const void**)&self->core},     {OPF_I18N_SERVICE, (const void**)&self->i18n},
                {OPF_ENTITY_SERVICE, (const void**)&self->entity}, {OPF_EVENT_SERVICE, (const void**)&self->event},
                {OPF_HTTP_SERVICE, (const void**)&self->http},     {OPF_DB_SERVICE, (const void**)&self->db},
                {OPF_JOB_SERVICE, (const void**)&self->job}};
  for (unsigned i = 0; i < sizeof wanted / sizeof wanted[0]; ++i) {
    opf_str why = {0};
    TRY(self->host->get_service(self->instance, str(wanted[i].id), wanted[i].table, &why));
  }
  return OPF_OK;
}

static opf_status create(const opf_host_v1* host, opf_instance instance, opf_ctx ctx, void** out) {
  (void)ctx;
  museum* self = calloc(1, sizeof *self);
  if (self == NULL) return OPF_E_UNAVAILABLE;
  self->host = host;
  self->instance = instance;
  const opf_status status = find_services(self);
  if (status != OPF_OK) {
    free(self);
    return status;
  }
  *out = self;
  return OPF_OK;
}

static opf_status start(void* of, opf_ctx ctx) {
  museum* self = of;
  (void)ctx;
  TRY(self->entity->bind_hook(self->instance, str("mark"), mark, self, NULL));
  TRY(self->http->bind_route(self->instance, str("services"), services, self, NULL));
  TRY(self->http->bind_route(self->instance, str("later"), later, self, NULL));
  TRY(self->event->bind_subscriber(self->instance, str("count"), count, self, NULL));
  return self->job->bind_job(self->instance, str("answer"), answer, self, NULL);
}

static opf_status quiesce(void* self, opf_ctx ctx, int64_t deadline_ns) {
  (void)ctx;
  (void)deadline_ns;
  complete_all(self, 503, "{\"late\":false}");
  return OPF_OK;
}

static void destroy(void* self) { free(self); }

static const opf_module_v1 table = {sizeof table,    OPF_ABI_MAJOR, 0,    0,       {"museum_c", 8}, {"1.0.0", 5},
                                    create,          start,         NULL, quiesce, NULL,            destroy};

__attribute__((visibility("default"))) const opf_module_v1* opf_module_entry_v1(void);
const opf_module_v1* opf_module_entry_v1(void) { return &table; }
