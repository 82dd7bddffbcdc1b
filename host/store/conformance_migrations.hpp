// Tests only: migrations, introspection and scratch databases, on both databases.
#pragma once

#include "host/store/conformance.hpp"

namespace opsflux::store {

class MigrationRuns : public Conformance {
 protected:
  using Files = std::map<std::string, std::string>;

  static Files tiers_files() {
    return {{"001_create.up.sql",
             "-- companies; and more\nCREATE TABLE tiers_company (id text PRIMARY KEY, city text DEFAULT "
             "'a;b');\n"
             "CREATE INDEX tiers_company_city ON tiers_company (city);\n"},
            {"001_create.down.sql", "DROP TABLE tiers_company;\n"},
            {"002_add_score.up.sql", "ALTER TABLE tiers_company ADD COLUMN score bigint;"},
            {"002_add_score.down.sql", "ALTER TABLE tiers_company DROP COLUMN score;"}};
  }
  MigrationSet set(const Files& files) {
    auto read = MigrationSet::from_files(files, GetParam());
    EXPECT_OK(read);
    return read ? *read : MigrationSet();
  }
  std::string refusal(const Files& files) { return code_of(MigrationSet::from_files(files, GetParam())); }
  MigrationRunner runner() { return MigrationRunner(db(), clock_); }

  SystemClock clock_;
  const MigrationOwner tiers_{"tiers", true};
};

TEST_P(MigrationRuns, GoUpAndDown) {
  const auto files = set(tiers_files());
  EXPECT_EQ(runner().up(tiers_, files, 1).value(), 1);
  EXPECT_OK(execute("INSERT INTO tiers_company (id) VALUES ('1')"));
  EXPECT_EQ(runner().up(tiers_, files).value(), 1);
  EXPECT_EQ(runner().up(tiers_, files).value(), 0);
  EXPECT_EQ(one("SELECT id, city, score FROM tiers_company"), "1|a;b|~");
  const auto applied = runner().applied("tiers").value();
  ASSERT_EQ(applied.size(), 2u);
  EXPECT_EQ(applied[1].name, "add_score");
  EXPECT_EQ(applied[1].applied_at.size(), 27u);
  EXPECT_EQ(runner().down(tiers_, 1).value(), 1);
  EXPECT_FALSE(rows("SELECT score FROM tiers_company"));
  EXPECT_EQ(runner().down(tiers_, 0).value(), 1);
  EXPECT_EQ(runner().up(tiers_, files).value(), 2);
  EXPECT_EQ(runner().down(tiers_, 0).value(), 2);
  EXPECT_EQ(runner().applied("tiers").value().size(), 0u);
}

TEST_P(MigrationRuns, CallBackInsideTheTransaction) {
  const auto files = set(tiers_files());
  ASSERT_OK(run("CREATE TABLE journal (step text)"));
  const MigrationCallback journal = [](Transaction& transaction, const MigrationStep& step) -> Result<void> {
    TRY(transaction.execute("INSERT INTO journal VALUES ($1)", {step.name + (step.up ? "+" : "-")}));
    if (step.number == 2) return fail(Error::invalid("test.refused", "No."));
    return {};
  };
  EXPECT_EQ(code_of(runner().up(tiers_, files, -1, journal)), "test.refused");
  EXPECT_EQ(rows("SELECT step FROM journal").value(), std::vector<std::string>{"create+"});
  EXPECT_EQ(runner().applied("tiers").value().size(), 1u);
  EXPECT_FALSE(rows("SELECT score FROM tiers_company"));
  EXPECT_OK(runner().down(tiers_, 0, journal));
  EXPECT_EQ(one("SELECT count(*) FROM journal WHERE step = 'create-'"), "1");
}

TEST_P(MigrationRuns, LeaveNothingOfAFailedOne) {
  auto files = tiers_files();
  files["002_add_score.up.sql"] =
      "ALTER TABLE tiers_company ADD COLUMN score bigint;\nCREATE TABLE tiers_contact (id text PRIMARY "
      "KEY);\n"
      "INSERT INTO tiers_contact (nothing) VALUES (1);\n";
  auto failed = runner().up(tiers_, set(files));
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, "migration.failed");
  EXPECT_EQ(failed.error().field, "002_add_score.up.sql");
  EXPECT_EQ(param(failed.error(), "statement"), "3");
  EXPECT_THAT(failed.error().message, testing::HasSubstr("nothing"));
  EXPECT_EQ(runner().applied("tiers").value().size(), 1u);
  EXPECT_FALSE(rows("SELECT score FROM tiers_company"));
  EXPECT_FALSE(rows("SELECT id FROM tiers_contact"));
}

