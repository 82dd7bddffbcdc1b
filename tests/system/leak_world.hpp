// The world of the tests that look for leaks: an instance with the module "veil", people of every role and
// scope, and records of which every value says whose it is ("zqthing04note": the note of thing 4). What a
// person may see is told by a model of its own, which knows nothing of the engine; whatever else stands in an
// answer is a leak.
#pragma once

#include <map>
#include <set>

#include "tests/system/instance.hpp"

namespace opsflux::system_test {

struct Person {
  // Without a role and a token: a stranger. "member@A": in the name of company A, and nowhere else more than
  // a guest.
  std::string role, id, token;
  int own = -1;  // the number of the thing that is his
  // What he sees by his company or department.
  std::set<int> things{}, companies{}, departments{};
  std::set<int> roles_in{};  // the companies that he is told he may act for
  bool guest = false;        // who has no right at all to what the module has
};

struct Call {
  std::string method, path;
  Json body = nullptr;
  std::vector<std::pair<std::string, std::string>> fields{};
  std::string raw{};    // sent instead of the body
  std::string known{};  // what he has said before

  std::string text() const { return method + " " + path + " " + (raw.empty() ? to_text(body) : raw) + known; }
};

// Whom the things are of: 0 the administrator's, 1 his and deleted, 2 shared with everybody, 3 shared to be
// edited, 4 shared with a group that the administrator alone is in, 5 merged into 0, 6 merged into 3, then
// one of each person, then one of each company's, and one of A and none of its departments. The companies: 0
// that of all things before, which nobody is in, 1 A, 2 B below A, 3 C; each with the department of its
// number.
enum Companies { kCompanyFar, kCompanyA, kCompanyB, kCompanyC };
enum Things { kFar, kDeleted, kShared, kEditable, kGroup, kMerged, kMergedShared, kFirstOwn };

class LeakWorld {
 public:
  static constexpr const char* kMissing = "01939f3e-0000-7000-8000-0000000000ff";
  static constexpr const char* kMissingToo = "01939f3e-0000-7000-8000-0000000000fe";
  static constexpr std::int64_t kVeiledNumber = 987'654'000;

  LeakWorld();

  const Instance& instance() const { return in_; }
  const Person& admin() const { return admin_; }
  const std::string& group() const { return group_; }
  const std::string& role() const { return role_; }    // nobody's
  const std::string& grant() const { return grant_; }  // of that role
  const std::string& membership() const { return membership_; }
  const std::string& assignment() const { return assignment_; }  // member@A
  const std::vector<Person>& people() const { return people_; }
  const Person& person(const std::string& role) const;
  // By entity and number.
  const std::string& id(const std::string& entity, int number) const { return ids_.at(entity).at(number); }
  int count(const std::string& entity) const { return static_cast<int>(ids_.at(entity).size()); }
  // What belongs to a thing, by "comment", "file", "plan", "veiled_file" and, of some, "merge".
  std::string part(const std::string& what, int thing) const;

  // The model: who sees which record, and which field.
  static bool sees(const Person& who, const std::string& entity, int number);
  static bool sees_field(const Person& who, const std::string& field);
  static bool sees_entity(const Person& who, const std::string& entity);
  // Papers name the thing of their number, until it is merged into another.
  static int thing_of_paper(int paper);

  // Sends it, and looks for what he may not see in the whole answer; what the call itself says may be
  // repeated.
  Answer ask(const Person& who, const Call& call) const;
  // Looks for it in an answer.
  void look(const Person& who, const Call& call, const Answer& answer) const;
  // What he may not see is as if it were not there: the call with `hidden` in it is answered as that with
  // `absent` instead.
  void expect_same(const Person& who, const Call& call, const std::string& hidden,
                   const std::string& absent) const;
  // The same for several words at once: (hidden, absent).
  void expect_same(const Person& who, const Call& call,
                   const std::vector<std::pair<std::string, std::string>>& words) const;

  std::string must(const Call& call);  // as the administrator; the "id" of the answer
  std::string upload(const Person& who, const std::string& name, const std::string& content) const;
  static std::string mark(const std::string& entity, int number, const std::string& field);
  int add_paper(int thing);
  int add_letter(int thing);

 private:
  Answer send(const Person& who, const Call& call) const;
  void add_companies();
  void add_people();
  std::string add_guest(const std::string& name);
  std::string assign(const std::string& person, const std::string& role, int company, int department = -1);
  void add_people_of_companies();
  void add_person_in(const std::string& role, const std::string& id, const std::string& email, int company,
                     std::set<int> things);
  void add_things();
  void add_thing(int number, const std::string& owner, int company, bool in_department = true);
  void add_around(int number);

  Instance in_;
  Person admin_;
  std::string role_, grant_;
  std::string group_, membership_;  // of the administrator alone
  std::string assignment_;
  std::vector<Person> people_;
  std::map<std::string, std::vector<std::string>> ids_;
  std::map<std::pair<std::string, int>, std::string> parts_;
};

std::string percent_encoded(const std::string& text);
std::string replaced(std::string text, const std::string& from, const std::string& to);

}  // namespace opsflux::system_test
