#include "host/tabular/xlsx_merges.hpp"

#include "host/base/text.hpp"
#include "host/tabular/readers.hpp"
#include "host/tabular/xml_stream.hpp"

namespace opsflux::tabular {
namespace {

constexpr std::size_t kMostRanges = 100'000, kLastColumn = 16'384;
constexpr std::int64_t kLastRow = 1'048'576;

class MergesHandler : public XmlHandler {
 public:
  explicit MergesHandler(std::string part) : part_(std::move(part)) {}

  void start(std::string_view name, const XmlAttributes& a) override {
    if (name != "mergeCell") return;
    const std::string reference = a.text("ref");
    const auto colon = reference.find(':');
    const auto first = cell_place(reference.substr(0, colon));
    const auto last = colon == std::string::npos ? first : cell_place(reference.substr(colon + 1));
    if (!first || !last || last->row < first->row || last->column < first->column ||
        found.size() == kMostRanges) {
      failed = bad_workbook(part_, "its merged cells are wrong or too many");
      return;
    }
    found.push_back({first->row, last->row, first->column, last->column});
  }

  std::vector<MergedCells::Range> found;

 private:
  const std::string part_;
};

}  // namespace

std::optional<CellPlace> cell_place(std::string_view reference) {
  CellPlace out;
  std::size_t i = 0;
  for (; i < reference.size() && reference[i] >= 'A' && reference[i] <= 'Z' && out.column <= kLastColumn; ++i)
    out.column = out.column * 26 + static_cast<std::size_t>(reference[i] - 'A' + 1);
  const std::string_view digits = reference.substr(i);
  if (digits.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
  out.row = parse_int(digits).value_or(0);
  if (out.column < 1 || out.column > kLastColumn || out.row < 1 || out.row > kLastRow) return std::nullopt;
  return out;
}

Result<MergedCells> MergedCells::read(XlsxArchive& archive, const std::string& part,
                                      const ReadLimits& limits) {
  MergesHandler handler(part);
  TRY(parse_part(archive, part, handler));
  MergedCells out;
  out.ranges_ = std::move(handler.found);
  std::sort(out.ranges_.begin(), out.ranges_.end(),
            [](const Range& a, const Range& b) { return a.first_row < b.first_row; });
  out.part_ = part;
  out.limits_ = limits;
  return out;
}

Result<void> MergedCells::begin_ranges(const Row& row) {
  std::erase_if(active_, [&](const auto& range) { return range.first.last_row < row.number; });
  for (; next_ < ranges_.size() && ranges_[next_].first_row <= row.number; ++next_) {
    const Range& range = ranges_[next_];
    // A range that begins in a row that is not there has no value.
    if (range.first_row != row.number || range.first_column > row.cells.size()) continue;
    const Cell& value = row.cells[range.first_column - 1];
    if (!is_empty(value)) active_.emplace_back(range, value);
  }
  // No two ranges share a cell; more than there may be columns would only cost time.
  return active_.size() <= limits_.max_columns ? Result<void>()
                                               : fail(bad_workbook(part_, "its merged cells overlap"));
}

Result<void> MergedCells::fill(Row& row) {
  TRY(begin_ranges(row));
  if (std::all_of(row.cells.begin(), row.cells.end(), is_empty)) return {};
  std::size_t bytes = 0;
  for (const auto& [range, value] : active_) {
    const auto* text = std::get_if<std::string>(&value);
    for (std::size_t column = range.first_column; column <= std::min(range.last_column, limits_.max_columns);
         ++column) {
      if (row.cells.size() < column) row.cells.resize(column);
      if (!is_empty(row.cells[column - 1])) continue;
      bytes += text != nullptr ? text->size() : 0;
      if (bytes > limits_.max_record_bytes) return fail(row_too_large(row.number, limits_.max_record_bytes));
      row.cells[column - 1] = value;
    }
  }
  return {};
}

}  // namespace opsflux::tabular
