// CSV, JSON and lines of JSON.
#include "host/base/json_writer.hpp"
#include "host/tabular/csv_cell.hpp"
#include "host/tabular/writers.hpp"

namespace opsflux::tabular {
namespace {

class CsvWriter : public FormatWriter {
 public:
  CsvWriter(BufferedFile file, const WriteOptions& options) : file_(std::move(file)), options_(options) {}

  void header(const Columns& columns) {
    if (options_.byte_order_mark) file_.buffer += "\xEF\xBB\xBF";
    for (const OutputColumn& column : columns) cell(title_of(column), true);
    end_line();
  }

  Result<void> row(std::span<const Cell> cells) override {
    for (const Cell& c : cells)
      cell(display_text(c, options_),
           std::holds_alternative<std::string>(c) || std::holds_alternative<CellError>(c));
    end_line();
    return file_.flush_when_full();
  }

  Result<void> finish() override { return file_.flush(); }

 private:
  void cell(std::string_view text, bool formula_safe) {
    if (!first_) file_.buffer += options_.separator;
    first_ = false;
    append_csv_cell(file_.buffer, text, options_.separator, formula_safe);
  }
  void end_line() {
    file_.buffer += "\r\n";
    first_ = true;
  }

  BufferedFile file_;
  const WriteOptions options_;
  bool first_ = true;
};

class JsonTableWriter : public FormatWriter {
 public:
  JsonTableWriter(BufferedFile file, const Columns& columns, bool lines)
      : file_(std::move(file)), lines_(lines) {
    for (const OutputColumn& column : columns) {
      append_json_string(keys_.emplace_back(), column.name);
      keys_.back() += ':';
    }
    if (!lines_) file_.buffer += "[";
  }

  Result<void> row(std::span<const Cell> cells) override {
    if (!lines_) file_.buffer += first_ ? "\n" : ",\n";
    first_ = false;
    JsonWriter json(file_.buffer);
    json.begin_object();
    for (std::size_t i = 0; i < cells.size(); ++i) {
      json.raw_key(keys_[i]);
      value(json, cells[i]);
    }
    json.end_object();
    if (lines_) file_.buffer += "\n";
    return file_.flush_when_full();
  }

  Result<void> finish() override {
    if (!lines_) file_.buffer += "\n]\n";
    return file_.flush();
  }

 private:
  static void value(JsonWriter& json, const Cell& cell) {
    if (const auto* number = std::get_if<Number>(&cell)) {
      json.raw(number->digits);
    } else if (const auto* flag = std::get_if<bool>(&cell)) {
      json.boolean(*flag);
    } else if (std::holds_alternative<std::monostate>(cell)) {
      json.null();
    } else {
      json.string(display_text(cell, {}));
    }
  }

  BufferedFile file_;
  std::vector<std::string> keys_;
  const bool lines_;
  bool first_ = true;
};

}  // namespace

Result<std::unique_ptr<FormatWriter>> write_csv(const std::filesystem::path& path, const Columns& columns,
                                                const WriteOptions& options) {
  TRY_ASSIGN(file, BufferedFile::create(path));
  auto writer = std::make_unique<CsvWriter>(std::move(file), options);
  writer->header(columns);
  return writer;
}

Result<std::unique_ptr<FormatWriter>> write_json(const std::filesystem::path& path, const Columns& columns,
                                                 bool lines) {
  TRY_ASSIGN(file, BufferedFile::create(path));
  return std::make_unique<JsonTableWriter>(std::move(file), columns, lines);
}

}  // namespace opsflux::tabular
