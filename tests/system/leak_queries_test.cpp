// No query tells of what its reader may not see: filters, sorts, groups, sums, words, expansions, pages and
// exports over every path of the definitions, and what writes, imports and live events say.
#include <gtest/gtest.h>

#include <functional>
#include <set>
#include <thread>

#include "tests/system/leak_world.hpp"

namespace opsflux::system_test {
namespace {

const std::string kBase = "/api/v1/veil/";

struct Path {
  std::string text;    // "thing.veiled_number"
  std::string type;    // of the field at its end
  std::string entity;  // of the field at its end, without the module
  // Why it does not exist for somebody: the first name of it that he may not see, or of a reference to an
  // entity that he may not.
  std::string closed;
};

// One world for all tests of a suite: those that ask change nothing, and stand apart from those that write.
class LeakQueries : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { shared_ = std::make_unique<LeakWorld>(); }
  static void TearDownTestSuite() { shared_.reset(); }
  void SetUp() override {
    const Json app = world_.instance().get("/api/v1/app").json();
    for (const Json& entity : app.at("entities"))
      if (get_string_or(entity, "module", "") == "veil") definitions_[entity.at("entity")] = entity;
    ASSERT_EQ(definitions_.size(), 5u);
  }

  // Every field of an entity and, through up to two references, of others.
  std::vector<Path> paths(const Person& who, const std::string& entity, int depth = 2) const {
    std::vector<Path> out;
    for (const Json& field : definitions_.at(entity).at("fields")) {
      const std::string name = field.at("name"), to = get_string_or(field, "to", "");
      Path one{name, field.at("type"), entity, LeakWorld::sees_field(who, name) ? "" : name};
      out.push_back(one);
      const bool single = one.type == "reference" || one.type == "parent";
      if (!single || depth == 0 || !to.starts_with("veil.")) continue;
      const std::string target = to.substr(5);
      if (one.closed.empty() && !LeakWorld::sees_entity(who, target)) one.closed = name;
      for (Path& next : paths(who, target, depth - 1))
        out.push_back(
            {name + "." + next.text, next.type, next.entity, one.closed.empty() ? next.closed : one.closed});
    }
    return out;
  }
  std::string collection(const std::string& entity) const {
    return kBase + definitions_.at(entity).at("plural").get<std::string>();
  }
  // The queries that name a path, each as address and parameters.
  std::vector<std::string> queries(const std::string& entity, const Path& path) const {
    const std::string base = collection(entity),
                      filter = "?filter=" + percent_encoded("has(" + path.text + ")");
    std::vector<std::string> out = {base + filter,
                                    base + "?sort=" + path.text,
                                    base + "?sort=-" + path.text,
                                    base + "/aggregate?group=" + path.text,
                                    base + "/aggregate" + filter,
                                    base + "/export?sort=" + path.text};
    if (path.text.find('.') == std::string::npos) {
      out.push_back(base + "?fields=" + path.text);
      out.push_back(base + "/export?format=ndjson&fields=" + path.text);
      out.push_back(base + "?totals=sum:" + path.text);
    }
    if (path.type == "integer") {
      out.push_back(base + "/aggregate?measures=sum:" + path.text + ",max:" + path.text);
      out.push_back(base + "?filter=" + percent_encoded(path.text + " > 5"));
    }
    if (path.type == "text" || path.type == "enum")
      out.push_back(base + "?filter=" + percent_encoded(path.text + " == \"beta\""));
    if (path.type == "reference" || path.type == "parent") {
      out.push_back(base + "?expand=" + path.text);
      out.push_back(base + "/export?format=json&expand=" + path.text);
    }
    return out;
  }
  // A name of the same length that there is not.
  static std::string absent(const std::string& name) {
    return name.starts_with("veiled") ? replaced(name, "veiled", "absent")
                                      : std::string("qx") + name.substr(2);
  }
  Answer get(const Person& who, const std::string& path) const { return world_.ask(who, {"GET", path}); }
  std::vector<int> seen(const Person& who, bool deleted = false) const {
    std::vector<int> out;
    for (int i = 0; i < world_.count("thing"); ++i)
      if ((i == kDeleted || i == kMerged || i == kMergedShared) == deleted &&
          LeakWorld::sees(who, "thing", i))
        out.push_back(i);
    return out;
  }

