#include "host/services/audit/audit_trail.hpp"

#include <unistd.h>

#include <nlohmann/json.hpp>

#include "host/base/json.hpp"
#include "host/base/json_writer.hpp"
#include "host/services/audit/audit_row.hpp"

namespace opsflux::audit_service {
namespace {

constexpr std::size_t kFlush = 256 << 10;  // bytes

class Exporter {
 public:
  Exporter(const TrailExport& options, entities::ExportFile& out) : options_(options), out_(out) {}

  void begin() {
    if (options_.format == entities::ExportFormat::kCsv) buffer_ = csv_header(options_.separator);
    if (options_.format == entities::ExportFormat::kJson) buffer_ = "[";
  }

  Result<void> row(const store::Row& row) {
    if (options_.format == entities::ExportFormat::kCsv) {
      append_csv(buffer_, row, options_.separator);
    } else {
      if (options_.format == entities::ExportFormat::kJson) buffer_ += out_.rows == 0 ? "\n" : ",\n";
      JsonWriter json(buffer_);
      json.begin_object();
      write_members(json, row);
      json.end_object();
      if (options_.format == entities::ExportFormat::kNdjson) buffer_ += "\n";
    }
    ++out_.rows;
    return buffer_.size() < kFlush ? Result<void>() : flush();
  }

  Result<void> end() {
    if (options_.format == entities::ExportFormat::kJson) buffer_ += "\n]\n";
    return flush();
  }

 private:
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

  const TrailExport& options_;
  entities::ExportFile& out_;
  std::string buffer_;
};

}  // namespace

AuditTrail::AuditTrail(store::Database& database, const entities::Audit& audit, const Clock& clock,
                       std::filesystem::path temp_folder, People people)
    : database_(database),
      audit_(audit),
      clock_(clock),
      temp_folder_(std::move(temp_folder)),
      people_(std::move(people)) {}

Result<std::string> AuditTrail::list(const AuditQuery& query) const {
  TRY_ASSIGN(counted, AuditConditions::compile(query, people_, database_.dialect(), clock_));
  AuditConditions found = counted;
  TRY(found.start_after(query.cursor));
  const std::string limit = found.parameter(query.page_size + 1);
  const std::string sql =
      audit_select(people_) + found.from + found.where + std::string(kNewestFirst) + " LIMIT " + limit;
  std::string out;
  TRY(database_.read([&](store::Session& session) -> Result<void> {
    out.clear();
    JsonWriter json(out);
    std::int64_t rows = 0, total = 0;
    std::string last, next;
    json.begin_object().key("data").begin_array();
    TRY(session.query(sql, found.params(), [&](const store::Row& row) {
      if (++rows > query.page_size) {
        next = last;
        return false;
      }
      json.begin_object();
      write_members(json, row);
      json.end_object();
      last = cursor_after(row.text(1), row.text(0));
      return true;
    }));
    json.end_array().key("meta").begin_object().key("page_size").number(query.page_size);
    if (query.count) {
      TRY(session.query_one("SELECT count(*)" + counted.from + counted.where, counted.params(),
                            [&](const store::Row& row) { total = row.i64(0); }));
      json.key("total").number(total);
    }
    json.key("next_cursor");
    if (next.empty())
      json.null();
    else
      json.string(next);
    json.end_object().end_object();
    return {};
  }));
  return out;
}

Result<std::string> AuditTrail::read(std::string_view id) const {
  TRY_ASSIGN(found, AuditConditions::compile({}, people_, database_.dialect(), clock_));
  const std::string place = found.parameter(std::string(id));
  const std::string sql = audit_select(people_) +
                          ", (SELECT p.hash FROM core_audit p WHERE p.seq = a.seq - 1)" + found.from +
                          found.where + " AND a.id = " + place;
  std::string out;
  bool there = false;
  TRY(database_.read([&](store::Session& session) -> Result<void> {
    out.clear();
    JsonWriter json(out);
    TRY_ASSIGN(any, session.query_one(sql, found.params(), [&](const store::Row& row) {
      json.begin_object();
      write_members(json, row);
      json.key("previous_hash");
      if (row.is_null(row.columns() - 1))
        json.null();
      else
        json.string(row.text(row.columns() - 1));
      json.end_object();
    }));
    there = any;
    return {};
  }));
  if (!there)
    return fail(Error::not_found("audit.no_row",
                                 "There is no such row in the audit trail. It may have been "
                                 "removed at the end of its time."));
  return out;
}

Result<entities::ExportFile> AuditTrail::export_rows(const Caller& caller, const AuditQuery& query,
                                                     const TrailExport& options) const {
  TRY_ASSIGN(found, AuditConditions::compile(query, people_, database_.dialect(), clock_));
  const std::string sql = audit_select(people_) + found.from + found.where + std::string(kNewestFirst);
  entities::ExportFile out;
  TRY_ASSIGN(file, make_temporary_file(temp_folder_));
  out.file = std::move(file);
  TRY(database_.read([&](store::Session& session) -> Result<void> {
    out.size = out.rows = 0;
    if (::ftruncate(out.file.get(), 0) != 0 || ::lseek(out.file.get(), 0, SEEK_SET) != 0)
      return fail(file_error(errno, "export", "truncate"));
    Exporter exporter(options, out);
    exporter.begin();
    std::optional<Error> failed;
    TRY(session.stream(sql, found.params(), [&](const store::Row& row) {
      if (auto done = exporter.row(row); !done) failed = std::move(done.error());
      return !failed;
    }));
    if (failed) return fail(std::move(*failed));
    return exporter.end();
  }));
  Json changes = Json::array({{{"field", "rows"}, {"before", nullptr}, {"after", out.rows}},
                              {{"field", "filter"}, {"before", nullptr}, {"after", query.filter}}});
  if (!query.q.empty()) changes.push_back({{"field", "q"}, {"before", nullptr}, {"after", query.q}});
  TRY(database_.write_now([&](store::Transaction& transaction) {
    return audit_.write(transaction, caller, {"exported", "audit", "", to_text(changes)});
  }));
  return out;
}

}  // namespace opsflux::audit_service
