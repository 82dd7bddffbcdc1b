#include "host/http/server.hpp"

#include <sys/resource.h>

#include <csignal>

#include "host/base/log.hpp"
#include "host/base/text.hpp"
#include "host/http/connection.hpp"
#include "host/http/io_transport.hpp"
#include "host/http/server_core.hpp"
#include "host/http/worker.hpp"

namespace opsflux::http {
namespace {

constexpr std::size_t kOtherDescriptors = 128;  // database, log, files: what the rest of the process needs

// Each connection takes a descriptor of the I/O library and one of ours; ours stand above all of theirs, so
// that theirs stay dense and spread evenly over the workers.
void fit_descriptors(ServerCore& core) {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  std::size_t& connections = core.options.limits.max_connections;
  const std::size_t wanted = 2 * connections + 2 * kOtherDescriptors;
  if (limit.rlim_cur < wanted && limit.rlim_cur < limit.rlim_max) {
    limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, wanted);
    ::setrlimit(RLIMIT_NOFILE, &limit);
    ::getrlimit(RLIMIT_NOFILE, &limit);
  }
  if (limit.rlim_cur < wanted) {
    const std::size_t room =
        limit.rlim_cur > 2 * kOtherDescriptors + 16 ? (limit.rlim_cur - 2 * kOtherDescriptors) / 2 : 8;
    log::warn("http.connections_lowered",
              {{"wanted", connections}, {"now", room}, {"descriptors", limit.rlim_cur}});
    connections = room;
  }
  core.dup_floor = static_cast<int>(connections + kOtherDescriptors);
}

std::chrono::milliseconds sweep_interval(const ServerLimits& limits) {
  const auto shortest = std::min({limits.header_timeout, limits.body_timeout, limits.keep_alive_timeout,
                                  limits.write_timeout, limits.linger_timeout, limits.event_ping});
  return std::clamp(shortest / 4, std::chrono::milliseconds(20), std::chrono::milliseconds(250));
}

}  // namespace

struct Server::Impl {
  std::shared_ptr<ServerCore> core;
  std::unique_ptr<IoListener> listener;
  std::uint16_t port = 0;
};

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Server::~Server() { stop(std::chrono::milliseconds(0)); }

Result<std::unique_ptr<Server>> Server::start(ServerOptions options, RouteSource routes, AccessCheck access,
                                              ProblemWriter problems) {
  // sendfile has no flag against it, and one client that leaves must not end the process.
  std::signal(SIGPIPE, SIG_IGN);
  auto impl = std::make_unique<Impl>();
  impl->core = std::make_shared<ServerCore>(std::move(options), std::move(routes), std::move(access),
                                            std::move(problems));
  ServerCore& core = *impl->core;
  if (core.options.tls) {
    TRY_ASSIGN(tls, TlsContext::load(*core.options.tls));
    core.tls = std::move(tls);
  }
  if (!core.options.spool_folder.empty()) Spool::sweep(core.options.spool_folder);
  core.trace_prefix = to_hex(random_bytes(8));
  fit_descriptors(core);
  const unsigned workers =
      core.options.workers ? core.options.workers : std::max(1U, std::thread::hardware_concurrency());
  try {
    for (unsigned i = 0; i < std::min(workers, 64U); ++i) core.workers.push_back(std::make_shared<Worker>());
    // The loops live in the core and must not keep it alive.
    for (unsigned i = 0; i < std::max(1U, core.options.writers); ++i) {
      std::function<void()> tick;
      if (i == 0) tick = [&core] { core.sweep(); };
      core.writers.push_back(
          std::make_unique<WriterLoop>("http-write", std::move(tick), sweep_interval(core.options.limits)));
    }
  } catch (const std::exception& e) {
    return fail(
        Error::unavailable("http.cannot_listen", "The server cannot start its threads.").because(e.what()));
  }
  TRY_ASSIGN(listener, IoListener::bind(impl->core));
  impl->listener = std::move(listener);
  impl->port = impl->listener->port();
  for (const auto& writer : core.writers) writer->start();
  impl->listener->start();
  return std::unique_ptr<Server>(new Server(std::move(impl)));
}

std::uint16_t Server::port() const { return impl_->port; }

ServerStats Server::stats() const {
  const ServerCore& core = *impl_->core;
  ServerStats out;
  out.accepted = core.accepted.load();
  out.refused = core.refused.load();
  out.connections = core.count();
  for (const auto& worker : core.workers) {
    out.requests += worker->requests.load(std::memory_order_relaxed);
    out.errors += worker->errors.load(std::memory_order_relaxed);
  }
  return out;
}

void Server::stop(std::chrono::milliseconds grace) {
  if (!impl_->listener) return;
  ServerCore& core = *impl_->core;
  impl_->listener->stop_accepting();
  core.draining.store(true);
  core.each([](const auto& connection) { connection->wake(); });
  if (!core.wait_empty(grace)) {
    core.each([](const auto& connection) { connection->cut(); });
    // Cut connections end on their worker; only an inline handler that does not return can delay that.
    while (!core.wait_empty(std::chrono::seconds(5)))
      log::warn("http.stop_waits", {{"connections", core.count()}});
  }
  impl_->listener.reset();
  for (const auto& writer : core.writers) writer->stop();
  for (const auto& worker : core.workers) worker->close();
}

}  // namespace opsflux::http
