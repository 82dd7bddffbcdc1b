// Is this package what somebody we trust signed? Asked at upload, at install and at every load.
#pragma once

#include <string>
#include <vector>

#include "host/base/error.hpp"
#include "host/package/package.hpp"
#include "host/package/trust_store.hpp"

namespace opsflux::package {

enum class Purpose : std::uint8_t {
  kInstall,  // refused when revoked with no_new_install or quarantine
  kLoad,     // installed already: refused when revoked with quarantine
};

struct Signer {
  std::string key_id;
  std::string name;  // from the trust store; for an unknown key what it calls itself
  std::string signed_at;
  bool known = false;
  TrustLevel level = TrustLevel::kDevelopment;  // when known
};

struct Check {
  std::string id;    // "digests", "signature", "revocation"
  bool ok = true;    // false: passed with a warning, see note
  std::string note;  // an English sentence, or empty
};

struct Verdict {
  TrustLevel level = TrustLevel::kDevelopment;  // the best of the known signers
  std::string key_id, signer, signed_at;        // of that one
  std::vector<Signer> signers;                  // all, in file order
  std::vector<Check> checks;
  std::vector<Revocation> warnings;  // revocations that do not forbid this purpose
};

// Refusals, each with its own code and sentence: package.unsigned, package.unknown_key,
// package.bad_signature, package.key_replaced, package.wrong_publisher, package.missing_file,
// package.extra_file, package.altered (names the file), package.repacked, package.revoked.
// Signature before content: nothing is inflated for a key that is not known.
Result<Verdict> verify(const Package& package, const TrustStore& trust, Purpose purpose = Purpose::kInstall);

}  // namespace opsflux::package
