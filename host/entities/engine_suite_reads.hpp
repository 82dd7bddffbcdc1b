// Tests only: how records are found and shown.
#pragma once

#include "host/entities/engine_fixture.hpp"

namespace opsflux::entities {

TEST_P(EngineSuite, GivesBackWhatWasWritten) {
  const Json input = {
      {"name", "Été \"<b>' ; DROP"},   {"code", "AB-1"},           {"score", 91},
      {"capital", "1234567.80"},       {"founded", "2024-02-29"},  {"seen", "2026-11-21T08:00:00+01:00"},
      {"tags", {"a", "b", "a"}},       {"extra", {{"k", {1, 2}}}}, {"mail", "ada@example.org"},
      {"site", "https://example.org"}, {"country", "FR"}};
  const auto made = must(create(input));
  const Json record = shown(catalog_, *company_, made.id);
  EXPECT_EQ(record["name"], input["name"]);
  EXPECT_EQ(record["capital"], "1234567.80");
  EXPECT_EQ(record["seen"], "2026-11-21T07:00:00.000000Z");
  EXPECT_EQ(record["tags"], Json({"a", "b"}));
  EXPECT_EQ(record["type"], "client");  // by default
  EXPECT_EQ(record["active"], true);
  std::string inside;  // of the write
  const auto written = write(admin_, [&](WriteContext& context) -> Result<Written> {
    TRY(engine_->show(context, *company_, made.id, inside));
    return made;
  });
  ASSERT_TRUE(written);
  EXPECT_EQ(Json::parse(inside), record);
}

TEST_P(EngineSuite, NamesThePeopleBehindARecordToWhoeverMaySeeIt) {
  Catalog catalog;
  catalog.add(company_->definition);
  catalog.set_people("shop.company");  // any entity will do
  catalog.link();
  const EntityEntry& entity = *catalog.find("shop.company");
  const auto make = [&](const Caller& caller, const char* name) {
    Written out;
    EXPECT_TRUE(database_->write_now([&](store::Transaction& transaction) -> Result<void> {
      WriteContext context{transaction, catalog, caller};
      TRY_ASSIGN(written, engine_->create(context, entity, {{"name", name}}));
      out = written;
      return {};
    }));
    return out;
  };
  Caller somebody = admin_;
  somebody.user_id = make(admin_, "Ada Lovelace").id;
  const Json record = shown(catalog, entity, make(somebody, "Helico").id);
  EXPECT_EQ(record["created_by"], somebody.user_id);
  EXPECT_EQ(record["_labels"]["created_by"], "Ada Lovelace");
  EXPECT_EQ(record["_labels"]["updated_by"], "Ada Lovelace");
  EXPECT_FALSE(shown(catalog, entity, somebody.user_id)["_labels"].contains("created_by"))
      << "made by nobody that is known";
}

// On SQLite lists are kept as long as their tables stay as they are: by whatever way a row changes, the next
// list shows it.

TEST_P(EngineSuite, AListShowsEveryChangeAtOnce) {
  const std::string a = must(create({{"name", "A"}, {"score", 1}})).id;
  const std::string b = must(create({{"name", "B"}, {"parent", a}})).id;
  const auto seen = [&] {
    std::string out;
    const Json answer = list({.sort = "name", .totals = {"sum:score"}});
    for (const Json& one : answer["data"])
      out += one["name"].get<std::string>() +
             (one["_labels"].contains("parent") ? "<" + one["_labels"]["parent"].get<std::string>() : "") +
             " ";
    return out + answer["meta"]["total"].dump() + " " + answer["meta"]["totals"]["sum:score"].dump();
  };
  const auto sql = [&](const char* text, store::Params params = {}) {
    done(database_->write_now([&](store::Transaction& transaction) -> Result<void> {
      TRY(transaction.execute(text, params));
      return {};
    }));
  };
  EXPECT_EQ(seen(), "A B<A 2 \"1\"");
  EXPECT_EQ(seen(), "A B<A 2 \"1\"");
  must(update(a, 0, {{"name", "A2"}, {"score", 5}}));
  EXPECT_EQ(seen(), "A2 B<A2 2 \"5\"");
  must(remove(b));
  EXPECT_EQ(seen(), "A2 1 \"5\"");
  sql("UPDATE shop_company SET name = 'by SQL' WHERE id = $1", {std::string_view(a)});
  EXPECT_EQ(seen(), "by SQL 1 \"5\"");
  sql("DELETE FROM shop_company");
  EXPECT_EQ(seen(), "0 null");
  // What was undone shows nothing, and what shares its commit is not missed.
  EXPECT_FALSE(database_->write_now([&](store::Transaction& transaction) -> Result<void> {
    WriteContext context{transaction, catalog_, admin_};
    TRY(engine_->create(context, *company_, {{"name", "Undone"}}));
    return fail(Error::invalid("test.undone", "Undone."));
  }));
  EXPECT_EQ(seen(), "0 null");
  must(create({{"name", "C"}}));
  EXPECT_EQ(seen(), "C 1 null");
}

TEST_P(EngineSuite, TwoReadersShareAListOnlyWhereBothMaySeeAllOfIt) {
  const std::string a = must(create({{"name", "A"}})).id;
  must(create({{"name", "B"}, {"parent", a}}));
  Catalog catalog;  // in which users may not see what a record refers to
  catalog.add(company_->definition);
  add_orders(catalog, {{"clerk", {"view", "create"}}});
  catalog.link();
  const EntityEntry& order = *catalog.find("shop.order");
  must(create_in(catalog, "shop.order", admin_, {{"name", "1"}, {"company", a}}));
  Caller clerk = user_;
  clerk.role = "clerk";
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(Json::parse(*must(engine_->list(catalog, order, admin_, {})))["data"][0]["_labels"]["company"],
              "A");
    EXPECT_EQ(must(engine_->list(catalog, order, clerk, {}))->find("_labels"), std::string::npos);
  }
}

