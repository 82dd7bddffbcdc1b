#include "host/http/server_core.hpp"

#include "host/http/connection.hpp"

namespace opsflux::http {

bool ServerCore::add(const std::shared_ptr<Connection>& connection) {
  std::lock_guard lock(mutex_);
  if (connections_.size() >= options.limits.max_connections || draining.load()) return false;
  connections_.emplace(connection->id, connection);
  count_ = connections_.size();
  return true;
}

void ServerCore::remove(std::uint64_t id) {
  std::shared_ptr<Connection> last;  // destroyed outside the lock
  std::lock_guard lock(mutex_);
  const auto found = connections_.find(id);
  if (found == connections_.end()) return;
  last = std::move(found->second);
  connections_.erase(found);
  count_ = connections_.size();
  if (connections_.empty()) empty_.notify_all();
}

void ServerCore::each(const std::function<void(const std::shared_ptr<Connection>&)>& visit) {
  std::vector<std::shared_ptr<Connection>> all;
  {
    std::lock_guard lock(mutex_);
    all.reserve(connections_.size());
    for (const auto& [id, connection] : connections_) all.push_back(connection);
  }
  for (const auto& connection : all) visit(connection);
}

void ServerCore::sweep() {
  const std::int64_t now = steady_ns();
  std::vector<std::shared_ptr<Connection>> due;
  {
    std::lock_guard lock(mutex_);
    for (const auto& [id, connection] : connections_)
      if (connection->due(now)) due.push_back(connection);
  }
  for (const auto& connection : due) connection->on_due(now);
}

bool ServerCore::wait_empty(std::chrono::milliseconds timeout) {
  std::unique_lock lock(mutex_);
  return empty_.wait_for(lock, timeout, [this] { return connections_.empty(); });
}

}  // namespace opsflux::http
