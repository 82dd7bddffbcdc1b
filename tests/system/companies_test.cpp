// Companies: a role in one of them holds there and nowhere else, in the name of which a session acts, and
// nobody in one reaches out of it.
#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "tests/system/instance.hpp"

namespace opsflux::system_test {
namespace {

const std::string kThings = "/api/v1/veil/things", kIdentity = "/api/v1/identity/";

class Companies : public ::testing::Test {
 protected:
  void SetUp() override {
    in_.start();
    in_.install("veil");
    a_ = made("companies", {{"name", "Aval"}, {"code", "A"}});
    b_ = made("companies", {{"name", "Below"}, {"code", "B"}, {"parent", a_}});
    c_ = made("companies", {{"name", "Cap"}, {"code", "C"}});
    for (const auto& [name, company] : {std::pair{"of A", a_}, {"of B", b_}, {"of C", c_}}) {
      const Answer thing = in_.post(kThings, {{"name", name}, {"company", company}});
      ASSERT_EQ(thing.status, 201) << thing.text();
      ids_[name] = thing.json()["id"];
    }
    EXPECT_EQ(becomes([&] { return in_.get(kIdentity + "roles/member").status; }, 200), 200);
    bob_ = person("bob", "guest");
  }

  std::string made(const std::string& entity, const Json& body) {
    const Answer answer = in_.post(kIdentity + entity, body);
    EXPECT_EQ(answer.status, 201) << answer.text();
    return get_string_or(answer.json(), "id", "");
  }
  std::string person(const std::string& name, const std::string& role, const Json& more = Json::object()) {
    Json body = {{"email", name + "@example.org"}, {"name", name}, {"role", role}, {"language", "en"}};
    body.update(more);
    const std::string id = made("users", body);
    in_.post(kIdentity + "users/" + id + "/password", {{"password", kPassword}});
    return id;
  }
  std::string assign(const std::string& who, const std::string& company, const std::string& role) {
    return made("assignments", {{"person", who}, {"company", company}, {"role", role}});
  }
  Answer patch(const std::string& path, const Json& body) {
    return in_.request("PATCH", kIdentity + path, to_text(body), {{"Content-Type", "application/json"}});
  }
  // "of A,of B": the names of the things that a token sees; else the code of the refusal.
  std::string seen(const std::string& token) {
    const Answer list = in_.as(token, "GET", kThings + "?sort=name");
    if (list.status != 200) return list.code();
    const Json all = list.json();
    std::string out;
    for (const Json& one : all["data"]) out += (out.empty() ? "" : ",") + one["name"].get<std::string>();
    return out;
  }
  std::string company(const std::string& token) {
    const Json me = in_.as(token, "GET", "/api/v1/auth/me").json();
    return me["company"].is_null() ? "none" : me["company"]["name"].get<std::string>();
  }
  Answer act_for(const std::string& token, const Json& company) {
    return in_.as(token, "PUT", "/api/v1/auth/context", {{"company", company}});
  }
  // Open sessions are judged anew within a second.
  template <class Probe, class Wanted>
  auto becomes(Probe probe, Wanted wanted) -> decltype(probe()) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(5);
    auto now = probe();
    while (now != wanted && std::chrono::steady_clock::now() < end) {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      now = probe();
    }
    return now;
  }
  // Somebody with that role in that company alone, acting for it.
  std::string one_of(const std::string& name, const std::string& company, const std::string& role,
                     const Json& more = Json::object()) {
    assign(person(name, "guest", more), company, role);
    const std::string token = in_.log_in(name + "@example.org", kPassword);
    EXPECT_EQ(becomes([&] { return act_for(token, company).status; }, 200), 200);
    return token;
  }

