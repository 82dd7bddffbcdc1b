// One-time codes by time (RFC 6238) and by counter (RFC 4226), as authenticator applications make them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "host/base/clock.hpp"
#include "host/base/error.hpp"

namespace opsflux::identity {

inline constexpr std::int64_t kTotpStepSeconds = 30;
inline constexpr unsigned kTotpDigits = 6;

enum class TotpHash : std::uint8_t { kSha1, kSha256, kSha512 };

// 20 random bytes, as RFC 4226 recommends. Secrets are raw bytes everywhere but in what a person types.
std::string new_totp_secret();

// The code of a counter; 6 to 8 digits. "identity.code_not_made" when the library refuses.
Result<std::string> hotp_code(std::string_view secret, std::uint64_t counter, unsigned digits = kTotpDigits);
// The code of a moment, in seconds since 1970.
Result<std::string> totp_code(std::string_view secret, std::int64_t at, unsigned digits = kTotpDigits,
                              TotpHash hash = TotpHash::kSha1);

// The time step that `code` belongs to: this one, the one before or the one after, because clocks differ.
// Only steps after `last_step` count, so a code that was accepted is not accepted again; keep what is
// returned. Blanks within the code are skipped. nullopt: wrong.
Result<std::optional<std::int64_t>> totp_step(std::string_view secret, std::string_view code, UtcNs now,
                                              std::int64_t last_step);

// RFC 4648 without padding; what a person types who cannot scan.
std::string to_base32(std::string_view bytes);

// otpauth://totp/<issuer>:<account>?secret=…&issuer=…, what the QR code says.
std::string totp_uri(std::string_view issuer, std::string_view account, std::string_view secret);

}  // namespace opsflux::identity
