// Tests only: records that are probably one thing entered twice.
#pragma once

#include "host/entities/duplicates.hpp"
#include "host/entities/engine_fixture.hpp"

namespace opsflux::entities {

class EngineSuiteDuplicates : public EngineSuite {
 protected:
  EngineSuiteDuplicates() { rules(kRules); }

  static constexpr const char* kRules = R"([
    {"id": "name", "fields": ["name"], "match": "jaro_winkler", "threshold": 0.9},
    {"id": "code", "fields": ["code", "country"]},
    {"id": "mail", "fields": ["mail"], "match": "trigram", "threshold": 0.6}])";

  void rules(const std::string& list, const Json& change = Json::object()) {
    Json file = Json::parse(kCompany);
    file["rights"] = {{"user", {"view.own", "create"}}};
    if (const Json given = Json::parse(list); !given.empty()) file["duplicates"] = given;
    for (Json& field : file["fields"])
      if (change.contains(field["name"].get<std::string>()))
        field.update(change[field["name"].get<std::string>()]);
    catalog_ = Catalog();
    catalog_.add(must(Definition::parse("shop", "entities/company.json", file)));
    catalog_.link();
    company_ = catalog_.find("shop.company");
  }
  std::string made(const Json& input) { return must(create(input)).id; }
  Json like(const Json& values, const std::string& except = "") { return like_as(admin_, values, except); }
  Json like_as(const Caller& caller, const Json& values, const std::string& except = "") {
    std::string out;
    done(Duplicates::find(*engine_, catalog_, *company_, caller, values, except, out));
    return Json::parse(out)["data"];
  }
  static std::vector<std::string> titles(const Json& found) {
    std::vector<std::string> out;
    for (const Json& one : found) out.push_back(one["title"]);
    return out;
  }
  std::int64_t keys() {
    std::int64_t out = 0;
    done(database_->read([&](store::Session& session) -> Result<void> {
      TRY(session.query_one("SELECT count(*) FROM core_likeness", {},
                            [&](const store::Row& row) { out = row.i64(0); }));
      return {};
    }));
    return out;
  }
  using Strings = std::vector<std::string>;
};

TEST_P(EngineSuiteDuplicates, AreFoundThoughWrittenOtherwise) {
  made({{"name", "Kribi Logistics"}, {"code", "KR-1"}, {"country", "CM"}});
  made({{"name", "Gamba Services"}, {"mail", "contact@gamba.example"}});
  made({{"name", "Owendo"}});
  for (const char* name :
       {"KRIBI LOGISTICS", "Kribi Logistic", "Logistics Kribi", "Kríbi-Logístics", "Kirbi Logistics"})
    EXPECT_EQ(titles(like({{"name", name}})), Strings{"Kribi Logistics"}) << name;
  EXPECT_EQ(like({{"name", "Libreville"}}).size(), 0u);
  const Json equal = like({{"name", "X"}, {"code", "KR-1"}, {"country", "CM"}});
  ASSERT_EQ(equal.size(), 1u);
  EXPECT_EQ(equal[0]["score"], 1.0);
  EXPECT_EQ(equal[0]["rules"], Json({"code"}));
  EXPECT_EQ(like({{"code", "KR-1"}, {"country", "GA"}}).size(), 0u) << "all fields of the rule";
  EXPECT_EQ(like({{"code", "KR-1"}}).size(), 0u) << "what is missing is not equal";
  EXPECT_EQ(titles(like({{"mail", "contact@gamba.exemple"}})), Strings{"Gamba Services"});
}

TEST_P(EngineSuiteDuplicates, TheMostAlikeComesFirstAndTheRecordItselfNot) {
  const std::string self = made({{"name", "Kribi Logistics"}});
  made({{"name", "Kribi Logistiks"}});
  made({{"name", "Kribi Logistics"}, {"code", "KR-2"}});
  std::string out;
  done(Duplicates::find_like(*engine_, catalog_, *company_, admin_, self, out));
  EXPECT_EQ(titles(Json::parse(out)["data"]), (Strings{"Kribi Logistics", "Kribi Logistiks"}));
  EXPECT_EQ(like({{"name", "Kribi Logistics"}}, self).size(), 2u);
}

TEST_P(EngineSuiteDuplicates, FollowChangesDeletionAndPurge) {
  const std::string id = made({{"name", "Kribi Logistics"}});
  must(update(id, 1, {{"name", "Port-Gentil"}}));
  EXPECT_EQ(like({{"name", "Kribi Logistics"}}).size(), 0u);
  EXPECT_EQ(like({{"name", "Port Gentil"}}).size(), 1u);
  must(remove(id));
  EXPECT_EQ(like({{"name", "Port Gentil"}}).size(), 0u);
  must(write(admin_, [&](WriteContext& context) { return engine_->restore(context, *company_, id); }));
  EXPECT_EQ(like({{"name", "Port Gentil"}}).size(), 1u);
  must(remove(id));
  done(database_->write_now([&](store::Transaction& transaction) {
    WriteContext context{transaction, catalog_, admin_};
    return engine_->purge(context, *company_, id);
  }));
  EXPECT_EQ(keys(), 0);
}

