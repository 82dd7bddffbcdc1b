// POST /api/v1/auth/invitation, …/accept, …/confirm: from the link of an invitation to the account.
//
// An invitation with an address makes the account at once, since the link came to that address. One without
// is for whoever has the link: the address that is typed is shown to be theirs by a mail first, and what was
// typed waits sealed in the ticket of that mail, the password as its hash.
#include <nlohmann/json.hpp>

#include "host/base/text.hpp"
#include "host/services/identity/admission/admission.hpp"
#include "host/services/identity/admission/invited.hpp"
#include "host/services/identity/admission/member.hpp"
#include "host/services/identity/factors/enrolment.hpp"
#include "host/services/identity/factors/one_time_code.hpp"
#include "host/services/identity/login/entry.hpp"

namespace opsflux::identity {
namespace {

using http::Exchange;
using Parts = Identity::Parts;

constexpr std::chrono::hours kProofLifetime{1};

// The invitation behind a link.
Result<Invitation> invitation_of(store::Session& session, const Parts& parts, MailTicketPurpose purpose,
                                 std::string_view token, MailTicket* ticket = nullptr) {
  TRY_ASSIGN(found, find_mail_ticket(session, purpose, token, parts.clock.now()));
  if (!found) return fail(link_over());
  TRY_ASSIGN(invitation, find_invitation(session, found->subject));
  if (!invitation || invitation->expires_at <= format_utc(parts.clock.now())) return fail(link_over());
  if (ticket != nullptr) *ticket = std::move(*found);
  return *std::move(invitation);
}

void show(Parts& parts, Exchange exchange) {
  const http::Request& request = exchange.request();
  const auto made = [&]() -> Result<Json> {
    TRY_ASSIGN(form, Form::read(request, {"token"}));
    const std::string token = form.required("token");
    TRY(form.verdict());
    TRY_ASSIGN(attempt, parts.link_limits.follow(request.client_address()));
    Json out;
    TRY(parts.database.read([&](store::Session& session) -> Result<void> {
      TRY_ASSIGN(invitation, invitation_of(session, parts, MailTicketPurpose::kInvite, token));
      TRY_ASSIGN(inviter, inviter_of(session, parts, invitation));
      std::string company;
      TRY(session.query_one("SELECT name FROM identity_company WHERE id = $1", {invitation.company},
                            [&](const store::Row& row) { company = row.string(0); }));
      out = {{"email", invitation.email}, {"role", invitation.role},
             {"company", company},        {"language", invitation.language},
             {"inviter", inviter.name},   {"expires_at", invitation.expires_at}};
      return {};
    }));
    parts.link_limits.followed(attempt);
    return out;
  }();
  if (made)
    exchange.respond(http::Response::json(200, to_text(*made)));
  else
    exchange.fail(made.error());
}

struct Guest {
  std::string email, name, language, hash;
};

// The account with its password, its role and its groups, and whatever a log-in asks for.
Result<void> admit(Parts& parts, store::Transaction& transaction, const http::Request& request,
                   const Invitation& invitation, const Guest& guest, Entry& entry) {
  TRY_ASSIGN(inviter, inviter_of(transaction, parts, invitation));
  TRY_ASSIGN(taken, find_user_by_email(transaction, guest.email));
  if (taken) return fail(email_taken());
  TRY(take_use(transaction, parts, invitation));
  User user{"", guest.email, guest.name, invitation.role, guest.language, "auto", "compact", true};
  TRY(make_member(parts, transaction, user, invitation.company, inviter.id));
  TRY(store_password_hash(transaction, user.id, guest.hash, parts.clock.now()));
  for (const std::string& group : invitation.groups)
    TRY(parts.options.records.create(transaction, "identity.membership",
                                     {{"person", user.id}, {"in_group", group}},
                                     host_caller(inviter.id, "invitation")));
  AuthEvent event = event_of(request, "invitation.accepted");
  event.user_id = user.id;
  event.email = user.email;
  parts.tell(transaction, event);
  entry = {};
  entry.user = std::move(user);
  entry.ticket.kind = is_web_client(request) ? SessionKind::kBrowser : SessionKind::kToken;
  TRY(go_on(parts, transaction, request, entry));
  // Who he is there is known after the commit only.
  if (invitation.company.empty() || entry.step != LogInStep::kSession) return {};
  return parts.sessions->act_for(transaction, entry.issued.session_id, invitation.company);
}

// What the new person is in companies and groups is read after the commit, on the same thread: the first
// request of the session finds it known.
template <class Asked>
void answer_member(std::shared_ptr<Asked> asked) {
  const auto answer = [asked] { identity::answer(asked->parts, asked->exchange, asked->entry, {}, 201); };
  if (!asked->parts.chores.post(answer)) answer();
}

std::string guest_context(std::string_view invitation_id) { return "guest:" + std::string(invitation_id); }

struct Acceptance : std::enable_shared_from_this<Acceptance> {
  Acceptance(Parts& parts, Exchange exchange) : parts(parts), exchange(std::move(exchange)) {}

