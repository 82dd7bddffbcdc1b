#include "tests/system/mail_server.hpp"

#include <signal.h>

#include <stdexcept>
#include <thread>

namespace opsflux::system_test {

MailServer::MailServer(Tls tls, std::string user, std::string password)
    : tls_(tls), user_(std::move(user)), password_(std::move(password)) {
  if (tls_ != Tls::kNone) make_certificate();
}

void MailServer::make_certificate() const {
  const Outcome made =
      run({"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
           "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
           "-keyout", (folder_.path() / "key.pem").string(), "-out", certificate()});
  if (made.exit_code != 0) throw std::runtime_error("no certificate: " + made.err);
}

void MailServer::start() {
  std::vector<std::string> words = {
      "/usr/bin/python3", OPSFLUX_SMTP_SERVER,  "--out", (folder_.path() / "out").string(),
      "--port",           std::to_string(port_)};
  if (tls_ != Tls::kNone)
    words.insert(words.end(), {"--tls", tls_ == Tls::kStartTls ? "starttls" : "implicit", "--cert",
                               certificate(), "--key", (folder_.path() / "key.pem").string()});
  if (!user_.empty()) words.insert(words.end(), {"--user", user_, "--password", password_});
  server_ = std::make_unique<Child>(words, Environment{});
  if (!server_->wait_for_output("port ", 30'000) || !server_->wait_for_output("\n", 30'000))
    throw std::runtime_error("the SMTP server does not start: " + server_->err());
  port_ = static_cast<std::uint16_t>(std::atoi(server_->out().c_str() + server_->out().find("port ") + 5));
}

void MailServer::stop() { server_.reset(); }

Json MailServer::settings() const {
  Json out = {{"host", "127.0.0.1"},
              {"port", port_},
              {"security", tls_ == Tls::kNone       ? "none"
                           : tls_ == Tls::kStartTls ? "starttls"
                                                    : "tls"},
              {"from", "opsflux@example.org"},
              {"base_url", "https://ops.example.org"}};
  if (tls_ != Tls::kNone) out["ca_file"] = certificate();
  if (!user_.empty()) {
    out["user"] = user_;
    out["password"] = password_;
  }
  return out;
}

std::vector<Json> MailServer::messages() const {
  std::vector<Json> out;
  for (const std::string& name : entries(folder_.path() / "out"))
    if (name.ends_with(".json")) out.push_back(Json::parse(read_bytes(folder_.path() / "out" / name)));
  return out;
}

std::vector<Json> MailServer::wait_for(std::size_t count, int timeout_ms) const {
  for (int waited = 0; waited < timeout_ms && messages().size() < count; waited += 50)
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  return messages();
}

}  // namespace opsflux::system_test
