#include "host/services/identity/factors/backup_codes.hpp"

#include <sodium.h>

#include "host/base/text.hpp"

namespace opsflux::identity {
namespace {

// 32 signs that are not taken for one another.
constexpr std::string_view kSigns = "23456789abcdefghijkmnpqrstuvwxyz";
static_assert(kSigns.size() == 32);
constexpr std::size_t kLength = 10, kHashBytes = 32;

std::string random_code() {
  std::string out;
  for (const char byte : random_bytes(kLength)) {
    if (out.size() == kLength / 2) out += '-';
    out += kSigns[static_cast<unsigned char>(byte) % kSigns.size()];
  }
  return out;
}

// Ten signs, or nothing when it cannot be a code.
std::string signs_of(std::string_view typed) {
  std::string out;
  for (const char c : to_lower_ascii(typed)) {
    if (c == '-' || c == ' ') continue;
    if (kSigns.find(c) == std::string_view::npos || out.size() == kLength) return {};
    out += c;
  }
  return out.size() == kLength ? out : std::string();
}

}  // namespace

Result<std::string> hash_backup_code(std::string_view typed, const BackupSalt& salt) {
  const std::string signs = signs_of(typed);
  if (signs.empty() || salt.salt.size() != crypto_pwhash_SALTBYTES) return std::string();
  unsigned char out[kHashBytes];
  if (sodium_init() < 0 || crypto_pwhash(out, sizeof out, signs.data(), signs.size(),
                                         reinterpret_cast<const unsigned char*>(salt.salt.data()),
                                         salt.passes, salt.memory_bytes, crypto_pwhash_ALG_ARGON2ID13) != 0)
    return fail(Error::unavailable("identity.hash_failed",
                                   "The code could not be processed: the server lacks memory.")
                    .because("crypto_pwhash failed with " + std::to_string(salt.memory_bytes) + " bytes"));
  return to_hex({reinterpret_cast<const char*>(out), sizeof out});
}

Result<BackupCodes> make_backup_codes(const PasswordOptions& options) {
  BackupCodes made;
  made.salt = {random_bytes(crypto_pwhash_SALTBYTES), options.memory_bytes, options.passes};
  while (made.codes.size() < kBackupCodes) {
    made.codes.push_back(random_code());
    TRY_ASSIGN(hash, hash_backup_code(made.codes.back(), made.salt));
    made.hashes.push_back(std::move(hash));
  }
  return made;
}

Result<std::optional<BackupSalt>> find_backup_salt(store::Session& session, std::string_view user_id) {
  std::optional<BackupSalt> found;
  TRY(session.query_one(
      "SELECT salt, memory_bytes, passes FROM identity_backup_code WHERE user_id = $1 AND used_at IS NULL "
      "LIMIT 1",
      {user_id}, [&](const store::Row& row) {
        found = BackupSalt{from_hex(row.text(0)).value_or(""), static_cast<std::uint64_t>(row.i64(1)),
                           static_cast<std::uint64_t>(row.i64(2))};
      }));
  return found;
}

Result<std::int64_t> backup_codes_left(store::Session& session, std::string_view user_id) {
  std::int64_t left = 0;
  TRY(session.query_one("SELECT count(*) FROM identity_backup_code WHERE user_id = $1 AND used_at IS NULL",
                        {user_id}, [&](const store::Row& row) { left = row.i64(0); }));
  return left;
}

Result<void> store_backup_codes(store::Transaction& transaction, std::string_view user_id,
                                const BackupCodes& codes) {
  TRY(forget_backup_codes(transaction, user_id));
  const std::string salt = to_hex(codes.salt.salt);
  for (std::size_t i = 0; i < codes.hashes.size(); ++i)
    TRY(transaction.execute(
        "INSERT INTO identity_backup_code (user_id, position, salt, memory_bytes, passes, hash) "
        "VALUES ($1, $2, $3, $4, $5, $6)",
        {user_id, static_cast<std::int64_t>(i), salt, static_cast<std::int64_t>(codes.salt.memory_bytes),
         static_cast<std::int64_t>(codes.salt.passes), codes.hashes[i]}));
  return {};
}

Result<bool> use_backup_code(store::Transaction& transaction, std::string_view user_id, std::string_view hash,
                             UtcNs now) {
  if (hash.empty()) return false;
  std::int64_t found = -1;
  TRY(transaction.query(
      "SELECT position, hash FROM identity_backup_code WHERE user_id = $1 AND used_at IS NULL", {user_id},
      [&](const store::Row& row) {
        if (equal_constant_time(row.text(1), hash)) found = row.i64(0);
        return true;
      }));
  const std::string at = format_utc(now);
  TRY_ASSIGN(used, transaction.execute("UPDATE identity_backup_code SET used_at = $3 WHERE user_id = $1 AND "
                                       "position = $2 AND used_at IS NULL",
                                       {user_id, found, at}));
  return used == 1;
}

Result<void> forget_backup_codes(store::Transaction& transaction, std::string_view user_id) {
  TRY(transaction.execute("DELETE FROM identity_backup_code WHERE user_id = $1", {user_id}));
  return {};
}

}  // namespace opsflux::identity
