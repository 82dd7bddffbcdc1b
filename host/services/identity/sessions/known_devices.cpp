#include "host/services/identity/sessions/known_devices.hpp"

#include "host/base/cidr.hpp"
#include "host/services/identity/sessions/agent.hpp"

namespace opsflux::identity {
namespace {

constexpr UtcNs kForgottenAfter = 180LL * 86'400 * 1'000'000'000;

std::string provider_of(std::string_view address) {
  auto parsed = IpAddress::parse(address);
  if (!parsed) return std::string(address);
  const std::size_t kept = parsed->is_v4() ? 14 : 4;
  for (std::size_t i = kept; i < parsed->bytes.size(); ++i) parsed->bytes[i] = 0;
  return parsed->text();
}

}  // namespace

std::string device_mark(std::string_view user_agent, std::string_view address) {
  const Agent agent = agent_of(user_agent);
  return std::string(agent.browser) + "|" + std::string(agent.system) + "|" + provider_of(address);
}

Result<bool> note_device(store::Transaction& transaction, std::string_view user_id, std::string_view mark,
                         UtcNs now) {
  TRY(transaction.execute("DELETE FROM identity_known_device WHERE user_id = $1 AND last_seen < $2",
                          {user_id, format_utc(now - kForgottenAfter)}));
  bool any = false, known = false;
  TRY(transaction.query("SELECT mark FROM identity_known_device WHERE user_id = $1", {user_id},
                        [&](const store::Row& row) {
                          any = true;
                          known = known || row.text(0) == mark;
                          return true;
                        }));
  const std::string at = format_utc(now);
  if (known) {
    TRY(transaction.execute(
        "UPDATE identity_known_device SET last_seen = $3 WHERE user_id = $1 AND mark = $2",
        {user_id, mark, at}));
  } else {
    TRY(transaction.execute(
        "INSERT INTO identity_known_device (user_id, mark, first_seen, last_seen) VALUES ($1, $2, $3, $3)",
        {user_id, mark, at}));
  }
  return any && !known;
}

}  // namespace opsflux::identity
