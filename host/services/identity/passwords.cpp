#include "host/services/identity/passwords.hpp"

#include <sodium.h>

#include <cerrno>

#include "host/base/text.hpp"

namespace opsflux::identity {
namespace {

constexpr std::int64_t kBusyRetryMs = 2'000;

Error busy() {
  return Error::unavailable("identity.busy",
                            "Too many people are signing in at this moment. Try again in a few seconds.")
      .retry_after(kBusyRetryMs);
}

Error no_memory(std::uint64_t wanted) {
  return Error::unavailable("identity.hash_failed",
                            "The password could not be processed: the server lacks memory.")
      .because("crypto_pwhash failed with " + std::to_string(wanted) + " bytes")
      .retry_after(kBusyRetryMs);
}

// A password that wipes itself, in a holder that std::function can copy.
std::shared_ptr<std::string> wiped(std::string secret) {
  return {new std::string(std::move(secret)),
          [](std::string* text) {  // NOLINT: owned by the shared_ptr at once
            sodium_memzero(text->data(), text->size());
            delete text;
          }};
}

}  // namespace

Passwords::Passwords(const PasswordOptions& options)
    : options_(options), pool_("passwords", options.threads, options.max_queue) {}

Result<std::unique_ptr<Passwords>> Passwords::create(const PasswordOptions& options) {
  auto passwords = std::unique_ptr<Passwords>(new Passwords(options));
  TRY_ASSIGN(dummy, passwords->hash_now(to_hex(random_bytes(16))));
  passwords->dummy_ = std::move(dummy);
  return passwords;
}

Result<std::string> Passwords::hash_now(std::string_view password) const {
  char out[crypto_pwhash_STRBYTES];
  if (sodium_init() < 0 || crypto_pwhash_str_alg(out, password.data(), password.size(), options_.passes,
                                                 options_.memory_bytes, crypto_pwhash_ALG_ARGON2ID13) != 0)
    return fail(no_memory(options_.memory_bytes));
  return std::string(out);
}

Passwords::Verdict Passwords::compare(const std::string& stored, std::string_view password) const {
  using Answer = Verdict::Answer;
  const std::string& against = stored.empty() ? dummy_ : stored;
  errno = 0;
  const bool equal = crypto_pwhash_str_verify(against.c_str(), password.data(), password.size()) == 0;
  if (!equal) return {errno == ENOMEM ? Answer::kFailed : Answer::kWrong, {}};
  if (stored.empty()) return {Answer::kWrong, {}};
  Verdict verdict{Answer::kRight, {}};
  if (crypto_pwhash_str_needs_rehash(stored.c_str(), options_.passes, options_.memory_bytes) != 0)
    if (auto again = hash_now(password)) verdict.rehashed = std::move(*again);
  return verdict;
}

Result<void> Passwords::verify(std::string stored, std::string password, OnVerdict done) {
  auto task = [this, stored = std::move(stored), password = wiped(std::move(password)),
               done = std::move(done)] { done(compare(stored, *password)); };
  if (!pool_.post(std::move(task))) return fail(busy());
  return {};
}

Result<void> Passwords::hash(std::string password, OnHash done) {
  auto task = [this, password = wiped(std::move(password)), done = std::move(done)] {
    done(hash_now(*password));
  };
  if (!pool_.post(std::move(task))) return fail(busy());
  return {};
}

// Stops at the first that is the same: how long it takes tells only the one who knows the password.
Result<std::string> Passwords::hash_unless(const std::vector<std::string>& earlier,
                                           std::string_view password) const {
  for (const std::string& stored : earlier) {
    errno = 0;
    if (crypto_pwhash_str_verify(stored.c_str(), password.data(), password.size()) == 0)
      return fail(Error::invalid("identity.password_used_before",
                                 "This password was used before. Choose one that is new.")
                      .at("password"));
    if (errno == ENOMEM) return fail(no_memory(options_.memory_bytes));
  }
  return hash_now(password);
}

Result<void> Passwords::hash_new(std::vector<std::string> earlier, std::string password, OnHash done) {
  auto task = [this, earlier = std::move(earlier), password = wiped(std::move(password)),
               done = std::move(done)] { done(hash_unless(earlier, *password)); };
  if (!pool_.post(std::move(task))) return fail(busy());
  return {};
}

Result<void> Passwords::run(std::function<void()> work) {
  if (!pool_.post(std::move(work))) return fail(busy());
  return {};
}

Result<void> Passwords::check(std::string_view password, std::size_t min_length) {
  const auto number = [](std::size_t n) { return std::to_string(n); };
  if (!is_utf8(password) || has_nul(password))
    return fail(
        Error::invalid("identity.password_not_text", "The password has characters that cannot be used.")
            .at("password"));
  const std::size_t length = utf8_length(password);
  if (length < min_length)
    return fail(Error::invalid("identity.password_short", "The password has " + number(length) +
                                                              " characters; at least " + number(min_length) +
                                                              " are needed.")
                    .at("password")
                    .with("count", number(length))
                    .with("min", number(min_length)));
  if (length > kMaxPasswordLength)
    return fail(Error::invalid("identity.password_long",
                               "The password has more than " + number(kMaxPasswordLength) + " characters.")
                    .at("password")
                    .with("max", number(kMaxPasswordLength)));
  return {};
}

}  // namespace opsflux::identity
