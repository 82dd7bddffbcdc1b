// Random expressions on random records: the evaluator and a database must agree.
#pragma once

#include <gtest/gtest.h>

#include <random>

#include "host/entities/expression/test_table.hpp"

namespace opsflux::expression::testing {

// Writes expressions that are nearly always well typed, with values where things break.
class Generator {
 public:
  explicit Generator(std::uint64_t seed) : random_(seed) {}

  std::string condition(int depth) {
    if (depth <= 0)
      return pick({"active", "true", "has(score)", "score > 1", "kind == \"client\"", "\"vip\" in tags",
                   "rank != 0", "name == null"});
    switch (number(11)) {
      case 0:
        return "(" + condition(depth - 1) + " && " + condition(depth - 1) + ")";
      case 1:
        return "(" + condition(depth - 1) + " || " + condition(depth - 1) + " || " + condition(depth - 1) +
               ")";
      case 2:
        return "!" + ("(" + condition(depth - 1) + ")");
      case 3:
        return "(" + condition(depth - 1) + " ? " + condition(depth - 1) + " : " + condition(depth - 1) + ")";
      case 4:
        return exact(depth - 1) + relation() + exact(depth - 1);
      case 5:
        return text(depth - 1) + relation() + text(depth - 1);
      case 6:
        return text(depth - 1) + pick({".contains(", ".icontains("}) + text(depth - 1) + ")";
      case 7:
        return text(depth - 1) + pick({".startsWith(", ".endsWith("}) + text_literal() + ")";
      case 8:
        return moment(depth - 1) + relation() + moment(depth - 1);
      case 9:
        return exact(depth - 1) + " in [" + number_literal() + ", " + number_literal() + "]";
      default:
        return day(depth - 1) + relation() + day(depth - 1);
    }
  }

  std::string random_field_json_number() { return number_literal(); }

  Json record() {
    Json out = Json::object();
    maybe(out, "name", Json(some_text()));
    out["city"] = some_text();
    maybe(out, "kind", Json(pick({"client", "supplier", "partner"})));
    maybe(out, "score", Json(some_integer()));
    out["rank"] = some_integer();
    maybe(out, "amount", Json(decimal_text(some_integer() / 10, 2)));
    maybe(out, "price", Json(decimal_text(some_integer() / 10, 4)));
    maybe(out, "active", Json(number(2) == 0));
    maybe(out, "due",
          Json(pick({"2026-11-21", "1969-12-31", "0001-01-01", "9999-12-31", "2000-02-29", "2024-01-31"})));
    maybe(out, "start", Json(pick({"2026-11-21", "2026-11-20", "2000-03-01"})));
    maybe(out, "seen_at",
          Json(pick({"2026-11-21T07:05:03.123456Z", "1969-12-31T23:59:59.999999Z",
                     "2026-11-21T00:00:00.000000Z"})));
    maybe(out, "made_at", Json(pick({"2026-11-21T07:05:03.123455Z", "1970-01-01T00:00:00.000000Z"})));
    maybe(out, "tags", Json::array({some_text(), "vip"}));
    return out;
  }

 private:
  std::size_t number(std::size_t below) { return random_() % below; }
  std::string pick(std::initializer_list<const char*> options) {
    return *(options.begin() + number(options.size()));
  }
  std::string relation() { return pick({" == ", " != ", " < ", " <= ", " > ", " >= "}); }
  void maybe(Json& out, const char* name, Json value) {
    if (number(4) != 0) out[name] = std::move(value);
  }

