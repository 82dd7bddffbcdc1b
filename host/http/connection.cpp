// The writing half of a connection: any thread, under mutex_.
#include "host/http/connection.hpp"

#include "host/http/forwarded.hpp"
#include "host/http/response_head.hpp"
#include "host/http/server_core.hpp"
#include "host/http/worker.hpp"

namespace opsflux::http {
namespace {

constexpr std::size_t kJoin = 16 << 10;        // a body up to here is sent in one piece with its head
constexpr std::size_t kWriteBudget = 1 << 20;  // of one turn of the writer

std::string chunk(std::string_view text) {
  char size[20];
  const int length = std::snprintf(size, sizeof size, "%zx\r\n", text.size());
  std::string out;
  out.reserve(static_cast<std::size_t>(length) + text.size() + 2);
  out.append(size, static_cast<std::size_t>(length)).append(text).append("\r\n");
  return out;
}

}  // namespace

Connection::Connection(std::uint64_t id, std::shared_ptr<ServerCore> server, std::shared_ptr<Worker> worker,
                       int fd, FileDescriptor socket, std::string address)
    : id(id),
      server_(std::move(server)),
      worker_(std::move(worker)),
      fd_(fd),
      address_(std::move(address)),
      by_proxy_(is_trusted(server_->options.trusted_proxies, address_)),
      output_(std::move(socket), server_->tls ? std::make_unique<TlsSession>(server_->tls) : nullptr) {
  enter(Phase::kFirst, server_->options.limits.header_timeout);
}

void Connection::wake() { worker_->post(shared_from_this()); }

Response Connection::problem(const Error& error, const Request* request) const {
  return problem_response(error, request, server_->problems);
}

HeadOptions Connection::head_options(const ExchangeCore& core, bool keep_alive, bool chunked) const {
  return {.http_1_0 = core.http_1_0,
          .keep_alive = keep_alive,
          .chunked = chunked,
          .hsts = core.request.secure() && server_->options.hsts,
          .fields = core.fields()};
}

bool Connection::answer(ExchangeCore& core, Response response) {
  apply_conditions(core.request, response, server_->problems);
  const bool keep = core.keep_alive && !server_->draining.load(std::memory_order_relaxed);
  thread_local std::string head;
  head.clear();
  append_head(head, response, head_options(core, keep, false));
  if (core.request.method == Method::kHead) response.body = std::string();
  if (auto* text = std::get_if<std::string>(&response.body); text && text->size() <= kJoin) {
    head += *text;
    text->clear();
  }
  std::lock_guard lock(mutex_);
  if (closed_) return false;
  keep_ = keep;
  answering_ = true;
  after_write(output_.write(head, std::move(response.body)));
  return true;
}

void Connection::after_write(Output::State state) {
  switch (state) {
    case Output::State::kDone:
      finished();
      return;
    case Output::State::kFailed:
      broken();
      return;
    case Output::State::kBlocked:
      if (!streaming_) phase_.store(Phase::kWriting, std::memory_order_relaxed);
      deadline_ns_.store(steady_ns() + server_->options.limits.write_timeout.count() * 1'000'000,
                         std::memory_order_relaxed);
      watch();
      return;
  }
}

// All of the answer is with the kernel: hands the connection back to its worker.
void Connection::finished() {
  if (!answering_) return;  // only a handshake or an interim answer was waiting
  if (streaming_ && !stream_done_) {
    deadline_ns_.store(0, std::memory_order_relaxed);
    return;
  }
  answering_ = streaming_ = false;
  bool go_on = input_pending_ || has_leftover_;
  if (keep_) {
    enter(Phase::kIdle, server_->options.limits.keep_alive_timeout);
  } else {
    // Closing at once, with input unread, would make TCP throw away what the client has not read yet.
    output_.finish();
    lingering_ = true;
    enter(Phase::kLinger, server_->options.limits.linger_timeout);
    go_on = true;
  }
  const bool post = go_on && !dispatching_;
  busy_.store(false, std::memory_order_release);
  if (post) wake();
}

void Connection::broken() {
  broken_ = true;
  output_.abort();
  wake();
}

void Connection::watch() {
  watched_ = true;
  sent_mark_ = output_.sent();
  server_->writer_of(id).watch(output_.fd(), shared_from_this());
}

void Connection::on_writable() {
  std::lock_guard lock(mutex_);
  if (closed_ || broken_) return;
  const Output::State state = output_.drain(kWriteBudget);
  if (state != Output::State::kBlocked) {
    after_write(state);
    return;
  }
  if (output_.sent() != sent_mark_)
    deadline_ns_.store(steady_ns() + server_->options.limits.write_timeout.count() * 1'000'000,
                       std::memory_order_relaxed);
  watch();
}

bool Connection::start_events(ExchangeCore& core) {
  Response response(200);
  response.header("Content-Type", "text/event-stream")
      .header("Cache-Control", "no-store")
      .header("X-Accel-Buffering", "no");
  const bool head_only = core.request.method == Method::kHead;
  std::string head;
  append_head(head, response, head_options(core, false, !core.http_1_0));

  std::lock_guard lock(mutex_);
  if (closed_) return false;
  keep_ = false;
  answering_ = streaming_ = true;
  stream_chunked_ = !core.http_1_0;
  stream_done_ = head_only || server_->draining.load();
  if (stream_done_ && !head_only && stream_chunked_) head += "0\r\n\r\n";
  phase_.store(Phase::kStreaming, std::memory_order_relaxed);
  deadline_ns_.store(0, std::memory_order_relaxed);
  next_ping_ns_.store(steady_ns() + server_->options.limits.event_ping.count() * 1'000'000,
                      std::memory_order_relaxed);
  const bool done = stream_done_;
  after_write(output_.write(head, std::string()));
  // What came while the request was handled may have been the client's farewell.
  if (!done && (input_pending_ || has_leftover_)) wake();
  return !done;
}

bool Connection::send_event(std::string text) {
  std::lock_guard lock(mutex_);
  if (closed_ || broken_ || !streaming_ || stream_done_) return false;
  if (output_.waiting() + text.size() > server_->options.limits.max_event_queue) {
    broken();
    return false;
  }
  const bool idle = output_.idle();
  output_.push(stream_chunked_ ? chunk(text) : std::move(text));
  next_ping_ns_.store(steady_ns() + server_->options.limits.event_ping.count() * 1'000'000,
                      std::memory_order_relaxed);
  if (idle) after_write(output_.drain(std::size_t(-1)));
  return !broken_;
}

void Connection::end_events() {
  std::lock_guard lock(mutex_);
  if (closed_ || broken_ || !streaming_ || stream_done_) return;
  stream_done_ = true;
  const bool idle = output_.idle();
  if (stream_chunked_) output_.push(std::string("0\r\n\r\n"));
  if (idle) after_write(output_.drain(std::size_t(-1)));
}

void Connection::cut() {
  cut_ = true;
  wake();
}

bool Connection::due(std::int64_t now) const {
  const std::int64_t deadline = deadline_ns_.load(std::memory_order_relaxed);
  if (deadline != 0 && now >= deadline) return true;
  return phase_.load(std::memory_order_relaxed) == Phase::kStreaming &&
         now >= next_ping_ns_.load(std::memory_order_relaxed);
}

void Connection::on_due(std::int64_t now) {
  const std::int64_t deadline = deadline_ns_.load(std::memory_order_relaxed);
  if (deadline != 0 && now >= deadline)
    wake();
  else if (phase_.load(std::memory_order_relaxed) == Phase::kStreaming)
    send_event(":\n\n");
}

}  // namespace opsflux::http
