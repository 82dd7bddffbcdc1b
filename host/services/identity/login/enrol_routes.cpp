// POST /api/v1/auth/login/enrol, /enrol/confirm: setting up a second factor in the middle of a log-in,
// because the role asks for one.
#include "host/services/identity/factors/code_delivery.hpp"
#include "host/services/identity/factors/enrolment.hpp"
#include "host/services/identity/factors/factor_rows.hpp"
#include "host/services/identity/factors/totp.hpp"
#include "host/services/identity/form.hpp"
#include "host/services/identity/login/entry.hpp"

namespace opsflux::identity {
namespace {

using http::Exchange;
using Parts = Identity::Parts;

constexpr std::size_t kMaxBody = 16 << 10;

struct Choice {
  std::string kind, number;
  std::optional<std::string> login_token;
};

Result<Choice> read_choice(const Parts& parts, const http::Request& request) {
  TRY_ASSIGN(form, Form::read(request, {"kind", "number", "login_token"}));
  Choice out{form.optional("kind").value_or("totp"), {}, form.optional("login_token")};
  form.note(check_choice("kind", out.kind, kFactorKinds));
  if (out.kind == "sms") {
    const std::string typed = form.required("number");
    auto number = typed.empty() ? Result<std::string>("") : normal_number(typed);
    form.note(number);
    out.number = number.value_or("");
  }
  TRY(form.verdict());
  TRY(check_kind(parts, out.kind));
  return out;
}

store::WriteWork keeper(Parts& parts, Ticket ticket) {
  return [&parts, ticket = std::move(ticket)](store::Transaction& transaction) -> Result<void> {
    TRY_ASSIGN(kept, keep_ticket(transaction, ticket, parts.clock.now()));
    return kept ? Result<void>() : fail(login_over());
  };
}

Result<void> begin_application(const ResumedPtr& resumed, const SecretBox& box) {
  Parts& parts = resumed->parts;
  const std::string secret = new_totp_secret();
  Ticket ticket = resumed->entry.ticket;
  ticket.enrolling = "totp";
  ticket.sealed = box.seal(secret, ticket_context(ticket.id));
  TRY_ASSIGN(body, enrolment_json(parts, resumed->entry.user, secret, ""));
  parts.write(keeper(parts, std::move(ticket)), [resumed, body = std::move(body)](Result<void> result) {
    if (!result) return void(resumed->exchange.fail(result.error()));
    resumed->exchange.respond(http::Response::json(201, body));
  });
  return {};
}

void begin_sent(const ResumedPtr& resumed, const SecretBox& box, const Choice& choice) {
  Parts& parts = resumed->parts;
  Ticket ticket = resumed->entry.ticket;
  ticket.enrolling = choice.kind;
  ticket.sealed = choice.number.empty() ? "" : box.seal(choice.number, ticket_context(ticket.id));
  const CodeOrder order{resumed->entry.user, ticket.id, choice.kind, choice.number};
  send_code(parts, order, keeper(parts, std::move(ticket)),
            [resumed, order](Result<void> sent) { answer_sent(*resumed, order, sent, 201); });
}

void post_enrol(Parts& parts, Exchange exchange) {
  const auto begin = [&]() -> Result<void> {
    TRY_ASSIGN(choice, read_choice(parts, exchange.request()));
    TRY_ASSIGN(resumed, resume(parts, exchange, choice.login_token, LogInStep::kEnrol));
    TRY_ASSIGN(box, box_of(parts));
    if (choice.kind == "totp") return begin_application(resumed, *box);
    begin_sent(resumed, *box, choice);
    return {};
  };
  if (auto begun = begin(); !begun) exchange.fail(begun.error());
}

// The step of the code for the application in the ticket; none: it is wrong.
Result<std::optional<std::int64_t>> scanned_step(const Parts& parts, const Ticket& ticket,
                                                 std::string_view code) {
  TRY_ASSIGN(box, box_of(parts));
  TRY_ASSIGN(secret, box->unseal(ticket.sealed, ticket_context(ticket.id)));
  return totp_step(secret, code, parts.clock.now(), 0);
}

// What is stored once the code is right; nothing when it is wrong.
Result<std::optional<Factor>> enrolled(const Parts& parts, store::Transaction& transaction,
                                       const Ticket& ticket, const std::string& code) {
  const UtcNs now = parts.clock.now();
  TRY_ASSIGN(box, box_of(parts));
  const std::string at = format_utc(now), id = parts.ids.next();
  Factor out{id, ticket.enrolling, {}, {}, 0, at, at, {}};
  if (ticket.enrolling == "totp") {
    TRY_ASSIGN(step, scanned_step(parts, ticket, code));
    if (!step) return std::optional<Factor>();
    out.last_step = *step;
  } else {
    TRY_ASSIGN(right, take_code(transaction, *box, ticket.id, ticket.enrolling, code, now));
    if (!right) return std::optional<Factor>();
  }
  if (ticket.enrolling == "email") return std::optional<Factor>(std::move(out));
  TRY_ASSIGN(secret, box->unseal(ticket.sealed, ticket_context(ticket.id)));
  out.sealed = box->seal(secret, factor_context(id));
  return std::optional<Factor>(std::move(out));
}

Prove enroller(const ResumedPtr& resumed, std::string code, BackupCodes codes) {
  return [resumed = resumed.get(), code = std::move(code), codes = std::move(codes)](
             store::Transaction& transaction, Entry& entry) -> Result<bool> {
    Parts& parts = resumed->parts;
    TRY_ASSIGN(factor, enrolled(parts, transaction, entry.ticket, code));
    if (!factor) return false;
    TRY(insert_factor(transaction, entry.user.id, *factor));
    TRY(store_backup_codes(transaction, entry.user.id, codes));
    entry.backup_codes = codes.codes;
    entry.ticket.proved = true;
    entry.ticket.enrolling.clear();
    entry.ticket.sealed.clear();
    TRY(tell_factor(parts, transaction, resumed->exchange.request(), "factor.added", entry.user,
                    entry.user.id));
    return true;
  };
}

void post_enrol_confirm(Parts& parts, Exchange exchange) {
  const auto begin = [&]() -> Result<void> {
    TRY_ASSIGN(form, Form::read(exchange.request(), {"code", "login_token"}));
    const std::string code = form.required("code");
    TRY(form.verdict());
    TRY_ASSIGN(resumed, resume(parts, exchange, form.optional("login_token"), LogInStep::kEnrol));
    const Ticket& ticket = resumed->entry.ticket;
    if (ticket.enrolling.empty()) return fail(not_enrolling());
    if (!may_try(resumed)) return {};
    // A wrong code of an application is refused before the backup codes are made, which takes long.
    auto step = ticket.enrolling == "totp" ? scanned_step(parts, ticket, code)
                                           : Result<std::optional<std::int64_t>>(0);
    if (!step) {
      withdraw(resumed, step.error());
      return {};
    }
    if (!*step) {
      advance(
          resumed, [](store::Transaction&, Entry&) -> Result<bool> { return false; }, wrong_code_typed());
      return {};
    }
    auto queued = with_backup_codes(parts, [resumed, code](Result<BackupCodes> codes) {
      if (!codes) return withdraw(resumed, codes.error());
      advance(resumed, enroller(resumed, code, std::move(*codes)), wrong_code_typed());
    });
    if (!queued) withdraw(resumed, queued.error());
    return {};
  };
  if (auto begun = begin(); !begun) exchange.fail(begun.error());
}

}  // namespace

Error not_enrolling() {
  return Error::conflict("identity.not_enrolling",
                         "No second factor is being set up. Begin again, for a new QR code or code.");
}

void add_enrol_routes(Parts& parts, std::vector<http::Route>& routes) {
  const auto add = [&](std::string_view pattern, void (*handler)(Parts&, Exchange)) {
    http::Route route;
    route.method = http::Method::kPost;
    route.pattern = pattern;
    route.access = http::Access::open();
    route.limits.max_body = kMaxBody;
    route.handler = [&parts, handler](Exchange exchange) { handler(parts, std::move(exchange)); };
    routes.push_back(std::move(route));
  };
  add("/api/v1/auth/login/enrol", post_enrol);
  add("/api/v1/auth/login/enrol/confirm", post_enrol_confirm);
}

}  // namespace opsflux::identity
