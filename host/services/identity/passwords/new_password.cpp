#include "host/services/identity/passwords/new_password.hpp"

#include "host/services/identity/admission/mail_tickets.hpp"
#include "host/services/identity/factors/factor_rows.hpp"
#include "host/services/identity/login/tickets.hpp"
#include "host/services/identity/passwords/history.hpp"

namespace opsflux::identity {

using Parts = Identity::Parts;

Result<User> read_user(Parts& parts, std::string_view id) {
  std::optional<User> user;
  TRY(parts.database.read([&](store::Session& session) -> Result<void> {
    TRY_ASSIGN(found, find_user(session, id));
    user = std::move(found);
    return {};
  }));
  if (!user) return fail(user_missing());
  return *std::move(user);
}

void make_password(Parts& parts, const User& user, std::string password, std::string_view field,
                   Passwords::OnHash done) {
  const auto placed = [field = std::string(field)](Error error) {
    if (error.field == "password") error.field = field;
    return error;
  };
  if (auto checked = parts.policy.check(password, {user.name, user.email}); !checked)
    return done(fail(placed(checked.error())));
  std::vector<std::string> earlier;
  auto read = parts.database.read([&](store::Session& session) -> Result<void> {
    TRY_ASSIGN(hashes, password_hashes(session, user.id, parts.policy.rules().history));
    earlier = std::move(hashes);
    return {};
  });
  if (!read) return done(fail(read.error()));
  auto queued = parts.passwords->hash_new(std::move(earlier), std::move(password),
                                          [done, placed](Result<std::string> hash) {
                                            if (!hash) return done(fail(placed(hash.error())));
                                            done(std::move(hash));
                                          });
  if (!queued) done(fail(queued.error()));
}

Result<void> set_password(Parts& parts, store::Transaction& transaction, const http::Request& request,
                          const PasswordChange& change, std::string_view hash, bool temporary) {
  TRY_ASSIGN(found, find_user(transaction, change.user_id));
  if (!found) return fail(user_missing());
  TRY_ASSIGN(earlier, find_password_hash(transaction, found->id));
  TRY(replace_password_hash(transaction, found->id, hash, parts.clock.now(), parts.policy.rules().history,
                            temporary));
  TRY(end_ways_in(transaction, found->id, parts.clock.now()));
  TRY(parts.sessions->end_all(transaction, found->id, change.kept_session));
  TRY(forget_tickets(transaction, found->id, change.kept_ticket));
  TRY(forget_devices(transaction, found->id));
  AuthEvent event = event_of(request, "password.changed");
  event.user_id = found->id;
  event.email = found->email;
  event.by = change.by;
  event.session_id = change.kept_session;
  parts.tell(transaction, event);
  // The first one is no change.
  return earlier.empty() ? Result<void>() : parts.notify(transaction, *found, "password_changed");
}

void store_password(Parts& parts, http::Exchange exchange, std::string user_id, std::string hash,
                    bool temporary) {
  parts.write(
      [&parts, exchange, user_id = std::move(user_id), hash = std::move(hash),
       temporary](store::Transaction& transaction) {
        const Caller& caller = exchange.request().caller();
        return set_password(parts, transaction, exchange.request(),
                            {user_id, caller.user_id, caller.session_id, {}}, hash, temporary);
      },
      [exchange](Result<void> result) mutable {
        if (!result)
          exchange.fail(result.error());
        else
          exchange.respond(http::Response::no_content());
      });
}

}  // namespace opsflux::identity
