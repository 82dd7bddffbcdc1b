#include "host/entities/export.hpp"

#include <unistd.h>

#include <nlohmann/json.hpp>

#include "host/base/json_writer.hpp"
#include "host/entities/duration.hpp"
#include "host/entities/record_io.hpp"
#include "host/tabular/csv_cell.hpp"

namespace opsflux::entities {
namespace {

constexpr std::size_t kFlush = 256 << 10;

// A number stays one; everything a person typed is text.
bool may_be_formula(const Field& field) {
  return storage_of(field.type) == Storage::kText || storage_of(field.type) == Storage::kJson;
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
    if (is_text_list(field.type)) return cell(items(row.text(column)), true);
    cell(row.text(column), may_be_formula(field));
  }

  static std::string items(std::string_view stored) {
    const auto json = parse_json(stored);
    std::string out;
    if (json && json->is_array())
      for (const Json& item : *json)
        if (item.is_string()) out += (out.empty() ? "" : "; ") + item.get<std::string>();
    return out;
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

}  // namespace

Result<ExportFile> export_records(Engine& engine, const Catalog& catalog, const EntityEntry& entity,
                                  const Caller& caller, ListQuery query, const ExportOptions& options) {
  query.unlimited = true;
  query.count = false;
  query.totals.clear();
  TRY_ASSIGN(prepared, engine.prepare_list(catalog, entity, caller, query));
  ExportFile out;
  TRY_ASSIGN(file, make_temporary_file(engine.temp_folder()));
  out.file = std::move(file);
  TRY(engine.database().read([&](store::Session& session) -> Result<void> {
    out.size = out.rows = 0;
    if (::ftruncate(out.file.get(), 0) != 0 || ::lseek(out.file.get(), 0, SEEK_SET) != 0)
      return fail(file_error(errno, "export", "truncate"));
    Exporter exporter(entity, prepared.compiled, session.dialect(), options, out);
    exporter.begin();
    std::optional<Error> failed;
    TRY(session.query(prepared.compiled.rows_sql, prepared.compiled.params(prepared.compiled.owned.size()),
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
