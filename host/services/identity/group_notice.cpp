// GET and POST /api/v1/identity/groups/{id}/notice: what somebody who leads a group has its people told by
// mail.
#include "host/services/identity/group_notice.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "host/base/text.hpp"
#include "host/services/identity/form.hpp"

namespace opsflux::identity {
namespace {

using http::Exchange;
using Parts = Identity::Parts;

constexpr std::size_t kMaxBody = 32 << 10;
constexpr std::size_t kMaxSubject = 150, kMaxText = 5000;  // characters

// The group itself first, then those within it.
constexpr std::string_view kInside =
    "WITH RECURSIVE inside (id) AS (SELECT id FROM identity_group WHERE id = $1 AND deleted_at IS NULL "
    "UNION SELECT g.id FROM identity_group g JOIN inside i ON g.parent = i.id WHERE g.deleted_at IS NULL) ";
// And those that it stands in.
constexpr std::string_view kAround =
    "WITH RECURSIVE around (id, parent) AS (SELECT id, parent FROM identity_group WHERE id = $1 AND "
    "deleted_at "
    "IS NULL UNION SELECT g.id, g.parent FROM identity_group g JOIN around a ON g.id = a.parent WHERE "
    "g.deleted_at IS NULL) ";

struct Words {
  std::string subject, text;
};

bool has_control(std::string_view text, bool lines) {
  return std::any_of(text.begin(), text.end(), [lines](unsigned char c) {
    return c == 0x7f || (c < 0x20 && !(lines && (c == '\n' || c == '\r' || c == '\t')));
  });
}

Result<Words> read_words(const http::Request& request) {
  TRY_ASSIGN(form, Form::read(request, {"subject", "text"}));
  Words out{std::string(trim(form.required("subject"))), std::string(trim(form.required("text")))};
  const auto check = [&](const char* name, const std::string& value, std::size_t max, bool lines) {
    if (utf8_length(value) <= max && !has_control(value, lines)) return;
    form.note(
        Error::invalid("identity.notice_words", "This is too long, or has characters that no mail shows.")
            .at(name)
            .with("max", std::to_string(max)));
  };
  check("subject", out.subject, kMaxSubject, false);
  check("text", out.text, kMaxText, true);
  TRY(form.verdict());
  return out;
}

Error no_group() {
  return Error::not_found("entity.no_record", "There is no such record of identity.group.")
      .with("entity", "identity.group");
}

// Its name, if the caller may tell its people something.
Result<std::string> group_of(store::Session& session, const Caller& caller, std::string_view group) {
  std::string name;
  TRY_ASSIGN(there, session.query_one("SELECT name FROM identity_group WHERE id = $1 AND deleted_at IS NULL",
                                      {group}, [&](const store::Row& row) { name = row.string(0); }));
  if (!there) return fail(no_group());
  if (caller.administrator()) return name;
  TRY_ASSIGN(leader, leads(session, group, caller.user_id));
  if (leader) return name;
  return fail(Error::forbidden("identity.not_leading",
                               "Only who leads this group, and administrators, may do this."));
}

// {"may":true,"people":12}; nobody learns how many there are in a group that he does not lead.
void get_notice(Parts& parts, Exchange exchange) {
  const http::Request& request = exchange.request();
  Json out = {{"may", false}, {"people", nullptr}};
  auto read = parts.database.read([&](store::Session& session) -> Result<void> {
    const auto name = group_of(session, request.caller(), request.param("id"));
    if (!name && name.error().kind == ErrorKind::kForbidden) return {};
    if (!name) return fail(name.error());
    TRY_ASSIGN(people, people_in(session, request.param("id")));
    out = {{"may", parts.options.notices.links()}, {"people", people.size()}};
    return {};
  });
  if (!read) return void(exchange.fail(read.error()));
  exchange.respond(http::Response::json(200, to_text(out)));
}

std::string told(const std::string& subject, std::size_t people) {
  return to_text(Json::array({{{"field", "subject"}, {"before", nullptr}, {"after", subject}},
                              {{"field", "people"}, {"before", nullptr}, {"after", people}}}));
}

Result<std::size_t> send(Parts& parts, store::Transaction& transaction, const http::Request& request,
                         const Words& words) {
  const Caller& caller = request.caller();
  const std::string group(request.param("id"));
  TRY_ASSIGN(name, group_of(transaction, caller, group));
  TRY_ASSIGN(
      people,
      notify_group(parts, transaction, group, "group_notice",
                   {{"group", name}, {"by", caller.name}, {"subject", words.subject}, {"text", words.text}}));
  AuthEvent event = event_of(request, "group.notified");
  event.user_id = caller.user_id;
  event.session_id = caller.session_id;
  event.changes = told(name + ": " + words.subject, people);
  parts.tell(transaction, event);
  return people;
}

void post_notice(Parts& parts, Exchange exchange) {
  auto words = read_words(exchange.request());
  if (!words) return void(exchange.fail(words.error()));
  if (!parts.options.notices.links())
    return void(exchange.fail(Error::conflict("identity.invite_no_mail", "No mail can be sent yet.")));
  const std::string& person = exchange.request().caller().user_id;
  const auto attempt = parts.notice_limit.begin(person, person);
  if (attempt.refused()) return void(exchange.fail(throttled(attempt)));
  auto people = std::make_shared<std::size_t>(0);
  parts.write(
      [&parts, exchange, people,
       words = std::move(*words)](store::Transaction& transaction) mutable -> Result<void> {
        TRY_ASSIGN(sent, send(parts, transaction, exchange.request(), words));
        *people = sent;
        return {};
      },
      [&parts, exchange, people, attempt](Result<void> result) mutable {
        if (result) return void(exchange.respond(http::Response::json(202, to_text({{"people", *people}}))));
        parts.notice_limit.withdrawn(attempt);
        exchange.fail(result.error());
      });
}

}  // namespace

Result<std::vector<User>> people_in(store::Session& session, std::string_view group) {
  std::vector<User> out;
  TRY(session.query(
      std::string(kInside) +
          "SELECT DISTINCT u.id, u.email, u.name, u.language FROM inside i JOIN identity_membership m ON "
          "m.in_group = i.id AND m.deleted_at IS NULL JOIN identity_user u ON u.id = m.person WHERE "
          "u.active = $2 AND u.deleted_at IS NULL ORDER BY u.id",
      {group, true}, [&](const store::Row& row) {
        User& user = out.emplace_back();
        user.id = row.string(0);
        user.email = row.string(1);
        user.name = row.string(2);
        user.language = row.string(3);
        user.active = true;
        return true;
      }));
  return out;
}

Result<bool> leads(store::Session& session, std::string_view group, std::string_view person) {
  return session.query_one(std::string(kAround) +
                               "SELECT 1 FROM around a JOIN identity_membership m ON m.in_group = a.id AND "
                               "m.deleted_at IS NULL WHERE m.person = $2 AND m.manager = $3 LIMIT 1",
                           {group, person, true}, [](const store::Row&) {});
}

Result<std::size_t> notify_group(const Parts& parts, store::Transaction& transaction, std::string_view group,
                                 const std::string& kind,
                                 const std::vector<std::pair<std::string, std::string>>& params) {
  TRY_ASSIGN(people, people_in(transaction, group));
  if (people.size() > kMaxTold)
    return fail(Error::conflict("identity.notice_many",
                                "More than " + std::to_string(kMaxTold) + " people are in this group.")
                    .with("max", std::to_string(kMaxTold)));
  if (!parts.options.notices.links()) return std::size_t{0};
  for (const User& user : people)
    TRY(parts.options.notices.send(transaction, {.kind = kind,
                                                 .user_id = user.id,
                                                 .email = user.email,
                                                 .name = user.name,
                                                 .language = user.language,
                                                 .params = params,
                                                 .link = "/"}));
  return people.size();
}

void add_group_notice_routes(Parts& parts, std::vector<http::Route>& routes) {
  const auto add = [&](http::Method method, void (*handler)(Parts&, Exchange)) {
    http::Route route;
    route.method = method;
    route.pattern = "/api/v1/identity/groups/{id}/notice";
    route.access = http::Access::signed_in().own_only();
    route.limits.max_body = kMaxBody;
    route.handler = [&parts, handler](Exchange exchange) { handler(parts, std::move(exchange)); };
    routes.push_back(std::move(route));
  };
  add(http::Method::kGet, get_notice);
  add(http::Method::kPost, post_notice);
}

}  // namespace opsflux::identity
