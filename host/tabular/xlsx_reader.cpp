#include "host/base/text.hpp"
#include "host/tabular/interpret.hpp"
#include "host/tabular/readers.hpp"
#include "host/tabular/xlsx_merges.hpp"
#include "host/tabular/xlsx_workbook.hpp"
#include "host/tabular/xml_stream.hpp"

namespace opsflux::tabular {
namespace {

constexpr std::int64_t kLastRow = 1'048'576;
constexpr std::size_t kLastColumn = 16'384;

// Makes rows of <sheetData>; pauses after each.
class SheetHandler : public XmlHandler {
 public:
  SheetHandler(const Workbook& workbook, const SharedStrings& strings, const ReadLimits& limits,
               std::string part)
      : workbook_(workbook), strings_(strings), limits_(limits), part_(std::move(part)) {}

  void start(std::string_view name, const XmlAttributes& a) override {
    if (name == "sheetData") in_data_ = true;
    if (!in_data_) return;
    if (name == "row") start_row(a);
    if (name == "c") start_cell(a);
    if (name == "f") formula_ = true;
    if (name == "rPh") phonetic_ = true;
    if (name == "v" || (name == "t" && !phonetic_)) taking_ = true;
  }

  void end(std::string_view name) override {
    if (name == "sheetData") in_data_ = false;
    if (!in_data_) return;
    if (name == "v" || name == "t") taking_ = false;
    if (name == "rPh") phonetic_ = false;
    if (name == "c") end_cell();
    if (name != "row") return;
    ready = std::move(row_);
    row_ = {};
    pause = true;
  }

  void text(std::string_view piece) override {
    if (!taking_) return;
    value_ += piece;
    if (value_.size() > limits_.max_cell_bytes)
      failed = cell_too_large(row_.number, column_, limits_.max_cell_bytes);
  }

  std::optional<Row> ready;

 private:
  void start_row(const XmlAttributes& a) {
    const auto given = a.get("r");
    const std::int64_t number = given ? parse_int(*given).value_or(0) : last_row_ + 1;
    if (number <= last_row_ || number > kLastRow) {
      failed = bad_workbook(part_, "the row after " + std::to_string(last_row_) + " has a wrong number");
      return;
    }
    last_row_ = number;
    row_ = {number, {}};
    column_ = row_bytes_ = 0;
  }

  void start_cell(const XmlAttributes& a) {
    const auto given = a.get("r");
    const auto place = given ? cell_place(*given) : CellPlace{row_.number, column_ + 1};
    const std::size_t column = place ? place->column : 0;
    if (column <= column_ || column > kLastColumn) {
      failed = bad_workbook(part_, "row " + std::to_string(row_.number) + " has a cell in the wrong place");
      return;
    }
    column_ = column;
    type_ = a.text("t");
    style_ = static_cast<std::size_t>(parse_int(a.get("s").value_or("0")).value_or(0));
    value_.clear();
    formula_ = false;
  }

  void end_cell() {
    auto cell = make_cell();
    if (!cell) {
      failed = std::move(cell.error());
      return;
    }
    if (is_empty(*cell)) return;
    if (column_ > limits_.max_columns) {
      failed = too_many_columns(row_.number, limits_.max_columns);
      return;
    }
    if (const auto* text = std::get_if<std::string>(&*cell)) row_bytes_ += text->size();
    if (row_bytes_ > limits_.max_record_bytes) {
      failed = row_too_large(row_.number, limits_.max_record_bytes);
      return;
    }
    row_.cells.resize(column_);
    row_.cells.back() = std::move(*cell);
  }

  Error bad_value() const {
    return bad_workbook(part_, "the cell " + column_letters(column_) + std::to_string(row_.number) +
                                   " has a value that does not fit its type");
  }

  Result<Cell> make_cell() const {
    if (type_ == "inlineStr") return Cell(unescape_xlsx(value_));
    if (value_.empty()) {
      // A program that cannot calculate leaves its formulas without values: an empty cell would be a lie.
      if (formula_ && type_ != "str") return Cell(CellError{"#UNCALCULATED!"});
      return Cell();
    }
    if (type_ == "s") return shared();
    if (type_ == "str") return Cell(unescape_xlsx(value_));
    if (type_ == "b")
      return value_ == "1" || value_ == "0" ? Result<Cell>(Cell(value_ == "1")) : fail(bad_value());
    if (type_ == "e") return Cell(CellError{value_});
    if (type_ == "d") return iso();
    if (type_.empty() || type_ == "n") return number();
    return fail(bad_value());
  }

  Result<Cell> shared() const {
    const auto index = parse_int(value_);
    const auto text = index && *index >= 0 ? strings_.at(static_cast<std::size_t>(*index)) : std::nullopt;
    if (!text) return fail(bad_value());
    if (text->size() > limits_.max_cell_bytes)
      return fail(cell_too_large(row_.number, column_, limits_.max_cell_bytes));
    return Cell(std::string(*text));
  }

