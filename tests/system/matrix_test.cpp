// The matrix of rights: read as one, changed as one, by nobody who may not.
#include <gtest/gtest.h>

#include <chrono>
#include <set>
#include <thread>

#include "tests/system/instance.hpp"

namespace opsflux::system_test {
namespace {

constexpr const char* kMatrix = "/api/v1/identity/roles/matrix";

class Matrix : public ::testing::Test {
 protected:
  void SetUp() override {
    in_.start();
    in_.install("supply");
    const Answer made = in_.post("/api/v1/identity/users", {{"email", "bob@example.org"},
                                                            {"name", "Bob"},
                                                            {"role", "user"},
                                                            {"language", "en"},
                                                            {"active", true}});
    ASSERT_EQ(made.status, 201) << made.text();
    bob_ = made.json()["id"];
    in_.post("/api/v1/identity/users/" + bob_ + "/password", {{"password", kPassword}});
    token_ = in_.log_in("bob@example.org", kPassword);
    order_ = in_.post("/api/v1/supply/orders", {{"title", "Workshop"}}).json()["id"];
  }

  static Json cell(const std::string& role, const std::string& permission, const std::string& scope) {
    return {{"role", role}, {"permission", permission}, {"scope", scope}};
  }
  Answer put(const std::vector<Json>& changes) const { return put_body({{"changes", changes}}); }
  Answer put_body(const Json& body) const {
    return in_.request("PUT", kMatrix, to_text(body), {{"Content-Type", "application/json"}});
  }
  Json role(const std::string& key) const {
    const Json all = in_.get(kMatrix).json()["data"];
    for (const Json& one : all)
      if (one["key"] == key) return one;
    return nullptr;
  }
  int change() {
    return in_
        .as(token_, "PATCH", "/api/v1/supply/orders/" + order_, {{"title", "By Bob " + std::to_string(++n_)}})
        .status;
  }
  bool becomes(int wanted) {
    for (int i = 0; i < 50; ++i) {
      if (change() == wanted) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return false;
  }

  Instance in_;
  std::string bob_, token_, order_;
  int n_ = 0;
};

TEST_F(Matrix, TellsOfEveryPermissionInTheWordsOfItsReader) {
  const Json all = in_.get("/api/v1/identity/permissions").json()["data"];
  std::map<std::string, Json> found;
  for (const Json& one : all) found[one["id"]] = one;
  ASSERT_TRUE(found.contains("supply.order.view"));
  const Json& view = found["supply.order.view"];
  EXPECT_EQ(view["module"], "supply");
  EXPECT_EQ(view["entity"], "supply.order");
  EXPECT_EQ(view["action"], "view");
  EXPECT_EQ(view["defaults"]["user"], "all");
  EXPECT_EQ(view["class"], "tenant");
  EXPECT_EQ(found["modules.manage"]["class"], "instance");
  EXPECT_EQ(found["modules.manage"]["entity"], nullptr);
  EXPECT_EQ(found["identity.user.password"]["risk"], "high");
  for (const auto& [id, one] : found) {
    EXPECT_NE(one["label"], id) << "has no words";
    EXPECT_NE(one["module_label"], one["module"]) << id << ": its module has no words";
  }
}

TEST_F(Matrix, ChangesHoldAtOnceInOpenSessionsWithOneRowOfTheAuditTrailForEachRole) {
  EXPECT_EQ(change(), 403);
  const Json before = role("user");
  EXPECT_EQ(before["people"], 1) << "Bob";
  EXPECT_EQ(role("guest")["people"], 1) << "whose role inherits it";
  const Answer saved =
      put({cell("user", "supply.order.edit", "all"), cell("user", "supply.order.delete", "own"),
           cell("manager", "supply.order.create", "none")});
  ASSERT_EQ(saved.status, 200) << saved.text();
  EXPECT_TRUE(becomes(200));
  EXPECT_EQ(role("user")["grants"], Json({{"supply.order.delete", "own"}, {"supply.order.edit", "all"}}));
  EXPECT_EQ(role("user")["version"], before["version"].get<int>() + 1);
  const Json rows =
      in_.get(
             "/api/v1/"
             "audit?filter=entity%20%3D%3D%20%22identity.role%22%20%26%26%20record_id%20%3D%3D%20%22user%22")
          .json()["data"];
  ASSERT_EQ(rows.size(), 1u) << rows.dump();
  EXPECT_EQ(rows[0]["changes"].size(), 2u) << rows[0].dump();
  const Json activity = in_.get("/api/v1/identity/roles/user/activity").json()["data"];
  EXPECT_EQ(activity[0]["changes"], rows[0]["changes"]) << activity.dump();
  EXPECT_EQ(put({cell("user", "supply.order.edit", "all")}).status, 200) << "the same again";
  EXPECT_EQ(role("user")["version"], before["version"].get<int>() + 1) << "is no change";
  ASSERT_EQ(put({cell("user", "supply.order.edit", "default")}).status, 200);
  EXPECT_TRUE(becomes(403));
  EXPECT_EQ(role("user")["grants"], Json({{"supply.order.delete", "own"}}));
  // Records of roles and the matrix are the same.
  const Json record = in_.get("/api/v1/identity/roles/user").json();
  ASSERT_EQ(record["grants"].size(), 1u) << record.dump();
  EXPECT_EQ(record["grants"][0]["permission"], "supply.order.delete");
}

TEST_F(Matrix, IsChangedWhollyOrNotAtAllAndToldWhereItIsWrong) {
  const Answer refused =
      put({cell("user", "supply.order.edit", "all"), cell("nobody", "supply.order.edit", "all"),
           cell("user", "no.such.right", "own"), cell("administrator", "supply.order.view", "none")});
  EXPECT_EQ(refused.status, 422);
  std::map<std::string, std::string> fields;
  const Json errors = refused.json()["errors"];
  for (const Json& one : errors) fields[one["field"]] = one["code"];
  EXPECT_EQ(fields,
            (std::map<std::string, std::string>{{"changes/1/role", "identity.matrix_role"},
                                                {"changes/2/permission", "identity.matrix_permission"},
                                                {"changes/3/role", "identity.built_in_role"}}));
  EXPECT_EQ(role("user")["grants"], Json::object());
  const Answer scope = put({cell("user", "supply.order.edit", "some")});
  EXPECT_EQ(scope.code(), "identity.matrix_scope") << scope.text();
  EXPECT_EQ(put({cell("user", "supply.order.edit", "all"), cell("user", "supply.order.edit", "own")}).code(),
            "identity.matrix_twice");
  EXPECT_EQ(put_body(Json::object()).code(), "identity.matrix_changes");
  EXPECT_EQ(put({Json("x")}).code(), "identity.matrix_changes");
  EXPECT_EQ(put({Json{{"role", "user"}, {"permission", "supply.order.edit"}}}).code(),
            "identity.matrix_changes");
  EXPECT_EQ(put({cell("user", "no.such.right", "default")}).code(), "identity.matrix_permission");
}

TEST_F(Matrix, TwoEditorsDoNotOverwriteOneAnother) {
  Json mine = cell("user", "supply.order.edit", "own");
  mine["was"] = "default";
  ASSERT_EQ(put({cell("user", "supply.order.edit", "all")}).status, 200) << "somebody else";
  const Answer refused = put({mine, cell("user", "supply.order.delete", "own")});
  EXPECT_EQ(refused.status, 409);
  EXPECT_EQ(refused.code(), "identity.matrix_changed");
  EXPECT_EQ(
      refused.json()["current"]["cells"],
      Json::array(
          {{{"role", "user"}, {"permission", "supply.order.edit"}, {"was", "default"}, {"stored", "all"}}}));
  EXPECT_EQ(role("user")["grants"], Json({{"supply.order.edit", "all"}})) << "nothing was changed";
  mine["was"] = "all";
  EXPECT_EQ(put({mine}).status, 200);
  mine["was"] = "all";
  EXPECT_EQ(put({mine}).status, 200) << "both wanted the same";
}

TEST_F(Matrix, NobodyChangesItButAdministrators) {
  const Json changes = {{"changes", {cell("user", "modules.manage", "all")}}};
  EXPECT_EQ(in_.as(token_, "GET", kMatrix).status, 403);
  EXPECT_EQ(in_.as(token_, "GET", "/api/v1/identity/permissions").status, 403);
  EXPECT_EQ(in_.as(token_, "PUT", kMatrix, changes).status, 403);
  ASSERT_EQ(
      put({cell("user", "identity.role.view", "all"), cell("user", "identity.role.edit", "all")}).status,
      200);
  Answer refused;
  for (int i = 0; i < 50 && refused.code() != "identity.administrators_only"; ++i) {
    refused = in_.as(token_, "PUT", kMatrix, changes);
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  EXPECT_EQ(refused.code(), "identity.administrators_only") << refused.text();
  EXPECT_EQ(in_.as(token_, "GET", kMatrix).status, 200) << "but sees it";
}

// ---- why ----

TEST_F(Matrix, ToldIsWhyAPersonMayDoSomethingByRoleGroupAndGrant) {
  const std::string path = "/api/v1/identity/users/" + bob_ + "/rights";
  const Json none = in_.get(path + "/explain?permission=supply.order.delete").json();
  EXPECT_EQ(none["scope"], nullptr);
  EXPECT_TRUE(none["reasons"].empty());
  std::set<std::string> would;
  for (const Json& one : none["would"]) would.insert(one["id"].get<std::string>());
  EXPECT_TRUE(would.contains("administrator")) << none.dump();
  EXPECT_FALSE(would.contains("user"));

  ASSERT_EQ(put({cell("manager", "supply.order.delete", "own")}).status, 200);
  const std::string outer =
      in_.post("/api/v1/identity/groups", {{"name", "Buyers"}, {"role", "manager"}}).json()["id"];
  const std::string inner =
      in_.post("/api/v1/identity/groups", {{"name", "Night"}, {"parent", outer}}).json()["id"];
  ASSERT_EQ(in_.post("/api/v1/identity/memberships", {{"person", bob_}, {"in_group", inner}}).status, 201);
  Json why;
  for (int i = 0; i < 50; ++i) {
    why = in_.get(path + "/explain?permission=supply.order.delete").json();
    if (!why["reasons"].empty()) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  ASSERT_EQ(why["reasons"].size(), 1u) << why.dump();
  EXPECT_EQ(why["text"], "supply.order.delete.own");
  const Json& reason = why["reasons"][0];
  EXPECT_EQ(reason["how"], "group");
  EXPECT_EQ(reason["group"]["name"], "Buyers");
  EXPECT_EQ(reason["member_of"]["name"], "Night");
  EXPECT_EQ(reason["roles"][0]["key"], "manager");
  EXPECT_EQ(reason["grant"], "set");
  EXPECT_EQ(reason["set_by"]["name"], in_.get("/api/v1/auth/me").json()["user"]["name"]);
  EXPECT_EQ(reason["wins"], true);
  const Json view = in_.get(path + "/explain?permission=supply.order.view").json();
  EXPECT_EQ(view["reasons"][0]["grant"], "default");

  // What the list of his rights says is what is explained.
  const Json rights = in_.get(path).json();
  std::map<std::string, std::string> texts;
  for (const Json& one : rights["permissions"]) texts[one["id"]] = one["text"];
  EXPECT_EQ(texts["supply.order.delete"], "supply.order.delete.own");
  EXPECT_FALSE(texts.contains("modules.manage"));
  EXPECT_EQ(rights["roles"].size(), 2u);
}

TEST_F(Matrix, ToldIsWhetherARecordIsAmongThoseThatTheScopeIsAbout) {
  ASSERT_EQ(
      put({cell("user", "supply.order.edit", "own"), cell("user", "supply.order.create", "own")}).status,
      200);
  ASSERT_TRUE(becomes(403)) << "another's";
  std::string own;
  for (int i = 0; i < 50 && own.empty(); ++i) {
    const Answer made = in_.as(token_, "POST", "/api/v1/supply/orders", {{"title", "His"}});
    if (made.status == 201) own = made.json()["id"];
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  ASSERT_FALSE(own.empty());
  const std::string path =
      "/api/v1/identity/users/" + bob_ + "/rights/explain?permission=supply.order.edit&record=";
  const Json his = in_.as(token_, "GET", path + own).json();
  EXPECT_EQ(his["record"]["covered"], true) << his.dump();
  EXPECT_EQ(his["record"]["by"], "own");
  const Json other = in_.as(token_, "GET", path + order_).json();
  EXPECT_EQ(other["record"]["covered"], false) << other.dump();
  EXPECT_EQ(other["scope"], "own");
  EXPECT_FALSE(other["would"].empty());
  EXPECT_EQ(in_.as(token_, "GET", path + "nothing").code(), "entity.no_record");
  EXPECT_EQ(
      in_.get("/api/v1/identity/users/" + bob_ + "/rights/explain?permission=modules.manage&record=" + order_)
          .code(),
      "identity.explain_no_record");
  EXPECT_EQ(in_.get("/api/v1/identity/users/" + bob_ + "/rights/explain?permission=no.such").code(),
            "identity.explain_permission");
  EXPECT_EQ(in_.get("/api/v1/identity/users/" + bob_ + "/rights/explain?colour=red").code(),
            "entity.unknown_parameter");
}

TEST_F(Matrix, ToldIsWhoAllMayDoSomethingWithARecord) {
  const auto names = [&](const std::string& query) {
    std::set<std::string> out;
    const Json people = in_.get("/api/v1/identity/permissions/" + query).json();
    for (const Json& one : people["data"]) out.insert(one["name"].get<std::string>());
    EXPECT_EQ(people["meta"]["total"], out.size());
    return out;
  };
  const std::string admin = in_.get("/api/v1/auth/me").json()["user"]["name"];
  EXPECT_EQ(names("supply.order.edit/people"), (std::set<std::string>{"Bob", admin}));
  EXPECT_EQ(names("supply.order.edit/people?record=" + order_), std::set<std::string>{admin})
      << "Bob his own only";
  EXPECT_EQ(names("supply.order.view/people?record=" + order_), (std::set<std::string>{"Bob", admin}));
  EXPECT_EQ(names("modules.manage/people"), std::set<std::string>{admin});
  EXPECT_EQ(in_.get("/api/v1/identity/permissions/no.such/people").code(), "identity.explain_permission");
  EXPECT_EQ(in_.get("/api/v1/identity/permissions/supply.order.edit/people?record=x").code(),
            "entity.no_record");
}

TEST_F(Matrix, OnesOwnRightsAreForEverybodyThoseOfOthersAreNot) {
  EXPECT_EQ(in_.as(token_, "GET", "/api/v1/identity/users/" + bob_ + "/rights").status, 200);
  const std::string admin = in_.get("/api/v1/auth/me").json()["user"]["id"];
  for (const char* more : {"/rights", "/rights/explain?permission=supply.order.view"})
    EXPECT_EQ(in_.as(token_, "GET", "/api/v1/identity/users/" + admin + more).code(), "auth.forbidden");
  EXPECT_EQ(in_.as(token_, "GET", "/api/v1/identity/users/nobody/rights").code(), "auth.forbidden");
  EXPECT_EQ(in_.get("/api/v1/identity/users/nobody/rights").code(), "identity.user_missing");
  // Who may see roles, but no people, learns of nobody by way of rights.
  ASSERT_EQ(put({cell("user", "identity.role.view", "all")}).status, 200);
  Answer matrix;
  for (int i = 0; i < 50 && matrix.status != 200; ++i) {
    matrix = in_.as(token_, "GET", kMatrix);
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  const Json roles = matrix.json()["data"];
  for (const Json& one : roles) EXPECT_EQ(one["people"], 0) << one.dump();
  EXPECT_EQ(in_.as(token_, "GET", "/api/v1/identity/users/" + admin + "/rights").code(), "auth.forbidden");
  const Json people = in_.as(token_, "GET", "/api/v1/identity/permissions/supply.order.view/people").json();
  EXPECT_EQ(people["data"], Json::array()) << people.dump();
}

// ---- files ----

TEST_F(Matrix, RolesGoOutAsAFileAndComeBackAsTheyWere) {
  const Answer role = in_.post("/api/v1/identity/roles",
                               {{"key", "buyer"},
                                {"name", "Buyer"},
                                {"inherits", {"user"}},
                                {"grants", {{{"permission", "supply.order.delete"}, {"scope", "own"}}}}});
  ASSERT_EQ(role.status, 201) << role.text();
  const std::string id = role.json()["id"];
  const Json file = in_.get("/api/v1/identity/roles/file").json();
  const Json buyer = {{"key", "buyer"},
                      {"name", "Buyer"},
                      {"description", nullptr},
                      {"inherits", {"user"}},
                      {"grants", {{"supply.order.delete", "own"}}}};
  EXPECT_EQ(file["roles"][0], buyer);
  EXPECT_EQ(file.dump().find("administrator"), std::string::npos)
      << "who has everything has nothing to export";
  const Json same = in_.post("/api/v1/identity/roles/file", file).json();
  for (const Json& one : same["roles"]) EXPECT_EQ(one["action"], "same") << one.dump();

  ASSERT_EQ(in_.request("DELETE", "/api/v1/identity/roles/" + id).status, 204);
  Json changed = file;
  // The first one inherits from one that comes later, and knows a right of a module that is not there.
  changed["roles"][0]["inherits"] = {"night_buyer"};
  changed["roles"][0]["grants"]["gone.thing.view"] = "all";
  changed["roles"].push_back({{"key", "night_buyer"}, {"name", "Night"}, {"inherits", {"user"}}});
  const Json tried = in_.post("/api/v1/identity/roles/file?trial=true", changed).json();
  EXPECT_EQ(this->role("buyer"), nullptr) << "only tried";
  const Json done = in_.post("/api/v1/identity/roles/file", changed).json();
  EXPECT_EQ(done, tried);
  EXPECT_EQ(done["unknown"], Json::array({"gone.thing.view"}));
  EXPECT_EQ(done["roles"][0]["action"], "create");
  EXPECT_EQ(done["roles"][0]["rights"].size(), 2u) << done.dump();
  const Json made = this->role("buyer");
  EXPECT_EQ(made["grants"], Json({{"gone.thing.view", "all"}, {"supply.order.delete", "own"}}));
  EXPECT_EQ(made["inherits"], Json::array({this->role("night_buyer")["id"]}));
  EXPECT_EQ(in_.get("/api/v1/identity/roles/file").json()["roles"][0]["grants"], made["grants"]) << "kept";

  // What the file does not say of a role that it names is as modules give.
  changed["roles"] = Json::array({{{"key", "buyer"}, {"name", "Buyer of parts"}, {"inherits", {"user"}}}});
  const Json less = in_.post("/api/v1/identity/roles/file", changed).json();
  EXPECT_EQ(less["roles"][0]["action"], "change");
  EXPECT_EQ(this->role("buyer")["grants"], Json::object());
  EXPECT_EQ(this->role("buyer")["name"], "Buyer of parts");
  EXPECT_NE(this->role("night_buyer"), nullptr) << "what the file does not name stays";
}

TEST_F(Matrix, AFileThatIsWrongAnywhereChangesNothing) {
  const auto send = [&](std::vector<Json> roles) {
    return in_.post("/api/v1/identity/roles/file",
                    {{"format", "opsflux-roles"}, {"version", 1}, {"roles", roles}});
  };
  const Json good = {{"key", "buyer"}, {"name", "Buyer"}};
  const auto refused = [&](Json bad) {
    const Answer answer = send({good, std::move(bad)});
    EXPECT_GE(answer.status, 400) << answer.text();
    EXPECT_EQ(role("buyer"), nullptr) << answer.text();
    return answer.code() + " at " + answer.json().value("field", "");
  };
  EXPECT_EQ(refused({{"key", "other"}, {"name", "Buyer"}}), "entity.not_unique at roles/1/name");
  EXPECT_EQ(refused({{"key", "other"}, {"name", "O"}, {"inherits", {"nobody"}}}),
            "identity.role_file_inherits at roles/1/inherits/0");
  EXPECT_EQ(refused({{"key", "other"}, {"name", "O"}, {"inherits", {"other"}}}),
            "identity.role_circle at roles/1/inherits");
  EXPECT_EQ(refused({{"key", "other"}, {"name", "O"}, {"inherits", {"administrator"}}}),
            "identity.inherits_administrator at roles/1/inherits");
  EXPECT_EQ(refused({{"key", "administrator"}, {"name", "Administrator"}}),
            "identity.built_in_role at roles/1/key");
  EXPECT_EQ(refused({{"key", "guest"}, {"name", "Visitor"}}), "identity.built_in_role at roles/1/name");
  EXPECT_EQ(refused({{"key", "other"}, {"name", "O"}, {"grants", {{"supply.order.edit", "default"}}}}),
            "identity.matrix_scope at roles/1/grants/supply.order.edit");
  EXPECT_EQ(in_.post("/api/v1/identity/roles/file", Json::array()).code(), "identity.role_file");
  EXPECT_EQ(in_.post("/api/v1/identity/roles/file?trial=perhaps", Json::object()).code(),
            "entity.bad_parameter");
  ASSERT_EQ(
      put({cell("user", "identity.role.view", "all"), cell("user", "identity.role.edit", "all")}).status,
      200);
  const Json file = {{"format", "opsflux-roles"}, {"version", 1}, {"roles", Json::array({good})}};
  Answer answer;
  for (int i = 0; i < 50 && answer.code() != "identity.administrators_only"; ++i) {
    answer = in_.as(token_, "POST", "/api/v1/identity/roles/file", file);
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  EXPECT_EQ(answer.code(), "identity.administrators_only") << answer.text();
}

}  // namespace
}  // namespace opsflux::system_test
