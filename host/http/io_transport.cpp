// Pistache's headers define a macro TRY, as ours do: theirs goes first, and goes away.
#include <pistache/listener.h>
#include <pistache/peer.h>
#include <pistache/tcp.h>
#include <pistache/transport.h>
#undef TRY
#undef TRY_RET
#undef unreachable

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "host/base/log.hpp"
#include "host/http/connection.hpp"
#include "host/http/io_transport.hpp"
#include "host/http/response_head.hpp"
#include "host/http/server_core.hpp"
#include "host/http/worker.hpp"

#ifdef __SANITIZE_THREAD__
// Debian's Pistache is not instrumented: how it hands a new connection to its worker is not seen.
extern "C" const char* __tsan_default_suppressions() {
  return "race:Pistache::Tcp::Listener::handleNewConnection\n"
         "race:Pistache::Tcp::Listener::acceptConnection\n";
}
#endif

namespace opsflux::http {
namespace {
namespace tcp = Pistache::Tcp;
namespace polling = Pistache::Polling;

// Pistache's PollableQueue clears its eventfd after it found the queue empty; an entry pushed in between
// stays there without a wake-up, and with it a new connection, until the next one comes. So the worker looks
// at the queue itself at the end of each turn. The queue is private: an explicit instantiation may name it.
struct PeersQueue {
  friend auto expose_queue(PeersQueue);
};
template <auto Member>
struct ExposeQueue {
  friend auto expose_queue(PeersQueue) { return Member; }
};
template struct ExposeQueue<&tcp::Transport::peersQueue>;

class IoTransport;

// Pistache's notion of a handler: told of new connections, on their worker.
class IoHandler final : public tcp::Handler {
 public:
  explicit IoHandler(std::shared_ptr<ServerCore> core) : core(std::move(core)) {}
  void onInput(const char*, std::size_t, const std::shared_ptr<tcp::Peer>&) override {}
  void onConnection(const std::shared_ptr<tcp::Peer>& peer) override;
  std::shared_ptr<tcp::Handler> clone() const override { return std::make_shared<IoHandler>(core); }

  const std::shared_ptr<ServerCore> core;
};

class IoTransport final : public tcp::Transport {
 public:
  // The prototype has no worker; its clones take those of the core in turn.
  IoTransport(std::shared_ptr<ServerCore> core, std::shared_ptr<std::size_t> next,
              std::shared_ptr<Worker> worker)
      : tcp::Transport(std::make_shared<IoHandler>(core)),
        core_(std::move(core)),
        next_(std::move(next)),
        worker_(std::move(worker)) {}

  std::shared_ptr<Pistache::Aio::Handler> clone() const override {
    return std::make_shared<IoTransport>(core_, next_, core_->workers.at((*next_)++));
  }

  void registerPoller(polling::Epoll& poller) override {
    tcp::Transport::registerPoller(poller);
    const int fd = worker_->wake_fd();
    poller.addFd(fd, Pistache::Flags<polling::NotifyOn>(polling::NotifyOn::Read),
                 polling::Tag(static_cast<std::uint64_t>(fd)));
  }

  void onReady(const Pistache::Aio::FdSet& fds) override;
  void attach(const std::shared_ptr<tcp::Peer>& peer);

 private:
  std::shared_ptr<Connection> connect(int fd);
  void turn(const Pistache::Aio::FdSet& fds);
  void wake_posted();
  void drop_ended();
  Connection* find(std::uint64_t fd) const { return fd < slots_.size() ? slots_[fd].get() : nullptr; }

