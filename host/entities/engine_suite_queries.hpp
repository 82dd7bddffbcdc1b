// Tests only: queries that reach other entities, and aggregates; on three companies.
#pragma once

#include "host/entities/engine_fixture.hpp"

namespace opsflux::entities {

// Three companies in a chain: C belongs to B, B to A.
class EngineSuitePaths : public EngineSuite {
 protected:
  void SetUp() override {
    a_ = must(create({{"name", "A"},
                      {"code", "A-1"},
                      {"score", 10},
                      {"capital", "100.50"},
                      {"country", "FR"},
                      {"founded", "2024-01-31"}}))
             .id;
    b_ = must(create({{"name", "B"},
                      {"code", "B-1"},
                      {"score", 20},
                      {"capital", "50.25"},
                      {"country", "GA"},
                      {"founded", "2024-02-29"},
                      {"parent", a_}}))
             .id;
    c_ = must(create({{"name", "C"},
                      {"score", 30},
                      {"type", "supplier"},
                      {"founded", "2024-12-30"},
                      {"parent", b_}}))
             .id;
  }
  std::string found(const std::string& filter) {
    ListQuery query;
    query.filter = filter;
    query.sort = "name";
    std::string out;
    for (const std::string& name : names(list(query))) out += name;
    return out;
  }
  Json groups(AggregateQuery query) {
    return Json::parse(*must(engine_->aggregate(catalog_, *company_, admin_, query)))["data"];
  }
  std::string group_error(AggregateQuery query) {
    const auto result = engine_->aggregate(catalog_, *company_, admin_, query);
    return result ? "ok" : result.error().code + "@" + result.error().field;
  }

