#include "host/package/package_writer.hpp"

#include "host/base/text.hpp"
#include "host/package/package.hpp"
#include "host/package/signatures.hpp"
#include "host/package/zip_writer.hpp"

namespace opsflux::package {

Result<std::string> write_package(const PackageFiles& files) {
  std::map<std::string, PackedBytes> entries;
  Digests digests;
  for (const auto& [name, content] : files) {
    PackedBytes packed = pack_bytes(content);
    FileDigest digest{name, content.size(), sha256_hex(content), {}};
    if (packed.deflated) digest.deflated = PackedDigest{packed.bytes.size(), sha256_hex(packed.bytes)};
    digests.files.push_back(std::move(digest));
    entries.emplace(name, std::move(packed));
  }
  entries.emplace(kDigestsName, store_bytes(format_digests(digests)));
  return write_zip(entries);
}

Result<std::string> sign_package(std::string_view zip, const SigningKey& key, UtcNs now) {
  TRY_ASSIGN(package, Package::open_bytes(std::string(zip)));
  TRY(package.check_content());
  std::vector<PackageSignature> signatures;
  if (package.has(kSignaturesName)) {
    TRY_ASSIGN(bytes, package.read(kSignaturesName));
    TRY_ASSIGN(earlier, parse_signatures(bytes));
    signatures = std::move(earlier);
    std::erase_if(signatures, [&](const PackageSignature& s) { return s.key_id == key.id(); });
  }
  signatures.push_back(sign_digests(key, package.digests_bytes(), now));

  TRY_ASSIGN(archive, ZipArchive::open(ByteSource::of_bytes(std::string(zip))));
  std::map<std::string, PackedBytes> entries;
  for (const ZipEntry& entry : archive.entries()) {
    TRY_ASSIGN(packed, archive.read_packed(entry));
    entries.emplace(entry.name, PackedBytes{std::move(packed), entry.deflated, entry.size, entry.crc});
  }
  entries[std::string(kSignaturesName)] = store_bytes(format_signatures(signatures));
  return write_zip(entries);
}

}  // namespace opsflux::package
