// A small HTTP/1.1 client for tests: one request a connection, everything in memory.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "host/base/json.hpp"

namespace opsflux::system_test {

struct Answer {
  int status = 0;  // 0: no answer, the connection was refused or ended early
  std::string head, body;

  std::string field(std::string_view name) const;  // empty when it is not there
  Json json() const;                               // null when the body is no JSON
  std::string code() const { return get_string_or(json(), "code", ""); }
  std::string text() const { return std::to_string(status) + " " + body.substr(0, 2000); }  // for messages
};

struct Ask {
  std::string method, path;
  std::string body{};
  std::vector<std::pair<std::string, std::string>> fields{};
};

// Never blocks longer than `timeout_ms` on one read.
Answer send_to(std::uint16_t port, const Ask& ask, int timeout_ms = 60'000);

}  // namespace opsflux::system_test
