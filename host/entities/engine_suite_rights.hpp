// Tests only: rights by scope and by field, through every way to a record.
#pragma once

#include "host/entities/engine_fixture.hpp"
#include "host/entities/entity_document.hpp"
#include "host/entities/export.hpp"
#include "host/entities/record_key.hpp"
#include "host/entities/row_security.hpp"

namespace opsflux::entities {

// Tasks: one of each company and department, of Ann and of Bob.
class EngineSuiteRights : public EngineSuite {
 protected:
  static constexpr const char* kAnn = "01939f3e-0000-7000-8000-0000000000a1";
  static constexpr const char* kBob = "01939f3e-0000-7000-8000-0000000000b1";

  void SetUp() override {
    Json unit = Json::parse(R"({"entity": "unit", "plural": "units", "table": "shop_unit",
      "fields": [{"name": "name", "type": "text"}], "rights": {"own": ["view"]}})");
    for (const char* role : {"all", "company", "department", "own", "mixed"}) unit["rights"][role] = {"view"};
    add_entity(tasks_, unit);
    add_entity(tasks_, Json::parse(kTask));
    add_entity(tasks_, Json::parse(R"({"entity": "note", "plural": "notes", "table": "shop_note",
      "fields": [{"name": "name", "type": "text"}, {"name": "task", "type": "reference", "to": "shop.task"}],
      "rights": {"all": ["view", "create"], "company": ["view"], "department": ["view"], "own": ["view", "create"]}})"));
    tasks_.set_people("shop.unit");
    tasks_.link();
    north_ = unit_of("North");
    south_ = unit_of("South");
    task(kAnn, "ann-north", north_);
    task(kBob, "bob-north", north_);
    task(kBob, "bob-south", south_);
    // On PostgreSQL all of this holds behind the second wall as well.
    done(secure_rows(*database_, tasks_));
  }
  static constexpr const char* kTask =
      R"({"entity": "task", "plural": "tasks", "table": "shop_task", "title": "name",
    "company": "company", "department": "department", "search": ["name", "secret"],
    "fields": [
      {"name": "name", "type": "text"},
      {"name": "company", "type": "reference", "to": "shop.unit"},
      {"name": "department", "type": "reference", "to": "shop.unit"},
      {"name": "amount", "type": "integer"},
      {"name": "secret", "type": "text", "view": ["all"], "edit": ["all"]},
      {"name": "grade", "type": "integer", "edit": ["all"]},
      {"name": "state", "type": "enum", "values": ["open", "done"], "default": "open"}],
    "actions": ["approve"], "status": "state",
    "transitions": [{"from": ["open"], "to": "done", "right": "approve"}],
    "rules": [{"id": "secret", "check": "secret != \"forbidden\""}],
    "views": {"list": {"columns": ["name", "secret"], "sort": "name"}},
    "rights": {"all": ["view", "create", "edit", "delete"],
               "company": ["view.company", "create.company", "edit.company", "delete.company", "export.own", "approve.own"],
               "department": ["view.department", "create.department", "edit.department"],
               "own": ["view.own", "create.own", "edit.own", "delete.own"],
               "mixed": ["view", "edit.own", "export", "approve.company"]}})";

  std::string unit_of(const char* name) {
    return must(create_in(tasks_, "shop.unit", admin_, {{"name", name}})).id;
  }
  void task(const char* owner, const char* name, const std::string& unit) {
    Caller caller = admin_;
    caller.user_id = owner;
    ids_of_[name] = must(create_in(tasks_, "shop.task", caller,
                                   {{"name", name},
                                    {"company", unit},
                                    {"department", unit},
                                    {"amount", 1},
                                    {"secret", std::string("hidden-") + name}}))
                        .id;
    must(create_in(tasks_, "shop.note", admin_, {{"name", name}, {"task", ids_of_[name]}}));
  }
  // Ann, in a role of that name, of the North.
  Caller ann(const char* role) const {
    Caller caller;
    caller.user_id = kAnn;
    caller.role = role;
    caller.companies = caller.departments = {north_};
    caller.groups = {"g1"};
    return caller;
  }
  const EntityEntry& entity(const char* name) const { return *tasks_.find(name); }
  std::string seen(const Caller& caller, ListQuery query = {}) {
    query.sort = "name";
    auto answer = engine_->list(tasks_, entity("shop.task"), caller, query);
    if (!answer) return answer.error().code;
    const Json json = Json::parse(**answer);
    std::string out = std::to_string(json["meta"]["total"].get<int>()) + ":";
    for (const Json& record : json["data"]) out += " " + record["name"].get<std::string>();
    return out;
  }
  std::string read(const Caller& caller, const char* name) {
    std::string out;
    const auto read = engine_->read(tasks_, entity("shop.task"), caller, ids_of_[name], {}, out);
    return read ? "ok" : read.error().code;
  }
  std::string edit(const Caller& caller, const char* name, const Json& input) {
    const auto written = update_in(tasks_, "shop.task", caller, ids_of_[name], input);
    return written ? "ok" : written.error().code;
  }
  void share(const char* name, const char* grantee, bool editable) {
    done(database_->write_now([&](store::Transaction& transaction) -> Result<void> {
      TRY(transaction.execute(
          "INSERT INTO core_share (entity, record_id, grantee, kind, editable, created_at) VALUES "
          "('shop.task', $1, $2, 'user', $3, '2026-11-21T07:00:00.000000Z')",
          {std::string_view(ids_of_[name]), std::string_view(grantee), editable}));
      return {};
    }));
  }

  Catalog tasks_;
  std::string north_, south_;
  std::map<std::string, std::string> ids_of_;
};

