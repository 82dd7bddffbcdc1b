// Tests only: every type of field, and what a definition says of values in expressions.
#pragma once

#include <set>
#include <thread>

#include "host/entities/engine_fixture.hpp"

namespace opsflux::entities {

class EngineSuiteTypes : public EngineSuite {
 protected:
  void SetUp() override {
    add_entity(types_, Json::parse(R"({"entity": "person", "plural": "people", "table": "shop_person",
      "fields": [{"name": "name", "type": "text"}]})"));
    add_entity(types_, Json::parse(kJob));
    types_.set_people("shop.person");
    types_.link();
    person_ = must(create_in(types_, "shop.person", admin_, {{"name", "Ada"}})).id;
  }
  static constexpr const char* kJob =
      R"json({"entity": "job", "plural": "jobs", "table": "shop_job", "title": "title",
    "status": "state",
    "transitions": [
      {"from": ["draft"], "to": "ready", "if": "has(budget)"},
      {"from": ["ready"], "to": "done", "roles": ["manager"]},
      {"from": ["ready", "done"], "to": "draft"}],
    "rules": [{"id": "dates", "check": "!has(due) || due >= start", "fields": ["due"]}],
    "fields": [
      {"name": "title", "type": "text", "required": true},
      {"name": "number", "type": "sequence", "format": "JOB-{year}-{number:4}"},
      {"name": "state", "type": "enum", "values": ["draft", "ready", "done"], "default": "draft"},
      {"name": "about", "type": "richtext"},
      {"name": "currency", "type": "currency", "default": "EUR"},
      {"name": "budget", "type": "money", "currency": "currency", "precision": 12, "scale": 2,
       "read_only_if": "state == \"done\""},
      {"name": "fee", "type": "money", "currency": "USD"},
      {"name": "start", "type": "date", "default": "today"},
      {"name": "due", "type": "date"},
      {"name": "effort", "type": "duration"},
      {"name": "days", "type": "enums", "values": ["mon", "tue", "wed"]},
      {"name": "color", "type": "color"},
      {"name": "place", "type": "address"},
      {"name": "point", "type": "geo"},
      {"name": "helpers", "type": "references", "to": "shop.person", "max_items": 2},
      {"name": "about_what", "type": "any"},
      {"name": "above", "type": "parent"},
      {"name": "hours", "type": "decimal", "precision": 8, "scale": 1},
      {"name": "rate", "type": "decimal", "precision": 8, "scale": 3},
      {"name": "cost", "type": "decimal", "precision": 10, "scale": 2, "computed": "hours * rate"},
      {"name": "cost_with_tax", "type": "decimal", "precision": 10, "scale": 2, "computed": "cost * 1.2"},
      {"name": "span", "type": "duration", "computed": "due - start"},
      {"name": "reason", "type": "text", "required_if": "cost > 1000", "visible_if": "state != \"done\""}],
    "rights": {"manager": ["view", "create", "edit"], "user": ["view", "create", "edit"]}})json";

  Result<Written> job(const Json& input) { return create_in(types_, "shop.job", admin_, input); }
  Json shown_job(const std::string& id) { return shown(types_, *types_.find("shop.job"), id); }
  std::string refused(const Json& input) {
    Json whole = {{"title", "x"}};
    whole.update(input);
    const auto made = job(whole);
    return made ? "ok" : made.error().code + "@" + made.error().field;
  }
  std::string change(const std::string& id, const Caller& caller, const Json& input) {
    const auto made = update_in(types_, "shop.job", caller, id, input);
    return made ? "ok" : made.error().code + "@" + made.error().field;
  }
  std::string found(const std::string& filter) {
    ListQuery query;
    query.filter = filter;
    query.sort = "number";
    auto answer = engine_->list(types_, *types_.find("shop.job"), admin_, query);
    if (!answer) return answer.error().code + ": " + answer.error().message;
    const Json records = Json::parse(**answer)["data"];
    std::string out;
    for (const Json& record : records) out += record["title"].get<std::string>();
    return out;
  }
  Caller as(const char* role) const {
    Caller caller = user_;
    caller.role = role;
    return caller;
  }

  Catalog types_;
  std::string person_;
};

