#include "host/package/zip_writer.hpp"

#include <zlib.h>

#include "host/package/zip_format.hpp"
#include "host/package/zip_reader.hpp"

namespace opsflux::package {
namespace {

using namespace zip;

// What the local header and the directory have in common, from "version needed" to the lengths.
void put_common(std::string& out, const std::string& name, const PackedBytes& entry) {
  put16(out, kVersionNeeded);
  put16(out, 0);  // flags
  put16(out, entry.deflated ? kDeflated : kStored);
  put16(out, kTime);
  put16(out, kDate);
  put32(out, entry.crc);
  put32(out, static_cast<std::uint32_t>(entry.bytes.size()));
  put32(out, static_cast<std::uint32_t>(entry.size));
  put16(out, static_cast<std::uint32_t>(name.size()));
  put16(out, 0);  // extra field
}

void put_central(std::string& out, const std::string& name, const PackedBytes& entry, std::size_t offset) {
  put32(out, kCentralSignature);
  put16(out, kMadeBy);
  put_common(out, name, entry);
  put16(out, 0);  // comment
  put16(out, 0);  // disk
  put16(out, 0);  // internal attributes
  put32(out, kAttributes);
  put32(out, static_cast<std::uint32_t>(offset));
  out += name;
}

}  // namespace

PackedBytes store_bytes(std::string_view content) {
  const uLong crc = crc32(crc32(0, nullptr, 0), reinterpret_cast<const Bytef*>(content.data()),
                          static_cast<uInt>(content.size()));
  return {std::string(content), false, content.size(), static_cast<std::uint32_t>(crc)};
}

PackedBytes pack_bytes(std::string_view content) {
  PackedBytes stored = store_bytes(content);
  z_stream stream{};
  if (deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, -MAX_WBITS, 9, Z_DEFAULT_STRATEGY) != Z_OK)
    return stored;
  std::string packed(deflateBound(&stream, static_cast<uLong>(content.size())), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(content.data()));
  stream.avail_in = static_cast<uInt>(content.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  const int status = deflate(&stream, Z_FINISH);
  packed.resize(packed.size() - stream.avail_out);
  deflateEnd(&stream);
  if (status != Z_STREAM_END || packed.size() >= content.size()) return stored;
  return {std::move(packed), true, stored.size, stored.crc};
}

Result<std::string> write_zip(const std::map<std::string, PackedBytes>& entries) {
  const ZipLimits limits;
  std::string out, directory;
  for (const auto& [name, entry] : entries) {
    TRY(check_entry_name(name, limits));
    if (entry.size > limits.max_entry_bytes || out.size() + entry.bytes.size() > limits.max_file_bytes)
      return fail(Error::too_large("package.too_large", name + " makes the package larger than is allowed.")
                      .at(name));
    put_central(directory, name, entry, out.size());
    put32(out, kLocalSignature);
    put_common(out, name, entry);
    out += name;
    out += entry.bytes;
  }
  if (entries.size() > limits.max_entries)
    return fail(Error::too_large("package.too_many_files",
                                 "A package has at most " + std::to_string(limits.max_entries) + " files."));
  const std::size_t directory_offset = out.size();
  out += directory;
  put32(out, kEndSignature);
  put16(out, 0);
  put16(out, 0);
  put16(out, static_cast<std::uint32_t>(entries.size()));
  put16(out, static_cast<std::uint32_t>(entries.size()));
  put32(out, static_cast<std::uint32_t>(directory.size()));
  put32(out, static_cast<std::uint32_t>(directory_offset));
  put16(out, 0);
  return out;
}

}  // namespace opsflux::package
