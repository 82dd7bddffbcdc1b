// The C tables of the test host.
#pragma once

#include <cctype>
#include <cstdio>

#include "opsflux/testing/host.hpp"

namespace opsflux::testing::detail {

struct Tables {
  static Host& host() { return *Host::current_; }
  static std::string text(opf_str value) { return std::string(opsflux::detail::view(value)); }

  static Fields fields(const opf_field* list, std::uint64_t count) {
    Fields out;
    for (std::uint64_t i = 0; i < count; ++i) out.push_back({text(list[i].name), Value::copy(list[i].value)});
    return out;
  }
  static std::vector<Value> values(const opf_value* list, std::uint64_t count) {
    std::vector<Value> out;
    for (std::uint64_t i = 0; i < count; ++i) out.push_back(Value::copy(list[i]));
    return out;
  }

  // Runs `body` with the call of `ctx`; a context that is not under way is stale.
  template <class Body>
  static opf_status with(opf_ctx ctx, Body&& body) {
    const auto it = host().calls_.find(ctx);
    if (it == host().calls_.end()) return OPF_E_STALE;
    return body(it->second);
  }
  static opf_status refuse(Call& call, opf_status status, std::string reason, std::string message) {
    call.error = Error(static_cast<Status>(status), std::move(reason), std::move(message));
    return status;
  }
  template <class Body>
  static opf_status with_record(opf_ctx ctx, opf_record record, Body&& body) {
    return with(ctx, [&](Call& call) {
      const auto it = call.records.find(record);
      return it == call.records.end()
                 ? refuse(call, OPF_E_STALE, "entity.stale_record", "The record is no longer valid.")
                 : body(call, it->second);
    });
  }
  static opf_record open(Call& call, const std::string& id, const RecordFields& fields) {
    const opf_record record = host().next_handle();
    call.records[record] = {id, fields, {}, false};
    return record;
  }

  // opf_host_v1
  static opf_status get_service(opf_instance instance, opf_str id, const void** table, opf_str* why);
  static void set_error(opf_ctx ctx, const opf_error* e) {
    with(ctx, [&](Call& call) {
      call.error = Error(static_cast<Status>(e->status), text(e->reason), fields(e->params, e->param_count),
                         text(e->message))
                       .at(text(e->field))
                       .because(text(e->detail))
                       .retry_after(std::chrono::milliseconds(e->retry_after_ms));
      return OPF_OK;
    });
  }
  static opf_status get_error(opf_ctx ctx, opf_error* e) {
    return with(ctx, [&](Call& call) {
      if (!call.error) return OPF_E_NOT_FOUND;
      const Error& error = *call.error;
      call.lent_params = opsflux::detail::lend(error.params());
      using opsflux::detail::lend;
      *e = {sizeof *e,
            static_cast<opf_status>(error.status()),
            lend(error.reason()),
            lend(error.message()),
            lend(error.field()),
            lend(error.detail()),
            error.retry_after().count(),
            call.lent_params.data(),
            call.lent_params.size()};
      return OPF_OK;
    });
  }
  static void* alloc(opf_ctx ctx, std::uint64_t size) {
    void* block = nullptr;
    with(ctx, [&](Call& call) {
      const std::size_t units = size / sizeof(std::max_align_t) + 1;
      block = call.blocks.emplace_back(std::make_unique<std::max_align_t[]>(units)).get();
      return OPF_OK;
    });
    return block;
  }

