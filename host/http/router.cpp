#include "host/http/router.hpp"

#include "host/base/text.hpp"

namespace opsflux::http {
namespace {

struct Segment {
  enum class Kind : std::uint8_t { kFixed, kParam, kRest } kind;
  std::string_view text;  // the name for parameters
};

Unexpected malformed(const Route& route, std::string_view why) {
  return fail(Error::invalid("http.route_malformed", "The route " + std::string(method_name(route.method)) +
                                                         " " + route.pattern + " of " + route.owner +
                                                         " is malformed: " + std::string(why) + ".")
                  .with("pattern", route.pattern)
                  .with("owner", route.owner));
}

Result<std::vector<Segment>> segments_of(const Route& route) {
  const std::string_view pattern = route.pattern;
  if (pattern.empty() || pattern.front() != '/') return malformed(route, "it must start with /");
  std::vector<Segment> out;
  if (pattern == "/") return out;
  for (const std::string_view part : split(pattern.substr(1), '/')) {
    if (!out.empty() && out.back().kind == Segment::Kind::kRest)
      return malformed(route, "{name...} must stand last");
    if (part.empty() || part == "." || part == "..")
      return malformed(route, "it has an empty or dot segment");
    if (part.front() != '{') {
      if (part.find_first_of("{}%?#") != std::string_view::npos)
        return malformed(route, "a fixed segment has one of {}%?#");
      out.push_back({Segment::Kind::kFixed, part});
      continue;
    }
    if (part.back() != '}') return malformed(route, "a { has no } at the end of its segment");
    std::string_view name = part.substr(1, part.size() - 2);
    const bool rest = name.ends_with("...");
    if (rest) name.remove_suffix(3);
    if (!is_identifier(name)) return malformed(route, "a parameter has no valid name");
    out.push_back({rest ? Segment::Kind::kRest : Segment::Kind::kParam, name});
  }
  return out;
}

bool is_dots(std::string_view segment) { return segment == "." || segment == ".."; }

constexpr unsigned bit(Method method) { return 1U << static_cast<unsigned>(method); }

std::string allow_list(unsigned seen) {
  if (seen & bit(Method::kGet)) seen |= bit(Method::kHead);
  seen |= bit(Method::kOptions);
  std::string out;
  for (std::size_t i = 0; i < kMethodCount; ++i) {
    if (!(seen & (1U << i))) continue;
    if (!out.empty()) out += ", ";
    out += method_name(static_cast<Method>(i));
  }
  return out;
}

struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
};

}  // namespace

struct RouteTable::Node {
  struct Leaf {
    std::array<const Route*, kMethodCount> routes{};
    std::array<std::vector<std::string>, kMethodCount> names;  // of the parameters on the way, per method
    const Route* of(Method method) const {
      const Route* found = routes[static_cast<std::size_t>(method)];
      return found || method != Method::kHead ? found : routes[static_cast<std::size_t>(Method::kGet)];
    }
    const std::vector<std::string>& names_of(const Route& route) const {
      return names[static_cast<std::size_t>(route.method)];
    }
    unsigned methods() const {
      unsigned out = 0;
      for (std::size_t i = 0; i < kMethodCount; ++i)
        if (routes[i]) out |= 1U << i;
      return out;
    }
  };
  std::unordered_map<std::string, std::unique_ptr<Node>, TextHash, std::equal_to<>> fixed;
  std::unique_ptr<Node> param;
  std::unique_ptr<Leaf> leaf;  // a path ends here
  std::unique_ptr<Leaf> rest;  // {name...} from here
};

RouteTable::RouteTable() : root_(std::make_unique<Node>()) {}
RouteTable::~RouteTable() = default;

Result<std::shared_ptr<const RouteTable>> RouteTable::create(std::vector<Route> routes) {
  std::shared_ptr<RouteTable> table(new RouteTable);
  table->routes_ = std::move(routes);
  for (const Route& route : table->routes_) TRY(table->add(route));
  return std::shared_ptr<const RouteTable>(std::move(table));
}

