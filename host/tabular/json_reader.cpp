#include <nlohmann/json.hpp>

#include "host/base/json.hpp"
#include "host/base/json_writer.hpp"
#include "host/base/text.hpp"
#include "host/tabular/json_scanner.hpp"
#include "host/tabular/readers.hpp"

namespace opsflux::tabular {
namespace {

struct JsonColumns {
  std::vector<std::string> names;
  std::map<std::string, std::size_t, std::less<>> by_name;
  bool open = true;  // takes names that are new
};

// One object's text as a row; the library's parser calls this, so that nothing recurses and no document is
// made.
class RecordBuilder : public nlohmann::json_sax<Json> {
 public:
  RecordBuilder(const JsonText& record, JsonColumns& columns, const ReadLimits& limits)
      : record_(record), columns_(columns), limits_(limits) {
    writer_.emplace(nested_);
  }

  bool null() override { return depth_ > 1 ? (writer_->null(), true) : put(Cell()); }
  bool boolean(bool v) override { return depth_ > 1 ? (writer_->boolean(v), true) : put(v); }
  bool number_integer(number_integer_t v) override { return number(std::to_string(v)); }
  bool number_unsigned(number_unsigned_t v) override { return number(std::to_string(v)); }
  bool number_float(number_float_t, const string_t& digits) override { return number(digits); }
  bool string(string_t& v) override {
    if (has_nul(v)) return nul();
    return depth_ > 1 ? (writer_->string(v), true) : put(std::move(v));
  }
  bool binary(binary_t&) override { return false; }

  bool start_object(std::size_t) override {
    if (!enter()) return false;
    if (depth_ > 1) writer_->begin_object();
    names_.emplace_back();
    return true;
  }
  bool end_object() override {
    names_.pop_back();
    if (depth_ > 1) writer_->end_object();
    return leave();
  }
  bool start_array(std::size_t) override {
    if (!enter()) return false;
    writer_->begin_array();
    return true;
  }
  bool end_array() override {
    writer_->end_array();
    return leave();
  }
  bool key(string_t& name) override {
    if (has_nul(name)) return nul();
    if (!names_.back().insert(name).second) {
      error = Error::malformed("table.duplicate_name",
                               "The name \"" + name + "\" stands twice in the object in line " + line() + ".")
                  .with("name", name)
                  .with("line", line());
      return false;
    }
    if (depth_ > 1) writer_->key(name);
    return depth_ > 1 || find_column(name);
  }
  bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception& e) override {
    error = bad_json(place_of(position), e.what());
    return false;
  }

  Error error = bad_json({}, "");
  std::vector<Cell> cells;

 private:
  std::string line() const { return std::to_string(record_.place.line); }

  // The library counts bytes from 1.
  JsonPlace place_of(std::size_t position) const {
    const std::string_view before = std::string_view(record_.text).substr(0, position > 0 ? position - 1 : 0);
    const auto feed = before.rfind('\n');
    const auto lines = std::count(before.begin(), before.end(), '\n');
    if (lines == 0)
      return {record_.place.line, record_.place.column + static_cast<std::int64_t>(utf8_length(before))};
    return {record_.place.line + lines, 1 + static_cast<std::int64_t>(utf8_length(before.substr(feed + 1)))};
  }

  bool enter() {
    if (++depth_ <= limits_.max_json_depth) return true;
    error = bad_json(record_.place, "too deep");
    return false;
  }
  bool leave() {
    if (--depth_ != 1) return true;
    std::string text = std::exchange(nested_, {});
    writer_.emplace(nested_);
    return put(std::move(text));
  }
  bool nul() {
    error = Error::malformed("table.nul_byte", "Line " + line() + " has a NUL byte, which is no text.")
                .with("line", line());
    return false;
  }
  bool number(const std::string& digits) {
    if (depth_ > 1) return writer_->raw(digits), true;
    auto exact = exact_decimal(digits);
    if (exact) return put(Number{std::move(*exact)});
    error = bad_json(record_.place, "a number beyond 400 digits");
    return false;
  }
  bool find_column(const string_t& name) {
    if (const auto found = columns_.by_name.find(name); found != columns_.by_name.end()) {
      column_ = found->second;
      return true;
    }
    column_ = columns_.names.size();
    if (trim(name).empty() || !columns_.open) {
      error = bad_json(record_.place, columns_.open ? "an empty name" : "the file changed while it was read");
      return false;
    }
    if (column_ == limits_.max_columns) {
      error = too_many_columns(record_.place.line, limits_.max_columns);
      return false;
    }
    columns_.names.push_back(name);
    columns_.by_name.emplace(name, column_);
    return true;
  }
  bool put(Cell cell) {
    const auto* text = std::get_if<std::string>(&cell);
    if (text != nullptr && text->size() > limits_.max_cell_bytes) {
      error = cell_too_large(record_.place.line, column_ + 1, limits_.max_cell_bytes);
      return false;
    }
    if (cells.size() <= column_) cells.resize(column_ + 1);
    cells[column_] = std::move(cell);
    return true;
  }

