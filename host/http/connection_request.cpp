// From a complete head to its handler: routing, access, the body. Runs on the connection's I/O worker.
#include "host/base/log.hpp"
#include "host/http/connection.hpp"
#include "host/http/forwarded.hpp"
#include "host/http/response_head.hpp"
#include "host/http/server_core.hpp"
#include "host/http/worker.hpp"

namespace opsflux::http {
namespace {

constexpr std::uint64_t kMaxDrain = 64 << 10;  // of a body that nobody wants, to keep the connection

void append_hex(char* out, std::uint32_t value) {
  for (int i = 0; i < 8; ++i) out[i] = "0123456789abcdef"[(value >> (28 - 4 * i)) & 15];
}

// "00-<32 hex>-<16 hex>-<2 hex>", not all zeros (W3C Trace Context).
std::optional<std::string_view> trace_of(std::optional<std::string_view> traceparent) {
  if (!traceparent || traceparent->size() < 55 || !traceparent->starts_with("00-") ||
      (*traceparent)[35] != '-')
    return std::nullopt;
  const std::string_view id = traceparent->substr(3, 32);
  const bool hex = std::all_of(id.begin(), id.end(),
                               [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
  if (!hex || id.find_first_not_of('0') == std::string_view::npos) return std::nullopt;
  return id;
}

void call_handler(const Route& route, const std::function<void(Exchange)>& handler, Exchange exchange) {
  Exchange guard = exchange;  // so that a handler that throws does not count as one that forgot to answer
  // The handler may give the exchange on to somebody who changes its table; its own code lives until it
  // returns.
  const std::shared_ptr<const RouteTable> table = ExchangeCore::of(guard).table;
  const std::uint32_t handler_number = ExchangeCore::of(guard).handler();
  std::string what;
  try {
    handler(std::move(exchange));
    ExchangeCore::of(guard).let_go_of_route(handler_number);  // `route` may be gone now
    return;
  } catch (const std::exception& e) {
    what = e.what();
  } catch (...) {
    what = "not a std::exception";
  }
  log::error("http.handler_threw", {{"method", method_name(route.method)},
                                    {"pattern", route.pattern},
                                    {"owner", route.owner},
                                    {"what", what}});
  guard.fail(
      Error::internal("http.handler_failed", "The server failed to answer the request.").because(what));
}

}  // namespace

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
  core_->set_fields({});
  request.client_address_ = address_;
  request.secure_ = server_->tls != nullptr;
  request.head_.assign(head);
  std::optional<Error> error;
  if (!head.empty()) error = parser_.parse_head(request, head_, server_->options.limits);
  give_trace_id();
  if (head.empty()) return;
  if (by_proxy_) believe_proxy();
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
    refuse(Error::internal("http.failed", "The server failed to read the request.")
               .because("not a std::exception"));
  }
}

// What the proxy says of the client and of how he came.
void Connection::believe_proxy() {
  Request& request = core_->request;
  const PrefixTree& trusted = server_->options.trusted_proxies;
  if (auto client = forwarded_client(request.headers(), trusted))
    request.client_address_ = std::move(*client);
  if (const auto secure = forwarded_secure(request.headers())) request.secure_ = *secure;
}

void Connection::route_request(bool more_follows) {
  Request& request = core_->request;
  core_->table = server_->routes();
  RouteTable::Match match;
  if (core_->table) match = core_->table->match(request.method, request.path, request.params_);
  if (!match.route) {
    if (match.allow.empty())
      reply_or_drain(
          problem(Error::not_found("http.not_found", "There is nothing at this address."), &request));
    else if (request.method == Method::kOptions)
      reply_or_drain(Response(204).header("Allow", match.allow));
    else
      reply_or_drain(problem(Error::malformed("http.method_not_allowed",
                                              "This address does not take that request method."),
                             &request)
                         .header("Allow", match.allow));
    return;
  }
  request.route_ = match.route;
  AccessVerdict verdict = server_->access(request, *match.route);
  request.caller_ = std::move(verdict.caller);
  core_->set_fields(std::move(verdict.fields));
  if (verdict.refused) {
    reply_or_drain(problem(*verdict.refused, &request));
    return;
  }
  if (!head_.has_body()) {
    dispatch();
    return;
  }
  body_limit_ = body_limit(*match.route);
  body_to_file_ = match.route->limits.body_to_file;
  if (!head_.chunked && head_.content_length > body_limit_) {
    reply_or_drain(problem(Error::too_large("http.body_too_large", "The body of the request is too large.")
                               .with("max", std::to_string(body_limit_)),
                           &request));
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
    case StrictParser::Progress::kMore:
      break;
  }
  enter(Phase::kBody, limits.body_timeout);
  const std::int64_t elapsed_ms = (steady_ns() - body_started_ns_) / 1'000'000;
  const auto wanted = static_cast<std::int64_t>(limits.min_upload_rate) * elapsed_ms / 1000;
  if (elapsed_ms > limits.upload_grace.count() &&
      static_cast<std::int64_t>(core_->request.body_size_) < wanted)
    refuse(Error::make(ErrorKind::kTimeout, "http.body_timeout", "The body of the request came too slowly."));
  return false;
}

bool Connection::write_body(std::string_view bytes) {
  Request& request = core_->request;
  request.body_size_ += bytes.size();
  if (request.body_size_ > (early_ ? kMaxDrain : body_limit_)) {
    body_error_ = Error::too_large("http.body_too_large", "The body of the request is too large.")
                      .with("max", std::to_string(body_limit_));
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
  run(route, core_->open(shared_from_this()), true);
}

// The body is complete and stays; what it may be was decided by the route of before.
void Connection::route_again(Exchange exchange) {
  ExchangeCore& core = ExchangeCore::of(exchange);
  if (core.answered()) return;  // its time was over, or the client has left: nothing more is done for it
  core.next_handler();
  Request& request = core.request;
  const std::shared_ptr<const RouteTable> before = std::exchange(core.table, server_->routes());
  request.forget_route();
  const RouteTable::Match match = core.table->match(request.method, request.path, request.params_);
  if (!match.route) {
    exchange.fail(Error::not_found("http.not_found", "There is nothing at this address."));
    return;
  }
  const Route& route = *match.route;
  request.route_ = &route;
  AccessVerdict verdict = server_->access(request, route);
  request.caller_ = std::move(verdict.caller);
  core.set_fields(std::move(verdict.fields));
  if (verdict.refused) {
    exchange.fail(*verdict.refused);
    return;
  }
  const std::size_t most = body_limit(route);
  if (request.body_size_ > most) {
    exchange.fail(Error::too_large("http.body_too_large", "The body of the request is too large.")
                      .with("max", std::to_string(most)));
    return;
  }
  run(route, std::move(exchange), false);
}

std::size_t Connection::body_limit(const Route& route) const {
  return route.limits.max_body != 0 ? route.limits.max_body : server_->options.limits.max_body;
}

std::string Connection::problem_text(const Error& error, const Request& request) const {
  return server_->problems(error, &request);
}

void Connection::run(const Route& route, Exchange exchange, bool on_worker) {
  if (!server_->options.executor || (on_worker && route.run == Run::kInline))
    call_handler(route, route.handler, std::move(exchange));
  else
    post(
        route, [&route](Exchange posted) { route.handler(std::move(posted)); }, std::move(exchange));
}

void Connection::run_pooled(std::function<void(Exchange)> handler, Exchange exchange) {
  const Route& route = *exchange.request().route();
  ExchangeCore::of(exchange).next_handler();
  if (!server_->options.executor) return call_handler(route, handler, std::move(exchange));
  post(route, std::move(handler), std::move(exchange));
}

// The exchange keeps the table, and with it the route.
void Connection::post(const Route& route, std::function<void(Exchange)> handler, Exchange exchange) {
  const bool taken = server_->options.executor->post(
      [&route, handler = std::move(handler), exchange] { call_handler(route, handler, exchange); });
  if (!taken)
    exchange.fail(
        Error::unavailable("http.busy", "The server is busy. Try again in a moment.").retry_after(1000));
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
  if (response.status >= 400)
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

}  // namespace opsflux::http
