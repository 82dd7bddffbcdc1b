#include <xlsxwriter.h>

#include "host/base/text.hpp"
#include "host/tabular/writers.hpp"
#include "host/tabular/xlsx_archive.hpp"

namespace opsflux::tabular {
namespace {

constexpr std::int64_t kSheetRows = 1'048'576;
constexpr std::size_t kLongestText = 32'767;  // in UTF-16 units, as Excel counts
constexpr std::size_t kExactDigits = 15;
constexpr std::int64_t kMeasuredRows = 100;
constexpr double kNarrowest = 8, kWidest = 60;
const Date kFirstDate{1900, 3, 1};  // before it Excel's days are off by one

// How many bytes of `text` make at most `limit` UTF-16 units.
std::size_t bytes_of_units(std::string_view text, std::size_t limit) {
  std::size_t units = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if ((c & 0xc0) == 0x80) continue;
    units += c >= 0xf0 ? 2 : 1;
    if (units > limit) return i;
  }
  return text.size();
}

// What looks like an escape ("_x0041_") must not be one: its first character is escaped.
std::string escape(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::string_view rest = text.substr(i, 7);
    const bool looks_like_one = rest.size() == 7 && rest.starts_with("_x") && rest[6] == '_' &&
                                rest.substr(2, 4).find_first_not_of("0123456789abcdefABCDEF") == rest.npos;
    if (looks_like_one)
      out += "_x005F_";
    else
      out += text[i];
  }
  return out;
}

bool fits(std::string_view text) {
  return bytes_of_units(text, kLongestText) == text.size() && utf8_length(escape(text)) <= kLongestText;
}

// What is removed shortens the escaped text by once to twice as much: so half of the excess is never too
// much.
std::string cut(std::string text) {
  std::size_t units = kLongestText;
  for (text.resize(bytes_of_units(text, units)); !fits(text); text.resize(bytes_of_units(text, units)))
    units -= std::max<std::size_t>(1, (utf8_length(escape(text)) - kLongestText) / 2);
  return text;
}

std::size_t digits_that_count(std::string_view digits) {
  std::string plain;
  for (const char c : digits)
    if (c >= '0' && c <= '9') plain += c;
  const auto first = plain.find_first_not_of('0'), last = plain.find_last_not_of('0');
  return first == std::string::npos ? 0 : last - first + 1;
}

// 1 to 31 characters, without those that Excel refuses.
std::string sheet_name(std::string_view title) {
  std::string name;
  for (const char c : title.substr(0, bytes_of_units(title, 31)))
    name += std::string_view("[]:*?/\\").find(c) == std::string_view::npos &&
                    static_cast<unsigned char>(c) >= 0x20
                ? c
                : ' ';
  name = std::string(trim(name));
  while (name.starts_with('\'')) name.erase(0, 1);
  while (name.ends_with('\'')) name.pop_back();
  return name.empty() || to_lower_ascii(name) == "history" ? "Table" : name;
}

double serial_of(const Date& date) { return static_cast<double>(to_days(date) - to_days({1899, 12, 30})); }

double serial_of(const DateTime& time) {
  const double ms = ((time.hour * 60.0 + time.minute) * 60 + time.second) * 1000 + time.millisecond;
  return serial_of(time.date) + ms / 86'400'000.0;
}

Error write_failed(std::string_view detail) {
  return Error::unavailable("table.write_failed", "The table could not be written. Is the disk full?")
      .because(detail);
}

class XlsxWriter : public FormatWriter {
 public:
  XlsxWriter(std::filesystem::path path, const WriteOptions& options, std::size_t columns)
      : path_(std::move(path)), options_(options), widths_(columns, kNarrowest) {}
  ~XlsxWriter() override {
    // The library frees a workbook only by closing it, which writes the file; its owner removes that.
    if (workbook_ != nullptr) workbook_close(workbook_);
  }

  Result<void> open(const Columns& columns) {
    // The library creates the file at its end only; what hinders that is told now.
    TRY(BufferedFile::create(path_));
    folder_ = path_.has_parent_path() ? path_.parent_path().string() : ".";
    lxw_workbook_options settings{};
    settings.constant_memory = LXW_TRUE;
    settings.tmpdir = folder_.data();
    workbook_ = workbook_new_opt(path_.c_str(), &settings);
    if (workbook_ == nullptr) return fail(write_failed("workbook_new_opt"));
    sheet_ = workbook_add_worksheet(workbook_, sheet_name(options_.title).c_str());
    if (sheet_ == nullptr) return fail(write_failed("workbook_add_worksheet"));
    lxw_format* bold = workbook_add_format(workbook_);
    format_set_bold(bold);
    date_ = workbook_add_format(workbook_);
    format_set_num_format(date_, options_.date_format.c_str());
    datetime_ = workbook_add_format(workbook_);
    format_set_num_format(datetime_, options_.datetime_format.c_str());
    for (std::size_t i = 0; i < columns.size(); ++i) {
      TRY(text(i, title_of(columns[i]), bold));
      fixed_.push_back(columns[i].width);
      measure(i, title_of(columns[i]));
    }
    row_ = 1;
    return {};
  }

