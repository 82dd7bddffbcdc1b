// What the tests of the layer make packages of.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "host/base/files.hpp"
#include "host/base/text.hpp"
#include "host/package/package_writer.hpp"
#include "host/package/signatures.hpp"
#include "host/package/trust_store.hpp"
#include "host/package/verify.hpp"
#include "host/package/zip_writer.hpp"

namespace opsflux::package::test {

inline constexpr UtcNs kNow = 1'795'000'000'000'000'000;  // 18 November 2026

inline const char* kManifest = R"({"manifest": 1, "id": "sample", "version": "1.2.3", "abi": "1.0",
  "publisher": {"id": "opsflux", "name": "OpsFlux"}, "license": "MIT",
  "menus": [{"id": "sample", "items": [{"id": "things", "entity": "thing"}]}]})";

using Files = PackageFiles;

inline Files sample_files() {
  return {
      {"META/module.json", kManifest},
      {"entities/thing.json",
       R"({"entity": "thing", "plural": "things", "table": "sample_thing", "title": "name", "fields": [{"name": "name", "type": "text"}]})"},
      {"migrations/001_thing.up.sql",
       "CREATE TABLE sample_thing (id text);\n" + std::string(300, '-') + "\n"},
      {"migrations/001_thing.down.sql", "DROP TABLE sample_thing;\n"}};
}

inline std::string make_package(const Files& files, const std::vector<const SigningKey*>& keys = {},
                                UtcNs now = kNow) {
  std::string zip = *write_package(files);
  for (const SigningKey* key : keys) zip = *sign_package(zip, *key, now);
  return zip;
}

inline TrustStore trusting(const SigningKey& key, TrustLevel level = TrustLevel::kPrivate) {
  TrustStore trust;
  (void)trust.enrol(public_part(key, level, format_utc(kNow)));
  return trust;
}

// Opens and verifies; the code of the refusal, or "ok".
inline std::string outcome(const std::string& zip, const TrustStore& trust,
                           Purpose purpose = Purpose::kInstall) {
  const auto package = Package::open_bytes(zip);
  if (!package) return package.error().code;
  const auto verdict = verify(*package, trust, purpose);
  return verdict ? "ok" : verdict.error().code;
}

// A folder of its own, removed at the end.
class TempFolder {
 public:
  TempFolder() : path_(std::filesystem::temp_directory_path() / ("opsflux-test-" + to_hex(random_bytes(8)))) {
    std::filesystem::create_directories(path_);
  }
  ~TempFolder() { (void)remove_tree(path_); }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace opsflux::package::test
