#include "host/services/identity/tokens.hpp"

#include <sodium.h>

#include "host/base/text.hpp"

namespace opsflux::identity {
namespace {

constexpr std::string_view kAccess = "ofa_", kSetup = "ofu_";
constexpr std::size_t kPrefixLength = 4;
constexpr std::size_t kFamilyBytes = 18, kGenerationBytes = 30;  // multiples of three: no padding bits
constexpr std::size_t kFamilyLength = kPrefixLength + kFamilyBytes / 3 * 4;  // characters, with the prefix
constexpr std::size_t kRefreshLength = kFamilyLength + kGenerationBytes / 3 * 4;
constexpr std::size_t kOpaqueBytes = 32, kOpaqueLength = kPrefixLength + 43;

constexpr std::string_view kRemembered = "ofp_";
std::string_view prefix_of(SessionKind kind) { return kind == SessionKind::kBrowser ? "ofs_" : "ofr_"; }

}  // namespace

Digest digest_of(std::string_view secret) {
  Digest out;
  crypto_hash_sha256(out.data(), reinterpret_cast<const unsigned char*>(secret.data()), secret.size());
  return out;
}

std::string hex_of(const Digest& digest) {
  return to_hex({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

Digest digest_from_hex(std::string_view hex) {
  Digest out{};
  const auto bytes = from_hex(hex);
  if (bytes && bytes->size() == out.size()) std::memcpy(out.data(), bytes->data(), out.size());
  return out;
}

std::string new_access_token() { return std::string(kAccess) + to_base64url(random_bytes(kOpaqueBytes)); }
std::string new_login_ticket() { return "oft_" + to_base64url(random_bytes(kOpaqueBytes)); }
std::string new_device_secret() { return "ofd_" + to_base64url(random_bytes(kOpaqueBytes)); }
std::string new_setup_token() { return std::string(kSetup) + to_base64url(random_bytes(kOpaqueBytes)); }

std::string new_refresh_token(SessionKind kind, bool remembered) {
  const std::string prefix(remembered ? kRemembered : prefix_of(kind));
  return prefix + to_base64url(random_bytes(kFamilyBytes)) + to_base64url(random_bytes(kGenerationBytes));
}
std::string next_refresh_token(std::string_view before) {
  return std::string(before.substr(0, kFamilyLength)) + to_base64url(random_bytes(kGenerationBytes));
}
bool is_remembered(std::string_view secret) { return secret.starts_with(kRemembered); }

bool is_access_token(std::string_view text) {
  return text.size() == kOpaqueLength && text.starts_with(kAccess);
}
bool is_refresh_token(std::string_view text, SessionKind kind) {
  return text.size() == kRefreshLength &&
         (text.starts_with(prefix_of(kind)) || (kind == SessionKind::kBrowser && is_remembered(text)));
}
Digest family_of(std::string_view refresh_token) { return digest_of(refresh_token.substr(0, kFamilyLength)); }

}  // namespace opsflux::identity