  Result<void> row(std::span<const Cell> cells) override {
    if (row_ == kSheetRows) {
      const std::string limit = std::to_string(kSheetRows - 1);
      return fail(Error::too_large("table.sheet_full", "An Excel sheet has no more than " + limit +
                                                           " rows. Narrow the selection, or choose CSV.")
                      .with("limit", limit));
    }
    // The library writes no element for a row without cells.
    if (!std::all_of(cells.begin(), cells.end(), is_empty)) ++rows_with_cells_;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      TRY(cell(i, cells[i]));
      if (row_ <= kMeasuredRows) measure(i, display_text(cells[i], options_));
    }
    ++row_;
    return {};
  }

  Result<void> finish() override {
    const auto last = static_cast<lxw_col_t>(widths_.size() - 1);
    for (std::size_t i = 0; i < widths_.size(); ++i) {
      const auto column = static_cast<lxw_col_t>(i);
      TRY(check(
          worksheet_set_column(sheet_, column, column, fixed_[i] > 0 ? fixed_[i] : widths_[i], nullptr)));
    }
    worksheet_freeze_panes(sheet_, 1, 0);
    TRY(check(worksheet_autofilter(sheet_, 0, 0, static_cast<lxw_row_t>(row_ - 1), last)));
    TRY(check(workbook_close(std::exchange(workbook_, nullptr))));
    return verify();
  }

 private:
  static Result<void> check(lxw_error code) {
    return code == LXW_NO_ERROR ? Result<void>() : fail(write_failed(lxw_strerror(code)));
  }
  lxw_row_t at_row() const { return static_cast<lxw_row_t>(row_); }

  void measure(std::size_t column, std::string_view text) {
    const double width = static_cast<double>(utf8_length(text.substr(0, 400))) + 3;
    widths_[column] = std::max(widths_[column], std::min(width, kWidest));
  }

  Result<void> text(std::size_t column, std::string_view value, lxw_format* format = nullptr) {
    std::string whole(value);
    if (!fits(whole)) {
      if (!options_.cut_long_texts) return fail(too_long(column));
      whole = cut(std::move(whole));
      ++cut_cells;
    }
    return check(worksheet_write_string(sheet_, at_row(), static_cast<lxw_col_t>(column),
                                        escape(whole).c_str(), format));
  }

  Error too_long(std::size_t column) const {
    const std::string place = column_letters(column + 1) + std::to_string(row_ + 1);
    return Error::too_large("table.text_too_long",
                            "The text for the cell " + place +
                                " is longer than the 32767 characters that Excel allows. "
                                "Choose CSV, or let it be cut.")
        .with("cell", place)
        .with("limit", std::to_string(kLongestText));
  }

  Result<void> number(std::size_t column, double value, lxw_format* format) {
    return check(worksheet_write_number(sheet_, at_row(), static_cast<lxw_col_t>(column), value, format));
  }

  Result<void> cell(std::size_t column, const Cell& cell) {
    if (is_empty(cell)) return {};
    if (const auto* flag = std::get_if<bool>(&cell))
      return check(worksheet_write_boolean(sheet_, at_row(), static_cast<lxw_col_t>(column), *flag, nullptr));
    if (const auto* n = std::get_if<Number>(&cell)) {
      const auto value = parse_double(n->digits);
      if (value && digits_that_count(n->digits) <= kExactDigits && n->digits.size() < 300)
        return number(column, *value, nullptr);
      ++numbers_as_text;
    }
    if (const auto* date = std::get_if<Date>(&cell); date != nullptr && *date >= kFirstDate)
      return number(column, serial_of(*date), date_);
    if (const auto* time = std::get_if<DateTime>(&cell); time != nullptr && time->date >= kFirstDate)
      return number(column, serial_of(*time), datetime_);
    // What is left for text: texts, and numbers and dates that Excel could not keep.
    return text(column, display_text(cell, {}));
  }

  // The library does not notice when its temporary files cannot grow: so the rows are counted in what it
  // made.
  Result<void> verify() const {
    ReadLimits limits;
    limits.max_file_bytes = limits.max_unpacked_bytes = limits.max_ratio = UINT64_MAX;
    TRY_ASSIGN(archive, XlsxArchive::open(path_, limits));
    TRY_ASSIGN(stream, archive->open_part("xl/worksheets/sheet1.xml"));
    constexpr std::string_view kEnd = "</row>";
    std::int64_t rows = 0;
    std::string text;
    for (;;) {
      const std::size_t left = std::min(text.size(), kEnd.size() - 1);
      text.erase(0, text.size() - left);
      text.resize(left + (64 << 10));
      TRY_ASSIGN(count, stream.read(text.data() + left, 64 << 10));
      text.resize(left + count);
      for (auto at = text.find(kEnd); at != std::string::npos; at = text.find(kEnd, at + 1)) ++rows;
      if (count == 0) break;
    }
    return rows == rows_with_cells_ ? Result<void>() : fail(write_failed("rows are missing"));
  }

  const std::filesystem::path path_;
  const WriteOptions options_;
  std::string folder_;
  std::vector<double> widths_;
  std::vector<int> fixed_;
  lxw_workbook* workbook_ = nullptr;
  lxw_worksheet* sheet_ = nullptr;
  lxw_format *date_ = nullptr, *datetime_ = nullptr;
  std::int64_t row_ = 0, rows_with_cells_ = 1;
};

}  // namespace

Result<std::unique_ptr<FormatWriter>> write_xlsx(const std::filesystem::path& path, const Columns& columns,
                                                 const WriteOptions& options) {
  auto writer = std::make_unique<XlsxWriter>(path, options, columns.size());
  TRY(writer->open(columns));
  return writer;
}

}  // namespace opsflux::tabular
