// Live events to the open browsers, over server-sent events.
#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/caller.hpp"
#include "host/http/router.hpp"

namespace opsflux::live {

// Safe from any thread; publishing never blocks on a slow reader (its stream is closed instead).
class LiveHub {
 public:
  using Visible = std::function<bool(const Caller&)>;
  struct Topic {
    std::string name;
    bool last = false;
  };

  // Sends to everybody who is listening and for whom `visible` holds (empty: everybody).
  void publish(std::string_view event, std::string_view data, const Visible& visible = {});
  // The same, and to those who listen to this topic only. `last`: the topic ends, and their streams with it.
  void publish(const Topic& topic, std::string_view event, std::string_view data,
               const Visible& visible = {});

  // Answers with a stream that is sent what is published on the topic from now on; may be closed by the
  // caller.
  http::EventStream listen(http::Exchange exchange, std::string topic);
  // From now on the session's streams are sent what this caller may see; first of all "rights", by which a
  // page learns that other things are allowed now.
  void caller_changed(const std::string& session_id, const std::shared_ptr<const Caller>& caller);
  // Ends the streams of a session that has ended.
  void end_session(const std::string& session_id);
  // Whether anybody listens: lets a publisher on a hot path skip making the data.
  bool anybody() const { return listeners_.load(std::memory_order_relaxed) != 0; }

  // GET /api/v1/events.
  std::vector<http::Route> routes();

 private:
  struct Listener {
    http::EventStream stream;
    std::shared_ptr<const Caller> caller;
    std::string topic;  // empty: everything
  };

  static constexpr std::size_t kRemembered = 4096;
  std::mutex mutex_;
  // Sessions that ended lately: one that ends while its stream begins is found here.
  std::deque<std::string> ended_;
  std::vector<Listener> streams_;
  std::atomic<std::size_t> listeners_{0};
};

}  // namespace opsflux::live
