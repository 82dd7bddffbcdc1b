// GET and PATCH /api/v1/auth/me.
#include <nlohmann/json.hpp>

#include "host/base/json.hpp"
#include "host/base/text.hpp"
#include "host/entities/files.hpp"
#include "host/services/identity/form.hpp"
#include "host/services/identity/parts.hpp"
#include "host/services/identity/rights/companies.hpp"

namespace opsflux::identity {
namespace {

using http::Exchange;
using Parts = Identity::Parts;

constexpr std::size_t kMaxBody = 16 << 10;

http::Response user_answer(const User& user) {
  return http::Response::json(200, "{\"user\":" + user_json(user) + "}");
}

// Who sees as this person; null: he himself.
Json seen_by(const Caller& caller) {
  if (caller.actor_id.empty()) return nullptr;
  return {{"name", caller.actor_name}, {"writes", !caller.read_only}};
}

// With the company that he acts for, and those that he may. Also renews the browser's cookie, whose own end
// would otherwise stay that of the log-in.
void get_me(Parts& parts, Exchange exchange) {
  const http::Request& request = exchange.request();
  std::optional<User> user;
  Json out;
  auto read = parts.database.read([&](store::Session& session) -> Result<void> {
    const Caller& caller = request.caller();
    TRY_ASSIGN(found, find_user(session, caller.user_id));
    user = std::move(found);
    TRY_ASSIGN(context, context_of(session, parts.standings, caller.user_id, caller.company));
    out = std::move(context);
    return {};
  });
  if (!read) return void(exchange.fail(read.error()));
  if (!user) return void(exchange.fail(user_missing()));
  out["user"] = Json::parse(user_json(*user));
  out["seen_by"] = seen_by(request.caller());
  http::Response response = http::Response::json(200, to_text(out));
  const std::string_view secret = session_secret(request, parts.options.public_url);
  if (!request.header("authorization") && is_refresh_token(secret, SessionKind::kBrowser))
    response.header("Set-Cookie",
                    session_cookie(secret, parts.sessions->options().refresh_lifetime, parts.https(request)));
  exchange.respond(std::move(response));
}

struct Preferences {
  std::optional<std::string> name, language, theme, density;
  // What stands in his record and is written as records are: by the rules of its fields, with its files.
  Json profile = Json::object();
};

constexpr std::string_view kProfile[] = {"phone", "job", "place", "time_zone", "photo"};

Result<Preferences> read_preferences(const http::Request& request) {
  TRY_ASSIGN(form, Form::read(request, {"name", "language", "theme", "density", "phone", "job", "place",
                                        "time_zone", "photo"}));
  Preferences out{form.optional("name"), form.optional("language"), form.optional("theme"),
                  form.optional("density")};
  for (const std::string_view name : kProfile)
    if (const auto value = form.optional(name))
      out.profile[std::string(name)] = value->empty() ? Json() : Json(*value);
  if (out.name) form.note(check_name(*out.name));
  if (out.language) form.note(check_choice("language", *out.language, kLanguageNames));
  if (out.theme) form.note(check_choice("theme", *out.theme, kThemes));
  if (out.density) form.note(check_choice("density", *out.density, kDensities));
  TRY(form.verdict());
  return out;
}

// [{"field": …, "before": …, "after": …}] of what a person changed of himself.
std::string changes_of(const User& before, const User& after) {
  Json out = Json::array();
  const auto note = [&out](std::string_view field, const std::string& was, const std::string& is) {
    if (was != is) out.push_back({{"field", field}, {"before", was}, {"after", is}});
  };
  note("name", before.name, after.name);
  note("language", before.language, after.language);
  note("theme", before.theme, after.theme);
  note("density", before.density, after.density);
  return to_text(out);
}

// A file that the person sent, and that stands nowhere yet, or the one that is there.
Result<void> check_photo(store::Session& session, const User& user, const Json& profile) {
  const std::string photo = get_string_or(profile, "photo", "");
  if (photo.empty() || photo == user.photo) return {};
  TRY_ASSIGN(file, entities::find_file(session, photo));
  if (file && file->loose() && file->created_by == user.id) return {};
  return fail(entities::no_file("photo"));
}

Result<User> change_user(Parts& parts, store::Transaction& transaction, const http::Request& request,
                         const Preferences& wanted) {
  TRY_ASSIGN(found, find_user(transaction, request.caller().user_id));
  if (!found) return fail(user_missing());
  const User before = *found;
  if (!wanted.profile.empty()) {
    if (!parts.options.records.update)
      return fail(Error::internal("http.failed", "There are no records before the modules are loaded."));
    TRY(check_photo(transaction, before, wanted.profile));
    Caller himself = request.caller();
    himself.system = true;  // whatever he may do with records of people
    TRY(parts.options.records.update(transaction, "identity.user", before.id, wanted.profile, himself));
    TRY_ASSIGN(written, find_user(transaction, before.id));
    if (written) found = std::move(written);
    if (!wanted.name && !wanted.language && !wanted.theme && !wanted.density) return *std::move(found);
  }
  if (wanted.name) found->name = trim(*wanted.name);
  if (wanted.language) found->language = *wanted.language;
  if (wanted.theme) found->theme = *wanted.theme;
  if (wanted.density) found->density = *wanted.density;
  TRY(update_preferences(transaction, *found, parts.clock.now(), found->id));
  AuthEvent event = event_of(request, "profile.changed");
  event.user_id = found->id;
  event.email = found->email;
  event.session_id = request.caller().session_id;
  event.changes = changes_of(before, *found);
  parts.tell(transaction, event);
  transaction.on_commit([&parts, user = *found] { parts.sessions->user_changed(user); });
  return *std::move(found);
}

void patch_me(Parts& parts, Exchange exchange) {
  auto wanted = read_preferences(exchange.request());
  if (!wanted) return void(exchange.fail(wanted.error()));
  auto user = std::make_shared<User>();
  parts.write(
      [&parts, exchange, user,
       wanted = std::move(*wanted)](store::Transaction& transaction) mutable -> Result<void> {
        TRY_ASSIGN(changed, change_user(parts, transaction, exchange.request(), wanted));
        *user = std::move(changed);
        return {};
      },
      [exchange, user](Result<void> result) mutable {
        if (!result)
          exchange.fail(result.error());
        else
          exchange.respond(user_answer(*user));
      });
}

}  // namespace

Error user_missing() {
  return Error::not_found("identity.user_missing",
                          "There is no such user. It may have been deleted meanwhile.");
}

void add_user_routes(Parts& parts, std::vector<http::Route>& routes) {
  const auto add = [&](http::Method method, std::string_view pattern, http::Access access,
                       void (*handler)(Parts&, Exchange)) {
    http::Route route;
    route.method = method;
    route.pattern = pattern;
    route.access = std::move(access);
    route.limits.max_body = kMaxBody;
    route.handler = [&parts, handler](Exchange exchange) { handler(parts, std::move(exchange)); };
    routes.push_back(std::move(route));
  };
  add(http::Method::kGet, "/api/v1/auth/me", http::Access::signed_in(), get_me);
  add(http::Method::kPatch, "/api/v1/auth/me", http::Access::signed_in().own_only(), patch_me);
}

}  // namespace opsflux::identity
