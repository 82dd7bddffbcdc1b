// Where the files of a package come from (private to the layer): an archive or a folder.
#pragma once

#include <memory>

#include "host/package/package.hpp"

namespace opsflux::package {

class PackageContent {
 public:
  virtual ~PackageContent() = default;
  virtual Result<void> stream(std::string_view name, const ByteSink& sink) const = 0;  // of an existing file
  // Whether the bytes around the content are as opsflux-sdk wrote them: "package.repacked".
  virtual Result<void> check_packing(const Digests& digests) const = 0;

  std::vector<PackageFile> files;  // sorted; sha256 filled in from the digests
  Digests digests;
  std::string digests_bytes, digest;
  Manifest manifest;
};

Result<std::shared_ptr<PackageContent>> archive_content(std::shared_ptr<const ByteSource> source,
                                                        const ZipLimits& limits);
Result<std::shared_ptr<PackageContent>> folder_content(const std::filesystem::path& folder,
                                                       const ZipLimits& limits);

}  // namespace opsflux::package
