#include "host/package/package.hpp"

#include "host/package/hashing.hpp"
#include "host/package/package_content.hpp"

namespace opsflux::package {
namespace {

Unexpected missing(std::string_view name, std::string_view why = "") {
  return fail(Error::invalid("package.missing_file", "The package has no " + std::string(name) +
                                                         (why.empty() ? "." : ", " + std::string(why) + "."))
                  .at(name)
                  .with("file", name));
}

Unexpected altered(std::string_view name) {
  return fail(Error::invalid("package.altered", std::string(name) + " was altered: its content is not what " +
                                                    std::string(kDigestsName) + " lists.")
                  .at(name)
                  .with("file", name));
}

Unexpected extra(std::string_view name) {
  return fail(Error::invalid("package.extra_file", std::string(name) + " was added: " +
                                                       std::string(kDigestsName) + " does not list it.")
                  .at(name)
                  .with("file", name));
}

bool is_unlisted(std::string_view name) { return name == kDigestsName || name == kSignaturesName; }

// Passes the file on to `sink` and fails at its end unless it is what was listed. A file that is longer
// than listed is refused before the surplus reaches the sink.
Result<void> stream_checked(const PackageContent& content, const FileDigest& expected, const ByteSink& sink) {
  Sha256 hash;
  TRY(content.stream(expected.name, [&](std::string_view piece) -> Result<void> {
    if (hash.size() + piece.size() > expected.size) return altered(expected.name);
    hash.add(piece);
    return sink(piece);
  }));
  if (hash.size() != expected.size || hash.hex() != expected.sha256) return altered(expected.name);
  return {};
}

const PackageFile* find_file(const std::vector<PackageFile>& files, std::string_view name) {
  const auto it =
      std::lower_bound(files.begin(), files.end(), name,
                       [](const PackageFile& file, std::string_view wanted) { return file.name < wanted; });
  return it != files.end() && it->name == name ? &*it : nullptr;
}

Result<std::string> read_content(const PackageContent& content, std::string_view name) {
  const PackageFile* file = find_file(content.files, name);
  if (!file) return missing(name);
  std::string out;
  const ByteSink collect = [&](std::string_view piece) -> Result<void> {
    out += piece;
    return {};
  };
  if (is_unlisted(name)) {
    TRY(content.stream(name, collect));
    return out;
  }
  const FileDigest* expected = content.digests.find(name);
  if (!expected) return extra(name);
  out.reserve(expected->size == file->size ? file->size : 0);
  TRY(stream_checked(content, *expected, collect));
  return out;
}

}  // namespace

Result<Package> Package::open(const std::filesystem::path& zip, const ZipLimits& limits) {
  TRY_ASSIGN(source, ByteSource::of_file(zip));
  TRY_ASSIGN(content, archive_content(std::move(source), limits));
  return build(std::move(content));
}

Result<Package> Package::open_bytes(std::string zip, const ZipLimits& limits) {
  TRY_ASSIGN(content, archive_content(ByteSource::of_bytes(std::move(zip)), limits));
  return build(std::move(content));
}

Result<Package> Package::open_folder(const std::filesystem::path& folder, const ZipLimits& limits) {
  TRY_ASSIGN(content, folder_content(folder, limits));
  return build(std::move(content));
}

Result<Package> Package::build(std::shared_ptr<PackageContent> content) {
  if (!find_file(content->files, kManifestName)) return missing(kManifestName, "so it is no OpsFlux module");
  if (!find_file(content->files, kDigestsName))
    return missing(kDigestsName, "the list of its files; opsflux-sdk pack makes it");
  TRY_ASSIGN(bytes, read_content(*content, kDigestsName));
  TRY_ASSIGN(digests, parse_digests(bytes));
  content->digest = sha256_hex(bytes);
  content->digests_bytes = std::move(bytes);
  content->digests = std::move(digests);
  for (PackageFile& file : content->files)
    if (const FileDigest* expected = content->digests.find(file.name)) file.sha256 = expected->sha256;
  TRY_ASSIGN(manifest_text, read_content(*content, kManifestName));
  TRY_ASSIGN(manifest, parse_manifest(manifest_text, kManifestName));
  content->manifest = std::move(manifest);
  std::set<std::string, std::less<>> names;
  std::vector<std::string> actions;
  for (const PackageFile& file : content->files) {
    names.insert(file.name);
    if (!file.name.starts_with("entities/") || !file.name.ends_with(".json")) continue;
    TRY_ASSIGN(definition, read_content(*content, file.name));
    for (std::string& one : actions_of(file.name.substr(9, file.name.size() - 14), definition))
      actions.push_back(std::move(one));
  }
  TRY(check_manifest_files(content->manifest, names, kManifestName, actions));
  return Package(std::move(content));
}

const Manifest& Package::manifest() const { return content_->manifest; }
const std::string& Package::digest() const { return content_->digest; }
const std::vector<PackageFile>& Package::files() const { return content_->files; }
const Digests& Package::digests() const { return content_->digests; }
const std::string& Package::digests_bytes() const { return content_->digests_bytes; }
bool Package::has(std::string_view name) const { return find_file(content_->files, name) != nullptr; }
Result<std::string> Package::read(std::string_view name) const { return read_content(*content_, name); }

Result<void> Package::check_content() const {
  for (const FileDigest& expected : content_->digests.files)
    if (!has(expected.name)) return missing(expected.name, "which " + std::string(kDigestsName) + " lists");
  for (const PackageFile& file : content_->files)
    if (!is_unlisted(file.name) && !content_->digests.find(file.name)) return extra(file.name);
  for (const FileDigest& expected : content_->digests.files)
    TRY(stream_checked(*content_, expected, [](std::string_view) -> Result<void> { return {}; }));
  return content_->check_packing(content_->digests);
}

}  // namespace opsflux::package
