// Every route that the server describes, by every kind of caller: who has nothing to show for himself is
// refused as unknown, who has not the right as such, and who has it is not refused for want of it.
#include <gtest/gtest.h>

#include <set>
#include <thread>

#include "tests/system/instance.hpp"

namespace opsflux::system_test {
namespace {

struct Operation {
  std::string method, path;
  std::string permission;  // empty: none is asked for
  bool open = false, own = false, confirmed = false, reads_body = false;
  std::string name() const { return method + " " + path; }
};

struct Caller {
  std::string name, token;
  std::set<std::string> permissions;
  bool administrator = false, key = false;
  bool may(const Operation& operation) const {
    return operation.permission.empty() || administrator || permissions.contains(operation.permission);
  }
};

std::string filled(const std::string& pattern) {
  std::string out;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] != '{') {
      out += pattern[i];
      continue;
    }
    i = pattern.find('}', i);
    out += 'x';
  }
  return out;
}

std::string upper(std::string text) {
  for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

class AccessMatrix : public ::testing::Test {
 protected:
  void SetUp() override {
    in_.start();
    in_.install("fleet_1_0");
    read_operations();
  }

  void read_operations() {
    const Json description = in_.get("/api/v1/openapi.json").json();
    for (const auto& [path, methods] : description.at("paths").items())
      for (const auto& [method, said] : methods.items())
        operations_.push_back({upper(method), filled(path), get_string_or(said, "x-permission", ""),
                               said.contains("security") && said["security"].empty(), said.contains("x-own"),
                               said.contains("x-confirmed"), said.contains("requestBody")});
  }
  std::string person(const std::string& name, const std::string& role) const {
    const std::string email = name + "@example.org";
    const Answer made =
        in_.post("/api/v1/identity/users", {{"email", email}, {"name", name}, {"role", role}});
    EXPECT_EQ(made.status, 201) << made.text();
    const std::string id = get_string_or(made.json(), "id", "");
    EXPECT_EQ(in_.post("/api/v1/identity/users/" + id + "/password", {{"password", kPassword}}).status / 100,
              2);
    return id;
  }
  Caller signed_in(const std::string& name) const {
    return with_rights(name, in_.log_in(name + "@example.org", kPassword));
  }
  Caller with_rights(const std::string& name, const std::string& token) const {
    Caller out{name, token, {}};
    const Json app = in_.as(out.token, "GET", "/api/v1/app").json();
    for (const Json& one : app["user"]["permissions"]) out.permissions.insert(one.get<std::string>());
    return out;
  }
  // Of a company, in whose name he acts.
  Caller administrator_of_another() const {
    const std::string id = person("chief", "guest");
    const std::string company = get_string_or(
        in_.post("/api/v1/identity/companies", {{"name", "North"}, {"code", "N"}}).json(), "id", "");
    EXPECT_EQ(in_.post("/api/v1/identity/assignments",
                       {{"person", id}, {"company", company}, {"role", "administrator"}})
                  .status,
              201);
    const std::string token = in_.log_in("chief@example.org", kPassword);
    for (int i = 0; i < 250; ++i) {  // until his role is known
      if (in_.as(token, "PUT", "/api/v1/auth/context", {{"company", company}}).status == 200) break;
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    Caller out = with_rights("chief", token);
    for (const char* beyond : {"modules.manage", "audit.view", "settings.manage", "identity.role.edit",
                               "identity.user.password", "identity.user.see_as", "identity.api_key.create"})
      EXPECT_FALSE(out.permissions.contains(beyond)) << beyond;
    EXPECT_TRUE(out.permissions.contains("identity.user.view"));
    return out;
  }
  Caller key_with(const std::string& permission) const {
    const Answer made =
        in_.post("/api/v1/identity/api_keys", {{"name", "Robot"}, {"permissions", {permission}}});
    EXPECT_EQ(made.status, 201) << made.text();
    const std::string id = get_string_or(made.json(), "id", "");
    const Answer given = in_.post("/api/v1/identity/api_keys/" + id + "/secret", Json::object());
    // Whoever views exports as well, unless something else is said.
    const std::string copies = permission.substr(0, permission.rfind('.')) + ".export";
    return {"key", get_string_or(given.json(), "key", ""), {permission, copies}, false, true};
  }

  // A stream does not end; what stands in a bulk is judged one by one.
  static bool left_out(const Operation& operation) {
    return operation.open || operation.path.ends_with("/events") || operation.path.ends_with("/bulk");
  }
  void nobody_gets_in(const std::string& who, const std::string& token) const {
    for (const Operation& operation : operations_) {
      if (left_out(operation)) continue;
      const Answer answer = token.empty() ? in_.anonymous(operation.method, operation.path)
                                          : in_.as(token, operation.method, operation.path);
      EXPECT_EQ(answer.status, 401) << who << ": " << operation.name() << " " << answer.text();
    }
  }
  // Where the caller may, only what changes nothing is done: a read, or a body that is none.
  void gets_what_is_his(const Caller& caller) const {
    for (const Operation& operation : operations_) {
      if (left_out(operation)) continue;
      if (!caller.may(operation) || (caller.key && operation.own)) {
        const Answer answer = in_.as(caller.token, operation.method, operation.path);
        EXPECT_EQ(answer.status, 403) << caller.name << ": " << operation.name() << " " << answer.text();
        EXPECT_EQ(answer.code(), caller.key && operation.own ? "identity.own_only" : "identity.not_permitted")
            << caller.name << ": " << operation.name();
        continue;
      }
      const bool get = operation.method == "GET";
      if (!get && !operation.reads_body) continue;
      const Answer answer = get ? in_.as(caller.token, "GET", operation.path)
                                : in_.as(caller.token, operation.method, operation.path, Json("no object"));
      EXPECT_NE(answer.status, 401) << caller.name << ": " << operation.name();
      EXPECT_NE(answer.code(), "identity.not_permitted") << caller.name << ": " << operation.name();
      if (caller.key && operation.confirmed) {
        EXPECT_EQ(answer.code(), "identity.confirm_needed") << operation.name();
      }
    }
  }

  Instance in_;
  std::vector<Operation> operations_;
};

TEST_F(AccessMatrix, EveryRouteAnswersEveryKindOfCallerAsItsRightSays) {
  ASSERT_GT(operations_.size(), 150u);
  for (const auto& [name, role] : {std::pair("guest", "guest"),
                                   {"user", "user"},
                                   {"manager", "manager"},
                                   {"expired", "administrator"},
                                   {"revoked", "administrator"}})
    person(name, role);
  const Caller expired = signed_in("expired"), revoked = signed_in("revoked");
  in_.as(revoked.token, "POST", "/api/v1/auth/logout");
  const std::string admin = in_.token();
  ASSERT_EQ(in_.stop(), 0);
  in_.sql(
      "UPDATE identity_session SET access_expires_at = created_at WHERE user_id IN "
      "(SELECT id FROM identity_user WHERE email = 'expired@example.org')");
  in_.start();
  in_.set_token(admin);

  nobody_gets_in("anonymous", "");
  nobody_gets_in("expired", expired.token);
  nobody_gets_in("revoked", revoked.token);
  nobody_gets_in("made up", "ofa_" + std::string(43, 'A'));
  std::size_t held = 0;
  for (const char* name : {"guest", "user", "manager"}) {
    const Caller caller = signed_in(name);
    EXPECT_GE(caller.permissions.size(), held) << name << " has what the role below has";
    held = caller.permissions.size();
    gets_what_is_his(caller);
  }
  gets_what_is_his(administrator_of_another());
  gets_what_is_his(key_with("fleet.vehicle.view"));
  gets_what_is_his({"administrator", in_.token(), {}, true});
}

}  // namespace
}  // namespace opsflux::system_test
