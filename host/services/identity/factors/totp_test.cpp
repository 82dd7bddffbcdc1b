#include "host/services/identity/factors/totp.hpp"

#include <gtest/gtest.h>

namespace opsflux::identity {
namespace {

const std::string kRfc = "12345678901234567890";
constexpr UtcNs kSecond = 1'000'000'000;

std::string repeated(std::size_t bytes) {
  std::string out;
  while (out.size() < bytes) out += "1234567890";
  return out.substr(0, bytes);
}

std::optional<std::int64_t> step(const std::string& code, std::int64_t at, std::int64_t last = 0) {
  return *totp_step(kRfc, code, at * kSecond, last);
}

TEST(Totp, TheCountersOfRfc4226AppendixD) {
  const char* codes[] = {"755224", "287082", "359152", "969429", "338314",
                         "254676", "287922", "162583", "399871", "520489"};
  for (std::uint64_t counter = 0; counter < 10; ++counter)
    EXPECT_EQ(*hotp_code(kRfc, counter), codes[counter]);
}

TEST(Totp, TheMomentsOfRfc6238AppendixB) {
  struct Row {
    std::int64_t at;
    const char *sha1, *sha256, *sha512;
  };
  for (const Row& row :
       {Row{59, "94287082", "46119246", "90693936"}, Row{1111111109, "07081804", "68084774", "25091201"},
        Row{1111111111, "14050471", "67062674", "99943326"},
        Row{1234567890, "89005924", "91819424", "93441116"},
        Row{2000000000, "69279037", "90698825", "38618901"},
        Row{20000000000, "65353130", "77737706", "47863826"}}) {
    EXPECT_EQ(*totp_code(kRfc, row.at, 8), row.sha1);
    EXPECT_EQ(*totp_code(repeated(32), row.at, 8, TotpHash::kSha256), row.sha256);
    EXPECT_EQ(*totp_code(repeated(64), row.at, 8, TotpHash::kSha512), row.sha512);
  }
  EXPECT_EQ(totp_code(kRfc, 59, 9).error().code, "identity.code_not_made");
}

TEST(Totp, OneStepEarlyOrLateIsAcceptedTwoAreNot) {
  const std::string code = *totp_code(kRfc, 1'000 * 30);
  for (const std::int64_t at : {999 * 30, 1'000 * 30, 1'000 * 30 + 29, 1'001 * 30 + 29})
    EXPECT_EQ(step(code, at), 1'000) << at;
  EXPECT_EQ(step(code, 999 * 30 - 1), std::nullopt);
  EXPECT_EQ(step(code, 1'002 * 30), std::nullopt);
}

TEST(Totp, AnAcceptedStepIsNotAcceptedAgainNorAnEarlierOne) {
  const std::int64_t now = 1'000 * 30;
  EXPECT_EQ(step(*totp_code(kRfc, now), now, 999), 1'000);
  EXPECT_EQ(step(*totp_code(kRfc, now), now, 1'000), std::nullopt);
  EXPECT_EQ(step(*totp_code(kRfc, now - 30), now, 1'000), std::nullopt);
  EXPECT_EQ(step(*totp_code(kRfc, now + 30), now, 1'000), 1'001);
}

TEST(Totp, WhatIsNoCodeIsWrong) {
  const std::string code = *totp_code(kRfc, 30'000);
  EXPECT_EQ(step(code.substr(0, 3) + " " + code.substr(3), 30'000), 1'000);
  for (const std::string& typed :
       {std::string(), code.substr(1), code + "0", "x" + code.substr(1), std::string(400, '1')})
    EXPECT_EQ(step(typed, 30'000), std::nullopt) << typed;
}

TEST(Totp, TheAddressIsEncodedAndTheSecretIsBase32) {
  EXPECT_EQ(to_base32(""), "");
  EXPECT_EQ(to_base32("f"), "MY");
  EXPECT_EQ(to_base32("foob"), "MZXW6YQ");
  EXPECT_EQ(to_base32("foobar"), "MZXW6YTBOI");
  EXPECT_EQ(totp_uri("Ops Flux", "ada+x@example.org", "foobar"),
            "otpauth://totp/Ops%20Flux:ada%2Bx%40example.org?secret=MZXW6YTBOI&issuer=Ops%20Flux");
  EXPECT_EQ(new_totp_secret().size(), 20u);
  EXPECT_NE(new_totp_secret(), new_totp_secret());
}

}  // namespace
}  // namespace opsflux::identity
