#include "host/services/live/live_hub.hpp"

#include "host/http/event_stream.hpp"
#include "host/http/exchange.hpp"

namespace opsflux::live {

http::EventStream LiveHub::listen(http::Exchange exchange, std::string topic) {
  const std::shared_ptr<const Caller> caller = exchange.request().shared_caller();
  const http::EventStream stream = exchange.respond_events();
  std::lock_guard lock(mutex_);
  std::erase_if(streams_, [](const Listener& listener) { return !listener.stream.open(); });
  if (!caller->session_id.empty() &&
      std::find(ended_.begin(), ended_.end(), caller->session_id) != ended_.end()) {
    stream.close();
    return stream;
  }
  streams_.push_back({stream, caller, std::move(topic)});
  listeners_ = streams_.size();
  return stream;
}

void LiveHub::publish(std::string_view event, std::string_view data, const Visible& visible) {
  publish(Topic{}, event, data, visible);
}

void LiveHub::publish(const Topic& topic, std::string_view event, std::string_view data,
                      const Visible& visible) {
  if (!anybody()) return;
  std::lock_guard lock(mutex_);
  std::erase_if(streams_, [&](const Listener& listener) {
    const bool hears = listener.topic.empty() || listener.topic == topic.name;
    if (!hears || (visible && !visible(*listener.caller))) return !listener.stream.open();
    if (!listener.stream.send(event, data)) return true;
    if (listener.topic.empty() || !topic.last) return false;
    listener.stream.close();
    return true;
  });
  listeners_ = streams_.size();
}

void LiveHub::caller_changed(const std::string& session_id, const std::shared_ptr<const Caller>& caller) {
  const std::lock_guard lock(mutex_);
  for (Listener& listener : streams_) {
    if (listener.caller->session_id != session_id) continue;
    listener.caller = caller;
    if (listener.topic.empty()) listener.stream.send("rights", "{}");
  }
}

void LiveHub::end_session(const std::string& session_id) {
  std::lock_guard lock(mutex_);
  ended_.push_back(session_id);
  if (ended_.size() > kRemembered) ended_.pop_front();
  std::erase_if(streams_, [&](const Listener& listener) {
    if (listener.caller->session_id != session_id) return !listener.stream.open();
    listener.stream.close();
    return true;
  });
  listeners_ = streams_.size();
}

std::vector<http::Route> LiveHub::routes() {
  std::vector<http::Route> out;
  out.push_back({http::Method::kGet,
                 "/api/v1/events",
                 http::Access::signed_in(),
                 http::Run::kInline,
                 {},
                 [this](http::Exchange exchange) { listen(std::move(exchange), "").send("hello", "{}"); }});
  return out;
}

}  // namespace opsflux::live
