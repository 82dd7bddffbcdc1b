// API keys: programs that act for a person, with no more than the permissions that the key names.
//
// A key is a record (identity.api_key) and a secret that is stored as its SHA-256 only. A request with one is
// judged by a copy of all keys in memory: form and sum, the digest's look-up, expiry, address, the limit by
// the hour, and then the rights, which are the owner's narrowed to the key's permissions, whatever the
// owner's role is. Keys cannot sign in, nor reach what concerns their owner's account, nor make keys.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "host/base/caller.hpp"
#include "host/base/cidr.hpp"
#include "host/base/clock.hpp"
#include "host/services/identity/defence/limits.hpp"
#include "host/services/identity/in_flight.hpp"
#include "host/services/identity/rights/standings.hpp"
#include "host/services/identity/tokens.hpp"
#include "host/store/database.hpp"

namespace opsflux::identity {

// The session of a caller that a key stands for: this and the key's id.
inline constexpr std::string_view kKeySession = "key:";
inline bool by_key(const Caller& caller) { return !caller.key_id.empty(); }

struct KeyVerdict {
  Result<std::shared_ptr<const Caller>> caller;
  std::string fields = {};  // RateLimit, for the answer
};

// Safe from any thread. The database and the standings must outlive it; the destructor waits for writes that
// it began.
class ApiKeys {
 public:
  ApiKeys(store::Database& database, const Clock& clock, Limits& limits, const Standings& standings)
      : database_(database),
        clock_(clock),
        limits_(limits),
        standings_(standings),
        book_(std::make_shared<const Book>()) {}

  // Reads all keys of active owners anew.
  Result<void> load(store::Session& session);
  // Who calls with this text. Errors: identity.key_unknown, identity.key_expired (401), identity.key_address
  // {address} (403), http.too_many_requests (429).
  KeyVerdict authenticate(std::string_view text, std::string_view address);
  // Gives a caller with a key_id the rights that this key has now; none when there is no such key any more.
  void judge(Caller& caller) const;
  // At once, until load() finds otherwise: of one key, or of all of an owner.
  void forget(std::string_view key_id);
  void forget_owner(std::string_view user_id);
  // Told of each key that is forgotten or found gone, as "key:<id>". Before requests are served.
  void on_end(std::function<void(const std::string& session)> listener) { ended_ = std::move(listener); }

  // A new secret for the key, in its transaction; those before it are valid for `overlap` more, and not
  // longer than they were. The text exists nowhere else.
  Result<std::string> new_secret(store::Transaction& transaction, std::string_view key_id,
                                 std::chrono::milliseconds overlap) const;
  std::size_t count() const;  // of secrets that are valid

 private:
  struct Key {
    std::string id;
    Caller owner;
    std::string role;  // the identifier of the owner's
    std::vector<std::string> permissions;
    std::vector<IpNetwork> addresses;  // empty: from everywhere
    UtcNs expires = 0;                 // 0: never
    std::uint32_t per_hour = 0;
    std::string agent;

    std::mutex mutex;  // of what follows
    std::uint64_t version = 0;
    std::shared_ptr<const Caller> caller;
    UtcNs noted_at = 0;
    std::int64_t requests = 0;  // since then
  };
  using KeyPtr = std::shared_ptr<Key>;
  struct Secret {
    KeyPtr key;
    UtcNs until = 0;  // 0: as long as the key
  };
  struct Book {
    std::unordered_map<Digest, Secret, DigestHash> secrets;
    std::unordered_map<std::string, KeyPtr> keys;  // by identifier, those with a secret
  };

  Result<std::vector<KeyPtr>> read_keys(store::Session& session) const;
  Standing standing_of(const Key& key) const;
  std::shared_ptr<const Caller> caller_of(Key& key, std::string_view address);
  void note_use(Key& key, std::string_view address);
  void forget_if(const std::function<bool(const Key&)>& gone);

  store::Database& database_;
  const Clock& clock_;
  Limits& limits_;
  const Standings& standings_;
  std::function<void(const std::string&)> ended_;
  std::mutex changing_;  // of the book
  std::atomic<std::shared_ptr<const Book>> book_;
  InFlight in_flight_;  // last: waits first when destroyed
};

}  // namespace opsflux::identity
