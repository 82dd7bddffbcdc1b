#include "host/store/reader_pool.hpp"

namespace opsflux::store {
namespace {

constexpr int kMaxNested = 16;
thread_local int held_by_this_thread = 0;

}  // namespace

ReaderPool::Lease::Lease(ReaderPool& pool, std::unique_ptr<Connection> held, bool extra)
    : connection(std::move(held)), pool_(&pool), extra_(extra) {
  ++held_by_this_thread;
}

ReaderPool::Lease::~Lease() {
  if (!pool_) return;
  --held_by_this_thread;
  pool_->give_back(std::move(connection), extra_);
}

ReaderPool::~ReaderPool() { close(); }

Result<ReaderPool::Lease> ReaderPool::lease() {
  std::unique_lock lock(mutex_);
  const auto free = [this] { return closed_ || out_ < size_; };
  bool extra = false;
  if (!free()) {
    if (held_by_this_thread >= kMaxNested) {
      return fail(Error::internal("store.failed", "The database is used in a circle.")
                      .because("reads nested too deep"));
    }
    if (held_by_this_thread > 0) {
      extra = true;
    } else if (!came_back_.wait_for(lock, wait_, free)) {
      return fail(
          Error::unavailable("store.busy", "The database is busy. Please try again.").retry_after(1000));
    }
  }
  if (closed_) return fail(Error::unavailable("store.stopped", "The server is shutting down."));
  ++(extra ? extra_ : out_);
  std::unique_ptr<Connection> connection;
  if (!extra && !idle_.empty()) {
    connection = std::move(idle_.back());
    idle_.pop_back();
  }
  return Lease(*this, std::move(connection), extra);
}

void ReaderPool::give_back(std::unique_ptr<Connection> connection, bool extra) {
  {
    const std::lock_guard lock(mutex_);
    --(extra ? extra_ : out_);
    if (!extra && !closed_ && connection && !connection->broken()) idle_.push_back(std::move(connection));
    // Under the lock: close() may destroy this pool as soon as it sees the last place come back.
    came_back_.notify_all();
  }
}

void ReaderPool::close() {
  std::unique_lock lock(mutex_);
  closed_ = true;
  came_back_.notify_all();
  came_back_.wait(lock, [this] { return out_ == 0 && extra_ == 0; });
  idle_.clear();
}

std::size_t ReaderPool::open() const {
  const std::lock_guard lock(mutex_);
  return idle_.size() + out_ + extra_;
}

}  // namespace opsflux::store