  // opf_core_v1
  static void log(opf_instance, std::uint32_t level, opf_str event, const opf_field* list,
                  std::uint64_t count) {
    host().logs.push_back({level, text(event), fields(list, count)});
  }
  static std::int64_t now(opf_instance) { return host().now.time_since_epoch().count(); }
  static opf_status new_id(opf_ctx ctx, opf_str* id) {
    return with(ctx, [&](Call& call) {
      char digits[40];
      std::snprintf(digits, sizeof digits, "0190a7c0-0000-7000-8000-%012llx",
                    static_cast<unsigned long long>(host().next_handle() & 0xFFFFFFFFFFFF));
      return *id = call.keep(digits), OPF_OK;
    });
  }
  static opf_status setting(opf_ctx ctx, opf_str key, opf_value* value) {
    return with(ctx, [&](Call& call) {
      const auto it = host().settings.find(opsflux::detail::view(key));
      if (it == host().settings.end())
        return refuse(call, OPF_E_NOT_FOUND, "core.unknown_setting",
                      "There is no setting " + text(key) + ".");
      return *value = call.keep_value(it->second), OPF_OK;
    });
  }
  static opf_status caller(opf_ctx ctx, opf_caller* caller) {
    return with(ctx, [&](Call& call) {
      const Caller& from = host().caller;
      std::string companies;
      for (const std::string& one : from.companies) companies += (companies.empty() ? "" : "\x1f") + one;
      *caller = {sizeof *caller,          from.is_system ? 1u : 0u, call.keep(from.user_id),
                 call.keep(from.name),    call.keep(from.role),     call.keep(from.language),
                 call.keep(from.company), call.keep(companies)};
      return OPF_OK;
    });
  }
  static std::int64_t deadline(opf_ctx) {
    return host().deadline ? host().deadline->time_since_epoch().count() : 0;
  }
  static std::int32_t cancelled(opf_ctx) { return host().cancelled ? 1 : 0; }
  static opf_status flag(opf_ctx ctx, opf_str name, std::uint32_t* on) {
    return with(ctx, [&](Call&) {
      return *on = host().flags.contains(host().full_name(opsflux::detail::view(name))) ? 1 : 0, OPF_OK;
    });
  }

  // opf_i18n_v1
  static opf_status translate(opf_ctx ctx, opf_str key, const opf_field* params, std::uint64_t count,
                              opf_str* out) {
    return with(ctx, [&](Call& call) {
      const auto it = host().texts.find(opsflux::detail::view(key));
      std::string sentence = it == host().texts.end() ? text(key) : it->second;
      for (const Field& param : fields(params, count)) {
        const std::string mark = "{" + param.name + "}";
        if (const auto at = sentence.find(mark); at != sentence.npos)
          sentence.replace(at, mark.size(), param.value.as<std::string>());
      }
      return *out = call.keep(sentence), OPF_OK;
    });
  }

  // opf_entity_v1
  static opf_status record_get(opf_ctx ctx, opf_record record, opf_str field, opf_value* value) {
    return with_record(ctx, record, [&](Call& call, OpenRecord& open) {
      const auto it = open.fields.find(opsflux::detail::view(field));
      return *value = call.keep_value(it == open.fields.end() ? Value() : it->second), OPF_OK;
    });
  }
  static opf_status record_before(opf_ctx ctx, opf_record record, opf_str field, opf_value* value) {
    return with_record(ctx, record, [&](Call& call, OpenRecord& open) {
      const auto it = open.before.find(opsflux::detail::view(field));
      return *value = call.keep_value(it == open.before.end() ? Value() : it->second), OPF_OK;
    });
  }
  static opf_status record_set(opf_ctx ctx, opf_record record, opf_str field, const opf_value* value) {
    return with_record(ctx, record, [&](Call& call, OpenRecord& open) {
      if (!open.writable)
        return refuse(call, OPF_E_STATE, "entity.read_only_record", "This record was only read.");
      return open.fields[text(field)] = Value::copy(*value), OPF_OK;
    });
  }
  static opf_status record_id(opf_ctx ctx, opf_record record, opf_str* id) {
    return with_record(ctx, record,
                       [&](Call& call, OpenRecord& open) { return *id = call.keep(open.id), OPF_OK; });
  }
  static opf_status read(opf_ctx ctx, opf_str entity, opf_str id, opf_record* record) {
    return with(ctx, [&](Call& call) {
      const auto& all = host().records[host().full_name(opsflux::detail::view(entity))];
      const auto it = all.find(text(id));
      if (it == all.end())
        return refuse(call, OPF_E_NOT_FOUND, "entity.not_found", "There is no such record.");
      return *record = open(call, it->first, it->second), OPF_OK;
    });
  }

