#include "host/http/worker.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <system_error>

#include "host/http/connection.hpp"

namespace opsflux::http {

Worker::Worker() : scratch_(new char[kReadSize]), event_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  if (!event_) throw std::system_error(errno, std::generic_category(), "eventfd");
}

void Worker::post(std::shared_ptr<Connection> connection) {
  if (connection->posted.exchange(true)) return;
  std::lock_guard lock(mutex_);
  if (closed_) return;
  posted_.push_back(std::move(connection));
  if (signalled_) return;
  signalled_ = true;
  const std::uint64_t one = 1;
  (void)!::write(event_.get(), &one, sizeof one);
}

void Worker::take(std::vector<std::shared_ptr<Connection>>& out) {
  std::uint64_t count;
  (void)!::read(event_.get(), &count, sizeof count);
  std::lock_guard lock(mutex_);
  signalled_ = false;
  out.swap(posted_);
}

void Worker::close() {
  std::vector<std::shared_ptr<Connection>> dropped;
  std::lock_guard lock(mutex_);
  closed_ = true;
  dropped.swap(posted_);
}

}  // namespace opsflux::http
