// The audit trail as those see it who have to answer for it: lists, one row, an export, sums.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "host/entities/audit.hpp"
#include "host/entities/export.hpp"
#include "host/services/audit/audit_query.hpp"

namespace opsflux::audit_service {

// A span of time for the sums; both empty: the last 30 days.
struct SummaryQuery {
  std::string from{}, to{};  // days or RFC 3339 times, UTC; `to` is not part of it, a day is
  std::string filter{};
};
Result<SummaryQuery> summary_query(const http::Request& request);

struct TrailExport {
  entities::ExportFormat format = entities::ExportFormat::kCsv;
  char separator = ',';
  std::function<bool()> cancelled{};  // asked now and then; true ends it with "entity.export_cancelled"
};

// Safe from any thread. All members block for the database; what it refers to must outlive it.
class AuditTrail {
 public:
  AuditTrail(store::Database& database, const entities::Audit& audit, const Clock& clock,
             std::filesystem::path temp_folder, People people = {});

  // {"data": [row…], "meta": {"page_size", "total", "next_cursor"}}, newest first. A row:
  // {"id", "at", "actor": {"id", "name"}, "via", "address", "session_id", "user_agent", "action", "entity",
  // "record_id", "changes": […], "result": "done" | "refused", "reason", "seq", "hash"}; seq and hash are
  // null until it is sealed. The actor's name is the one of now, or of then for those whom nobody knows.
  Result<std::string> list(const AuditQuery& query) const;
  // A row with "previous_hash", of the number before it; null when that was removed. "audit.no_row".
  Result<std::string> read(std::string_view id) const;
  // All that the query finds, newest first, in a file without a name. The export itself is audited.
  Result<entities::ExportFile> export_rows(const Caller& caller, const AuditQuery& query,
                                           const TrailExport& options) const;
  // {"from", "to", "total", "refused", "days": [{"day", "count", "refused"}], "actions": [{"action",
  // "count"}], "people": [{"id", "name", "count"}], "entities": [{"entity", "count"}]}; the twenty largest of
  // each.
  Result<std::string> summary(const SummaryQuery& query) const;

 private:
  store::Database& database_;
  const entities::Audit& audit_;
  const Clock& clock_;
  const std::filesystem::path temp_folder_;
  const People people_;
};

}  // namespace opsflux::audit_service
