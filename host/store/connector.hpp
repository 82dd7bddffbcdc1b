// Internal: makes connections, and answers at once while the database is known to be away.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>

#include "host/base/error.hpp"
#include "host/store/connection.hpp"

namespace opsflux::store {

class Connector {
 public:
  using Open = std::function<Result<std::unique_ptr<Connection>>(Access)>;
  explicit Connector(Open open) : open_(std::move(open)) {}

  // After a failure the same error is given for a short while, so that many waiting works do not each wait
  // for a connection attempt of their own.
  Result<std::unique_ptr<Connection>> connect(Access access);

  // Begins a transaction on `connection`, which may be null or broken: then with a new one. A connection that
  // turns out to be lost is replaced once, as nothing has run on it.
  Result<void> begin(std::unique_ptr<Connection>& connection, Access access, RowIdentityPtr rows_for = {});

 private:
  const Open open_;
  std::mutex mutex_;
  std::optional<Error> last_error_;
  bool ever_connected_ = false;  // the first failure is told to whoever opens the database, and not logged
  std::chrono::steady_clock::time_point try_again_;
};

}  // namespace opsflux::store
