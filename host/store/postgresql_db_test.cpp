// What only PostgreSQL has: a server that goes away, users with few rights, clashing transactions.
#include <thread>

#include "host/store/conformance.hpp"
#include "host/store/postgresql_connection.hpp"
#include "host/store/table_policies.hpp"

namespace opsflux::store {
namespace {

class Postgresql : public Conformance {};

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

// The same database as another user.
std::string as_user(const std::string& url, const std::string& user) {
  auto changed = postgresql_url_for(url, "postgres").value();
  const std::size_t at = changed.find("user=opsflux");
  return changed.replace(at, std::string("user=opsflux").size(), "user=" + user);
}

TEST_P(Postgresql, LostConnectionsAreReplacedWithoutNotice) {
  ASSERT_OK(run("CREATE TABLE t (n bigint)"));
  EXPECT_EQ(one("SELECT count(*) FROM t"), "0");
  const std::string own = one("SELECT current_database()");
  for (int round = 0; round < 3; ++round) {
    // From a session of another database object, so that none of ours is spared.
    ASSERT_OK(beside().read([&](Session& session) {
      return session.query(
          "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE pid <> pg_backend_pid() "
          "AND backend_type = 'client backend' AND datname = $1",
          {own}, [](const Row&) { return true; });
    }));
    EXPECT_OK(execute("INSERT INTO t VALUES (1)"));
    EXPECT_EQ(one("SELECT count(*) FROM t"), std::to_string(round + 1));
  }
}

TEST_P(Postgresql, ConnectionLostInTheMiddleIsAnError) {
  ASSERT_OK(run("CREATE TABLE t (n bigint)"));
  const auto lost = db().write_now([](Transaction& transaction) -> Result<void> {
    TRY(transaction.execute("INSERT INTO t VALUES (1)"));
    return transaction.query("SELECT pg_terminate_backend(pg_backend_pid())", {},
                             [](const Row&) { return true; });
  });
  EXPECT_EQ(code_of(lost), "store.unreachable");
  EXPECT_EQ(lost.error().kind, ErrorKind::kUnavailable);
  EXPECT_EQ(one("SELECT count(*) FROM t"), "0");
  EXPECT_OK(execute("INSERT INTO t VALUES (1)"));
}

TEST_P(Postgresql, ConnectionLostInTheMiddleOfAStreamIsAnError) {
  ASSERT_OK(run("CREATE TABLE t (n bigint)"));
  ASSERT_OK(execute("INSERT INTO t SELECT generate_series(1, 50000)"));
  std::int64_t seen = 0;
  const auto lost = db().read([&](Session& session) -> Result<void> {
    std::int64_t process = 0;
    TRY(session.query_one("SELECT pg_backend_pid()", {}, [&](const Row& row) { process = row.i64(0); }));
    return session.stream("SELECT n FROM t", {}, [&](const Row&) {
      if (++seen == 5000) {
        EXPECT_OK(beside().read([&](Session& other) {
          return other.query("SELECT pg_terminate_backend($1::int, 5000)", {process},
                             [](const Row&) { return true; });
        }));
      }
      return true;
    });
  });
  EXPECT_EQ(code_of(lost), "store.unreachable");
  EXPECT_LT(seen, 50000);
  EXPECT_EQ(one("SELECT count(*) FROM t"), "50000");
}

TEST_P(Postgresql, ServerThatIsAwayIsUnavailableUntilItIsBack) {
  const std::string stop = environment("OPSFLUX_TEST_POSTGRESQL_STOP");
  const std::string start = environment("OPSFLUX_TEST_POSTGRESQL_START");
  if (stop.empty() || start.empty())
    GTEST_SKIP() << "only under tools/with-postgres, which may stop its server";
  ASSERT_OK(run("CREATE TABLE t (n bigint)"));
  EXPECT_EQ(one("SELECT count(*) FROM t"), "0");
  ASSERT_EQ(std::system(stop.c_str()), 0);
  const auto read = rows("SELECT 1");
  const auto write = execute("INSERT INTO t VALUES (1)");
  ASSERT_EQ(std::system(start.c_str()), 0);
  EXPECT_EQ(code_of(read), "store.unreachable");
  EXPECT_EQ(code_of(write), "store.unreachable");
  EXPECT_GT(write.error().retry_after_ms, 0);
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  EXPECT_OK(execute("INSERT INTO t VALUES (2)"));
  EXPECT_EQ(one("SELECT n FROM t"), "2");
}

TEST_P(Postgresql, ClashingTransactionsAreRunAgainUntilTheyPass) {
  ASSERT_OK(run("CREATE TABLE t (id bigint PRIMARY KEY, n bigint); INSERT INTO t VALUES (1, 0)"));
  std::vector<std::thread> threads;
  std::atomic<int> failed = 0;
  for (int i = 0; i < 6; ++i) {
    threads.emplace_back([&] {
      for (int k = 0; k < 20; ++k) {
        auto done = db().write_now([](Transaction& transaction) -> Result<void> {
          std::int64_t n = 0;
          TRY(transaction.query_one("SELECT sum(n) FROM t", {}, [&](const Row& row) { n = row.i64(0); }));
          std::this_thread::sleep_for(std::chrono::milliseconds(1));
          TRY(transaction.execute("UPDATE t SET n = $1 WHERE id = 1", {n + 1}));
          return {};
        });
        failed += done ? 0 : 1;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(failed, 0);
  EXPECT_EQ(one("SELECT n FROM t"), "120");
  EXPECT_GT(db().stats().retries, 0u) << "the test is about clashes";
}

TEST_P(Postgresql, UserWithoutRightsIsToldWhatIsMissing) {
  const std::string user = "u" + to_hex(random_bytes(6));
  ASSERT_OK(beside().write_now(
      [&](Transaction& transaction) { return transaction.script("CREATE ROLE " + user + " LOGIN"); }));
  DatabaseOptions options;
  options.url = as_user(postgresql_url(), user);
  {
    auto poor = Database::open(options);
    ASSERT_OK(poor);
    const auto owner =
        (*poor)->write_now([](Transaction& transaction) { return ensure_owner(transaction, "tiers"); });
    EXPECT_EQ(code_of(owner), "store.may_not_create_role");
    EXPECT_THAT(owner.error().message, testing::HasSubstr("CREATEROLE"));
    EXPECT_EQ(code_of(ScratchDatabase::create(**poor, folder())), "store.may_not_create_database");
  }
  ASSERT_OK(
      beside().write_now([&](Transaction& transaction) { return transaction.script("DROP ROLE " + user); }));
}

TEST_P(Postgresql, UserNeedsNoMoreThanCreateRoleAndCreate) {
  const std::string user = "u" + to_hex(random_bytes(6));
  const std::string database = "d" + to_hex(random_bytes(6));
  const auto admin = [&](const std::string& sql) {
    return std::system(("psql -qX '" + postgresql_url() + "' -c \"" + sql + "\"").c_str());
  };
  ASSERT_EQ(admin("CREATE ROLE " + user + " LOGIN CREATEROLE CREATEDB"), 0);
  ASSERT_EQ(admin("CREATE DATABASE " + database + " OWNER " + user), 0);
  {
    DatabaseOptions options;
    options.url = postgresql_url_for(as_user(postgresql_url(), user), database).value();
    auto modest = Database::open(options);
    ASSERT_OK(modest);
    SystemClock clock;
    const auto files = MigrationSet::from_files({{"001_a.up.sql", "CREATE TABLE tiers_a (id text)"},
                                                 {"001_a.down.sql", "DROP TABLE tiers_a"}},
                                                Dialect::kPostgresql)
                           .value();
    ASSERT_OK(MigrationRunner(**modest, clock).up({"tiers", true}, files));
    EXPECT_OK((*modest)->write_now([](Transaction& transaction) -> Result<void> {
      TRY(transaction.execute("INSERT INTO tiers_a VALUES ('host')"));
      const OwnerScope scope(transaction, "tiers");
      TRY(transaction.execute("INSERT INTO tiers_a VALUES ('module')"));
      return {};
    }));
    // Policies on a module's tables, which belong to the module's role.
    ASSERT_OK(
        put_policies(**modest, {{"tiers_a", "id = current_setting('opsflux.who', true)", std::nullopt}}));
    const auto seen_by = [&](const char* who) {
      auto identity = std::make_shared<RowIdentity>();
      identity->settings = {{"who", who}};
      std::string seen;
      EXPECT_OK((*modest)->read(identity, [&](Session& session) {
        return session.query("SELECT id FROM tiers_a", {}, [&](const Row& row) {
          seen += row.string(0) + " ";
          return true;
        });
      }));
      return seen;
    };
    EXPECT_EQ(seen_by("host"), "host ");
    EXPECT_EQ(seen_by("nobody"), "");
    const auto changed =
        MigrationSet::from_files({{"001_a.up.sql", "CREATE TABLE tiers_a (id text)"},
                                  {"001_a.down.sql", "DROP TABLE tiers_a"},
                                  {"002_b.up.sql",
                                   "ALTER TABLE tiers_a ADD COLUMN n bigint; ALTER TABLE tiers_a "
                                   "ALTER COLUMN n SET NOT NULL"},
                                  {"002_b.down.sql", "ALTER TABLE tiers_a DROP COLUMN n"}},
                                 Dialect::kPostgresql)
            .value();
    EXPECT_EQ(code_of(MigrationRunner(**modest, clock).up({"tiers", true}, changed)), "migration.failed");
    EXPECT_EQ(seen_by("host"), "host ") << "what a failed migration took off is back";
    EXPECT_OK(
        (*modest)->write_now([](Transaction& transaction) { return drop_owner(transaction, "tiers"); }));
    EXPECT_OK(ScratchDatabase::create(**modest, folder()));
  }
  EXPECT_EQ(admin("DROP DATABASE " + database), 0);
  EXPECT_EQ(admin("DROP ROLE " + reader_role(database)), 0);
  EXPECT_EQ(admin("DROP ROLE " + user), 0);
}

TEST_P(Postgresql, RefusalsNameTheReasonNotThePassword) {
  DatabaseOptions options;
  options.url = postgresql_url_for(postgresql_url(), "no_such_database").value();
  auto missing = Database::open(options);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, "store.refused");
  EXPECT_THAT(missing.error().message, testing::HasSubstr("no_such_database"));
  options.url = "postgresql://someone:hunter2@127.0.0.1:1/x";
  auto away = Database::open(options);
  ASSERT_FALSE(away);
  EXPECT_EQ(away.error().code, "store.unreachable");
  EXPECT_THAT(describe(away.error()), testing::Not(testing::HasSubstr("hunter2")));
}

TEST_P(Postgresql, LeftoversOfKilledProbesAreSwept) {
  auto scratch = ScratchDatabase::create(db(), folder());
  ASSERT_OK(scratch);
  {
    auto probe = Database::open(scratch->options());
    ASSERT_OK(probe);
    ASSERT_OK(
        (*probe)->write_now([](Transaction& transaction) { return ensure_owner(transaction, "tiers"); }));
  }
  ASSERT_OK(ScratchDatabase::sweep(db()));
  EXPECT_EQ(code_of(Database::open(scratch->options())), "store.refused");
  EXPECT_EQ(one("SELECT count(*) FROM pg_roles WHERE rolname LIKE 'opsflux\\_" +
                scratch->url().substr(scratch->url().find("dbname=") + 7, 20) + "%'"),
            "0");
}

TEST_P(Postgresql, RolesOfLongNamesFit) {
  EXPECT_EQ(module_role("opsflux", "tiers"), "opsflux_opsflux_m_tiers");
  const std::string database(60, 'd');
  EXPECT_LE(module_role(database, std::string(32, 'm')).size(), 63u);
  EXPECT_NE(module_role(database, "tiers"), module_role(std::string(59, 'd') + "e", "tiers"));
}

INSTANTIATE_TEST_SUITE_P(Store, Postgresql, testing::Values(Dialect::kPostgresql), dialect_name);

}  // namespace
}  // namespace opsflux::store
