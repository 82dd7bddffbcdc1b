#include "host/package/trust_store.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "host/package/test_package.hpp"

namespace opsflux::package {
namespace {

using test::kNow, test::make_package, test::outcome, test::sample_files, test::trusting;

TEST(SigningKey, IsKeptFromOthersAndNeverOverwritten) {
  const test::TempFolder folder;
  const auto path = folder.path() / "key";
  const SigningKey key = SigningKey::generate("Me");
  ASSERT_TRUE(key.save(path));
  struct stat status {};
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  EXPECT_EQ(key.save(path).error().code, "key.exists");
  const auto loaded = SigningKey::load(path);
  ASSERT_TRUE(loaded) << describe(loaded.error());
  EXPECT_EQ(loaded->id(), key.id());
  EXPECT_EQ(loaded->name(), "Me");
  EXPECT_EQ(loaded->sign("t", "p"), key.sign("t", "p"));
  ::chmod(path.c_str(), 0644);
  EXPECT_EQ(SigningKey::load(path).error().code, "key.exposed");
  ASSERT_TRUE(write_file_atomic(folder.path() / "other", "{}", 0600));
  EXPECT_EQ(SigningKey::load(folder.path() / "other").error().code, "key.malformed");
}

TEST(SigningKey, SignsForOneTypeOfDocumentOnly) {
  const SigningKey key = SigningKey::generate("Me");
  const std::string signature = key.sign("a", "payload");
  EXPECT_TRUE(verify_signature(key.public_key(), "a", "payload", signature));
  EXPECT_FALSE(verify_signature(key.public_key(), "b", "payload", signature));
  EXPECT_FALSE(verify_signature(key.public_key(), "a", "payload2", signature));
  EXPECT_FALSE(verify_signature(key.public_key(), "a", "payload", signature.substr(1)));
  EXPECT_FALSE(verify_signature("", "a", "payload", signature));
  EXPECT_EQ(pre_authentication_encoding("http://example.com/HelloWorld", "hello world"),
            "DSSEv1 29 http://example.com/HelloWorld 11 hello world");
}

TEST(TrustStore, IsReadBackFromItsFolder) {
  const test::TempFolder folder;
  const auto path = folder.path() / "trust";
  auto trust = TrustStore::open(path);
  ASSERT_TRUE(trust);
  EXPECT_TRUE(trust->keys().empty());
  const SigningKey key = SigningKey::generate("Publisher");
  TrustedKey trusted = public_part(key, TrustLevel::kCommunity, format_utc(kNow));
  trusted.publisher = "acme";
  ASSERT_TRUE(trust->enrol(trusted));
  auto again = TrustStore::open(path);
  ASSERT_TRUE(again) << describe(again.error());
  const TrustedKey* found = again->find(key.id());
  ASSERT_NE(found, nullptr);
  EXPECT_EQ(found->level, TrustLevel::kCommunity);
  EXPECT_EQ(found->publisher, "acme");
  ASSERT_TRUE(again->withdraw(key.id()));
  EXPECT_TRUE(TrustStore::open(path)->keys().empty());
  EXPECT_EQ(again->withdraw(key.id()).error().code, "key.unknown");
}

TEST(TrustStore, NamesTheFileThatIsBroken) {
  const test::TempFolder folder;
  ASSERT_TRUE(write_file_atomic(folder.path() / "x.key.json", R"({"trusted_key": 1, "level": "core"})"));
  const auto trust = TrustStore::open(folder.path());
  ASSERT_FALSE(trust);
  EXPECT_EQ(trust.error().code, "key.malformed");
  EXPECT_NE(trust.error().message.find("x.key.json"), std::string::npos);
}

TEST(TrustStore, FollowsARotation) {
  const test::TempFolder folder;
  auto trust = *TrustStore::open(folder.path());
  const SigningKey old_key = SigningKey::generate("Old"), new_key = SigningKey::generate("New");
  ASSERT_TRUE(trust.enrol(public_part(old_key, TrustLevel::kVerified, format_utc(kNow))));
  const UtcNs day = 86'400'000'000'000;
  const auto rotated = trust.rotate(seal_rotation(old_key, new_key.public_key(), "New", kNow + day));
  ASSERT_TRUE(rotated) << describe(rotated.error());
  EXPECT_EQ(rotated->level, TrustLevel::kVerified);
  const auto reopened = *TrustStore::open(folder.path());
  EXPECT_EQ(outcome(make_package(sample_files(), {&new_key}, kNow + 2 * day), reopened), "ok");
  EXPECT_EQ(outcome(make_package(sample_files(), {&old_key}, kNow), reopened), "ok");
  EXPECT_EQ(outcome(make_package(sample_files(), {&old_key}, kNow + 2 * day), reopened),
            "package.key_replaced");
  // Reading the same statement again changes nothing; another successor is refused.
  EXPECT_TRUE(trust.rotate(seal_rotation(old_key, new_key.public_key(), "New", kNow + day)));
  const SigningKey third = SigningKey::generate("Third");
  EXPECT_EQ(trust.rotate(seal_rotation(old_key, third.public_key(), "Third", kNow)).error().code,
            "rotation.already_replaced");
}

TEST(TrustStore, RefusesARotationThatTheOldKeyDidNotSign) {
  const SigningKey key = SigningKey::generate("Old"), thief = SigningKey::generate("Thief");
  TrustStore trust = trusting(key);
  EXPECT_EQ(trust.rotate(seal_rotation(thief, thief.public_key(), "Thief", kNow)).error().code,
            "rotation.unknown_key");
  // The thief signs a statement that names the trusted key as the old one.
  std::string payload =
      open_envelope(seal_rotation(key, thief.public_key(), "Thief", kNow), kRotationType)->payload;
  std::string forged = seal_envelope(thief, kRotationType, payload);
  EXPECT_EQ(trust.rotate(forged).error().code, "rotation.unknown_key");
  forged.replace(forged.find(thief.id()), 64, key.id());
  EXPECT_EQ(trust.rotate(forged).error().code, "rotation.bad_signature");
  EXPECT_EQ(trust.rotate("{}").error().code, "envelope.wrong_type");
  EXPECT_EQ(trust.rotate("x").error().code, "envelope.malformed");
}

class Revocations : public ::testing::Test {
 protected:
  Revocations() {
    TrustedKey key = public_part(authority_, TrustLevel::kCore, format_utc(kNow));
    key.signs_revocations = true;
    (void)trust_.enrol(key);
  }
  std::string list(std::int64_t version, std::string reason = "r") const {
    return seal_envelope(
        authority_, kRevocationsType,
        format_revocations({version,
                            format_utc(kNow),
                            {{"", "", "sample", {}, RevocationGrade::kWarn, std::move(reason)}}}));
  }
  const test::TempFolder folder_;
  const SigningKey authority_ = SigningKey::generate("Authority");
  TrustStore trust_ = *TrustStore::open(folder_.path());
};

TEST_F(Revocations, AreKeptAndNeverGoBack) {
  ASSERT_TRUE(trust_.import_revocations(list(5)));
  EXPECT_EQ(trust_.revocations_version(), 5);
  EXPECT_EQ(trust_.import_revocations(list(4)).error().code, "revocation.older");
  EXPECT_TRUE(trust_.import_revocations(list(5)));
  EXPECT_EQ(trust_.import_revocations(list(5, "changed")).error().code, "revocation.older");
  ASSERT_TRUE(trust_.import_revocations(list(6)));
  auto reopened = TrustStore::open(folder_.path());
  ASSERT_TRUE(reopened) << describe(reopened.error());
  EXPECT_EQ(reopened->revocations_version(), 6);
  EXPECT_EQ(reopened->withdraw(authority_.id()).error().code, "key.signed_revocations");
}

TEST_F(Revocations, AreTakenFromKeysThatMaySignThem) {
  const SigningKey publisher = SigningKey::generate("Publisher"), stranger = SigningKey::generate("Stranger");
  ASSERT_TRUE(trust_.enrol(public_part(publisher, TrustLevel::kVerified, format_utc(kNow))));
  const std::string payload = format_revocations({9, format_utc(kNow), {}});
  EXPECT_EQ(trust_.import_revocations(seal_envelope(publisher, kRevocationsType, payload)).error().code,
            "revocation.not_allowed");
  EXPECT_EQ(trust_.import_revocations(seal_envelope(stranger, kRevocationsType, payload)).error().code,
            "revocation.unknown_key");
  std::string forged = seal_envelope(stranger, kRevocationsType, payload);
  forged.replace(forged.find(stranger.id()), 64, authority_.id());
  EXPECT_EQ(trust_.import_revocations(forged).error().code, "revocation.bad_signature");
}

TEST_F(Revocations, MustBeWellFormed) {
  for (
      const char* payload :
      {"{}", R"({"revocations":1,"version":0,"issued_at":"2026-01-01T00:00:00Z","entries":[]})",
       R"({"revocations":1,"version":1,"issued_at":"x","entries":[]})",
       R"({"revocations":1,"version":1,"issued_at":"2026-01-01T00:00:00Z","entries":[{"grade":"warn"}]})",
       R"({"revocations":1,"version":1,"issued_at":"2026-01-01T00:00:00Z","entries":[{"module":"a","grade":"worse"}]})",
       R"({"revocations":1,"version":1,"issued_at":"2026-01-01T00:00:00Z","entries":[{"module":"a","version":"*","grade":"warn"}]})"})
    EXPECT_EQ(trust_.import_revocations(seal_envelope(authority_, kRevocationsType, payload)).error().code,
              "revocation.malformed")
        << payload;
}

TEST(RevocationList, IsReadBackAsWritten) {
  RevocationList list{3,
                      format_utc(kNow),
                      {{std::string(64, 'a'), "", "", {}, RevocationGrade::kQuarantine, "stolen"},
                       {"", "", "m", *VersionRange::parse("<2.0.0"), RevocationGrade::kNoNewInstall, ""}}};
  const std::string text = format_revocations(list);
  const auto read = parse_revocations(text);
  ASSERT_TRUE(read) << describe(read.error());
  EXPECT_EQ(format_revocations(*read), text);
  EXPECT_EQ(read->entries[1].versions.text(), "<2.0.0");
}

}  // namespace
}  // namespace opsflux::package