TEST_P(MigrationRuns, RefuseAReleasedFileWhoseBytesChanged) {
  auto files = tiers_files();
  ASSERT_OK(runner().up(tiers_, set(files)));
  files["001_create.up.sql"] += " ";
  auto up = runner().up(tiers_, set(files));
  EXPECT_EQ(code_of(up), "migration.changed");
  EXPECT_EQ(up.error().field, "001_create.up.sql");
  files = tiers_files();
  files["002_add_score.down.sql"] += "-- x";
  EXPECT_EQ(runner().verify("tiers", set(files)).error().field, "002_add_score.down.sql");
}

TEST_P(MigrationRuns, RefuseADatabaseFromANewerVersion) {
  auto files = tiers_files();
  ASSERT_OK(runner().up(tiers_, set(files)));
  files.erase("002_add_score.up.sql");
  files.erase("002_add_score.down.sql");
  auto newer = runner().up(tiers_, set(files));
  EXPECT_EQ(code_of(newer), "migration.newer");
  EXPECT_EQ(param(newer.error(), "database"), "2");
  EXPECT_OK(rows("SELECT score FROM tiers_company"));
}

TEST_P(MigrationRuns, RefuseFilesThatDoNotAddUp) {
  auto files = tiers_files();
  files.erase("001_create.down.sql");
  EXPECT_EQ(refusal(files), "migration.missing_down");
  files = tiers_files();
  files.erase("001_create.up.sql");
  files.erase("001_create.down.sql");
  EXPECT_EQ(refusal(files), "migration.gap");
  files = tiers_files();
  files["002_other.up.sql"] = "SELECT 1";
  EXPECT_EQ(refusal(files), "migration.duplicate");
  for (const char* name : {"1_x.up.sql", "000_x.up.sql", "003_X.up.sql", "003.up.sql", "003_x.sql",
                           "003_x.mysql.up.sql", "x.sql", "003_x.up.sql.bak"}) {
    files = tiers_files();
    files[name] = "SELECT 1";
    EXPECT_EQ(refusal(files), "migration.bad_name") << name;
  }
  files = tiers_files();
  files["002_add_score.up.sql"] = "\xff";
  EXPECT_EQ(refusal(files), "migration.bad_text");
  EXPECT_EQ(set({}).latest(), 0);
}

TEST_P(MigrationRuns, TakeTheFileOfTheirDatabase) {
  auto files = tiers_files();
  files["003_other.up.sql"] = "CREATE TABLE tiers_plain (id text)";
  files["003_other.down.sql"] = "DROP TABLE tiers_plain";
  files["003_other.postgresql.up.sql"] = "CREATE TABLE tiers_postgresql (id text)";
  files["003_other.postgresql.down.sql"] = "DROP TABLE tiers_postgresql";
  ASSERT_OK(runner().up(tiers_, set(files)));
  EXPECT_OK(rows(sqlite() ? "SELECT id FROM tiers_plain" : "SELECT id FROM tiers_postgresql"));
  EXPECT_FALSE(rows(sqlite() ? "SELECT id FROM tiers_postgresql" : "SELECT id FROM tiers_plain"));
  EXPECT_OK(runner().down(tiers_, 0));
}

TEST_P(MigrationRuns, AreReadFromAFolder) {
  for (const auto& [name, bytes] : tiers_files()) ASSERT_OK(write_file_atomic(folder() / name, bytes));
  EXPECT_EQ(MigrationSet::from_folder(folder(), GetParam()).value().latest(), 2);
  EXPECT_EQ(MigrationSet::from_folder(folder() / "nowhere", GetParam()).value().latest(), 0);
}

TEST_P(MigrationRuns, OfAModuleStayWithItsTables) {
  ASSERT_OK(run("CREATE TABLE core_user (id text PRIMARY KEY)"));
  const auto code = [&](const std::string& sql) {
    auto files = tiers_files();
    files["002_add_score.up.sql"] = sql;
    auto refused = runner().up(tiers_, set(files));
    return refused ? "" : refused.error().code;
  };
  ASSERT_OK(runner().up(tiers_, set(tiers_files()), 1));
  EXPECT_EQ(code("DROP TABLE core_user"), "store.foreign_table");
  EXPECT_EQ(code("DROP TABLE core_migration"), "store.foreign_table");
  EXPECT_EQ(code("CREATE VIEW tiers_v AS SELECT id FROM core_user"), "store.forbidden_sql");
  EXPECT_EQ(code("CREATE TABLE evil (id text)"), "store.foreign_table");
  EXPECT_THAT(code("ALTER TABLE tiers_company RENAME TO other_company"),
              testing::AnyOf("migration.foreign_object", "store.foreign_table"));
  EXPECT_THAT(code("CREATE TABLE tiers_x (u text REFERENCES core_user (id))"),
              testing::AnyOf("migration.foreign_object", "store.foreign_table"));
  EXPECT_EQ(runner().applied("tiers").value().size(), 1u);
  EXPECT_OK(rows("SELECT id FROM tiers_company"));
}

