#include "host/store/connector.hpp"

#include "host/base/log.hpp"

namespace opsflux::store {

constexpr std::chrono::milliseconds kPause{250};

Result<std::unique_ptr<Connection>> Connector::connect(Access access) {
  {
    const std::lock_guard lock(mutex_);
    if (last_error_ && std::chrono::steady_clock::now() < try_again_) return fail(*last_error_);
  }
  auto connection = open_(access);
  const std::lock_guard lock(mutex_);
  if (connection) {
    if (last_error_) log::info("store.reachable_again");
    last_error_.reset();
    ever_connected_ = true;
  } else {
    if (!last_error_ && ever_connected_) log::error("store.unreachable", connection.error());
    last_error_ = connection.error();
    try_again_ = std::chrono::steady_clock::now() + kPause;
  }
  return connection;
}

Result<void> Connector::begin(std::unique_ptr<Connection>& connection, Access access,
                              RowIdentityPtr rows_for) {
  if (connection && connection->broken()) connection.reset();
  if (connection) {
    connection->set_rows_for(rows_for);
    auto begun = connection->begin();
    if (begun || !connection->broken()) return begun;
    connection.reset();
  }
  TRY_ASSIGN(fresh, connect(access));
  connection = std::move(fresh);
  connection->set_rows_for(std::move(rows_for));
  return connection->begin();
}

}  // namespace opsflux::store
