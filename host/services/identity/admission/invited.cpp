#include "host/services/identity/admission/invited.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "host/services/identity/admission/admission.hpp"
#include "host/services/identity/admission/member.hpp"
#include "host/services/identity/rights/guards.hpp"

namespace opsflux::identity {
namespace {

using Parts = Identity::Parts;

constexpr std::size_t kCreate = 1;  // of entities::kActions

std::vector<std::string> texts_of(std::string_view json) {
  std::vector<std::string> out;
  const auto list = parse_json(json.empty() ? "[]" : json);
  if (!list || !list->is_array()) return out;
  for (const Json& one : *list)
    if (one.is_string()) out.push_back(one.get<std::string>());
  return out;
}

Error invitation_void() {
  return Error::conflict("identity.invitation_void",
                         "Whoever invited you may not do so any more. Ask for a new invitation.");
}

// Whether the caller may invite for it: to that company, with that role, into those groups.
bool may_stand_for(store::Session& session, const Parts& parts, const Caller& caller,
                   const Invitation& invitation) {
  if (!parts.options.records.require(session, kInvitation, invitation.id, kCreate, caller)) return false;
  if (!check_may_give_in(parts.standings, caller, invitation.role, invitation.company, "")) return false;
  return std::all_of(invitation.groups.begin(), invitation.groups.end(), [&](const std::string& group) {
    return check_may_give_group(parts.standings, session, caller, group, "").has_value();
  });
}

// In the name of which company he invited is not kept: any that he may act for will do.
Result<void> check_inviter(store::Session& session, const Parts& parts, const User& inviter,
                           const Invitation& invitation) {
  std::vector<std::string> names = parts.standings.companies_of(inviter.id);
  names.emplace_back();
  for (const std::string& name : names) {
    Caller caller;
    caller.user_id = inviter.id;
    take(parts.standings.of(inviter.id, inviter.role, name), caller);
    if (may_stand_for(session, parts, caller, invitation)) return {};
  }
  return fail(invitation_void());
}

Error company_gone() {
  return Error::conflict(
      "identity.invitation_company",
      "The company of this invitation was removed or is not active any more. Ask for a new "
      "invitation.");
}

}  // namespace

Result<std::optional<Invitation>> find_invitation(store::Session& session, std::string_view id) {
  std::optional<Invitation> out;
  TRY(session.query_one(
      "SELECT id, email, role, language, message, expires_at, created_by, in_groups, "
      "company FROM identity_invitation WHERE id = $1 AND deleted_at IS NULL AND status = 'open'",
      {id}, [&](const store::Row& row) {
        out = Invitation{
            row.string(0), row.string(1),           row.string(2),
            row.string(3), row.string(4),           row.string(5),
            row.string(6), texts_of(row.string(7)), row.is_null(8) ? std::string() : row.string(8)};
      }));
  return out;
}

Result<User> inviter_of(store::Session& session, const Parts& parts, const Invitation& invitation) {
  TRY_ASSIGN(user, find_user(session, invitation.invited_by));
  if (!user || !user->active) return fail(invitation_void());
  if (!invitation.company.empty()) {
    TRY_ASSIGN(open, takes_people(session, invitation.company));
    if (!open) return fail(company_gone());
  }
  TRY(check_inviter(session, parts, *user, invitation));
  return *std::move(user);
}

Result<std::string> invitation_link(store::Transaction& transaction, const Parts& parts,
                                    const Invitation& invitation) {
  const UtcNs now = parts.clock.now();
  const auto end = parse_utc(invitation.expires_at);
  if (!end || *end <= now) return fail(bad_end());
  TRY(end_mail_tickets(transaction, invitation.id, MailTicketPurpose::kInvite, now));
  NewMailTicket ticket;
  ticket.purpose = MailTicketPurpose::kInvite;
  ticket.subject = invitation.id;
  ticket.lifetime =
      std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::nanoseconds(*end - now));
  TRY_ASSIGN(text, issue_mail_ticket(transaction, parts.clock, parts.ids, ticket));
  return "/invite#token=" + text;
}

// The condition decides between two who accept at once.
Result<void> take_use(store::Transaction& transaction, const Parts& parts, const Invitation& invitation) {
  const UtcNs now = parts.clock.now();
  const std::string at = format_utc(now);
  TRY_ASSIGN(taken,
             transaction.execute(
                 "UPDATE identity_invitation SET uses = uses + 1, accepted_at = $2, version = version + 1, "
                 "status = CASE WHEN uses + 1 >= max_uses THEN 'used_up' ELSE 'open' END WHERE id = $1 AND "
                 "status = 'open' AND uses < max_uses AND expires_at > $2 AND deleted_at IS NULL",
                 {invitation.id, at}));
  if (taken != 1) return fail(link_over());
  bool used_up = false;
  TRY(transaction.query_one("SELECT status FROM identity_invitation WHERE id = $1", {invitation.id},
                            [&](const store::Row& row) { used_up = row.text(0) == "used_up"; }));
  if (!used_up) return {};
  return end_mail_tickets(transaction, invitation.id, MailTicketPurpose::kInvite, now);
}

}  // namespace opsflux::identity
