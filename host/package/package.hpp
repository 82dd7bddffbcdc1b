// A module package: the signed ZIP, or the same files unpacked in a folder.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/error.hpp"
#include "host/package/digests.hpp"
#include "host/package/manifest.hpp"
#include "host/package/zip_reader.hpp"

namespace opsflux::package {

struct PackageFile {
  std::string name;
  std::uint64_t size = 0;
  std::string sha256;  // as digests.json says: true once verify() has passed; empty where it says nothing
};

class PackageContent;

// Opening checks the form (archive, manifest, digests.json); whether the content is what somebody signed
// is verify()'s business (verify.hpp). Immutable; safe from any thread; keeps the file open.
class Package {
 public:
  static Result<Package> open(const std::filesystem::path& zip, const ZipLimits& limits = {});
  static Result<Package> open_bytes(std::string zip, const ZipLimits& limits = {});
  // The folder that unpack() made. Links and other special files in it are refused.
  static Result<Package> open_folder(const std::filesystem::path& folder, const ZipLimits& limits = {});

  const Manifest& manifest() const;
  // What the package is, whatever it is packed in: hex SHA-256 of the bytes of META/digests.json.
  const std::string& digest() const;
  const std::vector<PackageFile>& files() const;  // sorted by name; all of them, META too
  bool has(std::string_view name) const;
  // The whole file; "package.missing_file" when it is not there. Its bytes are checked against
  // digests.json each time, so that what is used is what was listed ("package.altered").
  Result<std::string> read(std::string_view name) const;
  // Writes all files (mode 0444) into `folder`, which must be empty or not exist, and syncs them. On an
  // error nothing stays. The bytes are checked while they are written.
  Result<void> unpack(const std::filesystem::path& folder) const;

  const Digests& digests() const;
  const std::string& digests_bytes() const;
  // Compares every file with digests.json: "package.missing_file", "package.extra_file",
  // "package.altered" (each names the file); for an archive also "package.repacked", when the content is
  // right but the bytes around it are not those that opsflux-sdk wrote.
  Result<void> check_content() const;

 private:
  explicit Package(std::shared_ptr<const PackageContent> content) : content_(std::move(content)) {}
  static Result<Package> build(std::shared_ptr<PackageContent> content);

  std::shared_ptr<const PackageContent> content_;
};

}  // namespace opsflux::package
