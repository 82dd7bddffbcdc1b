// Tests only: a module's SQL stays with the module's tables, on both databases.
#pragma once

#include "host/store/conformance.hpp"

namespace opsflux::store {

class Owners : public Conformance {
 protected:
  void SetUp() override {
    Conformance::SetUp();
    if (HasFatalFailure()) return;
    ASSERT_OK(
        run("CREATE TABLE core_user (id text PRIMARY KEY, secret text); INSERT INTO core_user VALUES ('u', "
            "'hidden')"));
    for (const char* owner : {"tiers", "other"}) {
      ASSERT_OK(db().write_now([&](Transaction& transaction) -> Result<void> {
        TRY(ensure_owner(transaction, owner));
        const OwnerScope scope(transaction, owner, OwnerRights::kSchema);
        const std::string name(owner);
        TRY(transaction.execute("CREATE TABLE " + name +
                                "_company (id text PRIMARY KEY, city text, score bigint)"));
        TRY(transaction.execute("CREATE INDEX " + name + "_company_city ON " + name + "_company (city)"));
        TRY(transaction.execute("INSERT INTO " + name + "_company VALUES ('1', 'Lille', 7)"));
        return {};
      }));
    }
  }

  // As module tiers; the error's code, "" when it ran.
  std::string as_tiers(std::string_view sql, OwnerRights rights = OwnerRights::kData) {
    last_ = db().write_now([&](Transaction& transaction) {
      const OwnerScope scope(transaction, "tiers", rights);
      return transaction.query(sql, {}, [](const Row&) { return true; });
    });
    return code_of(last_);
  }
  std::string as_tiers_schema(std::string_view sql) { return as_tiers(sql, OwnerRights::kSchema); }

