// POST /api/v1/auth/access-requests; POST /api/v1/identity/access_requests/{id}/approve, …/refuse.
#include "host/base/log.hpp"
#include "host/base/text.hpp"
#include "host/services/identity/admission/access_requests.hpp"
#include "host/services/identity/admission/admission.hpp"
#include "host/services/identity/admission/member.hpp"
#include "host/services/identity/admission/record_writer.hpp"
#include "host/services/identity/rights/guards.hpp"

namespace opsflux::identity {
namespace {

using http::Exchange;
using Parts = Identity::Parts;

constexpr std::size_t kMaxBody = 16 << 10, kMaxReason = 1000, kMaxAnswer = 500;
constexpr std::chrono::hours kLinkLifetime{7 * 24};

Error not_closed() {
  return Error::not_found("identity.not_closed",
                          "Nobody asks for access here. Ask for an invitation instead.");
}

Error text_long(std::string_view field, std::size_t max) {
  return Error::invalid("identity.text_long",
                        "The text has more than " + std::to_string(max) + " characters.")
      .at(field)
      .with("max", std::to_string(max));
}

// ---- asking ----

Result<AccessRequest> read_wish(const http::Request& request) {
  TRY_ASSIGN(form, Form::read(request, {"email", "name", "reason", "language"}));
  AccessRequest out;
  const std::string typed = form.required("email");
  const auto email = normal_email(typed);
  if (!email && !typed.empty())
    form.note(Error::invalid("identity.email_invalid",
                             "This is not an e-mail address. It reads like ada@example.org.")
                  .at("email"));
  out.name = trim(form.required("name"));
  if (!out.name.empty()) form.note(check_name(out.name));
  out.reason = trim(form.required("reason"));
  if (utf8_length(out.reason) > kMaxReason) form.note(text_long("reason", kMaxReason));
  out.language = form.optional("language").value_or("fr");
  form.note(check_choice("language", out.language, kLanguageNames));
  TRY(form.verdict());
  out.email = *email;
  return out;
}

// Nothing for whoever waits already. Who has an account is told so, in his own mailbox.
Result<void> keep_wish(Parts& parts, store::Transaction& transaction, const AccessRequest& wish,
                       const std::string& address) {
  TRY_ASSIGN(user, find_user_by_email(transaction, wish.email));
  if (user && user->active)
    return parts.options.notices.send(
        transaction, {"access_known", user->id, user->email, user->name, user->language, {}, "/login"});
  if (user) return {};
  TRY_ASSIGN(waiting, transaction.query_one("SELECT id FROM identity_access_request WHERE email = $1 AND "
                                            "status = 'waiting' AND deleted_at IS NULL",
                                            {wish.email}, [](const store::Row&) {}));
  if (waiting) return {};
  TRY(parts.options.records.create(transaction, kAccessRequest,
                                   {{"email", wish.email},
                                    {"name", wish.name},
                                    {"reason", wish.reason},
                                    {"language", wish.language},
                                    {"address", address}},
                                   host_caller("", "access_request")));
  transaction.on_commit([&parts] { parts.digests->wake(); });
  return {};
}

void post_wish(Parts& parts, Exchange exchange) {
  const bool open = parts.options.closed && parts.options.closed() && parts.options.notices.links();
  if (!open) return void(exchange.fail(not_closed()));
  const http::Request& request = exchange.request();
  auto wish = read_wish(request);
  if (!wish) return void(exchange.fail(wish.error()));
  const std::string address(request.client_address());
  if (auto allowed = parts.link_limits.ask(wish->email, address); !allowed)
    return void(exchange.fail(allowed.error()));
  const bool taken = parts.chores.post([&parts, wish = std::move(*wish), address] {
    const auto kept = parts.database.write_now(
        [&](store::Transaction& transaction) { return keep_wish(parts, transaction, wish, address); });
    if (!kept) log::error("identity.access_request_not_kept", kept.error());
  });
  if (!taken) log::error("identity.access_request_not_kept", {{"reason", "too many wait"}});
  exchange.respond(http::Response::json(202, "{}"));
}

// ---- deciding ----

struct Decision {
  bool approve = false;
  std::string role{}, company{}, answer{};
};

Result<Decision> read_decision(const http::Request& request, bool approve) {
  auto read = approve ? Form::read(request, {"role", "company", "answer"}) : Form::read(request, {"answer"});
  TRY_ASSIGN(form, std::move(read));
  Decision out;
  out.approve = approve;
  out.answer = trim(form.optional("answer").value_or(""));
  if (approve) out.role = form.required("role");
  if (approve) out.company = form.optional("company").value_or("");
  if (utf8_length(out.answer) > kMaxAnswer) form.note(text_long("answer", kMaxAnswer));
  TRY(form.verdict());
  return out;
}

Result<AccessRequest> waiting_request(store::Session& session, std::string_view id) {
  TRY_ASSIGN(found, find_access_request(session, id));
  if (!found) return fail(Error::not_found("identity.no_access_request", "There is no such request."));
  if (found->status != "waiting")
    return fail(Error::conflict("identity.request_decided", "This request was decided already."));
  return *std::move(found);
}

Notice answer_notice(const AccessRequest& wish, std::string kind, const std::string& answer) {
  Notice out;
  out.kind = std::move(kind) + (answer.empty() ? "" : "_words");
  out.email = wish.email;
  out.name = wish.name;
  out.language = wish.language;
  out.params = {{"answer", answer}};
  return out;
}

// What the caller does not see is not there for him.
Result<void> check_company(const Parts& parts, store::Session& session, const Caller& caller,
                           const std::string& company) {
  if (company.empty()) return {};
  TRY(check_takes_people(session, company));
  auto seen = parts.options.records.require(session, "identity.company", company, 0, caller);
  return seen ? std::move(seen) : fail(std::move(seen).error().at("company"));
}

// The user has no password before he chooses one by the link.
Result<void> let_in(Parts& parts, store::Transaction& transaction, const http::Request& request,
                    const AccessRequest& wish, const Decision& decision) {
  TRY(check_company(parts, transaction, request.caller(), decision.company));
  TRY(check_may_give_in(parts.standings, request.caller(), decision.role, decision.company, "role"));
  TRY_ASSIGN(taken, find_user_by_email(transaction, wish.email));
  if (taken) return fail(email_taken());
  User wanted{"", wish.email, wish.name, decision.role, wish.language, "auto", "compact", true};
  TRY(make_member(parts, transaction, wanted, decision.company, request.caller().user_id));
  NewMailTicket ticket;
  ticket.purpose = MailTicketPurpose::kReset;
  ticket.subject = wanted.id;
  ticket.lifetime = kLinkLifetime;
  TRY_ASSIGN(text, issue_mail_ticket(transaction, parts.clock, parts.ids, ticket));
  Notice notice = answer_notice(wish, "access_approved", decision.answer);
  notice.user_id = wanted.id;
  notice.link = "/reset#token=" + text;
  return parts.options.notices.send(transaction, notice);
}

Result<void> decide(Parts& parts, store::Transaction& transaction, const http::Request& request,
                    const Decision& decision) {
  TRY_ASSIGN(wish, waiting_request(transaction, request.param("id")));
  if (decision.approve)
    TRY(let_in(parts, transaction, request, wish, decision));
  else
    TRY(parts.options.notices.send(transaction, answer_notice(wish, "access_refused", decision.answer)));
  const Caller& caller = request.caller();
  Json values = {{"status", decision.approve ? "approved" : "refused"},
                 {"decided_by", caller.user_id},
                 {"decided_at", format_utc(parts.clock.now())}};
  if (decision.approve) values["role"] = decision.role;
  if (!decision.company.empty()) values["company"] = decision.company;
  if (!decision.answer.empty()) values["answer"] = decision.answer;
  return parts.options.records.update(transaction, kAccessRequest, wish.id, values,
                                      host_caller(caller.user_id, "access_request", caller.name));
}

void post_decision(Parts& parts, Exchange exchange, bool approve) {
  auto decision = read_decision(exchange.request(), approve);
  if (!decision) return void(exchange.fail(decision.error()));
  if (!parts.options.notices.links())
    return void(exchange.fail(Error::conflict(
        "identity.answer_no_mail", "The answer goes by mail, which is not set up. Set it up first.")));
  parts.write(
      [&parts, exchange, decision = std::move(*decision)](store::Transaction& transaction) {
        return decide(parts, transaction, exchange.request(), decision);
      },
      [exchange](Result<void> result) mutable {
        if (!result)
          exchange.fail(result.error());
        else
          exchange.respond(http::Response::no_content());
      });
}

}  // namespace

void add_access_request_routes(Parts& parts, std::vector<http::Route>& routes) {
  routes.push_back(open_route(http::Method::kPost, "/api/v1/auth/access-requests",
                              [&parts](Exchange exchange) { post_wish(parts, std::move(exchange)); }));
  for (const bool approve : {true, false}) {
    http::Route route = open_route(
        http::Method::kPost,
        approve ? "/api/v1/identity/access_requests/{id}/approve"
                : "/api/v1/identity/access_requests/{id}/refuse",
        [&parts, approve](Exchange exchange) { post_decision(parts, std::move(exchange), approve); });
    route.access = http::Access::permit(std::string(kMayDecide)).confirm();
    route.limits.max_body = kMaxBody;
    routes.push_back(std::move(route));
  }
}

}  // namespace opsflux::identity
