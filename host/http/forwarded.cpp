#include "host/http/forwarded.hpp"

#include "host/base/text.hpp"

namespace opsflux::http {
namespace {

constexpr std::size_t kMaxHops = 32;

// "192.0.2.7", "192.0.2.7:4711", "2001:db8::7", "[2001:db8::7]", "[2001:db8::7]:4711".
std::optional<IpAddress> hop(std::string_view text) {
  const auto is_port = [](std::string_view digits) {
    return !digits.empty() && digits.size() <= 5 && digits.find_first_not_of("0123456789") == digits.npos;
  };
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == text.npos) return std::nullopt;
    const std::string_view rest = text.substr(end + 1);
    if (!rest.empty() && (!rest.starts_with(':') || !is_port(rest.substr(1)))) return std::nullopt;
    const std::string_view inner = text.substr(1, end - 1);
    return inner.find(':') == inner.npos ? std::nullopt : IpAddress::parse(inner);
  }
  const std::size_t colon = text.find(':');
  if (colon != text.npos && text.find(':', colon + 1) == text.npos) {
    if (!is_port(text.substr(colon + 1))) return std::nullopt;
    text = text.substr(0, colon);
  }
  return IpAddress::parse(text);
}

// Calls `visit` for each part of all fields of that name, the last one first, until it says false.
template <class Visit>
void each_from_the_right(std::span<const HeaderField> fields, std::string_view name, const Visit& visit) {
  for (std::size_t i = fields.size(); i-- > 0;) {
    if (to_lower_ascii(fields[i].name) != name) continue;
    std::string_view rest = fields[i].value;
    for (;;) {
      const std::size_t comma = rest.rfind(',');
      if (!visit(trim(comma == rest.npos ? rest : rest.substr(comma + 1)))) return;
      if (comma == rest.npos) break;
      rest = rest.substr(0, comma);
    }
  }
}

}  // namespace

bool is_trusted(const PrefixTree& proxies, std::string_view address) {
  if (proxies.empty()) return false;
  const auto parsed = IpAddress::parse(address);
  return parsed && proxies.contains(*parsed);
}

std::optional<std::string> forwarded_client(std::span<const HeaderField> fields, const PrefixTree& proxies) {
  std::optional<IpAddress> client;
  std::size_t hops = 0;
  each_from_the_right(fields, "x-forwarded-for", [&](std::string_view text) {
    const auto address = hop(text);
    if (!address || ++hops > kMaxHops) return false;
    client = address;
    return proxies.contains(*address);
  });
  return client ? std::optional(client->text()) : std::nullopt;
}

std::optional<bool> forwarded_secure(std::span<const HeaderField> fields) {
  std::optional<bool> secure;
  each_from_the_right(fields, "x-forwarded-proto", [&](std::string_view text) {
    const std::string proto = to_lower_ascii(text);
    if (proto == "https" || proto == "http") secure = proto == "https";
    return false;
  });
  return secure;
}

}  // namespace opsflux::http
