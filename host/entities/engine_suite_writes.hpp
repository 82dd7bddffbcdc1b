// Tests only: how records are written, and what is refused.
#pragma once

#include "host/entities/engine_fixture.hpp"

namespace opsflux::entities {

TEST_P(EngineSuite, RefusesWhatDoesNotFitAndNamesTheField) {
  const struct {
    Json input;
    const char* code;
    const char* field;
  } cases[] = {
      {{{"code", "AB-1"}}, "entity.required", "name"},
      {{{"name", "A"}, {"colour", 1}}, "entity.unknown_field", "colour"},
      {{{"name", "A"}, {"version", 3}}, "entity.system_field", "version"},
      {{{"name", "A"}, {"rank", 3}}, "entity.read_only", "rank"},
      {{{"name", 3}}, "entity.wrong_type", "name"},
      {{{"name", "123456789012345678901"}}, "entity.too_long", "name"},
      {{{"name", "A"}, {"code", "ab"}}, "entity.pattern", "code"},
      {{{"name", "A"}, {"type", "friend"}}, "entity.not_in_list", "type"},
      {{{"name", "A"}, {"score", 101}}, "entity.too_large", "score"},
      {{{"name", "A"}, {"score", -1}}, "entity.too_small", "score"},
      {{{"name", "A"}, {"score", 1.5}}, "entity.wrong_type", "score"},
      {{{"name", "A"}, {"score", 18446744073709551615ull}}, "entity.wrong_type", "score"},
      {{{"name", "A"}, {"capital", "1.234"}}, "entity.not_decimal", "capital"},
      {{{"name", "A"}, {"capital", "12345678901.00"}}, "entity.not_decimal", "capital"},
      {{{"name", "A"}, {"capital", "1e3"}}, "entity.not_decimal", "capital"},
      {{{"name", "A"}, {"active", "yes"}}, "entity.wrong_type", "active"},
      {{{"name", "A"}, {"founded", "2026-02-30"}}, "entity.not_date", "founded"},
      {{{"name", "A"}, {"seen", "2026-11-21T25:00:00Z"}}, "entity.not_datetime", "seen"},
      {{{"name", "A"}, {"seen", "2026-11-21T08:00:00"}}, "entity.not_datetime", "seen"},
      {{{"name", "A"}, {"tags", {"a", "b", "c", "d"}}}, "entity.too_many_items", "tags"},
      {{{"name", "A"}, {"mail", "nobody"}}, "entity.not_email", "mail"},
      {{{"name", "A"}, {"site", "javascript:alert(1)"}}, "entity.not_url", "site"},
      {{{"name", "A"}, {"country", "XX"}}, "entity.not_country", "country"},
      {{{"name", "A"}, {"parent", "Nothing"}}, "entity.not_reference", "parent"},
      {{{"name", "A"}, {"parent", "0190f1a2-0000-7000-8000-000000000000"}}, "entity.no_reference", "parent"},
      {{{"name", std::string("a\0b", 3)}}, "entity.nul_character", "name"},
  };
  for (const auto& one : cases) {
    const auto result = create(one.input);
    EXPECT_EQ(code_of(result), one.code) << one.input;
    EXPECT_EQ(field_of(result), one.field) << one.input;
  }
  EXPECT_EQ(code_of(create(Json::array())), "entity.not_object");
  EXPECT_EQ(list({})["meta"]["total"], 0);  // nothing half-done stays
}

TEST_P(EngineSuite, ReportsAllWrongFieldsTogether) {
  const auto result = create({{"name", 1}, {"score", "x"}});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, "entity.invalid");
  EXPECT_EQ(result.error().causes.size(), 2u);
}

TEST_P(EngineSuite, KeepsUniqueValuesUnique) {
  const auto first = must(create({{"name", "A"}, {"code", "AB-1"}}));
  const auto second = create({{"name", "B"}, {"code", "AB-1"}});
  EXPECT_EQ(code_of(second), "entity.not_unique");
  EXPECT_EQ(field_of(second), "code");
  must(remove(first.id));
  EXPECT_EQ(code_of(create({{"name", "B"}, {"code", "AB-1"}})),
            "ok");  // a deleted record does not stand in the way
}

