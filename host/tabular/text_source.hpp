// The text of a file as UTF-8 in pieces, whatever its encoding. Internal to the layer.
#pragma once

#include <filesystem>

#include "host/base/files.hpp"
#include "host/tabular/table_reader.hpp"

namespace opsflux::tabular {

class TextSource {
 public:
  // Finds the encoding: as given, by byte order mark, else UTF-8 when the whole file is (it is read once for
  // that), else Windows-1252.
  static Result<TextSource> open(const std::filesystem::path& path, std::optional<Encoding> given,
                                 const ReadLimits& limits);

  // The next piece, never in the middle of a character; empty at the end. Refuses NUL and what is not in the
  // encoding, naming the line. Valid until the next call.
  Result<std::string_view> read();
  // Starts over.
  Result<void> rewind();

  Encoding encoding() const { return encoding_; }
  bool assumed() const { return assumed_; }

 private:
  explicit TextSource(FileDescriptor file) : file_(std::move(file)) {}

  Result<void> find_encoding(std::optional<Encoding> given);
  Result<bool> whole_is_utf8();
  Result<std::size_t> fill();  // bytes of the file behind those left over in raw_; 0 at its end
  Result<void> decode(bool last);
  Result<void> decode_utf8(bool last);
  Result<void> decode_utf16(bool last);
  Result<void> decode_1252();
  Result<void> check_nul();
  Error bad_text() const;

  FileDescriptor file_;
  std::filesystem::path path_;
  Encoding encoding_ = Encoding::kUtf8;
  bool assumed_ = false, ended_ = false;
  std::size_t mark_ = 0;  // bytes of the byte order mark
  std::string raw_, text_;
  std::int64_t lines_ = 1;
};

}  // namespace opsflux::tabular
