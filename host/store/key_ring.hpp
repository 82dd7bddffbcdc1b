// The keys of an instance: an envelope of two layers.
//
// Data keys seal the secrets in the database and vouch for the audit trail. They stand in core_key, sealed
// with the master key, which stands outside of the database: in a file that only the server's user may read,
// or in the environment. So the master key can be replaced by writing a handful of rows, and a data key
// without touching what vouches for the trail.
//
// What is sealed names its key, "k1.<id>.<base64>"; what an older server sealed names none and opens with the
// key that was taken over from it.
//
// Changes of keys are for one process alone: take_instance() first. Killed at whatever moment, they leave
// keys with which the next start opens everything, and can be run again.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "host/base/clock.hpp"
#include "host/base/secret_box.hpp"
#include "host/store/database.hpp"

namespace opsflux::store {

// Where the master key is.
struct KeySource {
  std::filesystem::path file;
  std::string given{};  // base64 of 32 bytes, from the environment; empty: the file
};

// A column whose texts are sealed.
struct SealedColumn {
  std::string table{}, column{};
  std::vector<std::string> key{};  // the columns of the primary key, text
  std::string context{};           // "setting:{module}.{name}": names columns of the row
  bool in_json = false;            // the text stands as {"sealed": …}, other values beside it do not
};

struct Resealed {
  std::string key{};                       // the new key's id
  std::int64_t texts = 0, unreadable = 0;  // those no key opened: left as they are
  std::int64_t keys_removed = 0;
};

struct KeyState {
  std::string id{}, purpose{}, created_at{}, retired_at{};
  std::int64_t texts = 0;  // that it sealed
};
struct KeyReport {
  std::vector<KeyState> keys{};
  std::int64_t texts = 0, unreadable = 0;
};

// What the caller has happen with a change of keys.
struct KeyWork {
  // In the transaction that makes it valid, for a row in the trail; may be empty.
  std::function<Result<void>(Transaction&)> note{};
  // After each step, with its name; an error ends the work there. For the tests that end it there.
  std::function<Result<void>(const char*)> step{};
};

class KeyRing {
 public:
  enum class Target : std::uint8_t { kFile, kEnvironment };

  // Opens the keys, after the migrations of "keys". In a database without any they are made: taken over from
  // the file of a server that had one key for all when `earlier` says that such a server wrote the database,
  // else new ones. Finishes a rotation that was interrupted.
  // "secret.bad_key_file", "secret.key_readable", "secret.bad_master_key" (not base64 of 32 bytes),
  // "secret.wrong_key" (not the one that sealed the keys of this database).
  static Result<KeyRing> open(Database& database, const Clock& clock, KeySource source, bool earlier);
  // Begins with new keys when the master key is lost: whatever was sealed stays unreadable.
  static Result<KeyRing> begin_anew(Database& database, const Clock& clock, KeySource source);

  const SecretBox& secrets() const { return secrets_; }
  const std::string& audit_key() const { return audit_key_; }

  // Replaces the master key. To the environment: `show` gets it in base64 before anything changes, so that it
  // cannot be lost; the file goes. To the file: it is written there.
  Result<void> rotate_master(Target target, const std::function<void(const std::string&)>& show,
                             const KeyWork& work);
  // Makes a new key for secrets, and seals every text with it that an older one sealed, in batches; an old
  // key goes when nothing is left that it sealed.
  Result<Resealed> rotate_secrets(const std::vector<SealedColumn>& columns, const KeyWork& work);
  Result<KeyReport> check(const std::vector<SealedColumn>& columns) const;

 private:
  KeyRing(Database& database, const Clock& clock, KeySource source, std::string master)
      : database_(&database),
        clock_(&clock),
        source_(std::move(source)),
        master_(std::move(master)),
        secrets_(SecretBox::of_key(master_)) {}
  Result<void> load();

  Database* database_;
  const Clock* clock_;
  KeySource source_;
  std::string master_, audit_key_;
  SecretBox secrets_;
};

// Says on PostgreSQL that a server runs on this database (`alone` false) or that nobody may (`alone` true);
// "store.in_use" when that cannot be. Holds while the connection that said it lives: a server says it again
// now and then. On SQLite opening the database says it.
Result<void> take_instance(Database& database, bool alone);

}  // namespace opsflux::store
