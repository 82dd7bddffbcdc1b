// Setting up a second factor of one's own: POST /api/v1/auth/factors, /auth/factors/{id}/confirm.
#include <algorithm>
#include <utility>

#include "host/base/json_writer.hpp"
#include "host/base/text.hpp"
#include "host/services/identity/factors/enrolment.hpp"
#include "host/services/identity/factors/sent_factor.hpp"
#include "host/services/identity/factors/totp.hpp"
#include "host/services/identity/form.hpp"
#include "host/services/identity/login/entry.hpp"
#include "host/services/identity/passwords/own_password.hpp"

namespace opsflux::identity {
namespace {

using http::Exchange;
using Parts = Identity::Parts;

constexpr std::size_t kMaxBody = 16 << 10, kMaxLabel = 60, kMaxFactors = 5;
constexpr UtcNs kEnrolmentLasts = 3'600'000'000'000;  // an hour

Result<std::string> label_of(Form& form) {
  std::string label(trim(form.optional("label").value_or("")));
  if (utf8_length(label) > kMaxLabel)
    form.note(Error::invalid("identity.name_long",
                             "The name has more than " + std::to_string(kMaxLabel) + " characters.")
                  .at("label")
                  .with("max", std::to_string(kMaxLabel)));
  TRY(form.verdict());
  return label;
}

Result<void> begin_factor(Parts& parts, store::Transaction& transaction, const std::string& user_id,
                          const Factor& factor) {
  TRY(drop_unconfirmed(transaction, user_id));
  TRY(check_first_of_kind(transaction, user_id, factor.kind));
  TRY_ASSIGN(there, factors_of(transaction, user_id));
  if (there.size() >= kMaxFactors)
    return fail(Error::conflict("identity.factors_full", "There are " + std::to_string(kMaxFactors) +
                                                             " second factors already. Remove one first.")
                    .with("max", std::to_string(kMaxFactors)));
  Factor begun = factor;
  begun.created_at = format_utc(parts.clock.now());
  return insert_factor(transaction, user_id, begun);
}

struct Wish {
  std::string password, kind, label, number;
};

Result<Wish> read_wish(const Parts& parts, const http::Request& request) {
  TRY_ASSIGN(form, Form::read(request, {"password", "kind", "label", "number"}));
  Wish out{form.required("password"), form.optional("kind").value_or("totp"), {}, {}};
  form.note(check_choice("kind", out.kind, kFactorKinds));
  if (out.kind == "sms") {
    const std::string typed = form.required("number");
    const auto number = typed.empty() ? Result<std::string>("") : normal_number(typed);
    form.note(number);
    out.number = number.value_or("");
  }
  TRY_ASSIGN(label, label_of(form));
  out.label = std::move(label);
  TRY(check_kind(parts, out.kind));
  return out;
}

Result<void> make_application(Parts& parts, Exchange exchange, const User& user, const Wish& wish) {
  TRY_ASSIGN(box, box_of(parts));
  const std::string secret = new_totp_secret(), id = parts.ids.next();
  TRY_ASSIGN(body, enrolment_json(parts, user, secret, id));
  Factor factor{id, "totp", box->seal(secret, factor_context(id)), wish.label, 0, {}, {}, {}};
  write(
      parts, std::move(exchange),
      [&parts, factor = std::move(factor), user_id = user.id](store::Transaction& transaction) {
        return begin_factor(parts, transaction, user_id, factor);
      },
      [body = std::move(body)] { return http::Response::json(201, body); });
  return {};
}

std::string sent_json(const CodeOrder& order) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("id").string(order.row_id).key("kind").string(order.way);
  json.key("sent_to").string(shown_place(order)).end_object();
  return out;
}

Result<void> make_sent(Parts& parts, Exchange exchange, const User& user, const Wish& wish) {
  TRY_ASSIGN(box, box_of(parts));
  const std::string id = parts.ids.next();
  const std::string sealed = wish.number.empty() ? "" : box->seal(wish.number, factor_context(id));
  const CodeOrder order{user, id, wish.kind, wish.number};
  send_code(
      parts, order,
      [&parts, user_id = user.id, factor = Factor{id, wish.kind, sealed, wish.label, 0, {}, {}, {}}](
          store::Transaction& transaction) -> Result<void> {
        TRY(begin_factor(parts, transaction, user_id, factor));
        return insert_code_row(transaction, factor, parts.clock.now());
      },
      [exchange, order](Result<void> sent) mutable {
        if (!sent) return void(exchange.fail(sent.error()));
        exchange.respond(http::Response::json(201, sent_json(order)));
      });
  return {};
}

void post_factor(Parts& parts, Exchange exchange) {
  auto wish = read_wish(parts, exchange.request());
  if (!wish) return void(exchange.fail(wish.error()));
  std::string password = std::exchange(wish->password, {});
  with_own_password(parts, exchange, std::move(password), "password",
                    [&parts, exchange, wish = std::move(*wish)](const User& user) mutable {
                      const auto begun = wish.kind == "totp" ? make_application(parts, exchange, user, wish)
                                                             : make_sent(parts, exchange, user, wish);
                      if (!begun) exchange.fail(begun.error());
                    });
}

// The factor that is being set up.
Result<Factor> read_begun(const Parts& parts, store::Session& session, const http::Request& request) {
  TRY_ASSIGN(factors, factors_of(session, request.caller().user_id));
  const auto factor = std::find_if(factors.begin(), factors.end(),
                                   [&](const Factor& f) { return f.id == request.param("id"); });
  if (factor == factors.end()) return fail(factor_missing());
  if (factor->confirmed() || parse_utc(factor->created_at).value_or(0) + kEnrolmentLasts < parts.clock.now())
    return fail(not_enrolling());
  return std::move(*factor);
}

// The step of a code of its application; none: it is wrong.
Result<std::optional<std::int64_t>> scanned_step(const Parts& parts, const Factor& factor,
                                                 std::string_view code) {
  TRY_ASSIGN(box, box_of(parts));
  TRY_ASSIGN(secret, box->unseal(factor.sealed, factor_context(factor.id)));
  return totp_step(secret, code, parts.clock.now(), 0);
}

// A code shows that the application was scanned, or that what was sent arrives. The first factor brings the
// backup codes.
struct Confirmation : std::enable_shared_from_this<Confirmation> {
  Confirmation(Parts& parts, Exchange exchange, std::string code)
      : parts(parts), exchange(std::move(exchange)), code(std::move(code)) {}

