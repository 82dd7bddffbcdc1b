// What a module binds in start(): a function for every name that its manifest declares.
#pragma once

#include <functional>
#include <memory>
#include <type_traits>

#include "opsflux/entities.hpp"
#include "opsflux/events.hpp"
#include "opsflux/http.hpp"
#include "opsflux/jobs.hpp"

namespace opsflux {

using HookFunction = std::function<void(Context&, Record&)>;
using RouteFunction = std::function<Response(Context&, const Request&)>;
using DeferredRouteFunction = std::function<void(Context&, const Request&)>;
using SubscriberFunction = std::function<void(Context&, const Event&)>;
using JobFunction = std::function<void(Context&, const Job&)>;

namespace detail {

// A bound function with what its trampoline needs; owned by the host until it calls `release`.
template <class Function>
struct Binding {
  const Services& services;
  Function function;

  static void release(void* user) noexcept { delete static_cast<Binding*>(user); }
};

// The C functions that the host calls. Each makes the C++ view of its arguments, and no exception leaves it.
template <class Function, class Call>
opf_status call_bound(void* user, opf_ctx ctx, Call&& call) noexcept {
  const auto& binding = *static_cast<const Binding<Function>*>(user);
  return guard(binding.services.host, ctx, [&] {
    Context context(binding.services, ctx);
    call(binding, context);
  });
}

inline opf_status run_hook(void* user, opf_ctx ctx, opf_record record) noexcept {
  return call_bound<HookFunction>(user, ctx, [&](auto& binding, Context& context) {
    Record view(context, record);
    binding.function(context, view);
  });
}

inline opf_status run_route(void* user, opf_ctx ctx, opf_request request) noexcept {
  return call_bound<RouteFunction>(user, ctx, [&](auto& binding, Context& context) {
    const Response response = binding.function(context, Request(context, request));
    const opf_response lent = response.lend();
    check(binding.services, ctx, binding.services.http->respond(ctx, request, &lent));
  });
}

inline opf_status run_deferred_route(void* user, opf_ctx ctx, opf_request request) noexcept {
  return call_bound<DeferredRouteFunction>(user, ctx, [&](auto& binding, Context& context) {
    binding.function(context, Request(context, request));
  });
}

inline opf_status run_subscriber(void* user, opf_ctx ctx, const opf_event* event) noexcept {
  return call_bound<SubscriberFunction>(user, ctx, [&](auto& binding, Context& context) {
    binding.function(context, Event{std::string(view(event->id)), std::string(view(event->name)),
                                    std::string(view(event->payload)), event->attempt});
  });
}

inline opf_status run_job(void* user, opf_ctx ctx, const opf_job* job) noexcept {
  return call_bound<JobFunction>(user, ctx, [&](auto& binding, Context& context) {
    binding.function(context, Job{std::string(view(job->id)), std::string(view(job->payload)), job->attempt});
  });
}

}  // namespace detail

// Given to start(); every name must be declared in the manifest, and every declared name be bound. The
// functions are called from many threads at once. A method of the module is bound with the module itself:
//
//   setup.hook("check_company", this, &Tiers::check_company);
//   setup.route("check_siret", [](Context& ctx, const Request& request) { return Response::json(...); });
class Setup : public Context {
 public:
  using Context::Context;

  // Called before a record is written; may change the record, and refuses the change by throwing.
  void hook(std::string_view name, HookFunction function) {
    bind<HookFunction>(services().entity->bind_hook, &detail::run_hook, name, std::move(function));
  }
  void route(std::string_view name, RouteFunction function) {
    bind<RouteFunction>(services().http->bind_route, &detail::run_route, name, std::move(function));
  }
  // A route whose answer comes later: it makes a Ticket and keeps it. Throwing before that answers at once.
  void deferred_route(std::string_view name, DeferredRouteFunction function) {
    bind<DeferredRouteFunction>(services().http->bind_route, &detail::run_deferred_route, name,
                                std::move(function));
  }
  void subscriber(std::string_view name, SubscriberFunction function) {
    bind<SubscriberFunction>(services().event->bind_subscriber, &detail::run_subscriber, name,
                             std::move(function));
  }
  void job(std::string_view name, JobFunction function) {
    bind<JobFunction>(services().job->bind_job, &detail::run_job, name, std::move(function));
  }

  // The same for methods of the module.
  template <class M>
  void hook(std::string_view name, M* self, void (M::*method)(Context&, Record&)) {
    hook(name, std::bind_front(method, self));
  }
  template <class M>
  void route(std::string_view name, M* self, Response (M::*method)(Context&, const Request&)) {
    route(name, std::bind_front(method, self));
  }
  template <class M>
  void deferred_route(std::string_view name, M* self, void (M::*method)(Context&, const Request&)) {
    deferred_route(name, std::bind_front(method, self));
  }
  template <class M>
  void subscriber(std::string_view name, M* self, void (M::*method)(Context&, const Event&)) {
    subscriber(name, std::bind_front(method, self));
  }
  template <class M>
  void job(std::string_view name, M* self, void (M::*method)(Context&, const Job&)) {
    job(name, std::bind_front(method, self));
  }

 private:
  // The host owns the binding once it has taken it, and frees it through `release`.
  template <class Function, class Bind, class Run>
  void bind(Bind member, Run run, std::string_view name, Function function) {
    using Bound = detail::Binding<Function>;
    auto bound = std::make_unique<Bound>(Bound{services(), std::move(function)});
    detail::check(services(), handle(),
                  member(services().instance, detail::lend(name), run, bound.get(), &Bound::release));
    static_cast<void>(bound.release());
  }
};

}  // namespace opsflux
