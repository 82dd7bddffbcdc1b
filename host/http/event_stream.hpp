// A stream of server-sent events (text/event-stream) to one client.
//
// A handle: copies share the stream; all functions may be called from any thread and never block. The
// server sends a comment every ServerLimits::event_ping so that proxies keep the connection open.
#pragma once

#include <functional>
#include <memory>
#include <string_view>

namespace opsflux::http {

class ExchangeCore;

class EventStream {
 public:
  EventStream() = default;  // closed

  // Queues one event; `data` may have several lines. False when the stream is closed, or when the client
  // reads so slowly that more than ServerLimits::max_event_queue bytes wait: the stream is then closed,
  // and the client reconnects with its Last-Event-ID. CR and LF in `event` and `id` are dropped.
  bool send(std::string_view event, std::string_view data, std::string_view id = {}) const;
  // Ends the stream after what was queued. Also done when the last copy goes.
  void close() const;
  bool open() const;
  // Calls `fn` once when the stream ends for whatever reason (client left, close(), server stops); at
  // once if it has ended. A second call replaces the function.
  void on_close(std::function<void()> fn) const;

 private:
  friend class Exchange;
  struct Tail;  // closes the stream with the last copy
  explicit EventStream(std::shared_ptr<ExchangeCore> core);

  std::shared_ptr<Tail> tail_;
};

}  // namespace opsflux::http
