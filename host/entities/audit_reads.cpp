#include "host/entities/audit_reads.hpp"

#include "host/base/log.hpp"
#include "host/store/database.hpp"

namespace opsflux::entities {

AuditReads::~AuditReads() { stop(); }

void AuditReads::start(store::Database& database) {
  database_ = &database;
  ticker_ = std::make_unique<Ticker>("audit-reads", [this]() -> std::chrono::milliseconds {
    if (auto flushed = flush(*database_); !flushed) log::error("audit.reads_not_written", flushed.error());
    return std::chrono::milliseconds(500);
  });
}

void AuditReads::stop() {
  if (!ticker_) return;
  ticker_->stop();
  ticker_.reset();
  if (auto flushed = flush(*database_); !flushed) log::error("audit.reads_lost", flushed.error());
  written_.notify_all();
}

Result<void> AuditReads::add(AuditRow row) {
  std::unique_lock lock(mutex_);
  if (waiting_.size() >= most_ / 2 && ticker_) ticker_->wake();
  if (!written_.wait_for(lock, patience_, [this] { return waiting_.size() < most_; }))
    return fail(Error::unavailable("audit.reads_waiting",
                                   "Reading these records must be noted, and the notes cannot be written at "
                                   "this moment. Try again.")
                    .retry_after(5'000));
  waiting_.push_back(std::move(row));
  return {};
}

Result<void> AuditReads::flush(store::Database& database) {
  const std::lock_guard one_at_a_time(flushing_);
  std::vector<AuditRow> batch;
  {
    const std::lock_guard lock(mutex_);
    batch = waiting_;
  }
  if (batch.empty()) return {};
  TRY(database.write_now([&](store::Transaction& transaction) -> Result<void> {
    for (const AuditRow& row : batch) TRY(Audit::insert(transaction, row));
    return {};
  }));
  const std::lock_guard lock(mutex_);
  waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(batch.size()));
  written_.notify_all();
  return {};
}

std::size_t AuditReads::waiting() const {
  const std::lock_guard lock(mutex_);
  return waiting_.size();
}

}  // namespace opsflux::entities
