#include "host/services/identity/passwords.hpp"

#include <gtest/gtest.h>

#include <ctime>
#include <future>

namespace opsflux::identity {
namespace {

using Answer = Passwords::Verdict::Answer;

PasswordOptions cheap() { return {.memory_bytes = 64 << 10, .passes = 1, .threads = 1, .max_queue = 2}; }

Passwords::Verdict verify(Passwords& passwords, std::string stored, std::string password) {
  std::promise<Passwords::Verdict> verdict;
  EXPECT_TRUE(passwords.verify(std::move(stored), std::move(password),
                               [&](Passwords::Verdict v) { verdict.set_value(std::move(v)); }));
  return verdict.get_future().get();
}

TEST(Passwords, AHashIsArgon2idAndVerifies) {
  const auto passwords = std::move(*Passwords::create(cheap()));
  const std::string hash = *passwords->hash_now("correct horse");
  EXPECT_TRUE(hash.starts_with("$argon2id$"));
  EXPECT_EQ(verify(*passwords, hash, "correct horse").answer, Answer::kRight);
  EXPECT_EQ(verify(*passwords, hash, "correct horse").rehashed, "");
  EXPECT_EQ(verify(*passwords, hash, "correct house").answer, Answer::kWrong);
  EXPECT_EQ(verify(*passwords, hash, "").answer, Answer::kWrong);
  EXPECT_EQ(verify(*passwords, "", "correct horse").answer, Answer::kWrong);
  EXPECT_EQ(verify(*passwords, "not a hash", "correct horse").answer, Answer::kWrong);
}

TEST(Passwords, OtherParametersLeadToANewHash) {
  const auto before = std::move(*Passwords::create(cheap()));
  PasswordOptions stronger = cheap();
  stronger.passes = 2;
  const auto after = std::move(*Passwords::create(stronger));
  const auto verdict = verify(*after, *before->hash_now("correct horse"), "correct horse");
  EXPECT_EQ(verdict.answer, Answer::kRight);
  ASSERT_NE(verdict.rehashed, "");
  EXPECT_EQ(verify(*after, verdict.rehashed, "correct horse").rehashed, "");
  EXPECT_EQ(verify(*after, *before->hash_now("correct horse"), "wrong").rehashed, "");
}

TEST(Passwords, ANewOneIsHashedUnlessItIsOneOfTheEarlier) {
  const auto passwords = std::move(*Passwords::create(cheap()));
  const std::vector<std::string> earlier{*passwords->hash_now("first"), *passwords->hash_now("second")};
  const auto made = [&](const std::string& password) {
    std::promise<Result<std::string>> result;
    EXPECT_TRUE(passwords->hash_new(earlier, password,
                                    [&](Result<std::string> hash) { result.set_value(std::move(hash)); }));
    return result.get_future().get();
  };
  for (const char* used : {"first", "second"})
    EXPECT_EQ(made(used).error().code, "identity.password_used_before");
  const auto third = made("third");
  ASSERT_TRUE(third);
  EXPECT_EQ(verify(*passwords, *third, "third").answer, Answer::kRight);
}

TEST(Passwords, AFullQueueIsRefusedWithATimeToComeBack) {
  const auto passwords = std::move(*Passwords::create(cheap()));
  std::promise<void> started, release;
  ASSERT_TRUE(passwords->hash("x", [&](Result<std::string>) {
    started.set_value();
    release.get_future().wait();
  }));
  started.get_future().wait();
  int done = 0;
  EXPECT_TRUE(passwords->hash("x", [&](Result<std::string>) { ++done; }));
  EXPECT_TRUE(passwords->hash("x", [&](Result<std::string>) { ++done; }));
  const auto refused = passwords->hash("x", [&](Result<std::string>) { ++done; });
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "identity.busy");
  EXPECT_EQ(refused.error().kind, ErrorKind::kUnavailable);
  EXPECT_GT(refused.error().retry_after_ms, 0);
  release.set_value();
  passwords->stop();
  EXPECT_EQ(done, 2);
}

// Not a proof, but a factor of two would be seen. In processor time, since the machine has other work, too.
TEST(Passwords, AnUnknownUserTakesAsLongAsAWrongPassword) {
  const auto passwords =
      std::move(*Passwords::create({.memory_bytes = 8 << 20, .passes = 1, .threads = 1, .max_queue = 8}));
  const std::string hash = *passwords->hash_now("correct horse");
  const auto time_of = [&](const std::string& stored) {
    const std::clock_t start = std::clock();
    verify(*passwords, stored, "wrong horse");
    return static_cast<double>(std::clock() - start);
  };
  std::vector<double> unknown, wrong;
  for (int i = 0; i < 15; ++i) {
    unknown.push_back(time_of(""));
    wrong.push_back(time_of(hash));
  }
  std::sort(unknown.begin(), unknown.end());
  std::sort(wrong.begin(), wrong.end());
  const double ratio = unknown[7] / wrong[7];
  RecordProperty("percent", static_cast<int>(ratio * 100));
  EXPECT_GT(ratio, 0.6);
  EXPECT_LT(ratio, 1.7);
}

TEST(Passwords, LengthIsCountedInCharacters) {
  EXPECT_TRUE(Passwords::check("12345678"));
  EXPECT_TRUE(Passwords::check("éééééééé"));
  EXPECT_EQ(Passwords::check("ééééééé").error().code, "identity.password_short");
  EXPECT_EQ(Passwords::check("").error().field, "password");
  EXPECT_TRUE(Passwords::check(std::string(128, 'x')));
  EXPECT_EQ(Passwords::check(std::string(129, 'x')).error().code, "identity.password_long");
  EXPECT_EQ(Passwords::check("12345678\xff").error().code, "identity.password_not_text");
  EXPECT_EQ(Passwords::check(std::string_view("1234\0005678", 9)).error().code, "identity.password_not_text");
}

}  // namespace
}  // namespace opsflux::identity
