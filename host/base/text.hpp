// Small helpers on text and bytes. Text is UTF-8 in std::string; lengths of text are in code points
// where a person counts them (utf8_length) and in bytes elsewhere.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace opsflux {

// True for well-formed UTF-8 without surrogates and overlong forms. NUL is allowed; see has_nul.
bool is_utf8(std::string_view text);
bool has_nul(std::string_view text);
std::size_t utf8_length(std::string_view text);

std::string_view trim(std::string_view text);
std::string to_lower_ascii(std::string_view text);
std::vector<std::string_view> split(std::string_view text, char separator);
std::string join(const std::vector<std::string>& parts, std::string_view separator);
bool is_identifier(std::string_view text);  // [a-z][a-z0-9_]{0,62}: module ids, entity, field and table names

std::string to_hex(std::string_view bytes);
std::optional<std::string> from_hex(std::string_view hex);
std::string to_base64url(std::string_view bytes);  // no padding
std::optional<std::string> from_base64url(std::string_view text);
std::string to_base64(std::string_view bytes);  // standard alphabet, padded
std::optional<std::string> from_base64(std::string_view text);

// Percent-decoding of a URL part; nullopt on a broken escape. `plus_is_space` for query strings.
std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space);
std::string percent_encode(std::string_view text);

std::optional<std::int64_t> parse_int(std::string_view text);
std::optional<double> parse_double(std::string_view text);

// "1.2.3" as numbers; nullopt when it is not three numbers with dots.
struct SemVer {
  int major = 0, minor = 0, patch = 0;
  auto operator<=>(const SemVer&) const = default;
};
std::optional<SemVer> parse_semver(std::string_view text);

// SHA-256 of bytes, and as lower-case hex.
std::string sha256(std::string_view bytes);
std::string sha256_hex(std::string_view bytes);

// Compares secrets in time that depends on the lengths only.
bool equal_constant_time(std::string_view a, std::string_view b);
std::string random_bytes(std::size_t count);

}  // namespace opsflux
