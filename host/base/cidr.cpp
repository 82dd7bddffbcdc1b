#include "host/base/cidr.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <cstring>

#include "host/base/text.hpp"

namespace opsflux {
namespace {

constexpr std::uint8_t kMapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr std::size_t kLongest = 64;  // characters of a network

void clear_behind(IpAddress& address, unsigned bits) {
  for (unsigned i = 0; i < 16; ++i) {
    const unsigned kept = bits <= i * 8 ? 0 : std::min(8u, bits - i * 8);
    address.bytes[i] &= static_cast<std::uint8_t>(0xff00 >> kept);
  }
}

// Shows the text only as far as it can be a network at all.
Error not_a_network(std::string_view text) {
  std::string shown(text.substr(0, kLongest));
  std::replace_if(
      shown.begin(), shown.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
  return Error::invalid("net.not_a_network", "\"" + shown +
                                                 "\" is no network. One reads like 10.0.0.0/8, "
                                                 "2001:db8::/32 or 192.0.2.7.")
      .with("network", shown);
}

}  // namespace

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  if (text.size() >= INET6_ADDRSTRLEN || has_nul(text)) return std::nullopt;
  char copy[INET6_ADDRSTRLEN] = {};
  text.copy(copy, text.size());
  IpAddress out;
  if (inet_pton(AF_INET6, copy, out.bytes.data()) == 1) return out;
  std::memcpy(out.bytes.data(), kMapped, sizeof kMapped);
  if (inet_pton(AF_INET, copy, out.bytes.data() + 12) == 1) return out;
  return std::nullopt;
}

bool IpAddress::is_v4() const { return std::memcmp(bytes.data(), kMapped, sizeof kMapped) == 0; }

bool IpAddress::is_loopback() const {
  static constexpr std::array<std::uint8_t, 16> kOne = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
  return is_v4() ? bytes[12] == 127 : bytes == kOne;
}

std::string IpAddress::text() const {
  char out[INET6_ADDRSTRLEN] = {};
  if (is_v4())
    inet_ntop(AF_INET, bytes.data() + 12, out, sizeof out);
  else
    inet_ntop(AF_INET6, bytes.data(), out, sizeof out);
  return out;
}

Result<IpNetwork> IpNetwork::parse(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto address = IpAddress::parse(text.substr(0, slash));
  if (!address) return fail(not_a_network(text));
  IpNetwork out{*address, 128};
  if (slash == std::string_view::npos) return out;
  const std::string_view given = text.substr(slash + 1);
  const bool dotted = text.substr(0, slash).find(':') == std::string_view::npos;
  const auto length = parse_int(given);
  const bool digits = given.find_first_not_of("0123456789") == std::string_view::npos;
  if (!length || !digits || given.size() > 3 || *length > (dotted ? 32 : 128))
    return fail(not_a_network(text));
  out.bits = static_cast<unsigned>(*length) + (dotted ? 96 : 0);
  clear_behind(out.address, out.bits);
  if (out.address == *address) return out;
  const std::string nearest = out.address.text() + "/" + std::string(given);
  return fail(Error::invalid("net.network_has_host_bits", "\"" + std::string(text) +
                                                              "\" is an address within " + nearest +
                                                              ". Write the network, or the address alone.")
                  .with("network", text)
                  .with("nearest", nearest));
}

bool IpNetwork::contains(const IpAddress& given) const {
  if (bits < 96 && given.is_v4()) return false;
  IpAddress cut = given;
  clear_behind(cut, bits);
  return cut == address;
}

std::string IpNetwork::text() const {
  const unsigned shown = is_v4() ? bits - 96 : bits;
  return shown == (is_v4() ? 32u : 128u) ? address.text() : address.text() + "/" + std::to_string(shown);
}

void PrefixTree::add(const IpNetwork& network, std::uint32_t number) {
  if (nodes_.empty()) nodes_.resize(2);
  const bool v4 = network.is_v4();
  std::uint32_t at = root(v4);
  for (unsigned bit = first_bit(v4); bit < network.bits; ++bit) {
    const bool side = network.address.bit(bit);
    if (nodes_[at].child[side] == kNone) {
      nodes_[at].child[side] = static_cast<std::uint32_t>(nodes_.size());
      nodes_.emplace_back();
    }
    at = nodes_[at].child[side];
  }
  nodes_[at].number = number;
}

std::optional<std::uint32_t> PrefixTree::find(const IpAddress& address) const {
  if (nodes_.empty()) return std::nullopt;
  const bool v4 = address.is_v4();
  std::uint32_t at = root(v4), found = nodes_[at].number;
  for (unsigned bit = first_bit(v4); bit < 128; ++bit) {
    at = nodes_[at].child[address.bit(bit)];
    if (at == kNone) break;
    if (nodes_[at].number != kNone) found = nodes_[at].number;
  }
  return found == kNone ? std::nullopt : std::optional(found);
}

Result<std::vector<IpNetwork>> parse_networks(std::string_view text) {
  std::vector<IpNetwork> out;
  if (trim(text).empty()) return out;
  for (const std::string_view part : split(text, ',')) {
    TRY_ASSIGN(network, IpNetwork::parse(trim(part)));
    out.push_back(network);
  }
  return out;
}

}  // namespace opsflux
