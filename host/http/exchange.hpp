// One request and the one answer it gets.
//
// An Exchange is a handle: copies share the same exchange, and any thread may answer, once. When the last
// copy is gone and nobody has answered, the client gets 500. Handles may outlive the connection and the
// server; answering is then without effect.
#pragma once

#include <functional>
#include <memory>

#include "host/base/error.hpp"
#include "host/http/event_stream.hpp"
#include "host/http/request.hpp"
#include "host/http/response.hpp"

namespace opsflux::http {

class ExchangeCore;

class Exchange {
 public:
  Exchange(const Exchange& other);
  Exchange(Exchange&& other) noexcept = default;
  Exchange& operator=(Exchange other) noexcept;
  ~Exchange();

  // Valid while this or another copy lives.
  Request& request();
  const Request& request() const;

  // Sends the answer. False when it was answered before, the client has left, or the route's deadline
  // has passed; the response is then dropped. Any thread; never blocks.
  bool respond(Response response);
  // Answers with problem+json, written by the server's ProblemWriter.
  bool fail(const Error& error);
  // "Name: value\r\n" for each: sent with the answer, be it by respond() or fail(). Before either, by the
  // thread that has the request.
  void add_fields(std::string_view lines);
  // What fail() would send, as JSON text, for an answer that tells of several failures.
  std::string problem(const Error& error) const;
  // Answers 200 with a stream of server-sent events. A closed stream when it is too late to answer.
  EventStream respond_events();

  // Continues on the server's executor, for a handler that runs inline and found that it would have to wait.
  // Whoever calls this gives the exchange away.
  void run_pooled(std::function<void(Exchange)> handler);

  // Finds the route anew, in the table of this moment, asks the access check again and runs the handler
  // found, as if the request had come now: for requests that were held back while what serves them was
  // changed. Any thread. Whoever calls this gives the exchange away: he neither answers nor asks about the
  // request later.
  void route_again();

  // True once the client has left, the deadline has passed, or the server stops for good, before an answer.
  bool cancelled() const;
  // Calls `fn` once when that happens, at once if it has happened; on any thread; must not block. A second
  // call replaces the function. Not called when the exchange was answered in time.
  void on_cancel(std::function<void()> fn);

 private:
  friend class ExchangeCore;
  explicit Exchange(std::shared_ptr<ExchangeCore> core);

  std::shared_ptr<ExchangeCore> core_;
};

}  // namespace opsflux::http
