#include "host/entities/media_type.hpp"

#include <fcntl.h>
#include <magic.h>
#include <unistd.h>

#include "host/base/files.hpp"
#include "host/base/text.hpp"
#include "host/entities/file_name.hpp"

namespace opsflux::entities {
namespace {

constexpr std::size_t kLooked = 256 << 10;  // bytes at the beginning that tell what a file is
constexpr std::string_view kUnknown = "application/octet-stream";

// What the bytes may be where an ending stands; the type itself always.
enum class Bytes : std::uint8_t { kSame, kText, kZip, kOle };

struct Known {
  std::string_view ending, type;
  Bytes bytes = Bytes::kSame;
  std::string_view also = "";  // other names of the type, with spaces
};

constexpr Known kKnown[] = {
    {"png", "image/png"},
    {"jpg", "image/jpeg"},
    {"jpeg", "image/jpeg"},
    {"gif", "image/gif"},
    {"webp", "image/webp"},
    {"bmp", "image/bmp", Bytes::kSame, "image/x-ms-bmp"},
    {"tif", "image/tiff"},
    {"tiff", "image/tiff"},
    {"heic", "image/heic", Bytes::kSame, "image/heif"},
    {"avif", "image/avif"},
    {"ico", "image/vnd.microsoft.icon", Bytes::kSame, "image/x-icon"},
    {"svg", "image/svg+xml", Bytes::kText},
    {"pdf", "application/pdf"},
    {"zip", "application/zip", Bytes::kZip},
    {"7z", "application/x-7z-compressed"},
    {"rar", "application/vnd.rar", Bytes::kSame, "application/x-rar"},
    {"gz", "application/gzip", Bytes::kSame, "application/x-gzip"},
    {"tar", "application/x-tar"},
    {"docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", Bytes::kZip},
    {"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", Bytes::kZip},
    {"pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation", Bytes::kZip},
    {"odt", "application/vnd.oasis.opendocument.text", Bytes::kZip},
    {"ods", "application/vnd.oasis.opendocument.spreadsheet", Bytes::kZip},
    {"odp", "application/vnd.oasis.opendocument.presentation", Bytes::kZip},
    {"doc", "application/msword", Bytes::kOle},
    {"xls", "application/vnd.ms-excel", Bytes::kOle},
    {"ppt", "application/vnd.ms-powerpoint", Bytes::kOle},
    {"msg", "application/vnd.ms-outlook", Bytes::kOle},
    {"rtf", "application/rtf", Bytes::kSame, "text/rtf"},
    {"txt", "text/plain", Bytes::kText},
    {"log", "text/plain", Bytes::kText},
    {"csv", "text/csv", Bytes::kText},
    {"md", "text/markdown", Bytes::kText},
    {"json", "application/json", Bytes::kText},
    {"xml", "application/xml", Bytes::kText},
    {"yaml", "application/yaml", Bytes::kText},
    {"yml", "application/yaml", Bytes::kText},
    {"html", "text/html", Bytes::kText},
    {"htm", "text/html", Bytes::kText},
    {"css", "text/css", Bytes::kText},
    {"js", "text/javascript", Bytes::kText},
    {"eml", "message/rfc822", Bytes::kText},
    {"ics", "text/calendar", Bytes::kText},
    {"vcf", "text/vcard", Bytes::kText},
    {"mp4", "video/mp4", Bytes::kSame, "video/x-m4v video/quicktime"},
    {"m4v", "video/mp4", Bytes::kSame, "video/x-m4v"},
    {"mov", "video/quicktime", Bytes::kSame, "video/mp4"},
    {"webm", "video/webm"},
    {"avi", "video/x-msvideo"},
    {"mp3", "audio/mpeg"},
    {"wav", "audio/x-wav", Bytes::kSame, "audio/wav"},
    {"ogg", "audio/ogg", Bytes::kSame, "application/ogg video/ogg"},
    {"flac", "audio/flac"},
    {"m4a", "audio/mp4", Bytes::kSame, "audio/x-m4a video/mp4"},
};

bool is_text(std::string_view type) {
  for (const std::string_view other :
       {"application/json", "application/x-ndjson", "application/csv", "application/xml",
        "application/javascript", "application/yaml", "image/svg+xml", "message/rfc822", "message/news"})
    if (type == other) return true;
  return type.starts_with("text/") && type != "text/rtf";
}

bool is_zip(std::string_view type) {
  return type == "application/zip" || type.starts_with("application/vnd.openxmlformats-officedocument.") ||
         type.starts_with("application/vnd.oasis.opendocument.");
}

bool is_ole(std::string_view type) {
  for (const std::string_view other :
       {"application/x-ole-storage", "application/CDFV2", "application/vnd.ms-office", "application/msword",
        "application/vnd.ms-excel", "application/vnd.ms-powerpoint", "application/vnd.ms-outlook"})
    if (type == other) return true;
  return false;
}

// Without what the end of the piece may have cut in two.
bool is_plain_text(std::string_view bytes) {
  if (bytes.size() == kLooked)
    for (int i = 0; i < 3 && (bytes.back() & 0x80) != 0; ++i) bytes.remove_suffix(1);
  return is_utf8(bytes) && std::none_of(bytes.begin(), bytes.end(), [](unsigned char c) {
           return c == 0x7f || (c < ' ' && c != '\t' && c != '\n' && c != '\r' && c != '\f');
         });
}

bool fits(const Known& known, const Sniffed& content) {
  const std::string_view sniffed = content.type;
  if (sniffed == known.type) return true;
  for (const std::string_view other : split(known.also, ' '))
    if (!other.empty() && sniffed == other) return true;
  switch (known.bytes) {
    case Bytes::kText:
      return content.text || is_text(sniffed);
    case Bytes::kZip:
      return is_zip(sniffed);
    case Bytes::kOle:
      return is_ole(sniffed);
    case Bytes::kSame:
      break;
  }
  return false;
}

const Known* known_ending(std::string_view ending) {
  for (const Known& known : kKnown)
    if (known.ending == ending) return &known;
  return nullptr;
}

// Browsers take what they declare from the ending and the programs of their machine (a CSV is "Excel"), so
// that only the kinds count for which nothing else can be meant.
bool contradicts(std::string_view declared, std::string_view sniffed) {
  for (const std::string_view kind : {"image/", "video/", "audio/"})
    if (declared.starts_with(kind) && declared != "image/svg+xml") {
      const bool media =
          sniffed.starts_with("video/") || sniffed.starts_with("audio/") || sniffed == "application/ogg";
      return kind == "image/" ? !sniffed.starts_with(kind) || sniffed == "image/svg+xml" : !media;
    }
  if (declared == "application/pdf") return sniffed != declared;
  return (declared == "text/html" || declared == "image/svg+xml") && !is_text(sniffed);
}

Error wrong_content(std::string_view name, std::string_view said, std::string_view found) {
  return Error::invalid("file.wrong_content", "The file " + std::string(name) + " is said to be " +
                                                  std::string(said) + ", but its content is " +
                                                  std::string(found) + ".")
      .at("file_name")
      .with("name", name)
      .with("said", said)
      .with("found", found);
}

// libmagic's data, loaded once for each thread that asks.
class Magic {
 public:
  Magic()
      : cookie_(magic_open(MAGIC_MIME_TYPE | MAGIC_ERROR | MAGIC_NO_CHECK_COMPRESS | MAGIC_NO_CHECK_ELF)) {
    loaded_ = cookie_ != nullptr && magic_load(cookie_, nullptr) == 0;
  }
  Magic(const Magic&) = delete;
  Magic& operator=(const Magic&) = delete;
  ~Magic() {
    if (cookie_ != nullptr) magic_close(cookie_);
  }
  Result<std::string> type_of(const std::string& bytes) {
    const char* type = loaded_ ? magic_buffer(cookie_, bytes.data(), bytes.size()) : nullptr;
    if (type != nullptr) return std::string(type);
    const char* why = cookie_ != nullptr ? magic_error(cookie_) : nullptr;
    return fail(Error::internal("file.no_magic", "The type of a file cannot be found out.")
                    .because(why != nullptr ? why : "libmagic has no data"));
  }

