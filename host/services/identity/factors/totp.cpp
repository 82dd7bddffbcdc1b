#include "host/services/identity/factors/totp.hpp"

#include <liboath/oath.h>
#include <sodium.h>

#include "host/base/text.hpp"

namespace opsflux::identity {
namespace {

constexpr std::size_t kSecretBytes = 20;
constexpr int kMaxDigits = 8;

// The library must be prepared once, before it is used by several threads.
bool ready() {
  static const bool done = oath_init() == OATH_OK;
  return done;
}

Error not_made(int reason) {
  return Error::unavailable("identity.code_not_made", "The one-time code could not be computed.")
      .because(oath_strerror(reason));
}

int flags_of(TotpHash hash) {
  if (hash == TotpHash::kSha256) return OATH_TOTP_HMAC_SHA256;
  return hash == TotpHash::kSha512 ? OATH_TOTP_HMAC_SHA512 : 0;
}

// The digits of what was typed ("123 456"); empty when it is no code.
std::string digits_of(std::string_view typed) {
  std::string out;
  for (const char c : typed) {
    if (c == ' ') continue;
    if (c < '0' || c > '9' || out.size() == kTotpDigits) return {};
    out += c;
  }
  return out.size() == kTotpDigits ? out : std::string();
}

}  // namespace

std::string new_totp_secret() { return random_bytes(kSecretBytes); }

Result<std::string> hotp_code(std::string_view secret, std::uint64_t counter, unsigned digits) {
  char out[kMaxDigits + 1] = {};
  const int made = ready() && digits <= kMaxDigits
                       ? oath_hotp_generate(secret.data(), secret.size(), counter, digits, false,
                                            OATH_HOTP_DYNAMIC_TRUNCATION, out)
                       : OATH_INVALID_DIGITS;
  if (made != OATH_OK) return fail(not_made(made));
  return std::string(out);
}

Result<std::string> totp_code(std::string_view secret, std::int64_t at, unsigned digits, TotpHash hash) {
  char out[kMaxDigits + 1] = {};
  const int made = ready() && digits <= kMaxDigits
                       ? oath_totp_generate2(secret.data(), secret.size(), at, kTotpStepSeconds, 0, digits,
                                             flags_of(hash), out)
                       : OATH_INVALID_DIGITS;
  if (made != OATH_OK) return fail(not_made(made));
  return std::string(out);
}

// All three are computed and compared whatever the first says, so that time tells nothing.
Result<std::optional<std::int64_t>> totp_step(std::string_view secret, std::string_view code, UtcNs now,
                                              std::int64_t last_step) {
  const std::string typed = digits_of(code);
  const std::int64_t current = now / 1'000'000'000 / kTotpStepSeconds;
  std::optional<std::int64_t> found;
  for (const std::int64_t step : {current - 1, current + 1, current}) {
    TRY_ASSIGN(right, totp_code(secret, step * kTotpStepSeconds));
    const bool same = !typed.empty() && sodium_memcmp(right.data(), typed.data(), kTotpDigits) == 0;
    if (same && step > last_step) found = step;
  }
  return found;
}

std::string to_base32(std::string_view bytes) {
  static constexpr char kAlphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  std::string out;
  std::uint32_t held = 0;
  int bits = 0;
  for (const char c : bytes) {
    held = (held << 8 | static_cast<unsigned char>(c)) & 0xffff;
    for (bits += 8; bits >= 5; bits -= 5) out += kAlphabet[held >> (bits - 5) & 31];
  }
  if (bits > 0) out += kAlphabet[held << (5 - bits) & 31];
  return out;
}

std::string totp_uri(std::string_view issuer, std::string_view account, std::string_view secret) {
  return "otpauth://totp/" + percent_encode(issuer) + ":" + percent_encode(account) +
         "?secret=" + to_base32(secret) + "&issuer=" + percent_encode(issuer);
}

}  // namespace opsflux::identity
