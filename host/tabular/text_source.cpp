#include "host/tabular/text_source.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/base/text.hpp"

namespace opsflux::tabular {
namespace {

constexpr std::size_t kPiece = 64 << 10;

// 0x80 to 0x9f of Windows-1252; 0: no character.
constexpr std::uint16_t k1252[32] = {0x20ac, 0,      0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021,
                                     0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0,      0x017d, 0,
                                     0,      0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
                                     0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0,      0x017e, 0x0178};

void append_utf8(std::string& out, std::uint32_t c) {
  const auto put = [&](std::uint32_t byte) { out += static_cast<char>(byte); };
  if (c < 0x80) return put(c);
  if (c < 0x800) {
    put(0xc0 | c >> 6);
  } else if (c < 0x10000) {
    put(0xe0 | c >> 12);
    put(0x80 | (c >> 6 & 0x3f));
  } else {
    put(0xf0 | c >> 18);
    put(0x80 | (c >> 12 & 0x3f));
    put(0x80 | (c >> 6 & 0x3f));
  }
  put(0x80 | (c & 0x3f));
}

// How many bytes at the end of `text` may begin a character that goes on in the next piece.
std::size_t unfinished(std::string_view text) {
  for (std::size_t back = 1; back <= 3 && back <= text.size(); ++back) {
    const auto c = static_cast<unsigned char>(text[text.size() - back]);
    if ((c & 0xc0) == 0x80) continue;
    const std::size_t length = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : c >= 0xc0 ? 2 : 1;
    return length > back ? back : 0;
  }
  return 0;
}

struct Mark {
  std::string_view bytes;
  Encoding encoding;
};
constexpr Mark kMarks[] = {
    {"\xEF\xBB\xBF", Encoding::kUtf8}, {"\xFF\xFE", Encoding::kUtf16Le}, {"\xFE\xFF", Encoding::kUtf16Be}};

}  // namespace

Result<TextSource> TextSource::open(const std::filesystem::path& path, std::optional<Encoding> given,
                                    const ReadLimits& limits) {
  FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return fail(file_error(errno, path, "open"));
  struct stat about {};
  if (::fstat(file.get(), &about) != 0) return fail(file_error(errno, path, "stat"));
  if (static_cast<std::uint64_t>(about.st_size) > limits.max_file_bytes)
    return fail(
        Error::too_large("table.file_too_large",
                         "The file is larger than " + std::to_string(limits.max_file_bytes) + " bytes.")
            .with("limit", std::to_string(limits.max_file_bytes)));
  TextSource source(std::move(file));
  source.path_ = path;
  TRY(source.find_encoding(given));
  return source;
}

Result<void> TextSource::find_encoding(std::optional<Encoding> given) {
  TRY(fill());
  for (const Mark& mark : kMarks) {
    if (!std::string_view(raw_).starts_with(mark.bytes) || (given && *given != mark.encoding)) continue;
    encoding_ = mark.encoding;
    mark_ = mark.bytes.size();
    return rewind();
  }
  if (given) {
    encoding_ = *given;
    return rewind();
  }
  TRY_ASSIGN(utf8, whole_is_utf8());
  if (!utf8) {
    encoding_ = Encoding::kWindows1252;
    assumed_ = true;
  }
  return rewind();
}

Result<bool> TextSource::whole_is_utf8() {
  TRY(rewind());
  for (;;) {
    TRY_ASSIGN(count, fill());
    if (count == 0) return raw_.empty();
    const std::size_t left = unfinished(raw_);
    if (!is_utf8(std::string_view(raw_).substr(0, raw_.size() - left))) return false;
    raw_.erase(0, raw_.size() - left);
  }
}

Result<void> TextSource::rewind() {
  if (::lseek(file_.get(), static_cast<off_t>(mark_), SEEK_SET) < 0)
    return fail(file_error(errno, path_, "seek"));
  raw_.clear();
  text_.clear();
  lines_ = 1;
  ended_ = false;
  return {};
}

Result<std::size_t> TextSource::fill() {
  const std::size_t before = raw_.size();
  raw_.resize(before + kPiece);
  for (;;) {
    const ssize_t n = ::read(file_.get(), raw_.data() + before, kPiece);
    if (n < 0 && errno == EINTR) continue;
    raw_.resize(before + static_cast<std::size_t>(std::max<ssize_t>(n, 0)));
    if (n < 0) return fail(file_error(errno, path_, "read"));
    return static_cast<std::size_t>(n);
  }
}

Result<std::string_view> TextSource::read() {
  lines_ += std::count(text_.begin(), text_.end(), '\n');
  text_.clear();
  while (text_.empty() && !ended_) {
    TRY_ASSIGN(count, fill());
    ended_ = count == 0;
    TRY(decode(ended_));
  }
  TRY(check_nul());
  return std::string_view(text_);
}

Result<void> TextSource::decode(bool last) {
  switch (encoding_) {
    case Encoding::kUtf8:
      return decode_utf8(last);
    case Encoding::kWindows1252:
      return decode_1252();
    default:
      return decode_utf16(last);
  }
}

Error TextSource::bad_text() const {
  const std::string line = std::to_string(lines_ + std::count(text_.begin(), text_.end(), '\n'));
  const std::string name(encoding_name(encoding_));
  return Error::malformed("table.bad_text", "Line " + line + " has bytes that are no text in " + name + ".")
      .with("line", line)
      .with("encoding", name);
}

Result<void> TextSource::decode_utf8(bool last) {
  const std::size_t left = last ? 0 : unfinished(raw_);
  const std::string_view whole = std::string_view(raw_).substr(0, raw_.size() - left);
  if (!is_utf8(whole)) {
    // Up to the bad line, so that the message names it.
    for (std::size_t at = 0; at < whole.size();) {
      const std::size_t end = std::min(whole.find('\n', at), whole.size() - 1) + 1;
      if (!is_utf8(whole.substr(at, end - at))) break;
      text_ += whole.substr(at, end - at);
      at = end;
    }
    return fail(bad_text());
  }
  text_ += whole;
  raw_.erase(0, whole.size());
  return {};
}

Result<void> TextSource::decode_utf16(bool last) {
  const bool little = encoding_ == Encoding::kUtf16Le;
  const auto unit = [&](std::size_t at) {
    const auto a = static_cast<unsigned char>(raw_[at]), b = static_cast<unsigned char>(raw_[at + 1]);
    return static_cast<std::uint32_t>(little ? b << 8 | a : a << 8 | b);
  };
  std::size_t at = 0;
  for (; at + 1 < raw_.size(); at += 2) {
    const std::uint32_t c = unit(at);
    if (c < 0xd800 || c > 0xdfff) {
      append_utf8(text_, c);
      continue;
    }
    if (c > 0xdbff) return fail(bad_text());
    if (at + 3 >= raw_.size()) break;
    const std::uint32_t low = unit(at + 2);
    if (low < 0xdc00 || low > 0xdfff) return fail(bad_text());
    append_utf8(text_, 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00));
    at += 2;
  }
  raw_.erase(0, at);
  if (last && !raw_.empty()) return fail(bad_text());
  return {};
}

