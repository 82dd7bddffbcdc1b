// Addresses and networks of the Internet, and the set of networks that an address is looked up in.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/error.hpp"

namespace opsflux {

// IPv4 is kept as its mapped form ::ffff:a.b.c.d, so that the two ways to write it are one address.
struct IpAddress {
  std::array<std::uint8_t, 16> bytes{};

  // "192.0.2.7", "2001:db8::7", "::ffff:192.0.2.7"; no port, no brackets, no zone.
  static std::optional<IpAddress> parse(std::string_view text);
  bool is_v4() const;
  bool is_loopback() const;  // 127.0.0.0/8, ::1
  std::string text() const;  // in its shortest form; IPv4 with dots
  bool bit(unsigned at) const { return (bytes[at / 8] >> (7 - at % 8)) & 1; }
  bool operator==(const IpAddress&) const = default;
};

struct IpNetwork {
  IpAddress address;
  unsigned bits = 128;  // of the sixteen bytes: "10.0.0.0/8" has 104

  // "10.0.0.0/8", "2001:db8::/32", or an address alone. Errors: net.not_a_network {network},
  // net.network_has_host_bits {network, nearest}.
  static Result<IpNetwork> parse(std::string_view text);
  bool contains(const IpAddress& address) const;
  bool contains(const IpNetwork& other) const { return other.bits >= bits && contains(other.address); }
  bool is_v4() const { return bits >= 96 && address.is_v4(); }
  std::string text() const;
};

// Networks, each with a number, as a binary tree of prefixes: a look-up follows the address's bits, however
// many networks there are. ::/0 is every IPv6 address and no IPv4 one. Built once, then safe from any thread.
class PrefixTree {
 public:
  // A network added again takes the later number.
  void add(const IpNetwork& network, std::uint32_t number);
  // The number of the smallest network that the address is in.
  std::optional<std::uint32_t> find(const IpAddress& address) const;
  bool contains(const IpAddress& address) const { return find(address).has_value(); }
  bool empty() const { return nodes_.empty(); }

 private:
  static constexpr std::uint32_t kNone = UINT32_MAX;
  struct Node {
    std::uint32_t child[2] = {kNone, kNone};
    std::uint32_t number = kNone;
  };
  static constexpr unsigned first_bit(bool v4) { return v4 ? 96 : 0; }
  std::uint32_t root(bool v4) const { return v4 ? 0 : 1; }

  std::vector<Node> nodes_;  // the first two are the roots of IPv4 and IPv6
};

// "10.0.0.0/8, 192.168.0.0/16": networks with commas between them; empty: none. The errors of
// IpNetwork::parse.
Result<std::vector<IpNetwork>> parse_networks(std::string_view text);

}  // namespace opsflux