TEST_P(EngineSuiteTypes, GivesBackEveryTypeInItsOneForm) {
  const Json given = {{"title", "A"},
                      {"about", "**bold** <script>"},
                      {"budget", "1200.5"},
                      {"effort", "1h30m"},
                      {"days", {"tue", "mon", "tue"}},
                      {"color", "#1E90FF"},
                      {"place", {{"lines", {" 1 Quai ", ""}}, {"city", "Port-Gentil"}, {"country", "GA"}}},
                      {"point", {{"latitude", -0.71931004}, {"longitude", 8.7815}}},
                      {"helpers", {person_}},
                      {"about_what", "shop.person/" + person_}};
  const Json record = shown_job(must(job(given)).id);
  EXPECT_EQ(record["about"], "**bold** <script>");
  EXPECT_EQ(record["number"], "JOB-2026-0001");
  EXPECT_EQ(record["budget"], "1200.50");
  EXPECT_EQ(record["currency"], "EUR");
  EXPECT_EQ(record["start"], "2026-11-21");
  EXPECT_EQ(record["effort"], "PT1H30M");
  EXPECT_EQ(record["days"], Json({"tue", "mon"}));
  EXPECT_EQ(record["color"], "#1e90ff");
  EXPECT_EQ(record["place"], Json({{"lines", {"1 Quai"}}, {"city", "Port-Gentil"}, {"country", "GA"}}));
  EXPECT_EQ(record["point"], Json({{"latitude", -0.71931}, {"longitude", 8.7815}}));
  EXPECT_EQ(record["helpers"], Json({person_}));
  EXPECT_EQ(record["about_what"], "shop.person/" + person_);
  EXPECT_EQ(must(update_in(types_, "shop.job", admin_, record["id"],
                           {{"days", {"tue", "mon"}}, {"place", record["place"]}}))
                .version,
            1)
      << "the same value is no change";
}

TEST_P(EngineSuiteTypes, RefusesValuesThatAreNotOfTheType) {
  const struct {
    Json input;
    const char* refusal;
  } kCases[] = {
      {{{"currency", "EURO"}}, "entity.too_long@currency"},
      {{{"currency", "XXQ"}}, "entity.not_currency@currency"},
      {{{"budget", "1.005"}}, "entity.not_decimal@budget"},
      {{{"budget", "1"}, {"currency", nullptr}}, "ok"},  // the default
      {{{"effort", "P1M"}}, "entity.not_duration@effort"},
      {{{"effort", "PT"}}, "entity.not_duration@effort"},
      {{{"effort", 90}}, "entity.wrong_type@effort"},
      {{{"days", {"sun"}}}, "entity.not_in_list@days"},
      {{{"days", "mon"}}, "entity.wrong_type@days"},
      {{{"color", "red"}}, "entity.not_color@color"},
      {{{"place", {{"street", "1"}}}}, "entity.wrong_type@place"},
      {{{"place", {{"country", "Gabon"}}}}, "entity.not_country@place"},
      {{{"point", {{"latitude", 91}, {"longitude", 0}}}}, "entity.wrong_type@point"},
      {{{"point", {{"latitude", "1"}, {"longitude", 0}}}}, "entity.wrong_type@point"},
      {{{"helpers", {"Nobody"}}}, "entity.not_reference@helpers"},
      {{{"helpers", {"01939f3e-0000-7000-8000-000000000000"}}}, "entity.no_reference@helpers"},
      {{{"about_what", person_}}, "entity.not_any@about_what"},
      {{{"about_what", "shop.nothing/" + person_}}, "entity.no_reference@about_what"},
      {{{"number", "JOB-1"}}, "entity.read_only@number"},
      {{{"cost", "1"}}, "entity.read_only@cost"},
      {{{"start", "2026-02-30"}}, "entity.not_date@start"},
      {{{"start", "2026-11-21"}, {"due", "2026-11-20"}}, "shop.rule.job.dates@due"},
      {{{"hours", "1000"}, {"rate", "2"}}, "entity.required@reason"},
      {{{"hours", "9999999"}, {"rate", "99999"}, {"reason", "x"}}, "entity.not_decimal@cost"},
      {{{"state", "done"}}, "entity.initial_status@state"},
  };
  for (const auto& one : kCases) EXPECT_EQ(refused(one.input), one.refusal) << one.input.dump();
}

