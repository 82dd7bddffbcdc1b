// Does a package fit this host and what is installed on it?
#pragma once

#include <map>
#include <set>
#include <string>

#include "host/base/error.hpp"
#include "host/package/package.hpp"

namespace opsflux::package {

inline constexpr std::string_view kPlatform = "linux-x86_64";
// Where the library of this platform stands in a package: "lib/linux-x86_64/module.so".
inline constexpr std::string_view kLibraryName = "lib/linux-x86_64/module.so";

struct HostFacts {
  SemVer version;
  AbiVersion abi;
  std::set<std::string, std::less<>> services;  // "opsflux.entity/1"
  std::map<std::string, SemVer, std::less<>>
      active_modules;                                // module id -> version, the package's own left out
  std::set<std::string, std::less<>> known_modules;  // ids with data here, active or not
  std::map<std::string, VersionRange, std::less<>>
      dependents;  // active modules that need this one, and the versions of it that they take
};

// Refusals: package.host_version, package.abi_too_new, package.abi_unsupported, package.service_unknown,
// package.wrong_platform, package.missing_file (the library), package.dependency_missing,
// package.dependency_version, package.breaks_dependent, package.name_clash. All that apply are in `causes`; a
// single one is returned as it is.
Result<void> check_requirements(const Package& package, const HostFacts& host);

}  // namespace opsflux::package
