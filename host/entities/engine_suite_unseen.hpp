// Tests only: errors, keys, orders and histories that might tell of fields and records out of sight.
#pragma once

#include "host/entities/bulk.hpp"
#include "host/entities/engine_suite_rights.hpp"
#include "host/entities/merge.hpp"
#include "host/entities/search.hpp"

namespace opsflux::entities {

// Tickets, of which some fields are for the role "all" only.
class EngineSuiteUnseen : public EngineSuiteRights {
 protected:
  static constexpr const char* kTicket =
      R"json({"entity": "ticket", "plural": "tickets", "table": "shop_ticket", "title": "veiled",
    "fields": [
      {"name": "veiled", "type": "text", "view": ["all"], "edit": ["all"]},
      {"name": "name", "type": "text"},
      {"name": "kind", "type": "text"},
      {"name": "number", "type": "text", "unique": true, "view": ["all"], "edit": ["all"]},
      {"name": "needed", "type": "text", "required": true, "view": ["all"], "edit": ["all"]},
      {"name": "above", "type": "parent"}],
    "unique": [["kind", "veiled"]],
    "rules": [{"id": "apart", "check": "veiled != name"}],
    "views": {"list": {"columns": ["name"], "sort": "-veiled,name",
                       "tabs": [{"id": "mine", "filter": "veiled == \"x\""}, {"id": "rest", "filter": "has(name)"}]},
              "form": {"sections": [{"id": "a", "fields": ["name"], "visible_if": "has(veiled)"}]}},
    "rights": {"all": ["view", "create", "edit", "delete"], "clerk": ["view", "create", "edit", "delete"],
               "odd": ["view.own", "edit", "delete"]}})json";

  void SetUp() override {
    EngineSuiteRights::SetUp();
    add_entity(tickets_, Json::parse(kTicket));
    tickets_.link();
    done(database_->write_now([](store::Transaction& transaction) {
      return transaction.script(
          "CREATE UNIQUE INDEX shop_ticket_number ON shop_ticket (number); "
          "CREATE UNIQUE INDEX shop_ticket_kind_veiled ON shop_ticket (kind, veiled);");
    }));
    first_ = ticket("b", "one", "x");
    second_ = ticket("a", "two", "x");
    done(secure_rows(*database_, tickets_));
  }
  std::string ticket(const char* veiled, const char* name, const char* kind) {
    return must(create_in(tickets_, "shop.ticket", ann("all"),
                          {{"veiled", veiled},
                           {"name", name},
                           {"kind", kind},
                           {"number", std::string("n-") + name},
                           {"needed", "yes"}}))
        .id;
  }
  const EntityEntry& tickets() const { return *tickets_.find("shop.ticket"); }
  // The whole of an error, as an answer and the log may show it.
  static std::string whole(const Error& error) {
    std::string out = error.code + " " + error.message + " at " + error.field;
    for (const auto& [key, value] : error.params) out += " " + key + "=" + value;
    for (const Error& cause : error.causes) out += "; " + whole(cause);
    return out;
  }
  std::string upserted(const Caller& caller, const Json& key) {
    std::string out = "ok";
    const auto made = database_->write_now([&](store::Transaction& transaction) -> Result<void> {
      WriteContext context{transaction, tickets_, caller};
      BulkOperation operation;
      operation.action = BulkOperation::Action::kUpsert;
      operation.key = key;
      operation.values = {{"name", "changed"}};
      TRY(apply(*engine_, context, tickets(), operation));
      return {};
    });
    return made ? out : whole(made.error());
  }
  std::string changed(const Caller& caller, const std::string& id, const Json& input) {
    const auto made = update_in(tickets_, "shop.ticket", caller, id, input);
    return made ? "ok" : whole(made.error());
  }

  Catalog tickets_;
  std::string first_, second_;
};

// Otherwise whoever may write could try out what a hidden field holds.
TEST_P(EngineSuiteUnseen, AKeyOfAHiddenFieldIsNoKey) {
  const std::string refused = upserted(ann("clerk"), {{"number", "n-one"}});
  EXPECT_TRUE(refused.starts_with("entity.bad_key")) << refused;
  EXPECT_EQ(upserted(ann("clerk"), {{"number", "n-none"}}), refused);
  EXPECT_EQ(upserted(ann("clerk"), {{"nothing", "n-one"}}), refused);
  EXPECT_EQ(upserted(ann("all"), {{"number", "n-one"}}), "ok");
}