TEST_P(EngineSuiteRights, ExportsAsFarAsThatRightAndTheViewReach) {
  const auto names = [&](const Caller& caller) -> std::string {
    ListQuery query;
    query.sort = "name";
    query.fields = {"name"};
    auto made = export_records(*engine_, tasks_, entity("shop.task"), caller, query, {ExportFormat::kCsv});
    if (!made) return made.error().code;
    std::string text(made->size, '\0');
    EXPECT_EQ(::pread(made->file.get(), text.data(), text.size(), 0), static_cast<ssize_t>(text.size()));
    std::string out = std::to_string(made->rows) + ":";
    for (const char* name : {"ann-north", "bob-north", "bob-south"})
      if (text.find(name) != std::string::npos) out += std::string(" ") + name;
    return out;
  };
  EXPECT_EQ(names(ann("company")), "1: ann-north") << "less than he sees";
  EXPECT_EQ(names(ann("mixed")), "3: ann-north bob-north bob-south");
  EXPECT_EQ(names(ann("all")), "auth.forbidden") << "the definition says who exports";
  EXPECT_EQ(names(ann("own")), "auth.forbidden");
  EXPECT_EQ(names(admin_), "3: ann-north bob-north bob-south");
}

TEST_P(EngineSuiteRights, TakesAStepForWhichARightIsAskedOnlyWithThatRightForTheRecord) {
  const Json done = {{"state", "done"}};
  EXPECT_EQ(edit(ann("all"), "ann-north", done), "entity.transition_role") << "may change everything else";
  EXPECT_EQ(edit(ann("own"), "ann-north", done), "entity.transition_role");
  EXPECT_EQ(edit(ann("company"), "bob-north", done), "entity.transition_role") << "approves his own only";
  EXPECT_EQ(edit(ann("company"), "ann-north", done), "ok");
  EXPECT_EQ(edit(admin_, "bob-south", done), "ok");
}

TEST_P(EngineSuiteRights, ShowsOnlyRecordsInScope) {
  const struct {
    const char *role, *seen;
  } kCases[] = {{"all", "3: ann-north bob-north bob-south"},
                {"company", "2: ann-north bob-north"},
                {"department", "2: ann-north bob-north"},
                {"own", "1: ann-north"},
                {"nobody", "auth.forbidden"}};
  for (const auto& one : kCases) {
    const Caller caller = ann(one.role);
    EXPECT_EQ(seen(caller), one.seen) << one.role;
    const std::string outside = std::string_view(one.role) == "all" ? "ok" : "entity.no_record";
    if (std::string_view(one.role) == "nobody") continue;
    EXPECT_EQ(read(caller, "bob-south"), outside) << one.role;
  }
  EXPECT_EQ(read(ann("own"), "ann-north"), "ok");
  EXPECT_EQ(seen(ann("own"), {.filter = "name == \"bob-south\""}), "0:");
  EXPECT_EQ(seen(ann("own"), {.q = "bob"}), "0:");
}

