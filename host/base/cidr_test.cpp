#include "host/base/cidr.hpp"

#include <gtest/gtest.h>

#include <random>

namespace opsflux {
namespace {

IpAddress ip(std::string_view text) {
  const auto parsed = IpAddress::parse(text);
  EXPECT_TRUE(parsed) << text;
  return parsed.value_or(IpAddress());
}

IpNetwork net(std::string_view text) {
  const auto parsed = IpNetwork::parse(text);
  EXPECT_TRUE(parsed) << text;
  return parsed ? *parsed : IpNetwork();
}

std::string refusal(std::string_view text) {
  const auto parsed = IpNetwork::parse(text);
  return parsed ? "taken as " + parsed->text() : parsed.error().code;
}

TEST(Cidr, ReadsAddressesInEveryFormAndWritesTheShortest) {
  EXPECT_EQ(ip("192.0.2.7").text(), "192.0.2.7");
  EXPECT_EQ(ip("::ffff:192.0.2.7").text(), "192.0.2.7");
  EXPECT_EQ(ip("::FFFF:c000:207").text(), "192.0.2.7");
  EXPECT_EQ(ip("2001:0DB8:0:0::0007").text(), "2001:db8::7");
  EXPECT_TRUE(ip("192.0.2.7") == ip("::ffff:192.0.2.7"));
}

TEST(Cidr, RefusesWhatIsNoAddress) {
  for (const char* text : {"", " ", "1.2.3", "1.2.3.256", "01.2.3.4.5", "192.0.2.7:80", "[::1]",
                           "fe80::1%eth0", "::1 ", "1.2.3.4/8", "localhost", ":::", "12345::"})
    EXPECT_FALSE(IpAddress::parse(text)) << text;
  EXPECT_FALSE(IpAddress::parse(std::string_view("1.2.3.4\0", 8)));
  EXPECT_FALSE(IpAddress::parse(std::string(5000, '1')));
}

TEST(Cidr, TellsLoopbackFromTheRest) {
  EXPECT_TRUE(ip("127.0.0.1").is_loopback());
  EXPECT_TRUE(ip("127.9.9.9").is_loopback());
  EXPECT_TRUE(ip("::1").is_loopback());
  EXPECT_TRUE(ip("::ffff:127.0.0.1").is_loopback());
  EXPECT_FALSE(ip("128.0.0.1").is_loopback());
  EXPECT_FALSE(ip("::2").is_loopback());
  EXPECT_FALSE(ip("::").is_loopback());
}

TEST(Cidr, ReadsAndWritesNetworks) {
  for (const char* text :
       {"10.0.0.0/8", "0.0.0.0/0", "192.0.2.7", "2001:db8::/32", "::/0", "::1", "192.0.2.128/25"})
    EXPECT_EQ(net(text).text(), text);
  EXPECT_EQ(net("192.0.2.7/32").text(), "192.0.2.7");
  EXPECT_EQ(net("2001:db8::1/128").text(), "2001:db8::1");
  EXPECT_EQ(net("::ffff:10.0.0.0/104").text(), "10.0.0.0/8");
}

TEST(Cidr, RefusesWhatIsNoNetworkAndNamesTheNearest) {
  for (const char* text : {"", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/+8", "10.0.0.0/8/8",
                           "::/129", "10.0.0.0/ 8", "10.0.0.0/0008", "10.0.0.0/x", "any"})
    EXPECT_EQ(refusal(text), "net.not_a_network") << text;
  const auto wrong = IpNetwork::parse("10.1.2.3/8");
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().code, "net.network_has_host_bits");
  EXPECT_NE(wrong.error().message.find("10.0.0.0/8"), std::string::npos);
}

TEST(Cidr, ANetworkOfOneKindHoldsNoAddressOfTheOther) {
  EXPECT_TRUE(net("0.0.0.0/0").contains(ip("255.255.255.255")));
  EXPECT_FALSE(net("0.0.0.0/0").contains(ip("2001:db8::1")));
  EXPECT_TRUE(net("::/0").contains(ip("2001:db8::1")));
  EXPECT_FALSE(net("::/0").contains(ip("192.0.2.7")));
  EXPECT_TRUE(net("10.0.0.0/8").contains(ip("::ffff:10.255.0.1")));
  EXPECT_FALSE(net("10.0.0.0/8").contains(ip("11.0.0.0")));
  EXPECT_TRUE(net("10.0.0.0/8").contains(net("10.9.0.0/16")));
  EXPECT_FALSE(net("10.9.0.0/16").contains(net("10.0.0.0/8")));
}

TEST(Cidr, TheSmallestNetworkOfATreeWins) {
  PrefixTree tree;
  EXPECT_FALSE(tree.find(ip("10.0.0.1")));
  tree.add(net("10.0.0.0/8"), 1);
  tree.add(net("10.1.0.0/16"), 2);
  tree.add(net("10.1.2.3"), 3);
  tree.add(net("::/0"), 4);
  EXPECT_EQ(tree.find(ip("10.200.0.1")), 1u);
  EXPECT_EQ(tree.find(ip("10.1.9.9")), 2u);
  EXPECT_EQ(tree.find(ip("10.1.2.3")), 3u);
  EXPECT_EQ(tree.find(ip("::ffff:10.1.2.3")), 3u);
  EXPECT_EQ(tree.find(ip("2001:db8::1")), 4u);
  EXPECT_FALSE(tree.find(ip("11.0.0.1")));
  tree.add(net("0.0.0.0/0"), 5);
  EXPECT_EQ(tree.find(ip("11.0.0.1")), 5u);
}

// The tree against the plain way, on networks and addresses that lie close together.
TEST(Cidr, ATreeFindsWhatComparingWithEachNetworkFinds) {
  std::mt19937 random(7);
  const auto near = [&] {
    IpAddress out = ip(random() % 2 == 0 ? "10.0.0.0" : "2001:db8::");
    for (int i = 0; i < 3; ++i) out.bytes[13 + random() % 3] = static_cast<std::uint8_t>(random() % 4);
    return out;
  };
  for (int round = 0; round < 200; ++round) {
    std::vector<IpNetwork> networks;
    PrefixTree tree;
    for (std::uint32_t i = 0; i < 20; ++i) {
      const IpAddress at = near();
      const unsigned length = at.is_v4() ? random() % 33 : random() % 129;
      // The bits behind the prefix are what parse() would complain of: take its advice.
      const auto parsed = IpNetwork::parse(at.text() + "/" + std::to_string(length));
      const IpNetwork network = parsed ? *parsed : net(std::get<1>(parsed.error().params.at(1)));
      networks.push_back(network);
      tree.add(network, network.bits);
    }
    for (int i = 0; i < 50; ++i) {
      const IpAddress asked = near();
      std::optional<std::uint32_t> longest;
      for (const IpNetwork& network : networks)
        if (network.contains(asked) && (!longest || network.bits > *longest)) longest = network.bits;
      EXPECT_EQ(tree.find(asked), longest) << asked.text();
    }
  }
}

TEST(Cidr, ReadsAListOfNetworks) {
  const auto networks = parse_networks(" 10.0.0.0/8,2001:db8::/32 , ::1");
  ASSERT_TRUE(networks);
  ASSERT_EQ(networks->size(), 3u);
  EXPECT_EQ((*networks)[1].text(), "2001:db8::/32");
  EXPECT_TRUE(parse_networks("")->empty());
  EXPECT_FALSE(parse_networks("10.0.0.0/8,"));
  EXPECT_FALSE(parse_networks("10.0.0.0/8 ::1"));
}

}  // namespace
}  // namespace opsflux