  Parts& parts;
  Exchange exchange;
  std::string token, password;
  Guest guest;
  bool open = false;  // for whoever has the link
  Throttle::Attempt attempt;
  Entry entry;

  void run() {
    if (auto begun = begin(); !begun) exchange.fail(begun.error());
  }

 private:
  Result<void> begin() {
    TRY(read_form());
    const http::Request& request = exchange.request();
    TRY_ASSIGN(allowed, parts.link_limits.follow(request.client_address()));
    attempt = std::move(allowed);
    TRY(parts.database.read([&](store::Session& session) -> Result<void> {
      TRY_ASSIGN(invitation, invitation_of(session, parts, MailTicketPurpose::kInvite, token));
      open = invitation.email.empty();
      if (!open) guest.email = invitation.email;
      return parts.policy.check(password, {guest.name, guest.email});
    }));
    if (guest.email.empty())
      return fail(Error::invalid("identity.field_missing", "The field \"email\" is missing.")
                      .at("email")
                      .with("name", "email"));
    if (open) TRY(parts.link_limits.ask(guest.email, request.client_address()));
    return parts.passwords->hash(std::move(password), [self = shared_from_this()](Result<std::string> hash) {
      self->hashed(std::move(hash));
    });
  }

  Result<void> read_form() {
    TRY_ASSIGN(form, Form::read(exchange.request(), {"token", "email", "name", "password", "language"}));
    token = form.required("token");
    guest.name = trim(form.required("name"));
    password = form.required("password");
    guest.language = form.required("language");
    const std::string typed = form.optional("email").value_or("");
    const auto email = normal_email(typed);
    if (email)
      guest.email = *email;
    else if (!typed.empty())
      form.note(Error::invalid("identity.email_invalid",
                               "This is not an e-mail address. It reads like ada@example.org.")
                    .at("email"));
    if (!guest.name.empty()) form.note(check_name(guest.name));
    if (!password.empty()) form.note(Passwords::check(password));
    if (!guest.language.empty()) form.note(check_choice("language", guest.language, kLanguageNames));
    return form.verdict();
  }

  void hashed(Result<std::string> hash) {
    if (!hash) return void(exchange.fail(hash.error()));
    guest.hash = std::move(*hash);
    parts.write(
        [self = shared_from_this()](store::Transaction& transaction) { return self->accept(transaction); },
        [self = shared_from_this()](Result<void> result) { self->answer(std::move(result)); });
  }

  Result<void> accept(store::Transaction& transaction) {
    TRY_ASSIGN(invitation, invitation_of(transaction, parts, MailTicketPurpose::kInvite, token));
    if (open) return ask_proof(transaction, invitation);
    return admit(parts, transaction, exchange.request(), invitation, guest, entry);
  }

