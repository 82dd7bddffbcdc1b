// Who may call what, over a list of all routes.
#include <gtest/gtest.h>

#include <chrono>
#include <set>
#include <thread>

#include "tests/system/instance.hpp"

namespace opsflux::system_test {
namespace {

struct Route {
  const char *method, *path;
};

constexpr Route kAdministratorOnly[] = {
    {"GET", "/api/v1/modules"},
    {"POST", "/api/v1/modules"},
    {"GET", "/api/v1/modules/fleet"},
    {"GET", "/api/v1/modules/plans/x"},
    {"DELETE", "/api/v1/modules/plans/x"},
    {"POST", "/api/v1/modules/plans/x/approve"},
    {"GET", "/api/v1/modules/operations"},
    {"GET", "/api/v1/modules/operations/x"},
    {"GET", "/api/v1/modules/operations/x/events"},
    {"GET", "/api/v1/modules/fleet/settings"},
    {"PATCH", "/api/v1/modules/fleet/settings"},
    {"POST", "/api/v1/modules/fleet/activate"},
    {"POST", "/api/v1/modules/fleet/deactivate"},
    {"POST", "/api/v1/modules/fleet/rollback"},
    {"POST", "/api/v1/modules/fleet/uninstall"},
    {"POST", "/api/v1/modules/fleet/demo"},
    {"GET", "/api/v1/audit"},
    {"GET", "/api/v1/audit/x"},
    {"GET", "/api/v1/audit/summary"},
    {"GET", "/api/v1/audit/export"},
    {"GET", "/api/v1/audit/verify"},
    {"GET", "/api/v1/audit/settings"},
    {"PATCH", "/api/v1/audit/settings"},
    {"POST", "/api/v1/identity/sms/test"},
    {"GET", "/api/v1/settings"},
    {"GET", "/api/v1/settings/audit"},
    {"PATCH", "/api/v1/settings/audit"},
    {"GET", "/api/v1/settings/audit/history"},
    {"POST", "/api/v1/settings/history/x/undo"},
    {"GET", "/api/v1/settings/export"},
    {"POST", "/api/v1/settings/import"},
    {"GET", "/api/v1/custom-fields"},
    {"POST", "/api/v1/custom-fields"},
    {"POST", "/api/v1/custom-fields/order"},
    {"GET", "/api/v1/custom-fields/x"},
    {"PATCH", "/api/v1/custom-fields/x"},
    {"DELETE", "/api/v1/custom-fields/x"},
    {"POST", "/api/v1/custom-fields/x/restore"},
    {"POST", "/api/v1/custom-fields/x/purge"},
    {"GET", "/api/v1/texts"},
    {"GET", "/api/v1/texts/export"},
    {"POST", "/api/v1/texts/import"},
    {"PUT", "/api/v1/texts/fr/web/action.save"},
    {"DELETE", "/api/v1/texts/fr/web/action.save"},
    {"GET", "/api/v1/identity/invitations"},
    {"POST", "/api/v1/identity/invitations"},
    {"GET", "/api/v1/identity/invitations/x"},
    {"PATCH", "/api/v1/identity/invitations/x"},
    {"DELETE", "/api/v1/identity/invitations/x"},
    {"POST", "/api/v1/identity/invitations/x/send"},
    {"POST", "/api/v1/identity/invitations/x/link"},
    {"POST", "/api/v1/identity/invitations/x/revoke"},
    {"GET", "/api/v1/identity/access_requests"},
    {"POST", "/api/v1/identity/access_requests"},
    {"GET", "/api/v1/identity/access_requests/x"},
    {"PATCH", "/api/v1/identity/access_requests/x"},
    {"DELETE", "/api/v1/identity/access_requests/x"},
    {"POST", "/api/v1/identity/access_requests/x/approve"},
    {"POST", "/api/v1/identity/access_requests/x/refuse"},
    {"GET", "/api/v1/identity/permissions"},
    {"GET", "/api/v1/identity/permissions/x/people"},
    {"GET", "/api/v1/identity/every-company"},
    {"GET", "/api/v1/identity/roles/matrix"},
    {"PUT", "/api/v1/identity/roles/matrix"},
    {"GET", "/api/v1/identity/roles/file"},
    {"POST", "/api/v1/identity/roles/file"},
    {"GET", "/api/v1/identity/users/x/rights"},
    {"GET", "/api/v1/identity/users/x/rights/explain"},
    {"GET", "/api/v1/mail"},
    {"POST", "/api/v1/mail/test"},
    {"POST", "/api/v1/mail/x/retry"},
    {"GET", "/api/v1/mail/settings"},
    {"PATCH", "/api/v1/mail/settings"},
    {"GET", "/api/v1/privacy/versions"},
    {"POST", "/api/v1/privacy/versions"},
    {"GET", "/api/v1/privacy/erasures"},
    {"POST", "/api/v1/privacy/erasures"},
    {"DELETE", "/api/v1/privacy/erasures/x"},
    {"GET", "/api/v1/triggers/runs"},
    {"GET", "/api/v1/triggers/dead"},
    {"POST", "/api/v1/triggers/dead/x/replay"},
    {"GET", "/api/v1/identity/users"},
    {"POST", "/api/v1/identity/users"},
    {"GET", "/api/v1/identity/users/aggregate"},
    {"GET", "/api/v1/identity/users/export"},
    {"GET", "/api/v1/identity/users/x"},
    {"PATCH", "/api/v1/identity/users/x"},
    {"DELETE", "/api/v1/identity/users/x"},
    {"POST", "/api/v1/identity/users/x/restore"},
    {"GET", "/api/v1/identity/users/x/activity"},
    {"POST", "/api/v1/identity/users/x/password"},
    {"DELETE", "/api/v1/identity/users/x/factors"},
    {"GET", "/api/v1/identity/users/x/sessions"},
    {"DELETE", "/api/v1/identity/users/x/sessions"},
    {"DELETE", "/api/v1/identity/users/x/sessions/y"},
    // The definition gives users view, create and edit.
    {"DELETE", "/api/v1/fleet/vehicles/x"},
    {"POST", "/api/v1/fleet/vehicles/x/restore"},
    {"POST", "/api/v1/fleet/vehicles/x/purge"},
    {"GET", "/api/v1/identity/users/x/around"},
    {"PUT", "/api/v1/identity/users/x/favourite"},
    {"DELETE", "/api/v1/identity/users/x/favourite"},
    {"PUT", "/api/v1/identity/users/x/follow"},
    {"DELETE", "/api/v1/identity/users/x/follow"},
    {"PUT", "/api/v1/identity/users/x/tags"},
    {"POST", "/api/v1/identity/users/x/shares"},
    {"DELETE", "/api/v1/identity/users/x/shares/y"},
    {"GET", "/api/v1/identity/users/x/comments"},
    {"POST", "/api/v1/identity/users/x/see-as"},
    {"POST", "/api/v1/identity/users/x/act-as"},
    {"POST", "/api/v1/identity/users/x/comments"},
    {"PATCH", "/api/v1/identity/users/x/comments/y"},
    {"DELETE", "/api/v1/identity/users/x/comments/y"},
    {"PUT", "/api/v1/identity/users/x/comments/y/reactions/y"},
    {"DELETE", "/api/v1/identity/users/x/comments/y/reactions/y"},
    {"GET", "/api/v1/identity/users/x/attachments"},
    {"POST", "/api/v1/identity/users/x/attachments"},
    {"DELETE", "/api/v1/identity/users/x/attachments/y"},
    {"GET", "/api/v1/identity/users/x/files/y"},
    {"GET", "/api/v1/identity/users/x/versions"},
    {"GET", "/api/v1/identity/users/x/versions/1"},
    {"POST", "/api/v1/identity/users/x/versions/1/restore"},
    {"GET", "/api/v1/identity/users/x/difference"},
    {"GET", "/api/v1/identity/users/x/blame"},
    {"POST", "/api/v1/identity/users/x/clone"},
    {"POST", "/api/v1/identity/users/x/purge"},
    {"PUT", "/api/v1/identity/users/x/lock"},
    {"DELETE", "/api/v1/identity/users/x/lock"},
    {"POST", "/api/v1/identity/users/duplicates"},
    {"GET", "/api/v1/identity/users/x/duplicates"},
    {"GET", "/api/v1/identity/users/x/merges"},
    {"POST", "/api/v1/identity/users/x/merges"},
    {"POST", "/api/v1/identity/users/x/merges/y/undo"},
};
constexpr Route kSignedIn[] = {
    {"GET", "/api/v1/auth/me"},
    {"PATCH", "/api/v1/auth/me"},
    {"GET", "/api/v1/auth/sessions"},
    {"GET", "/api/v1/auth/confirm"},
    {"POST", "/api/v1/auth/confirm"},
    {"DELETE", "/api/v1/auth/see-as"},
    {"POST", "/api/v1/identity/api_keys/x/secret"},
    {"DELETE", "/api/v1/auth/sessions/x"},
    {"PUT", "/api/v1/auth/context"},
    {"POST", "/api/v1/auth/password"},
    {"GET", "/api/v1/preferences"},
    {"GET", "/api/v1/privacy/documents"},
    {"GET", "/api/v1/privacy/consents"},
    {"POST", "/api/v1/privacy/consents"},
    {"POST", "/api/v1/privacy/export"},
    {"GET", "/api/v1/privacy/requests"},
    {"GET", "/api/v1/privacy/requests/x/file"},
    {"POST", "/api/v1/privacy/erasure"},
    {"GET", "/api/v1/privacy/access-log"},
    {"PATCH", "/api/v1/preferences"},
    {"GET", "/api/v1/auth/factors"},
    {"POST", "/api/v1/auth/factors"},
    {"POST", "/api/v1/auth/factors/x/confirm"},
    {"POST", "/api/v1/auth/factors/x/remove"},
    {"POST", "/api/v1/auth/backup-codes"},
    {"GET", "/api/v1/auth/devices"},
    {"DELETE", "/api/v1/auth/devices/x"},
    {"GET", "/api/v1/app"},
    {"GET", "/api/v1/openapi.json"},
    {"GET", "/api/v1/openapi/postman.json"},
    {"GET", "/api/v1/openapi/samples/app.read"},
    {"GET", "/api/v1/events"},
    {"GET", "/api/v1/fleet/vehicles"},
    {"POST", "/api/v1/fleet/vehicles"},
    {"GET", "/api/v1/fleet/vehicles/aggregate"},
    {"GET", "/api/v1/fleet/vehicles/export"},
    {"POST", "/api/v1/fleet/vehicles/bulk"},
    {"GET", "/api/v1/fleet/vehicles/x"},
    {"PATCH", "/api/v1/fleet/vehicles/x"},
    {"GET", "/api/v1/fleet/vehicles/x/activity"},
    {"GET", "/api/v1/fleet/vehicles/x/around"},
    {"PUT", "/api/v1/fleet/vehicles/x/favourite"},
    {"DELETE", "/api/v1/fleet/vehicles/x/favourite"},
    {"PUT", "/api/v1/fleet/vehicles/x/follow"},
    {"DELETE", "/api/v1/fleet/vehicles/x/follow"},
    {"PUT", "/api/v1/fleet/vehicles/x/tags"},
    {"POST", "/api/v1/fleet/vehicles/x/shares"},
    {"DELETE", "/api/v1/fleet/vehicles/x/shares/y"},
    {"GET", "/api/v1/fleet/vehicles/x/comments"},
    {"POST", "/api/v1/fleet/vehicles/x/comments"},
    {"PATCH", "/api/v1/fleet/vehicles/x/comments/y"},
    {"DELETE", "/api/v1/fleet/vehicles/x/comments/y"},
    {"PUT", "/api/v1/fleet/vehicles/x/comments/y/reactions/y"},
    {"DELETE", "/api/v1/fleet/vehicles/x/comments/y/reactions/y"},
    {"GET", "/api/v1/fleet/vehicles/x/attachments"},
    {"POST", "/api/v1/fleet/vehicles/x/attachments"},
    {"DELETE", "/api/v1/fleet/vehicles/x/attachments/y"},
    {"GET", "/api/v1/fleet/vehicles/x/files/y"},
    {"POST", "/api/v1/files"},
    {"DELETE", "/api/v1/files/x"},
    {"GET", "/api/v1/fleet/vehicles/x/versions"},
    {"GET", "/api/v1/fleet/vehicles/x/versions/1"},
    {"POST", "/api/v1/fleet/vehicles/x/versions/1/restore"},
    {"GET", "/api/v1/fleet/vehicles/x/difference"},
    {"GET", "/api/v1/fleet/vehicles/x/blame"},
    {"POST", "/api/v1/fleet/vehicles/x/clone"},
    {"PUT", "/api/v1/fleet/vehicles/x/lock"},
    {"DELETE", "/api/v1/fleet/vehicles/x/lock"},
    {"POST", "/api/v1/fleet/vehicles/duplicates"},
    {"GET", "/api/v1/fleet/vehicles/x/duplicates"},
    {"GET", "/api/v1/fleet/vehicles/x/merges"},
    {"POST", "/api/v1/fleet/vehicles/x/merges"},
    {"POST", "/api/v1/fleet/vehicles/x/merges/y/undo"},
    {"GET", "/api/v1/identity/users/x/photo"},
    {"GET", "/api/v1/identity/groups/x/notice"},
    {"POST", "/api/v1/identity/groups/x/notice"},
    {"GET", "/api/v1/imports"},
    {"POST", "/api/v1/imports"},
    {"GET", "/api/v1/imports/limits"},
    {"POST", "/api/v1/imports/x/preview"},
    {"GET", "/api/v1/imports/x"},
    {"POST", "/api/v1/imports/x/check"},
    {"POST", "/api/v1/imports/x/start"},
    {"POST", "/api/v1/imports/x/cancel"},
    {"POST", "/api/v1/imports/x/undo"},
    {"GET", "/api/v1/imports/x/errors"},
    {"GET", "/api/v1/import-mappings"},
    {"POST", "/api/v1/import-mappings"},
    {"GET", "/api/v1/import-mappings/x"},
    {"PATCH", "/api/v1/import-mappings/x"},
    {"DELETE", "/api/v1/import-mappings/x"},
    {"GET", "/api/v1/fleet/version"},
};
constexpr Route kOpen[] = {
    {"GET", "/healthz"},
    {"GET", "/readyz"},
    {"GET", "/api/v1/setup"},
    {"GET", "/api/v1/app/i18n/en"},
    {"GET", "/"},
    {"GET", "/api/docs"},
    {"GET", "/api/v1/auth/options"},
};

// Somebody who is an administrator of one company, and acts for it.
std::string administrator_of_a_company(const Instance& in) {
  const auto made = [&](const std::string& entity, const Json& body) {
    const Answer answer = in.post("/api/v1/identity/" + entity, body);
    EXPECT_EQ(answer.status, 201) << answer.text();
    return get_string_or(answer.json(), "id", "");
  };
  const std::string company = made("companies", {{"name", "North"}, {"code", "N"}});
  const std::string person = made(
      "users", {{"email", "chief@example.org"}, {"name", "Chief"}, {"role", "guest"}, {"language", "en"}});
  made("assignments", {{"person", person}, {"company", company}, {"role", "administrator"}});
  in.post("/api/v1/identity/users/" + person + "/password", {{"password", kPassword}});
  const std::string token = in.log_in("chief@example.org", kPassword);
  for (int i = 0; i < 250; ++i) {  // until his role is known
    if (in.as(token, "PUT", "/api/v1/auth/context", {{"company", company}}).status == 200) return token;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  ADD_FAILURE() << "he cannot act for his company";
  return token;
}

// What belongs to a company, or to none: all else on the list is the instance's.
bool of_a_company(const Route& route) {
  const std::string_view path = route.path;
  // Whoever gives roles in a company sees what there are.
  for (const char* seen :
       {"/api/v1/identity/roles/file", "/api/v1/identity/roles/matrix", "/api/v1/identity/permissions"})
    if (path.starts_with(seen)) return route.method == std::string_view("GET");
  for (const char* end : {"/password", "/factors", "/sessions", "/sessions/y", "/see-as", "/act-as"})
    if (path.ends_with(end)) return false;
  return path.starts_with("/api/v1/identity/users") || path.starts_with("/api/v1/identity/invitations") ||
         path.starts_with("/api/v1/fleet/");
}

TEST(Permissions, HoldOnEveryRoute) {
  Instance in;
  in.start();
  in.install("fleet_1_0");
  const Answer made = in.post("/api/v1/identity/users", {{"email", "user@example.org"},
                                                         {"name", "User"},
                                                         {"role", "user"},
                                                         {"language", "en"},
                                                         {"active", true}});
  ASSERT_EQ(made.status, 201) << made.text();
  const Answer password =
      in.post("/api/v1/identity/users/" + get_string_or(made.json(), "id", "") + "/password",
              {{"password", kPassword}});
  ASSERT_EQ(password.status / 100, 2) << password.text();
  const std::string user = in.log_in("user@example.org", kPassword);

  const std::string chief = administrator_of_a_company(in);
  for (const Route& route : kAdministratorOnly) {
    const Answer local = in.as(chief, route.method, route.path);
    EXPECT_EQ(local.status == 403, !of_a_company(route))
        << route.method << " " << route.path << " " << local.text();
    EXPECT_EQ(in.anonymous(route.method, route.path).status, 401) << route.method << " " << route.path;
    const Answer refused = in.as(user, route.method, route.path);
    EXPECT_EQ(refused.status, 403) << route.method << " " << route.path << " " << refused.text();
    if (route.method == std::string_view("GET")) {
      EXPECT_NE(in.get(route.path).status, 403) << route.path;
    }
  }
  for (const Route& route : kSignedIn) {
    EXPECT_EQ(in.anonymous(route.method, route.path).status, 401) << route.method << " " << route.path;
    EXPECT_EQ(in.as("ofa_not_a_token", route.method, route.path).status, 401)
        << route.method << " " << route.path;
    if (route.path == std::string_view("/api/v1/events")) continue;  // does not end
    const int status = in.as(user, route.method, route.path).status;
    EXPECT_TRUE(status != 401 && status != 403 && status != 0)
        << route.method << " " << route.path << " " << status;
  }
  for (const Route& route : kOpen)
    EXPECT_EQ(in.anonymous(route.method, route.path).status, 200) << route.method << " " << route.path;
  EXPECT_EQ(in.modules(), (std::vector<std::string>{"fleet 1.0.0 active"}));
}

// "get /api/v1/fleet/vehicles/x" of every operation that a description has.
std::set<std::string> operations_of(const Json& description) {
  std::set<std::string> out;
  for (const auto& [path, methods] : description.at("paths").items())
    for (const auto& [method, operation] : methods.items()) {
      std::string asked;
      for (std::size_t i = 0; i < path.size(); ++i) {
        if (path[i] != '{') {
          asked += path[i];
          continue;
        }
        i = path.find('}', i);
        asked += 'x';
      }
      out.insert(method + " " + asked);
    }
  return out;
}

// Every route that there is, out of the server's own description: a stranger gets into none but the open
// ones, and a user into none that his description does not have.
TEST(Permissions, HoldOnEveryRouteThatTheServerDescribes) {
  Instance in;
  in.start();
  in.install("fleet_1_0");
  const Answer made = in.post("/api/v1/identity/users", {{"email", "user@example.org"},
                                                         {"name", "User"},
                                                         {"role", "user"},
                                                         {"language", "en"},
                                                         {"active", true}});
  ASSERT_EQ(made.status, 201) << made.text();
  in.post("/api/v1/identity/users/" + get_string_or(made.json(), "id", "") + "/password",
          {{"password", kPassword}});
  const std::string user = in.log_in("user@example.org", kPassword);
  const auto all = operations_of(in.get("/api/v1/openapi.json").json());
  const auto his = operations_of(in.as(user, "GET", "/api/v1/openapi.json").json());
  ASSERT_GT(all.size(), 100u);
  ASSERT_GT(his.size(), 20u);
  const std::set<std::string> open = {"get /healthz",
                                      "get /readyz",
                                      "get /api/v1/setup",
                                      "post /api/v1/setup",
                                      "get /api/v1/app/i18n/x",
                                      "get /api/v1/auth/options",
                                      "post /api/v1/auth/access-requests",
                                      "post /api/v1/auth/reset",
                                      "post /api/v1/auth/reset/confirm",
                                      "post /api/v1/auth/invitation",
                                      "post /api/v1/auth/invitation/accept",
                                      "post /api/v1/auth/invitation/confirm",
                                      "post /api/v1/auth/magic",
                                      "post /api/v1/auth/magic/confirm",
                                      "post /api/v1/auth/login",
                                      "post /api/v1/auth/login/code",
                                      "post /api/v1/auth/login/enrol",
                                      "post /api/v1/auth/login/enrol/confirm",
                                      "post /api/v1/auth/login/factor",
                                      "post /api/v1/auth/login/password",
                                      "post /api/v1/auth/logout",
                                      "post /api/v1/auth/password/check",
                                      "post /api/v1/auth/refresh"};
  for (const std::string& operation : all) {
    const auto space = operation.find(' ');
    std::string method = operation.substr(0, space);
    std::transform(method.begin(), method.end(), method.begin(),
                   [](unsigned char c) { return std::toupper(c); });
    const std::string path = operation.substr(space + 1);
    if (path.ends_with("/events")) continue;  // does not end
    if (!open.contains(operation)) {
      EXPECT_EQ(in.anonymous(method, path).status, 401) << operation;
    }
    // What stands in a bulk is judged operation by operation.
    if (his.contains(operation) || open.contains(operation) || path.ends_with("/bulk")) continue;
    EXPECT_EQ(in.as(user, method, path).status, 403) << operation;
  }
}

}  // namespace
}  // namespace opsflux::system_test
