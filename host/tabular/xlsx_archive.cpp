#include "host/tabular/xlsx_archive.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/base/files.hpp"

namespace opsflux::tabular {
namespace {

constexpr std::uint64_t kSmall = 8 << 20;  // below this the ratio does not matter
constexpr std::size_t kEndRecord = 22, kLongestComment = 65535;

Error bad_archive(const std::string& detail) {
  return Error::malformed("table.bad_archive",
                          "The workbook is damaged: its archive cannot be read. Open it in the spreadsheet "
                          "program and save it again.")
      .because(detail);
}

Error too_large(const std::string& part, std::uint64_t limit) {
  return Error::too_large("table.unpacked_too_large",
                          "The workbook's part " + part + " unpacks to more than is allowed.")
      .with("part", part)
      .with("limit", std::to_string(limit));
}

std::uint32_t get16(std::string_view bytes, std::size_t at) {
  return static_cast<unsigned char>(bytes[at]) |
         static_cast<unsigned>(static_cast<unsigned char>(bytes[at + 1])) << 8;
}

// libzip keeps a record for each entry that the archive claims; so the claims are looked at before it does.
// Gives the size of the file.
Result<std::uint64_t> check_entry_count(const std::filesystem::path& path, const ReadLimits& limits) {
  FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return fail(file_error(errno, path, "open"));
  struct stat about {};
  if (::fstat(file.get(), &about) != 0) return fail(file_error(errno, path, "stat"));
  const auto size = static_cast<std::uint64_t>(about.st_size);
  if (size > limits.max_file_bytes)
    return fail(
        Error::too_large("table.file_too_large",
                         "The file is larger than " + std::to_string(limits.max_file_bytes) + " bytes.")
            .with("limit", std::to_string(limits.max_file_bytes)));
  std::string tail(std::min<std::uint64_t>(size, kEndRecord + kLongestComment), '\0');
  const ssize_t n = ::pread(file.get(), tail.data(), tail.size(), static_cast<off_t>(size - tail.size()));
  if (n != static_cast<ssize_t>(tail.size())) return fail(bad_archive("short read"));
  bool found = false;
  for (auto at = tail.find("PK\5\6"); at != std::string::npos; at = tail.find("PK\5\6", at + 1)) {
    if (at + kEndRecord > tail.size()) continue;
    found = true;
    if (get16(tail, at + 10) > limits.max_parts)
      return fail(Error::too_large("table.too_many_parts", "The workbook's archive has more than " +
                                                               std::to_string(limits.max_parts) + " parts.")
                      .with("limit", std::to_string(limits.max_parts)));
  }
  if (!found) return fail(bad_archive("no end record"));
  return size;
}

}  // namespace

Error bad_workbook(const std::string& part, const std::string& what) {
  return Error::malformed("table.bad_workbook",
                          "The workbook is damaged in its part " + part + ": " + what + ".")
      .with("part", part)
      .with("reason", what);
}

Result<std::unique_ptr<XlsxArchive>> XlsxArchive::open(const std::filesystem::path& path,
                                                       const ReadLimits& limits) {
  TRY_ASSIGN(file_bytes, check_entry_count(path, limits));
  int code = 0;
  std::unique_ptr<zip_t, Discard> zip(zip_open(path.c_str(), ZIP_RDONLY, &code));
  if (!zip) {
    zip_error_t error;
    zip_error_init_with_code(&error, code);
    const std::string detail = zip_error_strerror(&error);
    zip_error_fini(&error);
    return fail(bad_archive(detail));
  }
  return std::unique_ptr<XlsxArchive>(new XlsxArchive(std::move(zip), file_bytes, limits));
}

bool XlsxArchive::has(const std::string& part) const {
  return zip_name_locate(zip_.get(), part.c_str(), ZIP_FL_NOCASE) >= 0;
}

Result<PartStream> XlsxArchive::open_part(const std::string& part) {
  const zip_int64_t index = zip_name_locate(zip_.get(), part.c_str(), ZIP_FL_NOCASE);
  if (index < 0) return fail(bad_workbook(part, "it is missing"));
  zip_stat_t about;
  zip_stat_init(&about);
  if (zip_stat_index(zip_.get(), static_cast<zip_uint64_t>(index), 0, &about) != 0)
    return fail(bad_archive(zip_strerror(zip_.get())));
  if ((about.valid & ZIP_STAT_ENCRYPTION_METHOD) != 0 && about.encryption_method != ZIP_EM_NONE)
    return fail(Error::invalid(
        "table.password", "The workbook is protected by a password. Remove the password, then try again."));
  std::unique_ptr<zip_file_t, PartStream::Close> file(
      zip_fopen_index(zip_.get(), static_cast<zip_uint64_t>(index), 0));
  if (!file) return fail(bad_archive(part + ": " + zip_strerror(zip_.get())));
  return PartStream(std::move(file), part, std::min<std::uint64_t>(about.comp_size, file_bytes_), limits_,
                    unpacked_);
}

Result<std::string> XlsxArchive::first_bytes(const std::string& part, std::size_t most) {
  if (!has(part)) return std::string();
  TRY_ASSIGN(stream, open_part(part));
  std::string out(most, '\0');
  TRY_ASSIGN(count, stream.read(out.data(), most));
  out.resize(count);
  return out;
}

Result<std::size_t> PartStream::read(char* buffer, std::size_t size) {
  const zip_int64_t n = zip_fread(file_.get(), buffer, size);
  if (n < 0) return fail(bad_archive(name_ + ": " + zip_file_strerror(file_.get())));
  unpacked_ += static_cast<std::uint64_t>(n);
  total_ += static_cast<std::uint64_t>(n);
  // What the directory says of sizes may be a lie; what came out is not.
  if (total_ > limits_.max_unpacked_bytes) return fail(too_large(name_, limits_.max_unpacked_bytes));
  if (unpacked_ > kSmall && unpacked_ / std::max<std::uint64_t>(packed_, 1) > limits_.max_ratio)
    return fail(too_large(name_, packed_ * limits_.max_ratio));
  return static_cast<std::size_t>(n);
}

}  // namespace opsflux::tabular
