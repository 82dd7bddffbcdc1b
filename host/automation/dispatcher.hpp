// Delivers what is in the outbox: at least once, in order for one ordering key, within milliseconds of the
// commit.
//
// One dispatcher a database. Rows are claimed (state running, attempt counted) in one commit, run on a few
// threads, and finished one by one. What a killed process left running is taken back at start. A row that
// fails waits longer from time to time and then rests as a dead letter; rows of the same subscriber and
// ordering key wait behind it. Rows whose subscriber is not in the snapshot (its module is inactive) are left
// alone until it is there again.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "host/automation/outbox.hpp"
#include "host/base/executor.hpp"

namespace opsflux::automation {

struct DispatcherOptions {
  std::size_t threads = 4;  // deliveries at once; a subscriber gets one less, so that a slow one leaves room
  std::size_t batch = 32;   // rows claimed for one thread at a time
  std::int64_t max_attempts = 12;
  std::chrono::milliseconds first_delay{1'000};  // doubled by every attempt
  std::chrono::milliseconds max_delay{3'600'000};
  std::chrono::milliseconds poll{30'000};  // looked at least this often, should a wake-up be missed
  // Gives the person in whose name an event is delivered the rights that he has then. Called from several
  // threads; empty: those of the role that is written with the event.
  std::function<void(Caller&)> judge = {};
  // 0 to 1, for the jitter: a delay is stretched or cut by up to a fifth. Called from several threads.
  std::function<double()> random;  // empty: a generator of its own
};

class Dispatcher {
 public:
  // Starts at once. All references must outlive it.
  Dispatcher(store::Database& database, Outbox& outbox, const Clock& clock, SubscriptionSource source,
             DispatcherOptions options = {});
  ~Dispatcher();  // stop()
  Dispatcher(const Dispatcher&) = delete;
  Dispatcher& operator=(const Dispatcher&) = delete;

  // Looks for work now; call it after the snapshot changed. Any thread.
  void wake() { signal_->raise(); }
  // Claims nothing more, lets running handlers end, gives back what was claimed and not begun. Idempotent;
  // not from a handler. Before Database::stop().
  void stop();

 private:
  struct Claimed {
    Delivery delivery;
    std::string next_at;
  };
  // What one thread works through: rows of one subscriber whose ordering keys share a shard.
  struct Lane {
    std::string subscriber;
    std::size_t shard = 0;
    std::vector<Claimed> rows;
    auto key() const { return std::pair(subscriber, shard); }
  };
  // Where a row stands among those that are due.
  struct Place {
    std::string next_at, id;
  };
  struct Held {
    std::string id;     // the row that failed
    std::string until;  // when it is tried again
  };
  using HeldKey = std::pair<std::string, std::string>;  // subscriber, ordering key

  void run();
  Result<void> recover();
  Result<void> take_back(store::Transaction& transaction);
  Result<void> load_held();

  // One look at the table. Returns how long to wait for the next one.
  Result<std::chrono::milliseconds> round();
  Result<void> collect(store::Session& session, const std::string& subscriber, const std::string& now,
                       std::vector<Lane>& lanes, std::vector<std::pair<std::string, std::string>>& postponed);
  Result<std::vector<Claimed>> due(store::Session& session, const std::string& subscriber,
                                   const std::string& now, Place& last);
  void assign(Claimed row, std::vector<Lane>& lanes,
              std::vector<std::pair<std::string, std::string>>& postponed);
  Result<void> claim(store::Transaction& transaction, const Lane& lane) const;
  Result<void> claim(std::vector<Lane>& lanes,
                     const std::vector<std::pair<std::string, std::string>>& postponed);
  void start(Lane lane);
  Result<std::chrono::milliseconds> until_next(const Subscriptions& subscriptions);

  void work(Lane& lane);
  Result<void> deliver(const Subscriptions& subscriptions, const Delivery& delivery);
  void finish(const Delivery& delivery, const Result<void>& result, std::vector<Claimed>& rest);
  void give_back(const std::vector<Claimed>& rows);
  void write_until_done(const store::WriteWork& work, std::string_view what);
  std::string retry_time(std::int64_t attempt);
  std::size_t shard_of(std::string_view ordering_key, std::string_view id) const;

  store::Database& database_;
  const Clock& clock_;
  const SubscriptionSource source_;
  const DispatcherOptions options_;
  const std::size_t shards_;
  const std::shared_ptr<OutboxSignal> signal_;

  std::mutex mutex_;                                    // guards busy_ and held_
  std::set<std::pair<std::string, std::size_t>> busy_;  // lanes at work
  std::map<HeldKey, Held> held_;
  std::set<std::pair<std::string, std::size_t>> busy_in_round_;  // as busy_ was; the dispatcher's thread only
  std::atomic<bool> stopping_ = false;
  Executor executor_;
  std::thread thread_;
};

}  // namespace opsflux::automation