  std::string a_, b_, c_;
};

TEST_P(EngineSuitePaths, FiltersThroughReferences) {
  EXPECT_EQ(found(R"(parent.name == "A")"), "B");
  EXPECT_EQ(found(R"(parent.parent.code == "A-1")"), "C");
  EXPECT_EQ(found(R"(parent.score >= 10 && parent.capital > 60.25)"), "B");
  EXPECT_EQ(found(R"(!has(parent.name))"), "A") << "of a record without parent every field is empty";
  EXPECT_EQ(found(R"(parent.country == "GA" || name == "A")"), "AC");
  EXPECT_EQ(found(R"(parent.founded < date("2024-02-01"))"), "B");
  EXPECT_EQ(list({.filter = R"(parent.name == "A")"})["meta"]["total"], 1);
  for (const char* wrong : {"parent.nothing == 1", "name.code == 1",
                            "parent.parent.parent.parent.name == \"A\"", "other.name == \"A\""})
    EXPECT_EQ(list_error({.filter = wrong}), "entity.filter_unknown_field") << wrong;
}

TEST_P(EngineSuitePaths, SortsThroughReferencesWithPagesThatNeverOverlap) {
  ListQuery query;
  query.sort = "-parent.name,name";
  EXPECT_EQ(names(list(query)), (std::vector<std::string>{"C", "B", "A"})) << "no parent comes last";
  query.sort = "parent.score";
  query.page_size = 1;
  std::vector<std::string> all;
  for (int page = 0; page < 3; ++page) {
    const Json answer = list(query);
    all.push_back(names(answer).at(0));
    query.cursor =
        answer["meta"]["next_cursor"].is_null() ? "" : answer["meta"]["next_cursor"].get<std::string>();
  }
  EXPECT_EQ(all, (std::vector<std::string>{"B", "C", "A"}));
  EXPECT_EQ(query.cursor, "");
  EXPECT_EQ(list_error({.sort = "parent.tags"}), "entity.not_sortable");
  EXPECT_EQ(list_error({.sort = "parent.nothing"}), "entity.unknown_field");
}

TEST_P(EngineSuitePaths, ExpandsReferences) {
  ListQuery query;
  query.sort = "-name";
  query.fields = {"name"};
  query.expand = {"parent", "parent.parent"};
  const Json data = list(query)["data"];
  EXPECT_EQ(data[0]["_expanded"]["parent"]["name"], "B");
  EXPECT_EQ(data[0]["_expanded"]["parent"]["capital"], "50.25");
  EXPECT_EQ(data[0]["_expanded"]["parent"]["id"], b_);
  EXPECT_EQ(data[0]["_expanded"]["parent.parent"]["code"], "A-1");
  EXPECT_EQ(data[1]["_expanded"]["parent.parent"], nullptr);
  EXPECT_EQ(data[2]["_expanded"]["parent"], nullptr);
  std::string one;
  EXPECT_EQ(must(engine_->read(catalog_, *company_, admin_, c_, {"parent"}, one)), 1);
  EXPECT_EQ(Json::parse(one)["_expanded"]["parent"]["name"], "B");
  EXPECT_EQ(Json::parse(one)["type"], "supplier");
  query.expand = {"name"};
  EXPECT_EQ(list_error(query), "entity.not_a_reference");
  query.expand = std::vector<std::string>(6, "parent");
  EXPECT_EQ(list_error(query), "entity.too_many_expansions");
}

TEST_P(EngineSuitePaths, GroupsCountsAndSums) {
  EXPECT_EQ(groups({.group = {"type"}, .measures = {"sum:capital", "avg:score", "max:score"}}),
            (Json{{{"group", {{"type", "client"}}},
                   {"count", 2},
                   {"sum:capital", "150.75"},
                   {"avg:score", "15.00"},
                   {"max:score", "20"}},
                  {{"group", {{"type", "supplier"}}},
                   {"count", 1},
                   {"sum:capital", nullptr},
                   {"avg:score", "30.00"},
                   {"max:score", "30"}}}));
  EXPECT_EQ(groups({.measures = {"min:score"}}),
            (Json{{{"group", Json::object()}, {"count", 3}, {"min:score", "10"}}}));
  const Json by_parent = groups({.group = {"parent"}, .sort = "-count"});
  EXPECT_EQ(by_parent.size(), 3u);
  EXPECT_EQ(groups({.filter = "has(parent)", .group = {"parent"}})[0]["_labels"]["parent"], "A");
  EXPECT_EQ(groups({.filter = "has(parent)",
                    .group = {"parent.country"},
                    .sort = "-parent.country"})[0]["group"]["parent.country"],
            "GA");
  EXPECT_EQ(groups({.filter = "score > 10", .group = {"type"}}).size(), 2u);
}

TEST_P(EngineSuitePaths, GroupsDatesByDayWeekMonthQuarterAndYear) {
  const auto keys = [&](const std::string& bucket) {
    std::string out;
    for (const Json& one : groups({.group = {"founded:" + bucket}}))
      out += one["group"]["founded:" + bucket].get<std::string>() + "=" + one["count"].dump() + " ";
    return out;
  };
  EXPECT_EQ(keys("day"), "2024-01-31=1 2024-02-29=1 2024-12-30=1 ");
  EXPECT_EQ(keys("week"), "2024-01-29=1 2024-02-26=1 2024-12-30=1 ") << "its Monday";
  EXPECT_EQ(keys("month"), "2024-01=1 2024-02=1 2024-12=1 ");
  EXPECT_EQ(keys("quarter"), "2024-Q1=2 2024-Q4=1 ");
  EXPECT_EQ(keys("year"), "2024=3 ");
  EXPECT_EQ(groups({.group = {"created_at:year"}})[0]["count"], 3);
}

TEST_P(EngineSuitePaths, RefusesAggregatesThatMakeNoSense) {
  EXPECT_EQ(group_error({.group = {"nothing"}}), "entity.unknown_field@group");
  EXPECT_EQ(group_error({.group = {"tags"}}), "entity.not_groupable@group");
  EXPECT_EQ(group_error({.group = {"founded:decade"}}), "entity.bad_bucket@group");
  EXPECT_EQ(group_error({.group = {"name:month"}}), "entity.bad_bucket@group");
  EXPECT_EQ(group_error({.group = {"name", "type", "code", "country"}}), "entity.too_many_groups@group");
  EXPECT_EQ(group_error({.measures = {"sum:name"}}), "entity.bad_total@measures");
  EXPECT_EQ(group_error({.measures = {"median:score"}}), "entity.bad_total@measures");
  EXPECT_EQ(group_error({.group = {"type"}, .sort = "-score"}), "entity.bad_aggregate_sort@sort");
  EXPECT_EQ(group_error({.group = {"type"}, .limit = 0}), "entity.bad_limit@limit");
  EXPECT_EQ(Json::parse(*must(engine_->aggregate(catalog_, *company_, admin_,
                                                 {.group = {"name"}, .limit = 2})))["meta"]["truncated"],
            true);
}

// What somebody may not see does not exist for him: not in filters, sorts, expansions, groups or error texts.
TEST_P(EngineSuitePaths, TellNothingOfRecordsThatTheCallerMayNotSee) {
  Catalog catalog;
  catalog.add(must(Definition::parse("shop", "entities/company.json", [] {
    Json json = Json::parse(kCompany);
    json["rights"] = Json::object();  // for administrators only
    return json;
  }())));
  add_orders(catalog, {{"user", {"view"}}});
  catalog.set_people("shop.company");
  catalog.link();
  const EntityEntry& order = *catalog.find("shop.order");
  must(create_in(catalog, "shop.order", admin_, {{"name", "1"}, {"company", a_}}));
  const auto asked = [&](const ListQuery& query) {
    auto result = engine_->list(catalog, order, user_, query);
    return result ? **result : result.error().code + " " + result.error().message;
  };
  for (const char* filter : {"company.name == \"A\"", "has(company.score)", "created_by.name == \"A\""})
    EXPECT_TRUE(asked({.filter = filter}).starts_with("entity.filter_unknown_field"))
        << asked({.filter = filter});
  EXPECT_TRUE(asked({.sort = "company.name"}).starts_with("entity.unknown_field"));
  ListQuery expand;
  expand.expand = {"company"};
  EXPECT_TRUE(asked(expand).starts_with("entity.not_a_reference"));
  EXPECT_EQ(asked({}).find("\"A\""), std::string::npos);
  EXPECT_EQ(asked({.filter = "company.nothing == 1"}).find("score"), std::string::npos)
      << "no names of what is hidden";
  const auto grouped = must(engine_->aggregate(catalog, order, user_, {.group = {"company"}}));
  EXPECT_EQ(grouped->find("\"A\""), std::string::npos);
  EXPECT_FALSE(engine_->aggregate(catalog, order, user_, {.group = {"company.name"}}));
  EXPECT_FALSE(engine_->aggregate(catalog, order, user_, {.measures = {"max:company.score"}}));
  EXPECT_NE(engine_->list(catalog, order, admin_, expand)->get()->find("\"A\""), std::string::npos);
}

}  // namespace opsflux::entities
