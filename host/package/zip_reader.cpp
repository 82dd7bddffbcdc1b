#include "host/package/zip_reader.hpp"

#include "host/base/text.hpp"
#include "host/package/hashing.hpp"
#include "host/package/zip_format.hpp"

namespace opsflux::package {
namespace {

using namespace zip;

Error malformed(std::string_view code, std::string_view message) { return Error::malformed(code, message); }

// One file of the central directory, as it stands there.
struct CentralRecord {
  std::uint16_t made_by, needed, flags, method, time, date;
  std::uint32_t crc, packed_size, size;
  std::uint16_t name_size, extra_size, comment_size, disk, internal;
  std::uint32_t external, offset;
};

CentralRecord read_central(std::string_view r) {
  return {get16(r, 4),  get16(r, 6),  get16(r, 8),  get16(r, 10), get16(r, 12), get16(r, 14),
          get32(r, 16), get32(r, 20), get32(r, 24), get16(r, 28), get16(r, 30), get16(r, 32),
          get16(r, 34), get16(r, 36), get32(r, 38), get32(r, 42)};
}

std::string n(std::uint64_t value) { return std::to_string(value); }

}  // namespace

// Reads the directory of one archive; a class only to share what all steps need.
class ZipParser {
 public:
  ZipParser(const std::shared_ptr<const ByteSource>& source, const ZipLimits& limits) : limits_(limits) {
    archive_.source_ = source;
  }

  Result<ZipArchive> run() {
    TRY(find_end());
    TRY(read_directory());
    TRY(check_names());
    return std::move(archive_);
  }

 private:
  const ByteSource& source() const { return *archive_.source_; }

  Result<std::string> bytes(std::uint64_t offset, std::size_t count) const {
    std::string out(count, '\0');
    TRY(source().read(offset, out.data(), count));
    return out;
  }

  // The end record must be the last 22 bytes. Where it is not, finds out why, for the sentence only.
  Result<void> find_end() {
    const std::uint64_t size = source().size();
    if (size > limits_.max_file_bytes)
      return fail(Error::too_large("package.too_large",
                                   "The package is larger than " + n(limits_.max_file_bytes) + " bytes.")
                      .with("limit", n(limits_.max_file_bytes)));
    if (size == 0) return fail(malformed("package.truncated", "The package is empty: not one byte arrived."));
    TRY_ASSIGN(head, bytes(0, std::min<std::uint64_t>(4, size)));
    const bool zip_head = head.substr(0, 4) == std::string_view("PK\3\4", 4).substr(0, head.size());
    const std::uint64_t tail_size = std::min<std::uint64_t>(size, kEndSize + 0xffff);
    TRY_ASSIGN(tail, bytes(size - tail_size, tail_size));
    const std::size_t at = tail.rfind("PK\5\6");
    if (at == std::string::npos || tail.size() - at < kEndSize) {
      if (zip_head)
        return fail(
            malformed("package.truncated",
                      "The package ends too early: its directory is missing. Upload or copy it again."));
      return fail(malformed("package.not_zip", "This is not a ZIP file."));
    }
    const std::string_view end = std::string_view(tail).substr(at, kEndSize);
    const std::uint16_t comment_size = get16(end, 20);
    const std::size_t after = tail.size() - at - kEndSize;
    if (comment_size != 0 && comment_size == after)
      return fail(malformed("package.comment", "The archive has a comment; a package has none."));
    if (after != 0)
      return fail(malformed("package.trailing_data",
                            n(after) + " bytes stand after the end of the archive; nothing may."));
    if (comment_size != 0)
      return fail(malformed("package.truncated",
                            "The package ends too early: the comment that it announces is missing."));
    if (!zip_head && get16(end, 10) != 0)
      return fail(malformed("package.leading_data",
                            "The file does not begin with its first entry; nothing may stand before it."));
    return read_end(end, size);
  }

  Result<void> read_end(std::string_view end, std::uint64_t size) {
    count_ = get16(end, 10);
    directory_size_ = get32(end, 12);
    directory_offset_ = get32(end, 16);
    if (count_ == 0xffff || directory_size_ == 0xffffffff || directory_offset_ == 0xffffffff)
      return fail(malformed("package.zip64", "The archive uses ZIP64, which a package of at most " +
                                                 n(limits_.max_file_bytes) + " bytes never needs."));
    if (get16(end, 4) != 0 || get16(end, 6) != 0 || get16(end, 8) != count_)
      return fail(malformed("package.split", "The archive is part of a split one; a package is one file."));
    if (count_ == 0) return fail(malformed("package.empty", "The archive has no files."));
    if (count_ > limits_.max_entries)
      return fail(Error::too_large("package.too_many_files", "The package has " + n(count_) +
                                                                 " files; at most " + n(limits_.max_entries) +
                                                                 " are allowed.")
                      .with("limit", n(limits_.max_entries)));
    if (directory_offset_ + directory_size_ != size - kEndSize)
      return fail(
          malformed("package.directory_mismatch",
                    "The directory of the archive does not stand between its last file and its end."));
    if (directory_size_ < count_ * kCentralSize ||
        directory_size_ > count_ * (kCentralSize + limits_.max_name_bytes))
      return fail(
          malformed("package.directory_mismatch",
                    "The directory of the archive has not the size that " + n(count_) + " files need."));
    return {};
  }

