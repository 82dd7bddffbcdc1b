// What all handles of one exchange share.
//
// States: open -> answered (claimed by the one who answers, or by a cancellation). Reused by its connection
// for the next request once released, so that the hot path allocates nothing.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>

#include "host/http/exchange.hpp"
#include "host/http/router.hpp"

namespace opsflux::http {

class Connection;

class ExchangeCore : public std::enable_shared_from_this<ExchangeCore> {
 public:
  static ExchangeCore& of(const Exchange& exchange) { return *exchange.core_; }

  Request request;
  std::shared_ptr<const RouteTable> table;  // keeps alive what the route belongs to
  bool keep_alive = false;                  // as the client wishes
  bool http_1_0 = false;

  // Worker: the first handle for a request that was read, and the way back after it.
  Exchange open(std::shared_ptr<Connection> connection);
  bool released() const { return released_.load(std::memory_order_acquire); }

  // Lines of the answer's head that do not depend on who answers. Any thread.
  void set_fields(std::string lines);
  void add_fields(std::string_view lines);
  std::string fields() const;

  // Any thread, each at most once with effect.
  bool respond(Response response);
  bool fail(const Error& error);
  bool start_events();
  // Nobody can answer any more.
  void cancel();
  // The deadline has passed: answers 504, then tells the handler as cancel() does.
  void expire();
  // The client is gone: cancel() before an answer, events_ended() in a stream of events.
  void connection_lost();
  bool cancelled() const { return cancelled_.load(); }
  void on_cancel(std::function<void()> fn);

  bool send_event(std::string_view event, std::string_view data, std::string_view id);
  void end_events();
  bool events_open() const { return streaming_.load(); }
  // The stream is over, whoever ended it: calls on_close once.
  void events_ended();
  void on_close(std::function<void()> fn);

  // After the handler: a stream of events needs the route and what it belongs to no longer, however long it
  // lives.
  void let_go_of_route(std::uint32_t handler);
  // Numbers the handlers that the exchange was given to, one after another.
  std::uint32_t handler() const { return handler_.load(); }
  void next_handler() { ++handler_; }
  bool answered() const { return claimed_.load(); }
  void route_again(Exchange exchange);
  std::string problem(const Error& error) const;
  void run_pooled(std::function<void(Exchange)> handler, Exchange exchange);

  void add_handle() { handles_.fetch_add(1, std::memory_order_relaxed); }
  void drop_handle();
  // For those who know the exchange without a handle: false when the last one has gone.
  bool try_add_handle();

 private:
  bool claim() { return !claimed_.exchange(true); }
  void release();
  void notify_cancel();

  std::atomic<std::uint32_t> handles_{0};
  std::atomic<bool> released_{true};
  std::atomic<bool> claimed_{false};
  std::atomic<bool> cancelled_{false};
  std::atomic<bool> streaming_{false};
  std::atomic<std::uint32_t> handler_{0};
  bool stream_over_ = false;  // with mutex_
  std::shared_ptr<Connection> connection_;
  mutable std::mutex mutex_;  // the fields and the callbacks
  std::string fields_;
  std::function<void()> on_cancel_;
  std::function<void()> on_close_;
};

}  // namespace opsflux::http