  const std::shared_ptr<ServerCore> core_;
  const std::shared_ptr<std::size_t> next_;
  const std::shared_ptr<Worker> worker_;
  std::vector<std::shared_ptr<Connection>> slots_;  // by descriptor
  std::vector<std::shared_ptr<Connection>> posted_;
};

void IoHandler::onConnection(const std::shared_ptr<tcp::Peer>& peer) {
  static_cast<IoTransport*>(transport())->attach(peer);
}

std::string address_text(int fd) {
  sockaddr_storage address{};
  socklen_t length = sizeof address;
  char text[INET6_ADDRSTRLEN] = "";
  if (::getpeername(fd, reinterpret_cast<sockaddr*>(&address), &length) != 0) return {};
  if (address.ss_family == AF_INET) {
    ::inet_ntop(AF_INET, &reinterpret_cast<sockaddr_in*>(&address)->sin_addr, text, sizeof text);
  } else if (address.ss_family == AF_INET6) {
    const in6_addr& ip = reinterpret_cast<sockaddr_in6*>(&address)->sin6_addr;
    if (IN6_IS_ADDR_V4MAPPED(&ip))
      ::inet_ntop(AF_INET, ip.s6_addr + 12, text, sizeof text);
    else
      ::inet_ntop(AF_INET6, &ip, text, sizeof text);
  }
  return text;
}

std::shared_ptr<Connection> IoTransport::connect(int fd) {
  if (core_->count() >= core_->options.limits.max_connections) {
    core_->refused.fetch_add(1);
    return nullptr;
  }
  FileDescriptor socket(::fcntl(fd, F_DUPFD_CLOEXEC, core_->dup_floor));
  if (!socket) {
    log::warn("http.out_of_descriptors", {{"connections", core_->count()}});
    return nullptr;
  }
  const std::uint64_t id = core_->accepted.fetch_add(1) + 1;
  auto connection = std::make_shared<Connection>(id, core_, worker_, fd, std::move(socket), address_text(fd));
  if (core_->add(connection)) return connection;
  core_->refused.fetch_add(1);
  return nullptr;
}

// For a client that gets no connection object: written once.
std::string full_answer() {
  const Error error = Error::unavailable("http.too_many_connections",
                                         "The server has too many connections. Try again in a moment.")
                          .retry_after(1000);
  const Response response = problem_response(error, nullptr, default_problem);
  std::string out;
  append_head(out, response, {false, false, false});
  return out + std::get<std::string>(response.body);
}

// Called by Pistache before it registers the descriptor: what is refused is closed at the end of the turn.
void IoTransport::attach(const std::shared_ptr<tcp::Peer>& peer) {
  const int fd = peer->fd();
  std::shared_ptr<Connection> connection;
  try {
    connection = connect(fd);
    if (connection && static_cast<std::size_t>(fd) >= slots_.size())
      slots_.resize(static_cast<std::size_t>(fd) + 64);
  } catch (const std::exception& e) {
    log::error("http.connection_failed", {{"what", e.what()}});
    if (connection) core_->remove(connection->id);
    connection.reset();
  }
  if (connection) {
    slots_[static_cast<std::size_t>(fd)] = std::move(connection);
    return;
  }
  if (!core_->tls) {
    static const std::string kFull = full_answer();
    (void)::send(fd, kFull.data(), kFull.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  }
  ::shutdown(fd, SHUT_WR);
  worker_->ended.push_back(fd);
}

void IoTransport::onReady(const Pistache::Aio::FdSet& fds) {
  // Pistache ends the process on what leaves this function.
  try {
    turn(fds);
  } catch (const std::exception& e) {
    log::error("http.worker_turn_failed", {{"what", e.what()}});
  } catch (...) {
    log::error("http.worker_turn_failed", {{"what", "not a std::exception"}});
  }
}

void IoTransport::turn(const Pistache::Aio::FdSet& fds) {
  std::vector<polling::Event> others;
  bool woken = false;
  for (const auto& entry : fds) {
    const std::uint64_t tag = entry.getTag().value();
    if (tag == static_cast<std::uint64_t>(worker_->wake_fd())) {
      woken = true;
    } else if (Connection* connection = find(tag)) {
      // A private base, which only this form of cast reaches: the flag for a closed side has no accessor.
      const auto& event = (const polling::Event&)entry;  // NOLINT
      const bool hangup = entry.isHangup();
      connection->on_event(hangup || event.flags.hasFlag(polling::NotifyOn::Shutdown), hangup);
    } else {
      others.push_back((const polling::Event&)entry);  // NOLINT
    }
  }
  if (woken) wake_posted();
  drop_ended();
  if (!others.empty()) tcp::Transport::onReady(Pistache::Aio::FdSet(std::move(others)));
  auto& queue = this->*expose_queue(PeersQueue());
  while (!queue.empty()) {
    std::vector<polling::Event> missed(1, polling::Event(queue.tag()));
    missed[0].flags = Pistache::Flags<polling::NotifyOn>(polling::NotifyOn::Read);
    tcp::Transport::onReady(Pistache::Aio::FdSet(std::move(missed)));
  }
  drop_ended();
}

void IoTransport::wake_posted() {
  worker_->take(posted_);
  for (const auto& connection : posted_) {
    try {
      connection->on_wake();
    } catch (const std::exception& e) {
      log::error("http.connection_failed", {{"what", e.what()}});
      connection->end();
    }
  }
  posted_.clear();
}

void IoTransport::drop_ended() {
  // removePeer may not be called for a descriptor that Pistache has not registered yet; attach() runs only
  // inside Transport::onReady, and this after it.
  std::vector<int> ended;
  ended.swap(worker_->ended);
  for (const int fd : ended) {
    if (static_cast<std::size_t>(fd) < slots_.size()) slots_[static_cast<std::size_t>(fd)].reset();
    const auto found = peers.find(fd);
    if (found == peers.end()) continue;
    const std::shared_ptr<tcp::Peer> peer = found->second;
    removePeer(peer);
  }
  ended.clear();
  if (worker_->ended.empty()) worker_->ended.swap(ended);  // keeps its memory
}

// Pistache does not say which descriptor it listens on.
int listening_descriptor(std::uint16_t port) {
  const long limit = std::min<long>(::sysconf(_SC_OPEN_MAX), 1 << 20);
  for (int fd = 3; fd < limit; ++fd) {
    int listening = 0;
    socklen_t size = sizeof listening;
    if (::getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &size) != 0 || !listening) continue;
    sockaddr_storage address{};
    size = sizeof address;
    if (::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) continue;
    const std::uint16_t bound = address.ss_family == AF_INET6
                                    ? ntohs(reinterpret_cast<sockaddr_in6*>(&address)->sin6_port)
                                    : ntohs(reinterpret_cast<sockaddr_in*>(&address)->sin_port);
    if (bound == port) return fd;
  }
  return -1;
}

}  // namespace

struct IoListener::Impl {
  std::shared_ptr<ServerCore> core;
  tcp::Listener listener;
  std::uint16_t port = 0;
  int listen_fd = -1;
};

IoListener::IoListener(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
IoListener::~IoListener() = default;

Result<std::unique_ptr<IoListener>> IoListener::bind(std::shared_ptr<ServerCore> core) {
  const ServerOptions& options = core->options;
  auto impl = std::make_unique<Impl>();
  impl->core = core;
  try {
    using Option = tcp::Options;
    impl->listener.init(core->workers.size(),
                        Pistache::Flags<Option>(Option::ReuseAddr) | Option::NoDelay | Option::CloseOnExec,
                        "http-io", options.backlog);
    auto next = std::make_shared<std::size_t>(0);
    impl->listener.setTransportFactory(
        [core, next] { return std::make_shared<IoTransport>(core, next, nullptr); });
    const bool v6 = options.address.find(':') != std::string::npos;
    impl->listener.bind(
        Pistache::Address(v6 ? "[" + options.address + "]" : options.address, Pistache::Port(options.port)));
    impl->port = impl->listener.getPort();
    impl->listen_fd = listening_descriptor(impl->port);
  } catch (const std::exception& e) {
    const std::string where = options.address + " port " + std::to_string(options.port);
    if (std::string_view(e.what()).find(std::strerror(EADDRINUSE)) != std::string_view::npos)
      return fail(Error::unavailable("http.port_in_use", "Another program listens at " + where + " already.")
                      .with("port", std::to_string(options.port))
                      .because(e.what()));
    return fail(
        Error::invalid("http.cannot_listen", "The server cannot listen at " + where + ".").because(e.what()));
  }
  if (impl->listen_fd < 0)
    return fail(Error::internal("http.cannot_listen", "The listening socket was not found."));
  return std::unique_ptr<IoListener>(new IoListener(std::move(impl)));
}

std::uint16_t IoListener::port() const { return impl_->port; }
void IoListener::start() { impl_->listener.runThreaded(); }

void IoListener::stop_accepting() {
  if (impl_->listen_fd < 0) return;
  // The number stays taken (Pistache closes it later), the socket behind it goes.
  const FileDescriptor null(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  if (null) ::dup3(null.get(), impl_->listen_fd, O_CLOEXEC);
  impl_->listen_fd = -1;
}

}  // namespace opsflux::http
