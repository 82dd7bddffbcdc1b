// Ten codes on paper that stand in for a lost second factor, each once.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "host/base/clock.hpp"
#include "host/base/error.hpp"
#include "host/services/identity/passwords.hpp"
#include "host/store/session.hpp"

namespace opsflux::identity {

inline constexpr std::size_t kBackupCodes = 10;

// How the codes of one set were hashed. Theirs are 50 random bits: guessed offline in no time with a fast
// hash.
struct BackupSalt {
  std::string salt;  // 16 bytes
  std::uint64_t memory_bytes = 0, passes = 0;
};

struct BackupCodes {
  std::vector<std::string> codes;  // "k7m2p-x9qrt", to be shown once
  BackupSalt salt;
  std::vector<std::string> hashes;  // hex, in the same order
};

// Ten hashes by Argon2id: up to a second, so on the pool of passwords.
Result<BackupCodes> make_backup_codes(const PasswordOptions& options);
// The hash that `typed` has under `salt`; capitals, blanks and the dash do not matter. Empty: no such code is
// ever given out. One hash by Argon2id.
Result<std::string> hash_backup_code(std::string_view typed, const BackupSalt& salt);

// The set of a user; no salt when there is none.
Result<std::optional<BackupSalt>> find_backup_salt(store::Session& session, std::string_view user_id);
Result<std::int64_t> backup_codes_left(store::Session& session, std::string_view user_id);
// In place of an earlier set.
Result<void> store_backup_codes(store::Transaction& transaction, std::string_view user_id,
                                const BackupCodes& codes);
// True when it was one of the user's and not used yet; it is used then.
Result<bool> use_backup_code(store::Transaction& transaction, std::string_view user_id, std::string_view hash,
                             UtcNs now);
Result<void> forget_backup_codes(store::Transaction& transaction, std::string_view user_id);

}  // namespace opsflux::identity
