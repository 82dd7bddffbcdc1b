// The request methods the server knows; every other one is answered 501.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace opsflux::http {

enum class Method : std::uint8_t { kGet, kHead, kPost, kPut, kPatch, kDelete, kOptions };
inline constexpr std::size_t kMethodCount = 7;

constexpr std::string_view method_name(Method method) {
  constexpr std::array<std::string_view, kMethodCount> kNames = {"GET",   "HEAD",   "POST",   "PUT",
                                                                 "PATCH", "DELETE", "OPTIONS"};
  return kNames[static_cast<std::size_t>(method)];
}

// Methods are case-sensitive (RFC 9110, section 9.1).
constexpr std::optional<Method> method_from(std::string_view name) {
  for (std::size_t i = 0; i < kMethodCount; ++i)
    if (method_name(static_cast<Method>(i)) == name) return static_cast<Method>(i);
  return std::nullopt;
}

}  // namespace opsflux::http
