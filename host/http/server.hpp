// The HTTP/1.1 server.
//
// Threads: one that accepts and `workers` that read (Pistache's), `writers` that continue what a slow
// client left unwritten, and the caller's executor for pooled routes. A request is answered in order of
// arrival on its connection; the next one is not read before the answer is written.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "host/base/caller.hpp"
#include "host/base/cidr.hpp"
#include "host/base/error.hpp"
#include "host/base/executor.hpp"
#include "host/http/exchange.hpp"
#include "host/http/problem.hpp"
#include "host/http/router.hpp"

namespace opsflux::http {

// Who calls (null: nobody is signed in), and why he may not, if so. A refusal may name the caller as well: he
// is then told in his own language.
struct AccessVerdict {
  std::shared_ptr<const Caller> caller;
  std::optional<Error> refused;
  std::string fields = {};  // "Name: value\r\n" for each, sent with the answer whoever gives it

  AccessVerdict(std::shared_ptr<const Caller> who) : caller(std::move(who)) {}
  AccessVerdict(std::shared_ptr<const Caller> who, Error why)
      : caller(std::move(who)), refused(std::move(why)) {}
  AccessVerdict(Result<std::shared_ptr<const Caller>> who) {
    if (who)
      caller = std::move(*who);
    else
      refused = std::move(who).error();
  }
};
// Decides whether `request` may use `route`, and says who calls. Called on an I/O worker before the handler
// and before a body is read (so the body is not there yet); must be short and never block. A refusal is the
// answer.
using AccessCheck = std::function<AccessVerdict(const Request&, const Route&)>;

struct ServerLimits {
  std::size_t max_header = 16 << 10;  // request line and fields, bytes; more: 431
  std::size_t max_target = 8 << 10;   // bytes; more: 414
  std::size_t max_fields = 100;       // more: 431
  std::size_t max_body = 1 << 20;     // bytes, of a route that sets no limit of its own; more: 413
  // More at a time: 503 and closed. Lowered at the start when the process may not open enough files
  // (each connection takes two descriptors).
  std::size_t max_connections = 4096;
  std::chrono::milliseconds header_timeout{
      10'000};  // from the first byte (or the connection) to the end of the head
  std::chrono::milliseconds body_timeout{20'000};        // without a byte of the body
  std::chrono::milliseconds keep_alive_timeout{75'000};  // between requests
  std::chrono::milliseconds write_timeout{30'000};       // without progress in writing
  std::chrono::milliseconds linger_timeout{2'000};  // waiting for the client to close after a last answer
  // Bytes a second that a body must bring on average, judged after `upload_grace`; 0: any.
  std::size_t min_upload_rate = 512;
  std::chrono::milliseconds upload_grace{10'000};
  std::size_t max_event_queue = 256 << 10;  // bytes waiting in one event stream
  std::chrono::milliseconds event_ping{15'000};
};

struct TlsFiles {
  std::filesystem::path certificate;  // PEM, with the chain
  std::filesystem::path key;          // PEM, without passphrase
};

struct ServerOptions {
  std::string address = "127.0.0.1";  // an IPv4 or IPv6 address; "0.0.0.0", "::" for all
  std::uint16_t port = 0;             // 0: a free one, see Server::port()
  unsigned workers = 0;               // 0: one for each core
  unsigned writers = 2;
  int backlog = 1024;
  ServerLimits limits;
  std::filesystem::path spool_folder;  // for bodies of routes with body_to_file; must exist
  Executor* executor = nullptr;        // for pooled routes; must outlive the server
  std::optional<TlsFiles> tls;         // TLS 1.3 only
  PrefixTree trusted_proxies;          // whose X-Forwarded-For and X-Forwarded-Proto are believed
  bool hsts = true;                    // tells browsers to stay with HTTPS, on answers that go by it
};

struct ServerStats {
  std::uint64_t accepted = 0;     // connections since the start
  std::uint64_t refused = 0;      // over max_connections
  std::uint64_t connections = 0;  // now
  std::uint64_t requests = 0;     // read completely since the start
  std::uint64_t errors = 0;       // requests that the server itself refused (malformed, too large, too slow)
};

class Server {
 public:
  // Listens on return. Fails with "http.port_in_use", "http.cannot_listen", "http.tls_failed".
  static Result<std::unique_ptr<Server>> start(ServerOptions options, RouteSource routes, AccessCheck access,
                                               ProblemWriter problems = default_problem);
  ~Server();  // stop(0)

  std::uint16_t port() const;
  ServerStats stats() const;
  // Takes no more connections, lets running requests be answered (and closes their connections after it),
  // ends event streams, and after `grace` cuts off what is left. Not from a handler. Idempotent.
  void stop(std::chrono::milliseconds grace);

 private:
  struct Impl;
  explicit Server(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace opsflux::http
