// What a workbook says of itself: its sheets, how its styles show numbers, its strings. Internal to the
// layer.
#pragma once

#include "host/tabular/xlsx_archive.hpp"

namespace opsflux::tabular {

enum class NumberShape : std::uint8_t { kNumber, kDate, kDateTime, kTime, kDuration };

struct Workbook {
  struct Sheet {
    std::string name, part;
  };
  std::vector<Sheet> sheets;        // without charts
  std::vector<NumberShape> styles;  // by the index that cells name
  std::string strings_part;         // empty: there are no shared strings
  bool from_1904 = false;
};

Result<Workbook> read_workbook(XlsxArchive& archive);

// What a number format makes of a number: of Excel's own by id, of others by their code ("dd/mm/yyyy").
NumberShape shape_of_id(int id);
NumberShape shape_of_code(std::string_view code);

// A date's or time's serial number as a cell; a date that there never was (29 February 1900) is a CellError.
Cell cell_of_serial(double serial, NumberShape shape, bool from_1904);
// The text of <v> as an exact number; Excel writes 1.1 as 1.1000000000000001, which is 1.1 again here.
std::optional<Number> number_of_xlsx(std::string_view text);

// "_x000D_" in a text stands for the character with that code.
std::string unescape_xlsx(std::string_view text);

// All texts of a workbook in one block.
class SharedStrings {
 public:
  static Result<SharedStrings> read(XlsxArchive& archive, const std::string& part, const ReadLimits& limits);
  std::optional<std::string_view> at(std::size_t index) const;

 private:
  friend class StringsHandler;
  std::string block_;
  std::vector<std::uint64_t> ends_;
};

}  // namespace opsflux::tabular
