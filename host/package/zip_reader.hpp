// The one strict ZIP reader: host, SDK tool and marketplace read packages with this and nothing else.
//
// Two readers that disagree on one archive are the hole, so an archive with any freedom for them to
// disagree is refused: the entries stand one after another from offset 0, the central directory follows
// at once, the end record ends the file; central and local headers agree; names are [a-z0-9._/-] (and
// META/), unique, relative, and no name is both file and folder; no links, encryption, comments, extra
// fields, data descriptors, split archives, ZIP64; stored or deflated only. Every error names the entry
// and what would be right.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/error.hpp"

namespace opsflux::package {

struct ZipLimits {
  std::uint64_t max_file_bytes = 256ull << 20;   // of the archive
  std::uint64_t max_entry_bytes = 256ull << 20;  // of one entry, inflated
  std::uint64_t max_total_bytes = 512ull << 20;  // of all entries, inflated
  std::uint32_t max_entries = 4096;
  std::uint32_t max_ratio = 200;           // inflated to packed, for entries over ratio_floor
  std::uint64_t ratio_floor = 1ull << 20;  // small files of blanks compress beyond any honest ratio
  std::uint32_t max_depth = 8;             // folders and file of a name together
  std::uint32_t max_name_bytes = 200;
};

struct ZipEntry {
  std::string name;
  bool deflated = false;          // else stored
  std::uint64_t size = 0;         // inflated
  std::uint64_t packed_size = 0;  // as it stands in the archive
  std::uint32_t crc = 0;
  std::uint64_t data_offset = 0;  // of the packed bytes
  // The header fields that say nothing about the content stand as write_zip writes them: false when
  // another program packed the archive.
  bool canonical = false;
};

// Random access to bytes that do not change while they are read.
class ByteSource {
 public:
  virtual ~ByteSource() = default;
  virtual std::uint64_t size() const = 0;
  virtual Result<void> read(std::uint64_t offset, char* to, std::size_t count) const = 0;  // all or an error

  static Result<std::shared_ptr<const ByteSource>> of_file(const std::filesystem::path& path);
  static std::shared_ptr<const ByteSource> of_bytes(std::string bytes);
};

// Takes pieces of an entry in order; an error stops the reading and is returned.
using ByteSink = std::function<Result<void>(std::string_view)>;

// Immutable after open; all const functions are safe from any thread.
class ZipArchive {
 public:
  // Reads and checks headers only; no byte of an entry is inflated.
  static Result<ZipArchive> open(std::shared_ptr<const ByteSource> source, const ZipLimits& limits = {});

  const std::vector<ZipEntry>& entries() const { return entries_; }  // in file order
  bool sorted() const { return sorted_; }                            // file order is name order
  const ZipEntry* find(std::string_view name) const;

  // Inflates one entry piece by piece; fails with "package.damaged" when the size, the checksum or the
  // end of the stream differ from what the headers say. Never more than `size` bytes reach the sink.
  Result<void> stream(const ZipEntry& entry, const ByteSink& sink) const;
  Result<std::string> read(const ZipEntry& entry) const;
  // The entry's bytes as they stand in the archive.
  Result<std::string> read_packed(const ZipEntry& entry) const;
  // SHA-256 (hex) of the entry's bytes as they stand in the archive, without inflating them.
  Result<std::string> packed_sha256(const ZipEntry& entry) const;

 private:
  friend class ZipParser;
  Result<void> stream_packed(const ZipEntry& entry, const ByteSink& sink) const;

  std::shared_ptr<const ByteSource> source_;
  std::vector<ZipEntry> entries_;
  std::vector<std::size_t> by_name_;  // indexes into entries_
  bool sorted_ = false;
};

// The rule for names, used by the writer as well. kInvalid "package.bad_name", "package.name_too_long",
// "package.too_deep".
Result<void> check_entry_name(std::string_view name, const ZipLimits& limits = {});

}  // namespace opsflux::package