  inline static std::unique_ptr<LeakWorld> shared_;
  LeakWorld& world_ = *shared_;
  std::map<std::string, Json> definitions_;
};
class LeakWrites : public LeakQueries {};

TEST_F(LeakQueries, APathThatIsClosedIsTheSameAsNoneAndOthersShowOnlyWhatIsSeen) {
  int closed = 0, open = 0;
  // On PostgreSQL, where each takes longer, for one.
  const auto depth = [](const Person& who) { return who.role == "lone" || !on_postgresql() ? 2 : 1; };
  for (const Person& who : world_.people())
    for (const auto& [entity, definition] : definitions_) {
      if (!LeakWorld::sees_entity(who, entity)) continue;
      for (const Path& path : paths(who, entity, depth(who)))
        for (const std::string& query : queries(entity, path)) {
          if (path.closed.empty()) {
            ++open;
            get(who, query);
            continue;
          }
          ++closed;
          // A reference to an entity that he may not see can be asked for itself; not what lies behind it.
          const auto [name, instead] =
              std::pair(path.text, replaced(path.text, path.closed, absent(path.closed)));
          if (path.closed.starts_with("veiled"))
            world_.expect_same(who, {"GET", query}, path.closed, absent(path.closed));
          else
            world_.expect_same(who, {"GET", query}, name, instead);
        }
    }
  EXPECT_GT(closed, 500);
  EXPECT_GT(open, 500);
}

// Each thing has an amount that is a power of two, so that a sum tells which are in it.
TEST_F(LeakQueries, SumsAndCountsAreOfWhatIsSeen) {
  for (const Person& who : world_.people()) {
    SCOPED_TRACE(who.role);
    std::int64_t sum = 0;
    const auto visible = seen(who);
    for (const int number : visible) sum += std::int64_t{1} << number;
    if (LeakWorld::sees_entity(who, "thing")) {
      const Json list = get(who, kBase + "things?totals=sum:amount,max:amount").json();
      EXPECT_EQ(list["meta"]["total"], visible.size());
      EXPECT_EQ(list["data"].size(), visible.size());
      EXPECT_EQ(list["meta"]["totals"]["sum:amount"], std::to_string(sum));
      EXPECT_EQ(get(who, kBase + "things?deleted=true").json()["meta"]["total"], seen(who, true).size());
      const Json group = get(who, kBase + "things/aggregate?measures=sum:amount").json();
      EXPECT_EQ(group["data"][0]["sum:amount"], std::to_string(sum));
      EXPECT_EQ(group["data"][0]["count"], visible.size());
      const std::string lines = get(who, kBase + "things/export?format=ndjson").body;
      EXPECT_EQ(static_cast<std::size_t>(std::count(lines.begin(), lines.end(), '\n')), visible.size());
      // By pages, with a cursor: the same records, and no more.
      std::string cursor;
      std::size_t paged = 0;
      do {
        const Json page =
            get(who, kBase + "things?sort=name&page_size=1" + (cursor.empty() ? "" : "&cursor=" + cursor))
                .json();
        paged += page["data"].size();
        cursor =
            page["meta"]["next_cursor"].is_string() ? page["meta"]["next_cursor"].get<std::string>() : "";
      } while (!cursor.empty() && paged < 100);
      EXPECT_EQ(paged, visible.size());
    }
    if (!LeakWorld::sees_entity(who, "thing")) continue;
    // Papers are seen by everybody, and tell of a thing what its reader sees: of a deleted one as well.
    sum = 0;
    std::set<int> named;
    for (int paper = 0; paper < world_.count("paper"); ++paper) {
      const int thing = LeakWorld::thing_of_paper(paper);
      const bool shown = LeakWorld::sees(who, "thing", thing);
      if (shown) sum += std::int64_t{1} << thing;
      named.insert(shown ? thing : -1);
    }
    const Json papers = get(who, kBase + "papers/aggregate?measures=sum:thing.amount").json();
    EXPECT_EQ(papers["data"][0]["count"], world_.count("paper"));
    EXPECT_EQ(papers["data"][0]["sum:thing.amount"], std::to_string(sum));
    const Json groups = get(who, kBase + "papers/aggregate?group=thing.name").json();
    EXPECT_EQ(groups["data"].size(), named.size());
  }
}

// Words, values and identifiers of what is out of sight find what those find that are nobody's.
TEST_F(LeakQueries, ValuesOutOfSightFindNothing) {
  for (const Person& who : world_.people())
    for (const int number : std::set<int>{kFar, kGroup, kMerged, std::max(who.own, 0)})
      for (const std::string field : {"name", "note", "code", "veiled_text", "veiled_code", "veiled_tags"}) {
        if (LeakWorld::sees(who, "thing", number) && LeakWorld::sees_field(who, field)) continue;
        const std::string value = LeakWorld::mark("thing", number, field),
                          nothing = LeakWorld::mark("thing", 99, field);
        const auto same = [&](const std::string& query) {
          world_.expect_same(who, {"GET", kBase + query}, value, nothing);
        };
        const std::string words = percent_encoded("search(\"" + value + "\")"),
                          equal = percent_encoded("name == \"" + value + "\""),
                          through = percent_encoded("thing.name == \"" + value + "\""),
                          begins = percent_encoded("thing.note.startsWith(\"" + value + "\")");
        same("things?q=" + value);
        same("things?filter=" + words);
        same("things?filter=" + equal);
        same("things/aggregate?q=" + value);
        same("things/export?q=" + value);
        same("papers?filter=" + through);
        same("papers/aggregate?filter=" + through);
        same("papers/export?filter=" + begins);
        // Others may be like it, but it is not among them.
        const Answer alike =
            world_.ask(who, {"POST", kBase + "things/duplicates", {{"values", {{"name", value}}}}});
        if (!LeakWorld::sees(who, "thing", number)) {
          EXPECT_EQ(alike.body.find(world_.id("thing", number)), std::string::npos) << alike.text();
        }
        world_.expect_same(who, {"POST", kBase + "things/duplicates", {{"values", {{"veiled_text", value}}}}},
                           value, nothing);
      }
}

TEST_F(LeakWrites, AWriteTellsNothingOfWhatItMayNotName) {
  const std::string far = world_.id("thing", kFar), missing = LeakWorld::kMissing;
  for (const Person& who : world_.people()) {
    SCOPED_TRACE(who.role);
    const auto same = [&](const std::string& path, const Json& body, const std::string& hidden,
                          const std::string& absent) {
      world_.expect_same(who, {"POST", kBase + path, body}, hidden, absent);
    };
    const auto bulk = [](Json operation) {
      return Json{{"mode", "each"}, {"operations", Json::array({std::move(operation)})}};
    };
    if (!LeakWorld::sees(who, "thing", kFar)) {
      for (const int number : {kFar, kDeleted, kGroup}) {
        const std::string hidden = world_.id("thing", number);
        same("papers", {{"thing", hidden}}, hidden, missing);
        same("papers", {{"things", {hidden}}}, hidden, missing);
        same("papers", {{"about", "veil.thing/" + hidden}}, hidden, missing);
        same("letters", {{"thing", hidden}}, hidden, missing);
        for (const char* action : {"update", "delete", "restore"}) {
          Json operation = {{"action", action}, {"id", hidden}};
          if (std::string_view(action) == "update") operation["values"] = {{"name", "walked"}};
          same("things/bulk", bulk(operation), hidden, missing);
        }
        if (who.own >= 0)
          same("things/" + world_.id("thing", who.own) + "/merges", {{"from", hidden}}, hidden, missing);
      }
      // Two records cannot have one code, so that whoever may give codes can try whether one is taken: that
      // cannot be hidden. Nothing else of that record is told.
      const std::string code = LeakWorld::mark("thing", kFar, "code");
      const Answer taken = world_.ask(who, {"POST", kBase + "things", {{"name", "n"}, {"code", code}}});
      EXPECT_TRUE(taken.status == 409 || taken.status == 403) << taken.text();
      EXPECT_EQ(taken.body.find(far), std::string::npos) << taken.text();
      const Answer upsert = world_.ask(
          who, {"POST", kBase + "things/bulk",
                bulk({{"action", "upsert"}, {"key", {{"code", code}}}, {"values", {{"name", "n"}}}})});
      EXPECT_EQ(upsert.body.find(far), std::string::npos) << upsert.text();
    }
    if (LeakWorld::sees_field(who, "veiled")) continue;
    for (const int number : std::set<int>{kFar, std::max(who.own, 0)}) {
      const std::string value = LeakWorld::mark("thing", number, "veiled_code");
      const Json operation = {
          {"action", "upsert"}, {"key", {{"veiled_code", value}}}, {"values", {{"note", "walked"}}}};
      same("things/bulk", bulk(operation), value, LeakWorld::mark("thing", 99, "veiled_code"));
      same("things/bulk", bulk(operation), "veiled_code", "absent_code");
    }
    for (const Json& field : definitions_.at("thing").at("fields")) {
      const std::string name = field.at("name");
      if (LeakWorld::sees_field(who, name)) continue;
      same("things", {{"name", "walked"}, {name, "x"}}, name, absent(name));
      if (who.own >= 0)
        world_.expect_same(who, {"PATCH", kBase + "things/" + world_.id("thing", who.own), {{name, nullptr}}},
                           name, absent(name));
    }
    if (who.role != "lone") continue;
    // A visible part of a key that is unique together with what he does not see.
    const Answer clash =
        world_.ask(who, {"PATCH", kBase + "things/" + world_.id("thing", who.own), {{"kind", "beta"}}});
    EXPECT_EQ(clash.status, 409) << clash.text();
    // A rule that reads what he does not see.
    const Answer rule = world_.ask(who, {"PATCH",
                                         kBase + "things/" + world_.id("thing", who.own),
                                         {{"note", LeakWorld::mark("thing", who.own, "veiled_text")}}});
    EXPECT_EQ(rule.status, 422) << rule.text();
    // A deletion that records forbid which he may not see, and a merge that he may not take back.
    const Answer refused = world_.ask(who, {"DELETE", kBase + "things/" + world_.id("thing", who.own)});
    EXPECT_EQ(refused.status, 409) << refused.text();
  }
}

TEST_F(LeakWrites, AnImportTellsNothingOfWhatItMayNotName) {
  const auto tried = [&](const Person& who, const std::string& entity, const std::string& table,
                         const Json& plan) {
    const Answer made = world_.ask(who, {"POST",
                                         "/api/v1/imports?file_name=a.csv&entity=veil." + entity,
                                         nullptr,
                                         {{"Content-Type", "application/octet-stream"}},
                                         table});
    if (made.status != 201) return made.code();
    const std::string path = "/api/v1/imports/" + get_string_or(made.json(), "id", "");
    const Answer started = world_.ask(who, {"POST", path + "/check", plan, {}, "", table});
    if (started.status != 202) return started.code() + " " + get_string_or(started.json(), "detail", "");
    for (int i = 0; i < 200; ++i) {
      const Json now = world_.ask(who, {"GET", path, nullptr, {}, "", table}).json();
      if (get_string_or(now, "state", "") == "running") {
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
        continue;
      }
      return to_text(now["counts"]);
    }
    return std::string("does not end");
  };
  const std::string far = LeakWorld::mark("thing", kFar, "name"), none = LeakWorld::mark("thing", 99, "name");
  const Json by_name = {{"mapping", {{"n", "name"}, {"t", "thing"}}}};
  for (const char* role : {"lone", "wide", "blind", "clerk"}) {
    const Person& who = world_.person(role);
    if (!LeakWorld::sees(who, "thing", kFar)) {
      EXPECT_EQ(tried(who, "paper", "n,t\na," + far + "\n", by_name),
                replaced(tried(who, "paper", "n,t\na," + none + "\n", by_name), none, far));
      const std::string id = world_.id("thing", kFar), no_id = LeakWorld::kMissing;
      EXPECT_EQ(tried(who, "paper", "n,t\na," + id + "\n", by_name),
                replaced(tried(who, "paper", "n,t\na," + no_id + "\n", by_name), no_id, id));
    }
    const auto plan = [](const std::string& field, const Json& key) {
      return Json{{"mapping", {{"n", "name"}, {"t", field}}}, {"key", key}};
    };
    const std::string table = "n,t\na,b\n";
    for (const bool keyed : {false, true}) {
      const auto of = [&](const std::string& field) {
        return plan(field, keyed ? Json::array({field}) : Json::array());
      };
      EXPECT_EQ(tried(who, "thing", table, of("veiled_code")),
                replaced(tried(who, "thing", table, of("absent_code")), "absent", "veiled"))
          << role;
    }
    EXPECT_EQ(tried(who, "thing", table, plan("note", {"veiled_code"})),
              replaced(tried(who, "thing", table, plan("note", {"absent_code"})), "absent", "veiled"))
        << role;
  }
}

// Who sees some records only is not told of which record something happens.
TEST_F(LeakWrites, LiveEventsNameOnlyWhatIsSeen) {
  for (const char* role : {"lone", "blind", "clerk"}) {
    const Person& who = world_.person(role);
    Person listening = who;
    listening.token = world_.instance().log_in(who.role + "@example.org", kPassword);
    Answer heard;
    std::thread listener([&] { heard = world_.ask(listening, {"GET", "/api/v1/events"}); });
    const std::string far = world_.id("thing", kFar);
    // For as long as it may take until he listens; the stream ends with his session.
    for (int i = 0; i < 20; ++i) {
      world_.must({"PATCH", kBase + "things/" + far, {{"amount", role[0] * 100 + i}}});
      world_.must(
          {"PATCH", kBase + "vaults/" + world_.id("vault", 0), {{"name", "heard" + std::to_string(i)}}});
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    EXPECT_EQ(world_.ask(listening, {"POST", "/api/v1/auth/logout"}).status, 204);
    listener.join();
    ASSERT_NE(heard.body.find("hello"), std::string::npos) << role;
    EXPECT_EQ(heard.body.find(far) != std::string::npos, LeakWorld::sees(who, "thing", kFar)) << heard.body;
    EXPECT_EQ(heard.body.find("veil.thing") != std::string::npos, LeakWorld::sees_entity(who, "thing"))
        << heard.body;
    EXPECT_EQ(heard.body.find("vault"), std::string::npos) << heard.body;
  }
}

}  // namespace
}  // namespace opsflux::system_test
