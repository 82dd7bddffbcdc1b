// Tests only: what goes in comes out the same, on both databases.
#pragma once

#include <cfloat>
#include <limits>

#include "host/store/conformance.hpp"

namespace opsflux::store {

using Values = Conformance;

TEST_P(Values, RoundTripIntegersOfSixtyFourBits) {
  ASSERT_OK(run("CREATE TABLE t (n bigint)"));
  for (const std::int64_t value :
       {std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max(), std::int64_t{0},
        std::int64_t{-1}, std::int64_t{5'000'000'000}}) {
    ASSERT_OK(execute("DELETE FROM t"));
    ASSERT_OK(execute("INSERT INTO t (n) VALUES ($1)", {value}));
    std::int64_t read = 1;
    ASSERT_OK(db().read([&](Session& session) -> Result<void> {
      TRY(session.query_one("SELECT n FROM t WHERE n = $1", {value}, [&](const Row& row) {
        read = row.i64(0);
        EXPECT_EQ(row.kind(0), ValueKind::kInteger);
        EXPECT_EQ(row.text(0), std::to_string(value));
      }));
      return {};
    }));
    EXPECT_EQ(read, value);
  }
}

TEST_P(Values, ReadExpressionsAsNumbers) {
  ASSERT_OK(run("CREATE TABLE t (n bigint); INSERT INTO t VALUES (5000000000); INSERT INTO t VALUES (1)"));
  ASSERT_OK(db().read([](Session& session) -> Result<void> {
    TRY(session.query_one("SELECT count(*), sum(n), max(n) * 2 FROM t", {}, [](const Row& row) {
      EXPECT_EQ(row.i64(0), 2);
      EXPECT_EQ(row.i64(1), 5'000'000'001);
      EXPECT_EQ(row.i64(2), 10'000'000'000);
    }));
    return {};
  }));
}

TEST_P(Values, RoundTripTextOfEveryKind) {
  ASSERT_OK(run("CREATE TABLE t (s text)"));
  const std::string long_text(1'000'000, 'x');
  const std::vector<std::string> naughty{"",
                                         " ",
                                         "NULL",
                                         "'",
                                         "''",
                                         "\"",
                                         "\\",
                                         "\\'",
                                         "$1",
                                         "%s",
                                         "'; DROP TABLE t; --",
                                         "a\nb\r\nc\td",
                                         "é",
                                         "e\u0301",
                                         "\u202e\u05d0",
                                         "😀👩‍👩‍👧‍👦",
                                         "\ufeffbom",
                                         "\u0001\u001f\u007f",
                                         "\U0010ffff",
                                         "日本語",
                                         "{\"a\":1}",
                                         "[1:2]",
                                         ":name",
                                         "?",
                                         "0x00",
                                         "1e309",
                                         long_text};
  for (const std::string& text : naughty) {
    ASSERT_OK(execute("DELETE FROM t"));
    ASSERT_OK(execute("INSERT INTO t (s) VALUES ($1)", {text}));
    EXPECT_EQ(one("SELECT s FROM t"), text);
    EXPECT_EQ(one("SELECT count(*) FROM t WHERE s = $1", {text}), "1");
  }
}

TEST_P(Values, TellEmptyTextFromNull) {
  ASSERT_OK(run("CREATE TABLE t (a text, b text)"));
  ASSERT_OK(execute("INSERT INTO t (a, b) VALUES ($1, $2)", {std::string_view(), kNull}));
  ASSERT_OK(db().read([](Session& session) -> Result<void> {
    TRY(session.query_one("SELECT a, b FROM t", {}, [](const Row& row) {
      EXPECT_FALSE(row.is_null(0));
      EXPECT_TRUE(row.is_null(1));
      EXPECT_EQ(row.kind(1), ValueKind::kNull);
      EXPECT_EQ(row.text(1), "");
      EXPECT_EQ(row.i64(1), 0);
      EXPECT_FALSE(row.boolean(1));
      EXPECT_EQ(row.name(1), "b");
    }));
    return {};
  }));
}

TEST_P(Values, RefuseWhatCannotBeStoredExactly) {
  ASSERT_OK(run("CREATE TABLE t (s text, r double precision)"));
  using namespace std::string_view_literals;
  EXPECT_EQ(code_of(execute("INSERT INTO t (s) VALUES ($1)", {"a\0b"sv})), "store.bad_value");
  EXPECT_EQ(code_of(execute("INSERT INTO t (s) VALUES ($1)", {"\xff"})), "store.bad_value");
  EXPECT_EQ(code_of(execute("INSERT INTO t (s) VALUES ($1)", {"\xed\xa0\x80"})), "store.bad_value");
  EXPECT_EQ(code_of(execute("INSERT INTO t (r) VALUES ($1)", {std::numeric_limits<double>::quiet_NaN()})),
            "store.bad_value");
  EXPECT_EQ(code_of(execute("INSERT INTO t (r) VALUES ($1)", {std::numeric_limits<double>::infinity()})),
            "store.bad_value");
  EXPECT_EQ(one("SELECT count(*) FROM t"), "0");
}

TEST_P(Values, RoundTripDoublesToTheLastBit) {
  ASSERT_OK(run("CREATE TABLE t (r double precision)"));
  for (const double value :
       {0.1, 0.1 + 0.2, 1e308, DBL_MAX, DBL_MIN, 5e-324, -1.5, 1.0 / 3, 123456789.123456789}) {
    ASSERT_OK(execute("DELETE FROM t"));
    ASSERT_OK(execute("INSERT INTO t (r) VALUES ($1)", {value}));
    ASSERT_OK(db().read([&](Session& session) -> Result<void> {
      TRY(session.query_one("SELECT r FROM t", {}, [&](const Row& row) {
        EXPECT_EQ(row.f64(0), value);
        EXPECT_EQ(parse_double(row.text(0)), value);
        EXPECT_EQ(row.kind(0), ValueKind::kReal);
      }));
      return {};
    }));
  }
}

// SQLite keeps a decimal as a scaled integer, which its callers scale; PostgreSQL gives its digits.
TEST_P(Values, KeepDecimalsExact) {
  ASSERT_OK(run("CREATE TABLE t (d decimal(20,4))"));
  if (sqlite()) {
    ASSERT_OK(execute("INSERT INTO t (d) VALUES ($1)", {std::int64_t{123456789012345678}}));
    EXPECT_EQ(one("SELECT d FROM t"), "123456789012345678");
    return;
  }
  for (const std::string_view digits :
       {"12345678901234.5678", "-0.0001", "0.1000", "9999999999999999.9999"}) {
    ASSERT_OK(execute("DELETE FROM t"));
    ASSERT_OK(execute("INSERT INTO t (d) VALUES ($1)", {digits}));
    EXPECT_EQ(one("SELECT d FROM t"), digits);
  }
  EXPECT_EQ(code_of(execute("INSERT INTO t (d) VALUES ($1)", {"99999999999999999"})), "store.bad_value");
}

TEST_P(Values, KeepTimestampsToTheMicrosecond) {
  ASSERT_OK(run("CREATE TABLE t (at timestamptz)"));
  const std::vector<std::string> times{"0001-01-01T00:00:00.000000Z", "1969-12-31T23:59:59.999999Z",
                                       "2026-03-29T01:30:00.000000Z", "2026-11-21T07:05:03.123400Z",
                                       "2026-11-21T07:05:03.123456Z", "9999-12-31T23:59:59.999999Z"};
  for (const std::string& time : times) ASSERT_OK(execute("INSERT INTO t (at) VALUES ($1)", {time}));
  EXPECT_EQ(rows("SELECT at FROM t ORDER BY at").value(), times);
  EXPECT_EQ(one("SELECT count(*) FROM t WHERE at < $1", {"2026-11-21T07:05:03.123456Z"}), "4");
  EXPECT_EQ(one("SELECT at FROM t WHERE at = $1", {times[3]}), times[3]);
}

TEST_P(Values, KeepDates) {
  ASSERT_OK(run("CREATE TABLE t (day date)"));
  for (const std::string_view day : {"0001-01-01", "2024-02-29", "9999-12-31"}) {
    ASSERT_OK(execute("INSERT INTO t (day) VALUES ($1)", {day}));
  }
  EXPECT_EQ(rows("SELECT day FROM t ORDER BY day").value(),
            (std::vector<std::string>{"0001-01-01", "2024-02-29", "9999-12-31"}));
}

TEST_P(Values, BindAndCompareBooleans) {
  ASSERT_OK(run("CREATE TABLE t (b boolean)"));
  ASSERT_OK(execute("INSERT INTO t (b) VALUES ($1)", {true}));
  ASSERT_OK(execute("INSERT INTO t (b) VALUES ($1)", {false}));
  EXPECT_EQ(one("SELECT b FROM t WHERE b = $1", {true}), "1");
  EXPECT_EQ(one("SELECT b FROM t WHERE NOT b"), "0");
  EXPECT_EQ(one("SELECT count(*) FROM t WHERE b = true"), "1");
  ASSERT_OK(db().read([](Session& session) -> Result<void> {
    TRY(session.query_one("SELECT b FROM t WHERE b", {}, [](const Row& row) {
      EXPECT_TRUE(row.boolean(0));
      EXPECT_EQ(row.kind(0), ValueKind::kBoolean);
      EXPECT_EQ(row.i64(0), 1);
    }));
    return {};
  }));
}

TEST_P(Values, KeepJsonAsJson) {
  ASSERT_OK(run("CREATE TABLE t (j jsonb)"));
  const Json document = {{"tags", {"a", "é", "\"q\""}}, {"n", 5'000'000'000}, {"none", nullptr}};
  ASSERT_OK(execute("INSERT INTO t (j) VALUES ($1)", {document.dump()}));
  EXPECT_EQ(Json::parse(one("SELECT j FROM t")), document);
}

TEST_P(Values, MayUseAParameterSeveralTimesAndInAnyOrder) {
  ASSERT_OK(run("CREATE TABLE t (a text, b text, n bigint)"));
  ASSERT_OK(execute("INSERT INTO t (n, b, a) VALUES ($3, $2, $1)", {"x", "y", 7}));
  EXPECT_EQ(one("SELECT a, b, n FROM t WHERE a = $1 AND b <> $1 AND n = $2", {"x", 7}), "x|y|7");
}

TEST_P(Values, MustMatchTheParameters) {
  ASSERT_OK(run("CREATE TABLE t (a text, b text)"));
  EXPECT_EQ(code_of(execute("INSERT INTO t (a, b) VALUES ($1, $2)", {"x"})), "store.failed");
  EXPECT_EQ(code_of(execute("INSERT INTO t (a, b) VALUES ($1, $2)", {"x", "y", "z"})), "store.failed");
}

TEST_P(Values, LikeTellsUpperFromLower) {
  ASSERT_OK(run("CREATE TABLE t (a text); INSERT INTO t VALUES ('Lille')"));
  EXPECT_EQ(one("SELECT count(*) FROM t WHERE a LIKE $1", {"lil%"}), "0");
  EXPECT_EQ(one("SELECT count(*) FROM t WHERE a LIKE $1", {"Lil%"}), "1");
}

TEST_P(Values, DoubleQuotesAreNamesNotText) {
  ASSERT_OK(run("CREATE TABLE t (a text)"));
  EXPECT_EQ(code_of(rows("SELECT count(*) FROM t WHERE a = \"nothing\"")), "store.failed");
}

using Statements = Conformance;

TEST_P(Statements, TellHowManyRowsChanged) {
  ASSERT_OK(run("CREATE TABLE t (n bigint)"));
  EXPECT_EQ(execute("INSERT INTO t (n) VALUES (1), (2), (3)").value(), 3);
  EXPECT_EQ(execute("UPDATE t SET n = n + 1 WHERE n > $1", {1}).value(), 2);
  EXPECT_EQ(execute("DELETE FROM t WHERE n = 99").value(), 0);
  EXPECT_EQ(execute("CREATE TABLE u (n bigint)").value(), 0);
}

TEST_P(Statements, ReturnRowsOfAnInsert) {
  ASSERT_OK(run("CREATE TABLE t (n bigint)"));
  std::vector<std::int64_t> returned;
  ASSERT_OK(db().write_now([&](Transaction& transaction) {
    returned.clear();
    return transaction.query("INSERT INTO t (n) VALUES (1), (2) RETURNING n * 10", {}, [&](const Row& row) {
      returned.push_back(row.i64(0));
      return true;
    });
  }));
  EXPECT_THAT(returned, testing::UnorderedElementsAre(10, 20));
}

TEST_P(Statements, MayRunInsideTheCallbackOfAnother) {
  ASSERT_OK(run("CREATE TABLE t (n bigint); INSERT INTO t VALUES (1), (2), (3)"));
  int pairs = 0;
  ASSERT_OK(db().read([&](Session& session) {
    return session.query("SELECT n FROM t", {}, [&](const Row&) {
      EXPECT_OK(session.query("SELECT n FROM t", {}, [&](const Row&) {
        ++pairs;
        return true;
      }));
      return true;
    });
  }));
  EXPECT_EQ(pairs, 9);
}

TEST_P(Statements, StopWhenTheCallbackSaysSo) {
  ASSERT_OK(run("CREATE TABLE t (n bigint); INSERT INTO t VALUES (1), (2), (3)"));
  int seen = 0;
  ASSERT_OK(db().read([&](Session& session) -> Result<void> {
    for (int again = 0; again < 2; ++again) {
      TRY(session.query("SELECT n FROM t ORDER BY n", {}, [&](const Row& row) {
        EXPECT_EQ(row.i64(0), 1);
        ++seen;
        return false;
      }));
    }
    return {};
  }));
  EXPECT_EQ(seen, 2);
}

TEST_P(Statements, AreOneAtATimeOutsideScripts) {
  ASSERT_OK(run("CREATE TABLE t (n bigint)"));
  EXPECT_EQ(code_of(execute("INSERT INTO t VALUES (1); DELETE FROM t")), "store.failed");
  EXPECT_EQ(one("SELECT count(*) FROM t"), "0");
  EXPECT_OK(execute("INSERT INTO t VALUES (1) ; -- a comment"));
}

TEST_P(Statements, OfAScriptAreSplitByTheDatabasesRules) {
  ASSERT_OK(
      run("-- first; comment\nCREATE TABLE t (s text DEFAULT ';');\n/* a; b */ INSERT INTO t VALUES "
          "('x;y''z');;\n"
          "INSERT INTO t DEFAULT VALUES; "));
  EXPECT_EQ(rows("SELECT s FROM t ORDER BY s").value(), (std::vector<std::string>{";", "x;y'z"}));
  auto failed =
      run("INSERT INTO t VALUES ('1'); INSERT INTO t VALUES ('2'); INSERT INTO nowhere VALUES (';')");
  ASSERT_FALSE(failed);
  EXPECT_EQ(param(failed.error(), "statement"), "3");
  EXPECT_EQ(one("SELECT count(*) FROM t"), "2");
}

TEST_P(Statements, MayNotControlTransactionsOrSettings) {
  ASSERT_OK(run("CREATE TABLE t (n bigint)"));
  for (const char* sql : {"BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT x", "RELEASE s1", "ROLLBACK TO s1"}) {
    EXPECT_EQ(code_of(execute(sql)), "store.failed") << sql;
  }
  auto escaped = db().write_now([](Transaction& transaction) -> Result<void> {
    TRY(transaction.execute("INSERT INTO t VALUES (1)"));
    return transaction.script("COMMIT");
  });
  EXPECT_FALSE(escaped);
  EXPECT_EQ(one("SELECT count(*) FROM t"), "0");
}

TEST_P(Statements, AreForgottenWhenTooMany) {
  reopen([](DatabaseOptions& options) {
    options.cached_statements = 4;
    options.readers = 1;
  });
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 20; ++i) {
      EXPECT_EQ(one("SELECT " + std::to_string(i) + " + CAST($1 AS bigint)", {round}),
                std::to_string(i + round));
    }
  }
  if (!sqlite()) {
    EXPECT_LE(std::stoi(one("SELECT count(*) FROM pg_prepared_statements")), 6);
  }
}

TEST_P(Statements, SeeTablesThatChangedUnderThem) {
  ASSERT_OK(run("CREATE TABLE t (a text); INSERT INTO t VALUES ('x')"));
  EXPECT_EQ(one("SELECT * FROM t"), "x");
  ASSERT_OK(run("ALTER TABLE t ADD COLUMN b text DEFAULT 'y'"));
  db().schemas_changed();
  EXPECT_EQ(one("SELECT * FROM t"), "x|y");
}

using Errors = Conformance;

TEST_P(Errors, TellWhatIsNotUnique) {
  ASSERT_OK(
      run("CREATE TABLE company (id text PRIMARY KEY, siret text, country text, "
          "CONSTRAINT company_siret UNIQUE (siret, country)); INSERT INTO company VALUES ('1', '2', 'FR')"));
  auto twice = execute("INSERT INTO company VALUES ('9', '2', 'FR')");
  ASSERT_FALSE(twice);
  EXPECT_EQ(twice.error().kind, ErrorKind::kConflict);
  EXPECT_EQ(twice.error().code, "store.unique");
  EXPECT_EQ(param(twice.error(), "table"), "company");
  EXPECT_EQ(param(twice.error(), "columns"), "siret,country");
  auto key = execute("INSERT INTO company VALUES ('1', '3', 'FR')");
  EXPECT_EQ(code_of(key), "store.unique");
  EXPECT_EQ(param(key.error(), "columns"), "id");
}

TEST_P(Errors, TellAReferenceToNothing) {
  ASSERT_OK(
      run("CREATE TABLE parent (id text PRIMARY KEY); CREATE TABLE child (id text PRIMARY KEY, parent text "
          "REFERENCES parent (id));"
          "INSERT INTO parent VALUES ('p'); INSERT INTO child VALUES ('c', 'p')"));
  EXPECT_EQ(code_of(execute("INSERT INTO child VALUES ('d', 'nobody')")), "store.reference");
  auto referenced = execute("DELETE FROM parent");
  EXPECT_EQ(code_of(referenced), "store.reference");
  EXPECT_EQ(referenced.error().kind, ErrorKind::kConflict);
}

TEST_P(Errors, TellBrokenConstraints) {
  ASSERT_OK(run("CREATE TABLE t (a text NOT NULL, n bigint, CONSTRAINT t_n_range CHECK (n >= 0))"));
  auto null = execute("INSERT INTO t VALUES ($1, 1)", {kNull});
  EXPECT_EQ(code_of(null), "store.constraint");
  EXPECT_EQ(null.error().kind, ErrorKind::kInvalid);
  EXPECT_EQ(param(null.error(), "table"), "t");
  EXPECT_EQ(param(null.error(), "columns"), "a");
  auto range = execute("INSERT INTO t VALUES ('x', -1)");
  EXPECT_EQ(code_of(range), "store.constraint");
  EXPECT_EQ(param(range.error(), "constraint"), "t_n_range");
}

TEST_P(Errors, OfTheCallerAreInternal) {
  auto nowhere = rows("SELECT a FROM nowhere");
  ASSERT_FALSE(nowhere);
  EXPECT_EQ(nowhere.error().kind, ErrorKind::kInternal);
  EXPECT_EQ(nowhere.error().code, "store.failed");
  EXPECT_THAT(nowhere.error().detail, testing::HasSubstr("nowhere"));
  EXPECT_THAT(nowhere.error().message, testing::Not(testing::HasSubstr("nowhere")));
  EXPECT_EQ(code_of(rows("SELEKT 1")), "store.failed");
  EXPECT_EQ(code_of(rows("")), "store.failed");
  EXPECT_EQ(code_of(rows("-- nothing")), "store.failed");
}

TEST_P(Errors, ComeWhenAReadWrites) {
  ASSERT_OK(run("CREATE TABLE t (n bigint)"));
  EXPECT_FALSE(rows("INSERT INTO t VALUES (1)"));
  EXPECT_FALSE(rows("CREATE TABLE u (n bigint)"));
  EXPECT_FALSE(rows("WITH x AS (SELECT 1 AS n) INSERT INTO t SELECT n FROM x"));
  EXPECT_EQ(one("SELECT count(*) FROM t"), "0");
}

TEST_P(Errors, EndStatementsThatTakeTooLong) {
  reopen([](DatabaseOptions& options) { options.statement_timeout = std::chrono::milliseconds(200); });
  const auto started = std::chrono::steady_clock::now();
  auto endless = rows(
      "WITH RECURSIVE x(n) AS (SELECT CAST(1 AS bigint) UNION ALL SELECT n + 1 FROM x WHERE n < "
      "100000000000) "
      "SELECT count(*) FROM x");
  ASSERT_FALSE(endless);
  EXPECT_EQ(endless.error().code, "store.timeout");
  EXPECT_EQ(endless.error().kind, ErrorKind::kTimeout);
  EXPECT_LT(std::chrono::steady_clock::now() - started, std::chrono::seconds(10));
  EXPECT_EQ(one("SELECT 1"), "1");
}

}  // namespace opsflux::store
