// opsflux-sdk pack, sign and verify.
#pragma once

#include <filesystem>
#include <string>

#include "host/base/clock.hpp"
#include "host/base/error.hpp"
#include "host/package/verify.hpp"
#include "sdk/tool/module_folder.hpp"

namespace opsflux::sdk {

struct Packed {
  std::string module, version;
  std::string digest;  // Package::digest()
  std::uint64_t bytes = 0;
  std::size_t files = 0;
};

// Writes the unsigned package to `out` (empty: <id>-<version>.zip in the current folder, set on return).
// Refuses what no host would take: a wrong manifest, missing files, a library that fails the ELF lint.
Result<Packed> pack(const FolderOptions& options, std::filesystem::path& out);

// Adds a signature to the package; `out` may be the package itself. Gives the key's id.
Result<std::string> sign(const std::filesystem::path& zip, const std::filesystem::path& key,
                         const std::filesystem::path& out, UtcNs now);

// Verifies against a trust folder, or against one public key file (as keygen writes it).
Result<package::Verdict> verify_file(const std::filesystem::path& zip, const std::filesystem::path& trust);

}  // namespace opsflux::sdk
