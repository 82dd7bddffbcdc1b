#include "host/services/identity/admission/mail_links.hpp"

#include "host/services/identity/parts.hpp"

namespace opsflux::identity {
namespace {

using namespace std::chrono_literals;

Error too_many(const Throttle::Attempt& attempt) {
  const auto minutes = std::to_string((attempt.retry_after.count() + 59'999) / 60'000);
  return Error::make(ErrorKind::kTooMany, "identity.too_many_links",
                     "Too many links were asked for or tried. Try again in " + minutes + " min.")
      .with("minutes", minutes)
      .retry_after(attempt.retry_after.count());
}

}  // namespace

LinkLimits::LinkLimits(const Clock& clock)
    : accounts_(clock, {.limit = 3, .window = 1h}),
      clients_(clock, {.limit = 10, .window = 1h}),
      links_(clock, {.limit = 20, .window = 1h}) {}

Result<void> LinkLimits::ask(std::string_view email, std::string_view client) {
  const auto account = accounts_.begin(email, email);
  if (account.refused()) return fail(too_many(account));
  const auto from = clients_.begin(client, client);
  if (!from.refused()) return {};
  accounts_.withdrawn(account);
  return fail(too_many(from));
}

Result<Throttle::Attempt> LinkLimits::follow(std::string_view client) {
  auto attempt = links_.begin(client, client);
  if (attempt.refused()) return fail(too_many(attempt));
  return attempt;
}

}  // namespace opsflux::identity