TEST_P(EngineSuite, UpdatesOnlyTheVersionThatWasRead) {
  const auto made = must(create({{"name", "A"}, {"score", 1}}));
  EXPECT_EQ(must(update(made.id, 1, {{"score", 2}})).version, 2);
  const auto stale = update(made.id, 1, {{"score", 3}});
  EXPECT_EQ(code_of(stale), "entity.version_conflict");
  EXPECT_EQ(Json::parse(stale.error().current)["score"], 2);
  EXPECT_EQ(must(update(made.id, 0, {{"score", 3}})).version, 3);
  EXPECT_EQ(must(update(made.id, 3, {{"score", 3}})).version, 3);  // nothing changed, no new version
  EXPECT_EQ(code_of(update("0190f1a2-0000-7000-8000-000000000000", 0, {{"score", 3}})), "entity.no_record");
}

TEST_P(EngineSuite, DeletesSoftlyAndRestores) {
  const auto made = must(create({{"name", "A"}}));
  must(remove(made.id));
  EXPECT_EQ(list({})["meta"]["total"], 0);
  ListQuery deleted;
  deleted.deleted = true;
  EXPECT_EQ(list(deleted)["meta"]["total"], 1);
  EXPECT_EQ(code_of(remove(made.id)), "entity.no_record");
  must(write(admin_, [&](WriteContext& context) { return engine_->restore(context, *company_, made.id); }));
  EXPECT_EQ(names(list({})), std::vector<std::string>{"A"});
}

TEST_P(EngineSuite, WritesAuditRowAndTellsListeners) {
  const auto made = must(create({{"name", "A"}}));
  must(update(made.id, 1, {{"name", "B"}}));
  std::string out;
  done(engine_->activity(catalog_, *company_, admin_, made.id, out));
  const Json activity = Json::parse(out)["data"];
  ASSERT_EQ(activity.size(), 2u);
  EXPECT_EQ(activity[0]["action"], "updated");
  EXPECT_EQ(activity[0]["actor"]["name"], "Ada");
  EXPECT_EQ(activity[0]["changes"], Json::parse(R"([{"field": "name", "before": "A", "after": "B"}])"));
  std::lock_guard lock(listener_.mutex);
  ASSERT_EQ(listener_.changes.size(), 2u);
  EXPECT_EQ(listener_.changes[1].action, "updated");
}

TEST_P(EngineSuite, LeavesNothingWhenAListenerFails) {
  listener_.refuse = true;
  EXPECT_EQ(code_of(create({{"name", "A"}})), "test.refused");
  EXPECT_EQ(list({})["meta"]["total"], 0);
  EXPECT_TRUE(listener_.changes.empty());
}

TEST_P(EngineSuite, SealsTheAuditTrailAndFindsWhatWasAltered) {
  begin_trail();
  for (int i = 0; i < 5; ++i) must(create({{"name", "N" + std::to_string(i)}}));
  done(database_->write_now([&](store::Transaction& transaction) -> Result<void> {
    TRY(audit_.seal(transaction));
    return {};
  }));
  const auto verify = [&] { return must(audit_.verify(*database_)); };
  EXPECT_TRUE(verify().intact);
  EXPECT_EQ(verify().sealed, 5);
  const auto sql = [&](std::string_view text) {
    done(database_->write_now([&](store::Transaction& transaction) -> Result<void> {
      TRY(transaction.execute(text));
      return {};
    }));
  };
  sql("UPDATE core_audit SET actor_name = 'Eve' WHERE seq = 3");
  EXPECT_FALSE(verify().intact);
  EXPECT_EQ(verify().broken_seq, 3);
  sql("UPDATE core_audit SET actor_name = 'Ada' WHERE seq = 3");
  EXPECT_TRUE(verify().intact);
  sql("DELETE FROM core_audit WHERE seq = 2");
  EXPECT_EQ(verify().broken_seq, 2);
  EXPECT_EQ(verify().reason, "removed");
}

