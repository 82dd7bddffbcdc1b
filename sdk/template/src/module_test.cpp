// The module in a host that is all in memory: no server, no database.
#include "module.hpp"

#include <gtest/gtest.h>

#include "opsflux/testing/host.hpp"

namespace sample {
namespace {

using opsflux::Json;
using opsflux::Value;

class Sample : public testing::Test {
 protected:
  Sample() { EXPECT_TRUE(host.load(*opf_module_entry_v1()).ok()); }
  opsflux::testing::Host host{"sample"};
};

TEST_F(Sample, TakesAnOpenItemWithoutScore) {
  EXPECT_TRUE(host.create("check_item", {{"name", "A"}, {"status", "open"}}).ok());
}

TEST_F(Sample, RefusesADoneItemWithoutScoreAtItsField) {
  const auto outcome = host.create("check_item", {{"name", "A"}, {"status", "done"}});
  EXPECT_EQ(outcome.status, OPF_E_INVALID);
  EXPECT_EQ(outcome.field(), "score");
  EXPECT_EQ(outcome.reason(), "score_missing");
}

TEST_F(Sample, TellsOnceThatAnItemBecameDone) {
  const auto change = host.update("check_item", "i1", {{"name", "A"}, {"status", "open"}, {"score", 80}},
                                  {{"status", "done"}});
  ASSERT_TRUE(change.ok());
  ASSERT_EQ(host.events.size(), 1u);
  EXPECT_EQ(host.events[0].payload["id"].text(), "i1");
  host.update("check_item", "i1", {{"name", "A"}, {"status", "done"}, {"score", 80}}, {{"name", "B"}});
  EXPECT_EQ(host.events.size(), 1u);
}

TEST_F(Sample, NotesTheDayAndLeavesItAtARepeat) {
  auto& item = host.records["sample.item"]["i1"];
  item = {{"name", "A"}, {"status", "done"}};
  const Json payload = Json::object({{"id", "i1"}});
  EXPECT_TRUE(host.deliver("note_end", "sample.item_done", payload).ok());
  const Value noted = item["done_on"];
  EXPECT_EQ(noted, Value(std::chrono::floor<std::chrono::days>(host.now)));
  host.now += std::chrono::hours(48);
  EXPECT_TRUE(host.deliver("note_end", "sample.item_done", payload, 2).ok());
  EXPECT_EQ(item["done_on"], noted);
}

TEST_F(Sample, CountsItems) {
  host.records["sample.item"] = {
      {"1", {{"status", "open"}}}, {"2", {{"status", "done"}}}, {"3", {{"status", "open"}}}};
  const auto outcome = host.request("summary", {});
  ASSERT_TRUE(outcome.response);
  EXPECT_EQ(outcome.response->body, R"({"open":2,"done":1})");
}

}  // namespace
}  // namespace sample
