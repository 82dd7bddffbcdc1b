// What each person may do now: the directory of people and the book of roles, of which either may be replaced
// at any time, as people change the one and modules the other.
#pragma once

#include <atomic>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "host/base/caller.hpp"
#include "host/entities/permissions.hpp"
#include "host/entities/role_book.hpp"
#include "host/services/identity/rights/directory.hpp"

namespace opsflux::identity {

struct Standing {
  RightsPtr rights;  // never null
  std::vector<std::string> groups = {};
  std::string company = {};  // in whose name he acts; empty: in none's
  // That one and those below it; in nobody's name all that he belongs to, or has a role in. Departments
  // alike.
  std::vector<std::string> companies = {}, departments = {};
  bool operator==(const Standing&) const = default;
};

// A role that somebody holds, and by what.
struct Holding {
  entities::HeldRole role;
  std::string group = {};    // that gives it to its members; empty: he has it himself
  std::string company = {};  // that he holds it in; empty: everywhere
  bool operator==(const Holding&) const = default;
};
// Of the person with that role of his own, in the name of a company or of none: what rights are compiled
// from, and explained by.
std::vector<Holding> holdings_of(const Directory& directory, const std::string& person, std::string_view role,
                                 const std::string& company = {});

// Any thread. Before the first directory and catalogue nobody may do anything.
class Standings {
 public:
  Standings();
  void set_directory(DirectoryPtr directory);
  void set_permissions(const entities::Permissions& permissions);

  // Of the person with that role, in the name of a company if he has a role in it, else in nobody's.
  Standing of(const std::string& person, std::string_view role, const std::string& company = {}) const;
  // Of the person, known by the last reading; by what was written of him before where he is not.
  Standing of_author(const Caller& caller) const;
  // Everything that he may do somewhere: what a role obliges to, it obliges to wherever it is held.
  RightsPtr anywhere(const std::string& person, std::string_view role) const;
  // What somebody would have of a role and nothing else; `in_company`: were it held in one company.
  RightsPtr of_role(std::string_view role, bool in_company = false) const;
  // The companies that he may act for, each once, in the order of their names.
  std::vector<std::string> companies_of(const std::string& person) const;
  // The one that he acts for when he signs in; empty: none.
  std::string first_company(const std::string& person) const;
  // What the owner's rights are where only these permissions were given ("tiers.company.edit.own"): none
  // through a role's name, and never an administrator's. The same object for the same of both.
  RightsPtr narrowed(const RightsPtr& owner, const std::vector<std::string>& permissions) const;
  // Another number when something changed that the above look at.
  std::uint64_t version() const { return version_.load(std::memory_order_acquire); }
  DirectoryPtr directory() const;
  std::shared_ptr<const entities::RoleBook> book() const;
  // Both as they fit one another.
  struct Now {
    DirectoryPtr directory;
    std::shared_ptr<const entities::RoleBook> book;
  };
  Now now() const;
  void set_book(const std::vector<entities::RoleRow>& roles);

 private:
  mutable std::mutex mutex_;
  Now now_;
  entities::Permissions permissions_;  // of the last catalogue
  mutable std::map<std::pair<std::uint64_t, std::vector<std::string>>, RightsPtr> narrowed_;
  std::atomic<std::uint64_t> version_{1};
};

// Makes a caller's rights, role, groups and places those of the standing.
void take(Standing standing, Caller& caller);

// Whether somebody with these rights may give the others: nobody gives what he has not. Without a place they
// hold in all companies that somebody belongs to, now or later, so that what is narrower than all is given by
// who has all only; in a company and department by who has them there. `everybody`: what may be given in any
// case; null: nothing.
bool may_give(const Caller& caller, const Rights& given, const std::string& company = {},
              const std::string& department = {}, const Rights* everybody = nullptr);

}  // namespace opsflux::identity
