// What can happen to the file: damage, foreign content, another server, no room, no rights, a killed process.
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

#include "host/store/conformance.hpp"

namespace opsflux::store {
namespace {

DatabaseOptions options_for(const std::string& url) {
  DatabaseOptions options;
  options.url = url;
  return options;
}

Result<void> run(Database& database, const std::string& sql) {
  return database.write_now([sql](Transaction& transaction) { return transaction.script(sql); });
}

std::int64_t count(Database& database, const std::string& table) {
  std::int64_t rows = -1;
  EXPECT_OK(database.read([&](Session& session) -> Result<void> {
    TRY(session.query_one("SELECT count(*) FROM " + table, {}, [&](const Row& row) { rows = row.i64(0); }));
    return {};
  }));
  return rows;
}

// Runs `body` in a child process with a file system of its own mounted on `folder`; its exit code.
// 99: this system does not let us mount.
int in_child_with_tmpfs(const std::filesystem::path& folder, const char* size,
                        const std::function<int()>& body) {
  const pid_t child = ::fork();
  if (child == 0) {
    const int spaces = ::geteuid() == 0 ? CLONE_NEWNS : CLONE_NEWNS | CLONE_NEWUSER;
    if (::unshare(spaces) != 0 || ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        ::mount("tmpfs", folder.c_str(), "tmpfs", 0, (std::string("size=") + size).c_str()) != 0) {
      ::_exit(99);
    }
    int code = 98;
    try {
      code = body();
    } catch (...) {
    }
    ::_exit(code);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 97;
}

}  // namespace

TEST(SqliteFile, IsMadeAndKept) {
  const TestFolder folder;
  {
    auto database = Database::open(options_for(folder.url("with space 'and' é=x.db")));
    ASSERT_OK(database);
    EXPECT_TRUE((*database)->embedded());
    ASSERT_OK(run(**database, "CREATE TABLE t (n bigint); INSERT INTO t VALUES (1)"));
  }
  auto database = Database::open(options_for(folder.url("with space 'and' é=x.db")));
  ASSERT_OK(database);
  EXPECT_EQ(count(**database, "t"), 1);
  EXPECT_OK((*database)->check());
}

TEST(SqliteFile, BelongsToOneServerAtATime) {
  const TestFolder folder;
  auto first = Database::open(options_for(folder.url()));
  ASSERT_OK(first);
  auto second = Database::open(options_for(folder.url()));
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, "store.in_use");
  EXPECT_THAT(second.error().message, testing::HasSubstr(std::to_string(::getpid())));
  DatabaseOptions tool = options_for(folder.url());
  tool.exclusive = false;
  EXPECT_OK(Database::open(tool));
  first->reset();
  EXPECT_OK(Database::open(options_for(folder.url())));
}

TEST(SqliteFile, ThatIsNoDatabaseIsRefusedAndLeftAlone) {
  const TestFolder folder;
  const std::string text = "This is a letter, not a database. " + std::string(5000, '.');
  ASSERT_OK(write_file_atomic(folder.path() / "test.db", text));
  auto database = Database::open(options_for(folder.url()));
  ASSERT_FALSE(database);
  EXPECT_EQ(database.error().code, "store.corrupt");
  EXPECT_THAT(database.error().message, testing::HasSubstr("test.db"));
  EXPECT_EQ(read_file(folder.path() / "test.db").value(), text);
}

TEST(SqliteFile, ThatIsDamagedIsRefused) {
  const TestFolder folder;
  {
    auto database = Database::open(options_for(folder.url()));
    ASSERT_OK(database);
    std::string sql = "CREATE TABLE t (s text);";
    for (int i = 0; i < 200; ++i) sql += "INSERT INTO t VALUES ('" + std::string(400, 'x') + "');";
    ASSERT_OK(run(**database, sql));
  }
  const auto whole = read_file(folder.path() / "test.db").value();
  for (const bool truncated : {true, false}) {
    std::string bytes = whole;
    if (truncated)
      bytes.resize(bytes.size() / 2);
    else
      std::fill(bytes.begin() + 5000, bytes.begin() + 20000, '\x55');
    ASSERT_OK(write_file_atomic(folder.path() / "test.db", bytes));
    auto database = Database::open(options_for(folder.url()));
    ASSERT_FALSE(database);
    EXPECT_EQ(database.error().code, "store.corrupt");
    EXPECT_EQ(database.error().kind, ErrorKind::kInternal);
  }
}

TEST(SqliteFile, NeedsAnAddressThatMakesSense) {
  const TestFolder folder;
  for (const char* url : {"", "sqlite:", "mysql://x", "/tmp/x.db", "postgresql:", "postgresql://[broken"}) {
    EXPECT_EQ(code_of(Database::open(options_for(url))), "store.bad_url") << url;
  }
  EXPECT_EQ(code_of(Database::open(options_for(folder.url("nowhere/test.db")))), "file.missing");
  std::filesystem::create_directories(folder.path() / "folder.db");
  EXPECT_EQ(code_of(Database::open(options_for(folder.url("folder.db")))), "store.refused");
}

TEST(SqliteFile, OnAFullDiskRefusesWritesAndRecovers) {
  const TestFolder folder;
  const int code = in_child_with_tmpfs(folder.path(), "2m", [&] {
    auto database = Database::open(options_for(folder.url()));
    if (!database || !run(**database, "CREATE TABLE t (n bigint, s text)")) return 1;
    Result<void> last;
    int written = 0;
    for (; last && written < 1000; ++written)
      last = run(**database, "INSERT INTO t VALUES (1, '" + std::string(20000, 'x') + "')");
    if (last || last.error().code != "store.disk_full" || last.error().kind != ErrorKind::kUnavailable)
      return 2;
    if (count(**database, "t") != written - 1) return 3;  // reads go on, nothing half-done
    // With room again, the next write goes through without a restart.
    if (::mount("tmpfs", folder.path().c_str(), "tmpfs", MS_REMOUNT, "size=16m") != 0) return 4;
    if (!run(**database, "INSERT INTO t VALUES (2, '" + std::string(300000, 'x') + "')")) return 5;
    if (count(**database, "t") != written) return 6;
    return (*database)->check() ? 0 : 7;
  });
  if (code == 99) GTEST_SKIP() << "no right to mount";
  EXPECT_EQ(code, 0);
}

TEST(SqliteFile, OnAReadOnlyFolderIsRefusedInWords) {
  const TestFolder folder;
  const int code = in_child_with_tmpfs(folder.path(), "8m", [&] {
    {
      auto database = Database::open(options_for(folder.url()));
      if (!database || !run(**database, "CREATE TABLE t (n bigint)")) return 1;
    }
    if (::mount("tmpfs", folder.path().c_str(), "tmpfs", MS_REMOUNT | MS_RDONLY, nullptr) != 0) return 2;
    auto database = Database::open(options_for(folder.url()));
    if (database) return 3;
    std::fprintf(stderr, "%s\n", describe(database.error()).c_str());
    return database.error().kind == ErrorKind::kUnavailable && !database.error().message.empty() ? 0 : 4;
  });
  if (code == 99) GTEST_SKIP() << "no right to mount";
  EXPECT_EQ(code, 0);
}

TEST(SqliteFile, LosesNoAcknowledgedWriteWhenTheProcessIsKilled) {
  const TestFolder folder;
  for (int round = 0; round < 3; ++round) {
    int acknowledged[2];
    ASSERT_EQ(::pipe(acknowledged), 0);
    const pid_t child = ::fork();
    if (child == 0) {
      auto database = Database::open(options_for(folder.url()));
      if (!database || !run(**database, "CREATE TABLE IF NOT EXISTS t (n bigint PRIMARY KEY)")) ::_exit(1);
      std::atomic<int> waiting = 0;
      for (std::int64_t n = round * 1'000'000;; ++n) {
        while (waiting > 50) std::this_thread::yield();
        ++waiting;
        (*database)->write(
            [n](Transaction& transaction) -> Result<void> {
              TRY(transaction.execute("INSERT INTO t (n) VALUES ($1)", {n}));
              return {};
            },
            [&, n](Result<void> result) {
              if (result) [[maybe_unused]]
                const auto told = ::write(acknowledged[1], &n, sizeof n);
              --waiting;
            });
      }
    }
    ::close(acknowledged[1]);
    std::vector<std::int64_t> told;
    std::int64_t n = 0;
    while (told.size() < 400 && ::read(acknowledged[0], &n, sizeof n) == sizeof n) told.push_back(n);
    ::kill(child, SIGKILL);
    while (::read(acknowledged[0], &n, sizeof n) == sizeof n) told.push_back(n);
    ::close(acknowledged[0]);
    ::waitpid(child, nullptr, 0);
    ASSERT_GE(told.size(), 400u);

    auto database = Database::open(options_for(folder.url()));
    ASSERT_OK(database);
    std::set<std::int64_t> kept;
    ASSERT_OK((*database)->read([&](Session& session) {
      return session.query("SELECT n FROM t", {},
                           [&](const Row& row) { return kept.insert(row.i64(0)).second; });
    }));
    for (const std::int64_t written : told) EXPECT_TRUE(kept.contains(written)) << written;
    EXPECT_OK((*database)->check());
  }
}

TEST(SqliteFile, StatementTimeoutAlsoEndsAHangingWrite) {
  const TestFolder folder;
  DatabaseOptions options = options_for(folder.url());
  options.statement_timeout = std::chrono::milliseconds(100);
  auto database = Database::open(options);
  ASSERT_OK(database);
  ASSERT_OK(run(**database, "CREATE TABLE t (n bigint)"));
  auto endless =
      run(**database,
          "INSERT INTO t WITH RECURSIVE x(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM x) SELECT n FROM x");
  EXPECT_EQ(code_of(endless), "store.timeout");
  EXPECT_EQ(count(**database, "t"), 0);
  EXPECT_OK(run(**database, "INSERT INTO t VALUES (1)"));
}

}  // namespace opsflux::store
