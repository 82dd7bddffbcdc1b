// Tests only: what PostgreSQL itself keeps from a caller, whatever the statement says.
#pragma once

#include "host/entities/engine_suite_rights.hpp"
#include "host/entities/table_fitting.hpp"

namespace opsflux::entities {

// All that the suite of rights has, behind the second wall as well.
class EngineSuiteSecurity : public EngineSuiteRights {
 protected:
  void SetUp() override {
    EngineSuiteRights::SetUp();
    ASSERT_TRUE(database_->judges_rows());
  }
  std::map<int, std::string> ups_;
  // The rows of a statement without any condition, run for a caller.
  std::string forgetful(const Caller& caller,
                        const std::string& sql = "SELECT name FROM shop_task ORDER BY name") {
    return run(row_identity(*database_, tasks_, caller), sql);
  }
  std::string run(store::RowIdentityPtr identity, const std::string& sql) {
    std::string out;
    const auto read = database_->read(std::move(identity), [&](store::Session& session) {
      out.clear();
      return session.query(sql, {}, [&](const store::Row& row) {
        out += (out.empty() ? "" : " ") + row.string(0);
        return true;
      });
    });
    return read ? out : read.error().code;
  }
};

TEST_P(EngineSuiteSecurity, StatementsWithoutAPolicyGiveOnlyWhatTheCallerMaySee) {
  const std::string all = "ann-north bob-north bob-south";
  for (const auto& [role, seen] : {std::pair("all", all.c_str()),
                                   {"company", "ann-north bob-north"},
                                   {"department", "ann-north bob-north"},
                                   {"own", "ann-north"},
                                   {"mixed", all.c_str()},
                                   {"nobody", ""},
                                   {"", ""}})
    EXPECT_EQ(forgetful(ann(role)), seen) << role;
  EXPECT_EQ(forgetful(admin_), all);
  EXPECT_EQ(run(nullptr, "SELECT name FROM shop_task ORDER BY name"), all);
  EXPECT_EQ(run(std::make_shared<store::RowIdentity>(), "SELECT name FROM shop_task"), "") << "nobody at all";
  // By every way to the rows.
  const Caller own = ann("own");
  EXPECT_EQ(forgetful(own, "SELECT count(*) FROM shop_task"), "1");
  EXPECT_EQ(
      forgetful(own, "SELECT t.name FROM shop_note n LEFT JOIN shop_task t ON t.id = n.task ORDER BY 1"),
      "ann-north  ");
  EXPECT_EQ(forgetful(own, "SELECT name FROM shop_task WHERE name = 'bob-south' OR 1 = 1"), "ann-north");
}

TEST_P(EngineSuiteSecurity, SharesCountAndAreSeenByTheirGranteesOnly) {
  share("bob-south", kAnn, false);
  EXPECT_EQ(forgetful(ann("own")), "ann-north bob-south");
  share("bob-north", "g1", false);
  EXPECT_EQ(forgetful(ann("own")), "ann-north bob-north bob-south");
  share("ann-north", kBob, false);
  EXPECT_EQ(forgetful(ann("own"), "SELECT grantee FROM core_share ORDER BY 1"), std::string(kAnn) + " g1");
  EXPECT_EQ(forgetful(ann("nobody")), "") << "a share gives no right";
}

TEST_P(EngineSuiteSecurity, ReadersReachNothingElseAndChangeNothing) {
  const Caller caller = ann("all");
  for (const char* sql : {"SELECT count(*) FROM core_audit", "SELECT count(*) FROM core_migration",
                          "SELECT count(*) FROM core_comment", "SELECT count(*) FROM shop_company"})
    EXPECT_NE(forgetful(caller, sql).find("store."), std::string::npos) << sql;
  const auto identity = row_identity(*database_, tasks_, caller);
  for (const char* sql :
       {"UPDATE shop_task SET name = 'x'", "DELETE FROM shop_task", "CREATE TABLE x (n bigint)"}) {
    const auto changed = database_->write_now([&](store::Transaction& transaction) -> Result<void> {
      const store::RowScope scope(transaction, identity);
      TRY(transaction.execute(sql));
      return {};
    });
    EXPECT_FALSE(changed) << sql;
  }
  EXPECT_EQ(forgetful(caller), "ann-north bob-north bob-south");
}

TEST_P(EngineSuiteSecurity, ValuesOfTheIdentityAreOnlyValues) {
  Caller caller = ann("own");
  for (const char* evil : {"'; RESET ROLE; --", "\\'; RESET ROLE; --", "x', true); RESET ROLE; SELECT ('",
                           "|shop.task=0|", "\x1f", "é'"}) {
    caller.user_id = evil;
    caller.companies = caller.departments = caller.groups = {evil};
    EXPECT_EQ(forgetful(caller), "") << evil;
    caller.role = evil;
    EXPECT_EQ(forgetful(caller), "") << evil;
    caller.role = "company";
    EXPECT_EQ(forgetful(caller), "") << evil;
  }
}

TEST_P(EngineSuiteSecurity, WritesGoOnAsTheHostAndReadersComeAndGoWithinThem) {
  const auto identity = row_identity(*database_, tasks_, ann("own"));
  done(database_->write_now([&](store::Transaction& transaction) -> Result<void> {
    const auto count = [&] {
      std::int64_t n = -1;
      EXPECT_TRUE(transaction.query_one("SELECT count(*) FROM shop_task", {},
                                        [&](const store::Row& row) { n = row.i64(0); }));
      return n;
    };
    EXPECT_EQ(count(), 3);
    {
      const store::RowScope scope(transaction, identity);
      EXPECT_EQ(count(), 1);
      {
        const store::RowScope host(transaction, nullptr);
        EXPECT_EQ(count(), 3);
        const auto undone = transaction.savepoint([&]() -> Result<void> {
          const store::RowScope inner(transaction, identity);
          EXPECT_EQ(count(), 1);
          return fail(Error::invalid("test.undone", "Undone."));
        });
        EXPECT_FALSE(undone);
        EXPECT_EQ(count(), 3);
      }
      EXPECT_EQ(count(), 1);
    }
    TRY(transaction.execute("UPDATE shop_task SET amount = 2"));
    return {};
  }));
  EXPECT_EQ(run(nullptr, "SELECT count(*) FROM shop_task WHERE amount = 2"), "3");
  // The connection that served a reader serves the host next, and the other way round.
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(forgetful(ann("own")), "ann-north");
    EXPECT_EQ(run(nullptr, "SELECT count(*) FROM shop_task"), "3");
  }
}

