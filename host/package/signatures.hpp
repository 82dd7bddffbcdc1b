// META/signatures.json: who vouches for META/digests.json. Publisher, marketplace and organisation may
// each add one.
//
// A signature is made over the DSSE encoding of the raw bytes of digests.json with the type
// "application/vnd.opsflux.package-digests+json;signed_at=<time>;signer=<name>" (the name
// percent-encoded), so that time and name cannot be changed either. The file has one form only, that of
// format_signatures; any other bytes are refused.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "host/base/clock.hpp"
#include "host/base/error.hpp"
#include "host/package/keys.hpp"

namespace opsflux::package {

struct PackageSignature {
  std::string key_id;
  std::string signer;     // as the signer calls itself; the trusted name stands in the trust store
  std::string signed_at;  // RFC 3339, as the signer's clock said
  std::string signature;  // 64 bytes
};

std::string signature_type(const PackageSignature& signature);
PackageSignature sign_digests(const SigningKey& key, std::string_view digests_bytes, UtcNs now);

// kMalformed "package.bad_signatures".
Result<std::vector<PackageSignature>> parse_signatures(std::string_view bytes);
std::string format_signatures(const std::vector<PackageSignature>& signatures);

}  // namespace opsflux::package
