#include "host/services/live/live_hub.hpp"

#include "host/http/event_stream.hpp"
#include "host/http/exchange.hpp"

namespace opsflux::live {

void LiveHub::add(http::Exchange exchange) {
  const std::shared_ptr<const Caller> caller = exchange.request().shared_caller();
  const http::EventStream stream = exchange.respond_events();
  stream.send("hello", "{}");
  std::lock_guard lock(mutex_);
  std::erase_if(streams_, [](const Listener& listener) { return !listener.stream.open(); });
  streams_.push_back({stream, caller});
  listeners_ = streams_.size();
}

void LiveHub::publish(std::string_view event, std::string_view data, const Visible& visible) {
  if (!anybody()) return;
  std::lock_guard lock(mutex_);
  std::erase_if(streams_, [&](const Listener& listener) {
    if (visible && !visible(*listener.caller)) return !listener.stream.open();
    return !listener.stream.send(event, data);
  });
  listeners_ = streams_.size();
}

std::vector<http::Route> LiveHub::routes() {
  std::vector<http::Route> out;
  out.push_back({http::Method::kGet, "/api/v1/events", http::Access::signed_in(), http::Run::kInline, {}, [this](http::Exchange exchange) { add(std::move(exchange)); }});
  return out;
}

}  // namespace opsflux::live