  const JsonText& record_;
  JsonColumns& columns_;
  const ReadLimits& limits_;
  std::string nested_;
  std::optional<JsonWriter> writer_;  // of nested_
  int depth_ = 0;
  std::size_t column_ = 0;
  std::vector<std::set<std::string>> names_;
};

// The texts of the records one after another, whatever stands around them.
class Records {
 public:
  Records(TextSource& source, TableKind kind, const ReadLimits& limits)
      : scanner_(source, limits), limits_(limits), lines_(kind == TableKind::kNdjson) {}

  Result<std::optional<JsonText>> next() {
    if (!begun_) TRY(begin());
    if (ended_) return std::optional<JsonText>();
    TRY_ASSIGN(c, scanner_.peek());
    if (c == (lines_ ? '\0' : ']')) {
      if (!lines_) TRY(end());
      ended_ = true;
      return std::optional<JsonText>();
    }
    if (!lines_ && count_ > 0) TRY(scanner_.expect(','));
    TRY_ASSIGN(record, scanner_.value());
    ++count_;
    if (record.text[0] != '{')
      return fail(
          Error::malformed("table.json_not_rows",
                           "What begins in line " + std::to_string(record.place.line) +
                               " is not an object. Each row is an object with the names of its columns.")
              .with("line", std::to_string(record.place.line)));
    return record;
  }

 private:
  Result<void> begin() {
    begun_ = true;
    if (lines_) return {};
    TRY_ASSIGN(c, scanner_.peek());
    wrapped_ = c == '{';
    if (!wrapped_) return scanner_.expect('[');
    TRY(scanner_.expect('{'));
    for (bool found = false; !found;) {
      TRY_ASSIGN(name, member_name());
      found = name == "data";
      if (!found) {
        TRY(skip_value());
        TRY(scanner_.expect(','));
      }
    }
    return scanner_.expect('[');
  }

  Result<std::string> member_name() {
    TRY_ASSIGN(key, scanner_.value());
    TRY_ASSIGN(name, parse_json(key.text));
    if (!name.is_string()) return fail(bad_json(key.place, "expected a name"));
    TRY(scanner_.expect(':'));
    name_place_ = key.place;
    return name.get<std::string>();
  }

  // What else the wrapping object has must be valid, but is not used.
  Result<void> skip_value() {
    TRY_ASSIGN(value, scanner_.value());
    if (!parse_json(value.text, {limits_.max_json_depth, limits_.max_record_bytes}))
      return fail(bad_json(value.place, "not valid"));
    return {};
  }

  Result<void> end() {
    TRY(scanner_.expect(']'));
    while (wrapped_) {
      TRY_ASSIGN(c, scanner_.peek());
      if (c == '}') {
        TRY(scanner_.expect('}'));
        break;
      }
      TRY(scanner_.expect(','));
      TRY_ASSIGN(name, member_name());
      if (name == "data") return fail(bad_json(name_place_, "\"data\" twice"));
      TRY(skip_value());
    }
    TRY_ASSIGN(rest, scanner_.peek());
    return rest == '\0' ? Result<void>() : fail(bad_json(scanner_.place(), "text after the end"));
  }

  JsonScanner scanner_;
  JsonPlace name_place_;
  const ReadLimits& limits_;
  const bool lines_;
  bool begun_ = false, ended_ = false, wrapped_ = false;
  std::int64_t count_ = 0;
};

class JsonReader : public RowReader {
 public:
  JsonReader(const ReadOptions& options, TextSource source, TableKind kind)
      : RowReader(options), source_(std::move(source)) {
    info_.kind = kind;
    info_.encoding = source_.encoding();
    info_.encoding_assumed = source_.assumed();
  }

  // The first reading: names and mistakes.
  Result<void> open() {
    records_.emplace(source_, info_.kind, options_.limits);
    for (std::int64_t rows = 0;; ++rows) {
      TRY_ASSIGN(row, raw_row());
      if (!row) break;
      if (rows == options_.limits.max_rows) return fail(too_many_rows(rows));
    }
    if (columns_.names.empty())
      return fail(Error::invalid("table.no_header", "The table is empty: no row names a column."));
    columns_.open = false;
    headers_ = columns_.names;
    TRY(source_.rewind());
    records_.emplace(source_, info_.kind, options_.limits);
    return {};
  }

 protected:
  Result<std::optional<Row>> raw_row() override {
    TRY_ASSIGN(record, records_->next());
    if (!record) return std::optional<Row>();
    RecordBuilder builder(*record, columns_, options_.limits);
    if (!Json::sax_parse(record->text, &builder, nlohmann::detail::input_format_t::json, true))
      return fail(std::move(builder.error));
    return std::optional<Row>(Row{record->place.line, std::move(builder.cells)});
  }

 private:
  TextSource source_;
  JsonColumns columns_;
  std::optional<Records> records_;
};

}  // namespace

Result<std::unique_ptr<TableReader>> open_json(const std::filesystem::path& path, const ReadOptions& options,
                                               TableKind kind) {
  TRY_ASSIGN(found, TextSource::open(path, options.encoding, options.limits));
  // JSON is UTF-8 by its standard: what is not so is a mistake, and not the encoding of a country.
  auto source = found.assumed() ? TextSource::open(path, Encoding::kUtf8, options.limits)
                                : Result<TextSource>(std::move(found));
  if (!source) return fail(std::move(source.error()));
  auto reader = std::make_unique<JsonReader>(options, std::move(*source), kind);
  TRY(reader->open());
  return reader;
}

}  // namespace opsflux::tabular