  Result<void> read_directory() {
    TRY_ASSIGN(directory, bytes(directory_offset_, directory_size_));
    std::string_view rest = directory;
    std::uint64_t offset = 0;
    for (std::uint64_t i = 0; i < count_; ++i) {
      if (rest.size() < kCentralSize || get32(rest, 0) != kCentralSignature)
        return fail(malformed(
            "package.directory_mismatch",
            "The directory of the archive is broken at file " + n(i + 1) + " of " + n(count_) + "."));
      const CentralRecord record = read_central(rest);
      if (rest.size() < kCentralSize + record.name_size)
        return fail(malformed("package.directory_mismatch",
                              "The name of file " + n(i + 1) + " does not fit into the directory."));
      const std::string name(rest.substr(kCentralSize, record.name_size));
      TRY(check_entry_name(name, limits_));
      TRY(check_record(name, record));
      TRY_ASSIGN(next, check_local(name, record, offset));
      offset = next;
      rest.remove_prefix(kCentralSize + record.name_size);
    }
    if (!rest.empty())
      return fail(malformed("package.directory_mismatch",
                            "Something stands in the directory of the archive that is no file."));
    if (offset != directory_offset_)
      return fail(
          malformed("package.gap", n(directory_offset_ - offset) +
                                       " bytes stand between the last file and the directory; nothing may."));
    return {};
  }

  Unexpected refuse(std::string_view code, const std::string& name, std::string_view why) const {
    return fail(malformed(code, name + ": " + std::string(why)).at(name).with("file", name));
  }

  Result<void> check_record(const std::string& name, const CentralRecord& r) {
    if (r.flags & 0x0001 || r.flags & 0x0040)
      return refuse("package.encrypted", name, "it is encrypted; files of a package are not.");
    if (r.flags & 0x0008)
      return refuse("package.data_descriptor", name,
                    "its size stands behind its data; it must stand before (write the archive to a file, not "
                    "to a pipe).");
    if (r.flags & ~0x0806u)
      return refuse("package.unknown_flags", name,
                    "it uses ZIP features that a package does not (flags " + n(r.flags) + ").");
    if (r.method != kStored && r.method != kDeflated)
      return refuse(
          "package.compression", name,
          "its compression method " + n(r.method) + " is not allowed; only stored and deflated are.");
    if (r.needed > kVersionNeeded)
      return refuse("package.unknown_flags", name,
                    "it asks for a newer ZIP reader (" + n(r.needed) + "); 20 is the most a package needs.");
    if (r.comment_size != 0)
      return refuse("package.comment", name, "it has a comment; files of a package have none.");
    if (r.extra_size != 0)
      return refuse("package.extra_field", name,
                    "it has an extra field; files of a package have none (zip -X leaves them out).");
    if (r.disk != 0) return refuse("package.split", name, "it stands on another part of a split archive.");
    const std::uint32_t type = (r.external >> 16) & 0170000;
    if (type == 0120000)
      return refuse("package.link", name, "it is a link; a package has regular files only.");
    if ((type != 0 && type != 0100000) || (r.external & 0x10))
      return refuse("package.special_file", name, "it is not a regular file.");
    if (r.method == kStored && r.size != r.packed_size)
      return refuse("package.header_mismatch", name, "it is stored, but its two sizes differ.");
    return check_sizes(name, r);
  }

  Result<void> check_sizes(const std::string& name, const CentralRecord& r) {
    const auto too_large = [&](std::string_view code, const std::string& message) {
      return fail(Error::too_large(code, message).at(name).with("file", name));
    };
    if (r.size > limits_.max_entry_bytes)
      return too_large("package.too_large",
                       name + " is larger than " + n(limits_.max_entry_bytes) + " bytes.");
    if (r.size > limits_.ratio_floor && r.size / limits_.max_ratio >= r.packed_size)
      return too_large("package.bomb",
                       name + " would grow more than " + n(limits_.max_ratio) + " times when unpacked.");
    total_ += r.size;
    if (total_ > limits_.max_total_bytes)
      return too_large("package.too_large", "The files of the package are larger than " +
                                                n(limits_.max_total_bytes) + " bytes together.");
    return {};
  }

