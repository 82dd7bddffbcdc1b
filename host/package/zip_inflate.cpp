#include <zlib.h>

#include "host/package/zip_reader.hpp"

namespace opsflux::package {
namespace {

constexpr std::size_t kPiece = 64 << 10;

Unexpected damaged(const ZipEntry& entry, std::string_view why) {
  return fail(Error::malformed("package.damaged", entry.name + " is damaged: " + std::string(why))
                  .at(entry.name)
                  .with("file", entry.name));
}

// Counts and sums what goes to the sink, and stops at the size that the header promised.
class CheckedSink {
 public:
  CheckedSink(const ZipEntry& entry, const ByteSink& sink) : entry_(entry), sink_(sink) {}

  Result<void> take(std::string_view piece) {
    if (piece.size() > entry_.size - size_)
      return damaged(
          entry_, "it holds more than the " + std::to_string(entry_.size) + " bytes that its header says.");
    size_ += piece.size();
    crc_ = crc32(crc_, reinterpret_cast<const Bytef*>(piece.data()), static_cast<uInt>(piece.size()));
    return sink_(piece);
  }
  Result<void> finish() const {
    if (size_ != entry_.size)
      return damaged(entry_, "it holds " + std::to_string(size_) + " bytes; its header says " +
                                 std::to_string(entry_.size) + ".");
    if (crc_ != entry_.crc) return damaged(entry_, "its checksum is wrong.");
    return {};
  }

 private:
  const ZipEntry& entry_;
  const ByteSink& sink_;
  std::uint64_t size_ = 0;
  uLong crc_ = crc32(0, nullptr, 0);
};

// zlib's raw inflate, ended when the scope is.
class Inflater {
 public:
  Inflater() : ready_(inflateInit2(&stream_, -MAX_WBITS) == Z_OK) {}
  ~Inflater() {
    if (ready_) inflateEnd(&stream_);
  }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  Result<void> feed(const ZipEntry& entry, std::string_view packed, CheckedSink& sink) {
    if (!ready_)
      return fail(Error::internal("package.no_memory", "There is no memory to unpack " + entry.name + "."));
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
    stream_.avail_in = static_cast<uInt>(packed.size());
    while (stream_.avail_in > 0 || stream_.avail_out == 0) {
      if (ended_) return damaged(entry, "data stand after the end of its compressed stream.");
      stream_.next_out = reinterpret_cast<Bytef*>(out_.data());
      stream_.avail_out = static_cast<uInt>(out_.size());
      const int status = inflate(&stream_, Z_NO_FLUSH);
      if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR)
        return damaged(entry, "its compressed data make no sense.");
      TRY(sink.take({out_.data(), out_.size() - stream_.avail_out}));
      ended_ = status == Z_STREAM_END;
      if (ended_ && stream_.avail_in == 0) return {};
      if (status == Z_BUF_ERROR) return {};
    }
    return {};
  }
  bool ended() const { return ended_; }

 private:
  z_stream stream_{};
  bool ready_;
  bool ended_ = false;
  std::string out_ = std::string(kPiece, '\0');
};

}  // namespace

Result<void> ZipArchive::stream_packed(const ZipEntry& entry, const ByteSink& sink) const {
  std::string piece(std::min<std::uint64_t>(kPiece, entry.packed_size), '\0');
  for (std::uint64_t done = 0; done < entry.packed_size;) {
    const std::size_t count = std::min<std::uint64_t>(kPiece, entry.packed_size - done);
    TRY(source_->read(entry.data_offset + done, piece.data(), count));
    TRY(sink(std::string_view(piece).substr(0, count)));
    done += count;
  }
  return {};
}

Result<void> ZipArchive::stream(const ZipEntry& entry, const ByteSink& sink) const {
  CheckedSink checked(entry, sink);
  if (!entry.deflated) {
    TRY(stream_packed(entry, [&](std::string_view piece) { return checked.take(piece); }));
    return checked.finish();
  }
  Inflater inflater;
  TRY(stream_packed(entry, [&](std::string_view piece) { return inflater.feed(entry, piece, checked); }));
  if (!inflater.ended()) return damaged(entry, "its compressed data end too early.");
  return checked.finish();
}

}  // namespace opsflux::package
