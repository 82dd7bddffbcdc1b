#include "host/http/exchange_core.hpp"

#include "host/base/log.hpp"
#include "host/http/connection.hpp"
#include "host/http/response_head.hpp"

namespace opsflux::http {
namespace {

void call(const std::function<void()>& fn, std::string_view what) {
  if (!fn) return;
  try {
    fn();
  } catch (const std::exception& e) {
    log::error("http.callback_threw", {{"callback", what}, {"what", e.what()}});
  } catch (...) {
    log::error("http.callback_threw", {{"callback", what}, {"what", "not a std::exception"}});
  }
}

void append_line(std::string& out, std::string_view name, std::string_view value) {
  out.append(name);
  for (const char c : value)
    if (c != '\r' && c != '\n' && c != '\0') out += c;
  out += '\n';
}

// The text/event-stream form: one "data:" line for each line of the data.
std::string event_text(std::string_view event, std::string_view data, std::string_view id) {
  std::string out;
  out.reserve(event.size() + data.size() + id.size() + 32);
  if (!id.empty()) append_line(out, "id: ", id);
  if (!event.empty()) append_line(out, "event: ", event);
  for (;;) {
    const std::size_t end = data.find_first_of("\r\n");
    append_line(out, "data: ", data.substr(0, end));
    if (end == std::string_view::npos) break;
    const bool pair = data[end] == '\r' && end + 1 < data.size() && data[end + 1] == '\n';
    data.remove_prefix(end + (pair ? 2 : 1));
  }
  out += '\n';
  return out;
}

}  // namespace

Exchange ExchangeCore::open(std::shared_ptr<Connection> connection) {
  connection_ = std::move(connection);
  claimed_ = false;
  cancelled_ = false;
  streaming_ = false;
  stream_over_ = false;
  released_.store(false, std::memory_order_relaxed);
  handles_.store(1, std::memory_order_relaxed);
  return Exchange(shared_from_this());
}

void ExchangeCore::drop_handle() {
  if (handles_.fetch_sub(1, std::memory_order_acq_rel) == 1) release();
}

bool ExchangeCore::try_add_handle() {
  std::uint32_t count = handles_.load(std::memory_order_relaxed);
  while (count > 0)
    if (handles_.compare_exchange_weak(count, count + 1, std::memory_order_acq_rel)) return true;
  return false;
}

// The last handle has gone. Nobody but the connection knows this object any more, and it waits for released_.
void ExchangeCore::release() {
  if (!claimed_.load()) {
    log::error("http.unanswered", {{"method", method_name(request.method)}, {"path", request.path}});
    fail(Error::internal("http.unanswered", "The server did not answer the request."));
  }
  end_events();
  {
    std::lock_guard lock(mutex_);
    on_cancel_ = nullptr;
    on_close_ = nullptr;
  }
  request.clear();
  table.reset();
  connection_.reset();
  released_.store(true, std::memory_order_release);
}

void ExchangeCore::set_fields(std::string lines) {
  const std::lock_guard lock(mutex_);
  fields_ = std::move(lines);
}

void ExchangeCore::add_fields(std::string_view lines) {
  const std::lock_guard lock(mutex_);
  fields_ += lines;
}

std::string ExchangeCore::fields() const {
  const std::lock_guard lock(mutex_);
  return fields_;
}

bool ExchangeCore::respond(Response response) {
  if (!claim()) return false;
  return connection_->answer(*this, std::move(response));
}

bool ExchangeCore::fail(const Error& error) {
  if (!claim()) return false;
  return connection_->answer(*this, connection_->problem(error, &request));
}

void ExchangeCore::cancel() {
  if (claim()) notify_cancel();
}

void ExchangeCore::connection_lost() {
  cancel();
  if (streaming_.load()) events_ended();
}

void ExchangeCore::expire() {
  if (!claim()) return;
  log::warn("http.deadline_passed", {{"method", method_name(request.method)}, {"path", request.path}});
  const Error error = Error::make(ErrorKind::kTimeout, "http.deadline", "The server did not answer in time.");
  connection_->answer(*this, connection_->problem(error, &request));
  notify_cancel();
}

void ExchangeCore::notify_cancel() {
  std::function<void()> fn;
  {
    std::lock_guard lock(mutex_);
    cancelled_ = true;
    fn = std::move(on_cancel_);
    on_cancel_ = nullptr;
  }
  call(fn, "on_cancel");
}

void ExchangeCore::on_cancel(std::function<void()> fn) {
  {
    std::lock_guard lock(mutex_);
    if (!cancelled_) {
      on_cancel_ = std::move(fn);
      return;
    }
  }
  call(fn, "on_cancel");
}

// Only whoever ran the handler calls this, while it still holds a handle, so that release() comes later.
// Where the handler gave the exchange on, the route belongs to the next one: that is asked last, because the
// next one streams only after it was numbered.
void ExchangeCore::let_go_of_route(std::uint32_t handler) {
  {
    std::lock_guard lock(mutex_);
    if (!streaming_.load() && !stream_over_) return;
  }
  if (handler_.load() != handler) return;
  request.forget_route();
  table.reset();
}

void ExchangeCore::route_again(Exchange exchange) { connection_->route_again(std::move(exchange)); }

void ExchangeCore::run_pooled(std::function<void(Exchange)> handler, Exchange exchange) {
  connection_->run_pooled(std::move(handler), std::move(exchange));
}

std::string ExchangeCore::problem(const Error& error) const {
  return connection_->problem_text(error, request);
}

bool ExchangeCore::start_events() {
  if (!claim()) return false;
  streaming_ = true;
  if (connection_->start_events(*this)) return true;
  events_ended();
  return false;
}

bool ExchangeCore::send_event(std::string_view event, std::string_view data, std::string_view id) {
  if (!streaming_.load()) return false;
  if (connection_->send_event(event_text(event, data, id))) return true;
  events_ended();
  return false;
}

void ExchangeCore::end_events() {
  if (!streaming_.load()) return;
  connection_->end_events();
  events_ended();
}

void ExchangeCore::events_ended() {
  std::function<void()> fn;
  {
    std::lock_guard lock(mutex_);
    streaming_ = false;
    stream_over_ = true;
    fn = std::move(on_close_);
    on_close_ = nullptr;
  }
  call(fn, "on_close");
}

void ExchangeCore::on_close(std::function<void()> fn) {
  {
    std::lock_guard lock(mutex_);
    if (!stream_over_) {
      on_close_ = std::move(fn);
      return;
    }
  }
  call(fn, "on_close");
}

Exchange::Exchange(std::shared_ptr<ExchangeCore> core) : core_(std::move(core)) {}
Exchange::Exchange(const Exchange& other) : core_(other.core_) {
  if (core_) core_->add_handle();
}
Exchange& Exchange::operator=(Exchange other) noexcept {
  std::swap(core_, other.core_);
  return *this;
}
Exchange::~Exchange() {
  if (core_) core_->drop_handle();
}
Request& Exchange::request() { return core_->request; }
const Request& Exchange::request() const { return core_->request; }
void Exchange::add_fields(std::string_view lines) { core_->add_fields(lines); }
bool Exchange::respond(Response response) { return core_->respond(std::move(response)); }
bool Exchange::fail(const Error& error) { return core_->fail(error); }
void Exchange::run_pooled(std::function<void(Exchange)> handler) {
  ExchangeCore& core = *core_;
  core.run_pooled(std::move(handler), std::move(*this));
}
std::string Exchange::problem(const Error& error) const { return core_->problem(error); }
void Exchange::route_again() {
  ExchangeCore& core = *core_;
  core.route_again(std::move(*this));
}
bool Exchange::cancelled() const { return core_->cancelled(); }
void Exchange::on_cancel(std::function<void()> fn) { core_->on_cancel(std::move(fn)); }
EventStream Exchange::respond_events() { return core_->start_events() ? EventStream(core_) : EventStream(); }

// Counts as one handle of the exchange, so that the request and what its route belongs to stay.
struct EventStream::Tail {
  explicit Tail(std::shared_ptr<ExchangeCore> core) : core(std::move(core)) { this->core->add_handle(); }
  ~Tail() {
    core->end_events();
    core->drop_handle();
  }
  Tail(const Tail&) = delete;
  std::shared_ptr<ExchangeCore> core;
};

EventStream::EventStream(std::shared_ptr<ExchangeCore> core)
    : tail_(std::make_shared<Tail>(std::move(core))) {}
bool EventStream::send(std::string_view event, std::string_view data, std::string_view id) const {
  return tail_ && tail_->core->send_event(event, data, id);
}
void EventStream::close() const {
  if (tail_) tail_->core->end_events();
}
bool EventStream::open() const { return tail_ && tail_->core->events_open(); }
void EventStream::on_close(std::function<void()> fn) const {
  if (tail_)
    tail_->core->on_close(std::move(fn));
  else if (fn)
    fn();
}

}  // namespace opsflux::http
