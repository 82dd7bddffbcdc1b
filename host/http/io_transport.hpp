// The bridge to Pistache's sockets: its listener accepts, its reactor's threads call us, and nothing else of
// it is used. The only place that includes its headers.
//
// Facts of Pistache 0.0.5 that shape this: the worker of a connection is its descriptor modulo the number of
// workers; a descriptor is closed by Transport::removePeer only, on its worker; Listener::shutdown() stops
// the workers too; its cross-thread queue can lose a wake-up (see PeersQueue in the source).
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "host/base/error.hpp"

namespace opsflux::http {

class ServerCore;

class IoListener {
 public:
  // Binds and listens; connections are taken from start() on.
  static Result<std::unique_ptr<IoListener>> bind(std::shared_ptr<ServerCore> core);
  ~IoListener();  // stops the threads; all connections must have ended

  std::uint16_t port() const;
  void start();
  // Refuses connections from now on; the ones there are stay.
  void stop_accepting();

 private:
  struct Impl;
  explicit IoListener(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace opsflux::http
