// The engine's behaviour, run on both databases: engine_test.cpp (SQLite) and engine_db_test.cpp
// (PostgreSQL).
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "host/base/text.hpp"
#include "host/entities/engine.hpp"
#include "host/store/migrations.hpp"
#include "host/store/scratch.hpp"

namespace opsflux::entities {

class StoppedClock final : public Clock {
 public:
  UtcNs now() const override { return now_; }
  std::chrono::steady_clock::time_point steady() const override { return std::chrono::steady_clock::now(); }
  UtcNs now_ = *parse_utc("2026-11-21T07:00:00Z");
};

struct Recorded {
  std::string action, id;
};

class RecordingListener final : public ChangeListener {
 public:
  Result<void> in_transaction(store::Transaction&, const RecordChange&) override {
    if (refuse) return fail(Error::unavailable("test.refused", "The listener refuses."));
    return {};
  }
  void committed(std::string_view, std::string_view id, std::string_view action) override {
    std::lock_guard lock(mutex);
    changes.push_back({std::string(action), std::string(id)});
  }
  std::mutex mutex;
  std::vector<Recorded> changes;
  bool refuse = false;
};

constexpr const char* kCompany =
    R"({"entity": "company", "plural": "companies", "table": "shop_company", "title": "name",
  "fields": [
    {"name": "name", "type": "text", "required": true, "max": 20},
    {"name": "code", "type": "text", "max": 10, "unique": true, "pattern": "[A-Z]+-[0-9]+"},
    {"name": "type", "type": "enum", "values": ["client", "supplier"], "default": "client"},
    {"name": "score", "type": "integer", "min": 0, "max": 100},
    {"name": "capital", "type": "decimal", "precision": 12, "scale": 2, "min": "0"},
    {"name": "active", "type": "boolean", "default": true},
    {"name": "founded", "type": "date"},
    {"name": "seen", "type": "datetime"},
    {"name": "tags", "type": "tags", "max_items": 3},
    {"name": "extra", "type": "json"},
    {"name": "mail", "type": "email"},
    {"name": "site", "type": "url"},
    {"name": "country", "type": "country"},
    {"name": "parent", "type": "reference", "to": "shop.company"},
    {"name": "rank", "type": "integer", "read_only": true}],
  "rights": {"user": ["view", "create", "edit"]},
  "search": ["name", "code"], "views": {"list": {"sort": "name"}}})";

constexpr const char* kTable =
    R"(CREATE TABLE shop_company (id text PRIMARY KEY, version bigint NOT NULL, created_at timestamptz NOT NULL,
  created_by text, updated_at timestamptz NOT NULL, updated_by text, deleted_at timestamptz, name text, code text, type text, score bigint,
  capital decimal(12,2), active boolean, founded date, seen timestamptz, tags jsonb, extra jsonb, mail text, site text, country text,
  parent text, rank bigint);
CREATE UNIQUE INDEX shop_company_code_uk ON shop_company (code) WHERE deleted_at IS NULL;)";

class EngineSuite : public ::testing::TestWithParam<bool> {
 protected:
  EngineSuite()
      : folder_(std::filesystem::temp_directory_path() / ("opsflux-engine-" + to_hex(random_bytes(6)))) {
    std::filesystem::create_directories(folder_);
    store::DatabaseOptions options;
    options.url = "sqlite:" + (folder_ / "beside.db").string();
    if (GetParam()) {
      const char* url = std::getenv("OPSFLUX_TEST_POSTGRESQL");
      if (url == nullptr)
        throw std::runtime_error("These tests need PostgreSQL: run tools/with-postgres <command>.");
      options.url = url;
    }
    beside_ = must(store::Database::open(options));
    scratch_.emplace(must(store::ScratchDatabase::create(*beside_, folder_)));
    database_ = must(store::Database::open(scratch_->options()));
    const auto migrations = std::filesystem::path(__FILE__).parent_path() / "migrations";
    must(store::MigrationRunner(*database_, clock_)
             .up({"entities", false},
                 must(store::MigrationSet::from_folder(migrations, database_->dialect()))));
    done(database_->write_now([](store::Transaction& transaction) { return transaction.script(kTable); }));
    engine_.emplace(*database_, clock_, ids_, audit_, listener_);
    catalog_.add(must(Definition::parse("shop", "entities/company.json", Json::parse(kCompany))));
    catalog_.link();
    company_ = catalog_.find("shop.company");
    admin_.user_id = "admin";
    admin_.name = "Ada";
    admin_.role = "administrator";
    user_.user_id = "user";
    user_.role = "user";
  }
  ~EngineSuite() override {
    engine_.reset();
    database_.reset();
    scratch_.reset();
    beside_.reset();
    std::filesystem::remove_all(folder_);
  }

  template <class T>
  static T must(Result<T> result) {
    if (!result) throw std::runtime_error(describe(result.error()));
    return std::move(*result);
  }
  static void done(Result<void> result) {
    if (!result) throw std::runtime_error(describe(result.error()));
  }

