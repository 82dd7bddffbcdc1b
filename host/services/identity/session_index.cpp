#include "host/services/identity/session_index.hpp"

#include <algorithm>

namespace opsflux::identity {

LiveSessionPtr SessionIndex::find(const Digest& digest) const {
  const Shard& in = shard(digest);
  std::shared_lock lock(in.mutex);
  const auto it = in.sessions.find(digest);
  return it == in.sessions.end() ? nullptr : it->second;
}

LiveSessionPtr SessionIndex::find_by_id(std::string_view session_id) const {
  std::lock_guard lock(names_mutex_);
  const auto it = by_id_.find(std::string(session_id));
  return it == by_id_.end() ? nullptr : it->second;
}

std::vector<LiveSessionPtr> SessionIndex::of_user(std::string_view user_id) const {
  std::lock_guard lock(names_mutex_);
  const auto it = by_user_.find(std::string(user_id));
  return it == by_user_.end() ? std::vector<LiveSessionPtr>() : it->second;
}

void SessionIndex::add(LiveSessionPtr session) {
  const SessionRecord& r = session->record;
  {
    std::lock_guard lock(names_mutex_);
    by_id_[r.id] = session;
    by_user_[r.user_id].push_back(session);
  }
  put(r.family, session);
  put(r.access, session);
  if (r.previous) put(*r.previous, session);
  put(r.secret, session);
}

bool SessionIndex::replace(const SessionRecord& record) {
  const LiveSessionPtr session = find_by_id(record.id);
  if (session == nullptr) return false;
  SessionRecord before;
  {
    std::lock_guard lock(session->mutex);
    if (session->ended) return false;
    before = std::exchange(session->record, record);
  }
  put(record.access, session);
  put(record.secret, session);
  if (before.previous && before.previous != record.previous) drop(*before.previous);
  if (before.access != record.access) drop(before.access);
  // It may have ended between the two steps; what was put then is taken out again.
  std::unique_lock lock(session->mutex);
  if (!session->ended) return true;
  lock.unlock();
  drop(record.access);
  drop(record.secret);
  return false;
}

void SessionIndex::remove(const LiveSessionPtr& session) {
  SessionRecord record;
  {
    std::lock_guard lock(session->mutex);
    session->ended = true;
    record = session->record;
  }
  drop(record.family);
  drop(record.access);
  drop(record.secret);
  if (record.previous) drop(*record.previous);
  {
    std::lock_guard lock(names_mutex_);
    by_id_.erase(record.id);
    if (const auto it = by_user_.find(record.user_id); it != by_user_.end()) {
      std::erase(it->second, session);
      if (it->second.empty()) by_user_.erase(it);
    }
  }
  if (removed_listener_) removed_listener_(record.id);
}

std::vector<LiveSessionPtr> SessionIndex::all() const {
  const std::lock_guard lock(names_mutex_);
  std::vector<LiveSessionPtr> out;
  out.reserve(by_id_.size());
  for (const auto& [id, session] : by_id_) out.push_back(session);
  return out;
}

std::vector<LiveSessionPtr> SessionIndex::expired(UtcNs now) const {
  std::vector<LiveSessionPtr> out;
  std::lock_guard lock(names_mutex_);
  for (const auto& [id, session] : by_id_) {
    std::lock_guard session_lock(session->mutex);
    if (session->record.expires <= now) out.push_back(session);
  }
  return out;
}

std::size_t SessionIndex::size() const {
  std::lock_guard lock(names_mutex_);
  return by_id_.size();
}

void SessionIndex::put(const Digest& digest, const LiveSessionPtr& session) {
  Shard& in = shard(digest);
  std::unique_lock lock(in.mutex);
  in.sessions[digest] = session;
}

void SessionIndex::drop(const Digest& digest) {
  Shard& in = shard(digest);
  std::unique_lock lock(in.mutex);
  in.sessions.erase(digest);
}

}  // namespace opsflux::identity
