// Writes a small file in the format of MaxMind DB 2.0: networks with a city and a country each.
#pragma once

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "host/base/cidr.hpp"

namespace opsflux::identity::test {

using Names = std::vector<std::pair<std::string, std::string>>;  // language, name

class MmdbWriter {
 public:
  void add(std::string_view network, const Names& city, const Names& country) {
    const std::uint32_t offset = static_cast<std::uint32_t>(data_.size());
    data_ += map(2);
    data_ += text("city") + map(1) + text("names") + names(city);
    data_ += text("country") + map(1) + text("names") + names(country);
    const IpNetwork parsed = IpNetwork::parse(network).value();
    IpAddress address = parsed.address;
    if (parsed.is_v4()) address.bytes[10] = address.bytes[11] = 0;  // IPv4 lies below ::/96
    std::size_t at = 0;
    for (unsigned bit = 0; bit + 1 < parsed.bits; ++bit) {
      const bool side = address.bit(bit);
      if (nodes_[at][side] < 0) {
        nodes_[at][side] = static_cast<std::int64_t>(nodes_.size());
        nodes_.push_back({-1, -1});
      }
      at = static_cast<std::size_t>(nodes_[at][side]);
    }
    nodes_[at][address.bit(parsed.bits - 1)] = kData + offset;
  }

  std::string bytes() const {
    const auto count = static_cast<std::int64_t>(nodes_.size());
    std::string out;
    for (const auto& node : nodes_)
      for (const std::int64_t record : node)
        out += number(record < 0 ? count : record >= kData ? count + 16 + (record - kData) : record, 3);
    out += std::string(16, '\0') + data_ +
           "\xab\xcd\xef"
           "MaxMind.com";
    out += map(9) + text("node_count") + "\xc4" + number(count, 4) + text("record_size") + "\xa2" +
           number(24, 2) + text("ip_version") + "\xa2" + number(6, 2) + text("database_type") +
           text("Test-City") + text("languages") + std::string("\x01\x04") + text("en") +
           text("binary_format_major_version") + "\xa2" + number(2, 2) + text("binary_format_minor_version") +
           "\xa2" + number(0, 2) + text("build_epoch") + std::string("\x08\x02") + number(1'795'000'000, 8) +
           text("description") + map(1) + text("en") + text("Places for tests");
    return out;
  }

 private:
  static constexpr std::int64_t kData = 1LL << 40;

  static std::string number(std::int64_t value, int size) {
    std::string out;
    for (int i = size - 1; i >= 0; --i) out += static_cast<char>(value >> (8 * i));
    return out;
  }
  static std::string map(std::size_t size) { return std::string(1, static_cast<char>(0xe0 | size)); }
  static std::string text(const std::string& value) {
    if (value.size() < 29) return std::string(1, static_cast<char>(0x40 | value.size())) + value;
    return std::string("\x5d") + static_cast<char>(value.size() - 29) + value;
  }
  static std::string names(const Names& names) {
    std::string out = map(names.size());
    for (const auto& [language, name] : names) out += text(language) + text(name);
    return out;
  }

  std::vector<std::array<std::int64_t, 2>> nodes_{{-1, -1}};
  std::string data_;
};

}  // namespace opsflux::identity::test
