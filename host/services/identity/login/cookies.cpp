#include "host/services/identity/login/cookies.hpp"

namespace opsflux::identity {
namespace {

std::string full_name(std::string_view name, bool https) {
  return (https ? "__Host-" : "") + std::string(name);
}

}  // namespace

std::optional<std::string_view> read_cookie(const http::Request& request, std::string_view name, bool https) {
  const auto value = request.cookie(full_name(name, https));
  return value && !value->empty() ? value : std::nullopt;
}

std::string cookie_text(std::string_view name, std::string_view value, std::chrono::seconds lifetime,
                        bool https) {
  const auto seconds = value.empty() ? 0 : lifetime.count();
  return full_name(name, https) + "=" + std::string(value) + "; Path=/; Max-Age=" + std::to_string(seconds) +
         "; HttpOnly; SameSite=Strict" + (https ? "; Secure" : "");
}

}  // namespace opsflux::identity
