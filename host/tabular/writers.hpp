// The writers behind create_table and what they share. Internal to the layer.
#pragma once

#include "host/base/files.hpp"
#include "host/tabular/table_writer.hpp"

namespace opsflux::tabular {

using Columns = std::vector<OutputColumn>;

// One file format; the common part (checks, temporary file, renaming) is around it.
class FormatWriter {
 public:
  virtual ~FormatWriter() = default;
  virtual Result<void> row(std::span<const Cell> cells) = 0;
  virtual Result<void> finish() = 0;
  std::int64_t cut_cells = 0, numbers_as_text = 0;
};

Result<std::unique_ptr<FormatWriter>> write_csv(const std::filesystem::path& path, const Columns& columns,
                                                const WriteOptions& options);
Result<std::unique_ptr<FormatWriter>> write_xlsx(const std::filesystem::path& path, const Columns& columns,
                                                 const WriteOptions& options);
Result<std::unique_ptr<FormatWriter>> write_json(const std::filesystem::path& path, const Columns& columns,
                                                 bool lines);
Result<std::unique_ptr<FormatWriter>> write_pdf(const std::filesystem::path& path, const Columns& columns,
                                                const WriteOptions& options);

// A file that is written in pieces of 256 KiB.
class BufferedFile {
 public:
  static Result<BufferedFile> create(const std::filesystem::path& path);
  Result<void> flush_when_full() { return buffer.size() < (256 << 10) ? Result<void>() : flush(); }
  Result<void> flush();

  std::string buffer;

 private:
  FileDescriptor file_;
  std::filesystem::path path_;
};

// A cell as people read it: decimal comma and words for booleans as in the options.
std::string display_text(const Cell& cell, const WriteOptions& options);
const std::string& title_of(const OutputColumn& column);

}  // namespace opsflux::tabular