TEST_P(EngineSuiteRights, CountsAndAddsOnlyWhatIsInScope) {
  for (const auto& [role, count] : {std::pair("all", 3), {"company", 2}, {"own", 1}}) {
    const Json answer = Json::parse(*must(engine_->aggregate(
        tasks_, entity("shop.task"), ann(role), {.group = {"company"}, .measures = {"sum:amount"}})));
    int total = 0;
    for (const Json& group : answer["data"]) total += group["count"].get<int>();
    EXPECT_EQ(total, count) << role;
  }
}

TEST_P(EngineSuiteRights, RefusesWritesOutOfScope) {
  EXPECT_EQ(edit(ann("own"), "ann-north", {{"amount", 2}}), "ok");
  EXPECT_EQ(edit(ann("own"), "bob-north", {{"amount", 2}}), "entity.no_record") << "not even seen";
  EXPECT_EQ(edit(ann("mixed"), "bob-north", {{"amount", 2}}), "entity.out_of_scope") << "seen, not edited";
  EXPECT_EQ(edit(ann("company"), "bob-north", {{"amount", 2}}), "ok");
  EXPECT_EQ(edit(ann("company"), "bob-north", {{"company", south_}}), "entity.out_of_scope")
      << "nobody moves a record to where he has no right";
  const auto make = [&](const char* role, const std::string& unit) {
    const auto made =
        create_in(tasks_, "shop.task", ann(role), {{"name", "new"}, {"company", unit}, {"department", unit}});
    return made ? "ok" : made.error().code;
  };
  EXPECT_EQ(make("own", south_), "ok") << "it is his own";
  EXPECT_EQ(make("company", north_), "ok");
  EXPECT_EQ(make("company", south_), "entity.out_of_scope") << "it would be another company's";
  EXPECT_EQ(make("department", south_), "entity.out_of_scope");
  EXPECT_EQ(make("mixed", north_), "auth.forbidden");
}

TEST_P(EngineSuiteRights, AReferenceTellsNothingOfARecordOutOfScope) {
  const Caller own = ann("own");
  const auto notes = [&](ListQuery query) {
    query.sort = query.sort.empty() ? "name" : query.sort;
    auto answer = engine_->list(tasks_, entity("shop.note"), own, query);
    return answer ? **answer : answer.error().code;
  };
  const Json all = Json::parse(notes({}));
  ASSERT_EQ(all["data"].size(), 3);
  EXPECT_EQ(all["data"][0]["_labels"]["task"], "ann-north");
  EXPECT_FALSE(all["data"][1]["_labels"].contains("task"));
  EXPECT_EQ(Json::parse(notes({.filter = "task.name == \"bob-south\""}))["data"].size(), 0);
  EXPECT_EQ(Json::parse(notes({.filter = "!has(task.name)"}))["data"].size(), 2);
  ListQuery expand;
  expand.expand = {"task"};
  const Json expanded = Json::parse(notes(expand));
  EXPECT_EQ(expanded["data"][0]["_expanded"]["task"]["name"], "ann-north");
  EXPECT_TRUE(expanded["data"][1]["_expanded"]["task"].is_null());
  const auto grouped = must(engine_->aggregate(tasks_, entity("shop.note"), own, {.group = {"task.name"}}));
  EXPECT_EQ(grouped->find("bob"), std::string::npos);
  const auto pointed = create_in(tasks_, "shop.note", own, {{"name", "n"}, {"task", ids_of_["bob-south"]}});
  EXPECT_EQ(pointed.error().code, "entity.no_reference");
}

