// Something that happened, and one delivery of it to one subscriber.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/caller.hpp"
#include "host/base/clock.hpp"
#include "host/base/error.hpp"
#include "host/base/json.hpp"

namespace opsflux::automation {

struct Event {
  std::string name;          // "tiers.company.created"
  std::string ordering_key;  // what must be delivered in order: "tiers.company/<id>"; empty: no order
  Json payload;              // an object; what a trigger gets as its parameter
  Caller actor;              // who made it happen; session and address are not kept
  UtcNs not_before = 0;      // is not delivered earlier
};

struct Delivery {
  std::string id;  // of this event for this subscriber: the same in every attempt, so repeats can be told
  std::string event_id;  // the same for all subscribers
  std::string event;
  std::string subscriber;
  std::string ordering_key;
  Json payload;
  Caller actor;
  std::int64_t attempt = 1;   // counted from 1
  bool last_attempt = false;  // failing now makes it a dead letter
  std::string created_at;     // UTC text
};

// One durable listener. The handler may be called from several threads at once (never for two deliveries with
// one ordering key), and more than once for one delivery. It should end within seconds: others wait for its
// thread. An error means: again later.
struct Subscription {
  std::string id;  // stable over restarts and upgrades: "tiers:triggers/review.lua"; one row an event and id
  std::string event;  // exact name
  std::function<Result<void>(const Delivery&)> handler;
};

// Everything that listens at one moment; part of the registry snapshot. Immutable.
class Subscriptions {
 public:
  explicit Subscriptions(std::vector<Subscription> all);

  const std::vector<Subscription>& all() const { return all_; }
  std::vector<const Subscription*> listening_to(std::string_view event) const;
  const Subscription* find(std::string_view subscriber,
                           std::string_view event) const;               // nullptr: not there (any more)
  const std::vector<std::string>& subscribers() const { return ids_; }  // distinct ids, sorted
  bool has(std::string_view subscriber) const;

 private:
  std::vector<Subscription> all_;  // sorted by event, then id
  std::vector<std::string> ids_;
};

// The snapshot of now. Whoever holds the pointer keeps the handlers, and what they belong to, alive.
using SubscriptionSource = std::function<std::shared_ptr<const Subscriptions>()>;

// The actor as stored, and back. Session and address are left out: they mean nothing later.
Json caller_to_json(const Caller& caller);
Caller caller_from_json(const Json& json);

}  // namespace opsflux::automation
