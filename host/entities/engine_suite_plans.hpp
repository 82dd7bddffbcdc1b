// Tests only: the engine's own statements find what they look for by an index, on both databases.
#pragma once

#include "host/entities/engine_fixture.hpp"
#include "host/entities/table_fitting.hpp"
#include "host/store/introspection.hpp"

namespace opsflux::entities {

// Some thousand jobs of some hundred depots.
class EngineSuitePlans : public EngineSuite {
 protected:
  static constexpr const char* kDepot =
      R"({"entity": "depot", "plural": "depots", "table": "shop_depot",
    "fields": [{"name": "name", "type": "text", "required": true}, {"name": "city", "type": "text"}],
    "indexes": [["name"], ["city"]], "rights": {"wide": ["view"], "narrow": ["view"]}})";
  static constexpr const char* kJob =
      R"({"entity": "job", "plural": "jobs", "table": "shop_job",
    "owner": "keeper", "department": "depot", "company": "firm",
    "fields": [
      {"name": "name", "type": "text", "required": true},
      {"name": "note", "type": "text"},
      {"name": "state", "type": "enum", "values": ["open", "closed", "odd"]},
      {"name": "points", "type": "integer"},
      {"name": "price", "type": "decimal", "precision": 12, "scale": 2},
      {"name": "due", "type": "date"},
      {"name": "at", "type": "datetime"},
      {"name": "done", "type": "boolean"},
      {"name": "keeper", "type": "user"},
      {"name": "depot", "type": "reference", "to": "shop.depot"},
      {"name": "firm", "type": "reference", "to": "shop.depot"}],
    "indexes": [["note"], ["state"], ["points"], ["price"], ["due"], ["at"]],
    "views": {"list": {"columns": ["name"], "sort": "name"}},
    "rights": {"wide": ["view"], "narrow": ["view.company"], "middle": ["view.department"], "small": ["view.own"]}})";

  void SetUp() override {
    add_entity(jobs_, Json::parse(kDepot));
    add_entity(jobs_, Json::parse(kJob));
    jobs_.link();
    const bool sqlite = database_->dialect() == store::Dialect::kSqlite;
    const std::string numbers =
        "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < $1) SELECT ";
    const std::string stamps = "'2026-11-21T07:00:00.000000Z', '2026-11-21T07:00:00.000000Z', ";
    const std::string at = sqlite
                               ? "strftime('%Y-%m-%dT%H:%M:%S', '2020-01-01', n || ' minutes') || '.000000Z'"
                               : "timestamptz '2020-01-01 00:00:00Z' + n * interval '1 minute'";
    const std::string due =
        sqlite ? "date('2020-01-01', (n % 3000) || ' days')" : "date '2020-01-01' + n % 3000";
    const std::string stamped =
        sqlite ? stamps : "timestamptz '2026-11-21T07:00:00Z', timestamptz '2026-11-21T07:00:00Z', ";
    const std::string to_bool = sqlite ? "n % 2" : "n % 2 = 0";
    done(database_->write_now([&](store::Transaction& transaction) -> Result<void> {
      TRY(transaction.execute("INSERT INTO shop_depot (id, version, created_at, updated_at, name, city) " +
                                  numbers + "'d' || n, 1, " + stamped +
                                  "'Depot ' || n, 'City ' || n % 150 FROM c",
                              {std::int64_t{300}}));
      TRY(transaction.execute(
          "INSERT INTO shop_job (id, version, created_at, updated_at, name, note, state, points, price, due, "
          "at, done, "
          "keeper, depot, firm) " +
              numbers + "'j' || n, 1, " + stamped +
              "'Job ' || (1000000 + n), CASE WHEN n % 10 = 0 THEN 'Note ' || n END, CASE WHEN n % 1000 = 0 "
              "THEN "
              "'odd' WHEN n % 2 = 0 THEN 'open' ELSE 'closed' END, CASE WHEN n % 500 <> 0 THEN n % 2000 END, "
              "n % 5000, " +
              due + ", " + at + ", " + to_bool + ", 'd' || n % 300, 'd' || n % 299, 'd' || n % 297 FROM c",
          {kRows}));
      return {};
    }));
    done(fit_tables(*database_, jobs_));
    done(database_->analyze());
  }

  const EntityEntry& job() const { return *jobs_.find("shop.job"); }
  Caller caller(const char* role) const {
    Caller out;
    out.user_id = "d7";
    out.role = role;
    out.companies = {"d11", "d12"};
    out.departments = {"d21"};
    out.groups = {"g1", "g2"};
    return out;
  }
  std::string plan(const std::string& sql, const std::vector<expression::SqlValue>& owned,
                   std::size_t count) {
    const bool sqlite = database_->dialect() == store::Dialect::kSqlite;
    std::string out;
    done(database_->read([&](store::Session& session) -> Result<void> {
      // EXPLAIN of SQLite does not look whether the schema has changed.
      TRY(session.query_one("SELECT count(*) FROM shop_depot", {}, [](const store::Row&) {}));
      return session.query((sqlite ? "EXPLAIN QUERY PLAN " : "EXPLAIN (COSTS OFF) ") + sql,
                           as_params(owned, count), [&](const store::Row& row) {
                             out += row.string(sqlite ? 3 : 0) + "\n";
                             return true;
                           });
    }));
    return out + "of " + sql;
  }
  // The plan of the statement that the engine runs.
  std::string chosen(const CompiledList& list) {
    std::string sql;
    done(database_->read([&](store::Session& session) -> Result<void> {
      TRY_ASSIGN(choice, plans_.choose(session, list, std::nullopt, database_->analyses()));
      sql = choice;
      return {};
    }));
    return plan(sql, list.owned, list.owned.size());
  }
  CompiledList compiled(const ListQuery& query, const char* role = "wide") {
    return must(CompiledList::compile({jobs_, job(), caller(role), database_->dialect(), clock_}, query, {}));
  }
  // The whole table, or all of an index without knowing where to begin.
  static bool scans(const std::string& plan) {
    return plan.find("SCAN t") != std::string::npos || plan.find("SCAN j1") != std::string::npos ||
           plan.find("Seq Scan on shop_job") != std::string::npos;
  }
  static bool sorts(const std::string& plan) {
    return plan.find("USE TEMP B-TREE FOR ORDER BY") != std::string::npos ||
           plan.find("  Sort") != std::string::npos || plan.starts_with("Sort") ||
           plan.find("->  Sort") != std::string::npos;
  }
  static constexpr std::int64_t kRows = 30'000;
  Catalog jobs_;
  QueryPlans plans_;
};

