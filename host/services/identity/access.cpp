#include "host/services/identity/access.hpp"

#include "host/base/text.hpp"
#include "host/services/identity/throttle.hpp"
#include "host/services/identity/users.hpp"

namespace opsflux::identity {
namespace {

using CallerPtr = std::shared_ptr<const Caller>;

bool changes_nothing(http::Method method) {
  return method == http::Method::kGet || method == http::Method::kHead || method == http::Method::kOptions;
}

// Who calls, and what the answer is to tell of limits.
struct Identified {
  Result<CallerPtr> caller;
  std::string fields = {};
};

Identified bearer(const AccessParts& parts, std::string_view authorization, std::string_view address) {
  const auto space = authorization.find(' ');
  if (space == std::string_view::npos || to_lower_ascii(authorization.substr(0, space)) != "bearer")
    return {fail(Error::unauthenticated("identity.bad_authorization",
                                        "The Authorization field must be \"Bearer\" and an access token."))};
  const std::string_view token = trim(authorization.substr(space));
  if (!token.starts_with("ofx_")) return {parts.sessions.authenticate_bearer(token, address)};
  KeyVerdict verdict = parts.api_keys.authenticate(token, address);
  return {std::move(verdict.caller), std::move(verdict.fields)};
}

Result<CallerPtr> by_cookie(Sessions& sessions, const http::Request& request, std::string_view public_url) {
  const std::string_view secret = session_secret(request, public_url);
  if (secret.empty())
    return fail(
        Error::unauthenticated("identity.not_signed_in", "You are not signed in. Sign in, then try again."));
  if (!changes_nothing(request.method) && !is_from_our_page(request, public_url))
    return fail(Error::forbidden(
        "identity.foreign_request",
        "The request does not come from this application's own pages. Reload the page and try again."));
  return sessions.authenticate_browser(secret, request.client_address());
}

Identified identify(const AccessParts& parts, const http::Request& request) {
  if (const auto authorization = request.header("authorization"))
    return bearer(parts, *authorization, request.client_address());
  return {by_cookie(parts.sessions, request, parts.public_url)};
}

bool signs_in(const http::Route& route) {
  return route.access.kind == http::Access::Kind::kPublic && route.pattern.starts_with("/api/v1/auth/") &&
         route.pattern != "/api/v1/auth/logout";
}

Result<void> admit(const AddressRules& rules, const http::Request& request, const http::Route& route) {
  TRY(rules.check(RuleScope::kAll, request.client_address()));
  if (signs_in(route)) TRY(rules.check(RuleScope::kLogin, request.client_address()));
  return {};
}

// What only the person himself may do, and what one who may only look may not.
Result<void> check_person(const Caller& caller, const http::Request& request, const http::Access& access) {
  if (access.own && by_key(caller))
    return fail(
        Error::forbidden("identity.own_only", "This is for persons who are signed in, not for API keys."));
  const bool looks =
      changes_nothing(request.method) || access.reads || access.kind == http::Access::Kind::kPublic;
  if ((access.own && !caller.actor_id.empty()) || (caller.read_only && !looks))
    return fail(Error::forbidden(
        "identity.seeing_only", "You see as somebody else and cannot do this. Come back to yourself first."));
  return {};
}

Result<void> check_right(const AccessParts& parts, const Caller& caller, const http::Access& access) {
  if (access.kind == http::Access::Kind::kPermission && !parts.allowed(caller, access.permission))
    return fail(Error::forbidden("identity.not_permitted", "You do not have the right \"" +
                                                               access.permission +
                                                               "\". An administrator can give it to you.")
                    .with("permission", access.permission));
  return access.confirmed ? parts.confirmed(caller) : Result<void>();
}

// The right, of a caller who is known.
http::AccessVerdict permitted(const AccessParts& parts, CallerPtr caller, const http::Request& request,
                              const http::Route& route) {
  if (caller->administrator())
    if (auto admitted = parts.address_rules.check(RuleScope::kAdministrators, caller->address); !admitted) {
      // What everybody may have, he has as everybody.
      if (route.access.kind == http::Access::Kind::kPublic) return CallerPtr();
      return {std::move(caller), std::move(admitted).error()};
    }
  if (auto may = check_person(*caller, request, route.access); !may) return {caller, std::move(may).error()};
  if (auto may = check_right(parts, *caller, route.access); !may) return {caller, std::move(may).error()};
  return caller;
}

http::AccessVerdict judge(const AccessParts& parts, const http::Request& request, const http::Route& route) {
  if (auto admitted = admit(parts.address_rules, request, route); !admitted)
    return {nullptr, std::move(admitted).error()};
  auto [caller, fields] = identify(parts, request);
  if (caller) {
    http::AccessVerdict verdict = permitted(parts, std::move(*caller), request, route);
    verdict.fields = std::move(fields);
    return verdict;
  }
  // A limit holds on open routes too.
  if (caller.error().kind == ErrorKind::kTooMany) {
    http::AccessVerdict verdict(nullptr, std::move(caller).error());
    verdict.fields = std::move(fields);
    return verdict;
  }
  const bool open = route.access.kind == http::Access::Kind::kPublic;
  http::AccessVerdict verdict =
      open ? http::AccessVerdict(CallerPtr()) : http::AccessVerdict(nullptr, std::move(caller).error());
  const LimitPolicy anonymous{"anonymous", parts.anonymous_quota};
  if (anonymous.quota == 0 || !request.path.starts_with("/api/")) return verdict;
  const LimitVerdict limit = parts.limits.take(anonymous, Throttle::address_key(request.client_address()));
  if (limit.refused) verdict.refused = too_many_requests(limit);
  verdict.fields = rate_limit_fields(anonymous, limit);
  return verdict;
}

}  // namespace

bool is_web_client(const http::Request& request) {
  return request.header("x-opsflux-client") == std::optional<std::string_view>("web");
}

bool is_from_our_page(const http::Request& request, std::string_view public_url) {
  if (!is_web_client(request)) return false;
  const auto origin = request.header("origin");
  if (!origin) return true;
  const std::string given = to_lower_ascii(*origin);
  if (!public_url.empty() && given == to_lower_ascii(public_url)) return true;
  const auto scheme = given.find("://");
  if (scheme == std::string::npos) return false;
  return std::string_view(given).substr(scheme + 3) == to_lower_ascii(request.host());
}

http::AccessCheck access_check(AccessParts parts) {
  return [parts = std::move(parts)](const http::Request& request, const http::Route& route) {
    if (parts.address_rules.stale()) parts.rules_stale();
    return judge(parts, request, route);
  };
}

bool by_https(const http::Request& request, std::string_view public_url) {
  return request.secure() || public_url.starts_with("https://");
}

std::string_view session_secret(const http::Request& request, std::string_view public_url) {
  return request.cookie(by_https(request, public_url) ? kSecureCookieName : kCookieName).value_or("");
}

std::string session_cookie(std::string_view secret, std::chrono::milliseconds lifetime, bool https_only) {
  // Without Max-Age the cookie goes when the browser is closed.
  const auto seconds =
      secret.empty() ? 0 : std::chrono::duration_cast<std::chrono::seconds>(lifetime).count();
  const std::string age =
      secret.empty() || is_remembered(secret) ? "; Max-Age=" + std::to_string(seconds) : std::string();
  return std::string(https_only ? kSecureCookieName : kCookieName) + "=" + std::string(secret) + "; Path=/" +
         age + "; HttpOnly; SameSite=Strict" + (https_only ? "; Secure" : "");
}

}  // namespace opsflux::identity
