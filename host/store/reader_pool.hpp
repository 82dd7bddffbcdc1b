// Internal: sessions kept for reading.
#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <vector>

#include "host/store/connector.hpp"

namespace opsflux::store {

class ReaderPool {
 public:
  ReaderPool(std::size_t size, std::chrono::milliseconds wait, Connector& connector)
      : size_(size), wait_(wait), connector_(connector) {}
  ~ReaderPool();  // close()

  // A place in the pool for the scope of its life; the connection in it may be null (not yet made, or lost).
  class Lease {
   public:
    Lease(ReaderPool& pool, std::unique_ptr<Connection> held, bool extra);
    ~Lease();
    Lease(Lease&& other) noexcept
        : connection(std::move(other.connection)),
          pool_(std::exchange(other.pool_, nullptr)),
          extra_(other.extra_) {}
    Lease& operator=(Lease&&) = delete;
    std::unique_ptr<Connection> connection;

   private:
    ReaderPool* pool_;
    bool extra_;  // beyond the pool's size: closed at the end
  };

  // Waits for a free place; Unavailable "store.busy" when none comes free. A thread that already holds a
  // place never waits for another one: it gets one beyond the bound, or two such threads would wait for
  // each other.
  Result<Lease> lease();

  // Gives out nothing more, waits until all places came back, closes the connections. Idempotent.
  void close();
  std::size_t open() const;

 private:
  void give_back(std::unique_ptr<Connection> connection, bool extra);

  const std::size_t size_;
  const std::chrono::milliseconds wait_;
  Connector& connector_;
  mutable std::mutex mutex_;
  std::condition_variable came_back_;
  std::vector<std::unique_ptr<Connection>> idle_;  // the last one used is the next one given: warm
  std::size_t out_ = 0;                            // places given out, not counting extra ones
  std::size_t extra_ = 0;
  bool closed_ = false;

  friend class Lease;
};

}  // namespace opsflux::store