TEST_P(EngineSuitePlans, FindWhatFiltersNameByIndex) {
  const char* const kFilters[] = {
      "note == \"Note 100\"",
      "note in [\"Note 100\", \"Note 200\"]",
      "note.startsWith(\"Note 123\")",
      "note >= \"Note 999\"",
      "note > \"Note 10\" && note < \"Note 1001\"",
      "state == \"odd\"",
      "points == 77",
      "points >= 1990",
      "points > 10 && points <= 12",
      "points in [5, 6, 7]",
      "points == null",
      "!has(points)",
      "price == 12.00",
      "price < 3.50",
      "due == date(\"2020-02-01\")",
      "due >= date(\"2028-03-01\")",
      "at < timestamp(\"2020-01-01T01:00:00Z\")",
      "keeper == \"d5\"",
      "depot == \"d5\" && state == \"open\"",
      "firm in [\"d5\", \"d6\"]",
      "depot.name == \"Depot 44\"",
      "depot.city == \"City 44\"",
      "depot.name.startsWith(\"Depot 299\")",
      "name == \"Job 1000001\"",
      "name.startsWith(\"Job 10000\")",
  };
  for (const char* filter : kFilters) {
    ListQuery query;
    query.filter = filter;
    const CompiledList list = compiled(query);
    const std::string rows = chosen(list);
    EXPECT_FALSE(scans(rows)) << filter << "\n" << rows;
    const std::string totals = plan(list.totals_sql, list.owned, list.filter_count);
    EXPECT_FALSE(scans(totals)) << filter << "\n" << totals;
  }
}

TEST_P(EngineSuitePlans, FindWhatACallerMaySeeByIndex) {
  for (const char* role : {"narrow", "middle", "small"}) {
    const CompiledList list = compiled({}, role);
    const std::string rows = chosen(list);
    EXPECT_FALSE(scans(rows)) << role << "\n" << rows;
    const std::string totals = plan(list.totals_sql, list.owned, list.filter_count);
    EXPECT_FALSE(scans(totals)) << role << "\n" << totals;
  }
}

TEST_P(EngineSuitePlans, SortByIndexOnTheFirstPageAndAllOthers) {
  for (const char* field : {"id", "name", "note", "points", "price", "due", "at", "state"}) {
    for (const bool descending : {false, true}) {
      ListQuery query;
      query.sort = (descending ? "-" : "") + std::string(field);
      std::set<std::string> seen;
      std::int64_t pages = 0;
      // Some pages, the last of them in the records without a value.
      for (bool more = true; more; ++pages) {
        const CompiledList list = compiled(query);
        const std::string rows = chosen(list);
        // Where few records are left, PostgreSQL may well fetch and sort them.
        EXPECT_FALSE(pages < (field == std::string("note") ? 2 : 40) && sorts(rows)) << query.sort << "\n"
                                                                                     << rows;
        EXPECT_FALSE(pages > 0 && scans(rows)) << query.sort << " after a cursor\n" << rows;
        query.page_size = 500;
        query.fields = {field};
        const Json answer = Json::parse(*must(engine_->list(jobs_, job(), admin_, query)));
        for (const Json& record : answer["data"]) EXPECT_TRUE(seen.insert(record["id"]).second) << query.sort;
        more = !answer["meta"]["next_cursor"].is_null();
        if (more) query.cursor = answer["meta"]["next_cursor"];
      }
      EXPECT_EQ(seen.size(), static_cast<std::size_t>(kRows)) << query.sort;
      EXPECT_EQ(pages, kRows / 500) << query.sort;
    }
  }
}