  Result<Cell> iso() const {
    if (const auto date = interpret_date(value_, DateOrder::kYmd)) return Cell(*date);
    if (const auto time = interpret_datetime(value_, DateOrder::kYmd)) return Cell(*time);
    return Cell(CellError{"#DATE! " + value_});
  }

  Result<Cell> number() const {
    auto number = number_of_xlsx(trim(value_));
    if (!number) return fail(bad_value());
    const NumberShape shape =
        style_ < workbook_.styles.size() ? workbook_.styles[style_] : NumberShape::kNumber;
    if (shape == NumberShape::kNumber) return Cell(std::move(*number));
    return cell_of_serial(parse_double(number->digits).value_or(-1), shape, workbook_.from_1904);
  }

  const Workbook& workbook_;
  const SharedStrings& strings_;
  const ReadLimits& limits_;
  const std::string part_;
  Row row_;
  std::int64_t last_row_ = 0;
  std::size_t column_ = 0, style_ = 0, row_bytes_ = 0;
  std::string type_, value_;
  bool in_data_ = false, formula_ = false, taking_ = false, phonetic_ = false;
};

class XlsxReader : public RowReader {
 public:
  explicit XlsxReader(const ReadOptions& options) : RowReader(options) { info_.kind = TableKind::kXlsx; }

  Result<void> open(const std::filesystem::path& path) {
    TRY_ASSIGN(archive, XlsxArchive::open(path, options_.limits));
    archive_ = std::move(archive);
    TRY_ASSIGN(workbook, read_workbook(*archive_));
    workbook_ = std::move(workbook);
    TRY_ASSIGN(part, choose_sheet());
    if (!workbook_.strings_part.empty()) {
      TRY_ASSIGN(strings, SharedStrings::read(*archive_, workbook_.strings_part, options_.limits));
      strings_ = std::move(strings);
    }
    if (options_.fill_merged) {
      TRY_ASSIGN(merged, MergedCells::read(*archive_, part, options_.limits));
      merged_ = std::move(merged);
    }
    TRY_ASSIGN(stream, archive_->open_part(part));
    handler_ = std::make_unique<SheetHandler>(workbook_, strings_, options_.limits, part);
    stream_ = std::make_unique<XmlStream>(std::move(stream), *handler_);
    return read_headers();
  }

 protected:
  Result<std::optional<Row>> raw_row() override {
    handler_->ready.reset();
    while (!handler_->ready) {
      TRY_ASSIGN(more, stream_->advance());
      if (!more) return std::optional<Row>();
    }
    if (merged_) TRY(merged_->fill(*handler_->ready));
    return std::exchange(handler_->ready, std::nullopt);
  }

 private:
  Result<std::string> choose_sheet() {
    for (const Workbook::Sheet& sheet : workbook_.sheets) info_.sheets.push_back(sheet.name);
    if (workbook_.sheets.empty())
      return fail(Error::invalid("table.no_sheet", "The workbook has no sheet with cells."));
    const Workbook::Sheet* chosen = options_.sheet.empty() ? &workbook_.sheets.front() : nullptr;
    for (const Workbook::Sheet& sheet : workbook_.sheets)
      if (chosen == nullptr && sheet.name == options_.sheet) chosen = &sheet;
    if (chosen == nullptr)
      return fail(
          Error::invalid("table.unknown_sheet", "The workbook has no sheet \"" + options_.sheet +
                                                    "\". Its sheets are: " + join(info_.sheets, ", ") + ".")
              .with("sheet", options_.sheet)
              .with("sheets", join(info_.sheets, ", ")));
    info_.sheet = chosen->name;
    return chosen->part;
  }

  std::unique_ptr<XlsxArchive> archive_;
  Workbook workbook_;
  SharedStrings strings_;
  std::optional<MergedCells> merged_;
  std::unique_ptr<SheetHandler> handler_;
  std::unique_ptr<XmlStream> stream_;  // before the archive it reads from and the handler it calls
};

}  // namespace

Result<std::unique_ptr<TableReader>> open_xlsx(const std::filesystem::path& path,
                                               const ReadOptions& options) {
  auto reader = std::make_unique<XlsxReader>(options);
  TRY(reader->open(path));
  return reader;
}

Result<std::vector<std::string>> xlsx_sheets(const std::filesystem::path& path, const ReadOptions& options) {
  TRY_ASSIGN(archive, XlsxArchive::open(path, options.limits));
  TRY_ASSIGN(workbook, read_workbook(*archive));
  std::vector<std::string> out;
  for (Workbook::Sheet& sheet : workbook.sheets) out.push_back(std::move(sheet.name));
  return out;
}

}  // namespace opsflux::tabular
