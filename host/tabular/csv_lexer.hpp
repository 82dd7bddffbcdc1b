// Text into records by RFC 4180, whatever the pieces it comes in. Internal to the layer.
#pragma once

#include "host/tabular/readers.hpp"

namespace opsflux::tabular {

// Feed pieces, take records as they become ready. A quotation mark in the middle of a cell that did not begin
// with one is a character like others, as Excel has it.
class CsvLexer {
 public:
  CsvLexer(char separator, const ReadLimits& limits, std::int64_t first_line = 1)
      : separator_(separator), limits_(limits), line_(first_line), row_line_(first_line) {}

  // Takes characters of `piece` up to the end of a record and removes them; true when there is one in `row`.
  Result<bool> take(std::string_view& piece, Row& row);
  // The text has ended; true when a last record without a line end is in `row`.
  Result<bool> finish(Row& row);

 private:
  enum class State : std::uint8_t { kStart, kPlain, kQuoted, kQuoteInQuoted };

  Result<void> add(char c);
  Result<void> end_cell();
  Result<bool> plain(char c, Row& row);
  bool give(Row& row);

  const char separator_;
  const ReadLimits& limits_;
  State state_ = State::kStart;
  std::string cell_;
  std::vector<Cell> cells_;
  std::size_t bytes_ = 0;
  std::int64_t line_, row_line_, quote_line_ = 1;
  bool after_cr_ = false;  // a line feed that follows belongs to the same line end
};

// Which of , ; tab | divides the sample's records most evenly; ',' when none does.
char guess_separator(std::string_view sample, const ReadLimits& limits);

}  // namespace opsflux::tabular
