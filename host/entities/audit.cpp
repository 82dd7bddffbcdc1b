#include "host/entities/audit.hpp"

#include "host/base/json_writer.hpp"
#include "host/base/text.hpp"
#include "host/store/database.hpp"

namespace opsflux::entities {
namespace {

constexpr std::string_view kColumns =
    "id, at, actor_id, actor_name, via, address, action, entity, record_id, changes";
constexpr int kColumnCount = 10;
constexpr std::string_view kGenesis = "0000000000000000000000000000000000000000000000000000000000000000";

// What is hashed: a JSON array of the row's texts, so that no two rows have the same text. `changes` is
// hashed as the database returns it; PostgreSQL's jsonb has one canonical text for each document.
std::string canonical(const store::Row& row) {
  std::string out;
  JsonWriter json(out);
  json.begin_array();
  for (int i = 0; i < kColumnCount; ++i) {
    if (row.is_null(i))
      json.null();
    else
      json.string(row.text(i));
  }
  json.end_array();
  return out;
}

std::string chain(std::string_view previous, std::string_view text) {
  return sha256_hex(std::string(previous) + "\n" + std::string(text));
}

}  // namespace

Result<void> Audit::write(store::Transaction& transaction, const Caller& caller,
                          const AuditEntry& entry) const {
  const std::string id = ids_.next(), at = format_utc(clock_.now());
  const std::string name = caller.system ? "system" : caller.name;
  const std::vector<store::Value> values = {std::string_view(id),
                                            std::string_view(at),
                                            store::text_or_null(std::string_view(caller.user_id)),
                                            store::text_or_null(std::string_view(name)),
                                            store::text_or_null(std::string_view(caller.via)),
                                            store::text_or_null(std::string_view(caller.address)),
                                            std::string_view(entry.action),
                                            std::string_view(entry.entity),
                                            store::text_or_null(std::string_view(entry.record_id)),
                                            store::text_or_null(std::string_view(entry.changes))};
  auto written = transaction.execute(
      "INSERT INTO core_audit (id, at, actor_id, actor_name, via, address, action, entity, record_id, "
      "changes) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
      values);
  if (!written) return fail(std::move(written.error()));
  return {};
}

Result<std::int64_t> Audit::seal(store::Transaction& transaction, int limit) const {
  std::int64_t seq = 0;
  std::string previous(kGenesis);
  TRY(transaction.query("SELECT seq, hash FROM core_audit WHERE seq IS NOT NULL ORDER BY seq DESC LIMIT 1",
                        {}, [&](const store::Row& row) {
                          seq = row.i64(0);
                          previous = row.text(1);
                          return false;
                        }));
  std::vector<std::pair<std::string, std::string>> rows;  // id, canonical text
  TRY(transaction.query(
      "SELECT " + std::string(kColumns) + " FROM core_audit WHERE seq IS NULL ORDER BY id LIMIT $1",
      {static_cast<std::int64_t>(limit)}, [&](const store::Row& row) {
        rows.emplace_back(row.text(0), canonical(row));
        return true;
      }));
  for (const auto& [id, text] : rows) {
    previous = chain(previous, text);
    auto changed = transaction.execute("UPDATE core_audit SET seq = $1, hash = $2 WHERE id = $3",
                                       {++seq, std::string_view(previous), std::string_view(id)});
    if (!changed) return fail(std::move(changed.error()));
  }
  return static_cast<std::int64_t>(rows.size());
}

Result<Audit::Verdict> Audit::verify(store::Session& session) const {
  Verdict verdict;
  std::string previous(kGenesis);
  TRY(session.query(
      "SELECT " + std::string(kColumns) + ", seq, hash FROM core_audit WHERE seq IS NOT NULL ORDER BY seq",
      {}, [&](const store::Row& row) {
        const std::int64_t seq = row.i64(kColumnCount);
        const std::string expected = chain(previous, canonical(row));
        if (seq != verdict.sealed + 1 || expected != row.text(kColumnCount + 1)) {
          verdict.intact = false;
          verdict.reason = seq != verdict.sealed + 1 ? "removed" : "altered";
          verdict.broken_seq = verdict.sealed + 1;
          verdict.broken_id = row.text(0);
          return false;
        }
        previous = expected;
        ++verdict.sealed;
        return true;
      }));
  TRY(session.query("SELECT count(*) FROM core_audit WHERE seq IS NULL", {}, [&](const store::Row& row) {
    verdict.unsealed = row.i64(0);
    return false;
  }));
  return verdict;
}

}  // namespace opsflux::entities