TEST_P(EngineSuiteRights, ASharedRecordIsInScope) {
  share("bob-south", kAnn, false);
  EXPECT_EQ(seen(ann("own")), "2: ann-north bob-south");
  EXPECT_EQ(edit(ann("own"), "bob-south", {{"amount", 5}}), "entity.out_of_scope");
  share("bob-north", "g1", true);
  EXPECT_EQ(edit(ann("own"), "bob-north", {{"amount", 5}}), "ok");
  const auto removed = write(ann("own"), [&](WriteContext& context) {
    WriteContext own{context.transaction, tasks_, context.caller};
    return engine_->remove(own, entity("shop.task"), ids_of_["bob-north"], 0);
  });
  EXPECT_EQ(removed.error().code, "entity.out_of_scope");
  EXPECT_EQ(seen(ann("nobody")), "auth.forbidden") << "a share gives no right that the role lacks";
}

// A hidden field does not exist: in no answer, filter, sort, search, group, error or record of code.
TEST_P(EngineSuiteRights, AHiddenFieldDoesNotExist) {
  const Caller company = ann("company");
  const auto asked = [&](const ListQuery& query) {
    auto answer = engine_->list(tasks_, entity("shop.task"), company, query);
    return answer ? **answer : answer.error().code + " " + answer.error().message;
  };
  EXPECT_EQ(asked({}).find("hidden-"), std::string::npos);
  EXPECT_EQ(asked({}).find("\"secret\""), std::string::npos);
  EXPECT_TRUE(asked({.filter = "has(secret)"}).starts_with("entity.filter_unknown_field"));
  EXPECT_EQ(asked({.filter = "secre == \"\""}).find("secret"), std::string::npos) << "no suggestion either";
  EXPECT_TRUE(asked({.sort = "secret"}).starts_with("entity.unknown_field"));
  ListQuery fields;
  fields.fields = {"secret"};
  EXPECT_TRUE(asked(fields).starts_with("entity.unknown_field"));
  EXPECT_EQ(seen(company, {.q = "hidden"}), "0:");
  EXPECT_EQ(seen(ann("all"), {.q = "hidden"}).substr(0, 2), "3:");
  EXPECT_FALSE(engine_->aggregate(tasks_, entity("shop.task"), company, {.group = {"secret"}}));
  std::string text;
  must(engine_->read(tasks_, entity("shop.task"), company, ids_of_["ann-north"], {}, text));
  EXPECT_EQ(text.find("hidden-"), std::string::npos);
  text.clear();
  done(engine_->activity(tasks_, entity("shop.task"), company, ids_of_["ann-north"], text));
  EXPECT_EQ(text.find("hidden-"), std::string::npos) << text;
  EXPECT_NE(text.find("ann-north"), std::string::npos);
  EXPECT_EQ(edit(company, "ann-north", {{"secret", "x"}}), "entity.unknown_field");
  EXPECT_EQ(edit(company, "ann-north", {{"grade", 5}}), "entity.not_yours");
  EXPECT_EQ(edit(ann("all"), "ann-north", {{"grade", 5}, {"secret", "x"}}), "ok");
  const auto stale = write(company, [&](WriteContext& context) {
    WriteContext own{context.transaction, tasks_, context.caller};
    return engine_->update(own, entity("shop.task"), ids_of_["ann-north"], 1, {{"amount", 3}});
  });
  EXPECT_EQ(stale.error().code, "entity.version_conflict");
  EXPECT_EQ(stale.error().current.find("secret"), std::string::npos);
  done(database_->read([&](store::Session& session) -> Result<void> {
    const auto loaded =
        must(engine_->load(session, tasks_, entity("shop.task"), company, ids_of_["bob-north"]));
    EXPECT_TRUE(is_empty(loaded.values[4]));
    return {};
  }));
  const Json document = document_for(tasks_, entity("shop.task"), company);
  EXPECT_EQ(document.dump().find("secret"), std::string::npos) << document.dump(1);
  EXPECT_EQ(document["fields"].size(), 6);
  EXPECT_EQ(document["fields"][4]["read_only"], true);
  EXPECT_EQ(document_for(tasks_, entity("shop.task"), ann("all"))["fields"].size(), 7);
}

