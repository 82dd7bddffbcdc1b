// What all connections of a server share. Outlives the Server as long as an exchange is held.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "host/http/server.hpp"
#include "host/http/tls.hpp"
#include "host/http/writer_loop.hpp"

namespace opsflux::http {

class Connection;
class Worker;

class ServerCore {
 public:
  ServerCore(ServerOptions options, RouteSource routes, AccessCheck access, ProblemWriter problems)
      : options(std::move(options)),
        routes(std::move(routes)),
        access(std::move(access)),
        problems(std::move(problems)) {}

  ServerOptions options;
  const RouteSource routes;
  const AccessCheck access;
  const ProblemWriter problems;
  std::shared_ptr<TlsContext> tls;               // null: plain
  std::vector<std::shared_ptr<Worker>> workers;  // complete before the first connection
  std::vector<std::unique_ptr<WriterLoop>> writers;
  int dup_floor = 0;         // descriptors for output are at or above this number
  std::string trace_prefix;  // 16 hexadecimal digits of this run
  std::atomic<std::uint64_t> next_trace{0};
  std::atomic<bool> draining{false};
  std::atomic<std::uint64_t> accepted{0}, refused{0};

  WriterLoop& writer_of(std::uint64_t connection_id) { return *writers[connection_id % writers.size()]; }

  // The registry. False: as many connections as allowed; nothing was added.
  bool add(const std::shared_ptr<Connection>& connection);
  void remove(std::uint64_t id);
  std::size_t count() const { return count_.load(); }
  void each(const std::function<void(const std::shared_ptr<Connection>&)>& visit);
  // Wakes connections whose deadline has passed, and sends pings. Called by a writer's thread.
  void sweep();
  // Waits until no connection is left; false when `timeout` passed first.
  bool wait_empty(std::chrono::milliseconds timeout);

 private:
  std::mutex mutex_;
  std::condition_variable empty_;
  std::unordered_map<std::uint64_t, std::shared_ptr<Connection>> connections_;
  std::atomic<std::size_t> count_{0};
};

}  // namespace opsflux::http
