// Holds back the requests to some modules while an upgrade changes what they stand on.
#pragma once

#include <mutex>
#include <vector>

#include "host/http/exchange.hpp"

namespace opsflux::modules {

// Thread: any.
class RequestGate {
 public:
  // Keeps the exchange until the gate opens; is it open already, the request goes on at once.
  void hold(http::Exchange exchange);
  // Lets everybody go on, by the routes of now. Idempotent.
  void open();

 private:
  std::mutex mutex_;
  bool open_ = false;
  std::vector<http::Exchange> held_;
};

}  // namespace opsflux::modules