  // Conditions of the form `field == "text"`, joined by &&.
  static bool matches(std::string_view filter, const RecordFields& fields) {
    while (!filter.empty()) {
      const auto end = std::min(filter.find(" && "), filter.size());
      const std::string_view condition = filter.substr(0, end);
      const auto at = condition.find(" == ");
      const auto wanted = at == condition.npos ? std::nullopt : Json::parse(condition.substr(at + 4));
      if (!wanted || !wanted->text())
        throw std::logic_error("testing::Host lists only by field == \"text\": " + std::string(condition));
      const auto it = fields.find(condition.substr(0, at));
      if (it == fields.end() || it->second != Value(*wanted->text())) return false;
      filter.remove_prefix(std::min(end + 4, filter.size()));
    }
    return true;
  }
  static opf_status list(opf_ctx ctx, const opf_query* query, opf_cursor* cursor) {
    return with(ctx, [&](Call& call) {
      *cursor = host().next_handle();
      auto& found = call.cursors[*cursor];
      const std::size_t limit = query->limit == 0 ? 100 : query->limit;
      for (const auto& [id, fields] : host().records[host().full_name(opsflux::detail::view(query->entity))])
        if (found.size() < limit && matches(opsflux::detail::view(query->filter), fields))
          found.push_back(open(call, id, fields));
      return OPF_OK;
    });
  }
  static opf_status next(opf_ctx ctx, opf_cursor cursor, opf_record* record) {
    return with(ctx, [&](Call& call) {
      const auto it = call.cursors.find(cursor);
      if (it == call.cursors.end())
        return refuse(call, OPF_E_STALE, "entity.stale_cursor", "The list is no longer valid.");
      *record = 0;
      if (it->second.empty()) return OPF_OK;
      *record = it->second.front();
      it->second.pop_front();
      return OPF_OK;
    });
  }
  static opf_status create(opf_ctx ctx, opf_str entity, const opf_field* list, std::uint64_t count,
                           opf_str* id) {
    const opf_status status = new_id(ctx, id);
    if (status != OPF_OK) return status;
    auto& record = host().records[host().full_name(opsflux::detail::view(entity))][text(*id)];
    for (Field& field : fields(list, count)) record[field.name] = std::move(field.value);
    return OPF_OK;
  }
  static opf_status update(opf_ctx ctx, opf_str entity, opf_str id, std::int64_t, const opf_field* list,
                           std::uint64_t count) {
    return with(ctx, [&](Call& call) {
      auto& all = host().records[host().full_name(opsflux::detail::view(entity))];
      const auto it = all.find(text(id));
      if (it == all.end())
        return refuse(call, OPF_E_NOT_FOUND, "entity.not_found", "There is no such record.");
      for (Field& field : fields(list, count)) it->second[field.name] = std::move(field.value);
      return OPF_OK;
    });
  }
  static opf_status remove(opf_ctx ctx, opf_str entity, opf_str id) {
    return with(ctx, [&](Call& call) {
      return host().records[host().full_name(opsflux::detail::view(entity))].erase(text(id)) == 1
                 ? OPF_OK
                 : refuse(call, OPF_E_NOT_FOUND, "entity.not_found", "There is no such record.");
    });
  }

  // opf_event_v1, opf_job_v1
  static opf_status emit(opf_ctx ctx, opf_str event, opf_str payload) {
    return with(ctx, [&](Call&) {
      host().events.push_back({text(event), Json::parse(text(payload)).value_or(Json())});
      return OPF_OK;
    });
  }
  static opf_status enqueue(opf_ctx ctx, opf_str job, opf_str payload, std::int64_t not_before, opf_str* id) {
    const opf_status status = new_id(ctx, id);
    if (status != OPF_OK) return status;
    host().jobs.push_back({text(*id), text(job), Json::parse(text(payload)).value_or(Json()),
                           Timestamp(std::chrono::nanoseconds(not_before))});
    return OPF_OK;
  }

