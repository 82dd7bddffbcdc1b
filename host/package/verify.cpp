#include "host/package/verify.hpp"

#include "host/base/text.hpp"
#include "host/package/signatures.hpp"

namespace opsflux::package {
namespace {

std::string short_id(std::string_view id) { return std::string(id.substr(0, 16)); }

// Every signature of a known key must be right; at least one known key must have signed.
Result<std::vector<Signer>> check_signatures(const Package& package,
                                             const std::vector<PackageSignature>& signatures,
                                             const TrustStore& trust) {
  std::vector<Signer> signers;
  for (const PackageSignature& s : signatures) {
    const TrustedKey* key = trust.find(s.key_id);
    if (!key) {
      signers.push_back({s.key_id, s.signer, s.signed_at, false, TrustLevel::kDevelopment});
      continue;
    }
    if (!verify_signature(key->public_key, signature_type(s), package.digests_bytes(), s.signature))
      return fail(Error::forbidden("package.bad_signature",
                                   "The signature by \"" + key->name +
                                       "\" is wrong: the list of files or the signature was altered.")
                      .at(kSignaturesName)
                      .with("key", s.key_id)
                      .with("name", key->name));
    if (!key->replaced_by.empty() && *parse_utc(s.signed_at) > *parse_utc(key->replaced_at))
      return fail(Error::forbidden("package.key_replaced",
                                   "The key \"" + key->name + "\" was replaced by key " +
                                       short_id(key->replaced_by) + " on " + key->replaced_at +
                                       " and may sign nothing newer; this was signed on " + s.signed_at + ".")
                      .at(kSignaturesName)
                      .with("key", s.key_id)
                      .with("name", key->name));
    if (!key->publisher.empty() && key->publisher != package.manifest().publisher.id)
      return fail(Error::forbidden("package.wrong_publisher",
                                   "The key \"" + key->name + "\" signs packages of the publisher \"" +
                                       key->publisher + "\" only; this one is of \"" +
                                       package.manifest().publisher.id + "\".")
                      .at(kSignaturesName)
                      .with("key", s.key_id)
                      .with("publisher", package.manifest().publisher.id));
    signers.push_back({s.key_id, key->name, s.signed_at, true, key->level});
  }
  return signers;
}

Error unknown_key(const std::vector<Signer>& signers) {
  std::vector<std::string> who;
  for (const Signer& signer : signers)
    who.push_back("\"" + signer.name + "\" (key " + short_id(signer.key_id) + ")");
  return Error::forbidden("package.unknown_key",
                          "The package is signed by " + join(who, ", ") +
                              ", which is not trusted here. An administrator may enrol that key.")
      .at(kSignaturesName)
      .with("key", signers.front().key_id);
}

Result<std::vector<Revocation>> check_revocations(const Package& package, const std::vector<Signer>& signers,
                                                  const TrustStore& trust, Purpose purpose) {
  TrustStore::Subject subject{package.digest(), package.manifest().id, package.manifest().version, {}};
  for (const Signer& signer : signers) subject.key_ids.push_back(signer.key_id);
  auto revocations = trust.revocations_of(subject);
  for (const Revocation& entry : revocations) {
    if (entry.grade == RevocationGrade::kWarn ||
        (entry.grade == RevocationGrade::kNoNewInstall && purpose == Purpose::kLoad))
      continue;
    const std::string what = !entry.key_id.empty()   ? "The key that signed this package is revoked"
                             : !entry.digest.empty() ? "This package is revoked"
                                                     : "The versions " + entry.versions.text() + " of " +
                                                           entry.module + " are revoked";
    return fail(Error::forbidden("package.revoked", what + (entry.reason.empty() ? "." : ": " + entry.reason))
                    .with("grade", to_string(entry.grade))
                    .with("reason", entry.reason));
  }
  return revocations;
}

}  // namespace

Result<Verdict> verify(const Package& package, const TrustStore& trust, Purpose purpose) {
  const auto unsigned_package = [] {
    return fail(
        Error::forbidden("package.unsigned",
                         "The package is not signed; only signed packages are taken (opsflux-sdk sign).")
            .at(kSignaturesName));
  };
  if (!package.has(kSignaturesName)) return unsigned_package();
  TRY_ASSIGN(bytes, package.read(kSignaturesName));
  TRY_ASSIGN(signatures, parse_signatures(bytes));
  if (signatures.empty()) return unsigned_package();

  Verdict verdict;
  TRY_ASSIGN(signers, check_signatures(package, signatures, trust));
  verdict.signers = std::move(signers);
  const Signer* best = nullptr;
  for (const Signer& signer : verdict.signers)
    if (signer.known && (!best || signer.level < best->level)) best = &signer;
  if (!best) return fail(unknown_key(verdict.signers));
  verdict.level = best->level;
  verdict.key_id = best->key_id;
  verdict.signer = best->name;
  verdict.signed_at = best->signed_at;

  TRY(package.check_content());
  TRY_ASSIGN(warnings, check_revocations(package, verdict.signers, trust, purpose));
  verdict.warnings = std::move(warnings);
  verdict.checks = {{"digests", true, ""}, {"signature", true, ""}, {"revocation", true, ""}};
  if (!verdict.warnings.empty()) {
    verdict.checks.back().ok = false;
    verdict.checks.back().note = verdict.warnings.front().reason.empty()
                                     ? "This package is on the revocation list."
                                     : verdict.warnings.front().reason;
  }
  return verdict;
}

}  // namespace opsflux::package
