#include "host/services/identity/rights/role_file_reader.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace opsflux::identity {
namespace {

Json file_of(const Json& roles) { return {{"format", "opsflux-roles"}, {"version", 1}, {"roles", roles}}; }

Json buyer() {
  return {{"key", "buyer"},
          {"name", "Acheteur"},
          {"description", nullptr},
          {"inherits", {"user", "guest"}},
          {"grants", {{"supply.order.edit", "own"}, {"gone.thing.view", "none"}}}};
}

// What is wrong with a file of the one role, as "code at field".
std::string wrong(const std::string& field, Json value) {
  Json role = buyer();
  role[field] = std::move(value);
  const auto read = parse_role_file(file_of(Json::array({role})));
  return read ? "" : read.error().code + " at " + read.error().field;
}

TEST(RoleFile, IsReadAsItIsWritten) {
  const auto read = parse_role_file(file_of(Json::array({buyer()})));
  ASSERT_TRUE(read) << describe(read.error());
  ASSERT_EQ(read->size(), 1u);
  EXPECT_EQ(read->front().inherits, (std::vector<std::string>{"user", "guest"}));
  EXPECT_EQ(read->front().grants.at("supply.order.edit"), "own");
  EXPECT_EQ(*parse_role_file(write_role_file(*read)), *read);
  EXPECT_EQ(write_role_file(*read), file_of(Json::array({buyer()})));
}

TEST(RoleFile, ThatIsSomethingElseIsRefused) {
  for (const Json& file : {Json(), Json(1), Json::array(), Json::object(), Json{{"format", "opsflux-roles"}},
                           Json{{"format", "opsflux-settings"}, {"version", 1}, {"roles", Json::array()}},
                           Json{{"format", "opsflux-roles"}, {"version", 2}, {"roles", Json::array()}},
                           Json{{"format", "opsflux-roles"}, {"version", 1}, {"roles", "all"}}}) {
    const auto read = parse_role_file(file);
    ASSERT_FALSE(read) << file;
    EXPECT_EQ(read.error().code, "identity.role_file") << file;
  }
  EXPECT_EQ(parse_role_file(file_of(Json::array({buyer(), buyer()}))).error().code,
            "identity.role_file_twice");
  EXPECT_EQ(parse_role_file(file_of(Json(501, buyer()))).error().code, "identity.role_file");
  EXPECT_TRUE(parse_role_file(file_of(Json::array())));
}

TEST(RoleFile, IsToldWhereItIsWrong) {
  EXPECT_EQ(wrong("key", "Buyer"), "identity.role_file_value at roles/0/key");
  EXPECT_EQ(wrong("key", std::string(41, 'a')), "identity.role_file_value at roles/0/key");
  EXPECT_EQ(wrong("key", nullptr), "identity.role_file_value at roles/0/key");
  EXPECT_EQ(wrong("name", ""), "identity.role_file_value at roles/0/name");
  EXPECT_EQ(wrong("name", 3), "identity.role_file_value at roles/0/name");
  std::string accents;
  for (int i = 0; i < 80; ++i) accents += "é";
  EXPECT_EQ(wrong("name", accents), "");
  EXPECT_EQ(wrong("name", accents + "é"), "identity.role_file_value at roles/0/name");
  EXPECT_EQ(wrong("colour", "red"), "identity.role_file_member at roles/0/colour");
  EXPECT_EQ(wrong("inherits", "user"), "identity.role_file_value at roles/0/inherits");
  EXPECT_EQ(wrong("inherits", Json::array({"user", 1})), "identity.role_file_value at roles/0/inherits/1");
  EXPECT_EQ(wrong("grants", Json::array()), "identity.role_file_value at roles/0/grants");
  EXPECT_EQ(wrong("grants", {{"a.b", "some"}}), "identity.matrix_scope at roles/0/grants/a.b");
  EXPECT_EQ(wrong("grants", {{"a.b", "default"}}), "identity.matrix_scope at roles/0/grants/a.b");
  EXPECT_EQ(wrong("grants", {{"", "own"}}), "identity.role_file_value at roles/0/grants/");
  EXPECT_EQ(wrong("grants", {{"a b.c", "own"}}), "identity.role_file_value at roles/0/grants/a b.c");
  EXPECT_EQ(parse_role_file(file_of(Json::array({1}))).error().field, "roles/0");
}

}  // namespace
}  // namespace opsflux::identity
