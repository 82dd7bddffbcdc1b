#include "host/tabular/table_writer.hpp"

#include <fcntl.h>
#include <unistd.h>

#include "host/base/text.hpp"
#include "host/tabular/writers.hpp"

namespace opsflux::tabular {
namespace fs = std::filesystem;
namespace {

Error wrong_row(std::string_view what) {
  return Error::internal("table.wrong_row", "A row does not fit the table that is written.").because(what);
}

Result<void> check_text(std::string_view text) {
  return is_utf8(text) && !has_nul(text) ? Result<void>() : fail(wrong_row("text is not UTF-8 or has a NUL"));
}

Result<void> check_cell(const Cell& cell) {
  if (const auto* text = std::get_if<std::string>(&cell)) return check_text(*text);
  if (const auto* error = std::get_if<CellError>(&cell)) return check_text(error->text);
  if (const auto* number = std::get_if<Number>(&cell))
    return exact_decimal(number->digits) == number->digits ? Result<void>() : fail(wrong_row("not a number"));
  if (const auto* date = std::get_if<Date>(&cell))
    return is_real(date->year, date->month, date->day) ? Result<void>() : fail(wrong_row("no such date"));
  return {};
}

class Writer : public TableWriter {
 public:
  Writer(fs::path path, fs::path temporary, std::size_t columns)
      : path_(std::move(path)), temporary_(std::move(temporary)), columns_(columns) {}
  ~Writer() override {
    format_.reset();  // some write their file when they go
    if (!finished_) ::unlink(temporary_.c_str());
  }

  void take(std::unique_ptr<FormatWriter> format) { format_ = std::move(format); }

  Result<void> row(std::span<const Cell> cells) override {
    if (cells.size() != columns_) return fail(wrong_row("it has another number of cells"));
    for (const Cell& cell : cells) TRY(check_cell(cell));
    TRY(format_->row(cells));
    ++rows_;
    return {};
  }

  Result<WriteSummary> finish() override {
    TRY(format_->finish());
    std::error_code ec;
    const auto bytes = fs::file_size(temporary_, ec);
    if (ec) return fail(file_error(ec.value(), path_, "write"));
    if (::rename(temporary_.c_str(), path_.c_str()) != 0) return fail(file_error(errno, path_, "rename"));
    finished_ = true;
    return WriteSummary{rows_, bytes, format_->cut_cells, format_->numbers_as_text};
  }

 private:
  const fs::path path_, temporary_;
  const std::size_t columns_;
  std::unique_ptr<FormatWriter> format_;
  std::int64_t rows_ = 0;
  bool finished_ = false;
};

Result<std::unique_ptr<FormatWriter>> format_writer(const fs::path& path, OutputKind kind,
                                                    const Columns& columns, const WriteOptions& options) {
  switch (kind) {
    case OutputKind::kCsv:
      return write_csv(path, columns, options);
    case OutputKind::kXlsx:
      return write_xlsx(path, columns, options);
    case OutputKind::kPdf:
      return write_pdf(path, columns, options);
    default:
      return write_json(path, columns, kind == OutputKind::kNdjson);
  }
}

}  // namespace

Result<BufferedFile> BufferedFile::create(const fs::path& path) {
  BufferedFile out;
  out.file_ = FileDescriptor(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (!out.file_) return fail(file_error(errno, path, "create"));
  out.path_ = path;
  return out;
}

Result<void> BufferedFile::flush() {
  for (std::string_view left = buffer; !left.empty();) {
    const ssize_t n = ::write(file_.get(), left.data(), left.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return fail(file_error(errno, path_, "write"));
    left.remove_prefix(static_cast<std::size_t>(n));
  }
  buffer.clear();
  return {};
}

const std::string& title_of(const OutputColumn& column) {
  return column.title.empty() ? column.name : column.title;
}

std::string display_text(const Cell& cell, const WriteOptions& options) {
  if (const auto* text = std::get_if<std::string>(&cell)) return *text;
  if (const auto* flag = std::get_if<bool>(&cell)) return *flag ? options.yes : options.no;
  if (const auto* date = std::get_if<Date>(&cell)) return to_iso(*date);
  if (const auto* time = std::get_if<DateTime>(&cell)) return to_iso(*time);
  if (const auto* error = std::get_if<CellError>(&cell)) return error->text;
  const auto* number = std::get_if<Number>(&cell);
  if (number == nullptr) return {};
  std::string digits = number->digits;
  if (options.decimal_comma) std::replace(digits.begin(), digits.end(), '.', ',');
  return digits;
}

Result<std::unique_ptr<TableWriter>> create_table(const fs::path& path, OutputKind kind, Columns columns,
                                                  WriteOptions options) {
  std::set<std::string> names;
  for (const OutputColumn& column : columns) {
    TRY(check_text(column.name));
    TRY(check_text(column.title));
    if (!names.insert(column.name).second) return fail(wrong_row("two columns named " + column.name));
  }
  if (columns.empty()) return fail(wrong_row("no columns"));
  for (const std::string* text : {&options.title, &options.yes, &options.no, &options.page_label})
    TRY(check_text(*text));
  if (std::string_view(",;|\t").find(options.separator) == std::string_view::npos)
    return fail(
        Error::invalid("table.bad_separator", "Cells are separated by , ; | or a tab.").at("separator"));
  const fs::path temporary = path.string() + ".tmp-" + to_hex(random_bytes(6));
  auto writer = std::make_unique<Writer>(path, temporary, columns.size());
  TRY_ASSIGN(format, format_writer(temporary, kind, columns, options));
  writer->take(std::move(format));
  return writer;
}

}  // namespace opsflux::tabular