TEST_P(EngineSuite, FiltersSortsAndCounts) {
  for (int i = 1; i <= 9; ++i)
    must(create({{"name", "Company " + std::to_string(i)},
                 {"score", i * 10},
                 {"capital", std::to_string(i) + ".50"},
                 {"type", i % 2 ? "client" : "supplier"}}));
  must(create({{"name", "No score"}}));
  ListQuery query;
  query.filter = "score >= 30 && type == \"client\"";
  query.sort = "-score";
  query.totals = {"avg:score", "sum:capital"};
  const Json answer = list(query);
  EXPECT_EQ(names(answer), (std::vector<std::string>{"Company 9", "Company 7", "Company 5", "Company 3"}));
  EXPECT_EQ(answer["meta"]["total"], 4);
  EXPECT_EQ(answer["meta"]["totals"]["avg:score"], "60.00");
  EXPECT_EQ(answer["meta"]["totals"]["sum:capital"], "26.00");
  ListQuery sorted;
  sorted.sort = "score";
  EXPECT_EQ(names(list(sorted)).back(), "No score");  // no value comes last, whatever the direction
  sorted.sort = "-score";
  EXPECT_EQ(names(list(sorted)).back(), "No score");
  ListQuery search;
  search.q = "company 3";
  EXPECT_EQ(names(list(search)), std::vector<std::string>{"Company 3"});
  search.q = "%";
  EXPECT_EQ(list(search)["meta"]["total"], 0);
}

TEST_P(EngineSuite, CountsAnewAfterEachChange) {
  const auto made = must(create({{"name", "A"}}));
  EXPECT_EQ(list({})["meta"]["total"], 1);
  must(create({{"name", "B"}}));
  EXPECT_EQ(list({})["meta"]["total"], 2);
  must(remove(made.id));
  EXPECT_EQ(list({})["meta"]["total"], 1);
}

TEST_P(EngineSuite, PagesAndCursorsMeetEveryRecordOnce) {
  for (int i = 0; i < 23; ++i)
    must(create(i % 5 == 0 ? Json{{"name", "N" + std::to_string(i)}}
                           : Json{{"name", "N" + std::to_string(i)}, {"score", i % 4}}));
  for (const char* sort : {"score", "-score", "-score,name", "name", "-capital,score"}) {
    std::set<std::string> by_page, by_cursor;
    ListQuery query;
    query.sort = sort;
    query.page_size = 4;
    for (query.page = 1; query.page <= 6; ++query.page)
      for (const std::string& name : names(list(query))) EXPECT_TRUE(by_page.insert(name).second) << sort;
    EXPECT_EQ(by_page.size(), 23u) << sort;
    query.page = 1;
    for (int round = 0; round < 10; ++round) {
      const Json answer = list(query);
      for (const std::string& name : names(answer)) EXPECT_TRUE(by_cursor.insert(name).second) << sort;
      if (answer["meta"]["next_cursor"].is_null()) break;
      query.cursor = answer["meta"]["next_cursor"];
    }
    EXPECT_EQ(by_cursor.size(), 23u) << sort;
  }
}

TEST_P(EngineSuite, RefusesQueriesThatMakeNoSense) {
  const auto with = [](auto change) {
    ListQuery query;
    change(query);
    return query;
  };
  EXPECT_EQ(list_error(with([](ListQuery& q) { q.sort = "colour"; })), "entity.unknown_field");
  EXPECT_EQ(list_error(with([](ListQuery& q) { q.sort = "tags"; })), "entity.not_sortable");
  EXPECT_EQ(list_error(with([](ListQuery& q) { q.sort = "name; DROP TABLE shop_company"; })),
            "entity.unknown_field");
  EXPECT_EQ(list_error(with([](ListQuery& q) { q.filter = "colour == 1"; })), "entity.filter_unknown_field");
  EXPECT_EQ(list_error(with([](ListQuery& q) { q.filter = "name == 'x' OR 1=1 --"; })),
            "entity.filter_syntax");
  EXPECT_EQ(list_error(with([](ListQuery& q) { q.page = 0; })), "entity.bad_page");
  EXPECT_EQ(list_error(with([](ListQuery& q) { q.page_size = 501; })), "entity.bad_page_size");
  EXPECT_EQ(list_error(with([](ListQuery& q) { q.cursor = "AAAA"; })), "entity.bad_cursor");
  EXPECT_EQ(list_error(with([](ListQuery& q) { q.totals = {"avg:name"}; })), "entity.bad_total");
  EXPECT_EQ(list_error(with([](ListQuery& q) { q.fields = {"colour"}; })), "entity.unknown_field");
}

TEST_P(EngineSuite, ShowsTheNameOfWhatAReferencePointsTo) {
  const auto parent = must(create({{"name", "Group"}}));
  const auto child = must(create({{"name", "Child"}, {"parent", parent.id}}));
  std::string out;
  must(engine_->read(catalog_, *company_, admin_, child.id, {}, out));
  EXPECT_EQ(Json::parse(out)["_labels"]["parent"], "Group");
}

}  // namespace opsflux::entities
