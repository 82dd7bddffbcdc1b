// Mails about what happened to an account.
#include "host/base/log.hpp"
#include "host/services/identity/parts.hpp"

namespace opsflux::identity {
namespace {

using Parts = Identity::Parts;

constexpr std::string_view kAccount = "/account", kSessions = "/account/sessions";

// "2026-11-26 14:05 UTC"
std::string moment(UtcNs time) {
  const std::string text = format_utc(time);
  return text.substr(0, 10) + " " + text.substr(11, 5) + " UTC";
}

}  // namespace

Result<void> Parts::notify(store::Transaction& transaction, const User& user, std::string kind,
                           std::vector<std::pair<std::string, std::string>> params) const {
  if (!options.notices.links() || user.email.empty()) return {};
  params.emplace_back("time", moment(clock.now()));
  const bool session = kind == "session_reused" || kind == "new_device";
  const std::string_view link = session ? kSessions : kAccount;
  return options.notices.send(transaction, {std::move(kind), user.id, user.email, user.name, user.language,
                                            std::move(params), std::string(link)});
}

// The session is over already; this is told after it, on its own.
void Parts::tell_reuse(const SessionRecord& record, std::string_view address) {
  AuthEvent event{.action = "session.reused",
                  .user_id = record.user_id,
                  .email = {},
                  .session_id = record.id,
                  .address = std::string(address),
                  .user_agent = {},
                  .by = {},
                  .reason = "identity.token_reused"};
  write(
      [this, event = std::move(event)](store::Transaction& transaction) -> Result<void> {
        tell(transaction, event);
        TRY_ASSIGN(user, find_user(transaction, event.user_id));
        if (!user) return {};
        std::string agent;
        TRY(transaction.query_one("SELECT user_agent FROM identity_session WHERE id = $1", {event.session_id},
                                  [&](const store::Row& row) { agent = row.string(0); }));
        return notify(transaction, *user, "session_reused",
                      {{"address", event.address}, {"device", agent.empty() ? "?" : agent}});
      },
      [](Result<void> result) {
        if (!result) log::error("identity.audit_failed", result.error());
      });
}

Result<void> Identity::email_changed(store::Transaction& transaction, const User& user,
                                     const std::string& before) const {
  User earlier = user;
  earlier.email = before;
  TRY(parts_->notify(transaction, earlier, "email_changed", {{"email", user.email}}));
  return parts_->notify(transaction, user, "email_changed", {{"email", user.email}});
}

}  // namespace opsflux::identity
