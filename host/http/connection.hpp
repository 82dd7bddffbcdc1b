// One client connection.
//
// Input belongs to one I/O worker: nobody else touches what stands under "worker only". Output may be
// written from any thread under mutex_. Between a request and its answer the connection is `busy_`: the
// worker reads nothing (the client is held back by TCP), and whoever finishes the answer hands back, waking
// the worker only when it has something to continue with.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "host/http/exchange_core.hpp"
#include "host/http/output.hpp"
#include "host/http/response_head.hpp"
#include "host/http/spool.hpp"
#include "host/http/strict_parser.hpp"

namespace opsflux::http {

class ServerCore;
class Worker;

inline std::int64_t steady_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

class Connection final : public std::enable_shared_from_this<Connection>, private BodySink {
 public:
  // `fd` is the I/O library's descriptor; `socket` a duplicate of it for output.
  Connection(std::uint64_t id, std::shared_ptr<ServerCore> server, std::shared_ptr<Worker> worker, int fd,
             FileDescriptor socket, std::string address);

  const std::uint64_t id;
  std::atomic<bool> posted{false};  // of Worker::post

  // ---- worker only
  // Something may be read; `closing`: the client has closed its side, `hangup`: both sides are gone.
  void on_event(bool closing, bool hangup);
  // Continues after an answer, acts on a deadline that has passed, or on the server's stop.
  void on_wake();
  void end();  // lets go of everything; the worker then closes the descriptor

  // ---- any thread
  bool answer(ExchangeCore& core, Response response);
  Response problem(const Error& error, const Request* request) const;
  std::string problem_text(const Error& error, const Request& request) const;
  bool start_events(ExchangeCore& core);
  void route_again(Exchange exchange);
  void run_pooled(std::function<void(Exchange)> handler, Exchange exchange);
  bool send_event(std::string text);  // an event or a comment in its final form
  void end_events();
  void cut();  // the server does not wait for it any longer
  void wake();

  // ---- the writer's thread
  void on_writable();
  bool due(std::int64_t now) const;  // cheap; under the registry's lock
  void on_due(std::int64_t now);

 private:
  enum class Input : std::uint8_t { kHead, kBody, kLinger };
  enum class Phase : std::uint8_t {
    kFirst,
    kIdle,
    kHead,
    kBody,
    kHandling,
    kWriting,
    kStreaming,
    kLinger,
    kEnded
  };

  // ---- worker only
  void read(bool until_end);
  void discard_stream_input();
  void take(std::string_view bytes);
  void consume(std::string_view bytes);
  bool step(std::string_view& bytes);  // false: more bytes are needed
  bool read_head(std::string_view& bytes);
  bool read_body(std::string_view& bytes);
  void settle();
  void begin_request(std::string_view head, bool more_follows);
  void believe_proxy();
  void route_request(bool more_follows);
  void begin_body(bool more_follows);
  void give_trace_id();
  bool write_body(std::string_view bytes) override;
  void body_complete();
  void dispatch();
  // On the executor, or at once where there is none or the route is inline and this is the connection's
  // worker.
  void run(const Route& route, Exchange exchange, bool on_worker);
  void post(const Route& route, std::function<void(Exchange)> handler, Exchange exchange);
  std::size_t body_limit(const Route& route) const;
  void reply(Response response);           // of the server itself, instead of a handler
  void reply_or_drain(Response response);  // the same, with a body still to come
  void refuse(const Error& error);         // the same, and the connection ends
  void expire(std::int64_t deadline);
  void enter(Phase phase, std::chrono::milliseconds timeout);

  HeadOptions head_options(const ExchangeCore& core, bool keep_alive, bool chunked) const;

  // ---- with mutex_
  void after_write(Output::State state);
  void finished();
  void broken();
  void watch();

  const std::shared_ptr<ServerCore> server_;
  const std::shared_ptr<Worker> worker_;

  // worker only
  const int fd_;
  const std::string address_;
  const bool by_proxy_;  // the peer is a trusted proxy
  Input input_ = Input::kHead;
  bool ended_ = false;
  bool dispatched_ = false;  // a request was handed over in this turn
  bool more_input_ = false;  // the socket may have more than was read
  std::string leftover_;     // read, not used yet
  HeadScanner scanner_;
  StrictParser parser_;
  Head head_;
  std::shared_ptr<ExchangeCore> core_;  // of the current request, or spare
  std::uint32_t request_number_ = 0;
  std::uint64_t body_limit_ = 0;
  bool body_to_file_ = false;
  std::int64_t body_started_ns_ = 0;
  std::optional<Response> early_;    // to be sent when the rest of the body was dropped
  std::optional<Error> body_error_;  // why write_body said no
  Spool spool_;
  std::size_t lingered_ = 0;  // bytes dropped

  // shared
  std::atomic<bool> busy_{false};
  std::atomic<bool> cut_{false};
  std::atomic<Phase> phase_{Phase::kFirst};
  std::atomic<std::int64_t> deadline_ns_{0};  // 0: none
  std::atomic<std::int64_t> next_ping_ns_{0};

  std::mutex mutex_;
  Output output_;  // with mutex_, as all that follows
  bool closed_ = false;
  bool broken_ = false;       // writing failed: the worker must end it
  bool dispatching_ = false;  // the worker will look at busy_ itself
  bool input_pending_ = false;
  bool has_leftover_ = false;
  bool answering_ = false;  // an answer or a stream was begun and is not complete
  bool keep_ = false;       // after the current answer
  bool lingering_ = false;
  bool streaming_ = false;
  bool stream_chunked_ = false;
  bool stream_done_ = false;
  bool watched_ = false;  // was ever given to the writer
  std::uint64_t sent_mark_ = 0;
};

}  // namespace opsflux::http