TEST_P(EngineSuiteSecurity, ListsGroupsExpansionsAndLabelsAreAsWithoutIt) {
  for (const char* role : {"all", "company", "department", "own", "mixed"}) {
    const Caller caller = ann(role);
    ListQuery query;
    query.expand = {"company"};
    query.filter = "company.name == \"North\"";
    const std::string walled = *must(engine_->list(tasks_, entity("shop.task"), caller, query));
    std::string record;
    must(engine_->read(tasks_, entity("shop.task"), caller, ids_of_["ann-north"], {}, record));
    database_->set_judges_rows(false);
    EXPECT_EQ(walled, *must(engine_->list(tasks_, entity("shop.task"), caller, query))) << role;
    std::string bare;
    must(engine_->read(tasks_, entity("shop.task"), caller, ids_of_["ann-north"], {}, bare));
    EXPECT_EQ(record, bare) << role;
    database_->set_judges_rows(true);
  }
}

// As an upgrade does it: the column that a policy looks at goes, or changes; then the new definition comes.
TEST_P(EngineSuiteSecurity, MigrationsMayDropWhatAPolicyLooksAt) {
  const auto migrate = [&](int number, const std::string& up) {
    std::map<std::string, std::string> files;
    for (int i = 1; i <= number; ++i) {
      const std::string name = "00" + std::to_string(i) + "_x";
      files[name + ".up.sql"] = i == number ? up : ups_[i];
      files[name + ".down.sql"] = "SELECT 1";
    }
    ups_[number] = up;
    return store::MigrationRunner(*database_, clock_)
        .up({"shop", false}, must(store::MigrationSet::from_files(files, database_->dialect())))
        .map([](int) {});
  };
  done(migrate(1, "ALTER TABLE shop_task ADD COLUMN more text"));
  EXPECT_EQ(forgetful(ann("own")), "ann-north") << "the policy stands while the old version runs on";
  done(migrate(2, "ALTER TABLE shop_task DROP COLUMN department"));
  EXPECT_EQ(forgetful(ann("all")), "") << "hidden until the new definition says who may see what";
  Catalog next;
  Json task = Json::parse(kTask);
  task.erase("department");
  task["fields"].erase(2);
  task["rights"].erase("department");
  next.add(must(Definition::parse("shop", "entities/task.json", task)));
  next.link();
  done(secure_rows(*database_, next));
  EXPECT_EQ(forgetful(ann("own")), "ann-north");
  EXPECT_EQ(forgetful(ann("company")), "ann-north bob-north");
  EXPECT_EQ(run(row_identity(*database_, next, ann("department")), "SELECT name FROM shop_task"), "");
}

TEST_P(EngineSuiteSecurity, APolicyThatSomebodyTookAwayComesBack) {
  const auto touch = [&](const char* sql) {
    done(database_->write_now([&](store::Transaction& transaction) -> Result<void> {
      TRY(transaction.execute(sql));
      return {};
    }));
  };
  touch("DROP POLICY opsflux_reader ON shop_task");
  EXPECT_EQ(forgetful(ann("all")), "");
  done(secure_rows(*database_, tasks_));
  EXPECT_EQ(forgetful(ann("own")), "ann-north");
  touch("ALTER TABLE shop_task DISABLE ROW LEVEL SECURITY");
  done(secure_rows(*database_, tasks_));
  EXPECT_EQ(forgetful(ann("own")), "ann-north");
}

}  // namespace opsflux::entities
