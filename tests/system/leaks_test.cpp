// No answer tells of what its reader may not see: every route that the server describes, asked by people of
// every role and scope, about records that they see and such that they do not.
#include <gtest/gtest.h>

#include <functional>
#include <set>

#include "tests/system/leak_world.hpp"

namespace opsflux::system_test {
namespace {

// A record that a route is asked about, and what it is asked about it with.
struct Subject {
  std::string entity, id;
  std::string comment, file, merge, other;  // other: a record that is merged into it, or compared with it
};

struct Operation {
  std::string method, path;  // "POST", "/api/v1/veil/things/{id}/restore"
  std::string name() const { return method + " " + path; }
};

std::vector<Operation> operations(const LeakWorld& world) {
  std::vector<Operation> out;
  const Json document = world.instance().get("/api/v1/openapi.json").json();
  for (const auto& [path, methods] : document.at("paths").items())
    for (const auto& [method, one] : methods.items()) {
      std::string upper = method;
      for (char& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
      out.push_back({upper, path});
    }
  return out;
}

using Body = std::function<Json(const Subject&)>;

// What is sent along to the routes of every entity. A route that stands neither here nor in kCore fails the
// test: whoever adds it says here how it is asked.
const std::map<std::string, Body>& bodies() {
  const Body none = [](const Subject&) { return Json(); };
  const Body name = [](const Subject&) { return Json{{"name", "walked"}}; };
  static const std::map<std::string, Body> kBodies = {
      {"GET ", none},
      {"POST ", name},
      {"GET /aggregate", none},
      {"GET /export", none},
      {"POST /bulk",
       [](const Subject& s) {
         Json list = Json::array();
         list.push_back({{"action", "update"}, {"id", s.id}, {"values", {{"name", "walked"}}}});
         list.push_back({{"action", "update"}, {"id", s.id}, {"version", 77}, {"values", {{"name", "w"}}}});
         list.push_back({{"action", "restore"}, {"id", s.id}});
         return Json{{"mode", "each"}, {"operations", list}};
       }},
      {"GET /{id}", none},
      {"PATCH /{id}", name},
      {"DELETE /{id}", none},
      {"POST /{id}/restore", none},
      {"GET /{id}/activity", none},
      {"GET /{id}/around", none},
      {"PUT /{id}/favourite", none},
      {"DELETE /{id}/favourite", none},
      {"PUT /{id}/follow", none},
      {"DELETE /{id}/follow", none},
      {"PUT /{id}/tags",
       [](const Subject&) {
         return Json{{"tags", {"walked"}}};
       }},
      {"POST /{id}/shares",
       [](const Subject&) {
         return Json{{"group", LeakWorld::kMissing}};
       }},
      {"DELETE /{id}/shares/{grantee}", none},
      {"GET /{id}/comments", none},
      {"POST /{id}/comments",
       [](const Subject& s) {
         return s.comment.empty() ? Json{{"body", "walked"}}
                                  : Json{{"body", "walked"}, {"parent_id", s.comment}};
       }},
      {"PATCH /{id}/comments/{comment}",
       [](const Subject&) {
         return Json{{"body", "walked"}};
       }},
      {"DELETE /{id}/comments/{comment}", none},
      {"PUT /{id}/comments/{comment}/reactions/{emoji}", none},
      {"DELETE /{id}/comments/{comment}/reactions/{emoji}", none},
      {"GET /{id}/attachments", none},
      {"POST /{id}/attachments",
       [](const Subject& s) {
         return Json{{"files", {s.file}}};
       }},
      {"DELETE /{id}/attachments/{file}", none},
      {"GET /{id}/files/{file}", none},
      {"GET /{id}/versions", none},
      {"GET /{id}/versions/{version}", none},
      {"POST /{id}/versions/{version}/restore", none},
      {"GET /{id}/difference", none},
      {"GET /{id}/blame", none},
      {"POST /duplicates",
       [](const Subject&) {
         return Json{{"values", {{"name", "walked"}}}};
       }},
      {"GET /{id}/duplicates", none},
      {"POST /{id}/clone", name},
      {"POST /{id}/purge", none},
      {"PUT /{id}/lock",
       [](const Subject&) {
         return Json{{"seconds", 10}};
       }},
      {"DELETE /{id}/lock", none},
      {"GET /{id}/merges", none},
      {"POST /{id}/merges",
       [](const Subject& s) {
         return Json{{"from", s.other}};
       }},
      {"POST /{id}/merges/{merge}/undo", none},
  };
  return kBodies;
}

// The routes beside those of entities: how they are asked. Left out, with the reason: what ends the session
// of who asks.
const std::map<std::string, Json>& core() {
  static const Json kLeft = "left out";
  static const std::map<std::string, Json> kCore = {
      {"POST /api/v1/auth/login", {{"email", "keeper@example.org"}, {"password", "wrong"}}},
      {"POST /api/v1/auth/refresh", {{"refresh_token", "wrong"}}},
      {"POST /api/v1/auth/logout", kLeft},
      {"GET /api/v1/auth/options", nullptr},
      {"POST /api/v1/auth/reset", {{"email", "keeper@example.org"}}},
      {"POST /api/v1/auth/reset/confirm", {{"token", "wrong"}, {"new_password", "long enough"}}},
      {"POST /api/v1/auth/invitation", {{"token", "wrong"}}},
      {"POST /api/v1/auth/invitation/accept", {{"token", "wrong"}}},
      {"GET /api/v1/identity/permissions", nullptr},
      {"GET /api/v1/identity/permissions/{id}/people", nullptr},
      {"GET /api/v1/identity/every-company", nullptr},
      {"GET /api/v1/identity/roles/matrix", nullptr},
      {"PUT /api/v1/identity/roles/matrix", Json::object()},
      {"GET /api/v1/identity/roles/file", nullptr},
      {"POST /api/v1/identity/roles/file", Json::object()},
      {"GET /api/v1/identity/users/{id}/rights", nullptr},
      {"GET /api/v1/identity/users/{id}/rights/explain", nullptr},
      {"GET /api/v1/identity/users/{id}/photo", nullptr},
      {"GET /api/v1/identity/groups/{id}/notice", nullptr},
      {"POST /api/v1/identity/groups/{id}/notice", {{"subject", "x"}, {"text", "y"}}},
      {"POST /api/v1/identity/invitations/{id}/send", nullptr},
      {"POST /api/v1/identity/invitations/{id}/link", nullptr},
      {"POST /api/v1/identity/invitations/{id}/revoke", nullptr},
      {"POST /api/v1/auth/invitation/confirm", {{"token", "wrong"}}},
      {"POST /api/v1/auth/access-requests", {{"email", "keeper@example.org"}}},
      {"POST /api/v1/identity/access_requests/{id}/approve", {{"role", "user"}}},
      {"POST /api/v1/identity/access_requests/{id}/refuse", Json::object()},
      {"POST /api/v1/auth/magic", {{"email", "keeper@example.org"}}},
      {"POST /api/v1/auth/magic/confirm", {{"token", "wrong"}}},
      {"GET /api/v1/auth/me", nullptr},
      {"PATCH /api/v1/auth/me", Json::object()},
      {"PUT /api/v1/auth/context", {{"company", LeakWorld::kMissing}}},
      {"POST /api/v1/auth/password", {{"current_password", "wrong"}, {"new_password", "wrong"}}},
      {"POST /api/v1/auth/login/factor", {{"code", "wrong"}}},
      {"POST /api/v1/auth/login/code", {{"method", "email"}}},
      {"POST /api/v1/identity/sms/test", Json::object()},
      {"POST /api/v1/auth/login/enrol", Json::object()},
      {"POST /api/v1/auth/login/enrol/confirm", {{"code", "wrong"}}},
      {"POST /api/v1/auth/login/password", {{"new_password", "wrong"}}},
      {"GET /api/v1/auth/factors", nullptr},
      {"POST /api/v1/auth/factors", Json::object()},
      {"POST /api/v1/auth/factors/{id}/confirm", Json::object()},
      {"POST /api/v1/auth/factors/{id}/remove", Json::object()},
      {"POST /api/v1/auth/backup-codes", Json::object()},
      {"GET /api/v1/auth/devices", nullptr},
      {"DELETE /api/v1/auth/devices/{id}", nullptr},
      {"DELETE /api/v1/identity/users/{id}/factors", nullptr},
      {"POST /api/v1/auth/password/check", {{"password", "wrong"}}},
      {"GET /api/v1/auth/sessions", nullptr},
      {"GET /api/v1/auth/confirm", nullptr},
      {"POST /api/v1/auth/confirm", {{"password", "wrong"}}},
      {"DELETE /api/v1/auth/see-as", nullptr},
      {"DELETE /api/v1/auth/sessions/{id}", nullptr},
      {"POST /api/v1/auth/sessions/end-others", nullptr},
      {"GET /api/v1/setup", nullptr},
      {"POST /api/v1/setup", Json::object()},
      {"GET /api/v1/modules", nullptr},
      {"POST /api/v1/modules", Json::object()},
      {"GET /api/v1/modules/{id}", nullptr},
      {"GET /api/v1/modules/plans/{digest}", nullptr},
      {"DELETE /api/v1/modules/plans/{digest}", nullptr},
      {"POST /api/v1/modules/plans/{digest}/approve", Json::object()},
      {"GET /api/v1/modules/operations", nullptr},
      {"GET /api/v1/modules/operations/{id}", nullptr},
      {"GET /api/v1/modules/operations/{id}/events", nullptr},
      {"GET /api/v1/modules/{id}/settings", nullptr},
      {"PATCH /api/v1/modules/{id}/settings", Json::object()},
      {"POST /api/v1/modules/{id}/activate", nullptr},
      {"POST /api/v1/modules/{id}/deactivate", nullptr},
      {"POST /api/v1/modules/{id}/rollback", nullptr},
      {"POST /api/v1/modules/{id}/uninstall", {{"data", "keep"}}},
      {"POST /api/v1/modules/{id}/demo", nullptr},
      {"GET /api/v1/triggers/runs", nullptr},
      {"GET /api/v1/triggers/dead", nullptr},
      {"POST /api/v1/triggers/dead/{id}/replay", nullptr},
      {"GET /api/v1/events", kLeft},  // does not end; has a test of its own
      {"GET /api/v1/app", nullptr},
      {"GET /api/v1/app/i18n/{lang}", nullptr},
      {"GET /api/v1/openapi.json", nullptr},
      {"GET /api/v1/openapi/postman.json", nullptr},
      {"GET /api/v1/openapi/samples/{operation}", nullptr},
      {"GET /api/v1/custom-fields", nullptr},
      {"POST /api/v1/custom-fields", Json::object()},
      {"POST /api/v1/custom-fields/order", Json::object()},
      {"GET /api/v1/custom-fields/{id}", nullptr},
      {"PATCH /api/v1/custom-fields/{id}", Json::object()},
      {"DELETE /api/v1/custom-fields/{id}", nullptr},
      {"POST /api/v1/custom-fields/{id}/restore", nullptr},
      {"POST /api/v1/custom-fields/{id}/purge", nullptr},
      {"GET /api/v1/imports", nullptr},
      {"GET /api/v1/imports/limits", nullptr},
      {"POST /api/v1/imports", Json::object()},
      {"GET /api/v1/imports/{id}", nullptr},
      {"POST /api/v1/imports/{id}/preview", Json::object()},
      {"POST /api/v1/imports/{id}/check", Json::object()},
      {"POST /api/v1/imports/{id}/start", Json::object()},
      {"POST /api/v1/imports/{id}/cancel", nullptr},
      {"POST /api/v1/imports/{id}/undo", nullptr},
      {"GET /api/v1/imports/{id}/errors", nullptr},
      {"GET /api/v1/import-mappings", nullptr},
      {"POST /api/v1/import-mappings", Json::object()},
      {"GET /api/v1/import-mappings/{id}", nullptr},
      {"PATCH /api/v1/import-mappings/{id}", Json::object()},
      {"DELETE /api/v1/import-mappings/{id}", nullptr},
      {"GET /api/v1/texts", nullptr},
      {"PUT /api/v1/texts/{language}/{namespace}/{key}", Json::object()},
      {"DELETE /api/v1/texts/{language}/{namespace}/{key}", nullptr},
      {"GET /api/v1/texts/export", nullptr},
      {"POST /api/v1/texts/import", Json::object()},
      {"GET /api/v1/mail", nullptr},
      {"POST /api/v1/mail/test", Json::object()},
      {"POST /api/v1/mail/{id}/retry", nullptr},
      {"GET /api/v1/mail/settings", nullptr},
      {"PATCH /api/v1/mail/settings", Json::object()},
      {"POST /api/v1/files", Json::object()},
      {"DELETE /api/v1/files/{id}", nullptr},
      {"GET /api/v1/audit", nullptr},
      {"GET /api/v1/audit/{id}", nullptr},
      {"GET /api/v1/audit/summary", nullptr},
      {"GET /api/v1/audit/export", nullptr},
      {"GET /api/v1/audit/verify", nullptr},
      {"GET /api/v1/settings", nullptr},
      {"GET /api/v1/settings/{module}", nullptr},
      {"PATCH /api/v1/settings/{module}", Json::object()},
      {"GET /api/v1/settings/{module}/history", nullptr},
      {"POST /api/v1/settings/history/{id}/undo", nullptr},
      {"GET /api/v1/settings/export", nullptr},
      {"POST /api/v1/settings/import", Json::object()},
      {"GET /api/v1/preferences", nullptr},
      {"PATCH /api/v1/preferences", Json::object()},
      {"GET /api/v1/audit/settings", nullptr},
      {"PATCH /api/v1/audit/settings", Json::object()},
      {"POST /api/v1/identity/users/{id}/password", {{"password", "wrong"}}},
      {"POST /api/v1/identity/api_keys/{id}/secret", Json::object()},
      {"GET /api/v1/identity/users/{id}/sessions", nullptr},
      {"POST /api/v1/identity/users/{id}/see-as", nullptr},
      {"POST /api/v1/identity/users/{id}/act-as", nullptr},
      {"DELETE /api/v1/identity/users/{id}/sessions", nullptr},
      {"DELETE /api/v1/identity/users/{id}/sessions/{session}", nullptr},
      {"GET /api/v1/privacy/documents", nullptr},
      {"GET /api/v1/privacy/consents", nullptr},
      {"POST /api/v1/privacy/consents", Json::object()},
      {"POST /api/v1/privacy/export", nullptr},
      {"GET /api/v1/privacy/requests", nullptr},
      {"GET /api/v1/privacy/requests/{id}/file", nullptr},
      {"POST /api/v1/privacy/erasure", {{"email", "wrong"}}},
      {"GET /api/v1/privacy/access-log", nullptr},
      {"GET /api/v1/privacy/versions", nullptr},
      {"POST /api/v1/privacy/versions", Json::object()},
      {"GET /api/v1/privacy/erasures", nullptr},
      {"POST /api/v1/privacy/erasures", Json::object()},
      {"DELETE /api/v1/privacy/erasures/{id}", nullptr},
      {"GET /healthz", nullptr},
      {"GET /readyz", nullptr},
  };
  return kCore;
}

// The entity that a path is of, and what follows it; nothing for others.
std::optional<std::pair<std::string, std::string>> entity_of(const std::string& path) {
  for (const auto& [base, entity] : {std::pair<std::string, std::string>{"/api/v1/veil/units", "unit"},
                                     {"/api/v1/veil/things", "thing"},
                                     {"/api/v1/veil/papers", "paper"},
                                     {"/api/v1/veil/letters", "letter"},
                                     {"/api/v1/veil/vaults", "vault"},
                                     {"/api/v1/identity/users", "user"},
                                     {"/api/v1/identity/companies", "company"},
                                     {"/api/v1/identity/departments", "department"},
                                     {"/api/v1/identity/assignments", "assignment"},
                                     {"/api/v1/identity/groups", "group"},
                                     {"/api/v1/identity/roles", "role"},
                                     {"/api/v1/identity/grants", "grant"},
                                     {"/api/v1/identity/memberships", "membership"},
                                     {"/api/v1/identity/invitations", "invitation"},
                                     {"/api/v1/identity/access_requests", "access_request"},
                                     {"/api/v1/identity/address_rules", "address_rule"},
                                     {"/api/v1/identity/api_keys", "api_key"},
                                     {"/api/v1/settings/flags", "flag"}})
    if (path == base || path.starts_with(base + "/")) return std::pair(entity, path.substr(base.size()));
  return std::nullopt;
}

std::string filled(std::string path, const Subject& subject) {
  for (const auto& [name, value] : {std::pair<std::string, std::string>{"{id}", subject.id},
                                    {"{comment}", subject.comment},
                                    {"{file}", subject.file},
                                    {"{merge}", subject.merge},
                                    {"{grantee}", LeakWorld::kMissing},
                                    {"{version}", "1"},
                                    {"{emoji}", "%F0%9F%91%8D"}})
    path = replaced(path, name, value.empty() ? LeakWorld::kMissing : value);
  return path.ends_with("/difference") ? path + "?from=1&to=1" : path;
}

// What reads first, then what changes, then what ends the record.
int turn(const Operation& operation) {
  if (operation.method == "GET") return 0;
  const bool record = operation.path.ends_with("/{id}");
  if (operation.path.ends_with("/purge")) return 5;
  if (operation.path.ends_with("/{id}/restore")) return 4;
  if (operation.method == "DELETE") return record ? 3 : 2;
  return 1;
}

// One world for all tests: what is out of somebody's sight stays as it is.
class Leaks : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { shared_ = std::make_unique<LeakWorld>(); }
  static void TearDownTestSuite() { shared_.reset(); }
  void SetUp() override {
    all_ = operations(world_);
    std::stable_sort(all_.begin(), all_.end(),
                     [](const Operation& a, const Operation& b) { return turn(a) < turn(b); });
  }

  Call call(const Operation& operation, const Subject& subject) const {
    const auto [entity, suffix] = *entity_of(operation.path);
    const auto body = bodies().find(operation.method + " " + suffix);
    if (body != bodies().end())
      return {operation.method, filled(operation.path, subject), body->second(subject)};
    const auto own = core().find(operation.name());
    if (own == core().end()) ADD_FAILURE() << operation.name() << ": the test does not know how to ask it";
    return {operation.method, filled(operation.path, subject), own == core().end() ? Json() : own->second};
  }
  Subject thing(int number) const {
    return {"thing",
            world_.id("thing", number),
            world_.part("comment", number),
            world_.part("file", number),
            world_.part("merge", number),
            world_.id("thing", kMerged)};
  }
  std::vector<Subject> out_of_sight(const Person& who) const {
    std::vector<Subject> out;
    for (const int number : {kFar, kDeleted, kGroup, kMerged})
      if (!LeakWorld::sees(who, "thing", number)) out.push_back(thing(number));
    for (const auto& [entity, number] :
         {std::pair("company", kCompanyFar), {"company", kCompanyA}, {"department", kCompanyFar}})
      if (!LeakWorld::sees(who, entity, number))
        out.push_back({entity, world_.id(entity, number), "", "", "", LeakWorld::kMissingToo});
    if (who.role != "member@A" && who.role != "two@A")
      out.push_back({"assignment", world_.assignment(), "", "", "", LeakWorld::kMissingToo});
    out.push_back({"user", world_.admin().id, "", "", "", LeakWorld::kMissingToo});
    return out;
  }
  std::vector<Person> everybody() const {
    std::vector<Person> out = world_.people();
    out.push_back({});
    return out;
  }
  // What of the records no walk may have changed.
  std::string picture() const {
    std::string out;
    for (const int number : {kFar, kDeleted, kShared, kGroup, kMerged})
      for (const char* more : {"", "/around", "/comments", "/attachments", "/merges"})
        out += world_.instance().get("/api/v1/veil/things/" + world_.id("thing", number) + more).body + "\n";
    return out + world_.instance().get("/api/v1/veil/vaults").body;
  }

  inline static std::unique_ptr<LeakWorld> shared_;
  LeakWorld& world_ = *shared_;
  std::vector<Operation> all_;
};

TEST_F(Leaks, NoRouteTellsOfRecordsAndFieldsOutOfSight) {
  ASSERT_GT(all_.size(), 250u);
  for (const Person& who : everybody()) {
    SCOPED_TRACE(who.role);
    const std::string before = picture();
    const int own = std::max(who.own, 0);
    std::map<std::string, std::vector<Subject>> subjects;
    for (const int number : std::set<int>{kFar, kDeleted, kGroup, kShared, kEditable, own})
      subjects["thing"].push_back(thing(number));
    Subject foreign = thing(own);  // the parts of another record
    foreign.comment = world_.part("comment", kFar);
    foreign.file = world_.part("file", kFar);
    foreign.merge = world_.part("merge", kFar);
    if (who.own >= 0) subjects["thing"].push_back(foreign);
    const int paper = world_.add_paper(kFar), letter = world_.add_letter(kFar);
    subjects["paper"] = {{"paper", world_.id("paper", paper), "", "", "", world_.id("paper", 0)}};
    subjects["letter"] = {{"letter", world_.id("letter", letter), "", "", "", ""}};
    subjects["unit"] = {{"unit", world_.id("unit", 0), "", "", "", ""}};
    subjects["vault"] = {{"vault", world_.id("vault", 0), "", "", "", ""}};
    subjects["user"] = {{"user", world_.admin().id, "", "", "", ""}};
    subjects["company"] = {{"company", world_.id("company", kCompanyFar), "", "", "", ""}};
    subjects["department"] = {{"department", world_.id("department", kCompanyFar), "", "", "", ""}};
    subjects["assignment"] = {{"assignment", world_.assignment(), "", "", "", ""}};
    if (who.role == "member@A" || who.role == "two@A")  // see that one, and may not change it
      EXPECT_EQ(world_.ask(who, {"DELETE", "/api/v1/identity/assignments/" + world_.assignment()}).status,
                403);
    subjects["group"] = {{"group", world_.group(), "", "", "", ""}};
    subjects["role"] = {{"role", world_.role(), "", "", "", ""}};
    subjects["grant"] = {{"grant", world_.grant(), "", "", "", ""}};
    subjects["invitation"] = {{"invitation", LeakWorld::kMissing, "", "", "", ""}};
    subjects["access_request"] = {{"access request", LeakWorld::kMissing, "", "", "", ""}};
    subjects["membership"] = {{"membership", world_.membership(), "", "", "", ""}};
    subjects["api_key"] = {{"api_key", LeakWorld::kMissing, "", "", "", ""}};
    subjects["flag"] = {{"flag", LeakWorld::kMissing, "", "", "", ""}};
    subjects["address_rule"] = {{"address_rule", LeakWorld::kMissing, "", "", "", ""}};
    // What he may do with what he sees and does not own is asked for only where it does no harm to others.
    const auto spared = [&](const Subject& subject) {
      if (subject.entity == "thing")
        return subject.id != world_.id("thing", own) && subject.id != world_.id("thing", kEditable) &&
               LeakWorld::sees(who, "thing", kFar);
      return subject.entity == "vault" && LeakWorld::sees_entity(who, "vault");
    };
    for (const Operation& operation : all_) {
      const auto at = entity_of(operation.path);
      if (!at) {
        const auto known = core().find(operation.name());
        if (known == core().end())
          ADD_FAILURE() << operation.name() << ": the test does not know how to ask it";
        else if (known->second != "left out")
          world_.ask(who,
                     {operation.method, filled(operation.path, {"", "veil", "", "", "", ""}), known->second});
        continue;
      }
      for (const Subject& subject : subjects[at->first]) {
        if (operation.method != "GET" && (spared(subject) || subject.id == world_.id("thing", kShared)))
          continue;
        world_.ask(who, call(operation, subject));
      }
    }
    EXPECT_EQ(picture(), before) << who.role << " has changed what is not his";
  }
}

// A record that somebody may not see is the same as none, on every route: status, fields and text.
TEST_F(Leaks, ARecordOutOfSightIsTheSameAsNone) {
  int asked = 0;
  for (const Person& who : world_.people()) {
    SCOPED_TRACE(who.role);
    for (const Subject& subject : out_of_sight(who)) {
      for (const Operation& operation : all_) {
        const auto at = entity_of(operation.path);
        if (!at || at->first != subject.entity) continue;
        const Call one = call(operation, subject);
        if (one.text().find(subject.id) == std::string::npos) continue;
        std::vector<std::pair<std::string, std::string>> words = {{subject.id, LeakWorld::kMissing}};
        for (const std::string& part : {subject.comment, subject.file, subject.merge})
          if (!part.empty() && part != LeakWorld::kMissing) words.emplace_back(part, LeakWorld::kMissing);
        if (subject.other != subject.id && subject.other != LeakWorld::kMissingToo)
          words.emplace_back(subject.other, LeakWorld::kMissingToo);
        world_.expect_same(who, one, words);
        ++asked;
        if (one.method != "PATCH" && one.method != "DELETE" && !one.path.ends_with("/restore")) continue;
        Call versioned = one;
        versioned.fields = {{"If-Match", "\"77\""}};
        world_.expect_same(who, versioned, words);
      }
    }
  }
  EXPECT_GT(asked, 500);
}

}  // namespace
}  // namespace opsflux::system_test