 private:
  magic_t cookie_;
  bool loaded_ = false;
};

}  // namespace

Result<Sniffed> sniff_media_type(const std::filesystem::path& file) {
  const FileDescriptor descriptor(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (!descriptor) return fail(file_error(errno, file, "open"));
  std::string bytes(kLooked, '\0');
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t n = ::read(descriptor.get(), bytes.data() + done, bytes.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return fail(file_error(errno, file, "read"));
    if (n == 0) break;
    done += static_cast<std::size_t>(n);
  }
  bytes.resize(done);
  thread_local Magic magic;
  TRY_ASSIGN(type, magic.type_of(bytes));
  Sniffed out{type.find('/') == std::string::npos ? std::string(kUnknown) : std::move(type),
              is_plain_text(bytes)};
  if (out.type == kUnknown && out.text) out.type = "text/plain";  // too short for libmagic
  return out;
}

Result<std::string> media_type_of(std::string_view name, std::string_view declared, const Sniffed& content) {
  const std::string& sniffed = content.type;
  const std::string said = to_lower_ascii(trim(declared.substr(0, declared.find(';'))));
  if (!said.empty() && said != kUnknown && contradicts(said, sniffed))
    return fail(wrong_content(name, said, sniffed));
  const Known* known = known_ending(file_ending(name));
  if (known == nullptr) return sniffed;
  if (!fits(*known, content)) return fail(wrong_content(name, known->type, sniffed));
  return std::string(known->type);
}

bool accepts(const std::vector<std::string>& list, std::string_view type) {
  if (list.empty()) return true;
  return std::any_of(list.begin(), list.end(), [&](std::string_view one) {
    return one.ends_with("/*") ? type.starts_with(one.substr(0, one.size() - 1)) : one == type;
  });
}

bool is_plain_image(std::string_view type) {
  return type == "image/png" || type == "image/jpeg" || type == "image/gif" || type == "image/webp";
}

bool may_open_inline(std::string_view type) { return is_plain_image(type) || type == "application/pdf"; }

}  // namespace opsflux::entities
