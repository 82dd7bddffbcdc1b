// Records with parts, seen from outside.
#include <gtest/gtest.h>

#include "host/base/text.hpp"
#include "tests/system/instance.hpp"

namespace opsflux::system_test {
namespace {

class Parts : public ::testing::Test {
 protected:
  void SetUp() override {
    in_.start();
    in_.install("supply");
  }
  std::string user(const std::string& name) {
    const std::string email = name + "@example.org";
    const Answer made =
        in_.post("/api/v1/identity/users",
                 {{"email", email}, {"name", name}, {"role", "user"}, {"language", "en"}, {"active", true}});
    in_.post("/api/v1/identity/users/" + get_string_or(made.json(), "id", "") + "/password",
             {{"password", kPassword}});
    return in_.log_in(email, kPassword);
  }
  Answer order(const Json& lines) { return in_.post(kOrders, {{"title", "Workshop"}, {"lines", lines}}); }

  static constexpr const char* kOrders = "/api/v1/supply/orders";
  static constexpr const char* kLines = "/api/v1/supply/order_lines";
  Instance in_;
};

TEST_F(Parts, StandInTheJsonOfTheirWhole) {
  const Answer made =
      order({{{"article", "pipe"}, {"quantity", 3}, {"price", "10.50"}}, {{"article", "valve"}}});
  ASSERT_EQ(made.status, 201) << made.text();
  EXPECT_EQ(made.json()["lines"].size(), 2u);
  EXPECT_EQ(made.json()["total"], "31.50");
  const std::string id = made.json()["id"], valve = made.json()["lines"][1]["id"];
  const auto patch = [&](const Json& body, const std::string& version) {
    return in_.request("PATCH", std::string(kOrders) + "/" + id, to_text(body),
                       {{"Content-Type", "application/json"}, {"If-Match", "\"" + version + "\""}});
  };
  // A line that somebody else writes is a change of the order.
  ASSERT_EQ(in_.post(kLines, {{"purchase", id}, {"article", "rope"}}).status, 201);
  const Answer late = patch({{"lines", {{{"id", valve}}}}}, "1");
  EXPECT_EQ(late.status, 412);
  EXPECT_EQ(late.json()["current"]["lines"].size(), 3u) << late.text();
  const Answer wrong = patch({{"lines", {{{"id", valve}, {"quantity", 0}}, Json::object()}}}, "2");
  EXPECT_EQ(wrong.status, 422);
  EXPECT_EQ(wrong.json()["errors"][0]["field"], "lines/0/quantity") << wrong.text();
  EXPECT_EQ(wrong.json()["errors"][1]["field"], "lines/1/article") << wrong.text();
  EXPECT_EQ(patch({{"lines", {{{"id", valve}}}}}, "2").json()["number_of_lines"], 1);
  EXPECT_EQ(in_.get(kLines).json()["meta"]["total"], 1);
}

TEST_F(Parts, AreInTheDescriptionOfTheInterface) {
  const Json schemas = in_.get("/api/v1/openapi.json").json()["components"]["schemas"];
  EXPECT_EQ(schemas["supply.order"]["properties"]["lines"]["items"]["$ref"],
            "#/components/schemas/supply.line");
  const Json& item = schemas["supply.order.values"]["properties"]["lines"]["items"]["properties"];
  EXPECT_TRUE(item.contains("id") && item.contains("article"));
  EXPECT_FALSE(item.contains("amount") || item.contains("purchase") || item.contains("place"));
}

TEST_F(Parts, AreSeenByThoseWhoSeeTheirWhole) {
  const std::string id = order({{{"article", "pipe"}}}).json()["id"];
  const std::string line = in_.get(std::string(kOrders) + "/" + id).json()["lines"][0]["id"];
  const std::string admin = in_.token();
  in_.set_token(user("bob"));
  EXPECT_EQ(in_.get(std::string(kOrders) + "/" + id).json()["lines"].size(), 1u) << "users see all orders";
  const Json change = {{"quantity", 5}};
  EXPECT_EQ(in_.request("PATCH", std::string(kLines) + "/" + line, to_text(change),
                        {{"Content-Type", "application/json"}})
                .status,
            403)
      << "and change only their own";
  const Answer own = order({{{"article", "bolt"}}});
  EXPECT_EQ(own.status, 201);
  in_.set_token(admin);
  EXPECT_EQ(in_.request("DELETE", std::string(kOrders) + "/" + id).status, 204);
  EXPECT_EQ(in_.get(kLines).json()["meta"]["total"], 1);
  EXPECT_EQ(in_.post(std::string(kOrders) + "/" + id + "/restore", Json::object()).json()["lines"].size(),
            1u);
}

TEST_F(Parts, NothingBesideTheRecordsOutlivesTheirModule) {
  const std::string id = order({{{"article", "pipe"}}}).json()["id"], path = std::string(kOrders) + "/" + id;
  const std::string comment = in_.post(path + "/comments", {{"body", "when?"}}).json()["id"];
  EXPECT_LT(in_.request("PUT", path + "/comments/" + comment + "/reactions/%F0%9F%91%8D").status, 300);
  EXPECT_LT(in_.request("PUT", path + "/follow").status, 300);
  EXPECT_LT(
      in_.request("PUT", path + "/tags", R"({"tags":["urgent"]})", {{"Content-Type", "application/json"}})
          .status,
      300);
  const Json me = in_.get("/api/v1/auth/me").json();
  EXPECT_LT(in_.post(path + "/shares", {{"user", me["user"]["id"]}}).status, 300);
  const Answer file =
      in_.request("POST", "/api/v1/files?file_name=plan.txt", "a plan", {{"Content-Type", "text/plain"}});
  ASSERT_EQ(file.status, 201) << file.text();
  EXPECT_LT(in_.post(path + "/attachments", {{"files", {file.json()["id"]}}}).status, 300);
  const auto left = [&](const std::string& table) {
    return in_.sql("SELECT count(*) FROM " + table + " WHERE entity LIKE 'supply.%'");
  };
  for (const char* table :
       {"core_comment", "core_mark", "core_tag", "core_share", "core_file", "core_search"})
    EXPECT_NE(left(table), "0\n") << table;
  in_.operation("uninstall", "supply", {{"data", "purge"}});
  for (const char* table :
       {"core_comment", "core_mark", "core_tag", "core_share", "core_file", "core_search"})
    EXPECT_EQ(left(table), "0\n") << table;
  EXPECT_EQ(in_.sql("SELECT count(*) FROM core_reaction"), "0\n");
}

}  // namespace
}  // namespace opsflux::system_test
