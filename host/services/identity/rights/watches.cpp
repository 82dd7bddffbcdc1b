#include "host/services/identity/rights/watches.hpp"

#include "host/services/identity/rights/confirm_guards.hpp"
#include "host/services/identity/rights/guards.hpp"

namespace opsflux::identity {

entities::Watches watches(Identity& identity) {
  const auto judged = [&identity](store::Transaction& transaction, const entities::RecordChange& change) {
    return change.action == "restored" ? check_restored(identity.standings(), transaction, change)
                                       : Result<void>();
  };
  entities::Watches out;
  for (const char* entity : {"identity.company", "identity.department", "identity.assignment",
                             "identity.group", "identity.membership", "identity.role", "identity.grant"})
    out.emplace_back(entity, entities::Watch{judged, [&identity](std::string_view, std::string_view) {
                                               identity.directory_changed();
                                             }});
  out.emplace_back("identity.user", entities::Watch{judged, [&identity](std::string_view, std::string_view) {
                                                      identity.directory_changed();
                                                      identity.api_keys_changed();
                                                    }});
  out.emplace_back("identity.api_key",
                   entities::Watch{{}, [&identity](std::string_view id, std::string_view action) {
                                     identity.api_keys_changed(action == "deleted" ? id : "");
                                   }});
  out.emplace_back(
      "identity.address_rule",
      entities::Watch{[&identity](store::Transaction& transaction, const entities::RecordChange& change) {
                        return identity.keep_in(transaction, change.caller);
                      },
                      [&identity](std::string_view, std::string_view) { identity.address_rules_changed(); }});
  for (auto& watch :
       confirm_watches([&identity](const Caller& caller) { return identity.require_confirmed(caller); }))
    out.push_back(std::move(watch));
  return out;
}

}  // namespace opsflux::identity
