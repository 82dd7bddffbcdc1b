#include "host/automation/event.hpp"

#include <tuple>

namespace opsflux::automation {

Subscriptions::Subscriptions(std::vector<Subscription> all) : all_(std::move(all)) {
  std::sort(all_.begin(), all_.end(), [](const Subscription& a, const Subscription& b) {
    return std::tie(a.event, a.id) < std::tie(b.event, b.id);
  });
  for (const auto& subscription : all_) ids_.push_back(subscription.id);
  std::sort(ids_.begin(), ids_.end());
  ids_.erase(std::unique(ids_.begin(), ids_.end()), ids_.end());
}

std::vector<const Subscription*> Subscriptions::listening_to(std::string_view event) const {
  auto it = std::lower_bound(all_.begin(), all_.end(), event,
                             [](const Subscription& s, std::string_view name) { return s.event < name; });
  std::vector<const Subscription*> out;
  for (; it != all_.end() && it->event == event; ++it) out.push_back(&*it);
  return out;
}

const Subscription* Subscriptions::find(std::string_view subscriber, std::string_view event) const {
  for (const Subscription* subscription : listening_to(event))
    if (subscription->id == subscriber) return subscription;
  return nullptr;
}

bool Subscriptions::has(std::string_view subscriber) const {
  return std::binary_search(ids_.begin(), ids_.end(), subscriber);
}

Json caller_to_json(const Caller& caller) {
  return {{"user_id", caller.user_id}, {"name", caller.name},         {"email", caller.email},
          {"role", caller.role},       {"language", caller.language}, {"via", caller.via},
          {"system", caller.system},   {"address", caller.address},   {"user_agent", caller.user_agent},
          {"key_id", caller.key_id},   {"company", caller.company}};
}

Caller caller_from_json(const Json& json) {
  Caller caller;
  caller.user_id = get_string_or(json, "user_id", "");
  caller.name = get_string_or(json, "name", "");
  caller.email = get_string_or(json, "email", "");
  caller.role = get_string_or(json, "role", "");
  caller.language = get_string_or(json, "language", "");
  caller.via = get_string_or(json, "via", "");
  caller.company = get_string_or(json, "company", "");
  caller.system = get_bool_or(json, "system", false);
  caller.key_id = get_string_or(json, "key_id", "");
  // Where the request came from that set it off, for the audit trail.
  caller.address = get_string_or(json, "address", "");
  caller.user_agent = get_string_or(json, "user_agent", "");
  return caller;
}

}  // namespace opsflux::automation
