#include "host/package/verify.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "host/package/test_package.hpp"

namespace opsflux::package {
namespace {

using test::kNow, test::make_package, test::outcome, test::sample_files, test::trusting;

class Verify : public ::testing::Test {
 protected:
  const SigningKey key_ = SigningKey::generate("Publisher");
  const SigningKey other_ = SigningKey::generate("Stranger");
  const TrustStore trust_ = trusting(key_, TrustLevel::kVerified);
};

TEST_F(Verify, AcceptsWhatAKnownKeySigned) {
  const auto package = Package::open_bytes(make_package(sample_files(), {&key_}));
  ASSERT_TRUE(package) << describe(package.error());
  const auto verdict = verify(*package, trust_);
  ASSERT_TRUE(verdict) << describe(verdict.error());
  EXPECT_EQ(verdict->level, TrustLevel::kVerified);
  EXPECT_EQ(verdict->key_id, key_.id());
  EXPECT_EQ(verdict->signer, "Publisher");
  EXPECT_EQ(verdict->signed_at, format_utc(kNow));
  ASSERT_EQ(verdict->checks.size(), 3u);
  for (const Check& check : verdict->checks) EXPECT_TRUE(check.ok) << check.id;
  EXPECT_EQ(package->manifest().id, "sample");
  EXPECT_EQ(package->files().size(), 6u);
  EXPECT_EQ(package->digest(), sha256_hex(package->digests_bytes()));
}

TEST_F(Verify, RefusesEveryAlteredByte) {
  const std::string zip = make_package(sample_files(), {&key_});
  ASSERT_EQ(outcome(zip, trust_), "ok");
  std::map<std::string, int> codes;
  for (std::size_t at = 0; at < zip.size(); ++at)
    for (const int change : {0x01, 0x20, 0x80, 0xff}) {
      std::string altered = zip;
      altered[at] = static_cast<char>(altered[at] ^ change);
      const std::string code = outcome(altered, trust_);
      ++codes[code];
      ASSERT_NE(code, "ok") << "byte " << at << " of " << zip.size() << " changed by " << change;
    }
  for (const char* expected : {"package.damaged", "package.repacked", "package.header_mismatch"})
    EXPECT_GT(codes[expected], 0) << expected;
}

TEST_F(Verify, RefusesEveryTruncation) {
  const std::string zip = make_package(sample_files(), {&key_});
  for (std::size_t size = 0; size < zip.size(); ++size)
    ASSERT_EQ(outcome(zip.substr(0, size), trust_), "package.truncated") << size;
}

TEST_F(Verify, RefusesAnUnsignedPackage) {
  EXPECT_EQ(outcome(make_package(sample_files()), trust_), "package.unsigned");
}

TEST_F(Verify, RefusesAPackageSignedAgainByAStranger) {
  auto files = sample_files();
  files["migrations/001_thing.up.sql"] = "DROP DATABASE;";
  EXPECT_EQ(outcome(make_package(files, {&other_}), trust_), "package.unknown_key");
}

// Builds the archive from given parts, so that one part can be of another package.
std::string assemble(const test::Files& files, const std::string& digests, const std::string& signatures) {
  std::map<std::string, PackedBytes> entries;
  for (const auto& [name, content] : files) entries.emplace(name, pack_bytes(content));
  entries.emplace(kDigestsName, store_bytes(digests));
  entries.emplace(kSignaturesName, store_bytes(signatures));
  return *write_zip(entries);
}

// What an attacker does: the checksums of the archive are made right again.
TEST_F(Verify, RefusesEveryAlteredByteOfTheContentThoughTheArchiveIsWhole) {
  const auto original = Package::open_bytes(make_package(sample_files(), {&key_}));
  const std::string digests = original->digests_bytes(), signatures = *original->read(kSignaturesName);
  for (const auto& [name, content] : sample_files())
    for (std::size_t at = 0; at < content.size(); ++at) {
      auto files = sample_files();
      files[name][at] = static_cast<char>(content[at] ^ 1);
      ASSERT_EQ(outcome(assemble(files, digests, signatures), trust_), "package.altered")
          << name << " " << at;
    }
  for (std::size_t at = 0; at < digests.size(); ++at) {
    std::string changed = digests;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    ASSERT_NE(outcome(assemble(sample_files(), changed, signatures), trust_), "ok") << at;
  }
  for (std::size_t at = 0; at < signatures.size(); ++at) {
    std::string changed = signatures;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    ASSERT_NE(outcome(assemble(sample_files(), digests, changed), trust_), "ok") << at;
  }
}

TEST_F(Verify, NamesTheFileThatWasAlteredAddedOrRemoved) {
  const auto original = Package::open_bytes(make_package(sample_files(), {&key_}));
  const std::string digests = original->digests_bytes(), signatures = *original->read(kSignaturesName);
  ASSERT_EQ(outcome(assemble(sample_files(), digests, signatures), trust_), "ok");
  const auto refusal = [&](auto change) {
    auto files = sample_files();
    change(files);
    const auto package = Package::open_bytes(assemble(files, digests, signatures));
    const Error error = package ? verify(*package, trust_).error() : package.error();
    return error.code + " " + error.field;
  };
  EXPECT_EQ(refusal([](auto& f) { f["migrations/001_thing.up.sql"] += " "; }),
            "package.altered migrations/001_thing.up.sql");
  EXPECT_EQ(refusal([](auto& f) { f["migrations/001_thing.down.sql"][0] = 'd'; }),
            "package.altered migrations/001_thing.down.sql");
  EXPECT_EQ(refusal([](auto& f) { f["META/module.json"] += " "; }), "package.altered META/module.json");
  EXPECT_EQ(refusal([](auto& f) { f["triggers/evil.lua"] = "x"; }), "package.extra_file triggers/evil.lua");
  EXPECT_EQ(refusal([](auto& f) { f.erase("migrations/001_thing.down.sql"); }),
            "package.missing_file migrations/001_thing.down.sql");
  EXPECT_EQ(refusal([](auto& f) { f.erase("META/module.json"); }), "package.missing_file META/module.json");
}

TEST_F(Verify, RefusesASignatureOfAnotherPackageOrDocument) {
  auto files = sample_files();
  files["demo/a.json"] = "{}";
  const auto other = Package::open_bytes(make_package(files, {&key_}));
  const auto original = Package::open_bytes(make_package(sample_files(), {&key_}));
  EXPECT_EQ(
      outcome(assemble(sample_files(), original->digests_bytes(), *other->read(kSignaturesName)), trust_),
      "package.bad_signature");
  PackageSignature wrong_type{key_.id(), "Publisher", format_utc(kNow),
                              key_.sign(kRevocationsType, original->digests_bytes())};
  EXPECT_EQ(
      outcome(assemble(sample_files(), original->digests_bytes(), format_signatures({wrong_type})), trust_),
      "package.bad_signature");
}

TEST_F(Verify, RefusesATimeOrNameOfTheSignatureThatWasChanged) {
  const auto original = Package::open_bytes(make_package(sample_files(), {&key_}));
  auto signatures = *parse_signatures(*original->read(kSignaturesName));
  signatures[0].signed_at = format_utc(kNow + 1'000'000);
  EXPECT_EQ(
      outcome(assemble(sample_files(), original->digests_bytes(), format_signatures(signatures)), trust_),
      "package.bad_signature");
  signatures = *parse_signatures(*original->read(kSignaturesName));
  signatures[0].signer = "OpsFlux";
  EXPECT_EQ(
      outcome(assemble(sample_files(), original->digests_bytes(), format_signatures(signatures)), trust_),
      "package.bad_signature");
  const std::string spaced = *original->read(kSignaturesName) + " ";
  EXPECT_EQ(outcome(assemble(sample_files(), original->digests_bytes(), spaced), trust_),
            "package.bad_signatures");
}

TEST_F(Verify, TakesTheBestOfSeveralSigners) {
  TrustStore trust = trusting(key_, TrustLevel::kPrivate);
  const SigningKey market = SigningKey::generate("Marketplace");
  ASSERT_TRUE(trust.enrol(public_part(market, TrustLevel::kVerified, format_utc(kNow))));
  const auto package = Package::open_bytes(make_package(sample_files(), {&other_, &key_, &market}));
  const auto verdict = verify(*package, trust);
  ASSERT_TRUE(verdict) << describe(verdict.error());
  EXPECT_EQ(verdict->level, TrustLevel::kVerified);
  EXPECT_EQ(verdict->signer, "Marketplace");
  ASSERT_EQ(verdict->signers.size(), 3u);
  EXPECT_FALSE(verdict->signers[0].known);
}

TEST_F(Verify, SaysThatAnotherProgramPackedItAgain) {
  const auto original = Package::open_bytes(make_package(sample_files(), {&key_}));
  std::map<std::string, PackedBytes> entries;
  for (const PackageFile& file : original->files())
    entries.emplace(file.name, store_bytes(*original->read(file.name)));
  EXPECT_EQ(outcome(*write_zip(entries), trust_), "package.repacked");
}

TEST_F(Verify, HoldsAKeyToItsPublisher) {
  TrustStore trust;
  TrustedKey key = public_part(key_, TrustLevel::kCommunity, format_utc(kNow));
  key.publisher = "acme";
  ASSERT_TRUE(trust.enrol(key));
  EXPECT_EQ(outcome(make_package(sample_files(), {&key_}), trust), "package.wrong_publisher");
  key.publisher = "opsflux";
  ASSERT_TRUE(trust.enrol(key));
  EXPECT_EQ(outcome(make_package(sample_files(), {&key_}), trust), "ok");
}

TEST_F(Verify, GradesRevocations) {
  TrustStore trust = trust_;
  const SigningKey authority = SigningKey::generate("Authority");
  TrustedKey enrolled = public_part(authority, TrustLevel::kCore, format_utc(kNow));
  enrolled.signs_revocations = true;
  ASSERT_TRUE(trust.enrol(enrolled));
  const std::string zip = make_package(sample_files(), {&key_});
  const std::string digest = Package::open_bytes(zip)->digest();
  std::int64_t version = 0;
  const auto revoked = [&](Revocation entry, Purpose purpose) {
    const RevocationList list{++version, format_utc(kNow), {std::move(entry)}};
    const auto imported =
        trust.import_revocations(seal_envelope(authority, kRevocationsType, format_revocations(list)));
    EXPECT_TRUE(imported) << describe(imported.error());
    return outcome(zip, trust, purpose);
  };
  const auto range = [](const char* text) { return *VersionRange::parse(text); };
  using enum RevocationGrade;
  EXPECT_EQ(revoked({key_.id(), "", "", {}, kQuarantine, "stolen"}, Purpose::kLoad), "package.revoked");
  EXPECT_EQ(revoked({key_.id(), "", "", {}, kNoNewInstall, "stolen"}, Purpose::kInstall), "package.revoked");
  EXPECT_EQ(revoked({key_.id(), "", "", {}, kNoNewInstall, "stolen"}, Purpose::kLoad), "ok");
  EXPECT_EQ(revoked({"", digest, "", {}, kQuarantine, "bad"}, Purpose::kInstall), "package.revoked");
  EXPECT_EQ(revoked({"", std::string(64, 'a'), "", {}, kQuarantine, "bad"}, Purpose::kInstall), "ok");
  EXPECT_EQ(revoked({"", "", "sample", range("<1.2.4"), kQuarantine, "hole"}, Purpose::kInstall),
            "package.revoked");
  EXPECT_EQ(revoked({"", "", "sample", range("<1.2.3"), kQuarantine, "hole"}, Purpose::kInstall), "ok");
  EXPECT_EQ(revoked({"", "", "other", range("*"), kQuarantine, "hole"}, Purpose::kInstall), "ok");
  EXPECT_EQ(revoked({"", "", "sample", range("*"), kWarn, "old"}, Purpose::kInstall), "ok");
  const auto verdict = verify(*Package::open_bytes(zip), trust);
  ASSERT_TRUE(verdict);
  EXPECT_FALSE(verdict->checks.back().ok);
  EXPECT_EQ(verdict->checks.back().note, "old");
}

TEST_F(Verify, ChecksAnUnpackedPackageAtEveryLoad) {
  const test::TempFolder folder;
  const auto path = folder.path() / "v1";
  const auto package = Package::open_bytes(make_package(sample_files(), {&key_}));
  ASSERT_TRUE(package->unpack(path));
  struct stat status {};
  ASSERT_EQ(::stat((path / "entities/thing.json").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0444u);
  auto unpacked = Package::open_folder(path);
  ASSERT_TRUE(unpacked) << describe(unpacked.error());
  EXPECT_EQ(unpacked->digest(), package->digest());
  EXPECT_TRUE(verify(*unpacked, trust_, Purpose::kLoad));

  // Changed on disk after it was opened: what is read is checked again.
  const auto sql = path / "migrations/001_thing.down.sql";
  ASSERT_TRUE(write_file_atomic(sql, "DROP TABLE sample_other;\n"));
  EXPECT_EQ(unpacked->read("migrations/001_thing.down.sql").error().code, "package.altered");
  EXPECT_EQ(verify(*unpacked, trust_, Purpose::kLoad).error().code, "package.altered");

  ASSERT_TRUE(std::filesystem::remove(sql));
  std::filesystem::create_symlink("/etc/passwd", sql);
  EXPECT_EQ(Package::open_folder(path).error().code, "package.link");
}

TEST_F(Verify, UnpacksNothingWhenAFileIsDamaged) {
  const test::TempFolder folder;
  const auto original = Package::open_bytes(make_package(sample_files(), {&key_}));
  auto files = sample_files();
  files["migrations/001_thing.up.sql"] += "x";
  const auto package =
      Package::open_bytes(assemble(files, original->digests_bytes(), *original->read(kSignaturesName)));
  ASSERT_TRUE(package);
  EXPECT_EQ(package->unpack(folder.path() / "v1").error().code, "package.altered");
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "v1"));
  ASSERT_TRUE(original->unpack(folder.path() / "v1"));
  EXPECT_EQ(original->unpack(folder.path() / "v1").error().code, "package.folder_in_use");
}

TEST_F(Verify, RefusesAPackageWithoutListOrWithAListThatLies) {
  std::map<std::string, PackedBytes> entries;
  for (const auto& [name, content] : sample_files()) entries.emplace(name, pack_bytes(content));
  EXPECT_EQ(outcome(*write_zip(entries), trust_), "package.missing_file");
  for (const char* digests : {"", "{}", "[]", R"({"digests":2,"files":[]})", R"({"digests":1,"files":{}})",
                              R"({"digests":1,"files":[1]})", R"({"digests":1,"files":[],"x":1})",
                              R"({"digests":1,"files":[{"name":"a","size":1,"sha256":"00"}]})",
                              R"({"digests":1,"files":[{"name":"a","size":-1}]})"}) {
    entries[std::string(kDigestsName)] = store_bytes(digests);
    EXPECT_EQ(outcome(*write_zip(entries), trust_), "package.bad_digests") << digests;
  }
}

}  // namespace
}  // namespace opsflux::package
