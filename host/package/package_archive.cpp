#include "host/package/package_content.hpp"

namespace opsflux::package {
namespace {

class ArchiveContent final : public PackageContent {
 public:
  explicit ArchiveContent(ZipArchive archive) : archive_(std::move(archive)) {
    for (const ZipEntry& entry : archive_.entries()) files.push_back({entry.name, entry.size, {}});
    std::sort(files.begin(), files.end(),
              [](const PackageFile& a, const PackageFile& b) { return a.name < b.name; });
  }

  Result<void> stream(std::string_view name, const ByteSink& sink) const override {
    return archive_.stream(*archive_.find(name), sink);
  }

  Result<void> check_packing(const Digests& expected) const override {
    if (!archive_.sorted())
      return repacked(archive_.entries().front().name, "its files are not in the order of their names");
    for (const ZipEntry& entry : archive_.entries()) {
      if (!entry.canonical) return repacked(entry.name, "its header is not as it was");
      const FileDigest* file = expected.find(entry.name);
      const bool deflated = file && file->deflated;  // digests and signatures themselves are stored
      if (entry.deflated != deflated) return repacked(entry.name, "it is compressed differently");
      if (!deflated) continue;
      TRY_ASSIGN(packed, archive_.packed_sha256(entry));
      if (entry.packed_size != file->deflated->size || packed != file->deflated->sha256)
        return repacked(entry.name, "it is compressed differently");
    }
    return {};
  }

 private:
  static Unexpected repacked(const std::string& name, std::string_view why) {
    return fail(Error::invalid("package.repacked",
                               "The package was packed again by another program after it was signed: " +
                                   name + ": " + std::string(why) +
                                   ". Use the file as its maker gave it, or sign it again with opsflux-sdk.")
                    .at(name)
                    .with("file", name));
  }

  ZipArchive archive_;
};

}  // namespace

Result<std::shared_ptr<PackageContent>> archive_content(std::shared_ptr<const ByteSource> source,
                                                        const ZipLimits& limits) {
  TRY_ASSIGN(archive, ZipArchive::open(std::move(source), limits));
  return std::make_shared<ArchiveContent>(std::move(archive));
}

}  // namespace opsflux::package
