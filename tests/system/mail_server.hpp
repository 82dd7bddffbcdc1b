// A real SMTP server beside the one under test; see tests/support/smtp_server.py for what recipients ask of
// it.
#pragma once

#include <memory>

#include "tests/system/child.hpp"
#include "tests/system/instance.hpp"

namespace opsflux::system_test {

class MailServer {
 public:
  enum class Tls : std::uint8_t { kNone, kStartTls, kImplicit };

  // Makes a certificate for localhost where one is needed. Not started yet. Throws std::runtime_error.
  explicit MailServer(Tls tls = Tls::kNone, std::string user = {}, std::string password = {});

  void start();  // again under the same port after a stop
  void stop();
  std::uint16_t port() const { return port_; }
  std::string certificate() const { return (folder_.path() / "cert.pem").string(); }
  // What a sender sets to reach it: host, port, security, ca_file, from; with user and password.
  Json settings() const;

  std::vector<Json> messages() const;  // in order of arrival
  // Waits until there are so many; what there is then, be it fewer.
  std::vector<Json> wait_for(std::size_t count, int timeout_ms = 30'000) const;

 private:
  void make_certificate() const;

  TempFolder folder_;
  const Tls tls_;
  const std::string user_, password_;
  std::uint16_t port_ = 0;
  std::unique_ptr<Child> server_;
};

}  // namespace opsflux::system_test
