#include "host/package/keys.hpp"

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/base/files.hpp"
#include "host/base/json.hpp"
#include "host/base/text.hpp"
#include "host/package/schema_words.hpp"

namespace opsflux::package {
namespace {

const unsigned char* raw(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}
unsigned char* raw(std::string& bytes) { return reinterpret_cast<unsigned char*>(bytes.data()); }

// Base64 that has one form only.
std::optional<std::string> exact_base64(std::string_view text) {
  auto bytes = from_base64(text);
  if (!bytes || to_base64(*bytes) != text) return std::nullopt;
  return bytes;
}

Error key_malformed(const std::filesystem::path& path) {
  return Error::malformed("key.malformed", path.string() + " is not a private key of opsflux-sdk keygen.")
      .at(path.string());
}

// Never over an existing file, and never readable by others, not even for a moment.
Result<void> write_secret(const std::filesystem::path& path, std::string_view bytes) {
  FileDescriptor fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!fd && errno == EEXIST)
    return fail(Error::conflict("key.exists",
                                "The file " + path.string() + " exists already; a key is never overwritten.")
                    .at(path.string()));
  if (!fd) return fail(file_error(errno, path, "create"));
  if (::write(fd.get(), bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()) &&
      ::fsync(fd.get()) == 0)
    return {};
  Error error = file_error(errno, path, "write");
  ::unlink(path.c_str());
  return fail(std::move(error));
}

}  // namespace

std::string pre_authentication_encoding(std::string_view type, std::string_view payload) {
  std::string out = "DSSEv1 " + std::to_string(type.size()) + " ";
  out += type;
  out += " " + std::to_string(payload.size()) + " ";
  out += payload;
  return out;
}

std::string key_id(std::string_view public_key) { return sha256_hex(public_key); }

bool verify_signature(std::string_view public_key, std::string_view type, std::string_view payload,
                      std::string_view signature) {
  if (public_key.size() != crypto_sign_PUBLICKEYBYTES || signature.size() != crypto_sign_BYTES) return false;
  const std::string message = pre_authentication_encoding(type, payload);
  return crypto_sign_verify_detached(raw(signature), raw(message), message.size(), raw(public_key)) == 0;
}

SigningKey::SigningKey(std::string name, std::string seed)
    : name_(std::move(name)), seed_(std::move(seed)), public_key_(crypto_sign_PUBLICKEYBYTES, '\0') {
  unsigned char secret[crypto_sign_SECRETKEYBYTES];
  crypto_sign_seed_keypair(raw(public_key_), secret, raw(seed_));
  sodium_memzero(secret, sizeof secret);
  id_ = key_id(public_key_);
}

SigningKey::~SigningKey() {
  if (!seed_.empty()) sodium_memzero(seed_.data(), seed_.size());
}

SigningKey SigningKey::generate(std::string name) {
  return SigningKey(std::move(name), random_bytes(crypto_sign_SEEDBYTES));
}

Result<SigningKey> SigningKey::load(const std::filesystem::path& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return fail(file_error(errno, path, "stat"));
  if (status.st_mode & 0077)
    return fail(
        Error::invalid("key.exposed", "The private key " + path.string() +
                                          " can be read by others; allow it to its owner only (chmod 600).")
            .at(path.string()));
  TRY_ASSIGN(bytes, read_file(path, 64 << 10));
  const auto document = parse_json(bytes);
  sodium_memzero(bytes.data(), bytes.size());
  if (!document || !document->is_object() || get_int_or(*document, "private_key", 0) != 1)
    return fail(key_malformed(path));
  auto seed = exact_base64(get_string_or(*document, "seed", ""));
  if (!seed || seed->size() != crypto_sign_SEEDBYTES) return fail(key_malformed(path));
  return SigningKey(get_string_or(*document, "name", ""), *std::move(seed));
}

Result<void> SigningKey::save(const std::filesystem::path& path) const {
  std::string text =
      OrderedJson{{"private_key", 1}, {"name", name_}, {"seed", to_base64(seed_)}}.dump(1) + "\n";
  auto written = write_secret(path, text);
  sodium_memzero(text.data(), text.size());
  return written;
}

std::string SigningKey::sign(std::string_view type, std::string_view payload) const {
  std::string scratch_public(crypto_sign_PUBLICKEYBYTES, '\0'), signature(crypto_sign_BYTES, '\0');
  unsigned char secret[crypto_sign_SECRETKEYBYTES];
  crypto_sign_seed_keypair(raw(scratch_public), secret, raw(seed_));
  const std::string message = pre_authentication_encoding(type, payload);
  crypto_sign_detached(raw(signature), nullptr, raw(message), message.size(), secret);
  sodium_memzero(secret, sizeof secret);
  return signature;
}

std::string seal_envelope(const SigningKey& key, std::string_view type, std::string_view payload) {
  return OrderedJson{{"payloadType", type},
                     {"payload", to_base64(payload)},
                     {"signatures", {{{"keyid", key.id()}, {"sig", to_base64(key.sign(type, payload))}}}}}
             .dump(1) +
         "\n";
}

Result<Envelope> open_envelope(std::string_view bytes, std::string_view wanted_type) {
  const auto malformed = [](std::string_view why) {
    return fail(Error::malformed("envelope.malformed", "This is not a signed document: " + std::string(why)));
  };
  const auto document = parse_json(bytes, {.max_depth = 8, .max_bytes = 16 << 20});
  if (!document) return malformed(document.error().message);
  if (!document->is_object()) return malformed("it is no JSON object.");
  const std::string type = get_string_or(*document, "payloadType", "");
  if (type != wanted_type)
    return fail(Error::invalid("envelope.wrong_type", "This document is of type \"" + show_text(type) +
                                                          "\"; wanted is \"" + std::string(wanted_type) +
                                                          "\"."));
  auto payload = exact_base64(get_string_or(*document, "payload", "-"));
  const auto list = document->find("signatures");
  if (!payload || list == document->end() || !list->is_array() || list->size() != 1 ||
      !list->front().is_object())
    return malformed("it needs \"payload\" in base64 and one entry in \"signatures\".");
  auto signature = exact_base64(get_string_or(list->front(), "sig", "-"));
  if (!signature) return malformed("its signature is not base64.");
  return Envelope{type, *std::move(payload), get_string_or(list->front(), "keyid", ""),
                  *std::move(signature)};
}

}  // namespace opsflux::package
