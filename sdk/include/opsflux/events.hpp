// Events: those of this module, and those of others that reach it once they are committed.
#pragma once

#include "opsflux/context.hpp"

namespace opsflux {

// An event that a subscriber is called for: at least once, so act so that a repeat does no harm, or
// remember `id`. Throw, and it comes again later.
struct Event {
  std::string id;             // the same in every attempt
  std::string name;           // "tiers.company.created"
  std::string payload;        // JSON object
  std::uint32_t attempt = 1;  // 1 for the first delivery

  // The payload, read. An unreadable one is null, which no lookup minds.
  Json data() const { return Json::parse(payload).value_or(Json()); }
};

class Events {
 public:
  explicit Events(const Context& context) : context_(context) {}

  // Emits "<module>.<event>", declared under "events" in the manifest. In a hook it is stored with the
  // change, and lost with it; elsewhere it is a transaction of its own.
  void emit(std::string_view event, const Json& payload = Json::object()) const {
    const auto& services = context_.services();
    const std::string text = payload.dump();
    detail::check(services, context_.handle(),
                  services.event->emit(context_.handle(), detail::lend(event), detail::lend(text)));
  }

 private:
  const Context& context_;
};

inline Events Context::events() const { return Events(*this); }

}  // namespace opsflux
