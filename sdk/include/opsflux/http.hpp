// The module's own routes, declared under "routes" in the manifest and served under /api/v1/<module>/. The
// host has checked the permission before the function is called.
#pragma once

#include <atomic>
#include <functional>
#include <memory>

#include "opsflux/context.hpp"

namespace opsflux {

// A request, valid during the call.
class Request {
 public:
  Request(const Context& context, opf_request request) : context_(context), request_(request) {}

  // A part of the path that the manifest names in braces, decoded.
  std::string path(std::string_view name) const {
    opf_str value{};
    const opf_status status = http().path_parameter(context_.handle(), request_, detail::lend(name), &value);
    detail::check(context_.services(), context_.handle(), status);
    return std::string(detail::view(value));
  }
  // The first query parameter of that name, decoded.
  std::optional<std::string> query(std::string_view name) const {
    return part(&opf_http_v1::query_parameter, name);
  }
  // A header by name, in whatever case.
  std::optional<std::string> header(std::string_view name) const { return part(&opf_http_v1::header, name); }

  std::string_view body() const {
    opf_bytes body{};
    detail::check(context_.services(), context_.handle(), http().body(context_.handle(), request_, &body));
    return body.len == 0 ? std::string_view()
                         : std::string_view(reinterpret_cast<const char*>(body.ptr), body.len);
  }
  // The body as JSON; throws Status::kMalformed when it is none.
  Json json() const {
    auto json = Json::parse(body());
    if (!json) throw Error(Status::kMalformed, "not_json", "The body must be a JSON document.");
    return *std::move(json);
  }

  opf_request handle() const { return request_; }  // for the wrapper itself

 private:
  using Part = opf_status (*opf_http_v1::*)(opf_ctx, opf_request, opf_str, opf_str*);

  std::optional<std::string> part(Part member, std::string_view name) const {
    opf_str value{};
    const opf_status status = (http().*member)(context_.handle(), request_, detail::lend(name), &value);
    if (status == OPF_E_NOT_FOUND) return std::nullopt;
    detail::check(context_.services(), context_.handle(), status);
    return std::string(detail::view(value));
  }
  const opf_http_v1& http() const { return *context_.services().http; }

  const Context& context_;
  opf_request request_;
};

struct Response {
  std::uint32_t status = 200;
  std::string content_type = "application/json";
  std::string body;

  static Response json(const Json& body, std::uint32_t status = 200) {
    return {status, "application/json", body.dump()};
  }
  static Response text(std::string body) { return {200, "text/plain; charset=utf-8", std::move(body)}; }
  static Response no_content() { return {204, {}, {}}; }

  // Lends this answer to the ABI; valid as long as it is neither changed nor gone.
  opf_response lend() const {
    opf_response lent{};
    lent.struct_size = sizeof lent;
    lent.status = status;
    lent.content_type = detail::lend(content_type);
    lent.body = {reinterpret_cast<const std::uint8_t*>(body.data()), body.size()};
    return lent;
  }
};

// An answer that is given later, from any thread: make it in a function bound with Setup::deferred_route,
// keep it, complete it once. A ticket that dies unanswered answers 503; one that was cancelled is dead
// already. Movable, not copyable.
class Ticket {
 public:
  // `on_cancel` runs at most once, on any thread, when nobody waits any more: the client left, the time is
  // over, or the module is stopped.
  Ticket(const Context& context, const Request& request, std::function<void()> on_cancel = {})
      : services_(&context.services()), state_(std::make_shared<State>()) {
    state_->on_cancel = std::move(on_cancel);
    auto hold = std::make_unique<Hold>(state_);
    detail::check(
        *services_, context.handle(),
        services_->http->defer(context.handle(), request.handle(), &Ticket::cancelled, hold.get(), &ticket_));
    hold_ = hold.release();
  }
  Ticket(Ticket&& other) noexcept
      : services_(other.services_),
        state_(std::move(other.state_)),
        hold_(other.hold_),
        ticket_(std::exchange(other.ticket_, 0)) {}
  Ticket& operator=(Ticket&& other) noexcept {
    if (this != &other) {
      give_up();
      services_ = other.services_;
      state_ = std::move(other.state_);
      hold_ = other.hold_;
      ticket_ = std::exchange(other.ticket_, 0);
    }
    return *this;
  }
  ~Ticket() { give_up(); }

  // False when it was too late: on_cancel has been or is being called, or it was completed before.
  bool complete(const Response& response) {
    if (ticket_ == 0 || state_->over) return false;
    const opf_response lent = response.lend();
    const bool done =
        services_->http->complete(services_->instance, std::exchange(ticket_, 0), &lent) == OPF_OK;
    if (done) delete hold_;
    return done;
  }

 private:
  struct State {
    std::function<void()> on_cancel;
    std::atomic<bool> over = false;
  };
  // What on_cancel is given. Exactly one of the two ends a ticket and frees this: a completion that succeeds,
  // or on_cancel.
  using Hold = std::shared_ptr<State>;

  static void cancelled(void* user) noexcept {
    const std::unique_ptr<Hold> hold(static_cast<Hold*>(user));
    State& state = **hold;
    state.over = true;
    try {
      if (state.on_cancel) state.on_cancel();
    } catch (...) {
      // Nobody waits for this answer; there is no context to put an error on.
    }
  }

  void give_up() noexcept {
    if (ticket_ == 0 || state_->over) return;
    try {
      complete(
          {503, "application/problem+json",
           R"({"title":"The module gave up the answer","status":503,"detail":"The answer was not ready in time."})"});
    } catch (...) {
      // Only memory can be lacking here. The host's own time limit then ends the request through on_cancel.
    }
  }

  const detail::Services* services_;
  std::shared_ptr<State> state_;
  Hold* hold_ = nullptr;
  opf_ticket ticket_ = 0;
};

}  // namespace opsflux
