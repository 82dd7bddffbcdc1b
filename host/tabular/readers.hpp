// The readers behind open_table, one a file format, and what they share. Internal to the layer.
#pragma once

#include "host/tabular/table_reader.hpp"

namespace opsflux::tabular {

// What a file's first bytes say it is; `kind` is not set for what cannot be read.
struct Recognised {
  std::optional<TableKind> kind;
  std::string name;  // "XLSX", "HTML"; empty when nobody knows
};

Result<Recognised> recognise(const std::filesystem::path& path, const ReadOptions& options);

// Headers, the shape of rows, limits and lasting errors: what does not depend on the format.
class RowReader : public TableReader {
 public:
  const TableInfo& info() const override { return info_; }
  const std::vector<std::string>& headers() const override { return headers_; }
  Result<std::optional<Row>> next() override;

 protected:
  enum class Short : std::uint8_t { kRefused, kPadded };

  explicit RowReader(const ReadOptions& options) : options_(options) {}

  // The next row as the file has it, however many cells; nullopt at the end.
  virtual Result<std::optional<Row>> raw_row() = 0;
  // Takes the first row that has values as headers, or its width when there are none.
  Result<void> read_headers();

  const ReadOptions options_;
  TableInfo info_;
  std::vector<std::string> headers_;
  Short short_rows_ = Short::kPadded;

 private:
  Result<std::optional<Row>> filled_row();
  Result<void> shape(Row& row) const;

  std::optional<Row> held_;  // the first row of a table without headers
  std::optional<Error> ended_by_;
  std::int64_t rows_ = 0;
};

Result<std::unique_ptr<TableReader>> open_csv(const std::filesystem::path& path, const ReadOptions& options);
Result<std::unique_ptr<TableReader>> open_xlsx(const std::filesystem::path& path, const ReadOptions& options);
Result<std::vector<std::string>> xlsx_sheets(const std::filesystem::path& path, const ReadOptions& options);
Result<std::unique_ptr<TableReader>> open_json(const std::filesystem::path& path, const ReadOptions& options,
                                               TableKind kind);

// A header row as names: trimmed, without empty ones at the end. Refuses names twice, empty ones and none.
Result<std::vector<std::string>> make_headers(std::vector<std::string> cells, std::int64_t line,
                                              const ReadLimits& limits);
// A, B, C, … for a table without headers.
std::vector<std::string> letter_headers(std::size_t count);

Error too_many_columns(std::int64_t line, std::size_t limit);
Error too_many_rows(std::int64_t limit);
Error row_too_large(std::int64_t line, std::size_t limit);
Error cell_too_large(std::int64_t line, std::size_t column, std::size_t limit);
Error ragged_row(std::int64_t line, std::size_t count, std::size_t expected);

}  // namespace opsflux::tabular
