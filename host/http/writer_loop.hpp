// A thread that continues the output of slow clients, and sends files, so that neither holds up the I/O
// workers. The first of a server also looks after deadlines.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_map>

#include "host/base/files.hpp"

namespace opsflux::http {

class Connection;

class WriterLoop {
 public:
  // `tick` is called every `interval`; an empty function: never. Throws std::system_error.
  WriterLoop(std::string name, std::function<void()> tick, std::chrono::milliseconds interval);
  ~WriterLoop();
  void start();
  void stop();  // joins; watched connections are let go

  // Calls Connection::on_writable once as soon as `fd` takes bytes again. Any thread.
  void watch(int fd, std::shared_ptr<Connection> connection);
  // Must precede the closing of `fd`: the socket may live on under another number.
  void forget(int fd, std::uint64_t connection_id);

 private:
  void run();

  const std::string name_;
  const std::function<void()> tick_;
  const std::chrono::milliseconds interval_;
  FileDescriptor epoll_, event_;
  std::mutex mutex_;
  std::unordered_map<std::uint64_t, std::shared_ptr<Connection>> watched_;  // by connection id
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace opsflux::http
