#include "host/base/text.hpp"
#include "host/tabular/csv_lexer.hpp"
#include "host/tabular/text_source.hpp"

namespace opsflux::tabular {
namespace {

class CsvReader : public RowReader {
 public:
  CsvReader(const ReadOptions& options, TextSource source) : RowReader(options), source_(std::move(source)) {
    short_rows_ = options.pad_short_rows ? Short::kPadded : Short::kRefused;
    info_.encoding = source_.encoding();
    info_.encoding_assumed = source_.assumed();
  }

  Result<void> open() {
    TRY_ASSIGN(first, source_.read());
    piece_ = first;
    const char named = take_sep_line();
    info_.separator = options_.separator != 0 ? options_.separator
                      : named != 0            ? named
                                              : guess_separator(piece_, options_.limits);
    lexer_.emplace(info_.separator, options_.limits, named != 0 ? 2 : 1);
    return read_headers();
  }

 protected:
  Result<std::optional<Row>> raw_row() override {
    Row row;
    while (!ended_) {
      TRY_ASSIGN(ready, lexer_->take(piece_, row));
      if (ready) return row;
      TRY_ASSIGN(piece, source_.read());
      piece_ = piece;
      ended_ = piece_.empty();
    }
    if (finished_) return std::optional<Row>();
    finished_ = true;
    TRY_ASSIGN(last, lexer_->finish(row));
    return last ? std::optional<Row>(std::move(row)) : std::nullopt;
  }

 private:
  // Excel's own line that names the separator; 0 when there is none.
  char take_sep_line() {
    if (to_lower_ascii(piece_.substr(0, 4)) != "sep=" || piece_.size() < 5) return 0;
    const char separator = piece_[4];
    const std::string_view rest = piece_.substr(5);
    if (!rest.empty() && rest[0] != '\r' && rest[0] != '\n') return 0;
    if (std::string_view(",;\t|").find(separator) == std::string_view::npos) return 0;
    piece_ = rest.substr(rest.starts_with("\r\n") ? 2 : std::min<std::size_t>(1, rest.size()));
    return separator;
  }

  TextSource source_;
  std::string_view piece_;
  std::optional<CsvLexer> lexer_;
  bool ended_ = false, finished_ = false;
};

}  // namespace

Result<std::unique_ptr<TableReader>> open_csv(const std::filesystem::path& path, const ReadOptions& options) {
  if (options.separator != 0 && std::string_view(",;\t|").find(options.separator) == std::string_view::npos)
    return fail(
        Error::invalid("table.bad_separator", "Cells are separated by , ; | or a tab.").at("separator"));
  TRY_ASSIGN(source, TextSource::open(path, options.encoding, options.limits));
  auto reader = std::make_unique<CsvReader>(options, std::move(source));
  TRY(reader->open());
  return reader;
}

}  // namespace opsflux::tabular