TEST_P(EngineSuitePlans, PagesFollowTheWholeOrder) {
  for (const char* sort :
       {"points", "-points", "note,-points", "-note,points", "state,-note,id", "-state,-points"}) {
    ListQuery query;
    query.sort = sort;
    query.page_size = 450;
    query.count = false;
    std::vector<std::string> paged, whole;
    for (bool more = true; more;) {
      const Json answer = Json::parse(*must(engine_->list(jobs_, job(), admin_, query)));
      for (const Json& record : answer["data"]) paged.push_back(record["id"]);
      more = !answer["meta"]["next_cursor"].is_null();
      if (more) query.cursor = answer["meta"]["next_cursor"];
    }
    query.cursor.clear();
    query.unlimited = true;
    const CompiledList list = compiled(query);
    done(database_->read([&](store::Session& session) {
      return session.query(list.rows_sql, list.params(list.owned.size()), [&](const store::Row& row) {
        whole.push_back(row.string(0));
        return true;
      });
    }));
    EXPECT_EQ(paged.size(), static_cast<std::size_t>(kRows));
    EXPECT_TRUE(paged == whole) << sort;
  }
}

// Half of the records are open: then the order is walked; few are odd: then those are sorted.
TEST_P(EngineSuitePlans, WalkTheOrderWhereMostRecordsMeetTheFilter) {
  for (const auto& [state, few] : {std::pair("open", false), {"odd", true}}) {
    ListQuery query;
    query.filter = "state == \"" + std::string(state) + "\" && price >= 0.00";
    query.sort = "name";
    query.page_size = 500;
    const CompiledList list = compiled(query);
    const std::string rows = chosen(list);
    EXPECT_EQ(sorts(rows), few) << rows;
    // With the count, which is known then, and without: the same rows.
    const Json counted = Json::parse(*must(engine_->list(jobs_, job(), admin_, query)));
    query.count = false;
    const Json uncounted = Json::parse(*must(engine_->list(jobs_, job(), admin_, query)));
    EXPECT_EQ(counted["data"], uncounted["data"]);
    EXPECT_EQ(counted["data"].size(), few ? 30u : 500u);
  }
}

TEST_P(EngineSuitePlans, TablesAreFittedOnceAndFollowTheDefinition) {
  const auto fitted = [&] {
    std::vector<std::string> out;
    done(database_->read([&](store::Session& session) -> Result<void> {
      TRY_ASSIGN(tables, store::tables(session, "shop_depot"));
      for (const auto& index : tables.at(0).indexes)
        if (index.name.ends_with("_fit")) out.push_back(index.name);
      return {};
    }));
    return out;
  };
  const bool sqlite = database_->dialect() == store::Dialect::kSqlite;
  const std::vector<std::string> first =
      sqlite ? std::vector<std::string>{"shop_depot_city_fit", "shop_depot_name_fit"}
             : std::vector<std::string>{"shop_depot_city_fit", "shop_depot_city_text_fit",
                                        "shop_depot_name_fit", "shop_depot_name_text_fit"};
  EXPECT_EQ(fitted(), first);
  const auto analyses = database_->analyses();
  done(fit_tables(*database_, jobs_));
  EXPECT_EQ(database_->analyses(), analyses) << "nothing was due";

  // A migration may drop a column that the host gave an index.
  done(store::MigrationRunner(*database_, clock_)
           .up({"shop", false}, must(store::MigrationSet::from_files(
                                    {{"001_x.up.sql", "ALTER TABLE shop_depot DROP COLUMN city"},
                                     {"001_x.down.sql", "ALTER TABLE shop_depot ADD COLUMN city text"}},
                                    database_->dialect())))
           .map([](int) {}));
  Catalog smaller;
  Json depot = Json::parse(kDepot);
  depot["fields"].erase(1);
  depot["indexes"].erase(1);
  smaller.add(must(Definition::parse("shop", "entities/depot.json", depot)));
  smaller.link();
  done(fit_tables(*database_, smaller));
  EXPECT_EQ(fitted(), (sqlite ? std::vector<std::string>{"shop_depot_name_fit"}
                              : std::vector<std::string>{"shop_depot_name_fit", "shop_depot_name_text_fit"}));
  // What the definition no longer asks for goes.
  depot["indexes"] = Json::array();
  Catalog none;
  none.add(must(Definition::parse("shop", "entities/depot.json", depot)));
  none.link();
  done(fit_tables(*database_, none));
  EXPECT_EQ(fitted(), std::vector<std::string>{});
}

}  // namespace opsflux::entities
