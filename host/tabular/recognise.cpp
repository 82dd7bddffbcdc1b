#include <fcntl.h>
#include <unistd.h>

#include "host/base/files.hpp"
#include "host/base/text.hpp"
#include "host/tabular/readers.hpp"
#include "host/tabular/xlsx_archive.hpp"

namespace opsflux::tabular {
namespace {

constexpr std::string_view kOle = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";

struct Signature {
  std::string_view bytes, name;
};
constexpr Signature kOthers[] = {{"%PDF-", "PDF"},
                                 {"\x89PNG", "PNG"},
                                 {"\xFF\xD8\xFF", "JPEG"},
                                 {"GIF8", "GIF"},
                                 {"\x1F\x8B", "GZIP"},
                                 {"7z\xBC\xAF", "7z"},
                                 {"Rar!", "RAR"},
                                 {"SQLite format 3", "SQLite"},
                                 {"\x7F"
                                  "ELF",
                                  "ELF"}};

Result<std::string> read_at(int file, const std::filesystem::path& path, std::uint64_t offset,
                            std::size_t size) {
  std::string out(size, '\0');
  const ssize_t n = ::pread(file, out.data(), size, static_cast<off_t>(offset));
  if (n < 0) return fail(file_error(errno, path, "read"));
  out.resize(static_cast<std::size_t>(n));
  return out;
}

std::string wide(std::string_view text) {
  std::string out;
  for (const char c : text) out += {c, '\0'};
  return out;
}

// An OLE file is an XLS of old, or the envelope around an encrypted XLSX: its first directory entries tell.
Result<Recognised> ole_kind(int file, const std::filesystem::path& path, std::string_view head) {
  std::uint64_t sector = 0;
  for (int i = 3; i >= 0; --i)
    sector = sector << 8 |
             static_cast<unsigned char>(head.size() > 51 ? head[static_cast<std::size_t>(48 + i)] : 0);
  const bool large = head.size() > 30 && head[30] == 12;
  TRY_ASSIGN(directory, read_at(file, path, (sector + 1) << (large ? 12 : 9), 4096));
  if (directory.find(wide("EncryptedPackage")) != std::string::npos)
    return fail(Error::invalid(
        "table.password", "The workbook is protected by a password. Remove the password, then try again."));
  if (directory.find(wide("WordDocument")) != std::string::npos) return Recognised{{}, "DOC"};
  return fail(Error::make(ErrorKind::kUnsupported, "table.old_excel",
                          "This is an Excel workbook of the old kind (XLS). Open it in a spreadsheet program "
                          "and save it as XLSX."));
}

Result<Recognised> zip_kind(const std::filesystem::path& path, const ReadLimits& limits) {
  TRY_ASSIGN(archive, XlsxArchive::open(path, limits));
  TRY_ASSIGN(type, archive->first_bytes("mimetype", 80));
  if (type.starts_with("application/vnd.oasis.opendocument.spreadsheet")) return Recognised{{}, "ODS"};
  if (archive->has("xl/workbook.bin")) return Recognised{{}, "XLSB"};
  if (archive->has("word/document.xml")) return Recognised{{}, "DOCX"};
  if (archive->has("ppt/presentation.xml")) return Recognised{{}, "PPTX"};
  // The workbook may lie anywhere; its part for relations says where.
  if (archive->has("xl/workbook.xml") || (archive->has("[Content_Types].xml") && archive->has("_rels/.rels")))
    return Recognised{TableKind::kXlsx, "XLSX"};
  return Recognised{{}, "ZIP"};
}

// The ASCII of UTF-16 text, enough to tell formats apart.
std::string ascii_of(std::string_view head) {
  if (head.starts_with("\xEF\xBB\xBF")) head.remove_prefix(3);
  if (!head.starts_with("\xFF\xFE") && !head.starts_with("\xFE\xFF")) return std::string(head);
  std::string out;
  for (std::size_t i = head[0] == '\xFF' ? 2 : 3; i < head.size(); i += 2) out += head[i];
  return out;
}

char after(std::string_view text, std::size_t at) {
  at = text.find_first_not_of(" \t\r\n", at);
  return at == std::string_view::npos ? '\0' : text[at];
}

Recognised text_kind(std::string_view head) {
  const std::string text = ascii_of(head);
  const std::string_view start = trim(text);
  const std::string lower = to_lower_ascii(start.substr(0, 64));
  if (lower.starts_with("<!doctype html") || lower.starts_with("<html") || lower.starts_with("<table"))
    return {{}, "HTML"};
  if (lower.starts_with("<?xml")) return {{}, "XML"};
  if (start.starts_with("{") && (after(start, 1) == '"' || after(start, 1) == '}')) {
    // One object: lines of objects, unless its first array of objects is called "data".
    const auto data = start.find("\"data\"");
    const auto colon = data == std::string_view::npos ? data : start.find_first_not_of(" \t\r\n", data + 6);
    if (colon != std::string_view::npos && start[colon] == ':' && after(start, colon + 1) == '[') {
      const auto open = start.find('[', colon);
      const char first = after(start, open + 1);
      if (first == '{' || first == ']' || first == '\0') return {TableKind::kJson, "JSON"};
    }
    return {TableKind::kNdjson, "JSON"};
  }
  if (start.starts_with("[") && std::string_view("{]").find(after(start, 1)) != std::string_view::npos)
    return {TableKind::kJson, "JSON"};
  return {TableKind::kCsv, "CSV"};
}

// Text has no control characters but white space; a handful may stand in a damaged CSV, which then says so.
bool is_binary(std::string_view head) {
  if (head.starts_with("\xFF\xFE") || head.starts_with("\xFE\xFF")) return false;
  const auto odd = std::count_if(head.begin(), head.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 &&
           std::string_view("\t\r\n\f\0", 5).find(c) == std::string_view::npos;
  });
  return static_cast<std::size_t>(odd) * 20 > head.size();
}

}  // namespace

Result<Recognised> recognise(const std::filesystem::path& path, const ReadOptions& options) {
  FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return fail(file_error(errno, path, "open"));
  TRY_ASSIGN(head, read_at(file.get(), path, 0, 64 << 10));
  if (head.starts_with(kOle)) return ole_kind(file.get(), path, head);
  if (head.starts_with("PK\3\4") || head.starts_with("PK\5\6")) return zip_kind(path, options.limits);
  for (const Signature& other : kOthers)
    if (head.starts_with(other.bytes)) return Recognised{{}, std::string(other.name)};
  if (is_binary(head)) return Recognised{{}, ""};
  return text_kind(head);
}

}  // namespace opsflux::tabular