TEST_P(EngineSuiteTypes, ComputesAndRoundsHalfAwayFromZero) {
  const std::string id = must(job({{"title", "A"}, {"hours", "1.5"}, {"rate", "0.003"}})).id;
  EXPECT_EQ(shown_job(id)["cost"], "0.00");  // 0.0045
  EXPECT_EQ(change(id, admin_, {{"rate", "0.010"}}), "ok");
  EXPECT_EQ(shown_job(id)["cost"], "0.02");  // 0.015
  EXPECT_EQ(change(id, admin_, {{"hours", "-1.5"}}), "ok");
  EXPECT_EQ(shown_job(id)["cost"], "-0.02");
  EXPECT_EQ(shown_job(id)["cost_with_tax"], "-0.02") << "of the rounded value";
  EXPECT_EQ(change(id, admin_, {{"hours", nullptr}, {"due", "2026-11-23"}}), "ok");
  EXPECT_EQ(shown_job(id)["cost"], nullptr);
  EXPECT_EQ(shown_job(id)["span"], "P2D");
}

TEST_P(EngineSuiteTypes, FiltersSortsAndAddsUpByEveryType) {
  must(job({{"title", "A"}, {"effort", "PT1H"}, {"days", {"mon"}}, {"budget", "10"}}));
  must(job({{"title", "B"},
            {"effort", "PT3H"},
            {"days", {"tue", "wed"}},
            {"helpers", {person_}},
            {"fee", "2.50"}}));
  EXPECT_EQ(found("effort > duration(\"90m\")"), "B");
  EXPECT_EQ(found("effort * 2 == duration(\"2h\") || !has(effort)").substr(0, 7), "entity.");
  EXPECT_EQ(found("effort + duration(\"1h\") == duration(\"2h\")"), "A");
  EXPECT_EQ(found("\"wed\" in days"), "B");
  EXPECT_EQ(found("\"" + person_ + "\" in helpers"), "B");
  EXPECT_EQ(found("budget == 10.00"), "A");
  EXPECT_EQ(found("created_by == user.id"), "AB");
  EXPECT_EQ(found("user.role == \"nobody\""), "");
  EXPECT_EQ(found("number.startsWith(\"JOB-2026-\") && today() == start"), "AB");
  ListQuery query;
  query.sort = "-effort";
  query.totals = {"sum:effort", "avg:effort", "sum:fee"};
  const Json answer = Json::parse(*must(engine_->list(types_, *types_.find("shop.job"), admin_, query)));
  EXPECT_EQ(answer["data"][0]["title"], "B");
  EXPECT_EQ(answer["meta"]["totals"]["sum:effort"], "PT4H");
  EXPECT_EQ(answer["meta"]["totals"]["avg:effort"], "PT2H");
  EXPECT_EQ(answer["meta"]["totals"]["sum:fee"], "2.50");
}

TEST_P(EngineSuiteTypes, AddsMoneyOnlyWithinOneCurrency) {
  must(job({{"title", "A"}, {"budget", "10"}}));
  must(job({{"title", "B"}, {"budget", "5"}, {"currency", "USD"}}));
  const EntityEntry& entity = *types_.find("shop.job");
  ListQuery query;
  query.totals = {"sum:budget"};
  EXPECT_EQ(engine_->list(types_, entity, admin_, query).error().code, "entity.mixed_currencies");
  EXPECT_EQ(engine_->aggregate(types_, entity, admin_, {.measures = {"sum:budget"}}).error().code,
            "entity.mixed_currencies");
  const Json groups = Json::parse(
      *must(engine_->aggregate(types_, entity, admin_, {.group = {"currency"}, .measures = {"sum:budget"}})));
  EXPECT_EQ(groups["data"][0]["sum:budget"], "10.00");
  EXPECT_EQ(groups["data"][1]["sum:budget"], "5.00");
}

