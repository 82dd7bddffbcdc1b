#include "host/services/identity/factors/one_time_code.hpp"

#include <sodium.h>

#include <algorithm>

#include "host/base/text.hpp"

namespace opsflux::identity {
namespace {

constexpr std::size_t kDigits = 6, kHash = 32;
constexpr std::string_view kHidden = "•••";

std::string hash_of(const SecretBox& box, std::string_view row_id, std::string_view way,
                    std::string_view code) {
  const std::string key = box.derive_key("codes");
  const std::string text = std::string(row_id) + '\n' + std::string(way) + '\n' + std::string(code);
  std::string out(kHash, '\0');
  crypto_generichash(reinterpret_cast<unsigned char*>(out.data()), out.size(),
                     reinterpret_cast<const unsigned char*>(text.data()), text.size(),
                     reinterpret_cast<const unsigned char*>(key.data()), key.size());
  return to_hex(out);
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Six digits, or nothing when it cannot be a code.
std::string digits_of(std::string_view typed) {
  std::string out;
  for (const char c : typed) {
    if (c == ' ') continue;
    if (!is_digit(c) || out.size() == kDigits) return {};
    out += c;
  }
  return out.size() == kDigits ? out : std::string();
}

Error codes_sent() {
  return Error::make(ErrorKind::kTooMany, "identity.codes_sent",
                     "Three codes were sent already. Use the newest one, or begin again.")
      .retry_after(std::chrono::milliseconds(kCodeLifetime).count());
}

Error login_over() {
  return Error::unauthenticated("identity.login_over",
                                "This log-in took too long or failed too often. Begin again with your "
                                "password.");
}

Error number_invalid() {
  return Error::invalid("identity.number_invalid",
                        "This is not a telephone number with its country. It reads like +33 6 12 34 56 78.")
      .at("number");
}

}  // namespace

std::string new_code() {
  std::string out = std::to_string(randombytes_uniform(1'000'000));
  return std::string(kDigits - out.size(), '0') + out;
}

Result<void> keep_code(store::Transaction& transaction, const SecretBox& box, std::string_view row_id,
                       std::string_view way, std::string_view code, UtcNs now) {
  std::int64_t sent = -1;
  const std::string at = format_utc(now), hash = hash_of(box, row_id, way, code),
                    until = format_utc(now + std::chrono::nanoseconds(kCodeLifetime).count());
  TRY(
      transaction.query_one("SELECT codes_sent FROM identity_token WHERE id = $1 AND used_at IS NULL AND "
                            "expires_at > $2",
                            {row_id, at}, [&](const store::Row& row) { sent = row.i64(0); }));
  if (sent < 0) return fail(login_over());
  TRY_ASSIGN(kept, transaction.execute(
                       "UPDATE identity_token SET code_hash = $2, code_sent_at = $3, expires_at = $4, "
                       "codes_sent = codes_sent + 1 WHERE id = $1 AND codes_sent < $5",
                       {row_id, hash, at, until, kCodesPerRow}));
  return kept == 1 ? Result<void>() : fail(codes_sent());
}

Result<bool> take_code(store::Transaction& transaction, const SecretBox& box, std::string_view row_id,
                       std::string_view way, std::string_view typed, UtcNs now) {
  std::string stored;
  const std::string oldest = format_utc(now - std::chrono::nanoseconds(kCodeLifetime).count());
  TRY(transaction.query_one("SELECT code_hash FROM identity_token WHERE id = $1 AND code_sent_at > $2",
                            {row_id, oldest}, [&](const store::Row& row) { stored = row.string(0); }));
  const std::string digits = digits_of(typed);
  const bool same = equal_constant_time(stored, hash_of(box, row_id, way, digits));
  if (digits.empty() || stored.empty() || !same) return false;
  TRY_ASSIGN(taken, transaction.execute("UPDATE identity_token SET code_hash = NULL WHERE id = $1 AND "
                                        "code_hash = $2 AND used_at IS NULL",
                                        {row_id, stored}));
  return taken == 1;
}

std::string masked_email(std::string_view email) {
  const auto at = email.find('@');
  if (at == std::string_view::npos || at == 0) return std::string(kHidden);
  const std::string_view domain = email.substr(at + 1);
  const auto dot = domain.rfind('.');
  std::string out = std::string(email.substr(0, 1)) + std::string(kHidden) + "@";
  out += std::string(domain.substr(0, 1)) + std::string(kHidden);
  return dot == std::string_view::npos ? out : out + std::string(domain.substr(dot));
}

std::string masked_number(std::string_view number) {
  if (number.size() < 8) return std::string(kHidden);
  return std::string(number.substr(0, 3)) + "•••••" + std::string(number.substr(number.size() - 2));
}

Result<std::string> normal_number(std::string_view typed) {
  std::string out;
  for (const char c : trim(typed)) {
    if (c == ' ' || c == '.' || c == '-' || c == '(' || c == ')') continue;
    if (!is_digit(c) && !(c == '+' && out.empty())) return fail(number_invalid());
    out += c;
  }
  if (out.starts_with("00")) out = "+" + out.substr(2);
  // A plus, a country that does not begin with 0, and up to fifteen digits (E.164).
  if (out.size() < 9 || out.size() > 16 || out[0] != '+' || out[1] == '0') return fail(number_invalid());
  return out;
}

}  // namespace opsflux::identity
