// Secrets at rest: encrypted with a key of this instance, so that a copy of the database alone gives none
// away.
//
// XChaCha20-Poly1305 (libsodium) with a random nonce. The context, for instance "setting:tiers.api_token", is
// authenticated with the text: a sealed secret that was moved to another place does not open.
// Immutable once opened; safe from any thread.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "host/base/error.hpp"

namespace opsflux {

class SecretBox {
 public:
  // Reads the key (32 bytes), or makes one that only the server's user may read when there is no such file.
  // "secret.bad_key_file" when the file is not a key.
  static Result<SecretBox> open(const std::filesystem::path& key_file);
  ~SecretBox();
  SecretBox(const SecretBox&) = default;
  SecretBox& operator=(const SecretBox&) = default;

  std::string seal(std::string_view secret, std::string_view context) const;  // base64
  // A key of 32 bytes for another use, for instance "audit": it tells nothing of this one.
  std::string derive_key(std::string_view purpose) const;
  // "secret.not_readable": altered, of another context, or sealed with another instance's key.
  Result<std::string> unseal(std::string_view sealed, std::string_view context) const;

 private:
  explicit SecretBox(std::string key) : key_(std::move(key)) {}
  std::string key_;
};

}  // namespace opsflux
