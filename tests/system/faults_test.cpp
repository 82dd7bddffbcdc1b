// The server is killed at every place of an installation and an upgrade. After the restart everything is as
// it was before, or finished; what was acknowledged to anybody is there; and the same plan may be approved
// again.
#include <gtest/gtest.h>
#include <signal.h>

#include <atomic>
#include <mutex>
#include <thread>

#include "host/base/text.hpp"
#include "tests/system/instance.hpp"

namespace opsflux::system_test {
namespace {

// The places of fault_point.hpp, in their order; from kFinished on the switch is committed.
constexpr const char* kPlaces[] = {"approved",      "staged:begin",   "staged:end",      "probed:begin",
                                   "probed:end",    "migrated:begin", "migrated:middle", "migrated:end",
                                   "started:begin", "started:end",    "switched:begin",  "switched:committed",
                                   "switched:end"};
bool is_finished_at(const std::string& place) {
  return place == "switched:committed" || place == "switched:end";
}

// Somebody who goes on creating vehicles, and knows which ones the server acknowledged.
class Writer {
 public:
  explicit Writer(const Instance& instance) : thread_([this, &instance] { write(instance); }) {}
  ~Writer() {
    stop_ = true;
    thread_.join();
  }
  std::vector<std::string> acknowledged() const {
    std::lock_guard lock(mutex_);
    return ids_;
  }

