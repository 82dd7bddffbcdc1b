// Files, histories, uploads, imports and pages of others tell nothing either.
#include <gtest/gtest.h>

#include <fstream>

#include "tests/system/leak_world.hpp"

namespace opsflux::system_test {
namespace {

const std::string kThings = "/api/v1/veil/things";

class LeakParts : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { shared_ = std::make_unique<LeakWorld>(); }
  static void TearDownTestSuite() { shared_.reset(); }
  std::string path(int thing) const { return kThings + "/" + world_.id("thing", thing); }

  inline static std::unique_ptr<LeakWorld> shared_;
  LeakWorld& world_ = *shared_;
};

TEST_F(LeakParts, AFileIsReadOnlyByWhoSeesItsRecordAndField) {
  for (const Person& who : world_.people())
    for (const int number : {static_cast<int>(kFar), static_cast<int>(kDeleted), static_cast<int>(kShared),
                             std::max(who.own, 0)})
      for (const char* field : {"plan", "veiled_file"}) {
        const std::string file = world_.part(field, number);
        const Answer got = world_.ask(who, {"GET", path(number) + "/files/" + file});
        const bool seen = LeakWorld::sees(who, "thing", number) && LeakWorld::sees_field(who, field);
        EXPECT_EQ(got.status == 200, seen) << who.role << " " << number << " " << got.text();
        if (seen) continue;
        for (const std::string method : {"GET", "HEAD"})
          world_.expect_same(who, {method, path(number) + "/files/" + file}, file, LeakWorld::kMissing);
        // Nor by way of another record, and nobody makes it a file of his own.
        world_.expect_same(who, {"GET", path(kShared) + "/files/" + file}, file, LeakWorld::kMissing);
        world_.expect_same(who, {"POST", "/api/v1/veil/things", {{"name", "n"}, {"plan", file}}}, file,
                           LeakWorld::kMissing);
        world_.expect_same(who, {"POST", path(kEditable) + "/attachments", {{"files", {file}}}}, file,
                           LeakWorld::kMissing);
      }
}

TEST_F(LeakParts, HistoriesShowTheChangesOfFieldsThatAreSeen) {
  for (const Person& who : world_.people())
    for (const int number : {static_cast<int>(kShared), static_cast<int>(kEditable), std::max(who.own, 0)}) {
      for (const char* what : {"/versions", "/versions/1", "/versions/2", "/versions/3",
                               "/difference?from=1&to=2", "/difference?from=2&to=1", "/blame", "/activity",
                               "/merges", "/duplicates", "?expand=box", "?expand=company,department,above"})
        world_.ask(who, {"GET", path(number) + what});
      // Of the changes nothing is left out that he does see.
      if (!LeakWorld::sees(who, "thing", number)) continue;
      const Answer made = world_.ask(who, {"GET", path(number) + "/activity"});
      EXPECT_NE(made.body.find(LeakWorld::mark("thing", number, "note")), std::string::npos) << made.text();
    }
}

TEST_F(LeakParts, HeadAndConditionsTellNoMoreThanGet) {
  for (const Person& who : world_.people()) {
    if (LeakWorld::sees(who, "thing", kFar)) continue;
    for (const char* more :
         {"", "/activity", "/around", "/versions", "/comments", "/attachments", "/merges"}) {
      Call call{"HEAD", path(kFar) + more};
      world_.expect_same(who, call, world_.id("thing", kFar), LeakWorld::kMissing);
      call.method = "GET";
      for (const char* tag : {"\"1\"", "\"2\"", "\"3\"", "*"}) {
        call.fields = {{"If-None-Match", tag}};
        world_.expect_same(who, call, world_.id("thing", kFar), LeakWorld::kMissing);
      }
    }
  }
}

TEST_F(LeakParts, UploadsAndImportsAreOfWhoBroughtThem) {
  const std::string secret = LeakWorld::mark("thing", kFar, "note");
  const std::string file = world_.upload(world_.admin(), secret + ".txt", secret);
  const Answer import = world_.ask(world_.admin(), {"POST",
                                                    "/api/v1/imports?entity=veil.thing&file_name=a.csv",
                                                    nullptr,
                                                    {{"Content-Type", "application/octet-stream"}},
                                                    "name,note\na," + secret + "\n"});
  ASSERT_EQ(import.status, 201) << import.text();
  const std::string run = get_string_or(import.json(), "id", "");
  for (const Person& who : world_.people()) {
    world_.expect_same(who, {"DELETE", "/api/v1/files/" + file}, file, LeakWorld::kMissing);
    if (who.role == "keeper" || who.role == "clerk") continue;  // see that note anyway
    for (const auto& [method, more] : {std::pair("GET", ""),
                                       {"GET", "/errors"},
                                       {"POST", "/preview"},
                                       {"POST", "/check"},
                                       {"POST", "/start"},
                                       {"POST", "/cancel"},
                                       {"POST", "/undo"}})
      world_.expect_same(who,
                         {method, "/api/v1/imports/" + run + more,
                          std::string_view(method) == "POST" ? Json::object() : Json()},
                         run, LeakWorld::kMissing);
    EXPECT_EQ(world_.ask(who, {"GET", "/api/v1/imports"}).body.find(run), std::string::npos);
  }
}

// A cursor says where a page begins. Somebody else's opens nothing.
TEST_F(LeakParts, ACursorOfSomebodyElseOpensNothing) {
  std::vector<std::string> cursors;
  for (const char* sort : {"name", "-name", "veiled_text", "veiled_number", "veiled_letter.name", "amount"}) {
    const Json page =
        world_.ask(world_.admin(), {"GET", kThings + "?page_size=2&sort=" + std::string(sort)}).json();
    cursors.push_back(page["meta"]["next_cursor"].get<std::string>());
  }
  for (const Person& who : world_.people())
    for (const std::string& cursor : cursors)
      for (const char* sort : {"", "&sort=name", "&sort=-name", "&sort=amount", "&sort=note"})
        world_.ask(who, {"GET", kThings + "?count=false&cursor=" + cursor + sort});
}

// The table in a spreadsheet is packed: what is inside is looked at as well.
TEST_F(LeakParts, SpreadsheetsHoldWhatListsShow) {
  const TempFolder folder;
  const auto file = folder.path() / "things.xlsx";
  for (const Person& who : world_.people()) {
    if (!LeakWorld::sees_entity(who, "thing")) continue;
    for (const std::string& from : {kThings, std::string("/api/v1/veil/papers")}) {
      const Answer made = world_.ask(who, {"GET", from + "/export?format=xlsx"});
      ASSERT_EQ(made.status, 200) << made.text();
      std::ofstream(file, std::ios::binary) << made.body;
      const Outcome unpacked = run({"python3", "-c",
                                    "import sys, zipfile\nz = zipfile.ZipFile(sys.argv[1])\n"
                                    "for n in z.namelist(): print(z.read(n).decode('utf-8', 'replace'))",
                                    file.string()});
      ASSERT_EQ(unpacked.exit_code, 0) << unpacked.err;
      ASSERT_NE(unpacked.out.find(LeakWorld::mark("thing", kShared, "name")), std::string::npos);
      world_.look(who, {"GET", from + "/export?format=xlsx"}, {200, "", unpacked.out});
    }
  }
}

}  // namespace
}  // namespace opsflux::system_test