// A list that is kept for one is not given to another who may see less of the records it expands.
TEST_P(EngineSuiteRights, AnExpandedRecordHidesItsFieldsFromEachByHisOwnRights) {
  Catalog catalog;
  Json task = Json::parse(kTask);
  task["rights"]["company"] = {"view"};
  catalog.add(must(Definition::parse("shop", "entities/task.json", task)));
  catalog.add(entity("shop.note").definition);
  catalog.link();
  ListQuery expand;
  expand.expand = {"task"};
  expand.fields = {"name"};
  const EntityEntry& note = *catalog.find("shop.note");
  EXPECT_NE(must(engine_->list(catalog, note, ann("all"), expand))->find("hidden-"), std::string::npos);
  EXPECT_EQ(must(engine_->list(catalog, note, ann("company"), expand))->find("hidden-"), std::string::npos);
}

TEST_P(EngineSuiteRights, ReadingWhatIsConfidentialIsNoted) {
  Catalog catalog;
  Json task = Json::parse(kTask);
  task["confidential"] = true;
  catalog.add(must(Definition::parse("shop", "entities/task.json", task)));
  catalog.add(entity("shop.note").definition);
  catalog.link();
  const EntityEntry& secret = *catalog.find("shop.task");
  std::string out;
  must(engine_->read(catalog, secret, ann("all"), ids_of_["ann-north"], {}, out));
  for (int i = 0; i < 2; ++i) must(engine_->list(catalog, secret, ann("all"), {.filter = "amount == 1"}));
  must(engine_->aggregate(catalog, secret, ann("all"), {.group = {"name"}}));
  ListQuery notes;
  notes.expand = {"task"};
  must(engine_->list(catalog, *catalog.find("shop.note"), ann("all"), notes));
  must(engine_->list(catalog, *catalog.find("shop.note"), ann("all"), {}));
  must(engine_->list(tasks_, entity("shop.task"), ann("all"), {}));  // not confidential there
  done(audit_.reads().flush(*database_));
  std::string rows;
  done(database_->read([&](store::Session& session) {
    return session.query(
        "SELECT entity, record_id, actor_id FROM core_audit WHERE action LIKE 'read%' ORDER BY id", {},
        [&](const store::Row& row) {
          rows += row.string(0) + (row.string(1).empty() ? " all" : " one") +
                  (row.string(2) == kAnn ? "; " : " of somebody else; ");
          return true;
        });
  }));
  EXPECT_EQ(rows, "shop.task one; shop.task all; shop.task all; shop.task all; shop.task all; ");
}

// What a caller is asked under is a bit; nobody waits for it.
TEST_P(EngineSuiteRights, TheWidestGrantOfARoleCounts) {
  Permissions permissions;
  const std::size_t index = permissions.declare("shop.task.view");
  permissions.grant(index, "own", Scope::kOwn);
  EXPECT_EQ(permissions.scope(ann("own"), index), Scope::kOwn);
  permissions.grant(index, "own", Scope::kAll);
  permissions.grant(index, "own", Scope::kCompany);
  EXPECT_EQ(permissions.scope(ann("own"), index), Scope::kAll);
  EXPECT_EQ(permissions.scope(ann("other"), index), std::nullopt);
}

TEST_P(EngineSuiteRights, AKeyFindsOnlyWhatTheCallerSees) {
  const auto found = [&](const Caller& caller, const char* name) {
    std::string out;
    done(database_->write_now([&](store::Transaction& transaction) -> Result<void> {
      WriteContext context{transaction, tasks_, caller};
      const EntityEntry& task = entity("shop.task");
      TRY_ASSIGN(id, find_by_key(context, task, {{*task.definition->find("name"), std::string(name)}}));
      out = id;
      return {};
    }));
    return out;
  };
  EXPECT_EQ(found(ann("all"), "bob-south"), ids_of_["bob-south"]);
  EXPECT_EQ(found(ann("company"), "bob-north"), ids_of_["bob-north"]);
  EXPECT_EQ(found(ann("company"), "bob-south"), "");
  EXPECT_EQ(found(ann("own"), "ann-north"), ids_of_["ann-north"]);
  EXPECT_EQ(found(ann("own"), "bob-north"), "");
}

}  // namespace opsflux::entities
