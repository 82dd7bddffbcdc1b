// The way to the mail server that an administrator named: SMTP by libcurl.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "host/base/error.hpp"

namespace opsflux::mail {

struct SmtpServer {
  enum class Security : std::uint8_t {
    kStartTls,  // required: a server that does not offer it is refused
    kTls,       // from the first byte
    kNone,
  };
  std::string host{};
  std::int64_t port = 587;
  Security security = Security::kStartTls;
  std::string user{}, password{};  // no user: does not sign in
  std::string ca_file{};           // empty: the system's
};

struct Delivery {
  enum class End : std::uint8_t {
    kSent,
    kLater,    // the server will not take this message now (4xx)
    kNever,    // the server will never take this message (5xx)
    kServer,   // not about this message: unreachable, no TLS, not signed in
    kStopped,  // we are stopping
  } end = End::kSent;
  std::optional<Error> error{};  // of all but kSent and kStopped
};

// One connection, kept between messages. Used by one thread.
class SmtpConnection {
 public:
  // `stopping` ends what runs within about a second.
  SmtpConnection(const SmtpServer& server, const std::atomic<bool>& stopping);
  ~SmtpConnection();
  SmtpConnection(const SmtpConnection&) = delete;
  SmtpConnection& operator=(const SmtpConnection&) = delete;

  // Addresses must have passed check_address. `letter` has CRLF; dots at the beginning of lines are doubled
  // here.
  Delivery send(const std::string& from, const std::string& to, const std::string& letter);

 private:
  struct Curl;
  std::unique_ptr<Curl> curl_;
};

}  // namespace opsflux::mail