  // The same is answered where that address has an account, whose person is told by mail.
  Result<void> ask_proof(store::Transaction& transaction, const Invitation& invitation) {
    TRY_ASSIGN(inviter, inviter_of(transaction, parts, invitation));
    if (!parts.options.notices.links()) return fail(mail_off());
    TRY_ASSIGN(known, find_user_by_email(transaction, guest.email));
    if (known)
      return parts.options.notices.send(
          transaction, {"access_known", known->id, known->email, known->name, known->language, {}, "/login"});
    TRY_ASSIGN(box, box_of(parts));
    const Json kept = {
        {"email", guest.email}, {"name", guest.name}, {"language", guest.language}, {"hash", guest.hash}};
    NewMailTicket ticket;
    ticket.purpose = MailTicketPurpose::kVerify;
    ticket.subject = invitation.id;
    ticket.lifetime = kProofLifetime;
    ticket.data = to_text({{"sealed", box->seal(to_text(kept), guest_context(invitation.id))}});
    ticket.address = exchange.request().client_address();
    TRY_ASSIGN(text, issue_mail_ticket(transaction, parts.clock, parts.ids, ticket));
    return parts.options.notices.send(transaction, {"invitation_proof",
                                                    "",
                                                    guest.email,
                                                    guest.name,
                                                    guest.language,
                                                    {{"inviter", inviter.name}},
                                                    "/invite#confirm=" + text});
  }

  void answer(Result<void> result) {
    if (!result) return void(exchange.fail(result.error()));
    parts.link_limits.followed(attempt);
    if (!open) return answer_member(shared_from_this());
    exchange.respond(http::Response::json(202, to_text({{"sent_to", masked_email(guest.email)}})));
  }
};

struct Proof : std::enable_shared_from_this<Proof> {
  Proof(Parts& parts, Exchange exchange) : parts(parts), exchange(std::move(exchange)) {}

  Parts& parts;
  Exchange exchange;
  std::string token;
  Throttle::Attempt attempt;
  Entry entry;

  void run() {
    if (auto begun = begin(); !begun) exchange.fail(begun.error());
  }

 private:
  Result<void> begin() {
    TRY_ASSIGN(form, Form::read(exchange.request(), {"token"}));
    token = form.required("token");
    TRY(form.verdict());
    TRY_ASSIGN(allowed, parts.link_limits.follow(exchange.request().client_address()));
    attempt = std::move(allowed);
    parts.write(
        [self = shared_from_this()](store::Transaction& transaction) { return self->confirm(transaction); },
        [self = shared_from_this()](Result<void> result) { self->answer(std::move(result)); });
    return {};
  }

  Result<void> confirm(store::Transaction& transaction) {
    MailTicket ticket;
    TRY_ASSIGN(invitation, invitation_of(transaction, parts, MailTicketPurpose::kVerify, token, &ticket));
    TRY_ASSIGN(used, use_mail_ticket(transaction, ticket.id, parts.clock.now()));
    if (!used) return fail(link_over());
    TRY_ASSIGN(box, box_of(parts));
    TRY_ASSIGN(data, parse_json(ticket.data));
    TRY_ASSIGN(text, box->unseal(get_string_or(data, "sealed", ""), guest_context(invitation.id)));
    TRY_ASSIGN(kept, parse_json(text));
    const Guest guest{get_string_or(kept, "email", ""), get_string_or(kept, "name", ""),
                      get_string_or(kept, "language", "en"), get_string_or(kept, "hash", "")};
    return admit(parts, transaction, exchange.request(), invitation, guest, entry);
  }

  void answer(Result<void> result) {
    if (!result) return void(exchange.fail(result.error()));
    parts.link_limits.followed(attempt);
    answer_member(shared_from_this());
  }
};

}  // namespace

void add_acceptance_routes(Parts& parts, std::vector<http::Route>& routes) {
  const auto add = [&](std::string_view pattern, std::function<void(Exchange)> handler) {
    routes.push_back(open_route(http::Method::kPost, pattern, std::move(handler)));
  };
  add("/api/v1/auth/invitation", [&parts](Exchange exchange) { show(parts, std::move(exchange)); });
  add("/api/v1/auth/invitation/accept",
      [&parts](Exchange exchange) { std::make_shared<Acceptance>(parts, std::move(exchange))->run(); });
  add("/api/v1/auth/invitation/confirm",
      [&parts](Exchange exchange) { std::make_shared<Proof>(parts, std::move(exchange))->run(); });
}

}  // namespace opsflux::identity
