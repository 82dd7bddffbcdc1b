#include "host/services/identity/factors/code_delivery.hpp"

#include <algorithm>

#include "host/services/identity/admission/admission.hpp"
#include "host/services/identity/factors/enrolment.hpp"
#include "host/services/identity/factors/factor_rows.hpp"

namespace opsflux::identity {
namespace {

using Parts = Identity::Parts;

Notice code_notice(const User& user, const std::string& code) {
  return {"sign_in_code",
          user.id,
          user.email,
          user.name,
          user.language,
          {{"code", code}, {"minutes", std::to_string(kCodeLifetime.count())}},
          {}};
}

Result<void> check_way(const Parts& parts, const CodeOrder& order) {
  if (order.way == "email" && !parts.options.notices.links()) return fail(mail_off());
  if (order.way == "sms" && !parts.sms.ready())
    return parts.options.sms.provider ? check(parts.options.sms.provider()) : check(SmsProvider{});
  return {};
}

}  // namespace

void send_code(Parts& parts, CodeOrder order, store::WriteWork first,
               std::function<void(Result<void>)> done) {
  if (auto there = check_way(parts, order); !there) return done(fail(there.error()));
  const auto box = box_of(parts);
  if (!box) return done(fail(box.error()));
  const auto attempt = parts.code_limit.begin(order.user.id, order.user.id);
  if (attempt.refused()) return done(fail(throttled(attempt)));
  const std::string code = new_code();
  parts.write(
      [&parts, box = *box, order, code,
       first = std::move(first)](store::Transaction& transaction) -> Result<void> {
        if (first) TRY(first(transaction));
        TRY(keep_code(transaction, *box, order.row_id, order.way, code, parts.clock.now()));
        if (order.way != "email") return {};
        return parts.options.notices.send(transaction, code_notice(order.user, code));
      },
      [&parts, order, code, attempt, done = std::move(done)](Result<void> result) {
        if (!result) parts.code_limit.withdrawn(attempt);
        if (!result || order.way == "email") return done(std::move(result));
        parts.sms.send(order.number, parts.options.sms.code_text(order.user.language, code), done);
      });
}

std::string shown_place(const CodeOrder& order) {
  return order.way == "sms" ? masked_number(order.number) : masked_email(order.user.email);
}

std::vector<std::string> kinds_on_offer(const Parts& parts) {
  std::vector<std::string> out;
  const auto allowed = parts.options.rules().factors.kinds;
  for (const std::string_view kind : kFactorKinds) {
    if (std::find(allowed.begin(), allowed.end(), kind) == allowed.end()) continue;
    if (kind == "email" && !parts.options.notices.links()) continue;
    if (kind == "sms" && !parts.sms.ready()) continue;
    out.emplace_back(kind);
  }
  return out;
}

Result<void> check_kind(const Parts& parts, std::string_view kind) {
  const auto offered = kinds_on_offer(parts);
  if (std::find(offered.begin(), offered.end(), kind) != offered.end()) return {};
  return fail(Error::invalid("identity.kind_off", "A second factor of this kind cannot be set up here.")
                  .at("kind")
                  .with("kind", kind));
}

}  // namespace opsflux::identity
