// A host for the tests of a module: everything in memory, no server, no database.
//
//   opsflux::testing::Host host("tiers");
//   host.settings["review_days"] = 90;
//   host.records["tiers.company"]["c1"] = {{"legal_name", "Equateur Hélico"}};
//   host.load(*opf_module_entry_v1());
//   auto outcome = host.create("check_company", {{"siret", "732 829 320 00074"}});
//   EXPECT_EQ(outcome["siret"], "73282932000074");
//
// It keeps to the contract of the ABI (handles end with their call, errors on the context, life cycle) but is
// no database: rights are not checked, writes are applied at once, `list` understands only conditions of the
// form `field == "text"` joined by &&, and SQL is answered by the test's own function. One host at a time.
#pragma once

#include <algorithm>
#include <functional>
#include <mutex>
#include <stdexcept>

#include "opsflux/abi/module.h"
#include "opsflux/testing/state.hpp"

// The entry of the module under test, whose sources the test is linked with.
extern "C" const opf_module_v1* opf_module_entry_v1(void);

namespace opsflux::testing {

namespace detail {
struct Tables;
}

class Host {
 public:
  explicit Host(std::string module_id) : module_(std::move(module_id)) {
    if (current_) throw std::logic_error("There is another testing::Host.");
    current_ = this;
  }
  ~Host() {
    unload();
    current_ = nullptr;
  }
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;

  // What the module sees.
  RecordFields settings;
  std::set<std::string, std::less<>> flags;                            // complete names of those that are on
  std::map<std::string, std::string, std::less<>> texts;               // i18n key -> text
  std::map<std::string, std::map<std::string, RecordFields>> records;  // "tiers.company" -> id -> fields
  Caller caller{false, "0190a7c0-0000-7000-8000-000000000001", "Test", "user", "fr"};
  Timestamp now = std::chrono::sys_days(std::chrono::year(2026) / 11 / 21);
  std::optional<Timestamp> deadline;
  bool cancelled = false;
  std::set<std::string, std::less<>> refused_services;
  std::function<Rows(std::string_view sql, const std::vector<Value>& params)> on_query;
  std::function<std::int64_t(std::string_view sql, const std::vector<Value>& params)> on_execute;

  // What the module did.
  std::vector<LogLine> logs;
  std::vector<EmittedEvent> events;
  std::vector<EnqueuedJob> jobs;
  std::map<opf_ticket, Response> completed;

  // Creates, starts and activates the module; the outcome of the step that failed, or of all.
  Outcome load(const opf_module_v1& module) {
    table_ = &module;
    instance_ = next_handle();
    Outcome outcome =
        in_call([&](opf_ctx ctx) { return module.create(&host_table(), instance_, ctx, &self_); });
    if (!outcome.ok()) return self_ = nullptr, instance_ = 0, outcome;
    outcome = in_call([&](opf_ctx ctx) { return module.start(self_, ctx); });
    if (outcome.ok() && module.active)
      outcome = in_call([&](opf_ctx ctx) { return module.active(self_, ctx); });
    if (!outcome.ok()) unload();
    return outcome;
  }

  // Ends the module as a host does: quiesce, cancel what is deferred, stop, drop the bindings, destroy.
  Outcome unload() {
    if (!self_) return {};
    Outcome outcome;
    if (table_->quiesce)
      outcome =
          in_call([&](opf_ctx ctx) { return table_->quiesce(self_, ctx, now.time_since_epoch().count()); });
    while (!deferred_.empty()) cancel(deferred_.begin()->first);
    if (table_->stop) outcome = in_call([&](opf_ctx ctx) { return table_->stop(self_, ctx); });
    drop(hooks_), drop(routes_), drop(subscribers_), drop(jobs_);
    table_->destroy(std::exchange(self_, nullptr));
    instance_ = 0;
    return outcome;
  }

  // Calls a hook as before_create, before_update or before_delete do. Writes nothing.
  Outcome create(std::string_view function, RecordFields fields) {
    return hook(function, std::move(fields), {}, "new");
  }
  Outcome update(std::string_view function, const std::string& id, RecordFields before,
                 const RecordFields& changes) {
    RecordFields fields = before;
    for (const auto& [name, value] : changes) fields[name] = value;
    return hook(function, std::move(fields), std::move(before), id);
  }
  Outcome remove(std::string_view function, const std::string& id, const RecordFields& fields) {
    return hook(function, fields, fields, id);
  }