  // opf_http_v1
  using Parts = std::map<std::string, std::string, std::less<>>;
  static opf_status part(opf_ctx ctx, opf_request request, Parts RouteRequest::*parts, std::string name,
                         opf_str* value) {
    return with(ctx, [&](Call& call) {
      if (call.request_handle != request)
        return refuse(call, OPF_E_STALE, "http.stale_request", "The request is over.");
      const auto it = (call.request->*parts).find(name);
      if (it == (call.request->*parts).end())
        return refuse(call, OPF_E_NOT_FOUND, "http.no_such_part", "The request has no " + name + ".");
      return *value = opsflux::detail::lend(it->second), OPF_OK;
    });
  }
  static opf_status path_parameter(opf_ctx ctx, opf_request request, opf_str name, opf_str* value) {
    return part(ctx, request, &RouteRequest::path, text(name), value);
  }
  static opf_status query_parameter(opf_ctx ctx, opf_request request, opf_str name, opf_str* value) {
    return part(ctx, request, &RouteRequest::query, text(name), value);
  }
  static opf_status header(opf_ctx ctx, opf_request request, opf_str name, opf_str* value) {
    std::string lower = text(name);
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](unsigned char c) { return std::tolower(c); });
    return part(ctx, request, &RouteRequest::headers, lower, value);
  }
  static opf_status body(opf_ctx ctx, opf_request request, opf_bytes* out) {
    return with(ctx, [&](Call& call) {
      if (call.request_handle != request)
        return refuse(call, OPF_E_STALE, "http.stale_request", "The request is over.");
      const std::string& from = call.request->body;
      return *out = {reinterpret_cast<const std::uint8_t*>(from.data()), from.size()}, OPF_OK;
    });
  }
  static Response copy(const opf_response& from) {
    const std::string body = from.body.len == 0
                                 ? std::string()
                                 : std::string(reinterpret_cast<const char*>(from.body.ptr), from.body.len);
    return {from.status, text(from.content_type), body};
  }
  static opf_status respond(opf_ctx ctx, opf_request request, const opf_response* response) {
    return with(ctx, [&](Call& call) {
      if (call.request_handle != request)
        return refuse(call, OPF_E_STALE, "http.stale_request", "The request is over.");
      if (call.response || call.ticket != 0)
        return refuse(call, OPF_E_STATE, "http.answered", "The request is answered already.");
      return call.response = copy(*response), OPF_OK;
    });
  }
  static opf_status defer(opf_ctx ctx, opf_request request, void (*on_cancel)(void*), void* user,
                          opf_ticket* ticket) {
    return with(ctx, [&](Call& call) {
      if (call.request_handle != request)
        return refuse(call, OPF_E_STALE, "http.stale_request", "The request is over.");
      if (call.response || call.ticket != 0)
        return refuse(call, OPF_E_STATE, "http.answered", "The request is answered already.");
      *ticket = call.ticket = host().next_handle();
      const std::lock_guard lock(host().tickets_mutex_);
      host().deferred_[*ticket] = {on_cancel, user};
      return OPF_OK;
    });
  }
  static opf_status complete(opf_instance instance, opf_ticket ticket, const opf_response* response) {
    if (instance != host().instance_) return OPF_E_STALE;
    const std::lock_guard lock(host().tickets_mutex_);
    if (host().deferred_.erase(ticket) == 0) return OPF_E_CANCELLED;
    host().completed[ticket] = copy(*response);
    return OPF_OK;
  }

  // opf_db_v1
  static opf_status execute(opf_ctx ctx, opf_str sql, const opf_value* params, std::uint64_t count,
                            std::int64_t* changed) {
    return with(ctx, [&](Call& call) {
      if (!host().on_execute)
        return refuse(call, OPF_E_UNSUPPORTED, "db.none", "The test gives no on_execute.");
      const std::int64_t rows = host().on_execute(text(sql), values(params, count));
      if (changed) *changed = rows;
      return OPF_OK;
    });
  }
  static opf_status query(opf_ctx ctx, opf_str sql, const opf_value* params, std::uint64_t count,
                          std::uint64_t max_rows, opf_rows* rows) {
    return with(ctx, [&](Call& call) {
      if (!host().on_query) return refuse(call, OPF_E_UNSUPPORTED, "db.none", "The test gives no on_query.");
      const Rows found = host().on_query(text(sql), values(params, count));
      const std::uint64_t number = found.columns == 0 ? 0 : found.values.size() / found.columns;
      if (number > (max_rows == 0 ? 10000 : max_rows))
        return refuse(call, OPF_E_TOO_LARGE, "db.too_many_rows", "There are more rows than asked for.");
      auto& lent = call.values.emplace_back();
      for (const Value& value : found.values) lent.push_back(call.keep_value(value));
      *rows = {sizeof *rows, found.columns, number, lent.data()};
      return OPF_OK;
    });
  }

  // Binding: once a name, while the module starts.
  template <class Function>
  static opf_status bind(Host::Bindings<Function>& bindings, opf_instance instance, opf_str name,
                         Function function, void* user, void (*release)(void*)) {
    if (instance != host().instance_ || instance == 0) return OPF_E_STALE;
    return bindings.try_emplace(text(name), Bound<Function>{function, user, release}).second ? OPF_OK
                                                                                             : OPF_E_CONFLICT;
  }
  static opf_status bind_hook(opf_instance i, opf_str name, opf_hook_fn fn, void* user,
                              void (*release)(void*)) {
    return bind(host().hooks_, i, name, fn, user, release);
  }
  static opf_status bind_route(opf_instance i, opf_str name, opf_route_fn fn, void* user,
                               void (*release)(void*)) {
    return bind(host().routes_, i, name, fn, user, release);
  }
  static opf_status bind_subscriber(opf_instance i, opf_str name, opf_event_fn fn, void* user,
                                    void (*release)(void*)) {
    return bind(host().subscribers_, i, name, fn, user, release);
  }
  static opf_status bind_job(opf_instance i, opf_str name, opf_job_fn fn, void* user,
                             void (*release)(void*)) {
    return bind(host().jobs_, i, name, fn, user, release);
  }
};