  Result<void> last_;
};

TEST_P(Owners, ReachTheirOwnTables) {
  for (const char* sql :
       {"SELECT id, city FROM tiers_company WHERE score > 3 ORDER BY city LIMIT 5",
        "INSERT INTO tiers_company (id, city) VALUES ('2', 'Paris')",
        "INSERT INTO tiers_company(id) VALUES ('3')",
        "UPDATE tiers_company SET city = upper(trim(city)), score = coalesce(score, 0) + 1 WHERE id IN ('1', "
        "'2')",
        "DELETE FROM tiers_company WHERE id = '3'",
        "WITH big(id) AS (SELECT id FROM tiers_company WHERE score > 1) SELECT count(*), max(id) FROM big",
        "SELECT CAST(score AS decimal(10, 2)) FROM tiers_company", "VALUES (1), (2)",
        "SELECT city, count(*) FROM tiers_company GROUP BY city HAVING count(*) > 0",
        "SELECT row_number() OVER (PARTITION BY city ORDER BY score) FROM tiers_company",
        "INSERT INTO tiers_company (id, city) VALUES ('1', 'x') ON CONFLICT (id) DO UPDATE SET city = "
        "excluded.city",
        "SELECT CAST('{\"a\": \"x\"}' AS jsonb) ->> 'a' FROM tiers_company",
        "SELECT score FROM tiers_company WHERE city LIKE 'L%'",
        "SELECT a.id FROM tiers_company a JOIN tiers_company b ON (a.id = b.id) WHERE EXISTS (SELECT 1 FROM "
        "tiers_company)"}) {
    EXPECT_EQ(as_tiers(sql), "") << sql << ": " << (last_ ? "" : describe(last_.error()));
  }
}

TEST_P(Owners, AreSeenByTheHostUnderPlainNames) {
  EXPECT_EQ(one("SELECT t.city, o.city FROM tiers_company t, other_company o"), "Lille|Lille");
  EXPECT_OK(execute("UPDATE tiers_company SET city = 'Paris'"));
}

TEST_P(Owners, DoNotReachOtherTables) {
  for (const char* sql :
       {"SELECT secret FROM core_user", "SELECT count(*) FROM core_user", "SELECT secret FROM CORE_USER",
        "SELECT city FROM other_company", "INSERT INTO other_company (id) VALUES ('9')",
        "INSERT INTO other_company(id) VALUES ('9')", "UPDATE other_company SET city = 'x'",
        "DELETE FROM core_user", "SELECT id FROM tiers_company WHERE id IN (SELECT id FROM core_user)",
        "INSERT INTO tiers_company (id, city) SELECT id, secret FROM core_user",
        "WITH x AS (DELETE FROM core_user RETURNING id) SELECT id FROM x",
        "SELECT a.id FROM tiers_company a LEFT JOIN core_user b ON a.id = b.id",
        "SELECT id FROM tiers_company UNION SELECT secret FROM core_user",
        "UPDATE tiers_company SET city = (SELECT secret FROM core_user)"}) {
    const std::string code = as_tiers(sql);
    EXPECT_TRUE(code == "store.foreign_table" ||
                (code == "store.failed" &&
                 std::string_view(sql).find("DELETE FROM core_user R") != std::string_view::npos))
        << sql << " gave " << code;
    if (code == "store.foreign_table") {
      EXPECT_EQ(last_.error().kind, ErrorKind::kForbidden);
      EXPECT_EQ(to_lower_ascii(param(last_.error(), "table")).substr(0, 5),
                std::string_view(sql).find("other") != std::string_view::npos ? "other" : "core_")
          << sql;
    }
  }
  EXPECT_EQ(one("SELECT count(*) FROM core_user"), "1");
  EXPECT_EQ(one("SELECT city FROM other_company"), "Lille");
}

TEST_P(Owners, DoNotReachTheCatalogue) {
  for (const char* sql :
       {"SELECT name FROM sqlite_master", "SELECT name FROM sqlite_schema",
        "SELECT name FROM main.sqlite_master", "SELECT name FROM \"sqlite_master\"",
        "SELECT * FROM pragma_table_info('core_user')", "SELECT relname FROM pg_class",
        "SELECT rolname FROM pg_catalog.pg_roles", "SELECT table_name FROM information_schema.tables",
        "SELECT * FROM \"pg_class\"", "SELECT name FROM temp.sqlite_master"}) {
    EXPECT_NE(as_tiers(sql), "") << sql;
    EXPECT_EQ(last_.error().kind, ErrorKind::kForbidden) << sql << ": " << describe(last_.error());
  }
}

TEST_P(Owners, DoNotLeaveTheirRole) {
  for (const char* sql : {"ATTACH 'x.db' AS x",
                          "DETACH main",
                          "PRAGMA foreign_keys = OFF",
                          "PRAGMA table_info(core_user)",
                          "VACUUM",
                          "REINDEX",
                          "ANALYZE",
                          "BEGIN",
                          "COMMIT",
                          "ROLLBACK",
                          "SAVEPOINT x",
                          "RELEASE s1",
                          "ROLLBACK TO s1",
                          "SET ROLE NONE",
                          "RESET ROLE",
                          "RESET ALL",
                          "SET SESSION AUTHORIZATION DEFAULT",
                          "RESET SESSION AUTHORIZATION",
                          "SET LOCAL search_path = public",
                          "SET search_path TO public, m_other",
                          "DISCARD ALL",
                          "DO 'BEGIN RESET ROLE; END'",
                          "DO $$ BEGIN RESET ROLE; END $$",
                          "EXPLAIN SELECT 1",
                          "COPY tiers_company TO '/tmp/x'",
                          "COPY tiers_company TO PROGRAM 'id'",
                          "LISTEN x",
                          "NOTIFY x",
                          "LOCK TABLE tiers_company",
                          "PREPARE p AS SELECT 1",
                          "EXECUTE p",
                          "CALL x()",
                          "LOAD 'x'",
                          "GRANT SELECT ON tiers_company TO PUBLIC",
                          "TABLE core_user",
                          "DECLARE c CURSOR FOR SELECT 1",
                          "CREATE TABLE tiers_x (a text)",
                          "DROP TABLE tiers_company",
                          "ALTER TABLE tiers_company ADD COLUMN x text",
                          "SELECT city INTO tiers_copy FROM tiers_company",
                          "SELECT 1; RESET ROLE",
                          "SELECT 1; SELECT secret FROM core_user",
                          "/* c */ RESET ROLE",
                          "-- c\nRESET ROLE"}) {
    EXPECT_EQ(as_tiers(sql), "store.forbidden_sql")
        << sql << ": " << (last_ ? "ran" : describe(last_.error()));
  }
  EXPECT_EQ(one("SELECT city FROM tiers_company"), "Lille");
}

TEST_P(Owners, MayNotCallFunctionsThatReachOutside) {
  for (const char* sql : {"SELECT load_extension('x')",
                          "SELECT pg_read_file('/etc/passwd')",
                          "SELECT pg_catalog.pg_read_file('/etc/passwd')",
                          "SELECT pg_sleep(10)",
                          "SELECT set_config('role', 'none', true)",
                          "SELECT SET_CONFIG('role', 'none', true)",
                          "SELECT \"set_config\"('role', 'none', true)",
                          "SELECT pg_catalog . set_config ('role', 'none', true)",
                          "SELECT set_config/**/('role', 'none', true)",
                          "SELECT U&\"set\\005fconfig\"('role', 'none', true)",
                          "SELECT set_config\n('search_path', 'public', false)",
                          "SELECT query_to_xml('SELECT secret FROM core_user', true, true, '')",
                          "SELECT table_to_xml('core_user', true, true, '')",
                          "SELECT current_setting('data_directory')",
                          "SELECT * FROM ts_stat('SELECT secret FROM core_user')",
                          "SELECT lo_import('/etc/passwd')",
                          "SELECT dblink('x', 'y')",
                          "SELECT nextval('x')",
                          "SELECT has_table_privilege('core_user', 'SELECT')",
                          "SELECT public.lower('x')",
                          "SELECT writefile('x', 'y')",
                          "SELECT sqlite_version()",
                          "SELECT fts3_tokenizer('x')",
                          "SELECT zeroblob(1000000000)",
                          "SELECT id FROM tiers_company ORDER BY set_config('role', 'none', true)",
                          "SELECT id FROM tiers_company LIMIT length(set_config('role', 'none', true))",
                          "INSERT INTO tiers_company (id) VALUES (set_config('role', 'none', false))"}) {
    EXPECT_NE(as_tiers(sql), "") << sql;
    EXPECT_TRUE(!last_ && last_.error().kind == ErrorKind::kForbidden)
        << sql << ": " << (last_ ? "ran" : describe(last_.error()));
  }
}

TEST_P(Owners, MayNotHideNamesFromTheGuard) {
  for (const char* sql : {"SELECT 'x' || $$; RESET ROLE$$", "SELECT 'unterminated", "SELECT \"unterminated",
                          "SELECT 1 /* unterminated", "SELECT E'\\' || set_config('role','none',true) || '",
                          "SELECT '\\' || secret FROM core_user --'"}) {
    EXPECT_NE(as_tiers(sql), "") << sql;
  }
  EXPECT_EQ(as_tiers("SELECT 'RESET ROLE; pg_sleep(1)' AS quoted"), "") << "text is no SQL";
}

TEST_P(Owners, MayChangeOnlyTheirOwnSchema) {
  for (const char* sql :
       {"CREATE TABLE tiers_contact (id text PRIMARY KEY, company text REFERENCES tiers_company (id), n "
        "decimal(10,2) DEFAULT 0)",
        "ALTER TABLE tiers_contact ADD COLUMN phone text",
        "CREATE INDEX tiers_contact_phone ON tiers_contact (phone)",
        "CREATE UNIQUE INDEX tiers_contact_lower ON tiers_contact (lower(phone)) WHERE phone IS NOT NULL",
        "INSERT INTO tiers_contact (id) VALUES ('1')", "ALTER TABLE tiers_contact DROP COLUMN n",
        "DROP INDEX tiers_contact_phone", "DROP TABLE tiers_contact"}) {
    EXPECT_EQ(as_tiers_schema(sql), "") << sql << ": " << (last_ ? "" : describe(last_.error()));
  }
  for (const char* sql :
       {"DROP TABLE core_user",
        "ALTER TABLE core_user ADD COLUMN x text",
        "CREATE INDEX tiers_spy ON core_user (secret)",
        "DROP TABLE other_company",
        "DROP INDEX other_company_city",
        "CREATE TABLE tiers_copy AS SELECT * FROM core_user",
        "CREATE VIEW tiers_view AS SELECT secret FROM core_user",
        "CREATE TEMP TABLE tiers_t (a text)",
        "CREATE TEMPORARY TABLE core_user (a text)",
        "CREATE TRIGGER tiers_t AFTER INSERT ON tiers_company BEGIN DELETE FROM core_user; END",
        "CREATE FUNCTION tiers_f() RETURNS text LANGUAGE sql AS 'SELECT 1'",
        "CREATE EXTENSION dblink",
        "CREATE SCHEMA tiers_s",
        "CREATE VIRTUAL TABLE tiers_v USING fts5(a)",
        "CREATE ROLE tiers_r",
        "CREATE RULE x AS ON SELECT TO tiers_company DO INSTEAD NOTHING",
        "CREATE TABLE tiers_t (a text DEFAULT set_config('role', 'none', true))",
        "PRAGMA writable_schema = ON",
        "RESET ROLE",
        "INSERT INTO sqlite_master (name) VALUES ('x')",
        "DELETE FROM sqlite_master",
        "CREATE TABLE tiers_copy AS SELECT * FROM sqlite_schema",
        "CREATE TABLE public.tiers_x (a text)",
        "CREATE TABLE public . tiers_x AS SELECT 1",
        "ALTER TABLE tiers_company SET SCHEMA public",
        "ALTER TABLE tiers_company OWNER TO opsflux"}) {
    EXPECT_NE(as_tiers_schema(sql), "") << sql;
    EXPECT_TRUE(!last_ && last_.error().kind == ErrorKind::kForbidden)
        << sql << ": " << (last_ ? "ran" : describe(last_.error()));
  }
  EXPECT_EQ(one("SELECT secret FROM core_user"), "hidden");
}

TEST_P(Owners, EndWithTheirScope) {
  ASSERT_OK(db().write_now([](Transaction& transaction) -> Result<void> {
    const auto count = [&](std::string_view table) -> Result<void> {
      return transaction.query("SELECT count(*) FROM " + std::string(table), {},
                               [](const Row&) { return true; });
    };
    TRY(count("core_user"));
    {
      const OwnerScope tiers(transaction, "tiers");
      TRY(count("tiers_company"));
      {
        const OwnerScope host(transaction, "");
        TRY(count("core_user"));
        const OwnerScope other(transaction, "other");
        TRY(count("other_company"));
      }
      TRY(count("tiers_company"));
    }
    return count("core_user");
  }));
}

TEST_P(Owners, AreKeptThroughSavepoints) {
  ASSERT_OK(db().write_now([](Transaction& transaction) -> Result<void> {
    auto failed = transaction.savepoint([&]() -> Result<void> {
      const OwnerScope tiers(transaction, "tiers");
      TRY(transaction.execute("UPDATE tiers_company SET city = 'x'"));
      TRY(transaction.execute("DELETE FROM core_user"));
      return {};
    });
    EXPECT_EQ(code_of(failed), "store.foreign_table");
    TRY(transaction.execute("UPDATE core_user SET secret = 'still'"));
    const OwnerScope tiers(transaction, "tiers");
    failed = transaction.savepoint([&]() -> Result<void> {
      const OwnerScope host(transaction, "");
      TRY(transaction.execute("UPDATE core_user SET secret = 'undone'"));
      return fail(Error::invalid("test.refused", "No."));
    });
    EXPECT_EQ(code_of(failed), "test.refused");
    return transaction
                   .savepoint([&]() -> Result<void> {
                     EXPECT_EQ(code_of(transaction.execute("DELETE FROM core_user")), "store.foreign_table");
                     return fail(Error::invalid("test.refused", "No."));
                   })
                   .has_value()
               ? Result<void>()
               : transaction.query("SELECT city FROM tiers_company", {}, [](const Row&) { return true; });
  }));
  EXPECT_EQ(one("SELECT secret FROM core_user"), "still");
  EXPECT_EQ(one("SELECT city FROM tiers_company"), "Lille");
}

TEST_P(Owners, HoldForReadsToo) {
  // The same text as the host and as the module, on one session: what one may is not kept for the other.
  reopen([](DatabaseOptions& options) { options.readers = 1; });
  for (int round = 0; round < 3; ++round) {
    EXPECT_EQ(one("SELECT secret FROM core_user"), "hidden");
    auto read = db().read([](Session& session) {
      const OwnerScope scope(session, "tiers");
      return session.query("SELECT secret FROM core_user", {}, [](const Row&) { return true; });
    });
    EXPECT_EQ(code_of(read), "store.foreign_table");
    EXPECT_OK(db().read([](Session& session) {
      const OwnerScope scope(session, "tiers");
      return session.query("SELECT city FROM tiers_company", {}, [](const Row&) { return true; });
    }));
  }
}

TEST_P(Owners, HaveNamesThatCannotBeConfused) {
  for (const char* owner :
       {"core", "sqlite", "pg", "core_x", "Tiers", "1a", "", "x", "public", "a-b", "a\"b"}) {
    EXPECT_EQ(code_of(check_owner(owner)), "store.bad_owner") << owner;
  }
  EXPECT_OK(check_owner("tiers"));
  EXPECT_OK(check_owner("field_service"));
  auto read = db().read([](Session& session) {
    const OwnerScope scope(session, "core");
    return session.query("SELECT secret FROM core_user", {}, [](const Row&) { return true; });
  });
  EXPECT_EQ(code_of(read), "store.bad_owner");
  EXPECT_EQ(one("SELECT secret FROM core_user"), "hidden");
}

TEST_P(Owners, AreDroppedWithAllTheirTables) {
  ASSERT_OK(db().write_now([](Transaction& transaction) -> Result<void> {
    const OwnerScope scope(transaction, "tiers", OwnerRights::kSchema);
    return transaction.script(
        "CREATE TABLE tiers_contact (id text PRIMARY KEY, company text NOT NULL REFERENCES tiers_company "
        "(id));"
        "INSERT INTO tiers_contact VALUES ('c', '1')");
  }));
  ASSERT_OK(db().write_now([](Transaction& transaction) { return drop_owner(transaction, "tiers"); }));
  EXPECT_FALSE(rows("SELECT id FROM tiers_company"));
  EXPECT_FALSE(rows("SELECT id FROM tiers_contact"));
  EXPECT_EQ(one("SELECT city FROM other_company"), "Lille");
  ASSERT_OK(db().write_now([](Transaction& transaction) { return drop_owner(transaction, "tiers"); }));
  if (!sqlite()) {
    EXPECT_EQ(one("SELECT count(*) FROM pg_roles WHERE rolname LIKE 'opsflux_' || current_database() || "
                  "'\\_m\\_%'"),
              "1");
  }
}

}  // namespace opsflux::store
