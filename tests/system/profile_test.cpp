// What people say of themselves: their own to write, the administrators' as well, and shown where names are.
#include <gtest/gtest.h>

#include "host/base/text.hpp"
#include "tests/system/instance.hpp"

namespace opsflux::system_test {
namespace {

// One red pixel.
const std::string kPng = *from_hex(
    "89504e470d0a1a0a0000000d49484452000000010000000108020000009077"
    "53de0000000c49444154789c63f8cfc0000003010100c9fe92ef0000000049454e44ae426082");

class Profile : public ::testing::Test {
 protected:
  void SetUp() override {
    in_.start();
    ada_ = person("ada@example.org", "Ada");
    token_ = in_.log_in("ada@example.org", kPassword);
  }
  std::string person(const std::string& email, const std::string& name) {
    const Answer made =
        in_.post("/api/v1/identity/users", {{"email", email}, {"name", name}, {"language", "en"}});
    EXPECT_EQ(made.status, 201) << made.text();
    const std::string id = get_string_or(made.json(), "id", "");
    in_.post("/api/v1/identity/users/" + id + "/password", {{"password", kPassword}});
    return id;
  }
  Answer mine(const Json& body) { return in_.as(token_, "PATCH", "/api/v1/auth/me", body); }
  Json me() { return in_.as(token_, "GET", "/api/v1/auth/me").json()["user"]; }
  Answer send(const std::string& token, const std::string& name, const std::string& content) {
    return send_to(in_.port(),
                   {"POST",
                    "/api/v1/files?file_name=" + name,
                    content,
                    {{"Authorization", "Bearer " + token}, {"Content-Type", "application/octet-stream"}}});
  }
  std::string photo(const std::string& id) { return "/api/v1/identity/users/" + id + "/photo"; }

  Instance in_;
  std::string ada_, token_;
};

TEST_F(Profile, IsWrittenByThePersonAndTheAdministrator) {
  const Answer done = mine({{"job", "Analyst"},
                            {"phone", "+241 77 00 00 00"},
                            {"place", "Port-Gentil"},
                            {"time_zone", "Africa/Libreville"},
                            {"name", "Ada L."}});
  ASSERT_EQ(done.status, 200) << done.text();
  const Json user = me();
  EXPECT_EQ(user["job"], "Analyst");
  EXPECT_EQ(user["place"], "Port-Gentil");
  EXPECT_EQ(user["time_zone"], "Africa/Libreville");
  EXPECT_EQ(user["name"], "Ada L.");
  EXPECT_EQ(user["photo"], nullptr);
  EXPECT_EQ(in_.as(token_, "GET", "/api/v1/app").json()["user"]["time_zone"], "Africa/Libreville");
  const Answer changed =
      in_.request("PATCH", "/api/v1/identity/users/" + ada_, R"({"job":"Head","time_zone":null})",
                  {{"Content-Type", "application/json"}});
  ASSERT_EQ(changed.status, 200) << changed.text();
  EXPECT_EQ(me()["job"], "Head");
  EXPECT_EQ(me()["time_zone"], nullptr);
  EXPECT_EQ(mine({{"job", ""}}).status, 200);
  EXPECT_EQ(me()["job"], nullptr) << "an empty text takes it away";
  const Json trail = in_.get("/api/v1/identity/users/" + ada_ + "/activity").json()["data"];
  EXPECT_NE(trail.dump().find("Port-Gentil"), std::string::npos) << trail.dump();
}

TEST_F(Profile, IsHeldToTheRulesOfItsFields) {
  const auto refused = [&](const Json& body) {
    const Answer answer = mine(body);
    return std::to_string(answer.status) + " " + answer.code() + " " +
           get_string_or(answer.json(), "field", "");
  };
  EXPECT_EQ(refused({{"time_zone", "Mars/Olympus"}}), "422 identity.time_zone time_zone");
  EXPECT_EQ(refused({{"time_zone", "../../etc/passwd"}}), "422 identity.time_zone time_zone");
  EXPECT_TRUE(refused({{"job", std::string(200, 'x')}}).starts_with("422 "))
      << refused({{"job", std::string(200, 'x')}});
  EXPECT_TRUE(refused({{"phone", "call me"}}).starts_with("422 "));
  EXPECT_EQ(refused({{"status", "archived"}}), "422 identity.field_unknown status");
  EXPECT_EQ(refused({{"role", "administrator"}}), "422 identity.field_unknown role");
  EXPECT_TRUE(refused({{"photo", "01939f3e-0000-7000-8000-0000000000a1"}}).starts_with("422 "))
      << "no such file";
  EXPECT_EQ(in_.request("PATCH", "/api/v1/identity/users/" + ada_, R"({"time_zone":"Berlin"})",
                        {{"Content-Type", "application/json"}})
                .code(),
            "identity.time_zone");
}

TEST_F(Profile, HasAPhotoThatWhoeverIsSignedInSees) {
  EXPECT_EQ(in_.get(photo(ada_)).status, 404);
  const Answer sent = send(token_, "ada.png", kPng);
  ASSERT_EQ(sent.status, 201) << sent.text();
  const std::string file = sent.json()["id"];
  const std::string bob = person("bob@example.org", "Bob"), other = in_.log_in("bob@example.org", kPassword);
  EXPECT_EQ(in_.as(other, "PATCH", "/api/v1/auth/me", {{"photo", file}}).status, 422) << "it is hers";
  ASSERT_EQ(mine({{"photo", file}}).status, 200);
  EXPECT_EQ(me()["photo"], file);
  for (const std::string& who : {token_, other, in_.token()}) {
    const Answer shown = in_.as(who, "GET", photo(ada_));
    EXPECT_EQ(shown.status, 200);
    EXPECT_EQ(shown.body, kPng);
  }
  EXPECT_EQ(in_.anonymous("GET", photo(ada_)).status, 401);
  EXPECT_EQ(in_.as(other, "GET", photo(bob)).code(), "file.not_found");
  EXPECT_EQ(in_.as(other, "GET", "/api/v1/identity/users/" + ada_).status, 403)
      << "nothing else of her record";
  const Answer text = send(token_, "ada.txt", "no picture");
  ASSERT_EQ(text.status, 201);
  EXPECT_EQ(mine({{"photo", text.json()["id"]}}).status, 422);
  EXPECT_EQ(mine({{"photo", ""}}).status, 200);
  EXPECT_EQ(in_.get(photo(ada_)).status, 404);
}

}  // namespace
}  // namespace opsflux::system_test
