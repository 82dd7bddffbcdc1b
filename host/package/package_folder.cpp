#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/base/files.hpp"
#include "host/package/package_content.hpp"

namespace opsflux::package {
namespace {

namespace fs = std::filesystem;

class FolderContent final : public PackageContent {
 public:
  explicit FolderContent(fs::path folder) : folder_(std::move(folder)) {}

  Result<void> list(const ZipLimits& limits) {
    std::error_code ec;
    std::uint64_t total = 0;
    auto it = fs::recursive_directory_iterator(folder_, ec);
    for (; !ec && it != fs::recursive_directory_iterator(); it.increment(ec)) {
      const std::string name = it->path().lexically_relative(folder_).generic_string();
      const fs::file_status status = it->symlink_status(ec);
      if (ec) break;
      if (status.type() == fs::file_type::directory) {
        if (static_cast<std::uint32_t>(it.depth()) + 1 > limits.max_depth) it.disable_recursion_pending();
        continue;
      }
      TRY(check_entry_name(name, limits));
      if (status.type() != fs::file_type::regular)
        return fail(Error::malformed("package.link",
                                     name + ": it is no regular file; nothing else stands in a package.")
                        .at(name)
                        .with("file", name));
      files.push_back({name, it->file_size(ec), {}});
      total += files.back().size;
      if (files.size() > limits.max_entries || files.back().size > limits.max_entry_bytes ||
          total > limits.max_total_bytes)
        return fail(Error::too_large("package.too_large",
                                     "The folder " + folder_.string() + " holds more than a package may.")
                        .at(name));
    }
    if (ec) return fail(file_error(ec.value(), folder_, "list"));
    std::sort(files.begin(), files.end(),
              [](const PackageFile& a, const PackageFile& b) { return a.name < b.name; });
    return {};
  }

  Result<void> stream(std::string_view name, const ByteSink& sink) const override {
    const fs::path path = folder_ / name;
    FileDescriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    if (!fd) return fail(file_error(errno, path, "open"));
    std::string piece(64 << 10, '\0');
    for (;;) {
      const ssize_t n = ::read(fd.get(), piece.data(), piece.size());
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return fail(file_error(errno, path, "read"));
      if (n == 0) return {};
      TRY(sink({piece.data(), static_cast<std::size_t>(n)}));
    }
  }

  Result<void> check_packing(const Digests&) const override { return {}; }

 private:
  fs::path folder_;
};

}  // namespace

Result<std::shared_ptr<PackageContent>> folder_content(const fs::path& folder, const ZipLimits& limits) {
  auto content = std::make_shared<FolderContent>(folder);
  TRY(content->list(limits));
  return content;
}

}  // namespace opsflux::package
