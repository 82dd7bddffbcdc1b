// The secrets that stand for a session. They are random and opaque: all they mean is in the session's row.
//
//   access token    ofa_ + 43 characters of base64url (32 bytes)
//   refresh token   ofr_ + 24 characters for the family + 40 for this generation (18 and 30 bytes)
//   browser secret  ofs_ + the same two parts; the value of the cookie
//   set-up token    ofu_ + 43 characters; the ticket of a log-in oft_, the secret of a trusted device ofd_
//
// The family part stays when a token is rotated. So a token whose family is known and whose whole is not the
// current one is an older generation: it was used before, by somebody. That is how reuse is seen without
// keeping a list of used tokens; and nobody can provoke it who never had a token of that family.
#pragma once

#include <array>
#include <cstring>
#include <string>
#include <string_view>

namespace opsflux::identity {

using Digest = std::array<unsigned char, 32>;  // SHA-256

struct DigestHash {
  std::size_t operator()(const Digest& digest) const {
    std::size_t out;  // the digest is uniform already
    std::memcpy(&out, digest.data(), sizeof out);
    return out;
  }
};

enum class SessionKind : unsigned char { kBrowser, kToken };

Digest digest_of(std::string_view secret);
std::string hex_of(const Digest& digest);
Digest digest_from_hex(std::string_view hex);  // all zero when it is not one

std::string new_access_token();
std::string new_setup_token();
std::string new_login_ticket();   // of a log-in that is half done
std::string new_device_secret();  // of a device that may go without the second factor
// A first token of a new family. That a browser is to remember it shows in the token itself, so that whoever
// renews the cookie knows.
std::string new_refresh_token(SessionKind kind, bool remembered = false);
// The next one of the family that `before` belongs to.
std::string next_refresh_token(std::string_view before);
bool is_remembered(std::string_view secret);

bool is_access_token(std::string_view text);
bool is_refresh_token(std::string_view text, SessionKind kind);
Digest family_of(std::string_view refresh_token);  // of a text for which is_refresh_token holds

}  // namespace opsflux::identity
