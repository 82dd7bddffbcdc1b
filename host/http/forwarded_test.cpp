#include "host/http/forwarded.hpp"

#include <gtest/gtest.h>

#include "host/http/test_server.hpp"

namespace opsflux::http {
namespace {

PrefixTree proxies(std::string_view networks) {
  PrefixTree tree;
  const auto parsed = parse_networks(networks);
  EXPECT_TRUE(parsed);
  for (const IpNetwork& network : *parsed) tree.add(network, 0);
  return tree;
}

struct Case {
  std::vector<std::string_view> fields;
  std::string_view client;  // empty: nobody is named
};

TEST(Forwarded, TheClientIsTheRightmostWhoIsNoProxy) {
  const PrefixTree trusted = proxies("10.0.0.0/8, 2001:db8:1::/48");
  const Case cases[] = {
      {{"192.0.2.7"}, "192.0.2.7"},
      {{"203.0.113.9, 192.0.2.7"}, "192.0.2.7"},                // the left one is the client's own word
      {{"203.0.113.9, 192.0.2.7, 10.1.1.1"}, "192.0.2.7"},      // through two proxies
      {{"203.0.113.9", "192.0.2.7", "10.1.1.1"}, "192.0.2.7"},  // in several fields
      {{"10.2.2.2, 10.1.1.1"}, "10.2.2.2"},                     // from within
      {{"192.0.2.7:4711"}, "192.0.2.7"},
      {{"[2001:DB8:2::7]:4711"}, "2001:db8:2::7"},
      {{"[2001:db8:2::7]"}, "2001:db8:2::7"},
      {{"2001:db8:2::7"}, "2001:db8:2::7"},
      {{"::ffff:192.0.2.7"}, "192.0.2.7"},
      {{"192.0.2.7, 2001:db8:1::1"}, "192.0.2.7"},
      {{"192.0.2.7, unknown"}, ""},                 // the nearest proxy names nobody
      {{"192.0.2.7, evil, 10.1.1.1"}, "10.1.1.1"},  // what stands left of junk is not believed
      {{"192.0.2.7,"}, ""},
      {{""}, ""},
      {{"192.0.2.7:"}, ""},
      {{"192.0.2.7:123456"}, ""},
      {{"[192.0.2.7]"}, ""},
      {{"[2001:db8:2::7"}, ""},
      {{"[2001:db8:2::7]x"}, ""},
      {{"fe80::1%eth0"}, ""},
      {{"192.0.2.7 10.1.1.1"}, ""},
      {{}, ""},
  };
  for (const Case& one : cases) {
    std::vector<HeaderField> fields{{"Host", "x"}};
    for (const std::string_view value : one.fields) fields.push_back({"X-Forwarded-For", value});
    EXPECT_EQ(forwarded_client(fields, trusted).value_or(""), one.client)
        << (one.fields.empty() ? "" : one.fields[0]);
  }
}

TEST(Forwarded, AChainWithoutEndIsNotFollowedForEver) {
  std::string value;
  for (int i = 0; i < 1000; ++i) value += "10.0.0.1,";
  const std::vector<HeaderField> fields{
      {"X-Forwarded-For", std::string_view(value).substr(0, value.size() - 1)}};
  EXPECT_EQ(forwarded_client(fields, proxies("10.0.0.0/8")), "10.0.0.1");
}

TEST(Forwarded, TheNearestProxySaysTheProtocol) {
  const auto secure = [](std::string_view value) {
    const HeaderField fields[] = {{"x-forwarded-proto", value}};
    return forwarded_secure(fields);
  };
  EXPECT_EQ(secure("https"), true);
  EXPECT_EQ(secure("HTTPS"), true);
  EXPECT_EQ(secure("http"), false);
  EXPECT_EQ(secure("https, http"), false);
  EXPECT_EQ(secure("http, https"), true);
  EXPECT_EQ(secure("ftp"), std::nullopt);
  EXPECT_EQ(secure(""), std::nullopt);
  EXPECT_EQ(forwarded_secure({}), std::nullopt);
}

class Proxied : public ::testing::Test {
 protected:
  void start(std::string_view trusted) {
    server.options.trusted_proxies = proxies(trusted);
    server.route(Method::kGet, "/who", [](Exchange e) {
      const Request& r = e.request();
      e.respond(Response::text(200, std::string(r.client_address()) + (r.secure() ? " https" : " http")));
    });
    server.start();
  }
  test::Answer ask(const std::string& fields) { return server.client().get("/who", fields); }
  test::TestServer server;
};

TEST_F(Proxied, ATrustedProxyIsBelieved) {
  start("127.0.0.1");
  const auto answer = ask("X-Forwarded-For: 203.0.113.9, 192.0.2.7\r\nX-Forwarded-Proto: https\r\n");
  EXPECT_EQ(answer.body, "192.0.2.7 https");
  EXPECT_EQ(answer.field("strict-transport-security"), "max-age=31536000");
  EXPECT_EQ(ask("").body, "127.0.0.1 http");
}

TEST_F(Proxied, NobodyElseIs) {
  start("10.0.0.0/8");
  const auto answer = ask("X-Forwarded-For: 192.0.2.7\r\nX-Forwarded-Proto: https\r\n");
  EXPECT_EQ(answer.body, "127.0.0.1 http");
  EXPECT_EQ(answer.field("strict-transport-security"), "");
}

TEST_F(Proxied, OneConnectionCarriesManyClients) {
  start("127.0.0.1");
  auto client = server.client();
  for (const char* address : {"192.0.2.7", "2001:db8::1", "198.51.100.200"})
    EXPECT_EQ(client.get("/who", "X-Forwarded-For: " + std::string(address) + "\r\n").body,
              std::string(address) + " http");
}

}  // namespace
}  // namespace opsflux::http