Result<void> RouteTable::add(const Route& route) {
  if (!route.handler) return malformed(route, "it has no handler");
  if (route.access.kind == Access::Kind::kUnsaid) return malformed(route, "it does not say who may call it");
  if ((route.access.kind == Access::Kind::kPermission) == route.access.permission.empty())
    return malformed(route, "a permission is missing or superfluous");
  TRY_ASSIGN(segments, segments_of(route));

  Node* node = root_.get();
  std::unique_ptr<Node::Leaf>* end = nullptr;
  std::vector<std::string> names;
  for (const Segment& segment : segments) {
    if (segment.kind != Segment::Kind::kFixed) names.emplace_back(segment.text);
    if (segment.kind == Segment::Kind::kRest) {
      end = &node->rest;
      break;
    }
    std::unique_ptr<Node>& next =
        segment.kind == Segment::Kind::kParam ? node->param : node->fixed[std::string(segment.text)];
    if (!next) next = std::make_unique<Node>();
    node = next.get();
  }
  if (!end) end = &node->leaf;
  if (!*end) *end = std::make_unique<Node::Leaf>();
  const auto index = static_cast<std::size_t>(route.method);
  if (const Route* other = (*end)->routes[index])
    return fail(Error::conflict("http.route_duplicate",
                                "The route " + std::string(method_name(route.method)) + " " + route.pattern +
                                    " of " + route.owner + " is the same as " + other->pattern + " of " +
                                    other->owner + ".")
                    .with("pattern", route.pattern)
                    .with("owner", route.owner)
                    .with("other", other->owner));
  (*end)->routes[index] = &route;
  (*end)->names[index] = std::move(names);
  return {};
}

// Depth first, the most specific first; `seen` collects the methods that the path has otherwise. While
// descending, params holds values without names: the names depend on the route found.
const Route* RouteTable::find(const Node& node, std::string_view rest, Method method, Params& params,
                              unsigned& seen) const {
  const auto take = [&](const std::unique_ptr<Node::Leaf>& leaf) -> const Route* {
    if (!leaf) return nullptr;
    const Route* route = leaf->of(method);
    if (!route) {
      seen |= leaf->methods();
      return nullptr;
    }
    const std::vector<std::string>& names = leaf->names_of(*route);
    for (std::size_t i = 0; i < names.size(); ++i) params[i].first = names[i];
    return route;
  };

  if (rest.empty()) {
    if (const Route* route = take(node.leaf)) return route;
  } else {
    const std::size_t end = std::min(rest.find('/', 1), rest.size());
    std::string_view segment = rest.substr(1, end - 1);
    std::string plain;
    if (segment.find('%') != std::string_view::npos)
      segment = plain = percent_decode(segment, false).value_or("");
    if (!segment.empty() && !is_dots(segment)) {
      if (const auto next = node.fixed.find(segment); next != node.fixed.end())
        if (const Route* route = find(*next->second, rest.substr(end), method, params, seen)) return route;
      if (node.param) {
        params.emplace_back(std::string_view(), segment);
        if (const Route* route = find(*node.param, rest.substr(end), method, params, seen)) return route;
        params.pop_back();
      }
    }
  }
  if (!node.rest) return nullptr;
  std::string tail = percent_decode(rest.empty() ? rest : rest.substr(1), false).value_or("");
  for (const std::string_view part : split(tail, '/'))
    if (is_dots(part)) return nullptr;
  params.emplace_back(std::string_view(), std::move(tail));
  if (const Route* route = take(node.rest)) return route;
  params.pop_back();
  return nullptr;
}

RouteTable::Match RouteTable::match(Method method, std::string_view path, Params& params) const {
  unsigned seen = 0;
  params.clear();
  Match out;
  out.route = find(*root_, path == "/" ? std::string_view() : path, method, params, seen);
  if (!out.route) {
    params.clear();
    if (seen) out.allow = allow_list(seen);
  }
  return out;
}

}  // namespace opsflux::http