  std::string some_text() {
    return pick({"", "a", "A", "ab", "é", "É", "aé", "%", "_", "'", "''; DROP TABLE t; --", "\\",
                 "\U0001F600", "\uFFFD", "z", "Zoé", "\n"});
  }
  std::int64_t some_integer() {
    static constexpr std::int64_t kEdges[] = {0,
                                              1,
                                              -1,
                                              2,
                                              3,
                                              7,
                                              100,
                                              -100,
                                              4'000'000'000,
                                              INT64_MAX,
                                              INT64_MIN,
                                              INT64_MAX - 1,
                                              922'337'203'685'477'580};
    return kEdges[number(std::size(kEdges))];
  }
  std::string number_literal() {
    if (number(2) == 0) return std::to_string(some_integer());
    return pick(
        {"0.5", "2.50", "-0.01", "1.005", "1e3", "922337203685477.5807", "-7.25", "0.000001", "100.0"});
  }
  std::string text_literal() { return Json(some_text()).dump(); }

  std::string exact(int depth) {
    if (depth <= 0) return pick({"score", "rank", "amount", "price", "size(name)", "size(tags)"});
    switch (number(8)) {
      case 0:
        return number_literal();
      case 1:
        return "(" + exact(depth - 1) + pick({" + ", " - "}) + exact(depth - 1) + ")";
      case 2:
        return "(" + exact(depth - 1) + " * " + exact(depth - 1) + ")";
      case 3:
        return "(" + exact(depth - 1) + " / " + exact(depth - 1) + ")";
      case 4:
        return "(" + whole(depth - 1) + " % " + whole(depth - 1) + ")";
      case 5:
        return "(-" + exact(depth - 1) + ")";
      case 6:
        return "(" + condition(depth - 1) + " ? " + exact(depth - 1) + " : " + exact(depth - 1) + ")";
      default:
        return exact(0);
    }
  }
  std::string whole(int depth) {
    if (depth <= 0) return pick({"score", "rank", "3", "-1", "0"});
    return "(" + whole(depth - 1) + pick({" + ", " - ", " * ", " / ", " % "}) + whole(depth - 1) + ")";
  }
  std::string text(int depth) {
    if (depth <= 0) return pick({"name", "city", "kind", "parent.city", "user.id"});
    switch (number(4)) {
      case 0:
        return text_literal();
      case 1:
        return "(" + text(depth - 1) + " + " + text(depth - 1) + ")";
      case 2:
        return "(" + condition(depth - 1) + " ? " + text(depth - 1) + " : " + text(depth - 1) + ")";
      default:
        return text(0);
    }
  }
  std::string moment(int depth) {
    if (depth <= 0)
      return pick({"seen_at", "made_at", "now()", "timestamp(due)", "timestamp(\"2026-11-21T07:05:03.1Z\")"});
    switch (number(4)) {
      case 2:
        return in_calendar(pick({"seen_at", "made_at", "now()"}));
      case 0:
        return "(" + moment(depth - 1) + pick({" + ", " - "}) + span(depth - 1) + ")";
      case 1:
        return "(" + condition(depth - 1) + " ? " + moment(depth - 1) + " : " + moment(depth - 1) + ")";
      default:
        return moment(0);
    }
  }
  std::string day(int depth) {
    if (depth <= 0) return pick({"due", "start", "today()", "date(seen_at)", "date(\"2026-11-20\")"});
    if (number(3) == 0) return in_calendar(pick({"due", "start", "today()", "date(seen_at)"}));
    return number(2) == 0 ? day(0) : "(" + day(depth - 1) + pick({" + ", " - "}) + span(depth - 1) + ")";
  }
  std::string in_calendar(const std::string& of) {
    const std::string moment = number(3) == 0 ? in_calendar(of) : of;
    if (number(2) == 0)
      return "startOf(" + moment + ", " +
             pick({"\"day\"", "\"week\"", "\"month\"", "\"quarter\"", "\"year\""}) + ")";
    return "addMonths(" + moment + ", " +
           pick({"1", "-1", "3", "-25", "119987", "-119987", "rank", "score"}) + ")";
  }
  std::string span(int depth) {
    if (depth <= 0)
      return pick(
          {"duration(\"1d\")", "duration(\"-36h\")", "duration(\"1us\")", "duration(\"100000000d\")"});
    switch (number(4)) {
      case 0:
        return "(" + moment(depth - 1) + " - " + moment(depth - 1) + ")";
      case 1:
        return "(" + day(depth - 1) + " - " + day(depth - 1) + ")";
      case 2:
        return "(-" + span(depth - 1) + ")";
      default:
        return span(0);
    }
  }

  std::mt19937_64 random_;
};

// Returns how many expressions were compared.
inline int fuzz(TestTable& table, std::uint64_t seed, int rounds, int records) {
  const Json vectors = load_vectors();
  const FieldList schema = schema_of(vectors);
  Generator generator(seed);
  table.create(schema);
  std::vector<std::vector<Value>> rows;
  for (int i = 0; i < records; ++i) {
    rows.push_back(record_of(vectors, schema, generator.record()));
    table.insert(i, schema, rows.back());
  }
  int compared = 0;
  for (int round = 0; round < rounds; ++round) {
    const std::string text = generator.condition(1 + round % 5);
    const auto expression = Expression::compile_condition(text, schema);
    const auto sql = expression ? expression->to_sql(table.dialect(), 1, context_of(vectors, rows[0]))
                                : Result<SqlFragment>(fail(expression.error()));
    if (!sql) {
      // Constants that overflow, scales that grow too large, and depth are refused; anything else is a
      // mistake here.
      const auto& code = sql.error().code;
      EXPECT_TRUE(code == "entity.filter_overflow" || code == "entity.filter_type" ||
                  code == "entity.filter_value" || code == "entity.filter_limit")
          << text << "\n"
          << sql.error().message;
      continue;
    }
    std::set<std::int64_t> expected;
    for (int i = 0; i < records; ++i)
      if (*expression->holds(context_of(vectors, rows[static_cast<std::size_t>(i)]))) expected.insert(i);
    try {
      EXPECT_EQ(table.matching(*sql), expected) << text << "\n" << sql->sql;
    } catch (const std::exception& e) {
      ADD_FAILURE() << text << "\n" << e.what() << "\n" << sql->sql;
    }
    ++compared;
    if (::testing::Test::HasFailure()) break;
  }
  return compared;
}

}  // namespace opsflux::expression::testing
