#include "host/services/identity/factors/sent_factor.hpp"

#include "host/base/text.hpp"
#include "host/services/identity/factors/enrolment.hpp"
#include "host/services/identity/login/tickets.hpp"

namespace opsflux::identity {

using Parts = Identity::Parts;

// Nothing is found by the secret of this row; it is there because each row has one.
Result<void> insert_code_row(store::Transaction& transaction, const Factor& factor, UtcNs now) {
  const std::string hash = hex_of(digest_of(new_login_ticket())), at = format_utc(now),
                    until = format_utc(now + std::chrono::nanoseconds(kCodeLifetime).count());
  TRY(
      transaction.execute("INSERT INTO identity_token (id, purpose, secret_hash, subject, attempts, data, "
                          "created_at, expires_at) "
                          "VALUES ($1, 'verify', $2, $1, 0, '{}', $3, $4)",
                          {factor.id, hash, at, until}));
  return {};
}

Result<bool> judge_sent_code(const Parts& parts, store::Transaction& transaction, const Factor& factor,
                             std::string_view typed) {
  const UtcNs now = parts.clock.now();
  TRY_ASSIGN(box, box_of(parts));
  TRY_ASSIGN(counted, count_attempt(transaction, factor.id, now));
  if (!counted) return false;
  return take_code(transaction, *box, factor.id, factor.kind, typed, now);
}

Result<void> check_first_of_kind(store::Session& session, std::string_view user_id, std::string_view kind) {
  if (kind == "totp") return {};
  TRY_ASSIGN(there, find_factor(session, user_id, kind));
  if (!there) return {};
  return fail(Error::conflict("identity.factor_kind_there",
                              "Your account has a second factor of this kind already. Remove it first."));
}

std::string place_of(const Parts& parts, const User& user, const Factor& factor) {
  if (factor.kind == "email") return user.email;
  if (factor.kind != "sms" || parts.options.box == nullptr) return {};
  const auto number = parts.options.box->unseal(factor.sealed, factor_context(factor.id));
  return number ? masked_number(*number) : std::string();
}

}  // namespace opsflux::identity
