// Merged ranges of a sheet, for those who want their value in each of their cells. Internal to the layer.
#pragma once

#include "host/tabular/xlsx_archive.hpp"

namespace opsflux::tabular {

class MergedCells {
 public:
  struct Range {
    std::int64_t first_row = 0, last_row = 0;
    std::size_t first_column = 0, last_column = 0;  // from 1
  };

  // They stand behind the rows; so the part is read once for them alone.
  static Result<MergedCells> read(XlsxArchive& archive, const std::string& part, const ReadLimits& limits);

  // Puts values into the empty cells of ranges. Called with each row, in their order. A row without any value
  // of its own stays so.
  Result<void> fill(Row& row);

 private:
  Result<void> begin_ranges(const Row& row);

  std::vector<Range> ranges_;  // by first row
  std::vector<std::pair<Range, Cell>> active_;
  std::size_t next_ = 0;
  std::string part_;
  ReadLimits limits_;
};

// "AB12": row and column from 1; nullopt when it is not a reference to a cell that a sheet can have.
struct CellPlace {
  std::int64_t row = 0;
  std::size_t column = 0;
};
std::optional<CellPlace> cell_place(std::string_view reference);

}  // namespace opsflux::tabular
