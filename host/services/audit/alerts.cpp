#include "host/services/audit/alerts.hpp"

#include <nlohmann/json.hpp>
#include <set>

#include "host/base/json.hpp"

namespace opsflux::audit_service {
// A row that a rule may speak about.
struct Suspect {
  std::string id, at, actor_id, actor_name, address, action, changes;
  std::int64_t seq = 0;
};

namespace {

constexpr std::int64_t kMost = 1000;  // rows of one evaluation

Result<std::vector<Suspect>> suspects(store::Transaction& transaction, std::int64_t after) {
  std::vector<Suspect> out;
  TRY(transaction.query(
      "SELECT id, at, actor_id, actor_name, address, action, changes, seq FROM core_audit WHERE "
      "seq > $1 AND action IN ('login.failed', 'login.refused', 'deleted', "
      "'exported') ORDER BY seq LIMIT $2",
      {after, kMost}, [&](const store::Row& row) {
        out.push_back({row.string(0), row.string(1), row.string(2), row.string(3), row.string(4),
                       row.string(5), row.string(6), row.i64(7)});
        return true;
      }));
  return out;
}

// The number that an export's row tells.
std::int64_t exported(const std::string& changes) {
  const auto list = parse_json(changes);
  if (list && list->is_array())
    for (const Json& change : *list) {
      if (get_string_or(change, "field", "") == "rows") return get_int_or(change, "after", 0);
    }
  return 0;
}

std::string minutes_before(std::string_view at, std::int64_t minutes) {
  return format_utc(parse_utc(at).value_or(0) -
                    std::chrono::nanoseconds(std::chrono::minutes(minutes)).count());
}

Result<std::int64_t> count(store::Transaction& transaction, std::string_view condition,
                           std::string_view subject, std::string_view since, std::string_view until) {
  std::int64_t out = 0;
  TRY(transaction.query_one(
      "SELECT count(*) FROM core_audit WHERE " + std::string(condition) + " = $1 AND at > $2 AND at <= $3",
      {subject, since, until}, [&](const store::Row& row) { out = row.i64(0); }));
  return out;
}

constexpr std::string_view kFailedFor = "action IN ('login.failed', 'login.refused') AND ";

struct Rule {
  std::string_view name;
  std::string condition;  // up to the "=" of the subject
  std::string Suspect::*subject;
  std::int64_t AlertLimits::*limit;
  bool log_ins;
};

const std::vector<Rule>& counting_rules() {
  static const std::vector<Rule> rules = {
      {"failed_log_ins_account", std::string(kFailedFor) + "actor_name", &Suspect::actor_name,
       &AlertLimits::failed_log_ins, true},
      {"failed_log_ins_address", std::string(kFailedFor) + "address", &Suspect::address,
       &AlertLimits::failed_log_ins, true},
      {"deletions", "action = 'deleted' AND actor_id", &Suspect::actor_id, &AlertLimits::deletions, false}};
  return rules;
}

Result<std::optional<std::int64_t>> last_judged(store::Transaction& transaction) {
  std::optional<std::int64_t> out;
  TRY(transaction.query_one("SELECT seq FROM core_audit_mark WHERE name = 'alerts'", {},
                            [&](const store::Row& row) { out = row.i64(0); }));
  return out;
}

// Vouches for nothing: whoever can change it can make alerts be late or come twice.
Result<void> judged(store::Transaction& transaction, std::int64_t seq, std::string_view at) {
  TRY(transaction.execute("DELETE FROM core_audit_mark WHERE name = 'alerts'"));
  TRY(
      transaction.execute("INSERT INTO core_audit_mark (name, seq, hash, at, removed, mac) VALUES "
                          "('alerts', $1, '', $2, 0, '')",
                          {seq, at}));
  return {};
}

}  // namespace

struct Alerts::Finding {
  std::string_view rule;
  const Suspect& row;
  std::string subject;
  std::int64_t count = 0, limit = 0, window_minutes = 0;
};

// Once for a subject in the window: the rows before say whether it was told already.
Result<bool> Alerts::raise(store::Transaction& transaction, const Finding& finding) const {
  const std::string entity = "alert." + std::string(finding.rule);
  const std::string since = minutes_before(finding.row.at, finding.window_minutes);
  TRY_ASSIGN(told, transaction.query_one(
                       "SELECT id FROM core_audit WHERE entity = $1 AND record_id = $2 AND at > $3 LIMIT 1",
                       {std::string_view(entity), std::string_view(finding.subject), std::string_view(since)},
                       [](const store::Row&) {}));
  if (told) return false;
  const Json payload = {{"rule", finding.rule},           {"subject", finding.subject},
                        {"name", finding.row.actor_name}, {"count", finding.count},
                        {"limit", finding.limit},         {"window_minutes", finding.window_minutes},
                        {"row", finding.row.id}};
  Json changes = Json::array();
  for (const char* field : {"count", "limit", "window_minutes", "row", "name"})
    changes.push_back({{"field", field}, {"before", nullptr}, {"after", payload[field]}});
  Caller system;
  system.system = true;
  system.address = finding.row.address;
  TRY(audit_.write(transaction, system, {"audit.alert", entity, finding.subject, to_text(changes)}));
  if (sink_) TRY(sink_(transaction, to_text(payload)));
  return true;
}

Result<int> Alerts::judge_export(store::Transaction& transaction, const AlertLimits& limits,
                                 const Suspect& row) const {
  const std::int64_t records = exported(row.changes);
  if (limits.exported_records == 0 || records < limits.exported_records) return 0;
  TRY_ASSIGN(told, raise(transaction,
                         {"export", row, row.id, records, limits.exported_records, limits.window_minutes}));
  return told ? 1 : 0;
}

Result<int> Alerts::judge(store::Transaction& transaction, const AlertLimits& limits, const Suspect& row,
                          Seen& seen) const {
  if (row.action == "exported") return judge_export(transaction, limits, row);
  int raised = 0;
  for (const Rule& rule : counting_rules()) {
    const std::int64_t limit = limits.*rule.limit;
    const std::string& subject = row.*rule.subject;
    if (rule.log_ins != row.action.starts_with("login.") || limit == 0 || subject.empty() ||
        !seen.emplace(rule.name, subject).second)
      continue;
    TRY_ASSIGN(number, count(transaction, rule.condition, subject,
                             minutes_before(row.at, limits.window_minutes), row.at));
    if (number < limit) continue;
    TRY_ASSIGN(told, raise(transaction, {rule.name, row, subject, number, limit, limits.window_minutes}));
    raised += told ? 1 : 0;
  }
  return raised;
}

Result<int> Alerts::evaluate(store::Transaction& transaction) const {
  std::int64_t newest = 0;
  std::string at = "1970-01-01T00:00:00.000000Z";
  TRY(transaction.query_one("SELECT seq, at FROM core_audit WHERE seq IS NOT NULL ORDER BY seq DESC LIMIT 1",
                            {}, [&](const store::Row& row) {
                              newest = row.i64(0);
                              at = row.string(1);
                            }));
  TRY_ASSIGN(last, last_judged(transaction));
  if (last && *last == newest) return 0;
  int raised = 0;
  if (last) {
    TRY_ASSIGN(rows, suspects(transaction, *last));
    const AlertLimits limits = limits_();
    Seen seen;  // of each subject the newest row tells enough
    for (auto row = rows.rbegin(); row != rows.rend(); ++row) {
      TRY_ASSIGN(told, judge(transaction, limits, *row, seen));
      raised += told;
    }
    if (rows.size() == kMost) newest = rows.back().seq;
  }
  TRY(judged(transaction, newest, at));
  return raised;
}

}  // namespace opsflux::audit_service
