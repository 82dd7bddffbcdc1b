// What one I/O worker shares with its connections, and how other threads reach it.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "host/base/files.hpp"

namespace opsflux::http {

class Connection;

class Worker {
 public:
  static constexpr std::size_t kReadSize = 64 << 10;

  Worker();  // throws std::system_error when no descriptor is left

  // Worker thread only: where every read goes; a connection keeps only what it could not use yet.
  char* scratch() { return scratch_.get(); }
  // Worker thread only: connections that ended; the transport closes their descriptors after this turn.
  std::vector<int> ended;

  // Any thread: calls Connection::on_wake on the worker soon. Repeated posts before that count once.
  void post(std::shared_ptr<Connection> connection);
  int wake_fd() const { return event_.get(); }
  // Worker thread: the connections posted since the last call.
  void take(std::vector<std::shared_ptr<Connection>>& out);
  // From now on posts are dropped.
  void close();

  // Counted by the worker alone, read by any thread.
  std::atomic<std::uint64_t> requests{0};
  std::atomic<std::uint64_t> errors{0};

 private:
  std::unique_ptr<char[]> scratch_;
  FileDescriptor event_;
  std::mutex mutex_;
  std::vector<std::shared_ptr<Connection>> posted_;
  bool signalled_ = false;
  bool closed_ = false;
};

}  // namespace opsflux::http
