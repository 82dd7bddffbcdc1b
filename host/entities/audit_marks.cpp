// The marks of the audit trail, and the removal of what is older than has to be kept.
#include <sodium.h>

#include <nlohmann/json.hpp>

#include "host/base/json.hpp"
#include "host/base/json_writer.hpp"
#include "host/base/text.hpp"
#include "host/entities/audit_row.hpp"
#include "host/store/database.hpp"

namespace opsflux::entities {
namespace {

Caller system_caller() {
  Caller caller;
  caller.system = true;
  return caller;
}

Json noted(std::string_view field, Json after) {
  return {{"field", field}, {"before", nullptr}, {"after", std::move(after)}};
}

}  // namespace

std::string Audit::mac(std::string_view name, const AuditMark& mark) const {
  if (key_.empty()) return {};
  std::string text;
  JsonWriter json(text);
  json.begin_array().string(name).number(mark.seq).string(mark.hash).string(mark.at).number(mark.removed);
  json.end_array();
  std::string out(crypto_auth_BYTES, '\0');
  crypto_auth(reinterpret_cast<unsigned char*>(out.data()),
              reinterpret_cast<const unsigned char*>(text.data()), text.size(),
              reinterpret_cast<const unsigned char*>(key_.data()));
  return to_hex(out);
}

Result<std::optional<AuditMark>> Audit::find_mark(store::Session& session, std::string_view name,
                                                  bool& genuine) const {
  std::optional<AuditMark> mark;
  std::string found;
  TRY(session.query_one("SELECT seq, hash, at, removed, mac FROM core_audit_mark WHERE name = $1", {name},
                        [&](const store::Row& row) {
                          mark = AuditMark{row.i64(0), row.string(1), row.string(2), row.i64(3)};
                          found = row.string(4);
                        }));
  genuine = !mark || equal_constant_time(found, mac(name, *mark));
  return mark;
}

Result<void> Audit::store_mark(store::Transaction& transaction, std::string_view name,
                               const AuditMark& mark) const {
  const std::string code = mac(name, mark);
  TRY(transaction.execute("DELETE FROM core_audit_mark WHERE name = $1", {name}));
  TRY(transaction.execute(
      "INSERT INTO core_audit_mark (name, seq, hash, at, removed, mac) VALUES ($1, $2, $3, $4, $5, $6)",
      {name, mark.seq, std::string_view(mark.hash), std::string_view(mark.at), mark.removed,
       std::string_view(code)}));
  return {};
}

// The next row goes behind what the head says, not behind the last row that is there: where the newest rows
// were cut off, the gap stays and is found.
Result<AuditMark> Audit::head_to_continue(store::Transaction& transaction) const {
  bool genuine = false;
  TRY_ASSIGN(head, find_mark(transaction, "head", genuine));
  if (head && !genuine)
    return fail(
        Error::internal("audit.head_wrong",
                        "The head of the audit trail was not written by this instance, or its key file is "
                        "another one. See what opsflux audit verify says, then opsflux audit sign."));
  if (head) return *head;
  return fail(Error::internal("audit.head_missing",
                              "The head of the audit trail was removed. See what opsflux audit verify says, "
                              "then opsflux audit sign."));
}

Result<void> Audit::sign_anew(store::Transaction& transaction, const Caller& caller, std::string_view verdict,
                              bool quietly) const {
  bool genuine = false;
  TRY_ASSIGN(anchor, find_mark(transaction, "anchor", genuine));
  AuditMark head = anchor.value_or(AuditMark{0, std::string(kAuditGenesis), {}, 0});
  if (anchor && !genuine) TRY(store_mark(transaction, "anchor", *anchor));
  TRY(transaction.query_one(
      "SELECT seq, hash FROM core_audit WHERE seq IS NOT NULL ORDER BY seq DESC LIMIT 1", {},
      [&](const store::Row& row) {
        head.seq = row.i64(0);
        head.hash = row.string(1);
      }));
  head.at = format_utc(clock_.now());
  head.removed = 0;
  TRY(store_mark(transaction, "head", head));
  if (quietly) return {};
  const std::string changes =
      to_text(Json::array({noted("verdict", verdict), noted("seq", head.seq), noted("hash", head.hash)}));
  return write(transaction, caller, {"audit.signed_anew", "audit", "", changes});
}

namespace {

// A run of rows from the beginning of the chain that may go.
struct Run {
  AuditMark end;
  std::int64_t rows = 0;
  bool broken = false;
};

Result<Run> removable(store::Transaction& transaction, const AuditMark& anchor, const std::string& before,
                      int limit) {
  Run run;
  run.end = anchor;
  TRY(transaction.query("SELECT " + std::string(kAuditColumns) +
                            ", seq, hash FROM core_audit WHERE seq > $1 ORDER BY seq LIMIT $2",
                        {anchor.seq, static_cast<std::int64_t>(limit)}, [&](const store::Row& row) {
                          if (row.text(1) >= before) return false;
                          const std::string hash = audit_hash(run.end.hash, audit_text(row));
                          run.broken = row.i64(kAuditColumnCount) != run.end.seq + 1 ||
                                       row.text(kAuditColumnCount + 1) != hash;
                          if (run.broken) return false;
                          run.end.seq += 1;
                          run.end.hash = hash;
                          ++run.rows;
                          return true;
                        }));
  return run;
}

}  // namespace

Result<std::int64_t> Audit::prune(store::Transaction& transaction, UtcNs before, int limit) const {
  bool genuine = false;
  TRY_ASSIGN(found, find_mark(transaction, "anchor", genuine));
  const AuditMark anchor = found.value_or(AuditMark{0, std::string(kAuditGenesis), {}, 0});
  TRY_ASSIGN(run, removable(transaction, anchor, format_utc(before), limit));
  if (!genuine || run.broken)
    return fail(
        Error::internal("audit.chain_broken",
                        "Old rows of the audit trail are not removed: their chain does not hold. See what "
                        "opsflux audit verify says."));
  if (run.rows == 0) return 0;
  TRY(transaction.execute("DELETE FROM core_audit WHERE seq > $1 AND seq <= $2", {anchor.seq, run.end.seq}));
  run.end.at = format_utc(clock_.now());
  run.end.removed = anchor.removed + run.rows;
  TRY(store_mark(transaction, "anchor", run.end));
  const std::string changes =
      to_text(Json::array({noted("seq", run.end.seq), noted("hash", run.end.hash),
                           noted("before", format_utc(before)), noted("removed", run.rows)}));
  TRY(write(transaction, system_caller(), {"audit.pruned", "audit", "", changes}));
  return run.rows;
}

// The same day and time `years` years earlier; 28 February for the 29th.
static UtcNs years_before(UtcNs now, std::int64_t years) {
  using namespace std::chrono;
  const sys_time<nanoseconds> time{nanoseconds(now)};
  const auto day = floor<days>(time);
  year_month_day date{day};
  date -= std::chrono::years(years);
  if (!date.ok()) date = date.year() / date.month() / last;
  return (sys_days{date} + (time - day)).time_since_epoch().count();
}

Result<std::int64_t> Audit::prune_older_than(store::Database& database, std::int64_t years,
                                             const std::function<bool()>& stop) const {
  if (years <= 0) return 0;
  UtcNs now = clock_.now();
  TRY(database.read([&](store::Session& session) -> Result<void> {
    TRY(session.query_one("SELECT at FROM core_audit WHERE seq IS NOT NULL ORDER BY seq DESC LIMIT 1", {},
                          [&](const store::Row& row) {
                            now = std::min(clock_.now(), parse_utc(row.text(0)).value_or(clock_.now()));
                          }));
    return {};
  }));
  const UtcNs before = years_before(now, years);
  std::int64_t all = 0;
  for (std::int64_t removed = 1; removed > 0 && !(stop && stop()); all += removed)
    TRY(database.write_now([&](store::Transaction& transaction) -> Result<void> {
      TRY_ASSIGN(count, prune(transaction, before));
      removed = count;
      return {};
    }));
  return all;
}

}  // namespace opsflux::entities
