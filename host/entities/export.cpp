#include "host/entities/export.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "host/base/ids.hpp"
#include "host/base/json_writer.hpp"
#include "host/base/text.hpp"
#include "host/entities/duration.hpp"
#include "host/entities/record_io.hpp"
#include "host/tabular/csv_cell.hpp"
#include "host/tabular/table_writer.hpp"

namespace opsflux::entities {
namespace {

constexpr std::size_t kFlush = 256 << 10;

// A number stays one; everything a person typed is text.
bool may_be_formula(const Field& field) {
  return storage_of(field.type) == Storage::kText || storage_of(field.type) == Storage::kJson;
}

// The names of what described_files() gave: "a.pdf; b.png".
std::string file_names(std::string_view described) {
  const auto json = parse_json(described);
  std::string out;
  for (const Json& file : json && json->is_array() ? *json : Json::array({json ? *json : Json()}))
    if (file.is_object()) out += (out.empty() ? "" : "; ") + get_string_or(file, "name", "");
  return out;
}

// The column of a list's row that describes the files of a field.
int files_column(const EntityEntry& entity, const CompiledList& list, std::size_t index) {
  const std::vector<std::size_t>& files = list.labels.files;
  const std::size_t people = list.labels.people && entity.people != nullptr ? 2 : 0;
  return static_cast<int>(kSystemFields + entity.definition->fields.size() + list.labels.fields.size() +
                          people) +
         static_cast<int>(std::find(files.begin(), files.end(), index) - files.begin());
}

std::vector<std::string> items_of(std::string_view stored) {
  const auto json = parse_json(stored);
  std::vector<std::string> out;
  if (json && json->is_array())
    for (const Json& item : *json)
      if (item.is_string()) out.push_back(item.get<std::string>());
  return out;
}

class Exporter {
 public:
  Exporter(const EntityEntry& entity, const CompiledList& list, store::Dialect dialect,
           const ExportOptions& options, ExportFile& out)
      : entity_(entity), list_(list), dialect_(dialect), options_(options), out_(out) {}

  void begin() {
    if (options_.format == ExportFormat::kJson) buffer_ += "[";
    if (options_.format == ExportFormat::kCsv) header();
  }

  Result<void> row(const store::Row& row) {
    if (options_.format == ExportFormat::kCsv) {
      csv_row(row);
    } else {
      if (options_.format == ExportFormat::kJson) buffer_ += out_.rows == 0 ? "\n" : ",\n";
      JsonWriter json(buffer_);
      write_row(json, entity_, row, dialect_, list_.fields, list_.labels, list_.expansions);
      if (options_.format == ExportFormat::kNdjson) buffer_ += "\n";
    }
    ++out_.rows;
    return buffer_.size() < kFlush ? Result<void>() : flush();
  }

  Result<void> end() {
    if (options_.format == ExportFormat::kJson) buffer_ += "\n]\n";
    return flush();
  }

 private:
  void cell(std::string_view text, bool formula_safe) {
    if (!first_) buffer_ += options_.separator;
    first_ = false;
    tabular::append_csv_cell(buffer_, text, options_.separator, formula_safe);
  }
  void end_line() {
    buffer_ += "\r\n";
    first_ = true;
  }

  // The byte order mark makes Excel read UTF-8.
  void header() {
    buffer_ += "\xEF\xBB\xBF";
    cell("id", false);
    for (const std::size_t index : list_.fields) cell(entity_.definition->fields[index].name, false);
    for (const std::size_t index : list_.labels.fields)
      cell(entity_.definition->fields[index].name + "_label", false);
    for (const char* column : {"version", "created_at", "updated_at"}) cell(column, false);
    end_line();
  }

  void csv_row(const store::Row& row) {
    cell(row.text(0), false);
    for (const std::size_t index : list_.fields) field(row, index);
    int column = static_cast<int>(kSystemFields + entity_.definition->fields.size());
    for (std::size_t i = 0; i < list_.labels.fields.size(); ++i, ++column)
      cell(row.is_null(column) ? std::string_view() : row.text(column), true);
    for (const int system : {1, 2, 4}) cell(row.text(system), false);
    end_line();
  }

  void field(const store::Row& row, std::size_t index) {
    const Field& field = entity_.definition->fields[index];
    const int column = static_cast<int>(kSystemFields + index);
    if (row.is_null(column)) return cell("", false);
    if (field.type == FieldType::kBoolean) return cell(row.boolean(column) ? "true" : "false", false);
    if (storage_of(field.type) == Storage::kDecimal && dialect_ == store::Dialect::kSqlite)
      return cell(scaled_to_decimal(row.i64(column), field.scale), false);
    if (field.type == FieldType::kDuration) return cell(iso_duration(row.i64(column)), false);
    if (is_file(field.type)) return cell(file_names(row.text(files_column(entity_, list_, index))), true);
    if (is_text_list(field.type)) return cell(join(items_of(row.text(column)), "; "), true);
    cell(row.text(column), may_be_formula(field));
  }

