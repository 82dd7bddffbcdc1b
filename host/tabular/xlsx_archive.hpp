// The ZIP archive that an XLSX is, with limits on what comes out of it. Internal to the layer.
#pragma once

#include <zip.h>

#include "host/tabular/table_reader.hpp"

namespace opsflux::tabular {

// One part while it is unpacked. Lives no longer than its archive.
class PartStream {
 public:
  // Up to `size` bytes; 0 at the end. Refuses what unpacks beyond the limits.
  Result<std::size_t> read(char* buffer, std::size_t size);
  const std::string& name() const { return name_; }

 private:
  friend class XlsxArchive;
  struct Close {
    void operator()(zip_file_t* file) const { zip_fclose(file); }
  };
  PartStream(std::unique_ptr<zip_file_t, Close> file, std::string name, std::uint64_t packed,
             const ReadLimits& limits, std::uint64_t& unpacked)
      : file_(std::move(file)), name_(std::move(name)), packed_(packed), limits_(limits), total_(unpacked) {}

  std::unique_ptr<zip_file_t, Close> file_;
  std::string name_;
  std::uint64_t packed_, unpacked_ = 0;
  const ReadLimits& limits_;
  std::uint64_t& total_;
};

class XlsxArchive {
 public:
  static Result<std::unique_ptr<XlsxArchive>> open(const std::filesystem::path& path,
                                                   const ReadLimits& limits);
  bool has(const std::string& part) const;
  Result<PartStream> open_part(const std::string& part);
  // The beginning of a small part; empty when it is not there.
  Result<std::string> first_bytes(const std::string& part, std::size_t most);

 private:
  struct Discard {
    void operator()(zip_t* archive) const { zip_discard(archive); }
  };
  XlsxArchive(std::unique_ptr<zip_t, Discard> zip, std::uint64_t file_bytes, const ReadLimits& limits)
      : zip_(std::move(zip)), file_bytes_(file_bytes), limits_(limits) {}

  std::unique_ptr<zip_t, Discard> zip_;
  const std::uint64_t file_bytes_;
  const ReadLimits limits_;
  std::uint64_t unpacked_ = 0;  // of all parts together
};

Error bad_workbook(const std::string& part, const std::string& what);

}  // namespace opsflux::tabular
