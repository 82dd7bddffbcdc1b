// Who calls, and may he: the check in front of every route.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "host/http/server.hpp"
#include "host/services/identity/defence/address_rules.hpp"
#include "host/services/identity/defence/limits.hpp"
#include "host/services/identity/keys/api_keys.hpp"
#include "host/services/identity/sessions.hpp"

namespace opsflux::identity {

// By HTTPS the name begins with __Host-: browsers then take the cookie only from this very host, by HTTPS,
// for the whole host, so that neither a neighbouring subdomain nor a plain answer can plant one. The plain
// name is for instances without HTTPS, and is never read where there is.
inline constexpr std::string_view kCookieName = "opsflux_session";
inline constexpr std::string_view kSecureCookieName = "__Host-opsflux_session";

// Judges a permission such as "tiers.company.edit"; any thread, must not block.
using PermissionTest = std::function<bool(const Caller&, std::string_view permission)>;

// What the check asks. All must outlive the server; `public_url` may be empty.
struct AccessParts {
  Sessions& sessions;
  ApiKeys& api_keys;
  Limits& limits;
  const AddressRules& address_rules;
  const LiveValue<std::uint32_t>& anonymous_quota;       // requests a minute of an address; 0: any number
  std::function<Result<void>(const Caller&)> confirmed;  // see Identity::require_confirmed
  std::string public_url;
  PermissionTest allowed;
  std::function<void()> rules_stale;  // a rule has ended: to be read anew; must not block
};

// In order: the address rules; who calls, by `Authorization: Bearer <access token or API key>`, else the
// browser's cookie; the limit of requests under /api/ without a caller; the right. A request that is
// authenticated by the cookie and could change something must come from our own page, see is_from_our_page.
// On public routes the caller is told when known and the request goes on as nobody's when not. Errors:
// identity.address_denied (403), http.too_many_requests (429), identity.not_signed_in,
// identity.bad_authorization, those of Sessions (401); identity.foreign_request, identity.not_permitted
// {permission} (403).
http::AccessCheck access_check(AccessParts parts);

// The defence against requests forged by other sites' pages: the header X-Opsflux-Client: web, which another
// origin cannot send without our consent, and an Origin, when there is one, that is the public address or the
// host the request was sent to.
bool is_from_our_page(const http::Request& request, std::string_view public_url);

// True when the client says that it is our web application, whose session lives in a cookie.
bool is_web_client(const http::Request& request);

// Whether the browser speaks HTTPS: with the server, with a trusted proxy, or as the public address says.
bool by_https(const http::Request& request, std::string_view public_url);

// The secret that the browser's cookie holds; empty: none.
std::string_view session_secret(const http::Request& request, std::string_view public_url);

// The Set-Cookie value that hands the secret over, or (empty secret) takes it away.
std::string session_cookie(std::string_view secret, std::chrono::milliseconds lifetime, bool https_only);

}  // namespace opsflux::identity
