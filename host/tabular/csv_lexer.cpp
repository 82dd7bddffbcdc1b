#include "host/tabular/csv_lexer.hpp"

namespace opsflux::tabular {
namespace {

Error open_quote(std::int64_t line) {
  return Error::malformed("table.open_quote",
                          "The quotation mark in line " + std::to_string(line) +
                              " is never closed. Close it, or double it where it is part of "
                              "the text.")
      .with("line", std::to_string(line));
}

Error text_after_quote(std::int64_t line) {
  return Error::malformed("table.text_after_quote",
                          "Line " + std::to_string(line) +
                              " has text between a closing quotation mark and the "
                              "separator. A quotation mark inside quoted text must be doubled.")
      .with("line", std::to_string(line));
}

}  // namespace

Result<void> CsvLexer::add(char c) {
  // One byte more than allowed, then it ends; so the check is here and not at the cell's end.
  if (cell_.size() >= limits_.max_cell_bytes)
    return fail(state_ == State::kQuoted
                    ? cell_too_large(quote_line_, cells_.size() + 1, limits_.max_cell_bytes)
                    : cell_too_large(row_line_, cells_.size() + 1, limits_.max_cell_bytes));
  if (++bytes_ > limits_.max_record_bytes) return fail(row_too_large(row_line_, limits_.max_record_bytes));
  cell_ += c;
  return {};
}

Result<void> CsvLexer::end_cell() {
  // Separators without end are refused before they fill the memory, also where cells are empty.
  if (cells_.size() >= limits_.max_columns && !cell_.empty())
    return fail(too_many_columns(row_line_, limits_.max_columns));
  if (cells_.size() >= limits_.max_columns * 2 + 1000)
    return fail(too_many_columns(row_line_, limits_.max_columns));
  cells_.push_back(cell_.empty() ? Cell() : Cell(std::move(cell_)));
  cell_.clear();
  state_ = State::kStart;
  return {};
}

bool CsvLexer::give(Row& row) {
  row.number = row_line_;
  row.cells = std::exchange(cells_, {});
  bytes_ = 0;
  row_line_ = line_;
  return true;
}

// A character outside of quotes.
Result<bool> CsvLexer::plain(char c, Row& row) {
  if (c == separator_) {
    TRY(end_cell());
    return false;
  }
  if (c == '\r' || c == '\n') {
    after_cr_ = c == '\r';
    TRY(end_cell());
    ++line_;
    return give(row);
  }
  if (c == '"' && state_ == State::kStart) {
    state_ = State::kQuoted;
    quote_line_ = line_;
    return false;
  }
  if (state_ == State::kQuoteInQuoted) return fail(text_after_quote(line_));
  state_ = State::kPlain;
  TRY(add(c));
  return false;
}

Result<bool> CsvLexer::take(std::string_view& piece, Row& row) {
  while (!piece.empty()) {
    const char c = piece.front();
    piece.remove_prefix(1);
    if (std::exchange(after_cr_, false) && c == '\n') {
      // Inside quotes both characters are text; only the line is not counted twice.
      if (state_ == State::kQuoted) TRY(add(c));
      continue;
    }
    if (state_ == State::kQuoted) {
      if (c == '"') {
        state_ = State::kQuoteInQuoted;
        continue;
      }
      if (c == '\r' || c == '\n') ++line_;
      after_cr_ = c == '\r';
      TRY(add(c));
      continue;
    }
    if (state_ == State::kQuoteInQuoted && c == '"') {
      state_ = State::kQuoted;
      TRY(add(c));
      continue;
    }
    TRY_ASSIGN(ready, plain(c, row));
    if (ready) return true;
  }
  return false;
}

Result<bool> CsvLexer::finish(Row& row) {
  if (state_ == State::kQuoted) return fail(open_quote(quote_line_));
  if (state_ == State::kStart && cells_.empty()) return false;
  TRY(end_cell());
  return give(row);
}

char guess_separator(std::string_view sample, const ReadLimits& limits) {
  char best = ',';
  double best_score = 0;
  for (const char separator : {';', ',', '\t', '|'}) {
    CsvLexer lexer(separator, limits);
    std::map<std::size_t, int> widths;
    int rows = 0;
    Row row;
    for (std::string_view left = sample; rows < 200;) {
      auto ready = lexer.take(left, row);
      if (!ready || !*ready) break;
      if (row.cells.size() == 1 && is_empty(row.cells[0])) continue;
      ++widths[row.cells.size()];
      ++rows;
    }
    // The end of the sample is not that of the text; it counts only when it is all there is.
    if (rows == 0 && lexer.finish(row).value_or(false)) ++widths[row.cells.size()], ++rows;
    for (const auto& [width, count] : widths) {
      if (width < 2) continue;
      const double even = static_cast<double>(count) / rows;
      const double score = even * even * (1 + 0.01 * static_cast<double>(std::min<std::size_t>(width, 50)));
      if (score > best_score) {
        best_score = score;
        best = separator;
      }
    }
  }
  return best;
}

}  // namespace opsflux::tabular