TEST_P(EngineSuiteUnseen, ErrorsDoNotNameHiddenFields) {
  const Caller clerk = ann("clerk");
  const auto made = create_in(tickets_, "shop.ticket", clerk, {{"name", "new"}});
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, "entity.required_unseen");
  EXPECT_EQ(whole(made.error()).find("needed"), std::string::npos) << whole(made.error());
  const auto wrong = create_in(tickets_, "shop.ticket", clerk, {{"name", 7}});
  EXPECT_EQ(whole(wrong.error()).find("needed"), std::string::npos) << whole(wrong.error());
  const std::string rule = changed(clerk, first_, {{"name", "b"}});
  EXPECT_TRUE(rule.starts_with("shop.rule.ticket.apart")) << rule;
  EXPECT_EQ(rule.find("veiled"), std::string::npos) << rule;
  // Unique together with a field that he does not see.
  ticket("b", "three", "y");
  const std::string clash = changed(clerk, first_, {{"kind", "y"}});
  EXPECT_TRUE(clash.starts_with("entity.not_unique")) << clash;
  EXPECT_EQ(clash.find("veiled"), std::string::npos) << clash;
  EXPECT_NE(changed(ann("all"), first_, {{"kind", "y"}}).find("veiled"), std::string::npos);
}

TEST_P(EngineSuiteUnseen, TheOrderOfAListDoesWithoutHiddenFields) {
  const auto listed = [&](const char* role) {
    auto answer = engine_->list(tickets_, tickets(), ann(role), {});
    return answer ? Json::parse(**answer)["data"][0]["name"].get<std::string>() : whole(answer.error());
  };
  EXPECT_EQ(listed("all"), "one") << "by what is hidden, descending";
  EXPECT_EQ(listed("clerk"), "one");
  must(update_in(tickets_, "shop.ticket", ann("all"), second_, {{"veiled", "z"}}));
  EXPECT_EQ(listed("all"), "two");
  EXPECT_EQ(listed("clerk"), "one") << "the order would tell";
}

TEST_P(EngineSuiteUnseen, ADocumentDoesNotNameHiddenFieldsInConditions) {
  const Json document = document_for(tickets_, tickets(), ann("clerk"));
  for (const char* name : {"veiled", "needed", "number"})
    EXPECT_EQ(document.dump().find(name), std::string::npos) << document.dump(1);
  EXPECT_EQ(document["title"], "name");
  EXPECT_EQ(document["views"]["list"]["sort"], "name");
  EXPECT_EQ(document["views"]["list"]["tabs"].size(), 1);
  EXPECT_EQ(document["views"]["form"]["sections"].size(), 1);
  EXPECT_EQ(document_for(tickets_, tickets(), ann("all"))["views"]["list"]["tabs"].size(), 2);
}

TEST_P(EngineSuiteUnseen, AGroupShowsNoTitleThatIsHidden) {
  must(update_in(tickets_, "shop.ticket", ann("all"), second_, {{"above", first_}}));
  const auto grouped = [&](const char* role) {
    return *must(engine_->aggregate(tickets_, tickets(), ann(role), {.group = {"above"}}));
  };
  EXPECT_NE(grouped("all").find("\"b\""), std::string::npos) << grouped("all");
  EXPECT_EQ(grouped("clerk").find("\"b\""), std::string::npos) << grouped("clerk");
}

// The index of words is asked for the caller, behind the second wall.
TEST_P(EngineSuiteUnseen, WordsFindOnlyRecordsInScopeAndFieldsThatAreSeen) {
  done(secure_rows(*database_, tasks_));
  SearchFiller filler(*database_);
  while (must(filler.step(tasks_))) {
  }
  ASSERT_TRUE(entity("shop.task").searchable);
  EXPECT_EQ(seen(ann("company"), {.q = "bob"}), "1: bob-north");
  EXPECT_EQ(seen(ann("company"), {.filter = "search(\"bob\")"}), "1: bob-north");
  EXPECT_EQ(seen(ann("own"), {.q = "bob"}), "0:");
  EXPECT_EQ(seen(ann("company"), {.q = "hidden"}), "0:");
  EXPECT_EQ(seen(ann("all"), {.q = "hidden"}).substr(0, 2), "3:");
}

// What labels join brings parameters of its own, which are none of the filter's.
TEST_P(EngineSuiteUnseen, AFilteredListMayNameRecordsOfWhichNotAllAreInScope) {
  done(secure_rows(*database_, tasks_));
  ListQuery query;
  query.filter = "has(name)";
  auto answer = engine_->list(tasks_, entity("shop.note"), ann("own"), query);
  ASSERT_TRUE(answer) << whole(answer.error());
  EXPECT_EQ(Json::parse(**answer)["data"].size(), 3);
}