  Parts& parts;
  Exchange exchange;
  std::string code;
  Throttle::Attempt attempt;
  std::vector<std::string> shown;
  bool wrong = false;

  // The code of an application is judged before the backup codes are made, which takes long, and again when
  // it is stored.
  void run() {
    const http::Request& request = exchange.request();
    attempt = parts.throttle.begin(code_account(request.caller().user_id), request.client_address());
    if (attempt.refused()) return void(exchange.fail(throttled(attempt)));
    auto read = parts.database.read([&](store::Session& session) -> Result<void> {
      TRY_ASSIGN(factor, read_begun(parts, session, request));
      if (factor.kind != "totp") return {};
      TRY_ASSIGN(step, scanned_step(parts, factor, code));
      return step ? Result<void>() : fail(wrong_code_typed());
    });
    if (!read) return refuse(read.error());
    auto queued = with_backup_codes(
        parts, [self = shared_from_this()](Result<BackupCodes> codes) { self->made(std::move(codes)); });
    if (!queued) refuse(queued.error());
  }

 private:
  void refuse(const Error& error) {
    if (error.code != "identity.wrong_code") parts.throttle.withdrawn(attempt);
    exchange.fail(error);
  }

  void made(Result<BackupCodes> codes) {
    if (!codes) return refuse(codes.error());
    parts.write([self = shared_from_this(), codes = std::move(*codes)](
                    store::Transaction& transaction) { return self->confirm(transaction, codes); },
                [self = shared_from_this()](Result<void> result) { self->answered(std::move(result)); });
  }

  // The step to remember; none: the code is wrong.
  Result<std::optional<std::int64_t>> judge(store::Transaction& transaction, const Factor& factor) {
    if (factor.kind == "totp") return scanned_step(parts, factor, code);
    TRY_ASSIGN(right, judge_sent_code(parts, transaction, factor, code));
    return right ? std::optional<std::int64_t>(0) : std::nullopt;
  }

  Result<void> confirm(store::Transaction& transaction, const BackupCodes& codes) {
    const http::Request& request = exchange.request();
    shown.clear();
    TRY_ASSIGN(user, find_user(transaction, request.caller().user_id));
    if (!user) return fail(user_missing());
    TRY_ASSIGN(factor, read_begun(parts, transaction, request));
    TRY_ASSIGN(step, judge(transaction, factor));
    wrong = !step;
    if (wrong) return {};
    TRY(confirm_factor(transaction, factor.id, *step, parts.clock.now()));
    TRY_ASSIGN(left, backup_codes_left(transaction, user->id));
    if (left == 0) {
      TRY(store_backup_codes(transaction, user->id, codes));
      shown = codes.codes;
    }
    TRY(tell_factor(parts, transaction, request, "factor.added", *user, user->id));
    return {};
  }

  void answered(Result<void> result) {
    if (!result) return refuse(result.error());
    if (wrong) return refuse(wrong_code_typed());
    parts.throttle.succeeded(attempt);
    exchange.respond(http::Response::json(200, codes_json(shown)));
  }
};

void post_confirm(Parts& parts, Exchange exchange) {
  auto form = Form::read(exchange.request(), {"code"});
  if (!form) return void(exchange.fail(form.error()));
  std::string code = form->required("code");
  if (auto fine = form->verdict(); !fine) return void(exchange.fail(fine.error()));
  std::make_shared<Confirmation>(parts, std::move(exchange), std::move(code))->run();
}

}  // namespace

void add_new_factor_routes(Parts& parts, std::vector<http::Route>& routes) {
  const auto add = [&](std::string_view pattern, void (*handler)(Parts&, Exchange)) {
    http::Route route;
    route.method = http::Method::kPost;
    route.pattern = pattern;
    route.access = http::Access::signed_in().own_only();
    route.limits.max_body = kMaxBody;
    route.handler = [&parts, handler](Exchange exchange) { handler(parts, std::move(exchange)); };
    routes.push_back(std::move(route));
  };
  add("/api/v1/auth/factors", post_factor);
  add("/api/v1/auth/factors/{id}/confirm", post_confirm);
}

}  // namespace opsflux::identity
