#include "host/base/secret_box.hpp"

#include <sodium.h>

#include "host/base/files.hpp"
#include "host/base/text.hpp"

namespace opsflux {
namespace {

constexpr std::size_t kKey = crypto_aead_xchacha20poly1305_ietf_KEYBYTES;
constexpr std::size_t kNonce = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kTag = crypto_aead_xchacha20poly1305_ietf_ABYTES;

const unsigned char* bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

Error not_readable() {
  return Error::internal(
      "secret.not_readable",
      "A stored secret cannot be read: it was altered, or the instance's key file is another one.");
}

}  // namespace

Result<SecretBox> SecretBox::open(const std::filesystem::path& key_file) {
  std::error_code ec;
  if (!std::filesystem::exists(key_file, ec)) TRY(write_file_atomic(key_file, random_bytes(kKey), 0600));
  TRY_ASSIGN(key, read_file(key_file, kKey + 1));
  if (key.size() != kKey)
    return fail(
        Error::invalid("secret.bad_key_file", "The file " + key_file.string() +
                                                  " is not the key of an instance: it must have 32 bytes. "
                                                  "Put back the file that belongs to this data folder.")
            .at(key_file.string())
            .with("file", key_file.string()));
  return SecretBox(std::move(key));
}

SecretBox::~SecretBox() { sodium_memzero(key_.data(), key_.size()); }

std::string SecretBox::seal(std::string_view secret, std::string_view context) const {
  std::string out = random_bytes(kNonce);
  out.resize(kNonce + secret.size() + kTag);
  auto* start = reinterpret_cast<unsigned char*>(out.data());
  crypto_aead_xchacha20poly1305_ietf_encrypt(start + kNonce, nullptr, bytes(secret), secret.size(),
                                             bytes(context), context.size(), nullptr, start, bytes(key_));
  return to_base64(out);
}

std::string SecretBox::derive_key(std::string_view purpose) const {
  std::string out(kKey, '\0');
  crypto_generichash(reinterpret_cast<unsigned char*>(out.data()), out.size(), bytes(purpose), purpose.size(),
                     bytes(key_), key_.size());
  return out;
}

Result<std::string> SecretBox::unseal(std::string_view sealed, std::string_view context) const {
  const auto raw = from_base64(sealed);
  if (!raw || raw->size() < kNonce + kTag) return fail(not_readable());
  std::string out(raw->size() - kNonce - kTag, '\0');
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(
          reinterpret_cast<unsigned char*>(out.data()), nullptr, nullptr, bytes(*raw) + kNonce,
          raw->size() - kNonce, bytes(context), context.size(), bytes(*raw), bytes(key_)) != 0)
    return fail(not_readable());
  return out;
}

}  // namespace opsflux