  const std::string kNot = "identity.not_permitted";
  Instance in_;
  std::string a_, b_, c_, bob_;
  std::map<std::string, std::string> ids_;
};

TEST_F(Companies, ARoleInOneHoldsThereAndInThoseBelow) {
  assign(bob_, a_, "member");
  assign(bob_, c_, "guest");
  const std::string token = in_.log_in("bob@example.org", kPassword);
  ASSERT_EQ(becomes([&] { return act_for(token, a_).status; }, 200), 200);
  EXPECT_EQ(company(token), "Aval");
  EXPECT_EQ(seen(token), "of A,of B");
  EXPECT_EQ(in_.as(token, "GET", kThings + "/" + ids_["of C"]).status, 404);
  EXPECT_EQ(in_.as(token, "PATCH", kThings + "/" + ids_["of B"], {{"note", "by Bob"}}).status, 200);
  const Answer mine = in_.as(token, "POST", kThings, {{"name", "of A too"}});
  EXPECT_EQ(mine.json().value("company", ""), a_) << "what he makes in the name of a company is its";
  EXPECT_EQ(in_.request("DELETE", kThings + "/" + get_string_or(mine.json(), "id", "")).status, 204);
  // He may neither make things in the other company nor move some there.
  EXPECT_NE(in_.as(token, "POST", kThings, {{"name", "x"}, {"company", c_}}).status, 201);
  EXPECT_NE(in_.as(token, "PATCH", kThings + "/" + ids_["of B"], {{"company", c_}}).status, 200);

  const Json chosen = act_for(token, c_).json();
  EXPECT_EQ(chosen["company"]["id"], c_);
  EXPECT_EQ(chosen["companies"].size(), 2u);
  EXPECT_EQ(seen(token), kNot) << "a guest of C";
  EXPECT_EQ(act_for(token, nullptr).status, 200);
  EXPECT_EQ(company(token), "none");
  EXPECT_EQ(seen(token), kNot) << "a guest of nobody";
  EXPECT_EQ(act_for(token, b_).code(), "identity.no_context") << "has no role in that one itself";
  EXPECT_EQ(act_for(token, "no such").status, 404);
  EXPECT_EQ(act_for(token, 7).status, 422);
  EXPECT_EQ(in_.get("/api/v1/auth/me").json()["companies"], Json::array());
}

TEST_F(Companies, TheChoiceStaysWithTheSession) {
  assign(bob_, a_, "member");
  assign(bob_, c_, "member");
  const std::string first = in_.log_in("bob@example.org", kPassword);
  ASSERT_EQ(becomes([&] { return act_for(first, c_).status; }, 200), 200);
  const std::string second = in_.log_in("bob@example.org", kPassword);
  EXPECT_EQ(company(second), "Aval") << "a session begins with the first company";
  EXPECT_EQ(seen(first), "of C");
  in_.stop();
  in_.start();
  EXPECT_EQ(becomes([&] { return seen(first); }, "of C"), "of C");
  EXPECT_EQ(company(second), "Aval");
  patch("users/" + bob_, {{"company", c_}});
  EXPECT_EQ(becomes([&] { return company(in_.log_in("bob@example.org", kPassword)); }, "Cap"), "Cap")
      << "or with the one that he belongs to";
}

TEST_F(Companies, WhatEndsARoleTakesTheContextAway) {
  const std::string assignment = assign(bob_, a_, "member"), path = "assignments/" + assignment;
  const std::string token = in_.log_in("bob@example.org", kPassword);
  ASSERT_EQ(becomes([&] { return act_for(token, a_).status; }, 200), 200);
  const auto now = [&] { return seen(token); };
  ASSERT_EQ(now(), "of A,of B");
  ASSERT_EQ(in_.request("DELETE", kIdentity + path).status, 204);
  EXPECT_EQ(becomes(now, kNot), kNot);
  EXPECT_EQ(company(token), "none");
  ASSERT_EQ(in_.post(kIdentity + path + "/restore", nullptr).status, 200);
  EXPECT_EQ(becomes(now, "of A,of B"), "of A,of B") << "and comes back with it";
  ASSERT_EQ(patch(path, {{"until", "2020-01-31"}}).status, 200);
  EXPECT_EQ(becomes(now, kNot), kNot);
  ASSERT_EQ(patch(path, {{"until", "2999-12-31"}}).status, 200);
  EXPECT_EQ(becomes(now, "of A,of B"), "of A,of B");
  ASSERT_EQ(patch("companies/" + a_, {{"active", false}}).status, 200);
  EXPECT_EQ(becomes(now, kNot), kNot);
  ASSERT_EQ(patch("companies/" + a_, {{"active", true}}).status, 200);
  EXPECT_EQ(becomes(now, "of A,of B"), "of A,of B");
  ASSERT_EQ(patch("companies/" + b_, {{"parent", nullptr}}).status, 200);
  EXPECT_EQ(becomes(now, "of A"), "of A") << "what does not stand below any more is not seen";
}

TEST_F(Companies, WhatDoesNotFitIsRefused) {
  EXPECT_EQ(in_.request("DELETE", kIdentity + "companies/" + a_).status, 409);
  const std::string north = made("departments", {{"name", "North"}, {"company", a_}}),
                    south = made("departments", {{"name", "South"}, {"company", a_}, {"parent", north}});
  const auto code = [](const Answer& answer) {
    const Json problem = answer.json();
    return problem.contains("errors") ? get_string_or(problem["errors"][0], "code", "") : answer.code();
  };
  EXPECT_EQ(code(patch("companies/" + a_, {{"parent", b_}})), "entity.circle");
  EXPECT_EQ(code(patch("departments/" + north, {{"parent", south}})), "entity.circle");
  EXPECT_EQ(code(patch("departments/" + north, {{"company", c_}})), "identity.department_company_fixed");
  EXPECT_EQ(code(in_.post(kIdentity + "departments", {{"name", "x"}, {"company", c_}, {"parent", north}})),
            "identity.department_elsewhere");
  EXPECT_EQ(code(in_.post(kIdentity + "assignments",
                          {{"person", bob_}, {"company", c_}, {"role", "user"}, {"department", north}})),
            "identity.department_elsewhere");
  EXPECT_EQ(code(patch("users/" + bob_, {{"department", north}})), "identity.department_elsewhere");
  EXPECT_EQ(patch("users/" + bob_, {{"company", a_}, {"department", south}}).status, 200);
  const std::string role = made("roles", {{"key", "buyer"}, {"name", "Buyer"}});
  assign(bob_, a_, role);
  EXPECT_EQ(in_.request("DELETE", kIdentity + "roles/" + role).code(), "identity.role_in_use");
  EXPECT_EQ(in_.post(kIdentity + "assignments", {{"person", bob_}, {"company", a_}, {"role", role}}).status,
            409);
}

// An administrator of one company has what belongs to it, and nothing of the instance.
TEST_F(Companies, AnAdministratorOfOneReachesNoFurther) {
  const std::string chief = one_of("chief", c_, "administrator", {{"company", c_}});
  EXPECT_EQ(seen(chief), "of C");
  const auto as = [&](const char* method, const std::string& path, const Json& body = nullptr) {
    return in_.as(chief, method, path.starts_with("/") ? path : kIdentity + path, body);
  };
  for (const auto& [method, path] : {std::pair("GET", "/api/v1/modules"),
                                     {"GET", "/api/v1/audit"},
                                     {"GET", "/api/v1/settings"},
                                     {"PATCH", "/api/v1/settings/audit"},
                                     {"GET", "/api/v1/custom-fields"},
                                     {"GET", "/api/v1/texts"},
                                     {"GET", "/api/v1/mail"},
                                     {"GET", "/api/v1/triggers/dead"},
                                     {"GET", "/api/v1/identity/groups"},
                                     {"POST", "/api/v1/identity/groups"},
                                     {"POST", "/api/v1/identity/memberships"},
                                     {"POST", "/api/v1/identity/roles"},
                                     {"PATCH", "/api/v1/identity/roles/guest"},
                                     {"GET", "/api/v1/identity/access_requests"}})
    EXPECT_EQ(as(method, path, Json::object()).status, 403) << method << " " << path;
  // He may choose from the roles, and sees his company and its people only.
  EXPECT_EQ(as("GET", "roles").status, 200);
  EXPECT_EQ(as("GET", "companies").json()["meta"]["total"], 1);
  EXPECT_EQ(as("GET", "users").json()["meta"]["total"], 1);
  EXPECT_EQ(as("GET", "assignments").json()["meta"]["total"], 1);
  EXPECT_EQ(as("GET", "users/" + bob_).status, 404);
  EXPECT_NE(as("POST", "assignments", {{"person", bob_}, {"company", c_}, {"role", "guest"}}).status, 201)
      << "whom he does not see he does not name";

  // Whom he makes belongs to his company, has no role everywhere that is more than his, and he gives him one
  // there.
  const Answer eve = as("POST", "users", {{"email", "eve@example.org"}, {"name", "Eve"}, {"role", "guest"}});
  ASSERT_EQ(eve.status, 201) << eve.text();
  EXPECT_EQ(eve.json()["company"], c_);
  const std::string her = eve.json()["id"];
  EXPECT_EQ(
      as("POST", "users", {{"email", "x@example.org"}, {"name", "X"}, {"role", "administrator"}}).code(),
      "identity.more_than_own");
  EXPECT_EQ(as("PATCH", "users/" + her, {{"role", "member"}}).code(), "identity.more_than_own")
      << "it would hold in any company that she comes to";
  EXPECT_EQ(as("POST", "assignments", {{"person", her}, {"company", c_}, {"role", "member"}}).status, 201);
  EXPECT_NE(as("POST", "assignments", {{"person", her}, {"company", a_}, {"role", "guest"}}).status, 201);
  EXPECT_EQ(as("PATCH", "users/" + her, {{"name", "Eve B."}}).status, 200);
  EXPECT_EQ(as("POST", "users/" + her + "/password", {{"password", kPassword}}).status, 403);
  // As soon as she is more elsewhere than he could give, she is not his to change, to delete or to bring
  // back.
  const std::string elsewhere = assign(her, a_, "member");
  EXPECT_EQ(as("PATCH", "users/" + her, {{"email", "chief2@example.org"}}).code(), "identity.more_than_own");
  EXPECT_EQ(as("DELETE", "users/" + her).code(), "identity.more_than_own");
  EXPECT_EQ(as("GET", "assignments?filter=person%20%3D%3D%20%22" + her + "%22").json()["meta"]["total"], 1);
  ASSERT_EQ(in_.request("DELETE", kIdentity + "users/" + her).status, 204);
  EXPECT_EQ(as("POST", "users/" + her + "/restore").code(), "identity.more_than_own");
  // Companies he makes only below his own.
  EXPECT_EQ(as("POST", "companies", {{"name", "Free"}, {"code", "F"}}).code(), "identity.company_outside");
  EXPECT_EQ(as("POST", "companies", {{"name", "Daughter"}, {"code", "D"}, {"parent", c_}}).status, 201);
  EXPECT_EQ(as("PATCH", "companies/" + c_, {{"name", "Cap Two"}}).status, 200);
}

TEST_F(Companies, AdministratorsAreToldWhoSeesEveryOne) {
  const std::string path = kIdentity + "every-company";
  const auto told = [&] {
    std::map<std::string, std::string> out;
    const Json all = in_.get(path).json();
    for (const Json& one : all["data"]) out[one["name"]] = one["permission"];
    EXPECT_EQ(all["meta"]["total"], out.size());
    return out;
  };
  const std::string reader =
      made("roles", {{"key", "reader"},
                     {"name", "Reader"},
                     {"grants", {{{"permission", "veil.thing.view"}, {"scope", "all"}}}}});
  assign(bob_, a_, reader);
  const std::string narrow =
      made("roles", {{"key", "narrow"},
                     {"name", "Narrow"},
                     {"grants", {{{"permission", "veil.thing.view"}, {"scope", "company"}}}}});
  person("nell", narrow, {{"company", a_}});
  EXPECT_EQ(told().size(), 1u) << "the administrator alone: a role in a company gives that one's";
  const std::string ann = person("ann", reader);
  EXPECT_EQ(becomes([&] { return told().size(); }, std::size_t{2}), 2u);
  EXPECT_EQ(told()["ann"], "veil.thing.view");
  const std::string group = made("groups", {{"name", "Readers"}, {"role", reader}});
  made("memberships", {{"person", bob_}, {"in_group", group}});
  EXPECT_EQ(becomes([&] { return told().size(); }, std::size_t{3}), 3u) << "by a group too";
  ASSERT_EQ(patch("users/" + ann, {{"active", false}}).status, 200);
  EXPECT_EQ(becomes([&] { return told().size(); }, std::size_t{2}), 2u);
  const std::string chief = one_of("chief", c_, "administrator", {{"company", c_}});
  EXPECT_EQ(in_.as(chief, "GET", path).code(), "identity.administrators_only");
}

TEST_F(Companies, NobodyGivesInACompanyWhatHeHasNotThere) {
  const std::string helper =
      made("roles", {{"key", "helper"},
                     {"name", "Helper"},
                     {"grants",
                      {{{"permission", "identity.user.view"}, {"scope", "company"}},
                       {{"permission", "identity.role.view"}, {"scope", "all"}},
                       {{"permission", "identity.company.view"}, {"scope", "company"}},
                       {{"permission", "identity.assignment.view"}, {"scope", "company"}},
                       {{"permission", "identity.assignment.create"}, {"scope", "company"}},
                       {{"permission", "identity.assignment.edit"}, {"scope", "company"}},
                       {{"permission", "identity.assignment.delete"}, {"scope", "company"}}}}});
  const std::string token = one_of("hal", a_, helper, {{"company", a_}});
  const std::string ann = person("ann", "guest", {{"company", a_}});
  const auto give = [&](const std::string& role) {
    return in_.as(token, "POST", kIdentity + "assignments",
                  {{"person", ann}, {"company", a_}, {"role", role}});
  };
  EXPECT_EQ(give("member").code(), "identity.more_than_own");
  EXPECT_EQ(give("administrator").code(), "identity.more_than_own");
  const Answer given = give(helper);
  EXPECT_EQ(given.status, 201) << given.text();
  const std::string path = kIdentity + "assignments/" + get_string_or(given.json(), "id", "");
  EXPECT_EQ(in_.as(token, "PATCH", path, {{"role", "administrator"}}).code(), "identity.more_than_own");
  EXPECT_EQ(in_.as(token, "DELETE", path).status, 204);
  // What somebody has whom he could not have given it to is not his to take.
  const std::string more = assign(ann, a_, "member");
  EXPECT_EQ(in_.as(token, "DELETE", kIdentity + "assignments/" + more).code(), "identity.more_than_own");
  ASSERT_EQ(in_.request("DELETE", kIdentity + "assignments/" + more).status, 204);
  EXPECT_EQ(in_.as(token, "POST", kIdentity + "assignments/" + more + "/restore").code(),
            "identity.more_than_own");
}

}  // namespace
}  // namespace opsflux::system_test
