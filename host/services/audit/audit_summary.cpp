// What happened in a span of time, in sums.
#include "host/base/json_writer.hpp"
#include "host/base/text.hpp"
#include "host/services/audit/audit_trail.hpp"

namespace opsflux::audit_service {
namespace {

constexpr UtcNs kDay = 86'400'000'000'000;
constexpr std::int64_t kMaxDays = 3660;

struct Span {
  UtcNs from = 0, to = 0;
};

Result<UtcNs> time_of(std::string_view name, const std::string& text) {
  const auto time = parse_utc(is_date(text) ? text + "T00:00:00Z" : text);
  if (!time) return fail(bad_parameter(name, text, "a day (2026-11-21) or a time (2026-11-21T07:05:00Z)"));
  return *time;
}

Result<Span> span_of(const SummaryQuery& query, UtcNs now) {
  Span span{now - 30 * kDay, now};
  if (!query.to.empty()) {
    TRY_ASSIGN(to, time_of("to", query.to));
    span.to = is_date(query.to) ? to + kDay : to;
    span.from = span.to - 30 * kDay;
  }
  if (!query.from.empty()) {
    TRY_ASSIGN(from, time_of("from", query.from));
    span.from = from;
  }
  if (span.from >= span.to || span.to - span.from > kMaxDays * kDay)
    return fail(bad_parameter("from", query.from, "before \"to\", by ten years at most"));
  return span;
}

// The largest groups by one column, each as an object.
struct Grouping {
  std::string_view list, name, column;
};
constexpr Grouping kGroupings[] = {{"actions", "action", "a.action"}, {"entities", "entity", "a.entity"}};

}  // namespace

Result<SummaryQuery> summary_query(const http::Request& request) {
  SummaryQuery query;
  for (const auto& [name, value] : request.query_all()) {
    if (name == "from")
      query.from = value;
    else if (name == "to")
      query.to = value;
    else if (name == "filter")
      query.filter = value;
    else
      return fail(unknown_parameter(name, "from, to and filter"));
  }
  return query;
}

Result<std::string> AuditTrail::summary(const SummaryQuery& query) const {
  TRY_ASSIGN(span, span_of(query, clock_.now()));
  TRY_ASSIGN(found, AuditConditions::compile({query.filter}, people_, database_.dialect(), clock_));
  const std::string from = found.parameter(format_utc(span.from)), to = found.parameter(format_utc(span.to));
  found.add("a.at >= " + from + " AND a.at < " + to);
  const std::string rest = found.from + found.where;
  const std::string day =
      database_.embedded() ? "substr(a.at, 1, 10)" : "to_char(a.at AT TIME ZONE 'UTC', 'YYYY-MM-DD')";
  const std::string name = "COALESCE(u." + people_.name + ", a.actor_name)";
  std::string out;
  TRY(database_.read([&](store::Session& session) -> Result<void> {
    out.clear();
    JsonWriter json(out);
    std::int64_t total = 0, refused = 0;
    json.begin_object().key("from").string(format_utc(span.from)).key("to").string(format_utc(span.to));
    json.key("days").begin_array();
    TRY(session.query("SELECT " + day + ", count(*), sum(CASE WHEN a.result = 'refused' THEN 1 ELSE 0 END)" +
                          rest + " GROUP BY 1 ORDER BY 1",
                      found.params(), [&](const store::Row& row) {
                        json.begin_object().key("day").string(row.text(0)).key("count").number(row.i64(1));
                        json.key("refused").number(row.i64(2)).end_object();
                        total += row.i64(1);
                        refused += row.i64(2);
                        return true;
                      }));
    json.end_array();
    for (const Grouping& by : kGroupings) {
      json.key(by.list).begin_array();
      TRY(session.query("SELECT " + std::string(by.column) + ", count(*)" + rest +
                            " GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 20",
                        found.params(), [&](const store::Row& row) {
                          json.begin_object().key(by.name).string(row.text(0));
                          json.key("count").number(row.i64(1)).end_object();
                          return true;
                        }));
      json.end_array();
    }
    json.key("people").begin_array();
    TRY(session.query(
        "SELECT a.actor_id, " + name + ", count(*)" + rest + " GROUP BY 1, 2 ORDER BY 3 DESC, 2, 1 LIMIT 20",
        found.params(), [&](const store::Row& row) {
          json.begin_object().key("id");
          if (row.is_null(0))
            json.null();
          else
            json.string(row.text(0));
          json.key("name").string(row.text(1)).key("count").number(row.i64(2)).end_object();
          return true;
        }));
    json.end_array().key("total").number(total).key("refused").number(refused).end_object();
    return {};
  }));
  return out;
}

}  // namespace opsflux::audit_service
