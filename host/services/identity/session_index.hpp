// The open sessions in memory, so that authenticating a request costs a hash and a look-up and reads no
// database. It holds every session that is valid: what is not here is not valid.
#pragma once

#include <array>
#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "host/base/caller.hpp"
#include "host/base/clock.hpp"
#include "host/services/identity/tokens.hpp"
#include "host/services/identity/users.hpp"

namespace opsflux::identity {

// One session as it stands in its row.
struct SessionRecord {
  std::string id, user_id;
  SessionKind kind = SessionKind::kToken;
  Digest family{}, secret{}, access{};
  std::optional<Digest> previous;  // the generation before `secret`
  UtcNs rotated_at = 0, access_expires = 0, created_at = 0, last_used = 0, expires = 0;
  UtcNs absolute_end = 0;   // however much it is used
  bool remembered = false;  // by a browser that was closed
};

// The person as whom somebody else sees.
struct SeenAs {
  User person;
  bool writes = false;  // false: he may look only
  UtcNs until = 0;
};

// A session in the index. The mutex guards what may change; it is held for a few instructions.
struct LiveSession {
  std::mutex mutex;
  SessionRecord record;
  std::shared_ptr<const Caller> caller;
  User owner;                // as his record stands; the role is its identifier
  std::string company;       // in whose name he wishes to act; whether he may is judged
  std::optional<SeenAs> as;  // whose view of things he looks at, instead of his own
  UtcNs confirmed_at = 0;    // when he last proved who he is
  UtcNs seen = 0;            // the last request; noted in the row now and then only
  UtcNs presence_noted = 0;  // the last one that the person's presence was written for
  bool ended = false;
};
using LiveSessionPtr = std::shared_ptr<LiveSession>;

// Safe from any thread.
class SessionIndex {
 public:
  // The session that a digest (access, secret, previous or family) belongs to or belonged to; the caller
  // compares it with the record to learn which. Null: unknown.
  LiveSessionPtr find(const Digest& digest) const;
  LiveSessionPtr find_by_id(std::string_view session_id) const;
  std::vector<LiveSessionPtr> of_user(std::string_view user_id) const;  // oldest first

  void add(LiveSessionPtr session);  // complete
  // Takes the next generation over into the session of that id; false when it has ended meanwhile.
  bool replace(const SessionRecord& record);
  void remove(const LiveSessionPtr& session);  // marks it as ended, too
  // Told of each session that is removed, on the thread that does it; must not block. Set before the first
  // use.
  void on_removed(std::function<void(const std::string& session_id)> listener) {
    removed_listener_ = std::move(listener);
  }

  std::vector<LiveSessionPtr> all() const;
  std::vector<LiveSessionPtr> expired(UtcNs now) const;
  std::size_t size() const;

 private:
  static constexpr std::size_t kShards = 16;
  struct Shard {
    mutable std::shared_mutex mutex;
    std::unordered_map<Digest, LiveSessionPtr, DigestHash> sessions;
  };
  Shard& shard(const Digest& digest) { return shards_[digest.back() % kShards]; }
  const Shard& shard(const Digest& digest) const { return shards_[digest.back() % kShards]; }
  void put(const Digest& digest, const LiveSessionPtr& session);
  void drop(const Digest& digest);

  std::array<Shard, kShards> shards_;
  std::function<void(const std::string&)> removed_listener_;
  mutable std::mutex names_mutex_;  // of the two below; never taken on a request's way
  std::unordered_map<std::string, LiveSessionPtr> by_id_;
  std::unordered_map<std::string, std::vector<LiveSessionPtr>> by_user_;
};

}  // namespace opsflux::identity
