// Reads that are to be noted in the audit trail, between the reader and the disk.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <vector>

#include "host/base/error.hpp"
#include "host/base/ticker.hpp"
#include "host/entities/audit_row.hpp"

namespace opsflux::store {
class Database;
}

namespace opsflux::entities {

// Safe from any thread.
class AuditReads {
 public:
  explicit AuditReads(std::size_t most = 10'000) : most_(most) {}
  ~AuditReads();

  // Rows that come are written to `database` from now on, within a second; until stop().
  void start(store::Database& database);
  // Writes what waits, and ends. Before the database stops. Idempotent.
  void stop();

  // See Audit::note_read.
  Result<void> add(AuditRow row);
  // Writes what waits, now. What cannot be written keeps its place for the next time.
  Result<void> flush(store::Database& database);
  std::size_t waiting() const;

  void set_patience(std::chrono::milliseconds patience) { patience_ = patience; }  // for tests

 private:
  const std::size_t most_;
  std::chrono::milliseconds patience_{5'000};
  mutable std::mutex mutex_;
  std::condition_variable written_;
  std::vector<AuditRow> waiting_;
  std::mutex flushing_;  // one batch after another
  store::Database* database_ = nullptr;
  std::unique_ptr<Ticker> ticker_;
};

}  // namespace opsflux::entities
