#include "host/http/writer_loop.hpp"

#include <pthread.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <system_error>

#include "host/http/connection.hpp"

namespace opsflux::http {
namespace {
constexpr std::uint64_t kStopId = 0;  // connection ids start at 1
}

WriterLoop::WriterLoop(std::string name, std::function<void()> tick, std::chrono::milliseconds interval)
    : name_(std::move(name)),
      tick_(std::move(tick)),
      interval_(interval),
      epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = kStopId;
  if (!epoll_ || !event_ || ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, event_.get(), &event) != 0)
    throw std::system_error(errno, std::generic_category(), "writer loop");
}

WriterLoop::~WriterLoop() { stop(); }

void WriterLoop::start() {
  thread_ = std::thread([this] { run(); });
  pthread_setname_np(thread_.native_handle(), name_.substr(0, 15).c_str());
}

void WriterLoop::stop() {
  std::unordered_map<std::uint64_t, std::shared_ptr<Connection>> dropped;
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
    dropped.swap(watched_);
  }
  const std::uint64_t one = 1;
  (void)!::write(event_.get(), &one, sizeof one);
  if (thread_.joinable()) thread_.join();
}

void WriterLoop::watch(int fd, std::shared_ptr<Connection> connection) {
  epoll_event event{};
  event.events = EPOLLOUT | EPOLLONESHOT;
  event.data.u64 = connection->id;
  std::lock_guard lock(mutex_);
  if (stopping_) return;
  watched_[connection->id] = std::move(connection);
  if (::epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, fd, &event) != 0 && errno == ENOENT)
    ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event);
}

void WriterLoop::forget(int fd, std::uint64_t connection_id) {
  std::shared_ptr<Connection> last;  // destroyed outside the lock
  std::lock_guard lock(mutex_);
  if (const auto found = watched_.find(connection_id); found != watched_.end()) {
    last = std::move(found->second);
    watched_.erase(found);
  }
  epoll_event unused{};
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, &unused);
}

void WriterLoop::run() {
  auto next_tick = std::chrono::steady_clock::now() + interval_;
  for (;;) {
    epoll_event events[64];
    int timeout = -1;
    if (tick_)
      timeout =
          static_cast<int>(std::max<std::int64_t>(0, std::chrono::duration_cast<std::chrono::milliseconds>(
                                                         next_tick - std::chrono::steady_clock::now())
                                                             .count() +
                                                         1));
    const int count = ::epoll_wait(epoll_.get(), events, std::size(events), timeout);
    for (int i = 0; i < count; ++i) {
      std::shared_ptr<Connection> connection;
      {
        std::lock_guard lock(mutex_);
        if (stopping_) return;
        const auto found = watched_.find(events[i].data.u64);
        if (found == watched_.end()) continue;
        connection = std::move(found->second);
        watched_.erase(found);
      }
      connection->on_writable();
    }
    if (tick_ && std::chrono::steady_clock::now() >= next_tick) {
      tick_();
      next_tick = std::chrono::steady_clock::now() + interval_;
    }
  }
}

}  // namespace opsflux::http
