// The cookies of a log-in besides the session's own.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "host/http/request.hpp"

namespace opsflux::identity {

inline constexpr std::string_view kTicketCookie = "opsflux_login", kDeviceCookie = "opsflux_device";

// Over HTTPS their names begin with "__Host-", which a browser takes from this host alone; the plain names
// are then not read.
std::optional<std::string_view> read_cookie(const http::Request& request, std::string_view name, bool https);
// The Set-Cookie value; an empty `value` takes the cookie away.
std::string cookie_text(std::string_view name, std::string_view value, std::chrono::seconds lifetime,
                        bool https);

}  // namespace opsflux::identity
