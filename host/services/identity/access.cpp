#include "host/services/identity/access.hpp"

#include "host/base/text.hpp"

namespace opsflux::identity {
namespace {

using CallerPtr = std::shared_ptr<const Caller>;

bool changes_nothing(http::Method method) {
  return method == http::Method::kGet || method == http::Method::kHead || method == http::Method::kOptions;
}

Result<CallerPtr> bearer(Sessions& sessions, std::string_view authorization, std::string_view address) {
  const auto space = authorization.find(' ');
  if (space == std::string_view::npos || to_lower_ascii(authorization.substr(0, space)) != "bearer")
    return fail(Error::unauthenticated("identity.bad_authorization",
                                       "The Authorization field must be \"Bearer\" and an access token."));
  return sessions.authenticate_bearer(trim(authorization.substr(space)), address);
}

Result<CallerPtr> identify(Sessions& sessions, const http::Request& request, std::string_view public_url) {
  if (const auto authorization = request.header("authorization"))
    return bearer(sessions, *authorization, request.client_address());
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

http::AccessCheck access_check(Sessions& sessions, std::string public_url, PermissionTest allowed) {
  return [&sessions, public_url = std::move(public_url), allowed = std::move(allowed)](
             const http::Request& request, const http::Route& route) -> http::AccessVerdict {
    auto caller = identify(sessions, request, public_url);
    if (route.access.kind == http::Access::Kind::kPublic) return caller ? std::move(*caller) : CallerPtr();
    if (!caller || route.access.kind == http::Access::Kind::kSignedIn) return caller;
    if (!allowed(**caller, route.access.permission))
      return {*caller, Error::forbidden("identity.not_permitted",
                                        "You do not have the right \"" + route.access.permission +
                                            "\". An administrator can give it to you.")
                           .with("permission", route.access.permission)};
    return caller;
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