TEST_P(EngineSuite, HoldsEveryOperationToTheCallersRights) {
  const auto made = must(create_as(user_, {{"name", "A"}}));
  EXPECT_EQ(
      code_of(write(user_,
                    [&](WriteContext& context) { return engine_->remove(context, *company_, made.id, 0); })),
      "auth.forbidden");
  Caller nobody;
  EXPECT_EQ(code_of(create_as(nobody, {{"name", "B"}})), "auth.required");
  Caller guest;
  guest.user_id = "g";
  guest.role = "guest";
  std::string out;
  EXPECT_EQ(engine_->read(catalog_, *company_, guest, made.id, {}, out).error().code, "auth.forbidden");
  EXPECT_EQ(engine_->list(catalog_, *company_, guest, {}).error().code, "auth.forbidden");
  EXPECT_TRUE(out.empty());
}

TEST_P(EngineSuite, LetsHooksChangeAndVeto) {
  Catalog catalog;
  catalog.add(must(Definition::parse("shop", "entities/company.json", Json::parse(kCompany))));
  done(catalog.add_hook("shop.company", HookEvent::kBeforeCreate,
                        {"shop", "second", 200, [](HookCall& call) -> Result<void> {
                           call.record.values[*call.entity.definition->find("rank")] = std::int64_t{7};
                           return {};
                         }}));
  done(catalog.add_hook(
      "shop.company", HookEvent::kBeforeCreate,
      {"shop", "first", 100, [](HookCall& call) -> Result<void> {
         const auto& name = std::get<std::string>(call.record.values[*call.entity.definition->find("name")]);
         if (name == "Bad")
           return fail(Error::invalid("shop.bad_name", "That name is taken by history.").at("name"));
         return {};
       }}));
  catalog.link();
  const EntityEntry& company = *catalog.find("shop.company");
  const auto make = [&](const char* name) {
    return create_in(catalog, "shop.company", admin_, {{"name", name}});
  };
  EXPECT_EQ(shown(catalog, company, must(make("Good")).id)["rank"], 7);
  EXPECT_EQ(code_of(make("Bad")), "shop.bad_name");
}

TEST_P(EngineSuite, TellsWhoWatchesAnEntityWithinAndAfterTheTransaction) {
  Catalog catalog;
  catalog.add(must(Definition::parse("shop", "entities/company.json", Json::parse(kCompany))));
  std::vector<std::string> within, after;
  done(catalog.watch("shop.company", {[&](store::Transaction&, const RecordChange& change) -> Result<void> {
                                        within.emplace_back(change.action);
                                        if (change.action == "restored")
                                          return fail(Error::conflict("shop.gone", "It stays gone."));
                                        return {};
                                      },
                                      [&](std::string_view id, std::string_view action) {
                                        after.push_back(std::string(action) + " " + std::string(id));
                                      }}));
  EXPECT_EQ(catalog.watch("shop.nothing", {}).error().code, "module.hook_without_entity");
  catalog.link();
  const EntityEntry& company = *catalog.find("shop.company");
  const std::string id = must(create_in(catalog, "shop.company", admin_, {{"name", "A"}})).id;
  const auto in_write = [&](auto&& work) {
    Result<Written> out = Written{};
    const Result<void> committed = database_->write_now([&](store::Transaction& transaction) -> Result<void> {
      WriteContext context{transaction, catalog, admin_};
      out = work(context);
      return out ? Result<void>() : fail(out.error());
    });
    return committed ? out : Result<Written>(fail(committed.error()));
  };
  must(in_write([&](WriteContext& write) { return engine_->remove(write, company, id, 0); }));
  EXPECT_EQ(code_of(in_write([&](WriteContext& write) { return engine_->restore(write, company, id); })),
            "shop.gone");
  EXPECT_EQ(within, (std::vector<std::string>{"created", "deleted", "restored"}));
  EXPECT_EQ(after, (std::vector<std::string>{"created " + id, "deleted " + id}));
  EXPECT_EQ(code_of(in_write([&](WriteContext& write) {
              return engine_->update(write, company, id, 0, {{"name", "B"}});
            })),
            "entity.no_record");
}

}  // namespace opsflux::entities
