// Secrets at rest: encrypted with keys of this instance, so that a copy of the database alone gives none
// away. Where the keys come from: host/store/key_ring.hpp.
//
// XChaCha20-Poly1305 (libsodium) with a random nonce. The context, for instance "setting:tiers.api_token", is
// authenticated with the text: a sealed secret that was moved to another place does not open.
// Immutable once opened; safe from any thread.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "host/base/error.hpp"

namespace opsflux {

class SecretBox {
 public:
  struct Key {
    std::string id;     // stands in what it seals; empty: what it seals names no key
    std::string bytes;  // 32
  };
  static constexpr std::size_t kKeyBytes = 32;

  // One key without a name: reads it from the file, or makes one that only the server's user may read when
  // there is no such file. "secret.bad_key_file" when the file is not a key, "secret.key_readable" when
  // others than its owner may read it.
  static Result<SecretBox> open(const std::filesystem::path& key_file);
  static SecretBox of_key(std::string bytes) { return of_keys({{"", std::move(bytes)}}, ""); }
  // Seals with the last of `keys`, opens with each; what names no key was sealed by the one called
  // `nameless`.
  static SecretBox of_keys(std::vector<Key> keys, std::string nameless);

  // base64, or "k1.<key>.<base64>" by a key with a name.
  std::string seal(std::string_view secret, std::string_view context) const;
  // A key of 32 bytes for another use, for instance "audit": it tells nothing of this one.
  std::string derive_key(std::string_view purpose) const;
  // "secret.not_readable": altered, of another context, or sealed with a key that is not here.
  Result<std::string> unseal(std::string_view sealed, std::string_view context) const;
  // What everything begins with that the present key sealed; empty for a key without a name.
  std::string prefix() const;

 private:
  struct Keys;
  explicit SecretBox(std::shared_ptr<const Keys> keys) : keys_(std::move(keys)) {}
  std::shared_ptr<const Keys> keys_;
};

// The 32 bytes of a key's file, made when it is missing and `make` is set. Errors as of SecretBox::open;
// "file.not_found" when it is missing.
Result<std::string> read_key_file(const std::filesystem::path& file, bool make);

}  // namespace opsflux