  Outcome request(std::string_view function, const RouteRequest& request) {
    const auto& bound = find(routes_, function);
    return in_call([&](opf_ctx ctx, detail::Call& call) {
      call.request = &request;
      call.request_handle = next_handle();
      return bound.function(bound.user, ctx, call.request_handle);
    });
  }
  // Ends a deferred answer the way a client that leaves does.
  void cancel(opf_ticket ticket) {
    detail::Deferred deferred;
    {
      const std::lock_guard lock(tickets_mutex_);
      const auto it = deferred_.find(ticket);
      if (it == deferred_.end()) return;
      deferred = it->second;
      deferred_.erase(it);
    }
    if (deferred.on_cancel) deferred.on_cancel(deferred.user);
  }

  Outcome deliver(std::string_view function, const std::string& name, const Json& payload,
                  std::uint32_t attempt = 1) {
    const auto& bound = find(subscribers_, function);
    const std::string text = payload.dump();
    return in_call([&](opf_ctx ctx, detail::Call& call) {
      const opf_event event{sizeof event, attempt, call.keep("event-1"), call.keep(name), call.keep(text)};
      return bound.function(bound.user, ctx, &event);
    });
  }
  Outcome run_job(std::string_view function, const Json& payload = Json::object(),
                  std::uint32_t attempt = 1) {
    const auto& bound = find(jobs_, function);
    const std::string text = payload.dump();
    return in_call([&](opf_ctx ctx, detail::Call& call) {
      const opf_job job{sizeof job, attempt, call.keep("job-1"), call.keep(text)};
      return bound.function(bound.user, ctx, &job);
    });
  }

  // For tests of the ABI itself: a call with a context, and the tables as a module gets them.
  template <class Body>
  Outcome in_call(Body&& body);
  static const opf_host_v1& host_table();
  opf_instance instance() const { return instance_; }
  bool is_bound(std::string_view function) const {
    return hooks_.contains(function) || routes_.contains(function) || subscribers_.contains(function) ||
           jobs_.contains(function);
  }

 private:
  friend struct detail::Tables;
  template <class Function>
  using Bindings = std::map<std::string, detail::Bound<Function>, std::less<>>;

  Outcome hook(std::string_view function, RecordFields fields, RecordFields before, const std::string& id) {
    const auto& bound = find(hooks_, function);
    const opf_record record = next_handle();
    Outcome outcome = in_call([&](opf_ctx ctx, detail::Call& call) {
      call.records[record] = {id, fields, before, true};
      const opf_status status = bound.function(bound.user, ctx, record);
      fields = call.records[record].fields;
      return status;
    });
    outcome.record = std::move(fields);
    return outcome;
  }

  template <class Function>
  static const detail::Bound<Function>& find(const Bindings<Function>& bindings, std::string_view function) {
    const auto it = bindings.find(function);
    if (it == bindings.end())
      throw std::logic_error("The module did not bind " + std::string(function) + ".");
    return it->second;
  }
  template <class Function>
  static void drop(Bindings<Function>& bindings) {
    for (auto& [name, bound] : bindings)
      if (bound.release) bound.release(bound.user);
    bindings.clear();
  }

  std::string full_name(std::string_view entity) const {
    return entity.find('.') == entity.npos ? module_ + "." + std::string(entity) : std::string(entity);
  }
  opf_handle next_handle() { return ++last_handle_; }

  inline static Host* current_ = nullptr;

  std::string module_;
  const opf_module_v1* table_ = nullptr;
  opf_instance instance_ = 0;
  void* self_ = nullptr;
  opf_handle last_handle_ = 0x0100000000000000;
  std::map<opf_ctx, detail::Call> calls_;
  Bindings<opf_hook_fn> hooks_;
  Bindings<opf_route_fn> routes_;
  Bindings<opf_event_fn> subscribers_;
  Bindings<opf_job_fn> jobs_;
  std::mutex tickets_mutex_;
  std::map<opf_ticket, detail::Deferred> deferred_;
};

// `body` takes (opf_ctx) or (opf_ctx, detail::Call&) and gives a status; the context ends with it.
template <class Body>
Outcome Host::in_call(Body&& body) {
  const opf_ctx ctx = next_handle();
  detail::Call& call = calls_[ctx];
  Outcome outcome;
  if constexpr (std::invocable<Body&, opf_ctx, detail::Call&>) {
    outcome.status = body(ctx, call);
  } else {
    outcome.status = body(ctx);
  }
  if (!outcome.ok()) outcome.error = call.error;
  outcome.response = call.response;
  outcome.ticket = call.ticket;
  calls_.erase(ctx);
  return outcome;
}

}  // namespace opsflux::testing

#include "opsflux/testing/tables.hpp"
