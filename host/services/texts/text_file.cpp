#include "host/services/texts/text_file.hpp"

#include "host/base/json_writer.hpp"
#include "host/tabular/csv_cell.hpp"
#include "host/tabular/table_reader.hpp"

namespace opsflux::texts {
namespace {

using tabular::Cell;
using tabular::Row;

constexpr std::string_view kColumns[] = {"language", "namespace", "key", "english", "original", "text"};
constexpr std::string_view kNeeded[] = {"language", "namespace", "key", "text"};

std::array<std::string_view, std::size(kColumns)> cells_of(const Text& text) {
  return {i18n::language_tag(text.id.language),
          text.id.space,
          text.id.key,
          text.english,
          text.original,
          text.override ? text.override->text : text.file_text()};
}

std::optional<std::string> text_of(const Cell& cell) {
  if (tabular::is_empty(cell)) return std::string();
  if (const auto* text = std::get_if<std::string>(&cell)) return *text;
  if (const auto* number = std::get_if<tabular::Number>(&cell)) return number->digits;
  return std::nullopt;
}

// What to_csv has put before what looks like a formula.
std::string without_guard(std::string text) {
  if (text.size() > 1 && text[0] == '\'' &&
      std::string_view("=+-@\t\r").find(text[1]) != std::string_view::npos)
    text.erase(0, 1);
  return text;
}

class FileReader {
 public:
  explicit FileReader(tabular::TableReader& reader) : reader_(reader) {}

  Result<TextFile> run() {
    TRY(find_columns());
    for (;;) {
      auto row = reader_.next();
      if (!row && row.error().code == "table.ragged_row") {
        out_.refused.push_back(std::move(row.error()));
        continue;
      }
      if (!row) return fail(std::move(row.error()));
      if (!*row) return std::move(out_);
      if (auto taken = take(**row); !taken)
        out_.refused.push_back(
            std::move(taken.error()).with("key", key_).with("line", std::to_string((*row)->number)));
    }
  }

 private:
  Result<void> find_columns() {
    const auto& headers = reader_.headers();
    for (std::size_t i = 0; i < std::size(kNeeded); ++i) {
      const auto found = std::find(headers.begin(), headers.end(), kNeeded[i]);
      if (found == headers.end())
        return fail(Error::invalid("text.no_column", "The file has no column \"" + std::string(kNeeded[i]) +
                                                         "\"; it needs language, namespace, key and text.")
                        .with("column", kNeeded[i]));
      columns_[i] = static_cast<std::size_t>(found - headers.begin());
    }
    return {};
  }

  Result<std::string> cell(const Row& row, std::size_t which) const {
    if (auto text = text_of(row.cells[columns_[which]])) return std::move(*text);
    return fail(Error::invalid("text.not_text", "This is no text.").at(kNeeded[which]));
  }

  Result<void> take(const Row& row) {
    key_.clear();
    TRY_ASSIGN(key, cell(row, 2));
    key_ = key;
    TRY_ASSIGN(tag, cell(row, 0));
    TRY_ASSIGN(space, cell(row, 1));
    TRY_ASSIGN(text, cell(row, 3));
    if (text.empty()) {
      ++out_.skipped;
      return {};
    }
    const auto language = i18n::language_from(tag);
    if (!language || i18n::language_tag(*language) != tag)
      return fail(Error::invalid("text.no_language", "The languages are fr, en, es and pt.").at("language"));
    if (reader_.info().kind == tabular::TableKind::kCsv) text = without_guard(std::move(text));
    Wanted wanted{{std::move(space), std::move(key), *language}, std::move(text), row.number};
    const auto [before, fresh] = seen_.emplace(wanted.id, row.number);
    if (!fresh)
      return fail(Error::invalid("text.twice",
                                 "The text stands in line " + std::to_string(before->second) + " already.")
                      .at("key")
                      .with("first", std::to_string(before->second)));
    out_.wanted.push_back(std::move(wanted));
    return {};
  }

  tabular::TableReader& reader_;
  std::array<std::size_t, std::size(kNeeded)> columns_{};
  std::map<TextId, std::int64_t> seen_;
  std::string key_;  // of the row at hand
  TextFile out_;
};

}  // namespace

std::string to_csv(std::span<const Text> texts, char separator) {
  std::string out = "\xEF\xBB\xBF";
  const auto line = [&](const auto& cells) {
    bool first = true;
    for (const std::string_view cell : cells) {
      if (!std::exchange(first, false)) out += separator;
      tabular::append_csv_cell(out, cell, separator, true);
    }
    out += "\r\n";
  };
  line(kColumns);
  for (const Text& text : texts) line(cells_of(text));
  return out;
}

std::string to_json_rows(std::span<const Text> texts) {
  std::string out = "[";
  bool first = true;
  for (const Text& text : texts) {
    out += std::exchange(first, false) ? "\n" : ",\n";
    JsonWriter json(out);
    json.begin_object();
    const auto cells = cells_of(text);
    for (std::size_t i = 0; i < cells.size(); ++i) json.key(kColumns[i]).string(cells[i]);
    json.end_object();
  }
  out += "\n]\n";
  return out;
}

Result<TextFile> read_file(const std::filesystem::path& path, std::string_view name) {
  tabular::ReadOptions options;
  options.file_name = name;
  options.limits.max_rows = kMaxRows;
  options.limits.max_file_bytes = kMaxFileBytes;
  options.limits.max_unpacked_bytes = 256 << 20;
  options.limits.max_cell_bytes = 64 << 10;
  TRY_ASSIGN(reader, tabular::open_table(path, options));
  return FileReader(*reader).run();
}

}  // namespace opsflux::texts