 private:
  void write(const Instance& instance) {
    while (!stop_) {
      const Answer answer = instance.post("/api/v1/fleet/vehicles",
                                          {{"plate", "W" + to_hex(random_bytes(6))}, {"name", "written"}});
      if (answer.status == 201) {
        std::lock_guard lock(mutex_);
        ids_.push_back(get_string_or(answer.json(), "id", ""));
      } else if (answer.status == 0) {
        return;  // the server is gone
      } else {
        ADD_FAILURE() << answer.text();
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  }

  mutable std::mutex mutex_;
  std::vector<std::string> ids_;
  std::atomic<bool> stop_ = false;
  std::thread thread_;
};

// One instance for all places, which each test leaves as it found it: fleet 1.0.0 and its vehicles.
class KilledAt : public ::testing::TestWithParam<const char*> {
 protected:
  static void TearDownTestSuite() { instance_.reset(); }

  void SetUp() override {
    if (instance_ == nullptr || !clean_) {
      instance_ = std::make_unique<Instance>();
      instance_->start();
      instance_->install("fleet_1_0");
      ASSERT_EQ(instance_->post("/api/v1/fleet/vehicles", {{"plate", "AB-1"}, {"name", "first"}}).status,
                201);
      instance_->stop();
    }
    clean_ = false;
  }

  // Approves the package's plan in a server that dies at the place, and starts it again.
  std::string interrupt(const std::string& package) {
    Instance& in = *instance_;
    in.start({{"OPSFLUX_FAULT_AT", GetParam()}});
    const Answer plan = in.upload(package);
    EXPECT_EQ(plan.status, 201) << plan.text();
    const std::string digest = get_string_or(plan.json(), "digest", "");
    before_ = in.picture();
    std::vector<std::string> written;
    {
      const Writer writer(in);
      in.approve(digest);
      EXPECT_TRUE(in.server().wait(30'000)) << "the server passed " << GetParam() << " without dying";
      written = writer.acknowledged();
    }
    EXPECT_EQ(in.server().end_signal(), SIGKILL) << in.server().err();
    in.start();
    for (const std::string& id : written)
      EXPECT_EQ(in.get("/api/v1/fleet/vehicles/" + id).status, 200) << "an acknowledged record is lost";
    return digest;
  }

  void expect_not_running() {
    EXPECT_EQ(instance_->sql("SELECT count(*) FROM core_module_operation WHERE state = 'running'"), "0\n");
  }

  void approve_again(const std::string& digest) {
    const Json done = instance_->finished(instance_->approve(digest));
    EXPECT_EQ(get_string_or(done, "state", ""), "done") << to_text(done);
  }

  std::string version_of_code() {
    return get_string_or(instance_->get("/api/v1/fleet/version").json(), "version", "");
  }

  static inline std::unique_ptr<Instance> instance_;
  static inline bool clean_ = false;
  std::string before_;
};

using Strings = std::vector<std::string>;

TEST_P(KilledAt, AnInstallationIsUndoneOrFinished) {
  const std::string digest = interrupt("tiers");
  Instance& in = *instance_;
  expect_not_running();
  const Json last = in.get("/api/v1/modules/operations").json()["data"][0];
  if (is_finished_at(GetParam())) {
    EXPECT_EQ(get_string_or(last, "state", ""), "done") << to_text(last);
    EXPECT_EQ(in.modules(), (Strings{"fleet 1.0.0 active", "tiers 1.0.0 active"}));
  } else {
    EXPECT_EQ(get_string_or(last, "state", ""), "undone") << to_text(last);
    EXPECT_EQ(in.modules(), (Strings{"fleet 1.0.0 active"}));
    EXPECT_EQ(in.get("/api/v1/tiers/companies").status, 404);
    EXPECT_EQ(in.picture(), before_);
    approve_again(digest);
  }
  EXPECT_EQ(in.get("/api/v1/tiers/companies").status, 200);
  EXPECT_EQ(in.post("/api/v1/tiers/companies", {{"legal_name", "Perenco"}}).status, 201);
  EXPECT_EQ(in.leftovers(), Strings());
  const Json purged = in.operation("uninstall", "tiers", {{"data", "purge"}});
  EXPECT_EQ(get_string_or(purged, "state", ""), "done") << to_text(purged);
  EXPECT_EQ(in.folders().size(), 1u);
  EXPECT_EQ(in.stop(), 0);
  clean_ = !HasFailure();
}

TEST_P(KilledAt, AnUpgradeIsUndoneOrFinished) {
  const std::string digest = interrupt("fleet_1_1");
  Instance& in = *instance_;
  expect_not_running();
  if (is_finished_at(GetParam())) {
    EXPECT_EQ(in.modules(), (Strings{"fleet 1.1.0 active"}));
  } else {
    EXPECT_EQ(in.modules(), (Strings{"fleet 1.0.0 active"}));
    EXPECT_EQ(version_of_code(), "1.0.0");
    EXPECT_EQ(in.picture(), before_);
    approve_again(digest);
  }
  EXPECT_EQ(version_of_code(), "1.1.0");
  EXPECT_EQ(
      in.post("/api/v1/fleet/vehicles", {{"plate", "C" + to_hex(random_bytes(6))}, {"colour", "red"}}).status,
      201);
  EXPECT_EQ(in.leftovers(), Strings());
  const Json back = in.operation("rollback", "fleet");
  EXPECT_EQ(get_string_or(back, "state", ""), "done") << to_text(back);
  EXPECT_EQ(in.modules(), (Strings{"fleet 1.0.0 active"}));
  EXPECT_EQ(version_of_code(), "1.0.0");
  EXPECT_EQ(in.get("/api/v1/fleet/vehicles?filter=plate%20%3D%3D%20%22AB-1%22").json()["meta"]["total"], 1);
  EXPECT_EQ(in.stop(), 0);
  clean_ = !HasFailure();
}

std::string name_of(const ::testing::TestParamInfo<const char*>& place) {
  std::string name = place.param;
  std::replace(name.begin(), name.end(), ':', '_');
  return name;
}
INSTANTIATE_TEST_SUITE_P(Places, KilledAt, ::testing::ValuesIn(kPlaces), name_of);

// What takes something away ends as one of the two as well.
class RemovedAt : public ::testing::TestWithParam<const char*> {
 protected:
  // Asks a server that dies at the place, and starts it again.
  void interrupt(const std::string& verb, const Json& body) {
    ASSERT_EQ(in.stop(), 0);
    in.start({{"OPSFLUX_FAULT_AT", GetParam()}});
    (void)in.post("/api/v1/modules/fleet/" + verb, body);
    EXPECT_TRUE(in.server().wait(30'000)) << "the server passed " << GetParam() << " without dying";
    EXPECT_EQ(in.server().end_signal(), SIGKILL) << in.server().err();
    in.start();
    EXPECT_EQ(in.sql("SELECT count(*) FROM core_module_operation WHERE state = 'running'"), "0\n");
  }
  static bool before_the_switch() { return std::string(GetParam()) == "switched:begin"; }

  Instance in;
};

TEST_P(RemovedAt, ARollBackIsUndoneOrFinished) {
  in.start();
  in.install("fleet_1_0");
  in.install("fleet_1_1");
  ASSERT_EQ(in.post("/api/v1/fleet/vehicles", {{"plate", "AB-1"}, {"colour", "red"}}).status, 201);
  interrupt("rollback", Json::object());
  EXPECT_EQ(in.modules(), (Strings{before_the_switch() ? "fleet 1.1.0 active" : "fleet 1.0.0 active"}));
  EXPECT_EQ(in.picture().find("colour") != std::string::npos, before_the_switch());
  EXPECT_EQ(in.get("/api/v1/fleet/vehicles").json()["data"][0]["plate"], "AB-1");
  if (before_the_switch()) EXPECT_EQ(get_string_or(in.operation("rollback", "fleet"), "state", ""), "done");
  EXPECT_EQ(get_string_or(in.get("/api/v1/fleet/version").json(), "version", ""), "1.0.0");
}

TEST_P(RemovedAt, APurgeIsUndoneOrLeavesNothing) {
  in.start();
  in.install("fleet_1_0");
  ASSERT_EQ(in.post("/api/v1/fleet/vehicles", {{"plate", "AB-1"}}).status, 201);
  interrupt("uninstall", {{"data", "purge"}});
  if (before_the_switch()) {
    EXPECT_EQ(in.get("/api/v1/fleet/vehicles").json()["meta"]["total"], 1);
    EXPECT_EQ(get_string_or(in.operation("uninstall", "fleet", {{"data", "purge"}}), "state", ""), "done");
  }
  EXPECT_EQ(in.modules(), Strings());
  EXPECT_EQ(in.picture().find("fleet_vehicle"), std::string::npos);
  EXPECT_EQ(in.folders(), Strings());
  in.install("fleet_1_0");
  EXPECT_EQ(in.get("/api/v1/fleet/vehicles").json()["meta"]["total"], 0);
}

INSTANTIATE_TEST_SUITE_P(Places, RemovedAt,
                         ::testing::Values("switched:begin", "switched:committed", "switched:end",
                                           "migrated:begin", "migrated:end"),
                         name_of);

// The version that is left has renamed a column, so the tables go back before the older version starts.
class RolledBackAlone : public RemovedAt {
 protected:
  static bool finished() {
    return std::string(GetParam()) == "switched:committed" || std::string(GetParam()) == "switched:end";
  }
};

TEST_P(RolledBackAlone, IsUndoneOrFinished) {
  in.start();
  in.install("fleet_1_0");
  in.install("fleet_2_0");
  ASSERT_EQ(in.post("/api/v1/fleet/vehicles", {{"plate", "AB-1"}, {"nickname", "the red one"}}).status, 201);
  interrupt("rollback", Json::object());
  if (!finished()) {
    EXPECT_EQ(in.modules(), (Strings{"fleet 2.0.0 active"}));
    EXPECT_EQ(in.get("/api/v1/fleet/vehicles").json()["data"][0]["nickname"], "the red one");
    EXPECT_EQ(get_string_or(in.operation("rollback", "fleet"), "state", ""), "done");
  }
  EXPECT_EQ(in.modules(), (Strings{"fleet 1.0.0 active"}));
  EXPECT_EQ(in.get("/api/v1/fleet/vehicles").json()["data"][0]["name"], "the red one");
}

INSTANTIATE_TEST_SUITE_P(Places, RolledBackAlone,
                         ::testing::Values("migrated:begin", "migrated:end", "started:begin", "started:end",
                                           "switched:begin", "switched:committed", "switched:end"),
                         name_of);

}  // namespace
}  // namespace opsflux::system_test
