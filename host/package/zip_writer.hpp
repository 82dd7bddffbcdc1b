// Writes archives that are the same bytes for the same content: names sorted, times fixed, no metadata.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "host/base/error.hpp"

namespace opsflux::package {

// Bytes as they will stand in the archive.
struct PackedBytes {
  std::string bytes;
  bool deflated = false;
  std::uint64_t size = 0;  // inflated
  std::uint32_t crc = 0;   // of the inflated bytes
};

// Deflates at the highest level where that saves anything, else stores.
PackedBytes pack_bytes(std::string_view content);
PackedBytes store_bytes(std::string_view content);

// By name; fails on a name or size that ZipArchive would refuse.
Result<std::string> write_zip(const std::map<std::string, PackedBytes>& entries);

}  // namespace opsflux::package
