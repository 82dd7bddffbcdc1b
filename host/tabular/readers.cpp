#include "host/tabular/readers.hpp"

#include "host/base/text.hpp"

namespace opsflux::tabular {
namespace {

std::string n(std::uint64_t value) { return std::to_string(value); }

std::size_t filled_cells(const Row& row) {
  std::size_t count = row.cells.size();
  while (count > 0 && is_empty(row.cells[count - 1])) --count;
  return count;
}

std::string header_text(const Cell& cell) {
  if (const auto* text = std::get_if<std::string>(&cell)) return *text;
  if (const auto* number = std::get_if<Number>(&cell)) return number->digits;
  if (const auto* flag = std::get_if<bool>(&cell)) return *flag ? "TRUE" : "FALSE";
  if (const auto* date = std::get_if<Date>(&cell)) return to_iso(*date);
  if (const auto* time = std::get_if<DateTime>(&cell)) return to_iso(*time);
  if (const auto* error = std::get_if<CellError>(&cell)) return error->text;
  return {};
}

Error no_header() {
  return Error::invalid("table.no_header",
                        "The table is empty: it has no row with the names of its columns.");
}

}  // namespace

Error too_many_columns(std::int64_t line, std::size_t limit) {
  return Error::too_large("table.too_many_columns",
                          "Row " + std::to_string(line) + " has more than " + n(limit) + " columns.")
      .with("line", std::to_string(line))
      .with("limit", n(limit));
}

Error too_many_rows(std::int64_t limit) {
  return Error::too_large("table.too_many_rows", "The table has more than " + std::to_string(limit) +
                                                     " rows. Divide it into several files.")
      .with("limit", std::to_string(limit));
}

Error row_too_large(std::int64_t line, std::size_t limit) {
  return Error::too_large("table.row_too_large",
                          "Row " + std::to_string(line) + " is larger than " + n(limit) + " bytes.")
      .with("line", std::to_string(line))
      .with("limit", n(limit));
}

Error cell_too_large(std::int64_t line, std::size_t column, std::size_t limit) {
  return Error::too_large("table.cell_too_large", "The cell in column " + column_letters(column) +
                                                      " of row " + std::to_string(line) + " is larger than " +
                                                      n(limit) +
                                                      " bytes. Is a quotation mark missing at its end?")
      .with("line", std::to_string(line))
      .with("column", column_letters(column))
      .with("limit", n(limit));
}

Error ragged_row(std::int64_t line, std::size_t count, std::size_t expected) {
  return Error::invalid("table.ragged_row", "Row " + std::to_string(line) + " has " + n(count) +
                                                " cells where the table has " + n(expected) + " columns.")
      .with("line", std::to_string(line))
      .with("count", n(count))
      .with("expected", n(expected));
}

Result<std::vector<std::string>> make_headers(std::vector<std::string> cells, std::int64_t line,
                                              const ReadLimits& limits) {
  std::map<std::string, std::size_t> seen;
  for (std::string& cell : cells) cell = std::string(trim(cell));
  while (!cells.empty() && cells.back().empty()) cells.pop_back();
  if (cells.empty()) return fail(no_header());
  if (cells.size() > limits.max_columns) return fail(too_many_columns(line, limits.max_columns));
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const std::string column = column_letters(i + 1);
    if (cells[i].empty())
      return fail(Error::invalid("table.empty_header",
                                 "Column " + column + " has no name in row " + std::to_string(line) + ".")
                      .with("column", column)
                      .with("line", std::to_string(line)));
    const auto [other, fresh] = seen.emplace(cells[i], i + 1);
    if (!fresh)
      return fail(Error::invalid("table.duplicate_header", "Two columns are called \"" + cells[i] + "\": " +
                                                               column_letters(other->second) + " and " +
                                                               column + ". Give one of them another name.")
                      .with("name", cells[i])
                      .with("first", column_letters(other->second))
                      .with("second", column));
  }
  return cells;
}

std::vector<std::string> letter_headers(std::size_t count) {
  std::vector<std::string> out;
  for (std::size_t i = 1; i <= count; ++i) out.push_back(column_letters(i));
  return out;
}

Result<std::optional<Row>> RowReader::filled_row() {
  for (;;) {
    TRY_ASSIGN(row, raw_row());
    if (!row || filled_cells(*row) > 0) return row;
  }
}

Result<void> RowReader::read_headers() {
  TRY_ASSIGN(row, filled_row());
  if (!row) return fail(no_header());
  if (!options_.has_header) {
    const std::size_t count = short_rows_ == Short::kRefused ? row->cells.size() : filled_cells(*row);
    if (count > options_.limits.max_columns)
      return fail(too_many_columns(row->number, options_.limits.max_columns));
    headers_ = letter_headers(count);
    held_ = std::move(row);
    return {};
  }
  std::vector<std::string> names;
  for (const Cell& cell : row->cells) names.push_back(header_text(cell));
  TRY_ASSIGN(headers, make_headers(std::move(names), row->number, options_.limits));
  headers_ = std::move(headers);
  return {};
}

// Cells beyond the headers are nothing as long as they are empty: many programs write separators there.
Result<void> RowReader::shape(Row& row) const {
  const std::size_t filled = filled_cells(row);
  const bool too_short = short_rows_ == Short::kRefused && row.cells.size() < headers_.size();
  if (filled > headers_.size() || too_short)
    return fail(ragged_row(row.number, too_short ? row.cells.size() : filled, headers_.size()));
  row.cells.resize(headers_.size());
  return {};
}

Result<std::optional<Row>> RowReader::next() {
  if (ended_by_) return fail(*ended_by_);
  auto row = held_ ? Result<std::optional<Row>>(std::exchange(held_, std::nullopt)) : filled_row();
  if (row && *row && ++rows_ > options_.limits.max_rows) row = fail(too_many_rows(options_.limits.max_rows));
  if (!row) {
    ended_by_ = row.error();
    return row;
  }
  if (*row) TRY(shape(**row));
  return row;
}

}  // namespace opsflux::tabular
