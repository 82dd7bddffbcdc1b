// Passwords: hashed by Argon2id on threads of their own, so that a burst of log-ins cannot starve requests.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/error.hpp"
#include "host/base/executor.hpp"

namespace opsflux::identity {

struct PasswordOptions {
  std::uint64_t memory_bytes = 64ull << 20;  // libsodium's "interactive", as are the passes
  std::uint64_t passes = 2;
  std::size_t threads = 2;
  std::size_t max_queue = 32;
};

inline constexpr std::size_t kMinPasswordLength = 8, kMaxPasswordLength = 128;  // code points

class Passwords {
 public:
  // Hashes once, for the dummy that unknown users are compared with. Fails when the parameters cannot be
  // used on this machine ("identity.hash_failed").
  static Result<std::unique_ptr<Passwords>> create(const PasswordOptions& options);

  struct Verdict {
    enum class Answer : std::uint8_t {
      kRight,
      kWrong,
      kFailed
    } answer = Answer::kWrong;  // kFailed: out of memory
    std::string rehashed;       // when right and the stored hash has other parameters: what to store instead
  };
  using OnVerdict = std::function<void(Verdict)>;
  using OnHash = std::function<void(Result<std::string>)>;

  // Compares on the pool and calls `done` there. An empty `stored` (nobody of that name, or no password yet)
  // takes the same time and is wrong. Refused at once with "identity.busy" when too many wait; `done` is
  // then not called.
  Result<void> verify(std::string stored, std::string password, OnVerdict done);
  Result<void> hash(std::string password, OnHash done);
  // The same unless it is one of those whose hashes are in `earlier`: "identity.password_used_before" at
  // field "password".
  Result<void> hash_new(std::vector<std::string> earlier, std::string password, OnHash done);
  // Other work that is as costly, on the same threads; refused in the same way.
  Result<void> run(std::function<void()> work);
  // On the calling thread; for the command line and the first start.
  Result<std::string> hash_now(std::string_view password) const;

  // `min_length` (8) to 128 characters of valid UTF-8 without NUL; errors are at field "password". Whether it
  // is a good one: see passwords/policy.hpp.
  static Result<void> check(std::string_view password, std::size_t min_length = kMinPasswordLength);

  void stop() { pool_.stop(); }  // finishes what waits

 private:
  explicit Passwords(const PasswordOptions& options);
  Result<std::string> hash_unless(const std::vector<std::string>& earlier, std::string_view password) const;
  Verdict compare(const std::string& stored, std::string_view password) const;

  const PasswordOptions options_;
  std::string dummy_;
  Executor pool_;
};

}  // namespace opsflux::identity
