// The reading half of a connection: bytes in, turns, deadlines, the end. All of it runs on the connection's
// I/O worker; what is done with a complete head is in connection_request.cpp.
#include <sys/socket.h>

#include "host/base/log.hpp"
#include "host/http/connection.hpp"
#include "host/http/response_head.hpp"
#include "host/http/server_core.hpp"
#include "host/http/worker.hpp"

namespace opsflux::http {
namespace {

constexpr int kReadsPerTurn = 4;             // then the other connections of the worker
constexpr std::size_t kMaxLinger = 1 << 20;  // bytes dropped after a last answer

}  // namespace

void Connection::enter(Phase phase, std::chrono::milliseconds timeout) {
  phase_.store(phase, std::memory_order_relaxed);
  deadline_ns_.store(timeout.count() > 0 ? steady_ns() + timeout.count() * 1'000'000 : 0,
                     std::memory_order_relaxed);
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
      if (hangup)
        end();
      else if (streaming)
        discard_stream_input();
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
  if (!good)
    end();
  else if (!plain.empty())
    consume(plain);
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
    case Input::kHead:
      return read_head(bytes);
    case Input::kBody:
      return read_body(bytes);
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
  const std::size_t size =
      (state == HeadScanner::State::kComplete ? scanner_.end : bytes.size()) - scanner_.start;
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
  if (!too_large)
    refuse(Error::malformed("http.malformed", "The request is not well-formed HTTP/1.1."));
  else if (line)
    refuse(Error::too_large("http.header_too_large", "The header of the request is too large."));
  else
    refuse(Error::too_large("http.target_too_long", "The address of the request is too long."));
  return true;
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
    if (busy && streaming)
      end_events();
    else if (!busy && !lingering_ && input_ == Input::kHead && leftover_.empty())
      end();
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
      refuse(Error::make(ErrorKind::kTimeout, "http.body_timeout",
                         "The body of the request did not come in time."));
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
    case Phase::kEnded:
      return;
    case Phase::kFirst:
    case Phase::kIdle:
    case Phase::kWriting:
    case Phase::kStreaming:
    case Phase::kLinger:
      end();
      return;
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
