// One request, complete: its head, the values of its path and query, and its body in memory or in a file.
//
// Owned by the Exchange and valid as long as a copy of that Exchange lives; all views point into it. Used
// by one thread at a time (first by the access check, then by the handler).
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "host/base/caller.hpp"
#include "host/base/error.hpp"
#include "host/http/method.hpp"

namespace opsflux::http {

struct Route;

struct HeaderField {
  std::string_view name;   // as received
  std::string_view value;  // without white space around it
};

class Request {
 public:
  Method method = Method::kGet;  // kHead stays kHead although a route for GET serves it
  std::string_view path;         // as received, percent-encoded, starts with '/'
  std::string_view raw_query;    // what follows '?', as received

  Request() = default;
  ~Request();  // removes the body's file unless it was taken
  Request(const Request&) = delete;
  Request& operator=(const Request&) = delete;

  // The first field of that name (case-insensitive).
  std::optional<std::string_view> header(std::string_view name) const;
  std::span<const HeaderField> headers() const { return fields_; }

  // The first value of a query parameter, decoded. The server has refused broken escapes, NUL and
  // invalid UTF-8 before.
  std::optional<std::string_view> query(std::string_view name) const;
  // All query parameters in order, decoded, repeated names included.
  const std::vector<std::pair<std::string, std::string>>& query_all() const;

  // A value of the route's pattern, decoded; empty when the pattern has no such name.
  std::string_view param(std::string_view name) const;
  std::optional<std::string_view> cookie(std::string_view name) const;

  // The body; empty when there is none, or when the route sends it to a file.
  std::string_view body() const { return body_; }
  // Routes with RouteLimits::body_to_file: the complete body in the server's spool folder. Removed with
  // the request unless taken. Empty when the request had no body.
  const std::filesystem::path& body_file() const { return body_file_; }
  // The caller moves or removes the file from now on.
  std::filesystem::path take_body_file() { return std::exchange(body_file_, {}); }
  std::uint64_t body_size() const { return body_size_; }  // bytes, wherever they are

  std::string_view host() const { return host_; }  // of the Host field, with port, as received
  // Came by TLS, to the server or to a trusted proxy in front of it.
  bool secure() const { return secure_; }
  // Without port; of the client as trusted proxies name it.
  std::string_view client_address() const { return client_address_; }
  // 32 hexadecimal digits: of the client's `traceparent` field (W3C Trace Context), else made here.
  std::string_view trace_id() const { return {trace_id_, sizeof trace_id_}; }

  // Who calls, as the access check said; nobody (not signed in) on routes where it gave none.
  const Caller& caller() const;
  const std::shared_ptr<const Caller>& shared_caller() const { return caller_; }
  const Route* route() const { return route_; }  // null until one was found

 private:
  friend class ExchangeCore;
  friend class Connection;
  friend class RouteTable;
  friend class StrictParser;
  friend struct RequestAccess;  // tests that need a request without a server

  void clear();  // back to the state of a new object, keeping memory

  std::string head_;  // the bytes that the views point into
  std::vector<HeaderField> fields_;
  std::string_view host_;
  std::vector<std::pair<std::string_view, std::string>> params_;  // names point into the route's pattern
  mutable std::optional<std::vector<std::pair<std::string, std::string>>>
      query_;  // read when first asked for
  std::string body_;
  std::filesystem::path body_file_;
  std::uint64_t body_size_ = 0;
  bool secure_ = false;
  char trace_id_[32] = {};
  std::string client_address_;
  std::shared_ptr<const Caller> caller_;
  void forget_route() {
    params_.clear();
    route_ = nullptr;
  }
  const Route* route_ = nullptr;
};

// The body as JSON: 415 when the Content-Type is something else, 400 with line and column when it is
// not JSON (see parse_json).
Result<nlohmann::json> json_body(const Request& request);

}  // namespace opsflux::http
