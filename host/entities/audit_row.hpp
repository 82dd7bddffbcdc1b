// A row of core_audit as it is written and hashed. Internal to host/entities/audit*.cpp.
#pragma once

#include <string>
#include <string_view>

#include "host/base/caller.hpp"
#include "host/entities/audit.hpp"
#include "host/store/row.hpp"

namespace opsflux::entities {

struct AuditRow {
  std::string id, at;
  Caller caller{};
  AuditEntry entry{};
};

// What is hashed, in this order; the last four only where one of them is set, so that rows from before they
// were there keep their hash.
inline constexpr std::string_view kAuditColumns =
    "id, at, actor_id, actor_name, via, address, action, entity, record_id, changes, session_id, user_agent, "
    "result, reason";
inline constexpr int kAuditFirstColumns = 10, kAuditColumnCount = 14;
inline constexpr std::string_view kAuditGenesis =
    "0000000000000000000000000000000000000000000000000000000000000000";

std::string audit_text(const store::Row& row);
std::string audit_hash(std::string_view previous, std::string_view text);

}  // namespace opsflux::entities
