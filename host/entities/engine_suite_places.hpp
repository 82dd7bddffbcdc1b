// Tests only: the scopes of companies and departments themselves.
#pragma once

#include "host/entities/engine_suite_rights.hpp"

namespace opsflux::entities {

// Companies and departments themselves are judged by their own identifier.
class EngineSuitePlaces : public EngineSuiteRights {
 protected:
  void SetUp() override {
    EngineSuiteRights::SetUp();
    add_entity(places_, Json::parse(R"({"entity": "firm", "plural": "firms", "table": "shop_firm",
      "company": "id", "fields": [{"name": "name", "type": "text"}],
      "rights": {"all": ["view", "create"], "company": ["view.company", "create.company", "edit.company"],
                 "department": ["view.company"]}})"));
    add_entity(places_, Json::parse(R"({"entity": "office", "plural": "offices", "table": "shop_office",
      "company": "firm", "department": "id",
      "fields": [{"name": "name", "type": "text"}, {"name": "firm", "type": "reference", "to": "shop.firm"}],
      "rights": {"all": ["view", "create"], "company": ["view.company", "create.company", "edit.company"],
                 "department": ["view.department"]}})"));
    places_.set_people("shop.unit");
    places_.link();
    for (const char* name : {"east", "west"}) {
      at_[name] = must(create_in(places_, "shop.firm", admin_, {{"name", name}})).id;
      for (const char* part : {"-a", "-b"})
        at_[std::string(name) + part] =
            must(create_in(places_, "shop.office", admin_,
                           {{"name", std::string(name) + part}, {"firm", at_[name]}}))
                .id;
    }
    done(secure_rows(*database_, places_));
  }
  // Ann in a role of that name, of the east and its first office.
  Caller of_east(const char* role) const {
    Caller caller = ann(role);
    caller.companies = {at_.at("east")};
    caller.departments = {at_.at("east-a")};
    return caller;
  }
  std::string names(const char* entity, const Caller& caller) {
    ListQuery query;
    query.sort = "name";
    auto answer = engine_->list(places_, *places_.find(entity), caller, query);
    if (!answer) return answer.error().code;
    const Json json = Json::parse(**answer);
    std::string out;
    for (const Json& record : json["data"])
      out += (out.empty() ? "" : " ") + record["name"].get<std::string>();
    return out;
  }

  // What a statement without any condition gives, where the database judges; else the same as the engine.
  std::string kept(const char* table, const Caller& caller) {
    if (!database_->judges_rows())
      return names(table == std::string("shop_firm") ? "shop.firm" : "shop.office", caller);
    std::string out;
    const auto read =
        database_->read(row_identity(*database_, places_, caller), [&](store::Session& session) {
          out.clear();
          return session.query("SELECT name FROM " + std::string(table) + " ORDER BY name", {},
                               [&](const store::Row& row) {
                                 out += (out.empty() ? "" : " ") + row.string(0);
                                 return true;
                               });
        });
    return read ? out : read.error().code;
  }

  Catalog places_;
  std::map<std::string, std::string> at_;
};

TEST_P(EngineSuitePlaces, AreSeenAndChangedByTheirOwnPeople) {
  EXPECT_EQ(names("shop.firm", of_east("all")), "east west");
  EXPECT_EQ(names("shop.firm", of_east("company")), "east");
  EXPECT_EQ(names("shop.office", of_east("company")), "east-a east-b");
  EXPECT_EQ(names("shop.office", of_east("department")), "east-a");
  Caller nobody = of_east("company");
  nobody.companies = nobody.departments = {};
  EXPECT_EQ(names("shop.firm", nobody), "");
  const auto change = [&](const char* entity, const char* which, const Json& values) {
    const auto written = update_in(places_, entity, of_east("company"), at_[which], values);
    return written ? "ok" : written.error().code;
  };
  EXPECT_EQ(change("shop.firm", "east", {{"name", "East"}}), "ok");
  EXPECT_EQ(change("shop.firm", "west", {{"name", "West"}}), "entity.no_record");
  EXPECT_EQ(change("shop.office", "east-b", {{"firm", at_["west"]}}), "entity.no_reference");
  EXPECT_EQ(change("shop.office", "west-a", {{"name", "x"}}), "entity.no_record");
}

TEST_P(EngineSuitePlaces, InTheNameOfOneNothingIsSeenOfAnother) {
  Caller ann = of_east("company");
  ann.companies = {at_["east"], at_["west"]};
  ann.company = at_["west"];
  ASSERT_TRUE(create_in(places_, "shop.office", ann, {{"name", "own-west"}}));
  EXPECT_EQ(names("shop.office", ann), "east-a east-b own-west west-a west-b");
  ann.company = at_["east"];
  ann.companies = {at_["east"]};
  EXPECT_EQ(names("shop.office", ann), "east-a east-b") << "also not of what she owns";
  EXPECT_EQ(kept("shop_office", ann), "east-a east-b");
  ann.role = "department";
  EXPECT_EQ(names("shop.office", ann), "east-a");
  EXPECT_EQ(kept("shop_office", ann), "east-a");
  ann.company.clear();
  EXPECT_EQ(names("shop.office", ann), "east-a") << "nor in nobody's name, as she is not of the west";
  ann.companies.push_back(at_["west"]);
  EXPECT_EQ(names("shop.office", ann), "east-a own-west");
  EXPECT_EQ(kept("shop_office", ann), "east-a own-west");
}

TEST_P(EngineSuitePlaces, WhatIsMadeInTheNameOfOneBelongsToIt) {
  const auto made = [&](Caller caller, const Json& values) {
    caller.company = at_["east"];
    const std::string id = must(create_in(places_, "shop.office", caller, values)).id;
    std::string out;
    EXPECT_TRUE(engine_->read(places_, *places_.find("shop.office"), admin_, id, {}, out));
    return Json::parse(out)["firm"];
  };
  EXPECT_EQ(made(of_east("company"), {{"name", "new"}}), at_["east"]);
  EXPECT_EQ(made(admin_, {{"name", "new"}, {"firm", at_["west"]}}), at_["west"]);
}

TEST_P(EngineSuitePlaces, AreKeptByTheDatabaseAsWell) {
  EXPECT_EQ(kept("shop_firm", of_east("all")), "east west");
  EXPECT_EQ(kept("shop_firm", of_east("company")), "east");
  EXPECT_EQ(kept("shop_office", of_east("company")), "east-a east-b");
  EXPECT_EQ(kept("shop_office", of_east("department")), "east-a");
  Caller both = of_east("company");
  both.companies.push_back(at_["west"]);
  EXPECT_EQ(kept("shop_firm", both), "east west");
  both.companies = {"x\x1f" + at_["west"] + "' OR 1 = 1"};
  EXPECT_EQ(kept("shop_firm", both), "") << "an identifier is a value";
}

}  // namespace opsflux::entities
