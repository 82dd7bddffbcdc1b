// Reading tables from files that people bring: CSV, Excel workbooks (XLSX), JSON, lines of JSON. Memory does
// not grow with the file, but for an XLSX's shared strings, which have a limit.
//
// What a file is, its content says. A file named otherwise is refused ("table.wrong_kind").
// Errors name the line (CSV, JSON) or row (XLSX) as the parameter "line".
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "host/base/error.hpp"
#include "host/tabular/cell.hpp"

namespace opsflux::tabular {

enum class TableKind : std::uint8_t { kCsv, kXlsx, kJson, kNdjson };
enum class Encoding : std::uint8_t { kUtf8, kUtf16Le, kUtf16Be, kWindows1252 };

struct ReadLimits {
  std::size_t max_columns = 500;
  std::size_t max_cell_bytes = 1 << 20;
  std::int64_t max_rows = 1'048'576;              // of data
  std::uint64_t max_file_bytes = 1ULL << 30;      // as it lies on the disk
  std::size_t max_record_bytes = 16 << 20;        // of one row; in JSON, of one object's text
  std::uint64_t max_unpacked_bytes = 4ULL << 30;  // of all parts of an XLSX
  std::uint64_t max_ratio = 300;                  // unpacked to packed, of a part above 8 MiB
  std::uint64_t max_parts = 4096;                 // of an XLSX
  std::size_t max_string_bytes = 128 << 20;       // of an XLSX's shared strings together
  int max_json_depth = 64;
};

struct ReadOptions {
  // What the person called the file; empty: the name in the path. Only its ending counts, and only to tell
  // that it lies: csv, tsv, txt, xlsx, xlsm, json, ndjson, jsonl. Others claim nothing.
  std::string file_name;
  std::optional<Encoding>
      encoding;            // of text; not set: by byte order mark, else UTF-8, else (CSV only) Windows-1252
  char separator = 0;      // of CSV: , ; | or a tab; 0: guessed from the first lines
  bool has_header = true;  // false: columns are called A, B, C, …; ignored for JSON
  bool pad_short_rows = false;  // CSV: true: a row with fewer cells than headers has empty ones at its end
  std::string sheet;            // of XLSX; empty: the first
  // XLSX: true: the value of a merged range stands in each of its cells, as far as the row has another value;
  // false: in its first cell only, as the file has it. Reads the sheet twice.
  bool fill_merged = false;
  ReadLimits limits;
};

// What was found or assumed, to show to the person.
struct TableInfo {
  TableKind kind = TableKind::kCsv;
  Encoding encoding = Encoding::kUtf8;
  bool encoding_assumed = false;  // neither given nor marked in the file, and not plain UTF-8
  char separator = 0;             // CSV
  std::string sheet;              // XLSX: the one that is read
  std::vector<std::string> sheets;
};

// Not for two threads at once.
class TableReader {
 public:
  virtual ~TableReader() = default;
  virtual const TableInfo& info() const = 0;
  // In the order of the file; no two alike, none empty. JSON: all names in all objects, as first seen.
  virtual const std::vector<std::string>& headers() const = 0;
  // The next row, nullopt after the last. Rows without any value are skipped. After "table.ragged_row" the
  // next call goes on with the next row; any other error ends reading and is given again.
  virtual Result<std::optional<Row>> next() = 0;
};

// CSV: RFC 4180 and what Excel writes: a first line "sep=;", any line ends; cells are text or empty.
// XLSX: values as they were last calculated; a time of day or a duration is text ("13:30:00", "36:15:00").
// JSON: an array of objects, or an object with such an array as "data"; arrays and objects inside are given
// as JSON text. The file is read twice, first for its names and mistakes.
Result<std::unique_ptr<TableReader>> open_table(const std::filesystem::path& path, ReadOptions options = {});

// What the sheets of a workbook are called, in their order, though none of them may be a table; none for
// other kinds of files.
Result<std::vector<std::string>> sheet_names(const std::filesystem::path& path, const ReadOptions& options);

std::string_view kind_name(TableKind kind);         // "CSV", "XLSX", …
std::string_view encoding_name(Encoding encoding);  // "UTF-8", …

}  // namespace opsflux::tabular
