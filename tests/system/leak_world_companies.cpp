// The companies of the world, and the people in them.
#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <thread>

#include "tests/system/leak_world.hpp"

namespace opsflux::system_test {

void LeakWorld::add_companies() {
  for (int i = kCompanyFar; i <= kCompanyC; ++i) {
    Json company = {{"name", mark("company", i, "name")}, {"code", mark("company", i, "code")}};
    if (i == kCompanyB) company["parent"] = id("company", kCompanyA);
    ids_["company"].push_back(must({"POST", "/api/v1/identity/companies", company}));
    ids_["department"].push_back(
        must({"POST",
              "/api/v1/identity/departments",
              {{"name", mark("department", i, "name")}, {"company", id("company", i)}}}));
  }
  // What members see of the organisation itself.
  Json grants = Json::array();
  for (const char* entity : {"company", "department", "user", "assignment"})
    grants.push_back({{"permission", std::string("identity.") + entity + ".view"}, {"scope", "company"}});
  const std::string member = "/api/v1/identity/roles/member";
  for (int i = 0; i < 250 && in_.get(member).status != 200; ++i)  // made when the module comes
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  must({"PATCH", member, {{"grants", grants}}});
}

std::string LeakWorld::add_guest(const std::string& name) {
  const std::string made = must(
      {"POST",
       "/api/v1/identity/users",
       {{"email", name + "@example.org"}, {"name", "P " + name}, {"role", "guest"}, {"language", "en"}}});
  must({"POST", "/api/v1/identity/users/" + made + "/password", {{"password", kPassword}}});
  return made;
}

std::string LeakWorld::assign(const std::string& person, const std::string& role, int company,
                              int department) {
  return must({"POST",
               "/api/v1/identity/assignments",
               {{"person", person},
                {"role", role},
                {"company", id("company", company)},
                {"department", department < 0 ? Json() : Json(id("department", department))}}});
}

void LeakWorld::add_person_in(const std::string& role, const std::string& id, const std::string& email,
                              int company, std::set<int> things) {
  Person person{role, id, in_.log_in(email, kPassword)};
  person.things = std::move(things);
  person.guest = person.things.empty();
  const Json wanted = {{"company", company < 0 ? Json() : Json(this->id("company", company))}};
  const auto chosen = [&] { return send(person, {"PUT", "/api/v1/auth/context", wanted}); };
  Answer answer = chosen();
  for (int i = 0; i < 250 && answer.status != 200; ++i) {  // until his role is known
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    answer = chosen();
  }
  if (answer.status != 200) throw std::runtime_error(role + ": " + answer.text());
  people_.push_back(std::move(person));
}

void LeakWorld::add_people_of_companies() {
  // In the order in which the things are made, behind those that are somebody's own.
  const auto owners =
      std::count_if(people_.begin(), people_.end(), [](const Person& one) { return one.own >= 0; });
  const int of_a = kFirstOwn + static_cast<int>(owners), of_b = of_a + 1, of_c = of_a + 2, beside = of_a + 3;
  const std::string member = add_guest("in-a"), staff = add_guest("in-da"), chief = add_guest("in-c"),
                    two = add_guest("in-both");
  assignment_ = assign(member, "member", kCompanyA);
  assign(staff, "staff", kCompanyA, kCompanyA);
  assign(chief, "administrator", kCompanyC);
  assign(two, "member", kCompanyA);
  assign(two, "guest", kCompanyC);
  add_person_in("member@A", member, "in-a@example.org", kCompanyA, {of_a, of_b, beside});
  add_person_in("staff@A", staff, "in-da@example.org", kCompanyA, {of_a});
  add_person_in("administrator@C", chief, "in-c@example.org", kCompanyC, {of_c});
  add_person_in("two@A", two, "in-both@example.org", kCompanyA, {of_a, of_b, beside});
  add_person_in("two@C", two, "in-both@example.org", kCompanyC, {});
  add_person_in("two", two, "in-both@example.org", -1, {});
  for (Person& one : people_) {
    // Everybody sees those that he acts for; in nobody's name all that he has a role in.
    if (one.role.ends_with("@A")) one.companies = {kCompanyA, kCompanyB};
    if (one.role.ends_with("@C")) one.companies = {kCompanyC};
    if (one.role == "two") one.companies = {kCompanyA, kCompanyB, kCompanyC};
    one.departments = one.companies;
    if (one.role.starts_with("two")) one.roles_in = {kCompanyA, kCompanyC};
  }
}

}  // namespace opsflux::system_test
