#include "host/services/identity/admission/admission.hpp"
#include "host/services/identity/admission/invited.hpp"

namespace opsflux::identity {
namespace {

constexpr auto kLongest = std::chrono::days(30), kUsual = std::chrono::days(7);

UtcNs after(UtcNs now, std::chrono::nanoseconds time) { return now + time.count(); }

// The day of a time, as people of that language write it.
std::string day(std::string_view language, std::string_view time) {
  const std::string year(time.substr(0, 4)), month(time.substr(5, 2)), date(time.substr(8, 2));
  return language == "en" ? year + "-" + month + "-" + date : date + "/" + month + "/" + year;
}

}  // namespace

Error bad_end() {
  return Error::invalid("identity.invitation_end",
                        "An invitation ends in the future, in 30 days at the latest.")
      .at("expires_at");
}

Result<std::string> Identity::invitation_end(std::string_view wanted) const {
  const UtcNs now = parts_->clock.now();
  if (wanted.empty()) return format_utc(after(now, kUsual));
  const auto end = parse_utc(wanted);
  // A minute more, for who chose thirty days a moment ago.
  if (!end || *end <= now || *end > after(now, kLongest + std::chrono::minutes(1))) return fail(bad_end());
  return std::string(wanted);
}

Result<void> Identity::send_invitation(store::Transaction& transaction, const Invitation& invitation) {
  Parts& parts = *parts_;
  if (!parts.options.notices.links())
    return fail(
        Error::conflict("identity.invite_no_mail",
                        "Invitations go by mail, which is not set up. Set it up, or create the user."));
  TRY_ASSIGN(taken, find_user_by_email(transaction, invitation.email));
  if (taken) return fail(email_taken().at("email"));
  TRY_ASSIGN(link, invitation_link(transaction, parts, invitation));
  TRY_ASSIGN(inviter, find_user(transaction, invitation.invited_by));
  Notice notice;
  notice.kind = invitation.message.empty() ? "invitation" : "invitation_words";
  notice.email = invitation.email;
  notice.language = invitation.language;
  notice.params = {{"inviter", inviter ? inviter->name : "OpsFlux"},
                   {"until", day(invitation.language, invitation.expires_at)},
                   {"message", invitation.message}};
  notice.link = link;
  return parts.options.notices.send(transaction, notice);
}

Error email_taken() {
  return Error::conflict("identity.email_taken", "There is an account with this address already.");
}

}  // namespace opsflux::identity
