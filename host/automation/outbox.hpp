// The table of deliveries: what was announced inside of a transaction and must reach every subscriber.
//
//   pending -> running -> done
//      ^          |-----> dead       after DispatcherOptions::max_attempts, until replay()
//      |----------'                  later again
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "host/automation/event.hpp"
#include "host/base/clock.hpp"
#include "host/base/ids.hpp"
#include "host/store/database.hpp"

namespace opsflux::automation {

// Wakes the dispatcher; shared, because a commit may outlive it. Safe from any thread.
class OutboxSignal {
 public:
  void raise();
  // Waits until raised or `at_most` passed, then lowers it. False: time passed.
  bool wait(std::chrono::milliseconds at_most);

 private:
  std::mutex mutex_;
  std::condition_variable condition_;
  bool raised_ = false;
};

struct OutboxRow {
  std::string id, event_id, event, subscriber, ordering_key;
  std::string state;
  std::int64_t attempts = 0;
  std::string next_at, created_at, finished_at, last_error;
};

struct OutboxCounts {
  std::int64_t pending = 0, running = 0, done = 0, dead = 0;
};

// Safe from any thread.
class Outbox {
 public:
  Outbox(store::Database& database, const Clock& clock, IdSource& ids);

  // Writes one row for each subscription to the event, in the caller's transaction, and wakes the dispatcher
  // after its commit. Without a subscription nothing is written. Returns how many rows. Invalid
  // "outbox.payload" when the payload is not an object.
  Result<std::size_t> enqueue(store::Transaction& transaction, const Subscriptions& subscriptions,
                              const Event& event);

  // Makes a dead delivery pending, with its attempts counted anew. NotFound "outbox.not_dead" otherwise.
  Result<void> replay(std::string_view id);

  // The dead letters, newest first.
  Result<std::vector<OutboxRow>> dead(std::size_t limit);
  Result<OutboxRow> get(std::string_view id);  // NotFound "outbox.not_found"
  Result<OutboxCounts> counts();
  // Removes what was done before `before`. Returns how many.
  Result<std::int64_t> prune(UtcNs before);

  std::shared_ptr<OutboxSignal> signal() const { return signal_; }

 private:
  Result<std::vector<OutboxRow>> select(std::string_view condition, store::Params params);

  store::Database& database_;
  const Clock& clock_;
  IdSource& ids_;
  const std::shared_ptr<OutboxSignal> signal_ = std::make_shared<OutboxSignal>();
};

}  // namespace opsflux::automation
