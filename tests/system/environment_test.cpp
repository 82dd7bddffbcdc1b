// The machine around the server: a port in use, folders that cannot be written, a full disk, databases that
// are damaged, newer, or away. Each ends with an exit code and a sentence, or goes on when the trouble is
// over.
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <unistd.h>

#include <fstream>
#include <thread>

#include "tests/system/instance.hpp"

namespace opsflux::system_test {
namespace {

namespace fs = std::filesystem;

void expect_refused(const Outcome& outcome, int exit_code, const std::string& says) {
  EXPECT_EQ(outcome.exit_code, exit_code) << outcome.out << outcome.err;
  EXPECT_NE(outcome.err.find("opsflux: "), std::string::npos) << outcome.err;
  EXPECT_NE(outcome.err.find(says), std::string::npos) << outcome.err;
}

TEST(Start, IsRefusedWhenThePortIsInUse) {
  Instance in;
  in.start();
  const TempFolder other;
  const Outcome second = run({OPSFLUX_PROGRAM, "serve", "--data", (other.path() / "data").string(), "--port",
                              std::to_string(in.port())});
  expect_refused(second, 1, std::to_string(in.port()));
  EXPECT_EQ(in.get("/healthz").status, 200);
}

TEST(Start, IsRefusedWithWrongConfigurationAsWrongUsage) {
  expect_refused(run({OPSFLUX_PROGRAM, "serve", "--port", "many"}), 2, "port");
  expect_refused(run({OPSFLUX_PROGRAM, "serve", "--colour", "red"}), 2, "--colour");
  expect_refused(run({OPSFLUX_PROGRAM, "serve"}, {{"OPSFLUX_COLOUR", "red"}}), 2, "OPSFLUX_COLOUR");
}

TEST(Start, IsRefusedWithoutItsResources) {
  const TempFolder folder;
  const Outcome outcome = run({OPSFLUX_PROGRAM, "serve", "--data", (folder.path() / "data").string(),
                               "--port", "0", "--resources", "/nowhere"});
  expect_refused(outcome, 1, "/nowhere");
}

TEST(Start, IsRefusedOnADatabaseOfANewerVersion) {
  Instance in;
  in.start();
  in.stop();
  in.sql(
      "INSERT INTO core_migration (owner, number, name, checksum, down_sql, applied_at) "
      "SELECT owner, 999, 'from_the_future', checksum, down_sql, applied_at FROM core_migration WHERE owner "
      "= 'entities' AND number = 1");
  expect_refused(in.cli({"serve", "--port", "0"}), 1, "newer");
  expect_refused(in.cli({"module", "list"}), 1, "newer");
}

TEST(Start, IsRefusedOnADamagedDatabaseFile) {
  if (on_postgresql()) GTEST_SKIP() << "there is no file";
  Instance in;
  in.start();
  in.stop();
  {
    std::fstream file(in.data() / "opsflux.db", std::ios::in | std::ios::out | std::ios::binary);
    file << std::string(8192, 'x');
  }
  for (const char* side : {"opsflux.db-wal", "opsflux.db-shm"}) fs::remove(in.data() / side);
  expect_refused(in.cli({"serve", "--port", "0"}), 1, "opsflux.db");
  const Outcome doctor = in.cli({"doctor"});
  EXPECT_EQ(doctor.exit_code, 1);
  EXPECT_NE(doctor.out.find("WRONG"), std::string::npos) << doctor.out;
}

TEST(Start, IsRefusedWhileAnotherServerHasTheDatabaseFile) {
  if (on_postgresql()) GTEST_SKIP() << "servers may share a cluster";
  Instance in;
  in.start();
  expect_refused(in.cli({"module", "list"}), 1, "opsflux.db");
  EXPECT_EQ(in.get("/readyz").status, 200);
}

// A small file system of its own, which only root may make.
class Mounted {
 public:
  Mounted(const fs::path& at, const std::string& options) : at_(at) {
    fs::create_directories(at);
    ok_ = ::mount("tmpfs", at.c_str(), "tmpfs", 0, options.c_str()) == 0;
  }
  ~Mounted() {
    if (ok_) ::umount2(at_.c_str(), MNT_DETACH);
  }
  bool ok() const { return ok_; }
  bool read_only() const {
    return ::mount(nullptr, at_.c_str(), nullptr, MS_REMOUNT | MS_RDONLY, nullptr) == 0;
  }