  Result<Written> write(const Caller& caller, const std::function<Result<Written>(WriteContext&)>& work) {
    Written out;
    TRY(database_->write_now([&](store::Transaction& transaction) -> Result<void> {
      WriteContext context{transaction, catalog_, caller};
      TRY_ASSIGN(written, work(context));
      out = std::move(written);
      return {};
    }));
    return out;
  }
  Result<Written> create(const Json& input) { return create_as(admin_, input); }
  // The record as an answer shows it.
  Json shown(const Catalog& catalog, const EntityEntry& entity, const std::string& id) {
    std::string text;
    EXPECT_TRUE(engine_->read(catalog, entity, admin_, id, text));
    return Json::parse(text);
  }
  Result<Written> create_as(const Caller& caller, const Json& input) {
    return write(caller, [&](WriteContext& context) { return engine_->create(context, *company_, input); });
  }
  Result<Written> update(const std::string& id, std::int64_t version, const Json& input) {
    return write(admin_, [&](WriteContext& context) {
      return engine_->update(context, *company_, id, version, input);
    });
  }
  Result<Written> remove(const std::string& id) {
    return write(admin_, [&](WriteContext& context) { return engine_->remove(context, *company_, id, 0); });
  }
  Json list(const ListQuery& query) {
    return Json::parse(*must(engine_->list(catalog_, *company_, admin_, query)));
  }
  std::string list_error(const ListQuery& query) {
    auto result = engine_->list(catalog_, *company_, admin_, query);
    return result ? "ok" : result.error().code;
  }
  static std::vector<std::string> names(const Json& answer) {
    std::vector<std::string> out;
    for (const Json& record : answer["data"]) out.push_back(record["name"]);
    return out;
  }
  static std::string code_of(const Result<Written>& result) { return result ? "ok" : result.error().code; }
  static std::string field_of(const Result<Written>& result) { return result ? "" : result.error().field; }

  const std::filesystem::path folder_;
  StoppedClock clock_;
  IdSource ids_{clock_};
  Audit audit_{clock_, ids_};
  RecordingListener listener_;
  std::unique_ptr<store::Database> beside_, database_;
  std::optional<store::ScratchDatabase> scratch_;
  std::optional<Engine> engine_;
  Catalog catalog_;
  const EntityEntry* company_ = nullptr;
  Caller admin_, user_;
};

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
  catalog.add(must(Definition::parse(
      "shop", "entities/order.json",
      Json::parse(R"({"entity": "order", "plural": "orders", "table": "shop_order", "title": "name",
    "fields": [{"name": "name", "type": "text"}, {"name": "company", "type": "reference", "to": "shop.company"}], "rights": {"clerk": ["view", "create"]}})"))));
  catalog.link();
  done(database_->write_now([](store::Transaction& transaction) {
    return transaction.script(
        "CREATE TABLE shop_order (id text PRIMARY KEY, version bigint NOT NULL, created_at timestamptz NOT "
        "NULL, created_by text, "
        "updated_at timestamptz NOT NULL, updated_by text, deleted_at timestamptz, name text, company text)");
  }));
  const EntityEntry& order = *catalog.find("shop.order");
  done(database_->write_now([&](store::Transaction& transaction) -> Result<void> {
    WriteContext context{transaction, catalog, admin_};
    TRY(engine_->create(context, order, {{"name", "1"}, {"company", a}}));
    return {};
  }));
  Caller clerk = user_;
  clerk.role = "clerk";
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(Json::parse(*must(engine_->list(catalog, order, admin_, {})))["data"][0]["_labels"]["company"],
              "A");
    EXPECT_EQ(must(engine_->list(catalog, order, clerk, {}))->find("_labels"), std::string::npos);
  }
}

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
      {{{"name", "A"}, {"parent", "nothing"}}, "entity.not_reference", "parent"},
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
  for (int i = 0; i < 5; ++i) must(create({{"name", "N" + std::to_string(i)}}));
  done(database_->write_now([&](store::Transaction& transaction) -> Result<void> {
    TRY(audit_.seal(transaction));
    return {};
  }));
  const auto verify = [&] {
    Audit::Verdict verdict;
    done(database_->read([&](store::Session& session) -> Result<void> {
      TRY_ASSIGN(found, audit_.verify(session));
      verdict = found;
      return {};
    }));
    return verdict;
  };
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
  EXPECT_EQ(engine_->read(catalog_, *company_, guest, made.id, out).error().code, "auth.forbidden");
  EXPECT_EQ(engine_->list(catalog_, *company_, guest, {}).error().code, "auth.forbidden");
  EXPECT_TRUE(out.empty());
}

TEST_P(EngineSuite, ShowsTheNameOfWhatAReferencePointsTo) {
  const auto parent = must(create({{"name", "Group"}}));
  const auto child = must(create({{"name", "Child"}, {"parent", parent.id}}));
  std::string out;
  must(engine_->read(catalog_, *company_, admin_, child.id, out));
  EXPECT_EQ(Json::parse(out)["_labels"]["parent"], "Group");
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
  const auto make = [&](const char* name) -> Result<Written> {
    Written out;
    TRY(database_->write_now([&](store::Transaction& transaction) -> Result<void> {
      WriteContext context{transaction, catalog, admin_};
      TRY_ASSIGN(written, engine_->create(context, company, {{"name", name}}));
      out = written;
      return {};
    }));
    return out;
  };
  EXPECT_EQ(shown(catalog, company, must(make("Good")).id)["rank"], 7);
  EXPECT_EQ(code_of(make("Bad")), "shop.bad_name");
}

}  // namespace opsflux::entities
