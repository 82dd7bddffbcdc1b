// Writing tables for people and programs: CSV, Excel workbooks (XLSX), JSON, lines of JSON, PDF. Rows are
// written as they come; memory does not grow with their number.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "host/base/error.hpp"
#include "host/tabular/cell.hpp"

namespace opsflux::tabular {

enum class OutputKind : std::uint8_t { kCsv, kXlsx, kJson, kNdjson, kPdf };

struct OutputColumn {
  std::string name;   // key in JSON
  std::string title;  // header in the other kinds; empty: the name
  int width = 0;      // XLSX: in characters; 0: by title and 100 first rows, as in PDF
};

struct WriteOptions {
  std::string title;                       // PDF: above the table; XLSX: name of the sheet
  char separator = ',';                    // CSV: , ; | or a tab
  bool decimal_comma = false;              // CSV and PDF
  bool byte_order_mark = true;             // CSV: Excel reads UTF-8 by it
  std::string yes = "true", no = "false";  // CSV and PDF
  std::string date_format = "yyyy-mm-dd";  // XLSX, in Excel's letters
  std::string datetime_format = "yyyy-mm-dd hh:mm:ss";
  std::string page_label = "{page}";   // PDF, below each page: "Page {page}"
  bool cut_long_texts = false;         // XLSX: texts above 32,767 characters; false: refused
  std::int64_t max_pdf_rows = 20'000;  // laying out takes half a millisecond a row
};

struct WriteSummary {
  std::int64_t rows = 0;
  std::uint64_t bytes = 0;
  // XLSX: cells that were cut; PDF: cells too long for their three lines, which end in an ellipsis.
  std::int64_t cut_cells = 0;
  std::int64_t numbers_as_text = 0;  // XLSX: with more than 15 digits, which Excel would round
};

// Not for two threads at once. The file appears under its name when finish() has succeeded; given up before,
// nothing is left. After an error only destruction is of use.
class TableWriter {
 public:
  virtual ~TableWriter() = default;
  // As many cells as there are columns. Text must be UTF-8 without NUL. A CellError is written as its text.
  virtual Result<void> row(std::span<const Cell> cells) = 0;
  virtual Result<WriteSummary> finish() = 0;
};

// CSV: line ends are CRLF; texts like formulas are preceded by an apostrophe.
// XLSX: dates, numbers and booleans have their own types; texts are never formulas or links. A sheet ends at
// 1,048,576 rows ("table.sheet_full").
// PDF: A4 landscape, at most 24 columns.
Result<std::unique_ptr<TableWriter>> create_table(const std::filesystem::path& path, OutputKind kind,
                                                  std::vector<OutputColumn> columns,
                                                  WriteOptions options = {});

}  // namespace opsflux::tabular
