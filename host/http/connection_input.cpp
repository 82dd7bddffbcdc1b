// The reading half of a connection: all of it runs on the connection's I/O worker.
#include <sys/socket.h>

#include "host/base/log.hpp"
#include "host/http/connection.hpp"
#include "host/http/response_head.hpp"
#include "host/http/server_core.hpp"
#include "host/http/worker.hpp"

namespace opsflux::http {
namespace {

constexpr int kReadsPerTurn = 4;                  // then the other connections of the worker
constexpr std::size_t kMaxLinger = 1 << 20;       // bytes dropped after a last answer
constexpr std::uint64_t kMaxDrain = 64 << 10;     // of a body that nobody wants, to keep the connection

void append_hex(char* out, std::uint32_t value) {
  for (int i = 0; i < 8; ++i) out[i] = "0123456789abcdef"[(value >> (28 - 4 * i)) & 15];
}

// "00-<32 hex>-<16 hex>-<2 hex>", not all zeros (W3C Trace Context).
std::optional<std::string_view> trace_of(std::optional<std::string_view> traceparent) {
  if (!traceparent || traceparent->size() < 55 || !traceparent->starts_with("00-") || (*traceparent)[35] != '-') return std::nullopt;
  const std::string_view id = traceparent->substr(3, 32);
  const bool hex = std::all_of(id.begin(), id.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
  if (!hex || id.find_first_not_of('0') == std::string_view::npos) return std::nullopt;
  return id;
}

void call_handler(const Route& route, Exchange exchange) {
  Exchange guard = exchange;  // so that a handler that throws does not count as one that forgot to answer
  std::string what;
  try {
    route.handler(std::move(exchange));
    return;
  } catch (const std::exception& e) {
    what = e.what();
  } catch (...) {
    what = "not a std::exception";
  }
  log::error("http.handler_threw", {{"method", method_name(route.method)}, {"pattern", route.pattern}, {"owner", route.owner}, {"what", what}});
  guard.fail(Error::internal("http.handler_failed", "The server failed to answer the request.").because(what));
}

}  // namespace

void Connection::enter(Phase phase, std::chrono::milliseconds timeout) {
  phase_.store(phase, std::memory_order_relaxed);
  deadline_ns_.store(timeout.count() > 0 ? steady_ns() + timeout.count() * 1'000'000 : 0, std::memory_order_relaxed);
}

void Connection::on_event(bool closing, bool hangup) {
  if (ended_) return;
  if (busy_.load(std::memory_order_acquire)) {
    std::unique_lock lock(mutex_);
    if (busy_.load(std::memory_order_relaxed)) {
      input_pending_ = true;
      const bool streaming = streaming_;
      lock.unlock();
      // A client that closed its side only may still wait for its answer; one that listens to events
      // has left.
      if (hangup) end();
      else if (streaming) discard_stream_input();
      return;
    }
  }
  read(closing || hangup);
}

void Connection::discard_stream_input() {
  for (;;) {
    const ssize_t n = ::recv(fd_, worker_->scratch(), Worker::kReadSize, MSG_DONTWAIT);
    if (n > 0 || (n < 0 && errno == EINTR)) continue;
    if (n == 0 || (errno != EAGAIN && errno != EWOULDBLOCK)) end();
    return;
  }
}

// The socket is edge-triggered: a short read means it is empty, unless the client has closed (the FIN
// may have come with the data, and then no new edge follows): then until the end.
void Connection::read(bool until_end) {
  for (int turn = 0; turn < kReadsPerTurn;) {
    const ssize_t n = ::recv(fd_, worker_->scratch(), Worker::kReadSize, MSG_DONTWAIT);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
      more_input_ = false;
      return;
    }
    if (n <= 0) {
      end();
      return;
    }
    more_input_ = until_end || static_cast<std::size_t>(n) == Worker::kReadSize;
    take({worker_->scratch(), static_cast<std::size_t>(n)});
    if (ended_ || !more_input_ || busy_.load(std::memory_order_acquire)) return;
    ++turn;
  }
  wake();
}

void Connection::take(std::string_view bytes) {
  if (!server_->tls) {
    consume(bytes);
    return;
  }
  thread_local std::string plain;
  plain.clear();
  bool good;
  {
    std::lock_guard lock(mutex_);
    good = output_.receive(bytes, plain);
    const Output::State state = output_.flush_handshake();
    if (state == Output::State::kBlocked) watch();
    good = good && state != Output::State::kFailed;
  }
  if (!good) end();
  else if (!plain.empty()) consume(plain);
}

void Connection::consume(std::string_view bytes) {
  std::string hold;
  if (!leftover_.empty()) {
    hold.swap(leftover_);
    hold.append(bytes);
    bytes = hold;
  }
  while (!bytes.empty() && !ended_ && !busy_.load(std::memory_order_acquire) && step(bytes)) {
  }
  if (!ended_ && !bytes.empty()) {
    if (hold.empty()) {
      leftover_.assign(bytes);
    } else {
      hold.erase(0, hold.size() - bytes.size());
      leftover_.swap(hold);
    }
  }
  if (dispatched_) settle();
}

bool Connection::step(std::string_view& bytes) {
  if (lingering_) input_ = Input::kLinger;  // written before busy_ was given back
  switch (input_) {
    case Input::kHead: return read_head(bytes);
    case Input::kBody: return read_body(bytes);
    case Input::kLinger:
      lingered_ += bytes.size();
      bytes = {};
      if (lingered_ > kMaxLinger) end();
      return true;
  }
  return false;
}

// The end of a turn in which a request was handed over: from here on its answer wakes the worker, if there
// is something to go on with.
void Connection::settle() {
  dispatched_ = false;
  if (ended_) return;
  bool busy, streaming;
  {
    std::lock_guard lock(mutex_);
    dispatching_ = false;
    busy = busy_.load(std::memory_order_relaxed);
    streaming = streaming_;
    if (busy) has_leftover_ = !leftover_.empty() || more_input_;
  }
  if (!busy && !leftover_.empty()) wake();
  if (busy && streaming && more_input_) discard_stream_input();
}

bool Connection::read_head(std::string_view& bytes) {
  const ServerLimits& limits = server_->options.limits;
  const HeadScanner::State state = scanner_.scan(bytes);
  const std::size_t size = (state == HeadScanner::State::kComplete ? scanner_.end : bytes.size()) - scanner_.start;
  if (state != HeadScanner::State::kMalformed && size <= limits.max_header) {
    if (state == HeadScanner::State::kMore) {
      const Phase phase = phase_.load(std::memory_order_relaxed);
      if (phase == Phase::kIdle || phase == Phase::kFirst) enter(Phase::kHead, limits.header_timeout);
      return false;
    }
    const std::string_view head = bytes.substr(scanner_.start, size);
    bytes.remove_prefix(scanner_.end);
    scanner_.reset();
    begin_request(head, !bytes.empty());
    return true;
  }
  const bool too_large = state != HeadScanner::State::kMalformed;
  const bool line = scanner_.saw_line;
  scanner_.reset();
  begin_request({}, false);
  if (!too_large) refuse(Error::malformed("http.malformed", "The request is not well-formed HTTP/1.1."));
  else if (line) refuse(Error::too_large("http.header_too_large", "The header of the request is too large."));
  else refuse(Error::too_large("http.target_too_long", "The address of the request is too long."));
  return true;
}

void Connection::give_trace_id() {
  Request& request = core_->request;
  if (const auto given = trace_of(request.header("traceparent"))) {
    given->copy(request.trace_id_, 32);
    return;
  }
  server_->trace_prefix.copy(request.trace_id_, 16);
  append_hex(request.trace_id_ + 16, static_cast<std::uint32_t>(id));
  append_hex(request.trace_id_ + 24, ++request_number_);
}

// An empty `head`: only prepares the exchange, for an answer to what cannot be parsed.
void Connection::begin_request(std::string_view head, bool more_follows) {
  if (!core_ || !core_->released()) core_ = std::make_shared<ExchangeCore>();
  Request& request = core_->request;
  request.clear();
  core_->keep_alive = false;
  core_->http_1_0 = false;
  request.client_address_ = address_;
  request.secure_ = server_->tls != nullptr;
  request.head_.assign(head);
  std::optional<Error> error;
  if (!head.empty()) error = parser_.parse_head(request, head_, server_->options.limits);
  give_trace_id();
  if (head.empty()) return;
  if (error) {
    refuse(*error);
    return;
  }
  core_->keep_alive = head_.keep_alive;
  core_->http_1_0 = head_.http_1_0;
  try {
    route_request(more_follows);
  } catch (const std::exception& e) {
    refuse(Error::internal("http.failed", "The server failed to read the request.").because(e.what()));
  } catch (...) {
    refuse(Error::internal("http.failed", "The server failed to read the request.").because("not a std::exception"));
  }
}

void Connection::route_request(bool more_follows) {
  Request& request = core_->request;
  core_->table = server_->routes();
  RouteTable::Match match;
  if (core_->table) match = core_->table->match(request.method, request.path, request.params_);
  if (!match.route) {
    if (match.allow.empty())
      reply_or_drain(problem(Error::not_found("http.not_found", "There is nothing at this address."), &request));
    else if (request.method == Method::kOptions)
      reply_or_drain(Response(204).header("Allow", match.allow));
    else
      reply_or_drain(problem(Error::malformed("http.method_not_allowed", "This address does not take that request method."), &request)
                         .header("Allow", match.allow));
    return;
  }
  request.route_ = match.route;
  auto caller = server_->access(request, *match.route);
  if (!caller) {
    reply_or_drain(problem(caller.error(), &request));
    return;
  }
  request.caller_ = std::move(*caller);
  if (!head_.has_body()) {
    dispatch();
    return;
  }
  body_limit_ = match.route->limits.max_body;
  body_to_file_ = match.route->limits.body_to_file;
  if (!head_.chunked && head_.content_length > body_limit_) {
    reply_or_drain(problem(Error::too_large("http.body_too_large", "The body of the request is too large.").with("max", std::to_string(body_limit_)), &request));
    return;
  }
  begin_body(more_follows);
}

void Connection::begin_body(bool more_follows) {
  input_ = Input::kBody;
  body_error_.reset();
  if (!early_ && body_to_file_) {
    if (auto opened = spool_.open(server_->options.spool_folder); !opened) {
      refuse(opened.error());
      return;
    }
  }
  enter(Phase::kBody, server_->options.limits.body_timeout);
  body_started_ns_ = steady_ns();
  if (!early_ && head_.expect_continue && !more_follows) {
    std::lock_guard lock(mutex_);
    if (output_.write("HTTP/1.1 100 Continue\r\n\r\n", std::string()) == Output::State::kBlocked) watch();
  }
}

bool Connection::read_body(std::string_view& bytes) {
  const ServerLimits& limits = server_->options.limits;
  const StrictParser::Step step = parser_.read_body(bytes, *this);
  bytes.remove_prefix(step.consumed);
  switch (step.progress) {
    case StrictParser::Progress::kDone:
      body_complete();
      return true;
    case StrictParser::Progress::kStopped:
      refuse(*body_error_);
      return true;
    case StrictParser::Progress::kMalformed:
      refuse(Error::malformed("http.malformed", "The body of the request is not well-formed HTTP/1.1."));
      return true;
    case StrictParser::Progress::kMore: break;
  }
  enter(Phase::kBody, limits.body_timeout);
  const std::int64_t elapsed_ms = (steady_ns() - body_started_ns_) / 1'000'000;
  const auto wanted = static_cast<std::int64_t>(limits.min_upload_rate) * elapsed_ms / 1000;
  if (elapsed_ms > limits.upload_grace.count() && static_cast<std::int64_t>(core_->request.body_size_) < wanted)
    refuse(Error::make(ErrorKind::kTimeout, "http.body_timeout", "The body of the request came too slowly."));
  return false;
}

bool Connection::write_body(std::string_view bytes) {
  Request& request = core_->request;
  request.body_size_ += bytes.size();
  if (request.body_size_ > (early_ ? kMaxDrain : body_limit_)) {
    body_error_ = Error::too_large("http.body_too_large", "The body of the request is too large.").with("max", std::to_string(body_limit_));
    return false;
  }
  if (early_) return true;
  if (!body_to_file_) {
    request.body_.append(bytes);
    return true;
  }
  if (auto written = spool_.write(bytes); !written) {
    body_error_ = std::move(written).error();
    return false;
  }
  return true;
}

void Connection::body_complete() {
  input_ = Input::kHead;
  if (early_) {
    Response response = std::move(*early_);
    early_.reset();
    reply(std::move(response));
    return;
  }
  if (body_to_file_) {
    auto file = spool_.take();
    if (!file) {
      refuse(file.error());
      return;
    }
    core_->request.body_file_ = std::move(*file);
  }
  dispatch();
}

void Connection::dispatch() {
  worker_->requests.store(worker_->requests.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  const Route& route = *core_->request.route_;
  input_ = Input::kHead;
  enter(Phase::kHandling, route.limits.deadline);
  busy_.store(true, std::memory_order_relaxed);
  dispatched_ = dispatching_ = true;  // before anybody else can know of the exchange
  Exchange exchange = core_->open(shared_from_this());
  Executor* executor = server_->options.executor;
  if (route.run == Run::kInline || !executor) {
    call_handler(route, std::move(exchange));
  } else if (!executor->post([&route, exchange] { call_handler(route, exchange); })) {
    exchange.fail(Error::unavailable("http.busy", "The server is busy. Try again in a moment.").retry_after(1000));
  }
}

void Connection::reply(Response response) {
  input_ = Input::kHead;
  busy_.store(true, std::memory_order_relaxed);
  dispatched_ = dispatching_ = true;
  answer(*core_, std::move(response));
  core_->request.route_ = nullptr;
  core_->table.reset();
}

void Connection::reply_or_drain(Response response) {
  worker_->errors.store(worker_->errors.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  if (!head_.has_body()) {
    reply(std::move(response));
  } else if (!head_.chunked && head_.content_length <= kMaxDrain && !head_.expect_continue) {
    early_ = std::move(response);
    begin_body(true);
  } else {
    core_->keep_alive = false;
    reply(std::move(response));
  }
}

void Connection::refuse(const Error& error) {
  worker_->errors.store(worker_->errors.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  early_.reset();
  spool_.discard();
  core_->keep_alive = false;
  reply(problem(error, &core_->request));
}

void Connection::on_wake() {
  posted.store(false);
  if (ended_) return;
  bool busy, is_broken, streaming;
  {
    std::lock_guard lock(mutex_);
    busy = busy_.load(std::memory_order_relaxed);
    is_broken = broken_;
    streaming = streaming_;
    if (!busy) input_pending_ = has_leftover_ = false;
  }
  if (is_broken || cut_.load()) {
    end();
    return;
  }
  const std::int64_t deadline = deadline_ns_.load(std::memory_order_relaxed);
  if (deadline != 0 && steady_ns() >= deadline) {
    expire(deadline);
    if (ended_ || busy_.load(std::memory_order_acquire)) return;
  }
  if (server_->draining.load()) {
    if (busy && streaming) end_events();
    else if (!busy && !lingering_ && input_ == Input::kHead && leftover_.empty()) end();
    if (ended_) return;
  }
  if (busy_.load(std::memory_order_acquire)) {
    if (streaming) discard_stream_input();
    return;
  }
  if (!leftover_.empty()) consume({});
  if (!ended_ && !busy_.load(std::memory_order_acquire)) read(true);
}

void Connection::expire(std::int64_t deadline) {
  switch (phase_.load(std::memory_order_relaxed)) {
    case Phase::kHead:
      scanner_.reset();
      leftover_.clear();
      begin_request({}, false);
      refuse(Error::make(ErrorKind::kTimeout, "http.header_timeout", "The request did not come in time."));
      settle();
      return;
    case Phase::kBody:
      leftover_.clear();
      refuse(Error::make(ErrorKind::kTimeout, "http.body_timeout", "The body of the request did not come in time."));
      settle();
      return;
    case Phase::kHandling:
      // Unless an answer has just set another one.
      deadline_ns_.compare_exchange_strong(deadline, 0);
      if (core_->try_add_handle()) {
        core_->expire();
        core_->drop_handle();
      }
      return;
    case Phase::kEnded: return;
    case Phase::kFirst: case Phase::kIdle: case Phase::kWriting: case Phase::kStreaming: case Phase::kLinger: end(); return;
  }
}

void Connection::end() {
  if (ended_) return;
  ended_ = true;
  {
    std::lock_guard lock(mutex_);
    closed_ = true;
    phase_.store(Phase::kEnded, std::memory_order_relaxed);
    deadline_ns_.store(0, std::memory_order_relaxed);
    if (watched_) server_->writer_of(id).forget(output_.fd(), id);
    output_.close();
  }
  if (core_ && core_->try_add_handle()) {
    core_->connection_lost();
    core_->drop_handle();
  }
  core_.reset();
  early_.reset();
  spool_.discard();
  leftover_ = std::string();
  worker_->ended.push_back(fd_);
  server_->remove(id);
}

}  // namespace opsflux::http
