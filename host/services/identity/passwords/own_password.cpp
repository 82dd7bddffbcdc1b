#include "host/services/identity/passwords/own_password.hpp"

#include "host/services/identity/passwords/new_password.hpp"

namespace opsflux::identity {
namespace {

using Parts = Identity::Parts;
using Answer = Passwords::Verdict::Answer;

struct Account {
  User user;
  std::string hash;
};

Result<Account> read_account(Parts& parts, std::string_view id) {
  TRY_ASSIGN(user, read_user(parts, id));
  Account out{std::move(user), {}};
  TRY(parts.database.read([&](store::Session& session) -> Result<void> {
    TRY_ASSIGN(hash, find_password_hash(session, id));
    out.hash = std::move(hash);
    return {};
  }));
  return out;
}

Error wrong_password(std::string_view field) {
  return Error::invalid("identity.wrong_password", "The current password is wrong. Check it and try again.")
      .at(field);
}

}  // namespace

void with_own_password(Parts& parts, http::Exchange exchange, std::string password, std::string field,
                       std::function<void(const User&)> then) {
  const http::Request& request = exchange.request();
  const auto attempt = parts.throttle.begin(request.caller().email, request.client_address());
  if (attempt.refused()) return void(exchange.fail(throttled(attempt)));
  auto withdraw = [&parts, attempt, exchange](const Error& error) mutable {
    parts.throttle.withdrawn(attempt);
    exchange.fail(error);
  };
  auto account = read_account(parts, request.caller().user_id);
  if (!account) return withdraw(account.error());
  auto queued = parts.passwords->verify(
      std::move(account->hash), std::move(password),
      [&parts, attempt, exchange, withdraw, user = std::move(account->user), field = std::move(field),
       then = std::move(then)](Passwords::Verdict verdict) mutable {
        if (verdict.answer == Answer::kWrong) return void(exchange.fail(wrong_password(field)));
        if (verdict.answer == Answer::kFailed) return withdraw(hash_failed());
        parts.throttle.succeeded(attempt);
        then(user);
      });
  if (!queued) withdraw(queued.error());
}

}  // namespace opsflux::identity
