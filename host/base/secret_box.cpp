#include "host/base/secret_box.hpp"

#include <sodium.h>
#include <sys/stat.h>

#include <cerrno>

#include "host/base/files.hpp"
#include "host/base/text.hpp"

namespace opsflux {
namespace {

constexpr std::size_t kKey = SecretBox::kKeyBytes;
static_assert(kKey == crypto_aead_xchacha20poly1305_ietf_KEYBYTES);
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

constexpr std::string_view kForm = "k1.";

Error bad_key_file(const std::filesystem::path& file) {
  return Error::invalid("secret.bad_key_file", "The file " + file.string() +
                                                   " is not the key of an instance: it must have 32 bytes. "
                                                   "Put back the file that belongs to this data folder.")
      .at(file.string())
      .with("file", file.string());
}

}  // namespace

struct SecretBox::Keys {
  std::vector<Key> keys;
  std::string nameless;

  ~Keys() {
    for (Key& key : keys) sodium_memzero(key.bytes.data(), key.bytes.size());
  }
  const Key* find(std::string_view id) const {
    for (const Key& key : keys)
      if (key.id == id) return &key;
    return nullptr;
  }
};

Result<std::string> read_key_file(const std::filesystem::path& file, bool make) {
  std::error_code ec;
  if (make && !std::filesystem::exists(file, ec)) TRY(write_file_atomic(file, random_bytes(kKey), 0600));
  struct stat info {};
  if (::stat(file.c_str(), &info) != 0) return fail(file_error(errno, file, "read"));
  if ((info.st_mode & 077) != 0)
    return fail(Error::invalid("secret.key_readable", "Others than its owner may read or change the key " +
                                                          file.string() + ". Run: chmod 600 " + file.string())
                    .at(file.string())
                    .with("file", file.string()));
  TRY_ASSIGN(key, read_file(file, kKey + 1));
  if (key.size() != kKey) return fail(bad_key_file(file));
  return key;
}

Result<SecretBox> SecretBox::open(const std::filesystem::path& key_file) {
  TRY_ASSIGN(key, read_key_file(key_file, true));
  return of_key(std::move(key));
}

SecretBox SecretBox::of_keys(std::vector<Key> keys, std::string nameless) {
  auto made = std::make_shared<Keys>();
  made->keys = std::move(keys);
  made->nameless = std::move(nameless);
  return SecretBox(std::move(made));
}

std::string SecretBox::prefix() const {
  const Key& key = keys_->keys.back();
  return key.id.empty() ? std::string() : std::string(kForm) + key.id + ".";
}

std::string SecretBox::seal(std::string_view secret, std::string_view context) const {
  std::string out = random_bytes(kNonce);
  out.resize(kNonce + secret.size() + kTag);
  auto* start = reinterpret_cast<unsigned char*>(out.data());
  crypto_aead_xchacha20poly1305_ietf_encrypt(start + kNonce, nullptr, bytes(secret), secret.size(),
                                             bytes(context), context.size(), nullptr, start,
                                             bytes(keys_->keys.back().bytes));
  return prefix() + to_base64(out);
}

std::string SecretBox::derive_key(std::string_view purpose) const {
  const std::string& key = keys_->keys.back().bytes;
  std::string out(kKey, '\0');
  crypto_generichash(reinterpret_cast<unsigned char*>(out.data()), out.size(), bytes(purpose), purpose.size(),
                     bytes(key), key.size());
  return out;
}

// Base64 has no full stop, so that a text without a key's name is never taken for one with it.
Result<std::string> SecretBox::unseal(std::string_view sealed, std::string_view context) const {
  std::string_view id = keys_->nameless;
  if (sealed.starts_with(kForm)) {
    sealed.remove_prefix(kForm.size());
    const auto end = sealed.find('.');
    if (end == std::string_view::npos) return fail(not_readable());
    id = sealed.substr(0, end);
    sealed.remove_prefix(end + 1);
  }
  const Key* key = keys_->find(id);
  const auto raw = from_base64(sealed);
  if (key == nullptr || !raw || raw->size() < kNonce + kTag) return fail(not_readable());
  std::string out(raw->size() - kNonce - kTag, '\0');
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(
          reinterpret_cast<unsigned char*>(out.data()), nullptr, nullptr, bytes(*raw) + kNonce,
          raw->size() - kNonce, bytes(context), context.size(), bytes(*raw), bytes(key->bytes)) != 0)
    return fail(not_readable());
  return out;
}

}  // namespace opsflux
