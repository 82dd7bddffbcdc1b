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
  const Registry& registry;                    // what is active, for dependencies
  store::Database& database;
  std::filesystem::path temp_folder;
  const Clock& clock;
};

// Refuses what cannot be installed here: package.older, package.same_version, package.abi, package.host,
// package.dependency_missing, package.no_library, and everything that running the migrations in a
// throw-away database shows. The result has no time in it: the same upload gives the same digest.
Result<Json> make_plan(const PlanInput& input);
// "package.dependency_missing" when a module that the manifest depends on is not active in a fitting version.
Result<void> check_dependencies(const package::Manifest& manifest, const Registry& registry);
std::string plan_digest(const Json& plan);

// What granting a service to a module risks: "low", "moderate" or "high"; "high" for one that is not known.
std::string_view service_risk(std::string_view service);

// High risks that the administrator must accept one by one.
std::vector<std::string> accept_required(const Json& plan);

}  // namespace opsflux::modules