  Result<void> flush() {
    if (options_.cancelled && options_.cancelled())
      return fail(Error::make(ErrorKind::kCancelled, "entity.export_cancelled",
                              "Nobody waits for the export any more."));
    for (std::string_view left = buffer_; !left.empty();) {
      const ssize_t n = ::write(out_.file.get(), left.data(), left.size());
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return fail(file_error(errno, "export", "write"));
      left.remove_prefix(static_cast<std::size_t>(n));
    }
    out_.size += buffer_.size();
    buffer_.clear();
    return {};
  }

  const EntityEntry& entity_;
  const CompiledList& list_;
  const store::Dialect dialect_;
  const ExportOptions& options_;
  ExportFile& out_;
  std::string buffer_;
  bool first_ = true;
};

// What people call the parts of an entity; where no module says so, their names.
class Labels {
 public:
  Labels(const Engine& engine, const EntityEntry& entity, const Caller& caller)
      : engine_(engine), entity_(*entity.definition), caller_(caller) {}

  std::string many() const { return word("many", entity_.plural); }
  std::string field(const std::string& name) const { return word("field." + name + ".label", name); }
  std::string value(const Field& field, const std::string& value) const {
    return word("enum." + field.name + "." + value, value);
  }
  // Of what every entity has, by the core's own texts.
  std::string common(const std::string& name) const { return or_else("record.field." + name, name); }
  // Where the comma parts decimals, days come first in dates.
  bool english() const { return caller_.language == "en" || caller_.language.empty(); }

 private:
  std::string word(const std::string& key, const std::string& otherwise) const {
    return or_else(entity_.module + ".entity." + entity_.entity + "." + key, otherwise);
  }
  std::string or_else(const std::string& key, const std::string& otherwise) const {
    std::string text = engine_.word(caller_, key);
    return text.empty() ? otherwise : text;
  }

  const Engine& engine_;
  const Definition& entity_;
  const Caller& caller_;
};

// Workbooks and PDF: cells with their types, by the layer of tables.
class OfficeExporter {
 public:
  OfficeExporter(const EntityEntry& entity, const CompiledList& list, store::Dialect dialect, Labels labels)
      : entity_(entity), list_(list), dialect_(dialect), labels_(labels) {}

  Result<void> begin(const std::filesystem::path& path, ExportFormat format) {
    std::vector<tabular::OutputColumn> columns;
    for (const std::size_t index : list_.fields) {
      const std::string& name = entity_.definition->fields[index].name;
      columns.push_back({name, labels_.field(name), 0});
    }
    for (const char* name : {"created_at", "updated_at"}) columns.push_back({name, labels_.common(name), 0});
    tabular::WriteOptions options;
    options.title = labels_.many();
    options.decimal_comma = !labels_.english();
    options.yes = labels_.common("yes");
    options.no = labels_.common("no");
    options.cut_long_texts = true;
    TRY_ASSIGN(writer, tabular::create_table(path,
                                             format == ExportFormat::kXlsx ? tabular::OutputKind::kXlsx
                                                                           : tabular::OutputKind::kPdf,
                                             std::move(columns), options));
    writer_ = std::move(writer);
    return {};
  }

  Result<void> row(const store::Row& row) {
    cells_.clear();
    for (const std::size_t index : list_.fields) cells_.push_back(cell(row, index));
    for (const int column : {2, 4}) cells_.push_back(time_of(row.text(column)));
    return writer_->row(cells_);
  }

  Result<void> end() {
    TRY(writer_->finish());
    return {};
  }

 private:
  // A reference is shown by the title of what it points to.
  tabular::Cell cell(const store::Row& row, std::size_t index) const {
    const Field& field = entity_.definition->fields[index];
    const auto label = std::find(list_.labels.fields.begin(), list_.labels.fields.end(), index);
    const int column =
        static_cast<int>(label == list_.labels.fields.end()
                             ? kSystemFields + index
                             : kSystemFields + entity_.definition->fields.size() +
                                   static_cast<std::size_t>(label - list_.labels.fields.begin()));
    if (row.is_null(column)) return {};
    if (label != list_.labels.fields.end()) return row.string(column);
    if (is_file(field.type)) return file_names(row.text(files_column(entity_, list_, index)));
    const FieldValue value = read_value(field, row, column, dialect_);
    if (const auto* flag = std::get_if<bool>(&value)) return *flag;
    if (const auto* number = std::get_if<std::int64_t>(&value))
      return tabular::Number{std::to_string(*number)};
    const std::string& text = std::get<std::string>(value);
    switch (storage_of(field.type)) {
      case Storage::kDecimal:
        return tabular::Number{text};
      case Storage::kDate:
        return date_of(text);
      case Storage::kTimestamp:
        return time_of(text);
      case Storage::kJson:
        return is_text_list(field.type) ? items(text, field) : text;
      default:
        return field.type == FieldType::kEnum ? labels_.value(field, text) : text;
    }
  }
  // "a; b"; choices by what they are called.
  std::string items(std::string_view stored, const Field& field) const {
    std::string out;
    for (const std::string& item : items_of(stored))
      out +=
          (out.empty() ? "" : "; ") + (field.type == FieldType::kEnums ? labels_.value(field, item) : item);
    return out;
  }
  static tabular::Date date_of(std::string_view text) {
    return tabular::from_days(expression::parse_days(text.substr(0, 10)).value_or(0));
  }
  static tabular::Cell time_of(std::string_view text) {
    const auto micros = expression::parse_micros(text);
    if (!micros) return std::string(text);
    const std::int64_t seconds = *micros / 1'000'000;
    const std::int64_t day = seconds / 86'400 - (seconds % 86'400 < 0 ? 1 : 0), rest = seconds - day * 86'400;
    return tabular::DateTime{tabular::from_days(day),
                             static_cast<int>(rest / 3'600),
                             static_cast<int>(rest / 60 % 60),
                             static_cast<int>(rest % 60),
                             0,
                             true};
  }

