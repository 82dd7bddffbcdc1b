// opsflux-sdk keygen, rotate and revoke.
#pragma once

#include <filesystem>
#include <string>

#include "host/base/clock.hpp"
#include "host/base/error.hpp"
#include "host/package/trust_store.hpp"

namespace opsflux::sdk {

struct KeygenOptions {
  std::filesystem::path out;  // the private key; the public one is written to <out>.key.json
  std::string name;
  package::TrustLevel level = package::TrustLevel::kPrivate;  // suggested to those who enrol it
  std::string publisher;
  bool signs_revocations = false;
};

// The public file can be put into a host's trust folder as it is. Nothing is overwritten ("key.exists").
Result<package::TrustedKey> keygen(const KeygenOptions& options, UtcNs now);

// A statement by the old key that the new one (a public file) succeeds it, for TrustStore::rotate.
Result<void> rotate(const std::filesystem::path& old_key, const std::filesystem::path& new_public,
                    const std::filesystem::path& out, UtcNs now);

struct RevokeOptions {
  std::filesystem::path key;   // may sign lists where it is enrolled with signs_revocations
  std::filesystem::path list;  // written anew; when it exists, its entries are kept and its version grows
  package::Revocation entry;
};
Result<package::RevocationList> revoke(const RevokeOptions& options, UtcNs now);

}  // namespace opsflux::sdk
