#include "host/package/signatures.hpp"

#include "host/base/json.hpp"
#include "host/base/text.hpp"
#include "host/package/digests.hpp"

namespace opsflux::package {
namespace {

constexpr std::size_t kMaxSignatures = 16;

Error bad_signatures(std::string_view why) {
  return Error::malformed("package.bad_signatures",
                          std::string(kSignaturesName) + " is not what a signer writes: " + std::string(why))
      .at(kSignaturesName);
}

}  // namespace

std::string signature_type(const PackageSignature& s) {
  return std::string(kDigestsType) + ";signed_at=" + s.signed_at + ";signer=" + percent_encode(s.signer);
}

PackageSignature sign_digests(const SigningKey& key, std::string_view digests_bytes, UtcNs now) {
  PackageSignature signature{key.id(), key.name(), format_utc(now), {}};
  signature.signature = key.sign(signature_type(signature), digests_bytes);
  return signature;
}

std::string format_signatures(const std::vector<PackageSignature>& signatures) {
  OrderedJson list = OrderedJson::array();
  for (const PackageSignature& s : signatures)
    list.push_back({{"keyid", s.key_id},
                    {"signer", s.signer},
                    {"signed_at", s.signed_at},
                    {"sig", to_base64(s.signature)}});
  return OrderedJson{{"payloadType", kDigestsType}, {"signatures", std::move(list)}}.dump(1) + "\n";
}

Result<std::vector<PackageSignature>> parse_signatures(std::string_view bytes) {
  const auto document = parse_json(bytes, {.max_depth = 8, .max_bytes = 1 << 20});
  if (!document) return fail(bad_signatures(document.error().message));
  if (!document->is_object()) return fail(bad_signatures("it is no JSON object."));
  if (get_string_or(*document, "payloadType", "") != kDigestsType)
    return fail(bad_signatures("\"payloadType\" must be \"" + std::string(kDigestsType) + "\"."));
  const auto list = document->find("signatures");
  if (list == document->end() || !list->is_array())
    return fail(bad_signatures("\"signatures\" must be a list."));
  if (list->size() > kMaxSignatures)
    return fail(bad_signatures("it has more than " + std::to_string(kMaxSignatures) + " signatures."));
  std::vector<PackageSignature> out;
  for (const Json& one : *list) {
    if (!one.is_object()) return fail(bad_signatures("a signature in it is no object."));
    PackageSignature s{get_string_or(one, "keyid", ""),
                       get_string_or(one, "signer", ""),
                       get_string_or(one, "signed_at", ""),
                       {}};
    auto signature = from_base64(get_string_or(one, "sig", "-"));
    if (!signature || signature->size() != 64)
      return fail(bad_signatures("\"sig\" must be 64 bytes in base64."));
    if (!parse_utc(s.signed_at))
      return fail(
          bad_signatures("\"signed_at\" must be a time, for instance \"2026-11-21T07:05:03.000000Z\"."));
    if (s.key_id.size() != 64 || s.key_id.find_first_not_of("0123456789abcdef") != std::string::npos)
      return fail(bad_signatures("\"keyid\" must be a key id of 64 hex digits."));
    if (s.signer.empty() || s.signer.size() > 200 ||
        std::any_of(s.signer.begin(), s.signer.end(), [](unsigned char c) { return c < 0x20; }))
      return fail(bad_signatures("\"signer\" must be a name of at most 200 bytes on one line."));
    s.signature = *std::move(signature);
    for (const PackageSignature& other : out)
      if (other.key_id == s.key_id) return fail(bad_signatures("two signatures are by the same key."));
    out.push_back(std::move(s));
  }
  if (format_signatures(out) != bytes)
    return fail(
        bad_signatures("its text differs from the one form that is allowed; sign again with opsflux-sdk."));
  return out;
}

}  // namespace opsflux::package