Result<void> TextSource::decode_1252() {
  for (const char byte : raw_) {
    const auto c = static_cast<unsigned char>(byte);
    const std::uint32_t point = c >= 0x80 && c < 0xa0 ? k1252[c - 0x80] : c;
    if (point == 0 && c != 0) return fail(bad_text());
    append_utf8(text_, point);
  }
  raw_.clear();
  return {};
}

Result<void> TextSource::check_nul() {
  const auto at = text_.find('\0');
  if (at == std::string::npos) return {};
  const auto end = text_.begin() + static_cast<std::ptrdiff_t>(at);
  const std::string line = std::to_string(lines_ + std::count(text_.begin(), end, '\n'));
  return fail(
      Error::malformed("table.nul_byte", "Line " + line +
                                             " has a NUL byte, which is no text. A file in UTF-16 must "
                                             "begin with a byte order mark.")
          .with("line", line));
}

std::string_view encoding_name(Encoding encoding) {
  switch (encoding) {
    case Encoding::kUtf8:
      return "UTF-8";
    case Encoding::kUtf16Le:
      return "UTF-16 LE";
    case Encoding::kUtf16Be:
      return "UTF-16 BE";
    case Encoding::kWindows1252:
      return "Windows-1252";
  }
  return "";
}

}  // namespace opsflux::tabular
