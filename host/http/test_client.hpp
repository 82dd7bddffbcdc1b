// A plain blocking HTTP client on one socket, for tests: sends exactly the bytes it is given.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "host/base/text.hpp"

namespace opsflux::http::test {

struct Answer {
  int status = 0;                                  // 0: the connection ended before an answer
  std::multimap<std::string, std::string> fields;  // names in lower case
  std::string body;
  std::string field(const std::string& name) const {
    const auto found = fields.find(name);
    return found == fields.end() ? std::string() : found->second;
  }
};

class Client {
 public:
  explicit Client(std::uint16_t port, const char* address = "127.0.0.1") {
    if (std::string_view(address).find(':') != std::string_view::npos) {
      sockaddr_in6 to{};
      to.sin6_family = AF_INET6;
      to.sin6_port = htons(port);
      ::inet_pton(AF_INET6, address, &to.sin6_addr);
      open(AF_INET6, reinterpret_cast<sockaddr*>(&to), sizeof to);
    } else {
      sockaddr_in to{};
      to.sin_family = AF_INET;
      to.sin_port = htons(port);
      ::inet_pton(AF_INET, address, &to.sin_addr);
      open(AF_INET, reinterpret_cast<sockaddr*>(&to), sizeof to);
    }
  }
  ~Client() { close(); }
  Client(Client&& other) noexcept : fd_(std::exchange(other.fd_, -1)), rest_(std::move(other.rest_)) {}
  Client(const Client&) = delete;

  bool connected() const { return fd_ >= 0; }
  int fd() const { return fd_; }
  void close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }
  void reset() {  // RST instead of FIN
    const linger at_once{1, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    close();
  }
  void shut() { ::shutdown(fd_, SHUT_WR); }

  // False when the server has closed the connection.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t n = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(n));
    }
    return true;
  }

  // Waits for one answer; `head_only` for those to HEAD. Interim answers (100) are skipped but counted.
  Answer read(bool head_only = false, std::chrono::milliseconds timeout = std::chrono::seconds(10)) {
    const auto deadline = std::chrono::steady_clock::now() + timeout;
    Answer out;
    for (;;) {
      const std::size_t end = rest_.find("\r\n\r\n");
      if (end == std::string::npos) {
        if (!fill(deadline)) return out;
        continue;
      }
      out = parse(rest_.substr(0, end + 2));
      rest_.erase(0, end + 4);
      if (out.status != 100) break;
      ++interim;
    }
    if (head_only || out.status == 204 || out.status == 304) return out;
    if (out.field("transfer-encoding") == "chunked") {
      std::string chunk;
      while (read_chunk(chunk, deadline) && !chunk.empty()) out.body += chunk;
      return out;
    }
    const std::string length = out.field("content-length");
    const std::size_t wanted =
        length.empty() ? std::size_t(-1) : static_cast<std::size_t>(std::stoull(length));
    while (rest_.size() < wanted && fill(deadline)) {
    }
    out.body = rest_.substr(0, wanted);
    rest_.erase(0, out.body.size());
    return out;
  }

  Answer get(std::string_view target, std::string_view fields = {}) {
    send("GET " + std::string(target) + " HTTP/1.1\r\nHost: test\r\n" + std::string(fields) + "\r\n");
    return read();
  }
  Answer post(std::string_view target, std::string_view body, std::string_view fields = {}) {
    send("POST " + std::string(target) + " HTTP/1.1\r\nHost: test\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n" + std::string(fields) + "\r\n");
    send(body);
    return read();
  }

  // The next chunk of a chunked answer; empty: the last one. False: the connection ended or time is over.
  bool read_chunk(std::string& out,
                  std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::now() +
                                                                   std::chrono::seconds(10)) {
    for (;;) {
      const std::size_t line = rest_.find("\r\n");
      if (line != std::string::npos) {
        const std::size_t size = std::stoull(rest_.substr(0, line), nullptr, 16);
        if (rest_.size() >= line + 2 + size + 2) {
          out = rest_.substr(line + 2, size);
          rest_.erase(0, line + 2 + size + 2);
          return true;
        }
      }
      if (!fill(deadline)) return false;
    }
  }

  // True when the server closes (FIN or RST) within `timeout`; what it sends until then is kept.
  bool closed_by_server(std::chrono::milliseconds timeout = std::chrono::seconds(10)) {
    const auto deadline = std::chrono::steady_clock::now() + timeout;
    while (fill(deadline)) {
    }
    return ended_;
  }
  const std::string& unread() const { return rest_; }
  int interim = 0;

 private:
  void open(int family, const sockaddr* to, socklen_t size) {
    fd_ = ::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int one = 1;
    ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (::connect(fd_, to, size) != 0) close();
  }

  bool fill(std::chrono::steady_clock::time_point deadline) {
    if (fd_ < 0 || ended_) return false;
    for (;;) {
      const auto left =
          std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now())
              .count();
      pollfd wait{fd_, POLLIN, 0};
      const int ready = left > 0 ? ::poll(&wait, 1, static_cast<int>(left)) : 0;
      if (ready < 0 && errno == EINTR) continue;
      if (ready <= 0) return false;
      char buffer[65536];
      const ssize_t n = ::recv(fd_, buffer, sizeof buffer, 0);
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) {
        ended_ = true;
        return false;
      }
      rest_.append(buffer, static_cast<std::size_t>(n));
      return true;
    }
  }

  static Answer parse(std::string_view head) {
    Answer out;
    bool first = true;
    while (!head.empty()) {
      const std::size_t end = head.find("\r\n");
      const std::string_view line = head.substr(0, end);
      head.remove_prefix(end + 2);
      if (first)
        out.status = std::stoi(std::string(line.substr(9, 3)));
      else if (const std::size_t colon = line.find(':'); colon != std::string_view::npos)
        out.fields.emplace(to_lower_ascii(line.substr(0, colon)), std::string(trim(line.substr(colon + 1))));
      first = false;
    }
    return out;
  }

  int fd_ = -1;
  bool ended_ = false;
  std::string rest_;
};

}  // namespace opsflux::http::test