inline constexpr opf_core_v1 kCore{sizeof(opf_core_v1), 1,
                                   &Tables::log,        &Tables::now,
                                   &Tables::new_id,     &Tables::setting,
                                   &Tables::caller,     &Tables::deadline,
                                   &Tables::cancelled,  &Tables::flag};
inline constexpr opf_i18n_v1 kI18n{sizeof(opf_i18n_v1), 1, &Tables::translate};
inline constexpr opf_entity_v1 kEntity{sizeof(opf_entity_v1),  1,
                                       &Tables::bind_hook,     &Tables::record_get,
                                       &Tables::record_before, &Tables::record_set,
                                       &Tables::record_id,     &Tables::read,
                                       &Tables::list,          &Tables::next,
                                       &Tables::create,        &Tables::update,
                                       &Tables::remove};
inline constexpr opf_event_v1 kEvent{sizeof(opf_event_v1), 1, &Tables::bind_subscriber, &Tables::emit};
inline constexpr opf_http_v1 kHttp{sizeof(opf_http_v1),
                                   1,
                                   &Tables::bind_route,
                                   &Tables::path_parameter,
                                   &Tables::query_parameter,
                                   &Tables::header,
                                   &Tables::body,
                                   &Tables::respond,
                                   &Tables::defer,
                                   &Tables::complete};
inline constexpr opf_db_v1 kDb{sizeof(opf_db_v1), 1, &Tables::execute, &Tables::query};
inline constexpr opf_job_v1 kJob{sizeof(opf_job_v1), 1, &Tables::bind_job, &Tables::enqueue};

inline opf_status Tables::get_service(opf_instance, opf_str id, const void** table, opf_str* why) {
  static const std::map<std::string_view, const void*> known{
      {OPF_CORE_SERVICE, &kCore},   {OPF_I18N_SERVICE, &kI18n}, {OPF_ENTITY_SERVICE, &kEntity},
      {OPF_EVENT_SERVICE, &kEvent}, {OPF_HTTP_SERVICE, &kHttp}, {OPF_DB_SERVICE, &kDb},
      {OPF_JOB_SERVICE, &kJob}};
  const auto it = known.find(opsflux::detail::view(id));
  if (it == known.end() || host().refused_services.contains(it->first)) {
    *why = opsflux::detail::lend("The service is not granted to this module.");
    return OPF_E_FORBIDDEN;
  }
  return *table = it->second, OPF_OK;
}

inline constexpr opf_host_v1 kHost{
    sizeof(opf_host_v1),  OPF_ABI_MAJOR,      OPF_ABI_MINOR,      0,
    &Tables::get_service, &Tables::set_error, &Tables::get_error, &Tables::alloc};

}  // namespace opsflux::testing::detail

namespace opsflux::testing {
inline const opf_host_v1& Host::host_table() { return detail::kHost; }
}  // namespace opsflux::testing