  // The local header at `offset` must say what the directory says, byte for byte where both have a field.
  // Gives the offset after the entry's data.
  Result<std::uint64_t> check_local(const std::string& name, const CentralRecord& r, std::uint64_t offset) {
    if (r.offset != offset)
      return refuse("package.gap", name,
                    "it must begin at byte " + n(offset) +
                        ", right after the file before it; the directory says " + n(r.offset) + ".");
    const std::uint64_t head_size = kLocalSize + name.size();
    if (offset + head_size + r.packed_size > directory_offset_)
      return refuse("package.truncated", name, "its data reach beyond the directory.");
    TRY_ASSIGN(local, bytes(offset, head_size));
    const auto differs = [&](std::string_view what) {
      return refuse("package.header_mismatch", name,
                    "its local header and the directory disagree about its " + std::string(what) + ".");
    };
    if (get32(local, 0) != kLocalSignature)
      return refuse("package.header_mismatch", name, "no local header stands at byte " + n(offset) + ".");
    if (get16(local, 4) != r.needed) return differs("version");
    if (get16(local, 6) != r.flags) return differs("flags");
    if (get16(local, 8) != r.method) return differs("compression method");
    if (get16(local, 10) != r.time || get16(local, 12) != r.date) return differs("time");
    if (get32(local, 14) != r.crc) return differs("checksum");
    if (get32(local, 18) != r.packed_size) return differs("packed size");
    if (get32(local, 22) != r.size) return differs("size");
    if (get16(local, 26) != name.size()) return differs("name");
    if (get16(local, 28) != 0)
      return refuse(
          "package.extra_field", name,
          "its local header has an extra field; files of a package have none (zip -X leaves them out).");
    if (std::string_view(local).substr(kLocalSize) != name) return differs("name");
    const bool canonical = r.made_by == kMadeBy && r.needed == kVersionNeeded && r.flags == 0 &&
                           r.time == kTime && r.date == kDate && r.internal == 0 && r.external == kAttributes;
    archive_.entries_.push_back(
        {name, r.method == kDeflated, r.size, r.packed_size, r.crc, offset + head_size, canonical});
    return offset + head_size + r.packed_size;
  }

  // Unique, and no name is a file here and a folder there.
  Result<void> check_names() {
    auto& order = archive_.by_name_;
    const auto& entries = archive_.entries_;
    for (std::size_t i = 0; i < entries.size(); ++i) order.push_back(i);
    std::sort(order.begin(), order.end(),
              [&](std::size_t a, std::size_t b) { return entries[a].name < entries[b].name; });
    archive_.sorted_ = std::is_sorted(order.begin(), order.end());
    for (std::size_t i = 1; i < order.size(); ++i)
      if (entries[order[i]].name == entries[order[i - 1]].name)
        return refuse("package.duplicate_name", entries[order[i]].name, "it stands twice in the package.");
    for (const ZipEntry& entry : entries)
      for (std::size_t slash = entry.name.find('/'); slash != std::string::npos;
           slash = entry.name.find('/', slash + 1))
        if (archive_.find(std::string_view(entry.name).substr(0, slash)))
          return refuse("package.duplicate_name", entry.name.substr(0, slash),
                        "it is a file and a folder at once.");
    return {};
  }

  const ZipLimits& limits_;
  ZipArchive archive_;
  std::uint64_t count_ = 0, directory_size_ = 0, directory_offset_ = 0, total_ = 0;
};

Result<ZipArchive> ZipArchive::open(std::shared_ptr<const ByteSource> source, const ZipLimits& limits) {
  return ZipParser(source, limits).run();
}

const ZipEntry* ZipArchive::find(std::string_view name) const {
  const auto it =
      std::lower_bound(by_name_.begin(), by_name_.end(), name,
                       [&](std::size_t i, std::string_view wanted) { return entries_[i].name < wanted; });
  return it != by_name_.end() && entries_[*it].name == name ? &entries_[*it] : nullptr;
}

Result<std::string> ZipArchive::read(const ZipEntry& entry) const {
  std::string out;
  TRY(stream(entry, [&](std::string_view piece) -> Result<void> {
    out += piece;
    return {};
  }));
  return out;
}

Result<std::string> ZipArchive::read_packed(const ZipEntry& entry) const {
  std::string out;
  TRY(stream_packed(entry, [&](std::string_view piece) -> Result<void> {
    out += piece;
    return {};
  }));
  return out;
}

Result<std::string> ZipArchive::packed_sha256(const ZipEntry& entry) const {
  Sha256 hash;
  TRY(stream_packed(entry, [&](std::string_view piece) -> Result<void> {
    hash.add(piece);
    return {};
  }));
  return hash.hex();
}

}  // namespace opsflux::package
