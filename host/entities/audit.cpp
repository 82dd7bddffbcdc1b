#include "host/entities/audit.hpp"

#include <sodium.h>

#include <nlohmann/json.hpp>

#include "host/base/json.hpp"
#include "host/base/json_writer.hpp"
#include "host/base/text.hpp"
#include "host/entities/audit_reads.hpp"
#include "host/entities/audit_row.hpp"
#include "host/store/database.hpp"

namespace opsflux::entities {

// A JSON array of the row's texts, so that no two rows have the same text. `changes` is hashed as the
// database returns it; PostgreSQL's jsonb has one canonical text for each document.
std::string audit_text(const store::Row& row) {
  int count = kAuditFirstColumns;
  for (int i = kAuditFirstColumns; i < kAuditColumnCount; ++i)
    if (!row.is_null(i)) count = kAuditColumnCount;
  std::string out;
  JsonWriter json(out);
  json.begin_array();
  for (int i = 0; i < count; ++i) {
    if (row.is_null(i))
      json.null();
    else
      json.string(row.text(i));
  }
  json.end_array();
  return out;
}

std::string audit_hash(std::string_view previous, std::string_view text) {
  return sha256_hex(std::string(previous) + "\n" + std::string(text));
}

Audit::Audit(const Clock& clock, IdSource& ids)
    : clock_(clock), ids_(ids), reads_(std::make_unique<AuditReads>()) {}
Audit::~Audit() { sodium_memzero(key_.data(), key_.size()); }

AuditRow Audit::row_of(const Caller& caller, const AuditEntry& entry) const {
  AuditRow row{ids_.next(), format_utc(clock_.now()), caller, entry};
  // The host itself; on behalf of a person it keeps that person's name.
  if (caller.system && (caller.user_id.empty() || caller.name.empty())) row.caller.name = "system";
  if (!caller.actor_id.empty()) {
    row.caller.user_id = caller.actor_id;
    row.caller.name = caller.actor_name;
    row.caller.via = "as:" + caller.name;
  }
  return row;
}

Result<void> Audit::insert(store::Transaction& transaction, const AuditRow& row) {
  const auto optional = [](const std::string& text) { return store::text_or_null(std::string_view(text)); };
  const std::vector<store::Value> values = {std::string_view(row.id),
                                            std::string_view(row.at),
                                            optional(row.caller.user_id),
                                            optional(row.caller.name),
                                            optional(row.caller.via),
                                            optional(row.caller.address),
                                            std::string_view(row.entry.action),
                                            std::string_view(row.entry.entity),
                                            optional(row.entry.record_id),
                                            optional(row.entry.changes),
                                            optional(row.caller.session_id),
                                            optional(row.caller.user_agent),
                                            std::string_view(row.entry.reason.empty() ? "done" : "refused"),
                                            optional(row.entry.reason)};
  return transaction.post("INSERT INTO core_audit (" + std::string(kAuditColumns) +
                              ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
                          values);
}

Result<void> Audit::write(store::Transaction& transaction, const Caller& caller,
                          const AuditEntry& entry) const {
  return insert(transaction, row_of(caller, entry));
}

Result<void> Audit::note_read(const Caller& caller, const AuditRead& read) const {
  constexpr std::string_view kActions[] = {"read", "read.list", "read.aggregate", "read.export", "read.file"};
  AuditEntry entry{std::string(kActions[static_cast<std::size_t>(read.kind)]), read.entity, read.record_id};
  if (read.kind == AuditRead::Kind::kFile) {
    entry.changes = to_text(Json::array({{{"field", "file"}, {"before", nullptr}, {"after", read.filter}}}));
  } else if (read.kind != AuditRead::Kind::kRecord) {
    Json changes = Json::array({{{"field", "filter"}, {"before", nullptr}, {"after", read.filter}},
                                {{"field", "count"}, {"before", nullptr}, {"after", read.count}}});
    if (!read.page.empty()) changes.push_back({{"field", "page"}, {"before", nullptr}, {"after", read.page}});
    entry.changes = to_text(changes);
  }
  return reads_->add(row_of(caller, entry));
}

Result<std::int64_t> Audit::seal(store::Transaction& transaction, int limit) const {
  TRY_ASSIGN(head, head_to_continue(transaction));
  std::vector<std::pair<std::string, std::string>> rows;  // id, canonical text
  TRY(transaction.query(
      "SELECT " + std::string(kAuditColumns) + " FROM core_audit WHERE seq IS NULL ORDER BY id LIMIT $1",
      {static_cast<std::int64_t>(limit)}, [&](const store::Row& row) {
        rows.emplace_back(row.text(0), audit_text(row));
        return true;
      }));
  for (const auto& [id, text] : rows) {
    head.hash = audit_hash(head.hash, text);
    TRY(transaction.post("UPDATE core_audit SET seq = $1, hash = $2 WHERE id = $3",
                         {++head.seq, std::string_view(head.hash), std::string_view(id)}));
  }
  if (!rows.empty()) {
    head.at = format_utc(clock_.now());
    TRY(store_mark(transaction, "head", head));
  }
  return static_cast<std::int64_t>(rows.size());
}

}  // namespace opsflux::entities