 private:
  fs::path at_;
  bool ok_ = false;
};

TEST(Start, IsRefusedInAReadOnlyFolder) {
  const TempFolder folder;
  const Mounted disk(folder.path() / "disk", "size=1m");
  if (!disk.ok() || !disk.read_only()) GTEST_SKIP() << "only root may mount";
  const fs::path data = folder.path() / "disk" / "data";
  expect_refused(run({OPSFLUX_PROGRAM, "serve", "--data", data.string(), "--port", "0"}), 1, data.string());
}

TEST(FullDisk, IsToldAndNothingIsHalfDone) {
  if (on_postgresql()) GTEST_SKIP() << "the disk is the database server's";
  Instance in;
  const fs::path data = in.data();
  const fs::path key = data.parent_path() / "local.key.json";
  fs::copy_file(data / "trusted-keys" / "local.key.json", key);
  fs::remove_all(data);
  const Mounted disk(data, "size=8m");
  if (!disk.ok()) GTEST_SKIP() << "only root may mount";
  fs::create_directories(data / "trusted-keys");
  fs::copy_file(key, data / "trusted-keys" / "local.key.json");
  in.start();
  in.install("fleet_1_0");
  ASSERT_EQ(in.post("/api/v1/fleet/vehicles", {{"plate", "AB-1"}}).status, 201);
  {
    std::ofstream filler(data / "filler", std::ios::binary);
    const std::string block(4096, 'x');
    while (filler.write(block.data(), static_cast<std::streamsize>(block.size())).flush()) {
    }
  }
  // The write-ahead log has a little room left: the disk is full after a few records.
  Answer refused;
  int made = 1;
  for (int i = 0; i < 2000; ++i) {
    refused = in.post("/api/v1/fleet/vehicles",
                      {{"plate", "F" + std::to_string(i)}, {"name", std::string(100, 'n')}});
    if (refused.status != 201) break;
    ++made;
  }
  EXPECT_EQ(refused.status, 503) << refused.text();
  EXPECT_EQ(refused.code(), "store.disk_full") << refused.text();
  EXPECT_EQ(in.get("/api/v1/fleet/vehicles").json()["meta"]["total"], made);
  const Answer upload = in.upload("tiers");
  EXPECT_TRUE(upload.status == 503 || upload.status == 507) << upload.text();
  EXPECT_FALSE(upload.code().empty());
  fs::remove(data / "filler");
  EXPECT_EQ(in.post("/api/v1/fleet/vehicles", {{"plate", "AFTER"}}).status, 201);
  EXPECT_EQ(in.get("/api/v1/fleet/vehicles").json()["meta"]["total"], made + 1);
  EXPECT_EQ(in.stop(), 0);
}

TEST(Database, ThatGoesAwayIsToldAndComesBack) {
  if (!on_postgresql()) GTEST_SKIP() << "SQLite is in the process";
  const char* stop = std::getenv("OPSFLUX_TEST_POSTGRESQL_STOP");
  const char* start = std::getenv("OPSFLUX_TEST_POSTGRESQL_START");
  if (stop == nullptr || start == nullptr) GTEST_SKIP() << "run tools/with-postgres";
  Instance in;
  in.start();
  in.install("fleet_1_0");
  ASSERT_EQ(in.post("/api/v1/fleet/vehicles", {{"plate", "AB-1"}}).status, 201);
  ASSERT_EQ(std::system(stop), 0);
  const Answer away = in.post("/api/v1/fleet/vehicles", {{"plate", "AB-2"}});
  EXPECT_EQ(away.status, 503) << away.text();
  EXPECT_EQ(away.code(), "store.unreachable") << away.text();
  EXPECT_EQ(in.get("/api/v1/fleet/vehicles").status, 503);
  EXPECT_EQ(in.get("/healthz").status, 200);
  EXPECT_EQ(in.get("/readyz").status, 503);
  ASSERT_EQ(std::system(start), 0);
  int status = 0;
  for (int i = 0; i < 100 && status != 200; ++i) {
    status = in.get("/api/v1/fleet/vehicles").status;
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  EXPECT_EQ(status, 200);
  EXPECT_EQ(in.post("/api/v1/fleet/vehicles", {{"plate", "AB-3"}}).status, 201);
  EXPECT_EQ(in.get("/api/v1/fleet/vehicles").json()["meta"]["total"], 2);
}

}  // namespace
}  // namespace opsflux::system_test
