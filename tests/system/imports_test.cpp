// Tables that people bring become records: over HTTP, with the module of the fleet.
#include <gtest/gtest.h>

#include <fstream>
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
  static std::string path_of(const Json& import) {
    return "/api/v1/imports/" + import.at("id").get<std::string>();
  }
  Json run(const Json& import, const Json& options, const char* what = "start") {
    const Answer started = in_.post(path_of(import) + "/" + what, options);
    EXPECT_EQ(started.status, 202) << started.text();
    return ended(import);
  }
  Json ended(const Json& import) {
    return once(import, [](const Json& now) { return now.value("state", "") != "running"; });
  }
  // The run, once it is as `as_wanted` wants it.
  Json once(const Json& import, const std::function<bool(const Json&)>& as_wanted) {
    Json now;
    for (int i = 0; i < 6000; ++i) {
      now = in_.get(path_of(import)).json();
      if (as_wanted(now)) return now;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    ADD_FAILURE() << "does not come: " << now.dump();
    return {};
  }
  // Starts an import of many vehicles, and comes back while it writes.
  Json half_way(const Json& options) {
    std::string content = "plate,km\n";
    for (int i = 0; i < kMany; ++i) content += "M-" + std::to_string(i) + ",1\n";
    const Json import = upload(content);
    Json all = {{"mapping", {{"plate", "plate"}, {"km", "km"}}}};
    all.update(options);
    EXPECT_EQ(in_.post(path_of(import) + "/start", all).status, 202);
    const Json now = once(import, [](const Json& run) {
      return run["state"] != "running" || (run["counts"]["trying"] == false && run["counts"]["created"] > 0);
    });
    EXPECT_EQ(now["state"], "running") << "too fast for this test: " << now.dump();
    return import;
  }
  std::int64_t count(const std::string& filter = "") {
    return in_.get("/api/v1/fleet/vehicles?page_size=1" + (filter.empty() ? "" : "&filter=" + filter))
        .json()["meta"]["total"];
  }

  // A workbook with the sheets "First" and "Second", whose rows are given as elements of <sheetData>.
  static std::string workbook(const std::string& first, const std::string& second) {
    const TempFolder folder;
    const std::string rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    const std::string main = "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"";
    const auto write = [&](const std::string& part, const std::string& text) {
      std::filesystem::create_directories((folder.path() / "book" / part).parent_path());
      std::ofstream(folder.path() / "book" / part, std::ios::binary) << text;
    };
    const auto relations = [&](const std::vector<std::array<std::string, 3>>& all) {
      std::string out =
          "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">";
      for (const auto& [id, type, target] : all)
        out +=
            "<Relationship Id=\"" + id + "\" Type=\"" + rel + "/" + type + "\" Target=\"" + target + "\"/>";
      return out + "</Relationships>";
    };
    write("[Content_Types].xml", "<Types/>");
    write("_rels/.rels", relations({{"a", "officeDocument", "xl/workbook.xml"}}));
    write("xl/workbook.xml", "<workbook " + main + " xmlns:r=\"" + rel +
                                 "\"><sheets><sheet name=\"First\" sheetId=\"1\" r:id=\"a\"/><sheet "
                                 "name=\"Second\" sheetId=\"2\" r:id=\"b\"/></sheets></workbook>");
    write("xl/_rels/workbook.xml.rels",
          relations({{"a", "worksheet", "first.xml"}, {"b", "worksheet", "second.xml"}}));
    for (const auto& [name, rows] : {std::pair("first", first), std::pair("second", second)})
      write(std::string("xl/") + name + ".xml",
            "<worksheet " + main + "><sheetData>" + rows + "</sheetData></worksheet>");
    const std::string zip = (folder.path() / "book.xlsx").string();
    const std::string command =
        "cd '" + (folder.path() / "book").string() + "' && python3 -m zipfile -c '" + zip + "' *";
    if (std::system(command.c_str()) != 0) throw std::runtime_error("no workbook: " + command);
    return read_bytes(zip);
  }
  static std::string row(const std::vector<std::string>& cells) {
    std::string out = "<row>";
    for (const std::string& cell : cells) out += "<c t=\"str\"><v>" + cell + "</v></c>";
    return out + "</row>";
  }

  static constexpr int kMany = 20'000;
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

TEST_F(Imports, ASheetIsChosenWhereTheFirstOneIsNoTable) {
  const std::string good = row({"plate", "km"}) + row({"XX-1", "2"});
  for (const auto& [first, code] :
       {std::pair(row({"plate", "plate"}), "table.duplicate_header"),
        std::pair(std::string(), "table.no_header"), std::pair(row({"plate"}), "import.empty")}) {
    const Json import = upload(workbook(first, good), "book.xlsx");
    EXPECT_EQ(import["state"], "uploaded");
    EXPECT_EQ(import["preview"], nullptr);
    EXPECT_EQ(import["error"]["code"], code);
    EXPECT_EQ(import["file"]["sheet"], "First");
    EXPECT_EQ(import["file"]["sheets"], (Json{"First", "Second"}));
    EXPECT_EQ(in_.post(path_of(import) + "/preview", Json::object()).code(), code);
    const Json seen = in_.post(path_of(import) + "/preview", {{"sheet", "Second"}}).json();
    EXPECT_EQ(seen["file"]["sheet"], "Second");
    EXPECT_EQ(seen["preview"]["mapping"]["plate"], "plate");
    EXPECT_EQ(in_.get(path_of(import)).json()["error"], nullptr) << "it is settled";
  }
  const Json last = upload(workbook("", good), "book.xlsx");
  EXPECT_EQ(in_.post(path_of(last) + "/start", {{"mapping", {{"plate", "plate"}}}}).code(),
            "table.no_header");
  const Json done = run(last, {{"mapping", {{"plate", "plate"}, {"km", "km"}}}, {"sheet", "Second"}});
  EXPECT_EQ(done["state"], "done") << done.dump();
  EXPECT_EQ(done["counts"]["created"], 1);
  EXPECT_EQ(send("/api/v1/imports?entity=fleet.vehicle&file_name=a.csv", workbook("", good)).code(),
            "table.wrong_kind")
      << "what lies about its kind is still refused";
}

TEST_F(Imports, AReferenceIsFoundByItsLabel) {
  in_.install("tiers");
  std::map<std::string, std::string> ids;
  for (const char* code : {"A-1", "B-1", "B-2"}) {
    const Answer made = in_.post("/api/v1/tiers/companies",
                                 {{"code", code}, {"legal_name", *code == 'A' ? "Kribi Levage" : "Twins"}});
    ASSERT_EQ(made.status, 201) << made.text();
    ids[code] = made.json()["id"];
  }
  const Answer sent = send("/api/v1/imports?entity=tiers.contact&file_name=a.csv",
                           "Last name,Company\nOne,Kribi Levage\nTwo,kribi "
                           "levage\nThree,B-2\nFour,Twins\nFive,Nobody\nSix,\nSeven," +
                               ids["B-1"] + "\n");
  ASSERT_EQ(sent.status, 201) << sent.text();
  EXPECT_EQ(sent.json()["preview"]["mapping"]["Company"], "company") << "the label of the field";
  const Json done =
      run(sent.json(), {{"mapping", {{"Last name", "last_name"}, {"Company", "company"}}}, {"mode", "skip"}});
  EXPECT_EQ(done["state"], "done") << done.dump();
  std::map<std::string, std::string> problems;
  for (const Json& problem : done["counts"]["problems"]) problems[problem["value"]] = problem["code"];
  const Json contacts = in_.get("/api/v1/tiers/contacts?fields=last_name,company").json()["data"];
  std::map<std::string, Json> company;
  for (const Json& contact : contacts) company[contact["last_name"]] = contact["company"];
  EXPECT_EQ(company["One"], ids["A-1"]);
  EXPECT_EQ(company["Three"], ids["B-2"]) << "by a unique field";
  EXPECT_EQ(company["Six"], nullptr);
  EXPECT_EQ(company["Seven"], ids["B-1"]) << "by its identifier";
  EXPECT_EQ(problems["Twins"], "import.several_targets");
  EXPECT_EQ(problems["Nobody"], "import.no_target");
  EXPECT_FALSE(company.contains("Four"));
  EXPECT_FALSE(company.contains("Five"));
}

TEST_F(Imports, ARunningImportIsCancelledAndKeepsWhatItWrote) {
  const std::int64_t before = count();
  const Json import = half_way({{"mode", "skip"}});
  EXPECT_EQ(in_.post(path_of(import) + "/start", Json::object()).code(), "import.wrong_state");
  EXPECT_EQ(in_.post(path_of(import) + "/cancel", Json::object()).status, 202);
  const Json now = ended(import);
  EXPECT_EQ(now["state"], "cancelled") << now.dump();
  EXPECT_EQ(now["error"], nullptr) << "it was meant";
  const std::int64_t made = now["counts"]["created"];
  EXPECT_GT(made, 0);
  EXPECT_LT(made, kMany);
  EXPECT_EQ(count(), before + made);
  EXPECT_EQ(in_.post(path_of(import) + "/cancel", Json::object()).code(), "import.wrong_state");
  const Json undone = in_.post(path_of(import) + "/undo", Json::object()).json();
  EXPECT_EQ(undone["state"], "undone");
  EXPECT_EQ(undone["counts"]["undone"], made);
  EXPECT_EQ(count(), before);
}

TEST_F(Imports, AKilledServerLeavesARunThatCanBeTakenBack) {
  const std::int64_t before = count();
  const Json import = half_way({{"mode", "skip"}});
  in_.kill();
  in_.start();
  const Json now = in_.get(path_of(import)).json();
  EXPECT_EQ(now["state"], "interrupted") << now.dump();
  EXPECT_EQ(now["error"]["code"], "import.interrupted");
  EXPECT_EQ(now["counts"]["total"], kMany);
  const std::int64_t made = count() - before;
  EXPECT_GE(made, now["counts"]["created"]) << "what was told is there";
  EXPECT_LT(made, kMany);
  EXPECT_EQ(in_.post(path_of(import) + "/cancel", Json::object()).code(), "import.wrong_state");
  const Json undone = in_.post(path_of(import) + "/undo", Json::object()).json();
  EXPECT_EQ(undone["state"], "undone");
  EXPECT_EQ(undone["counts"]["undone"], made) << "to the last row";
  EXPECT_EQ(count(), before);
}

TEST_F(Imports, AKilledServerTakesAllOrNothingBackWhenItStartsAgain) {
  const std::int64_t before = count();
  const Json import = half_way({{"mode", "all"}});
  in_.kill();
  in_.start();
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (count() != before && std::chrono::steady_clock::now() < end)
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  EXPECT_EQ(count(), before);
  EXPECT_EQ(in_.get(path_of(import)).json()["state"], "interrupted");
}

TEST_F(Imports, AStoppedServerTakesAllOrNothingBack) {
  const std::int64_t before = count();
  const Json import = half_way({{"mode", "all"}});
  EXPECT_EQ(in_.stop(), 0);
  in_.start();
  const Json now = in_.get(path_of(import)).json();
  EXPECT_EQ(now["state"], "interrupted") << "nobody has cancelled it: " << now.dump();
  EXPECT_EQ(now["error"]["code"], "import.interrupted");
  EXPECT_EQ(now["counts"]["undone"], now["counts"]["created"]);
  EXPECT_EQ(count(), before);
  const Json done = run(import, {{"mapping", {{"plate", "plate"}}}, {"mode", "skip"}});
  EXPECT_EQ(done["state"], "done") << "and it may be started anew: " << done.dump();
  EXPECT_EQ(count(), before + kMany);
}

TEST_F(Imports, OldOnesAreForgottenWithTheirFiles) {
  const Json old = upload("plate,km\nOO-1,1\nOO-2,x\n"), young = upload("plate\nOO-3\n");
  const std::string id = old["id"];
  run(old, {{"mapping", {{"plate", "plate"}, {"km", "km"}}}, {"mode", "skip"}});
  const std::int64_t vehicles = count();
  EXPECT_TRUE(std::filesystem::exists(in_.data() / "imports" / id));
  EXPECT_TRUE(std::filesystem::exists(in_.data() / "imports" / (id + ".errors.csv")));
  EXPECT_EQ(in_.sql("SELECT count(*) FROM import_row"), "1\n");
  in_.stop();
  in_.sql("UPDATE import_run SET created_at = '2020-01-01T00:00:00Z' WHERE id = '" + id + "'");
  in_.start();
  for (int i = 0; i < 1000 && in_.get(path_of(old)).status == 200; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  EXPECT_EQ(in_.get(path_of(old)).code(), "import.not_found");
  EXPECT_EQ(in_.sql("SELECT count(*) FROM import_row"), "0\n");
  for (int i = 0; i < 1000 && std::filesystem::exists(in_.data() / "imports" / (id + ".errors.csv")); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  EXPECT_EQ(entries(in_.data() / "imports"), std::vector<std::string>{young["id"].get<std::string>()});
  EXPECT_EQ(in_.get(path_of(young)).status, 200);
  EXPECT_EQ(count(), vehicles) << "the records stay";
}

}  // namespace
}  // namespace opsflux::system_test
