// Makes and signs packages: what opsflux-sdk and the tests of later layers use.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "host/base/clock.hpp"
#include "host/base/error.hpp"
#include "host/package/keys.hpp"

namespace opsflux::package {

using PackageFiles = std::map<std::string, std::string>;  // name in the package -> content

// The unsigned package: the files and META/digests.json. The same bytes for the same files. Nothing is
// checked but names and sizes; Package::open_bytes says whether the result is one.
Result<std::string> write_package(const PackageFiles& files);

// Adds the key's signature, in place of an earlier one of the same key; the other files stay byte for
// byte. Fails when the content is not what digests.json lists.
Result<std::string> sign_package(std::string_view zip, const SigningKey& key, UtcNs now);

}  // namespace opsflux::package