TEST_P(EngineSuiteDuplicates, TellNobodyOfWhatHeMayNotSee) {
  made({{"name", "Kribi Logistics"}});
  EXPECT_EQ(like_as(user_, {{"name", "Kribi Logistics"}}).size(), 0u) << "of somebody else";
  must(create_as(user_, {{"name", "Gamba Services"}, {"mail", "contact@gamba.example"}}));
  EXPECT_EQ(like_as(user_, {{"name", "Gamba Service"}}).size(), 1u);
  rules(kRules, {{"mail", {{"view", {"administrator"}}}}});
  EXPECT_EQ(like_as(user_, {{"mail", "contact@gamba.example"}}).size(), 0u) << "a hidden field";
  EXPECT_EQ(like({{"mail", "contact@gamba.example"}}).size(), 1u);
}

TEST_P(EngineSuiteDuplicates, RecordsFromBeforeARuleAreTakenInByBatches) {
  rules("[]");
  done(database_->write_now([&](store::Transaction& transaction) -> Result<void> {
    WriteContext context{transaction, catalog_, admin_};
    for (int i = 0; i < 1203; ++i)
      TRY(engine_->create(context, *company_, {{"name", "Firm " + std::to_string(i)}}));
    return {};
  }));
  EXPECT_EQ(keys(), 0);
  rules(kRules);
  int steps = 0;
  // Each by a builder of its own, as if the server had been stopped between.
  while (must(LikenessBuilder(*database_).step(catalog_)) && ++steps < 3) continue;
  LikenessBuilder builder(*database_);
  while (must(builder.step(catalog_))) ++steps;
  EXPECT_LT(steps, 6);
  EXPECT_EQ(titles(like({{"name", "Firm 1201"}}))[0], "Firm 1201");
  const std::int64_t before = keys();
  EXPECT_FALSE(must(builder.step(catalog_)));
  // Other rules, other keys; none, none.
  rules(R"([{"id": "code", "fields": ["code"]}])");
  while (must(builder.step(catalog_))) continue;
  EXPECT_LT(keys(), before);
  rules("[]");
  while (must(builder.step(catalog_))) continue;
  EXPECT_EQ(keys(), 0);
}

TEST_P(EngineSuiteDuplicates, WhatManyHaveInCommonDoesNotHideTheFew) {
  done(database_->write_now([&](store::Transaction& transaction) -> Result<void> {
    WriteContext context{transaction, catalog_, admin_};
    for (int i = 0; i < 2100; ++i)
      TRY(engine_->create(context, *company_, {{"name", "Services " + std::to_string(10000 + i)}}));
    return {};
  }));
  made({{"name", "Services Zanaga"}});
  EXPECT_EQ(titles(like({{"name", "Service Zanaga"}}))[0], "Services Zanaga");
}

TEST_P(EngineSuiteDuplicates, OddValuesFindNothingAndBreakNothing) {
  made({{"name", "A"}});
  for (const Json& odd :
       {Json(nullptr), Json(7), Json(std::string(300, 'x')), Json("'; DROP TABLE shop_company; --"),
        Json("\xF0\x9F\x9B\xA2"), Json("%_"), Json({{"a", 1}})})
    EXPECT_EQ(like({{"name", odd}, {"nothing", 1}}).size(), 0u) << odd;
  EXPECT_EQ(like({{"name", "a"}}).size(), 1u);
  const std::string barrel = made({{"name", "\xF0\x9F\x9B\xA2"}});
  EXPECT_EQ(like({{"name", "\xF0\x9F\x9B\xA2"}})[0]["id"], barrel);
}

TEST_P(EngineSuiteDuplicates, RulesThatMakeNoSenseAreRefused) {
  const std::pair<const char*, const char*> kWrong[] = {
      {R"([{"id": "a", "fields": ["tags"]}])", "definition.not_comparable"},
      {R"([{"id": "a", "fields": ["nothing"]}])", "definition.unknown_field"},
      {R"([{"id": "a", "fields": ["name"], "threshold": 0.8}])", "definition.useless_key"},
      {R"([{"id": "a", "fields": ["name"], "match": "soundex"}])", "schema.wrong_value"}};
  for (const auto& [list, code] : kWrong) {
    Json file = Json::parse(kCompany);
    file["duplicates"] = Json::parse(list);
    const auto parsed = Definition::parse("shop", "entities/company.json", file);
    ASSERT_FALSE(parsed) << list;
    EXPECT_EQ(parsed.error().code, code);
  }
}

}  // namespace opsflux::entities
