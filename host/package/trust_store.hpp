// The keys this instance trusts, and what has been revoked. A folder, so that it can be read, copied and
// carried to a site without internet:
//
//   trust/<key id>.key.json      one trusted key: {key, name, level, since, publisher, replaced_by, ...}
//   trust/revocations.json       the newest revocation list, as it was signed (a DSSE envelope)
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/clock.hpp"
#include "host/base/error.hpp"
#include "host/package/keys.hpp"
#include "host/package/version_range.hpp"

namespace opsflux::package {

// From most to least trusted; the best of several signers counts.
enum class TrustLevel : std::uint8_t {
  kCore,         // made by the makers of OpsFlux
  kVerified,     // read and tested by the marketplace
  kCommunity,    // published through the marketplace
  kPrivate,      // a key enrolled on this instance
  kDevelopment,  // this instance only; a banner is shown
};
std::string_view to_string(TrustLevel level);  // "core", "verified", ...
std::optional<TrustLevel> parse_trust_level(std::string_view text);

struct TrustedKey {
  std::string id;          // hex SHA-256 of public_key
  std::string public_key;  // 32 bytes
  std::string name;        // shown as signer
  TrustLevel level = TrustLevel::kPrivate;
  std::string since;        // RFC 3339; when it was enrolled
  std::string publisher;    // when set, it signs packages of this publisher id only
  std::string replaced_by;  // key id; packages signed after replaced_at are refused
  std::string replaced_at;
  bool signs_revocations = false;
};

std::string format_key(const TrustedKey& key);         // the key's file
Result<TrustedKey> parse_key(std::string_view bytes);  // "key.malformed"
TrustedKey public_part(const SigningKey& key, TrustLevel level, std::string since);

enum class RevocationGrade : std::uint8_t {
  kWarn,          // runs and installs; the administrator is told
  kNoNewInstall,  // what is installed goes on, with a warning
  kQuarantine,    // is not loaded any more
};
std::string_view to_string(RevocationGrade grade);  // "warn", "no_new_install", "quarantine"
std::optional<RevocationGrade> parse_revocation_grade(std::string_view text);

// One of key_id, digest, module is set; versions goes with module.
struct Revocation {
  std::string key_id;
  std::string digest;  // Package::digest()
  std::string module;
  VersionRange versions;
  RevocationGrade grade = RevocationGrade::kQuarantine;
  std::string reason;  // an English sentence, shown
};

struct RevocationList {
  std::int64_t version = 0;  // grows with every list; an older one is refused
  std::string issued_at;
  std::vector<Revocation> entries;
};
std::string format_revocations(const RevocationList& list);  // the payload that is signed
Result<RevocationList> parse_revocations(std::string_view payload);

// A statement by which an old key names its successor, signed by the old one.
struct Rotation {
  std::string old_key_id;
  std::string new_public_key;
  std::string name;
  std::string at;
};
std::string seal_rotation(const SigningKey& old_key, std::string_view new_public_key,
                          std::string_view new_name, UtcNs now);

// A value. Not synchronised: whoever shares one swaps a shared_ptr<const TrustStore>. Functions that
// change it write the file first and then themselves.
class TrustStore {
 public:
  TrustStore() = default;  // trusts nobody, keeps nothing
  // A missing folder is an empty store; a broken file in it is an error that names the file.
  static Result<TrustStore> open(const std::filesystem::path& folder);

  const TrustedKey* find(std::string_view key_id) const;
  std::vector<TrustedKey> keys() const;
  std::int64_t revocations_version() const { return revocations_.version; }
  const RevocationList& revocations() const { return revocations_; }

  Result<void> enrol(const TrustedKey& key);  // replaces one with the same id
  // Refused for the key that signed the list in force ("key.signed_revocations").
  Result<void> withdraw(std::string_view key_id);
  // The new key takes over level and rights of the old one, which then signs nothing newer.
  // "rotation.unknown_key", "rotation.bad_signature", "rotation.already_replaced".
  Result<TrustedKey> rotate(std::string_view envelope);
  // "revocation.unknown_key", "revocation.not_allowed", "revocation.bad_signature", "revocation.older".
  Result<void> import_revocations(std::string_view envelope);

  struct Subject {
    std::string digest, module;
    SemVer version;
    std::vector<std::string> key_ids;
  };
  std::vector<Revocation> revocations_of(const Subject& subject) const;

 private:
  Result<void> store(std::string_view file, std::string_view bytes) const;
  Result<std::filesystem::path> file_of(std::string_view key_id) const;
  Result<RevocationList> check_revocations(std::string_view envelope) const;

  std::filesystem::path folder_;  // empty: in memory only
  std::map<std::string, TrustedKey, std::less<>> keys_;
  RevocationList revocations_;
  std::string revocations_signer_;  // key id
};

}  // namespace opsflux::package
