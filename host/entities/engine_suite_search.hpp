// The full-text search of lists, on both databases.
#pragma once

#include "host/entities/engine_fixture.hpp"
#include "host/entities/search.hpp"

namespace opsflux::entities {

class EngineSuiteSearch : public EngineSuite {
 protected:
  void fill(std::size_t batch = 1000) { fill(catalog_, batch); }
  void fill(const Catalog& catalog, std::size_t batch = 1000) {
    SearchFiller filler(*database_);
    while (must(filler.step(catalog, batch))) {
    }
  }
  std::vector<std::string> found(const std::string& q) { return names(list({.q = q})); }
  std::vector<std::string> filtered(const std::string& filter) {
    return names(list({.filter = filter, .sort = "name"}));
  }
  std::int64_t count(const std::string& sql) {
    std::int64_t out = -1;
    done(database_->read([&](store::Session& session) -> Result<void> {
      TRY(session.query_one(sql, {}, [&](const store::Row& row) { out = row.i64(0); }));
      return {};
    }));
    return out;
  }
  using Names = std::vector<std::string>;
};

TEST_P(EngineSuiteSearch, FindsWordsByTheirBeginningWithoutCaseAndAccents) {
  fill();
  must(create({{"name", "Équateur Hélico"}, {"code", "GA-1"}}));
  must(create({{"name", "Mandji Marine"}, {"code", "GA-2"}}));
  EXPECT_EQ(found("helico"), Names{"Équateur Hélico"});
  EXPECT_EQ(found("ÉQUA"), Names{"Équateur Hélico"});
  EXPECT_EQ(found("marine mand"), Names{"Mandji Marine"});  // in any order
  EXPECT_EQ(found("ga mandji 2"), Names{"Mandji Marine"});  // across fields
  EXPECT_EQ(found("ga-1"), Names{"Équateur Hélico"});
  EXPECT_EQ(found("helico marine"), Names());  // all words
  EXPECT_EQ(found("ateur"), Names());          // not from the middle
  EXPECT_EQ(list({.q = "ga"})["meta"]["total"], 2);
}

TEST_P(EngineSuiteSearch, LooksIntoTheColumnsUntilTheIndexIsFilled) {
  for (int i = 0; i < 7; ++i) must(create({{"name", "Mill " + std::to_string(i)}}));
  // As if they had been there before the index was.
  done(database_->write_now([](store::Transaction& tx) { return tx.script("DELETE FROM core_search;"); }));
  EXPECT_EQ(found("ill 3"), Names{"Mill 3"});
  SearchFiller filler(*database_);
  EXPECT_TRUE(must(filler.step(catalog_, 3)));
  EXPECT_FALSE(company_->searchable);
  EXPECT_EQ(count("SELECT count(*) FROM core_search"), 3);
  EXPECT_EQ(found("ill 6"), Names{"Mill 6"});
  // Another process goes on where this one stopped.
  SearchFiller second(*database_);
  EXPECT_TRUE(must(second.step(catalog_, 3)));
  EXPECT_EQ(count("SELECT count(*) FROM core_search"), 6);
  fill();
  EXPECT_TRUE(company_->searchable);
  EXPECT_EQ(found("mill 6"), Names{"Mill 6"});
  EXPECT_EQ(found("ill"), Names());
}

TEST_P(EngineSuiteSearch, FollowsEveryChange) {
  fill();
  const std::string id = must(create({{"name", "Before"}})).id;
  must(update(id, 0, {{"name", "After"}}));
  EXPECT_EQ(found("before"), Names());
  EXPECT_EQ(found("after"), Names{"After"});
  must(update(id, 0, {{"score", 3}}));
  EXPECT_EQ(found("after"), Names{"After"});
  must(remove(id));
  EXPECT_EQ(found("after"), Names());
  EXPECT_EQ(names(list({.q = "after", .deleted = true})), Names{"After"});
  must(write(admin_, [&](WriteContext& context) { return engine_->restore(context, *company_, id); }));
  EXPECT_EQ(found("after"), Names{"After"});
  must(remove(id));
  must(write(admin_, [&](WriteContext& context) -> Result<Written> {
    TRY(engine_->purge(context, *company_, id));
    return Written{};
  }));
  EXPECT_EQ(count("SELECT count(*) FROM core_search"), 0);
}

TEST_P(EngineSuiteSearch, AFailedWriteLeavesNothing) {
  fill();
  listener_.refuse = true;
  EXPECT_FALSE(create({{"name", "Refused"}}));
  listener_.refuse = false;
  EXPECT_EQ(found("refused"), Names());
  EXPECT_EQ(count("SELECT count(*) FROM core_search"), 0);
}

TEST_P(EngineSuiteSearch, StandsInFiltersWithAndOrNot) {
  must(create({{"name", "North Mill"}, {"score", 1}}));
  must(create({{"name", "South Mill"}, {"score", 9}}));
  must(create({{"name", "Harbour"}, {"score", 5}}));
  for (const bool filled : {false, true}) {
    if (filled) fill();
    EXPECT_EQ(filtered("search(\"mill\")"), (Names{"North Mill", "South Mill"}));
    EXPECT_EQ(filtered("search(\"mill\") && score > 3"), Names{"South Mill"});
    EXPECT_EQ(filtered("!search(\"mill\")"), Names{"Harbour"});
    EXPECT_EQ(filtered("search(\"north\") || search(\"harb\")"), (Names{"Harbour", "North Mill"}));
    EXPECT_EQ(filtered("search(\"\")").size(), 3u);
    EXPECT_EQ(names(list({.filter = "!search(\"south\")", .q = "mill"})), Names{"North Mill"});
  }
  EXPECT_EQ(list_error({.filter = "search(name)"}), "entity.filter_type");
  EXPECT_EQ(list_error({.filter = "search(\"a\", \"b\")"}), "entity.filter_type");
  EXPECT_EQ(list_error({.filter = "search(\"" + std::string(300, 'a') + "\")"}), "entity.filter_value");
  EXPECT_EQ(list_error({.filter = "name.search(\"a\")"}), "entity.filter_unknown_function");
}

TEST_P(EngineSuiteSearch, TheBestMatchComesFirstAndPagesDoNotOverlap) {
  fill();
  must(create({{"name", "Mill of many words"}}));
  must(create({{"name", "Mill"}}));
  for (int i = 0; i < 9; ++i) must(create({{"name", "Mill " + std::to_string(i)}}));
  const Names all = found("mill");
  ASSERT_EQ(all.size(), 11u);
  EXPECT_EQ(all.front(), "Mill");
  EXPECT_EQ(all.back(), "Mill of many words");
  Names paged;
  std::string cursor;
  for (int page = 0; page < 6; ++page) {
    const Json answer = list({.q = "mill", .page_size = 2, .cursor = cursor});
    for (const std::string& name : names(answer)) paged.push_back(name);
    if (!answer["meta"].contains("next_cursor") || answer["meta"]["next_cursor"].is_null()) break;
    cursor = answer["meta"]["next_cursor"];
  }
  EXPECT_EQ(paged, all);
  EXPECT_EQ(names(list({.q = "mill", .sort = "-name"})).front(), "Mill of many words");
}

TEST_P(EngineSuiteSearch, ReadsOnlyTheRecordsThatItFinds) {
  fill();
  done(database_->write_now([](store::Transaction& tx) {
    return tx.script("CREATE INDEX shop_company_name_ix ON shop_company (name);");
  }));
  must(create({{"name", "Mill"}}));
  const QueryScope scope{catalog_, *company_, admin_, database_->dialect(), clock_};
  for (const ListQuery& query : {ListQuery{.q = "mill"}, ListQuery{.q = "mill", .sort = "name"},
                                 ListQuery{.filter = "search(\"mill\")"}}) {
    const CompiledList compiled = must(CompiledList::compile(scope, query, {}));
    EXPECT_EQ(names(list(query)), Names{"Mill"});
    if (GetParam()) continue;  // PostgreSQL plans by what it counted, which is one record here
    for (const auto& [sql, count] : {std::pair(compiled.rows_sql, compiled.owned.size()),
                                     std::pair(compiled.totals_sql, compiled.filter_count)}) {
      std::string plan;
      done(database_->read([&](store::Session& session) {
        return session.query("EXPLAIN QUERY PLAN " + sql, compiled.params(count), [&](const store::Row& row) {
          plan += row.string(3) + "\n";
          return true;
        });
      }));
      EXPECT_EQ(plan.find("SCAN t"), std::string::npos) << sql << "\n" << plan;
      EXPECT_NE(plan.find("SEARCH t USING"), std::string::npos) << plan;
    }
  }
  const auto groups = must(engine_->aggregate(catalog_, *company_, admin_, {.q = "mill"}));
  EXPECT_EQ(Json::parse(*groups)["data"][0]["count"], 1);
}

TEST_P(EngineSuiteSearch, WhatIsAskedIsNeverSyntax) {
  fill();
  must(create({{"name", "plain"}}));
  must(create({{"name", "東京 港 😀"}}));
  for (const char* q : {"\"",
                        "'",
                        "a\" OR \"plain",
                        "plain*",
                        "* plain",
                        "NOT plain",
                        "plain AND",
                        "pl:ain",
                        "(plain",
                        "plain)",
                        "{name}: plain",
                        "^plain",
                        "plain & ! x",
                        "plain | x",
                        "<->",
                        "'; DROP TABLE core_search; --",
                        "$1",
                        "\\",
                        "NEAR(plain, 2)",
                        "%",
                        "_",
                        "-"})
    EXPECT_EQ(list_error({.q = q}), "ok") << q;
  EXPECT_EQ(found("* \"plain\" ^:"), Names{"plain"});
  EXPECT_EQ(found("plain OR nothing"), Names());
  EXPECT_EQ(found("%"), Names());
  EXPECT_EQ(found(std::string("plain\0 x", 7)), Names{"plain"});
  EXPECT_EQ(found("京"), Names{"東京 港 😀"});
  EXPECT_EQ(found("港 東"), Names{"東京 港 😀"});
  EXPECT_EQ(found("😀"), Names{"東京 港 😀"});
  std::string many;
  for (int i = 0; i < 10'000; ++i) many += "word ";
  EXPECT_EQ(list_error({.q = many}), "entity.query_too_long");
  std::string distinct;
  for (int i = 0; i < 100; ++i) distinct += std::string(1, static_cast<char>('a' + i % 26)) + " ";
  EXPECT_EQ(list_error({.q = distinct}), "ok");
  std::string characters;
  for (int i = 0; i < 66; ++i) characters += "京港東";
  EXPECT_EQ(found(characters), Names{"東京 港 😀"});
}

TEST_P(EngineSuiteSearch, AHiddenFieldIsNotFound) {
  Catalog catalog;
  add_entity(catalog,
             Json::parse(R"({"entity": "person", "plural": "persons", "table": "shop_person", "title": "name",
    "fields": [{"name": "name", "type": "text"}, {"name": "secret", "type": "text", "view": ["manager"]},
               {"name": "note", "type": "longtext"}],
    "rights": {"user": ["view", "create"], "manager": ["view"]}, "search": ["name", "secret", "note"]})"));
  catalog.link();
  fill(catalog);
  must(create_in(catalog, "shop.person", admin_,
                 {{"name", "Ada"}, {"secret", "lovelace"}, {"note", "first programmer"}}));
  const auto asks = [&](const Caller& caller, const ListQuery& query) {
    return names(Json::parse(*must(engine_->list(catalog, *catalog.find("shop.person"), caller, query))));
  };
  EXPECT_EQ(asks(admin_, {.q = "lovelace"}), Names{"Ada"});
  EXPECT_EQ(asks(user_, {.q = "lovelace"}), Names());
  EXPECT_EQ(asks(user_, {.q = "ada love"}), Names());
  EXPECT_EQ(asks(user_, {.q = "ada program"}), Names{"Ada"});
  EXPECT_EQ(asks(user_, {.filter = "search(\"love\")"}), Names());
  EXPECT_EQ(asks(user_, {.filter = "!search(\"love\")"}), Names{"Ada"});
}

TEST_P(EngineSuiteSearch, RecordsOutOfScopeAreNotFound) {
  Catalog catalog;
  Json order = Json::parse(R"({"entity": "task", "plural": "tasks", "table": "shop_task", "title": "name",
    "fields": [{"name": "name", "type": "text"}], "rights": {"user": ["view.own", "create"]}, "search": ["name"]})");
  add_entity(catalog, order);
  catalog.link();
  fill(catalog);
  must(create_in(catalog, "shop.task", admin_, {{"name", "Secret plan"}}));
  must(create_in(catalog, "shop.task", user_, {{"name", "My plan"}}));
  const auto answer =
      Json::parse(*must(engine_->list(catalog, *catalog.find("shop.task"), user_, {.q = "plan"})));
  EXPECT_EQ(names(answer), Names{"My plan"});
  EXPECT_EQ(answer["meta"]["total"], 1);
}

TEST_P(EngineSuiteSearch, NewSearchFieldsFillTheIndexAgain) {
  fill();
  must(create({{"name", "Mill"}, {"mail", "boss@harbour.example"}}));
  EXPECT_EQ(found("harbour"), Names());
  Json wider = Json::parse(kCompany);
  wider["search"].push_back("mail");
  Catalog catalog;
  catalog.add(must(Definition::parse("shop", "entities/company.json", wider)));
  catalog.link();
  const EntityEntry& company = *catalog.find("shop.company");
  EXPECT_FALSE(company.searchable);
  fill(catalog);
  EXPECT_TRUE(company.searchable);
  EXPECT_EQ(names(Json::parse(*must(engine_->list(catalog, company, admin_, {.q = "harb mill"})))),
            Names{"Mill"});
}

TEST_P(EngineSuiteSearch, AModulesWordsGoWithIt) {
  fill();
  must(create({{"name", "Mill"}}));
  done(database_->write_now([](store::Transaction& tx) { return forget_search(tx, "sho"); }));
  EXPECT_EQ(count("SELECT count(*) FROM core_search"), 1);
  done(database_->write_now([](store::Transaction& tx) { return forget_search(tx, "shop"); }));
  EXPECT_EQ(count("SELECT count(*) FROM core_search"), 0);
  EXPECT_EQ(count("SELECT count(*) FROM core_search_state"), 0);
}

}  // namespace opsflux::entities