  const EntityEntry& entity_;
  const CompiledList& list_;
  const store::Dialect dialect_;
  const Labels labels_;
  std::unique_ptr<tabular::TableWriter> writer_;
  std::vector<tabular::Cell> cells_;
};

// A name that nothing else has; the file is gone when this is.
struct NamedFile {
  explicit NamedFile(std::filesystem::path p) : path(std::move(p)) {}
  NamedFile(const NamedFile&) = delete;
  NamedFile& operator=(const NamedFile&) = delete;
  ~NamedFile() {
    std::error_code ignored;
    std::filesystem::remove(path, ignored);
  }
  std::filesystem::path path;
};

// Runs `work` for each row of the list, and counts.
template <class Work>
Result<void> each_row(store::Session& session, const CompiledList& list, const ExportOptions& options,
                      std::uint64_t& rows, Work work) {
  std::optional<Error> failed;
  rows = 0;
  TRY(session.stream(list.rows_sql, list.params(list.owned.size()), [&](const store::Row& row) {
    if (++rows % 1024 == 0 && options.cancelled && options.cancelled())
      failed = Error::make(ErrorKind::kCancelled, "entity.export_cancelled",
                           "Nobody waits for the export any more.");
    else if (auto done = work(row); !done)
      failed = std::move(done.error());
    return !failed;
  }));
  if (failed) return fail(std::move(*failed));
  return {};
}

Result<ExportFile> export_office(Engine& engine, const EntityEntry& entity, const Caller& caller,
                                 const Engine::PreparedList& prepared, const ExportOptions& options) {
  const CompiledList& list = prepared.compiled;
  ExportFile out;
  const NamedFile named(engine.temp_folder() / ("export-" + to_hex(random_bytes(12))));
  TRY(engine.database().read(prepared.rows_for, [&](store::Session& session) -> Result<void> {
    OfficeExporter exporter(entity, list, session.dialect(), Labels(engine, entity, caller));
    TRY(exporter.begin(named.path, options.format));
    TRY(each_row(session, list, options, out.rows, [&](const store::Row& row) { return exporter.row(row); }));
    return exporter.end();
  }));
  out.file = FileDescriptor(::open(named.path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!out.file) return fail(file_error(errno, named.path.string(), "open"));
  std::error_code ec;
  out.size = std::filesystem::file_size(named.path, ec);
  return out;
}

}  // namespace

Result<ExportFile> export_records(Engine& engine, const Catalog& catalog, const EntityEntry& entity,
                                  const Caller& caller, ListQuery query, const ExportOptions& options) {
  query.unlimited = true;
  query.count = false;
  query.totals.clear();
  query.action = kExport;
  TRY_ASSIGN(prepared, engine.prepare_list(catalog, entity, caller, query));
  if (options.format == ExportFormat::kXlsx || options.format == ExportFormat::kPdf) {
    TRY_ASSIGN(made, export_office(engine, entity, caller, prepared, options));
    TRY(engine.audit_export(entity, caller, query.filter, static_cast<std::int64_t>(made.rows)));
    return made;
  }
  ExportFile out;
  TRY_ASSIGN(file, make_temporary_file(engine.temp_folder()));
  out.file = std::move(file);
  TRY(engine.database().read(prepared.rows_for, [&](store::Session& session) -> Result<void> {
    out.size = out.rows = 0;
    if (::ftruncate(out.file.get(), 0) != 0 || ::lseek(out.file.get(), 0, SEEK_SET) != 0)
      return fail(file_error(errno, "export", "truncate"));
    Exporter exporter(entity, prepared.compiled, session.dialect(), options, out);
    exporter.begin();
    std::optional<Error> failed;
    TRY(session.stream(prepared.compiled.rows_sql, prepared.compiled.params(prepared.compiled.owned.size()),
                       [&](const store::Row& row) {
                         if (auto done = exporter.row(row); !done) failed = std::move(done.error());
                         return !failed;
                       }));
    if (failed) return fail(std::move(*failed));
    return exporter.end();
  }));
  TRY(engine.audit_export(entity, caller, query.filter, static_cast<std::int64_t>(out.rows)));
  return out;
}

}  // namespace opsflux::entities
