// Ed25519 keys and DSSE signatures (https://github.com/secure-systems-lab/dsse).
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "host/base/error.hpp"

namespace opsflux::package {

// What a signature is for; a signature for one kind of document is no good for another.
inline constexpr std::string_view kDigestsType = "application/vnd.opsflux.package-digests+json";
inline constexpr std::string_view kRevocationsType = "application/vnd.opsflux.revocations+json";
inline constexpr std::string_view kRotationType = "application/vnd.opsflux.key-rotation+json";

// "DSSEv1 <length of type> <type> <length of payload> <payload>"
std::string pre_authentication_encoding(std::string_view type, std::string_view payload);

// The id of a key: lower-case hex SHA-256 of its 32 raw bytes.
std::string key_id(std::string_view public_key);

bool verify_signature(std::string_view public_key, std::string_view type, std::string_view payload,
                      std::string_view signature);

// A private key. Wiped from memory at the end.
class SigningKey {
 public:
  static SigningKey generate(std::string name);
  // Reads what save() wrote. Refuses a file that others may read ("key.exposed").
  static Result<SigningKey> load(const std::filesystem::path& path);
  // Mode 0600, made anew: an existing file is never overwritten ("key.exists").
  Result<void> save(const std::filesystem::path& path) const;

  SigningKey(SigningKey&&) noexcept = default;
  SigningKey& operator=(SigningKey&&) noexcept = default;
  ~SigningKey();

  const std::string& name() const { return name_; }
  const std::string& public_key() const { return public_key_; }  // 32 bytes
  const std::string& id() const { return id_; }
  std::string sign(std::string_view type, std::string_view payload) const;  // 64 bytes

 private:
  SigningKey(std::string name, std::string seed);

  std::string name_, seed_, public_key_, id_;
};

// A signed document of its own (rotation statement, revocation list) travels as a DSSE envelope:
// {"payload": base64, "payloadType": ..., "signatures": [{"keyid": ..., "sig": base64}]}.
struct Envelope {
  std::string type;
  std::string payload;  // decoded
  std::string key_id;
  std::string signature;
};
std::string seal_envelope(const SigningKey& key, std::string_view type, std::string_view payload);
// Reads, does not verify. kMalformed "envelope.malformed", kInvalid "envelope.wrong_type".
Result<Envelope> open_envelope(std::string_view bytes, std::string_view wanted_type);

}  // namespace opsflux::package
