// Tables that people bring become records: over HTTP, with the module of the fleet.
#include <gtest/gtest.h>

#include <thread>

#include "tests/system/instance.hpp"

namespace opsflux::system_test {
namespace {

class Imports : public ::testing::Test {
 protected:
  void SetUp() override {
    in_.start();
    in_.install("fleet_1_0");
  }
  Answer send(const std::string& path, const std::string& content) {
    return in_.request("POST", path, content, {{"Content-Type", "application/octet-stream"}});
  }
  // Sends a file and gives what the server makes of it.
  Json upload(const std::string& content, const std::string& name = "vehicles.csv") {
    const Answer answer = send("/api/v1/imports?entity=fleet.vehicle&file_name=" + name, content);
    EXPECT_EQ(answer.status, 201) << answer.text();
    return answer.json();
  }
  Json run(const Json& import, const Json& options, const char* what = "start") {
    const std::string path = "/api/v1/imports/" + import.at("id").get<std::string>();
    const Answer started = in_.post(path + "/" + what, options);
    EXPECT_EQ(started.status, 202) << started.text();
    for (int i = 0; i < 600; ++i) {
      const Json now = in_.get(path).json();
      if (now.value("state", "") != "running") return now;
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    ADD_FAILURE() << "does not end";
    return {};
  }
  std::int64_t count(const std::string& filter = "") {
    return in_.get("/api/v1/fleet/vehicles?page_size=1" + (filter.empty() ? "" : "&filter=" + filter))
        .json()["meta"]["total"];
  }

  Instance in_;
};

TEST_F(Imports, AFileOfExcelBecomesRecordsAndCanBeTakenBack) {
  const std::int64_t before = count();
  const Json import = upload("\xEF\xBB\xBFPlate;Km\r\nAA-001;\"5\"\r\nAA-002;7\r\n\r\n");
  EXPECT_EQ(import["file"]["separator"], ";");
  EXPECT_EQ(import["preview"]["mapping"]["Plate"], "plate");
  EXPECT_EQ(import["preview"]["rows"].size(), 2u);
  const Json tried = run(import, {{"mapping", {{"Plate", "plate"}, {"Km", "km"}}}}, "check");
  EXPECT_EQ(tried["counts"]["created"], 2) << tried.dump();
  EXPECT_EQ(tried["counts"]["trying"], true) << "so nothing is written";
  EXPECT_EQ(count(), before) << "only tried";
  const Json done = run(import, {{"mapping", {{"Plate", "plate"}, {"Km", "km"}}}});
  EXPECT_EQ(done["state"], "done") << done.dump();
  EXPECT_EQ(done["counts"]["created"], 2);
  EXPECT_EQ(done["counts"]["trying"], false);
  EXPECT_EQ(count("km%20%3D%3D%207%20%26%26%20plate%20%3D%3D%20%22AA-002%22"), 1);
  const Answer undone =
      in_.post("/api/v1/imports/" + import["id"].get<std::string>() + "/undo", Json::object());
  EXPECT_EQ(undone.json()["state"], "undone") << undone.text();
  EXPECT_EQ(count(), before);
}

TEST_F(Imports, AllOrNothingTellsEveryBadRow) {
  const std::int64_t before = count();
  const Json import = upload("plate,km\nBB-1,2\nBB-2,many\n,4\nBB-1,3\n");
  const Json done = run(import, {{"mapping", {{"plate", "plate"}, {"km", "km"}}}, {"mode", "all"}});
  EXPECT_EQ(done["state"], "failed");
  EXPECT_EQ(done["counts"]["failed"], 3) << done.dump(1);
  const Json& problems = done["counts"]["problems"];
  EXPECT_EQ(problems[0]["row"], 3);
  EXPECT_EQ(problems[0]["column"], "km");
  EXPECT_EQ(problems[0]["value"], "many");
  EXPECT_EQ(count(), before);
  const Answer list = in_.get("/api/v1/imports/" + import["id"].get<std::string>() + "/errors");
  EXPECT_EQ(list.status, 200);
  EXPECT_NE(list.text().find("many"), std::string::npos) << list.text();
  EXPECT_NE(list.text().find("Reason"), std::string::npos) << "its heads are words: " << list.text();
}

TEST_F(Imports, BadRowsAreSkippedAndAKeyFindsWhatIsThere) {
  const std::int64_t before = count();
  EXPECT_EQ(run(upload("plate,km\nCC-1,2\nCC-2,x\nCC-3,4\n"),
                {{"mapping", {{"plate", "plate"}, {"km", "km"}}}, {"mode", "skip"}})["state"],
            "done");
  EXPECT_EQ(count(), before + 2);
  EXPECT_EQ(run(upload("plate,km\nCC-5,x\n"),
                {{"mapping", {{"plate", "plate"}, {"km", "km"}}}, {"mode", "skip"}})["state"],
            "failed")
      << "not one row was good";
  const Json again = run(upload("plate,km\nCC-1,2\nCC-3,9\nCC-9,1\n"),
                         {{"mapping", {{"plate", "plate"}, {"km", "km"}}}, {"key", {"plate"}}});
  EXPECT_EQ(again["state"], "done") << again.dump();
  EXPECT_EQ(again["counts"]["created"], 1);
  EXPECT_EQ(again["counts"]["updated"], 1);
  EXPECT_EQ(again["counts"]["unchanged"], 1);
  EXPECT_EQ(count("plate%20%3D%3D%20%22CC-3%22%20%26%26%20km%20%3D%3D%209"), 1);
}

TEST_F(Imports, AFileIsLookedAtOnceMoreAsThePersonSays) {
  const Json import = upload("plate;km\nEE-1;2\nEE-2;3\n");
  EXPECT_EQ(import["file"]["separator"], ";");
  EXPECT_EQ(import["file"]["size"], 23);
  const std::string path = "/api/v1/imports/" + import["id"].get<std::string>();
  const Json again = in_.post(path + "/preview", {{"separator", "|"}}).json();
  EXPECT_EQ(again["file"]["separator"], "|") << again.dump();
  EXPECT_NE(again["preview"]["headers"], import["preview"]["headers"]);
  EXPECT_EQ(in_.get(path).json()["file"]["separator"], "|") << "and it stays so";
  EXPECT_EQ(in_.post(path + "/preview", {{"separator", "x"}}).code(), "import.bad_options");
  EXPECT_EQ(in_.post("/api/v1/imports/x/preview", Json::object()).code(), "import.not_found");
  const Json back = in_.post(path + "/preview", Json::object()).json();
  EXPECT_EQ(back["preview"], import["preview"]);
  const Json done = run(back, {{"mapping", {{"plate", "plate"}, {"km", "km"}}}});
  EXPECT_EQ(done["counts"]["total"], 2) << done.dump();
  const Json next = upload("plate;km\nEE-3;2\n");
  EXPECT_EQ(next["preview"]["before"]["mapping"]["km"], "km") << "what worked before is the best guess";
}

TEST_F(Imports, TellsItsLimitsAndItsRunsByEntity) {
  const Json limits = in_.get("/api/v1/imports/limits").json();
  EXPECT_EQ(limits["rows"], 1'048'576);
  EXPECT_EQ(limits["columns"], 500);
  EXPECT_GT(limits["bytes"], 1'000'000);
  upload("plate\nFF-1\n");
  EXPECT_EQ(in_.get("/api/v1/imports?entity=fleet.vehicle").json()["data"].size(), 1u);
  EXPECT_EQ(in_.get("/api/v1/imports?entity=fleet.nothing").json()["data"].size(), 0u);
  EXPECT_EQ(in_.get("/api/v1/imports").json()["data"].size(), 1u);
}

TEST_F(Imports, RefusesFilesAndPlansThatMakeNoSense) {
  const auto refused = [&](const std::string& content, const std::string& name) {
    return send("/api/v1/imports?entity=fleet.vehicle&file_name=" + name, content).code();
  };
  EXPECT_EQ(refused("plate,plate\n1,2\n", "a.csv"), "table.duplicate_header");
  EXPECT_EQ(refused("plate\n\"never ends\n", "a.csv"), "table.open_quote");
  EXPECT_EQ(refused("plate\nx\n", "a.xlsx"), "table.wrong_kind");
  EXPECT_EQ(refused("plate\n", "a.csv"), "import.empty");
  EXPECT_EQ(send("/api/v1/imports?entity=fleet.nothing&file_name=a.csv", "a\n1\n").code(),
            "entity.no_entity");
  const Json import = upload("plate,km\nDD-1,2\n");
  const std::string path = "/api/v1/imports/" + import["id"].get<std::string>() + "/start";
  EXPECT_EQ(in_.post(path, {{"mapping", {{"plate", "nothing"}}}}).code(), "import.no_field");
  EXPECT_EQ(in_.post(path, {{"mapping", {{"plate", "plate"}, {"km", "plate"}}}}).code(),
            "import.field_twice");
  EXPECT_EQ(in_.post(path, {{"mapping", Json::object()}}).code(), "import.no_columns");
  EXPECT_EQ(in_.post(path, {{"mapping", {{"plate", "plate"}}}, {"key", {"km"}}}).code(),
            "import.key_without_column");
  EXPECT_EQ(in_.post(path, {{"mapping", {{"plate", "plate"}}}, {"mode", "most"}}).code(),
            "import.bad_options");
  EXPECT_EQ(in_.get("/api/v1/imports/x").code(), "import.not_found");
}

}  // namespace
}  // namespace opsflux::system_test
