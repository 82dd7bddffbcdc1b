// Invitations and approved requests that name a company: the role is held there, and nowhere else.
#include <gtest/gtest.h>

#include <regex>
#include <thread>

#include "host/base/text.hpp"
#include "tests/system/mail_server.hpp"

namespace opsflux::system_test {
namespace {

const std::string kIdentity = "/api/v1/identity/", kInvitations = kIdentity + "invitations",
                  kRequests = kIdentity + "access_requests";

class AdmissionCompanies : public ::testing::Test {
 protected:
  void SetUp() override {
    mail_.start();
    in_.start();
    in_.install("veil");
    ASSERT_EQ(in_.request("PATCH", "/api/v1/mail/settings", to_text(mail_.settings())).status, 200);
    aval_ = made("companies", {{"name", "Aval"}, {"code", "A"}});
    cap_ = made("companies", {{"name", "Cap"}, {"code", "C"}});
    for (const auto& [name, company] : {std::pair{"of A", aval_}, {"of C", cap_}})
      ASSERT_EQ(in_.post("/api/v1/veil/things", {{"name", name}, {"company", company}}).status, 201);
    EXPECT_EQ(becomes([&] { return in_.get(kIdentity + "roles/member").status; }, 200), 200);
  }

  std::string made(const std::string& plural, const Json& body) {
    const Answer answer = in_.post(kIdentity + plural, body);
    EXPECT_EQ(answer.status, 201) << answer.text();
    return get_string_or(answer.json(), "id", "");
  }
  template <class Probe, class Wanted>
  auto becomes(Probe probe, Wanted wanted) -> decltype(probe()) {
    auto now = probe();
    for (int i = 0; i < 200 && now != wanted; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(25));
      now = probe();
    }
    return now;
  }
  // "of A,of C": what a token sees; else the code of the refusal.
  std::string seen(const std::string& token) {
    const Answer list = in_.as(token, "GET", "/api/v1/veil/things?sort=name");
    if (list.status != 200) return list.code();
    std::string out;
    const Json all = list.json();
    for (const Json& one : all["data"]) out += (out.empty() ? "" : ",") + one["name"].get<std::string>();
    return out;
  }
  // The secret in the newest mail to that address, once there are `count`.
  std::string link_for(const std::string& email, std::size_t count = 1) {
    static const std::regex kLink("#token=(oft_[A-Za-z0-9_-]{43})\n");
    for (int i = 0; i < 600; ++i) {
      std::vector<std::string> found;
      for (const Json& message : mail_.messages()) {
        const std::string text = message["text"].get<std::string>();
        std::smatch link;
        if (message["to"] == Json::array({email}) && std::regex_search(text, link, kLink))
          found.push_back(link[1].str());
      }
      if (found.size() >= count) return found.back();
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    return "none";
  }
  Json invitation(const std::string& email, Json more) {
    more["email"] = email;
    more["language"] = "en";
    return more;
  }
  Answer shown(const std::string& link) {
    return in_.anonymous("POST", "/api/v1/auth/invitation", {{"token", link}});
  }
  Answer accept(const std::string& link, const std::string& name) {
    return in_.anonymous("POST", "/api/v1/auth/invitation/accept",
                         {{"token", link}, {"name", name}, {"password", kPassword}, {"language", "en"}});
  }
  std::string log_in(const std::string& name) { return in_.log_in(name + "@example.org", kPassword); }
  // Somebody who has that role in that company alone, acting for it.
  std::string one_of(const std::string& name, const std::string& company, const std::string& role) {
    const std::string id = made("users", {{"email", name + "@example.org"},
                                          {"name", name},
                                          {"role", "guest"},
                                          {"language", "en"},
                                          {"company", company}});
    EXPECT_EQ(in_.post(kIdentity + "users/" + id + "/password", {{"password", kPassword}}).status, 204);
    made("assignments", {{"person", id}, {"company", company}, {"role", role}});
    const std::string token = log_in(name);
    EXPECT_EQ(becomes(
                  [&] {
                    return in_.as(token, "PUT", "/api/v1/auth/context", {{"company", company}}).status;
                  },
                  200),
              200);
    return token;
  }
  // "guest|<company>|member|<company>": what became of an address.
  std::string kept(const std::string& email) {
    return std::string(trim(
        in_.sql("SELECT u.role || '|' || u.company || '|' || a.role || '|' || a.company FROM identity_user u "
                "JOIN identity_assignment a ON a.person = u.id WHERE u.email = '" +
                email + "'")));
  }

  MailServer mail_;
  Instance in_;
  std::string aval_, cap_;
};

TEST_F(AdmissionCompanies, WhoAcceptsHasTheRoleThereAndIsAGuestElsewhere) {
  const Answer invited =
      in_.post(kInvitations, invitation("ada@example.org", {{"role", "member"}, {"company", aval_}}));
  ASSERT_EQ(invited.status, 201) << invited.text();
  const std::string link = link_for("ada@example.org");
  EXPECT_EQ(shown(link).json()["company"], "Aval");
  const Answer in = accept(link, "Ada");
  ASSERT_EQ(in.status, 201) << in.text();
  EXPECT_EQ(in.json()["user"]["role"], "guest") << in.text();
  EXPECT_EQ(kept("ada@example.org"), "guest|" + aval_ + "|member|" + aval_);
  const std::string token = get_string_or(in.json(), "access_token", "");
  EXPECT_EQ(becomes([&] { return seen(token); }, "of A"), "of A") << "from the first session on";
  EXPECT_EQ(in_.as(token, "GET", "/api/v1/auth/me").json()["company"]["name"], "Aval");
  EXPECT_EQ(in_.get(kInvitations).json()["data"][0]["company"], aval_);

  ASSERT_EQ(in_.post(kInvitations, invitation("bob@example.org", {{"role", "member"}})).status, 201);
  const std::string everywhere = link_for("bob@example.org");
  EXPECT_EQ(shown(everywhere).json()["company"], "");
  EXPECT_EQ(accept(everywhere, "Bob").status, 201);
  EXPECT_EQ(trim(in_.sql("SELECT role FROM identity_user WHERE email = 'bob@example.org'")), "member");
  EXPECT_EQ(kept("bob@example.org"), "");
}

TEST_F(AdmissionCompanies, ARemovedOrInactiveCompanyIsSaid) {
  ASSERT_EQ(
      in_.post(kInvitations, invitation("ada@example.org", {{"role", "member"}, {"company", cap_}})).status,
      201);
  const std::string link = link_for("ada@example.org");
  const auto active = [&](bool yes) {
    ASSERT_EQ(in_.request("PATCH", kIdentity + "companies/" + cap_, to_text({{"active", yes}})).status, 200);
  };
  active(false);
  EXPECT_EQ(shown(link).code(), "identity.invitation_company");
  EXPECT_EQ(accept(link, "Ada").code(), "identity.invitation_company");
  const Answer refused =
      in_.post(kInvitations, invitation("bob@example.org", {{"role", "member"}, {"company", cap_}}));
  EXPECT_EQ(refused.code(), "identity.company_closed");
  EXPECT_EQ(refused.json()["field"], "company");
  active(true);
  EXPECT_EQ(shown(link).status, 200);
  const std::string gone = made("companies", {{"name", "Gone"}, {"code", "G"}});
  ASSERT_EQ(
      in_.post(kInvitations, invitation("cleo@example.org", {{"role", "member"}, {"company", gone}})).status,
      201);
  const std::string late = link_for("cleo@example.org");
  ASSERT_EQ(in_.request("DELETE", kIdentity + "companies/" + gone).status, 204);
  EXPECT_EQ(accept(late, "Cleo").code(), "identity.invitation_company");
  EXPECT_EQ(in_.sql("SELECT id FROM identity_user WHERE email = 'cleo@example.org'"), "");
}

TEST_F(AdmissionCompanies, AnAdministratorOfOneInvitesThereAndReachesNoOther) {
  const std::string chief = one_of("chief", cap_, "administrator");
  const auto invite = [&](const std::string& email, const Json& more) {
    return in_.as(chief, "POST", kInvitations, invitation(email, more));
  };
  const Answer own = invite("ada@example.org", {{"role", "member"}});
  ASSERT_EQ(own.status, 201) << own.text();
  EXPECT_EQ(own.json()["company"], cap_) << "what he makes in the name of a company is its";
  EXPECT_EQ(accept(link_for("ada@example.org"), "Ada").status, 201);
  EXPECT_EQ(kept("ada@example.org"), "guest|" + cap_ + "|member|" + cap_);

  EXPECT_NE(invite("bob@example.org", {{"role", "guest"}, {"company", aval_}}).status, 201);
  EXPECT_EQ(invite("bob@example.org", {{"role", "member"}, {"company", nullptr}}).json()["company"], cap_);

  const Answer foreign =
      in_.post(kInvitations, invitation("eve@example.org", {{"role", "guest"}, {"company", aval_}}));
  ASSERT_EQ(foreign.status, 201) << foreign.text();
  const std::string path = kInvitations + "/" + get_string_or(foreign.json(), "id", "");
  EXPECT_EQ(in_.as(chief, "GET", path).status, 404);
  EXPECT_EQ(in_.as(chief, "PATCH", path, {{"company", cap_}}).status, 404);
  for (const char* way : {"/send", "/link", "/revoke"})
    EXPECT_EQ(in_.as(chief, "POST", path + way).code(), "identity.no_invitation") << way;
  EXPECT_EQ(in_.get(path).json()["status"], "open");
}

TEST_F(AdmissionCompanies, TheInviterIsJudgedAgainWhenItIsAccepted) {
  const std::string helper =
      made("roles", {{"key", "helper"},
                     {"name", "Helper"},
                     {"grants",
                      {{{"permission", "identity.invitation.view"}, {"scope", "company"}},
                       {{"permission", "identity.invitation.create"}, {"scope", "company"}},
                       {{"permission", "identity.company.view"}, {"scope", "company"}},
                       {{"permission", "identity.role.view"}, {"scope", "all"}}}}});
  const std::string token = one_of("hal", aval_, helper);
  const auto invite = [&](const std::string& email, const std::string& role) {
    return in_.as(token, "POST", kInvitations, invitation(email, {{"role", role}, {"company", aval_}}));
  };
  const Answer more = invite("ada@example.org", "member");
  EXPECT_EQ(more.code(), "identity.more_than_own_there");
  EXPECT_EQ(more.json()["field"], "role");
  ASSERT_EQ(invite("ada@example.org", helper).status, 201);
  const std::string link = link_for("ada@example.org");
  EXPECT_EQ(shown(link).json()["inviter"], "hal");
  const Json roles = in_.get(kIdentity + "assignments").json();
  ASSERT_EQ(roles["data"].size(), 1u);
  const std::string held = roles["data"][0]["id"];
  ASSERT_EQ(in_.request("DELETE", kIdentity + "assignments/" + held).status, 204);
  // Rights are judged anew within a second.
  EXPECT_EQ(becomes([&] { return in_.as(token, "GET", kInvitations).status; }, 403), 403);
  EXPECT_EQ(accept(link, "Ada").code(), "identity.invitation_void");
}

TEST_F(AdmissionCompanies, ARequestIsApprovedForACompany) {
  ASSERT_EQ(in_.request("PATCH", "/api/v1/settings/identity", R"({"site_closed":true})").status, 200);
  ASSERT_EQ(
      in_.anonymous(
             "POST", "/api/v1/auth/access-requests",
             {{"email", "awa@example.org"}, {"name", "Awa"}, {"reason", "The yard."}, {"language", "en"}})
          .status,
      202);
  const auto waiting = [&] { return in_.get(kRequests).json()["data"].size(); };
  ASSERT_EQ(becomes(waiting, std::size_t{1}), 1u);
  const std::string path =
      kRequests + "/" + in_.get(kRequests).json()["data"][0]["id"].get<std::string>() + "/approve";
  const Answer nowhere = in_.post(path, {{"role", "member"}, {"company", "nowhere"}});
  EXPECT_EQ(nowhere.code(), "identity.company_closed");
  EXPECT_EQ(nowhere.json()["field"], "company");
  EXPECT_EQ(in_.post(path, {{"role", "member"}, {"company", 7}}).status, 422);
  ASSERT_EQ(in_.post(path, {{"role", "member"}, {"company", aval_}}).status, 204);
  EXPECT_EQ(kept("awa@example.org"), "guest|" + aval_ + "|member|" + aval_);
  const Json now = in_.get(kRequests).json()["data"][0];
  EXPECT_EQ(now["company"], aval_);
  EXPECT_EQ(now["role"], "member");
  ASSERT_EQ(in_.anonymous("POST", "/api/v1/auth/reset/confirm",
                          {{"token", link_for("awa@example.org")}, {"new_password", kPassword}})
                .status,
            204);
  EXPECT_EQ(becomes([&] { return seen(log_in("awa")); }, "of A"), "of A");
}

}  // namespace
}  // namespace opsflux::system_test
