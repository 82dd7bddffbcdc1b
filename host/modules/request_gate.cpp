#include "host/modules/request_gate.hpp"

#include <utility>

namespace opsflux::modules {

void RequestGate::hold(http::Exchange exchange) {
  {
    const std::lock_guard lock(mutex_);
    if (!open_) return held_.push_back(std::move(exchange));
  }
  exchange.route_again();
}

void RequestGate::open() {
  std::vector<http::Exchange> held;
  {
    const std::lock_guard lock(mutex_);
    open_ = true;
    held.swap(held_);
  }
  for (http::Exchange& exchange : held) exchange.route_again();
}

}  // namespace opsflux::modules
