// Routes, and the immutable table that finds one for a request.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "host/base/error.hpp"
#include "host/http/exchange.hpp"
#include "host/http/method.hpp"

namespace opsflux::http {

// Who may call a route. There is no default: each route says it.
struct Access {
  enum class Kind : std::uint8_t { kUnsaid, kPublic, kSignedIn, kPermission };
  Kind kind = Kind::kUnsaid;  // refused by RouteTable::create
  std::string permission{};   // with kPermission: "tiers.company.view"
  bool confirmed = false;     // only soon after the person proved who he is
  bool own = false;           // of the person himself: for no API key, and for nobody who sees as him
  bool reads = false;         // changes nothing, though its method could: open to who may only look

  static Access open() { return {.kind = Kind::kPublic}; }
  static Access signed_in() { return {.kind = Kind::kSignedIn}; }
  static Access permit(std::string permission) {
    return {.kind = Kind::kPermission, .permission = std::move(permission)};
  }
  Access confirm() && { return confirmed = true, std::move(*this); }
  Access own_only() && { return own = true, std::move(*this); }
  Access reading() && { return reads = true, std::move(*this); }
};

// kInline: on the I/O worker; must be short and never block (no database, no file, no lock held long).
// kPooled: on ServerOptions::executor.
enum class Run : std::uint8_t { kInline, kPooled };

struct RouteLimits {
  std::size_t max_body = 0;                    // bytes; more is answered 413; 0: ServerLimits::max_body
  bool body_to_file = false;                   // the body goes to a file, whatever its size
  std::chrono::milliseconds deadline{30'000};  // from the complete request to the answer, then 504; 0: none
};

struct Route {
  Method method = Method::kGet;
  // "/api/v1/tiers/companies/{id}": {name} takes one segment, a last {name...} the rest, which may be
  // empty. A fixed segment wins over {name}, and that over {name...}.
  std::string pattern;
  Access access;
  Run run = Run::kPooled;
  RouteLimits limits;
  std::function<void(Exchange)> handler;
  std::string owner = "core";  // the module that contributed it, or "core"
};

class RouteTable {
 public:
  // Refuses malformed patterns, missing handlers, and two routes for the same method and path shape
  // ("http.route_malformed", "http.route_duplicate", naming pattern and owner).
  static Result<std::shared_ptr<const RouteTable>> create(std::vector<Route> routes);
  ~RouteTable();

  using Params = std::vector<std::pair<std::string_view, std::string>>;  // decoded; names live in the table
  struct Match {
    const Route* route = nullptr;  // null: see `allow`
    std::string allow;             // methods that the path has, "GET, HEAD, OPTIONS"; empty: no such path
  };
  // HEAD is served by GET's route. Paths with "." or ".." segments, encoded or not, match nothing.
  Match match(Method method, std::string_view path, Params& params) const;
  const std::vector<Route>& routes() const { return routes_; }

 private:
  struct Node;
  RouteTable();
  Result<void> add(const Route& route);
  const Route* find(const Node& node, std::string_view rest, Method method, Params& params,
                    unsigned& seen) const;

  std::vector<Route> routes_;
  std::unique_ptr<Node> root_;
};

// Gives the table to use; taken once for each request and kept to that request's end, so that what the
// table owns (a module's generation) lives as long as a request may call it. Any I/O worker; must be fast.
using RouteSource = std::function<std::shared_ptr<const RouteTable>()>;

}  // namespace opsflux::http
