#include "tests/system/leak_world.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace opsflux::system_test {
namespace {

constexpr const char* kRoles[] = {"keeper", "clerk", "member", "staff", "lone", "wide", "user", "blind"};

bool is_letter(char c) { return c >= 'a' && c <= 'z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

struct Mark {
  std::string text, entity, field;
  int number = 0;
};

// Every "zqthing04note" in a text.
std::vector<Mark> marks_in(const std::string& text) {
  std::vector<Mark> out;
  for (std::size_t at = text.find("zq"); at != std::string::npos; at = text.find("zq", at + 2)) {
    std::size_t i = at + 2, start = i;
    while (i < text.size() && is_letter(text[i])) ++i;
    Mark mark{"", text.substr(start, i - start), "", 0};
    if (mark.entity.empty() || i + 2 > text.size() || !is_digit(text[i]) || !is_digit(text[i + 1])) continue;
    mark.number = (text[i] - '0') * 10 + (text[i + 1] - '0');
    start = i += 2;
    while (i < text.size() && is_letter(text[i])) ++i;
    mark.field = text.substr(start, i - start);
    mark.text = text.substr(at, i - at);
    out.push_back(std::move(mark));
  }
  return out;
}

// The answer without what differs each time.
std::string comparable(const Answer& answer) {
  std::string body = answer.body;
  for (const std::string key : {"\"trace_id\":\"", "\"at\":\"", "\"created_at\":\"", "\"updated_at\":\""})
    for (std::size_t at = body.find(key); at != std::string::npos; at = body.find(key, at + key.size()))
      body.erase(at + key.size(), body.find('"', at + key.size()) - at - key.size());
  std::string out = std::to_string(answer.status);
  for (const char* name : {"Content-Type", "ETag", "Location", "Content-Disposition", "Retry-After"})
    out += std::string("\n") + name + ": " + answer.field(name);
  return out + "\n" + body;
}

// A merge moves what is around a record to the other one.
bool is_around(const Mark& mark) {
  return mark.field == "tag" || mark.field == "comment" || mark.field == "attachment";
}

// Whether only refusals of fields that refer to them speak of vaults.
bool tells_by_fields(const Answer& answer) {
  if (answer.code() == "entity.no_reference") return true;
  const Json problem = answer.json();
  if (!problem.is_object() || !problem.contains("errors")) return false;
  for (const Json& one : problem.at("errors"))
    if (get_string_or(one, "code", "") != "entity.no_reference" &&
        to_text(one).find("vault") != std::string::npos)
      return false;
  return true;
}

Call with(const Call& call, const std::string& from, const std::string& to) {
  Call out = call;
  out.path = replaced(replaced(out.path, from, to), percent_encoded(from), percent_encoded(to));
  out.raw = replaced(out.raw, from, to);
  if (!out.body.is_null()) out.body = Json::parse(replaced(to_text(out.body), from, to));
  return out;
}

}  // namespace

std::string percent_encoded(const std::string& text) {
  std::string out;
  for (const char c : text) {
    char code[4];
    std::snprintf(code, sizeof code, "%%%02X", static_cast<unsigned char>(c));
    out += std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_' || c == '.'
               ? std::string(1, c)
               : code;
  }
  return out;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  return text;
}

std::string LeakWorld::mark(const std::string& entity, int number, const std::string& field) {
  char digits[8];
  std::snprintf(digits, sizeof digits, "%02d", number % 100);
  return "zq" + entity + digits + replaced(field, "_", "");
}

LeakWorld::LeakWorld() {
  in_.start();
  in_.install("veil");
  admin_ = {"administrator", "", in_.token(), -1};
  admin_.id = get_string_or(in_.get("/api/v1/auth/me").json().at("user"), "id", "");
  add_companies();
  add_people();
  add_people_of_companies();
  add_things();
}

const Person& LeakWorld::person(const std::string& role) const {
  for (const Person& one : people_)
    if (one.role == role) return one;
  throw std::runtime_error("nobody is " + role);
}

std::string LeakWorld::part(const std::string& what, int thing) const {
  const auto it = parts_.find({what, thing});
  return it == parts_.end() ? kMissing : it->second;
}

bool LeakWorld::sees_entity(const Person& who, const std::string& entity) {
  if (who.role.empty()) return false;
  if (entity == "company" || entity == "department")
    return who.role == "administrator" || who.role == "member" || who.role == "user" ||
           !who.companies.empty();
  if (who.guest) return false;
  // What belongs to no company is not limited to one, either.
  if (entity == "vault")
    return who.role == "administrator" || who.role == "keeper" || who.role == "administrator@C";
  return entity != "thing" || who.role != "blind";
}

// Who has a role on himself and none in a company sees by these scopes what he owns. Of the people nothing
// but names is marked.
bool LeakWorld::sees(const Person& who, const std::string& entity, int number) {
  if (!sees_entity(who, entity)) return false;
  if (entity == "company") return who.role == "administrator" || who.companies.contains(number);
  if (entity == "department") return who.role == "administrator" || who.departments.contains(number);
  if (entity != "thing") return true;
  if (who.role == "administrator" || who.role == "keeper" || who.role == "clerk") return true;
  return number == who.own || number == kShared || number == kEditable || who.things.contains(number);
}

bool LeakWorld::sees_field(const Person& who, const std::string& field) {
  return !field.starts_with("veiled") || who.role == "administrator" || who.role == "keeper";
}

int LeakWorld::thing_of_paper(int paper) {
  return paper == kMerged ? kFar : paper == kMergedShared ? kEditable : paper;
}

std::string LeakWorld::must(const Call& call) {
  const Answer answer = send(admin_, call);
  if (answer.status / 100 != 2) throw std::runtime_error(call.text() + ": " + answer.text());
  const Json body = answer.json();
  return body.is_object() ? get_string_or(body, "id", "") : "";
}

std::string LeakWorld::upload(const Person& who, const std::string& name, const std::string& content) const {
  const Answer answer = send(
      who, {"POST", "/api/v1/files?file_name=" + name, nullptr, {{"Content-Type", "text/plain"}}, content});
  if (answer.status != 201) throw std::runtime_error("no file: " + answer.text());
  return get_string_or(answer.json(), "id", "");
}

// Roles other than the two that people can be given so far are written into the table.
void LeakWorld::add_people() {
  int own = kFirstOwn;
  for (const char* role : kRoles) {
    const std::string email = std::string(role) + "@example.org";
    Person person{role, "", ""};
    person.own = std::string_view(role) == "blind" ? -1 : own++;
    person.id =
        must({"POST",
              "/api/v1/identity/users",
              {{"email", email}, {"name", "P " + person.role}, {"role", "user"}, {"language", "en"}}});
    must({"POST", "/api/v1/identity/users/" + person.id + "/password", {{"password", kPassword}}});
    in_.sql("UPDATE identity_user SET role = '" + person.role + "' WHERE id = '" + person.id + "'");
    person.token = in_.log_in(email, kPassword);
    people_.push_back(std::move(person));
  }
}

void LeakWorld::add_thing(int number, const std::string& owner, int company, bool in_department) {
  const auto marked = [&](const char* field) { return mark("thing", number, field); };
  const char* kinds[] = {"alpha", "beta", "gamma"};
  // Thing 0 differs from that of the first person with a narrow scope by a visible part of the key only.
  const int twin = number == kFar ? person("lone").own : number;
  const std::string plan = upload(admin_, marked("plan") + ".txt", marked("plan")),
                    veiled = upload(admin_, marked("veiledfile") + ".txt", marked("veiledfile"));
  ids_["thing"].push_back(
      must({"POST",
            "/api/v1/veil/things",
            {{"name", marked("name")},
             {"note", marked("note")},
             {"code", marked("code")},
             {"kind", kinds[number == kFar ? 1 : 0]},
             {"amount", std::int64_t{1} << number},
             {"day", "2026-11-21"},
             {"company", company < 0 ? Json() : Json(id("company", company))},
             {"department", company >= 0 && in_department ? Json(id("department", company)) : Json()},
             {"owner", owner},
             {"box", id("vault", 0)},
             {"plan", plan},
             {"veiled_text", marked("veiled_old")},
             {"veiled_code", marked("veiled_code")},
             {"veiled_number", kVeiledNumber + twin},
             {"veiled_kind", "gamma"},
             {"veiled_letter", id("letter", 0)},
             {"veiled_file", veiled},
             {"veiled_tags", {marked("veiled_tags")}},
             {"veiled_any", "veil.letter/" + id("letter", 0)}}}));
  parts_[{"plan", number}] = plan;
  parts_[{"veiled_file", number}] = veiled;
  must({"PATCH",
        "/api/v1/veil/things/" + id("thing", number),
        {{"veiled_text", marked("veiled_text")}, {"grade", 3}}});
}

void LeakWorld::add_around(int number) {
  const std::string path = "/api/v1/veil/things/" + id("thing", number);
  const auto marked = [&](const char* field) { return mark("thing", number, field); };
  parts_[{"comment", number}] = must({"POST", path + "/comments", {{"body", marked("comment")}}});
  const std::string file = upload(admin_, marked("attachment") + ".txt", marked("attachment"));
  must({"POST", path + "/attachments", {{"files", {file}}}});
  parts_[{"file", number}] = file;
  must({"PUT", path + "/tags", {{"tags", {marked("tag")}}}});
  must({"PUT", path + "/follow"});
}

int LeakWorld::add_paper(int thing) {
  const int number = static_cast<int>(ids_["paper"].size());
  const std::string& one = id("thing", thing);
  ids_["paper"].push_back(must({"POST",
                                "/api/v1/veil/papers",
                                {{"name", mark("paper", number, "name")},
                                 {"thing", one},
                                 {"things", {one}},
                                 {"about", "veil.thing/" + one},
                                 {"letter", id("letter", 0)}}}));
  return number;
}

int LeakWorld::add_letter(int thing) {
  const int number = static_cast<int>(ids_["letter"].size());
  ids_["letter"].push_back(must({"POST",
                                 "/api/v1/veil/letters",
                                 {{"veiled_name", mark("letter", number, "veiled_name")},
                                  {"name", mark("letter", number, "name")},
                                  {"thing", thing < 0 ? Json() : Json(id("thing", thing))},
                                  {"veiled_need", mark("letter", number, "veiled_need")}}}));
  return number;
}

void LeakWorld::add_things() {
  ids_["unit"].push_back(must({"POST", "/api/v1/veil/units", {{"name", mark("unit", 0, "name")}}}));
  ids_["vault"].push_back(must({"POST", "/api/v1/veil/vaults", {{"name", mark("vault", 0, "name")}}}));
  add_letter(-1);
  for (int i = 0; i < kFirstOwn; ++i) add_thing(i, admin_.id, kCompanyFar);
  for (const Person& one : people_)
    if (one.own >= 0) add_thing(one.own, one.id, -1);
  for (const int company : {kCompanyA, kCompanyB, kCompanyC}) add_thing(count("thing"), admin_.id, company);
  add_thing(count("thing"), admin_.id, kCompanyA, false);
  add_letter(kFar);
  const int things = count("thing");
  for (int i = 0; i < things; ++i) add_around(i);
  // Each thing is named by what only few may see, and cannot be deleted for that.
  for (int i = 0; i < things; ++i)
    ids_["vault"].push_back(must({"POST",
                                  "/api/v1/veil/vaults",
                                  {{"name", mark("vault", i + 1, "name")}, {"thing", id("thing", i)}}}));
  const auto without_vault = [&](int thing) {
    must({"DELETE", "/api/v1/veil/vaults/" + id("vault", thing + 1)});
  };
  for (int i = 0; i < things; ++i) add_paper(i);
  const std::string base = "/api/v1/veil/things/";
  std::set<std::string> told;  // who acts for several companies is one person
  for (const Person& one : people_) {
    if (!told.insert(one.id).second) continue;
    must({"POST", base + id("thing", kShared) + "/shares", {{"user", one.id}}});
    must({"POST", base + id("thing", kEditable) + "/shares", {{"user", one.id}, {"editable", true}}});
  }
  group_ = must({"POST", "/api/v1/identity/groups", {{"name", "Nobody"}}});
  role_ = must({"POST",
                "/api/v1/identity/roles",
                {{"key", "nobodys"},
                 {"name", "Nobody’s"},
                 {"grants", Json::array({{{"permission", "veil.vault.view"}, {"scope", "all"}}})}}});
  grant_ = in_.get("/api/v1/identity/roles/" + role_).json()["grants"][0]["id"];
  membership_ = must({"POST", "/api/v1/identity/memberships", {{"person", admin_.id}, {"in_group", group_}}});
  must({"POST", base + id("thing", kGroup) + "/shares", {{"group", group_}}});
  for (const auto& [into, from] : {std::pair(kFar, kMerged), {kEditable, kMergedShared}}) {
    without_vault(from);
    must({"POST",
          base + id("thing", into) + "/merges",
          {{"from", id("thing", from)},
           {"values", {{"veiled_text", mark("thing", into, "veiled_text") + " b"}}}}});
    const Json merges = in_.get(base + id("thing", into) + "/merges").json();
    parts_[{"merge", into}] = get_string_or(merges.at("data").at(0), "id", "");
  }
  without_vault(kDeleted);
  must({"DELETE", base + id("thing", kDeleted)});
}

Answer LeakWorld::send(const Person& who, const Call& call) const {
  auto fields = call.fields;
  if (!who.token.empty()) fields.emplace_back("Authorization", "Bearer " + who.token);
  const std::string body = !call.raw.empty() ? call.raw : call.body.is_null() ? "" : to_text(call.body);
  const bool typed = std::any_of(fields.begin(), fields.end(),
                                 [](const auto& field) { return field.first == "Content-Type"; });
  if (!body.empty() && !typed) fields.emplace_back("Content-Type", "application/json");
  return send_to(in_.port(), {call.method, call.path, body, std::move(fields)});
}

void LeakWorld::look(const Person& who, const Call& call, const Answer& answer) const {
  const std::string said = call.text(), text = answer.head + "\n" + answer.body;
  const auto leak = [&](const std::string& what) {
    ADD_FAILURE() << "leak: " << (who.role.empty() ? "a stranger" : who.role) << " is told " << what
                  << " by\n  " << said << "\n  " << answer.text();
  };
  EXPECT_NE(answer.status, 0) << said;
  EXPECT_LT(answer.status, 500) << who.role << " " << said << " " << answer.text();
  const bool chooses = call.path == "/api/v1/auth/me" || call.path == "/api/v1/app";
  for (const Mark& one : marks_in(text)) {
    if (chooses && one.entity == "company" && one.field == "name" && who.roles_in.contains(one.number))
      continue;
    if ((!sees(who, one.entity, is_around(one) ? thing_of_paper(one.number) : one.number) ||
         !sees_field(who, one.field)) &&
        said.find(one.text) == std::string::npos)
      return leak(one.text);
  }
  if (sees_field(who, "veiled")) return;
  for (const std::string word : {"veiled", "guarded", "987654", "987,654"})
    // A rule that does not hold is called by its name, whatever it reads.
    if (!(answer.status == 422 && word == "guarded") && text.find(word) != std::string::npos &&
        said.find(word) == std::string::npos)
      return leak(word);
  // A field that he sees tells of what entity its records are.
  if (answer.status >= 400 && !tells_by_fields(answer) && !sees_entity(who, "vault") &&
      text.find("vault") != std::string::npos && said.find("vault") == std::string::npos)
    leak("of vaults");
}

Answer LeakWorld::ask(const Person& who, const Call& call) const {
  Answer answer = send(who, call);
  look(who, call, answer);
  return answer;
}

void LeakWorld::expect_same(const Person& who, const Call& call, const std::string& hidden,
                            const std::string& absent) const {
  expect_same(who, call, {{hidden, absent}});
}

void LeakWorld::expect_same(const Person& who, const Call& call,
                            const std::vector<std::pair<std::string, std::string>>& words) const {
  Call other = call;
  for (const auto& [hidden, absent] : words) other = with(other, hidden, absent);
  const Answer one = ask(who, call);
  std::string expected = comparable(ask(who, other));
  for (const auto& [hidden, absent] : words) expected = replaced(expected, absent, hidden);
  EXPECT_EQ(comparable(one), expected) << "leak: " << who.role << " can tell by\n  " << call.text()
                                       << "\n  whether there is " << words.front().first;
}

}  // namespace opsflux::system_test
