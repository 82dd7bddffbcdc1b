#include "tests/system/http_client.hpp"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "host/base/files.hpp"
#include "host/base/text.hpp"

namespace opsflux::system_test {

std::string Answer::field(std::string_view name) const {
  const std::string wanted = to_lower_ascii(name) + ":";
  for (const std::string_view line : split(head, '\n'))
    if (to_lower_ascii(line).starts_with(wanted)) return std::string(trim(line.substr(wanted.size())));
  return {};
}

Json Answer::json() const {
  auto parsed = parse_json(body);
  return parsed ? std::move(*parsed) : Json();
}

Answer send_to(std::uint16_t port, const Ask& ask, int timeout_ms) {
  const FileDescriptor fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const timeval limit{timeout_ms / 1000, timeout_ms % 1000 * 1000};
  ::setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  ::setsockopt(fd.get(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  Answer answer;
  if (::connect(fd.get(), reinterpret_cast<sockaddr*>(&to), sizeof to) != 0) return answer;
  std::string text = ask.method + " " + ask.path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n";
  for (const auto& [name, value] : ask.fields) text += name + ": " + value + "\r\n";
  if (!ask.body.empty() || ask.method != "GET")
    text += "Content-Length: " + std::to_string(ask.body.size()) + "\r\n";
  text += "\r\n" + ask.body;
  // A server may answer and close before it has read a body that it refuses: the answer is read all the same.
  for (std::size_t sent = 0; sent < text.size();) {
    const ssize_t n = ::send(fd.get(), text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
    if (n <= 0) break;
    sent += static_cast<std::size_t>(n);
  }
  std::string got;
  char buffer[16384];
  for (ssize_t n; (n = ::recv(fd.get(), buffer, sizeof buffer, 0)) > 0;)
    got.append(buffer, static_cast<std::size_t>(n));
  const auto end = got.find("\r\n\r\n");
  if (end == std::string::npos) return answer;
  answer.head = got.substr(0, end);
  answer.body = got.substr(end + 4);
  answer.status = std::atoi(answer.head.c_str() + 9);
  const auto length = answer.field("content-length");
  if (!length.empty() && ask.method != "HEAD" &&
      parse_int(length) != static_cast<std::int64_t>(answer.body.size()))
    return {};  // cut off: the server died while it answered
  return answer;
}

}  // namespace opsflux::system_test
