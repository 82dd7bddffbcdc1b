// The plan: what an installation or upgrade will do, worked out before anything happens.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "host/modules/library.hpp"
#include "host/modules/records.hpp"
#include "host/modules/registry.hpp"

namespace opsflux::modules {

struct PlanInput {
  const package::Package& package;
  const package::Verdict& verdict;
  const Declarations& declarations;
  const InstalledModule* installed = nullptr;  // null: not installed, or removed
  const Declarations* current = nullptr;       // of the installed version
  package::HostFacts facts;                    // what the package has to fit
  store::Database& database;
  std::filesystem::path temp_folder;
  const Clock& clock;
};

// Refuses what cannot be installed here: package.older, package.same_version, what
// package::check_requirements refuses, and everything that running the migrations in a throw-away database
// shows. The result has no time in it: the same upload gives the same digest.
Result<Json> make_plan(const PlanInput& input);
// What a package of `module` has to fit here. `known`: modules with data on this instance, active or not.
package::HostFacts host_facts(const Registry& registry, std::string_view module,
                              std::set<std::string, std::less<>> known);
std::string plan_digest(const Json& plan);

// What granting a service to a module risks: "low", "moderate" or "high"; "high" for one that is not known.
std::string_view service_risk(std::string_view service);

// High risks that the administrator must accept one by one.
std::vector<std::string> accept_required(const Json& plan);

}  // namespace opsflux::modules