TEST_P(EngineSuiteTypes, LetsTheStatusGoOnlyTheWaysThereAre) {
  const std::string id = must(job({{"title", "A"}})).id;
  EXPECT_EQ(change(id, admin_, {{"state", "done"}}), "entity.no_transition@state");
  EXPECT_EQ(change(id, admin_, {{"state", "ready"}}), "entity.transition_condition@state");
  EXPECT_EQ(change(id, admin_, {{"state", "ready"}, {"budget", "5"}}), "ok");
  EXPECT_EQ(change(id, as("user"), {{"state", "done"}}), "entity.transition_role@state");
  EXPECT_EQ(change(id, as("manager"), {{"state", "done"}}), "ok");
  EXPECT_EQ(change(id, admin_, {{"budget", "6"}}), "entity.locked@budget");
  EXPECT_EQ(change(id, admin_, {{"budget", "5.00"}}), "ok") << "the same value is no change";
}

TEST_P(EngineSuiteTypes, RefusesCirclesInTheTree) {
  const std::string a = must(job({{"title", "A"}})).id;
  const std::string b = must(job({{"title", "B"}, {"above", a}})).id;
  const std::string c = must(job({{"title", "C"}, {"above", b}})).id;
  EXPECT_EQ(change(a, admin_, {{"above", c}}), "entity.circle@above");
  EXPECT_EQ(change(a, admin_, {{"above", a}}), "entity.circle@above");
  EXPECT_EQ(change(c, admin_, {{"above", a}}), "ok");
  EXPECT_EQ(found("above.title == \"A\""), "BC");
  std::string last = c;
  for (int i = 0; i < 98; ++i) last = must(job({{"title", "x"}, {"above", last}})).id;
  EXPECT_EQ(refused({{"above", last}}), "entity.tree_too_deep@above");
}

// Two writers at once: every number is given once.
TEST_P(EngineSuiteTypes, GivesEveryNumberOfASequenceOnce) {
  constexpr int kEach = 20;
  std::vector<std::thread> writers;
  for (int i = 0; i < 4; ++i)
    writers.emplace_back([&] {
      for (int n = 0; n < kEach; ++n) EXPECT_EQ(refused(Json::object()), "ok");
    });
  for (std::thread& writer : writers) writer.join();
  ListQuery query;
  query.sort = "-number";
  query.page_size = 500;
  const Json answer = Json::parse(*must(engine_->list(types_, *types_.find("shop.job"), admin_, query)));
  ASSERT_EQ(answer["data"].size(), 4 * kEach);
  std::set<std::string> numbers;
  for (const Json& record : answer["data"]) numbers.insert(record["number"]);
  EXPECT_EQ(numbers.size(), 4 * kEach);
  EXPECT_EQ(answer["data"][0]["number"], "JOB-2026-0080");
}

// Every text comes back as it was given, or is refused; in filters it is a value and nothing else.
TEST_P(EngineSuiteTypes, TakesNaughtyTextsAsTexts) {
  const std::vector<std::string> kTexts = {"'; DROP TABLE shop_job; --",
                                           "\" OR 1=1",
                                           "%_\\",
                                           "\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x92\xBB",
                                           "\xE2\x80\xAE"
                                           "abc",
                                           "\xEF\xBB\xBF",
                                           "\xCC\x81",
                                           "a\r\nb\tc",
                                           "=cmd|' /C calc'!A0",
                                           "null",
                                           "NaN",
                                           "1e1000",
                                           "${jndi:ldap://x}",
                                           "{{7*7}}",
                                           "<img src=x onerror=alert(1)>",
                                           std::string(255, 'x')};
  for (const std::string& text : kTexts) {
    const Json record = shown_job(must(job({{"title", text}})).id);
    EXPECT_EQ(record["title"], text);
    std::string quoted = Json(text).dump();
    EXPECT_NE(found("title == " + quoted).find(text), std::string::npos) << quoted;
  }
  EXPECT_EQ(refused({{"title", std::string("a\0b", 3)}}), "entity.nul_character@title");
  EXPECT_EQ(refused({{"title", std::string(256, 'x')}}), "entity.too_long@title");
}

}  // namespace opsflux::entities