TEST_P(MigrationRuns, OfTheHostMayTouchEverything) {
  const MigrationOwner core{"core", false};
  ASSERT_OK(runner().up(core, set({{"001_a.up.sql", "CREATE TABLE user_account (id text)"},
                                   {"001_a.down.sql", "DROP TABLE user_account"}})));
  EXPECT_OK(rows("SELECT id FROM user_account"));
  EXPECT_EQ(runner().down(core, 0).value(), 1);
}

TEST_P(MigrationRuns, AtTheSameTimeApplyEachOnce) {
  const auto files = set(tiers_files());
  std::vector<std::thread> threads;
  std::atomic<int> applied = 0;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      auto count = runner().up(tiers_, files);
      EXPECT_OK(count);
      if (count) applied += *count;
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(applied, 2);
}

using Introspection = Conformance;

TEST_P(Introspection, TellsTablesAsTheMigrationSaidThem) {
  ASSERT_OK(run(
      "CREATE TABLE t_a (id text PRIMARY KEY, n bigint NOT NULL, b boolean DEFAULT false, d decimal(12,2), "
      "r double precision, day date, at timestamptz NOT NULL, j jsonb, s text DEFAULT 'x', "
      "CONSTRAINT t_a_n UNIQUE (n, s));"
      "CREATE INDEX t_a_day ON t_a (day, at); CREATE UNIQUE INDEX t_a_s ON t_a (lower(s)) WHERE s IS NOT "
      "NULL;"
      "CREATE TABLE t_b (x text, y text, CONSTRAINT t_b_pk PRIMARY KEY (y, x)); CREATE TABLE tx (id text)"));
  std::vector<TableInfo> found;
  ASSERT_OK(db().read([&](Session& session) -> Result<void> {
    TRY_ASSIGN(list, tables(session, "t_"));
    found = list;
    return {};
  }));
  ASSERT_EQ(found.size(), 2u);
  std::string columns;
  for (const auto& c : found[0].columns)
    columns += c.name + " " + c.type + (c.not_null ? "!" : "") + " " + c.default_sql + ";";
  EXPECT_EQ(columns,
            "id text! ;n bigint! ;b boolean false;d decimal(12,2) ;r double precision ;day date ;at "
            "timestamptz! ;j jsonb ;s text 'x';");
  EXPECT_EQ(found[0].column("id")->primary_key, 1);
  EXPECT_EQ(found[0].column("none"), nullptr);
  EXPECT_EQ(found[1].column("x")->primary_key, 2);
  const auto index = [&](std::string_view name) {
    for (const auto& i : found[0].indexes) {
      if (i.name == name)
        return join(i.columns, ",") + (i.unique ? " unique" : "") + (i.partial ? " partial" : "");
    }
    return std::string("none");
  };
  EXPECT_EQ(index("t_a_day"), "day,at");
  EXPECT_EQ(index("t_a_s"), " unique partial");
  EXPECT_EQ(found[0].indexes.size(), 3u) << "the unique constraint has one too, the primary key is not told";
}

using Scratch = Conformance;

TEST_P(Scratch, IsEmptyAndGoneAtTheEnd) {
  ASSERT_OK(run("CREATE TABLE t (n bigint)"));
  std::string url;
  {
    auto scratch = ScratchDatabase::create(db(), folder());
    ASSERT_OK(scratch);
    url = scratch->url();
    auto opened = Database::open(scratch->options());
    ASSERT_OK(opened);
    EXPECT_OK((*opened)->write_now([](Transaction& transaction) -> Result<void> {
      TRY(ensure_owner(transaction, "tiers"));
      return transaction.script("CREATE TABLE t (n text)");
    }));
  }
  if (sqlite()) {
    EXPECT_FALSE(std::filesystem::exists(url.substr(7)));
  } else {
    DatabaseOptions options;
    options.url = url;
    EXPECT_FALSE(Database::open(options));
  }
  EXPECT_EQ(one("SELECT count(*) FROM t"), "0");
}

}  // namespace opsflux::store