// A right to change that is wider than the right to see reaches no further than that.
TEST_P(EngineSuiteUnseen, NobodyChangesWhatHeDoesNotSee) {
  Caller odd = ann("odd");
  odd.user_id = kBob;
  const std::string missing = "01939f3e-0000-7000-8000-0000000000ff";
  EXPECT_TRUE(changed(odd, first_, {{"name", "x"}}).starts_with("entity.no_record"));
  EXPECT_EQ(changed(odd, first_, {{"name", "x"}}), changed(odd, missing, {{"name", "x"}}));
  const auto stale = write(odd, [&](WriteContext& context) {
    WriteContext own{context.transaction, tickets_, context.caller};
    return engine_->update(own, tickets(), first_, 9, {{"name", "x"}});
  });
  EXPECT_EQ(stale.error().code, "entity.no_record") << "no 412 with the record in it";
  odd.user_id = kAnn;
  EXPECT_EQ(changed(odd, first_, {{"name", "x"}}), "ok") << "his own";
}

// Who was to see a field that is no more, nobody knows.
TEST_P(EngineSuiteUnseen, TheHistoryOfAFieldThatIsNoMoreIsForWhoSeesEverything) {
  Json later = Json::parse(kTicket);
  later["fields"].erase(0);
  later["title"] = "name";
  later.erase("unique");
  later.erase("rules");
  later.erase("views");
  Catalog catalog;
  catalog.add(must(Definition::parse("shop", "entities/ticket.json", later)));
  catalog.link();
  const auto told = [&](const Caller& caller) {
    std::string out;
    done(engine_->activity(catalog, *catalog.find("shop.ticket"), caller, first_, out));
    return out;
  };
  EXPECT_EQ(told(ann("clerk")).find("veiled"), std::string::npos) << told(ann("clerk"));
  EXPECT_EQ(told(ann("all")).find("veiled"), std::string::npos) << "his role may have come to see the rest";
  EXPECT_NE(told(admin_).find("veiled"), std::string::npos);
}

TEST_P(EngineSuiteUnseen, WhatForbidsADeletionIsToldToWhoSeesIt) {
  Catalog catalog;
  catalog.add(tickets().definition);
  add_entity(catalog, Json::parse(R"({"entity": "case", "plural": "cases", "table": "shop_case", "fields": [
    {"name": "ticket", "type": "reference", "to": "shop.ticket", "on_delete": "refuse"}], "rights": {"all": ["view"]}})"));
  catalog.link();
  must(create_in(catalog, "shop.case", admin_, {{"ticket", first_}}));
  const auto removed = [&](const Caller& caller) {
    const auto made = write(caller, [&](WriteContext& context) {
      WriteContext own{context.transaction, catalog, context.caller};
      return engine_->remove(own, *catalog.find("shop.ticket"), first_, 0);
    });
    return made ? "ok" : whole(made.error());
  };
  EXPECT_TRUE(removed(ann("all")).starts_with("entity.in_use 1 records of shop.case")) << removed(ann("all"));
  EXPECT_TRUE(removed(ann("clerk")).starts_with("entity.in_use_unseen")) << removed(ann("clerk"));
  EXPECT_EQ(removed(ann("clerk")).find("case"), std::string::npos);
}

TEST_P(EngineSuiteUnseen, AMergeIsTakenBackByWhoSeesWhatItChanged) {
  const auto merged = [&](const Caller& caller, const std::function<Result<Written>(WriteContext&)>& work) {
    const auto made = write(caller, [&](WriteContext& context) {
      WriteContext own{context.transaction, tickets_, context.caller};
      return work(own);
    });
    return made ? "ok" : whole(made.error());
  };
  Merger merger(*engine_);
  ASSERT_EQ(merged(ann("all"),
                   [&](WriteContext& context) {
                     return merger.merge(context, tickets(), first_,
                                         {{"from", second_}, {"values", {{"veiled", "c"}}}});
                   }),
            "ok");
  std::string out;
  done(merger.list(tickets_, tickets(), admin_, first_, out));
  const std::string id = Json::parse(out)["data"][0]["id"];
  const auto undone = [&](const Caller& caller, const std::string& into, const std::string& merge) {
    return merged(caller,
                  [&](WriteContext& context) { return merger.undo(context, tickets(), into, merge); });
  };
  const std::string refused = undone(ann("clerk"), first_, id);
  EXPECT_TRUE(refused.starts_with("entity.out_of_scope")) << refused;
  EXPECT_EQ(refused.find("veiled"), std::string::npos) << refused;
  Caller odd = ann("odd");
  odd.user_id = kBob;
  EXPECT_TRUE(undone(odd, first_, id).starts_with("entity.no_record")) << undone(odd, first_, id);
  EXPECT_EQ(undone(ann("all"), first_, id), "ok");
}

}  // namespace opsflux::entities
