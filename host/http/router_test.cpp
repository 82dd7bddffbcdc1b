#include "host/http/router.hpp"

#include <gtest/gtest.h>

namespace opsflux::http {
namespace {

Route make(Method method, std::string pattern, std::string owner = "core") {
  return {method, std::move(pattern), Access::open(), Run::kInline, {}, [](Exchange) {}, std::move(owner)};
}

std::string find(const RouteTable& table, Method method, std::string_view path) {
  RouteTable::Params params;
  const auto match = table.match(method, path, params);
  if (!match.route) return match.allow.empty() ? "404" : "405 " + match.allow;
  std::string out = match.route->pattern;
  for (const auto& [name, value] : params) out += " " + std::string(name) + "=" + value;
  return out;
}

TEST(RouteTable, PrefersFixedSegmentsThenParametersThenTheRest) {
  const auto table =
      *RouteTable::create({make(Method::kGet, "/"), make(Method::kGet, "/a/b"), make(Method::kGet, "/a/{id}"),
                           make(Method::kGet, "/a/{id}/c"), make(Method::kGet, "/{path...}"),
                           make(Method::kGet, "/a/{id}/files/{name...}")});
  EXPECT_EQ(find(*table, Method::kGet, "/"), "/");
  EXPECT_EQ(find(*table, Method::kGet, "/a/b"), "/a/b");
  EXPECT_EQ(find(*table, Method::kGet, "/a/7"), "/a/{id} id=7");
  EXPECT_EQ(find(*table, Method::kGet, "/a/b/c"), "/a/{id}/c id=b");
  EXPECT_EQ(find(*table, Method::kGet, "/a/b/x"), "/{path...} path=a/b/x");
  EXPECT_EQ(find(*table, Method::kGet, "/a/7/files/x/y.txt"), "/a/{id}/files/{name...} id=7 name=x/y.txt");
  EXPECT_EQ(find(*table, Method::kGet, "/a/7/files"), "/a/{id}/files/{name...} id=7 name=");
}

TEST(RouteTable, DecodesValuesAndNeverMatchesDots) {
  const auto table =
      *RouteTable::create({make(Method::kGet, "/a/{id}"), make(Method::kGet, "/files/{name...}"),
                           make(Method::kGet, "/caf\xc3\xa9")});
  EXPECT_EQ(find(*table, Method::kGet, "/a/x%2Fy%20z"), "/a/{id} id=x/y z");
  EXPECT_EQ(find(*table, Method::kGet, "/caf%C3%A9"), "/caf\xc3\xa9");
  for (const char* path : {"/a/..", "/a/%2e%2e", "/a/.", "/files/../x", "/files/a/%2E%2E/b",
                           "/files/a%2f..%2fb", "/a/", "//a/b", "/a//"})
    EXPECT_EQ(find(*table, Method::kGet, path), "404") << path;
}

TEST(RouteTable, TellsTheMethodsThatAPathHas) {
  const auto table = *RouteTable::create({make(Method::kGet, "/a"), make(Method::kPost, "/a"),
                                          make(Method::kPut, "/{x}"), make(Method::kDelete, "/b/{x}")});
  EXPECT_EQ(find(*table, Method::kDelete, "/a"), "405 GET, HEAD, POST, PUT, OPTIONS");
  EXPECT_EQ(find(*table, Method::kPut, "/a"), "/{x} x=a");
  EXPECT_EQ(find(*table, Method::kHead, "/a"), "/a");
  EXPECT_EQ(find(*table, Method::kOptions, "/b/1"), "405 DELETE, OPTIONS");
  EXPECT_EQ(find(*table, Method::kGet, "/c/d"), "404");
}

TEST(RouteTable, UsesTheNamesOfTheRouteThatMatched) {
  const auto table = *RouteTable::create({make(Method::kGet, "/a/{one}"), make(Method::kPost, "/a/{two}")});
  EXPECT_EQ(find(*table, Method::kGet, "/a/x"), "/a/{one} one=x");
  EXPECT_EQ(find(*table, Method::kPost, "/a/x"), "/a/{two} two=x");
}

TEST(RouteTable, RefusesWhatIsMalformedOrSaidTwice) {
  for (const char* bad : {"", "a", "/a//b", "/{x...}/b", "/{x", "/{}", "/a/../b", "/{X}", "/a{x}", "/a?b"}) {
    const auto made = RouteTable::create({make(Method::kGet, bad)});
    ASSERT_FALSE(made) << bad;
    EXPECT_EQ(made.error().code, "http.route_malformed") << bad;
  }
  const auto twice =
      RouteTable::create({make(Method::kGet, "/a/{x}"), make(Method::kGet, "/a/{y}", "tiers")});
  ASSERT_FALSE(twice);
  EXPECT_EQ(twice.error().code, "http.route_duplicate");
  Route unsaid = make(Method::kGet, "/a");
  unsaid.access = {};
  EXPECT_FALSE(RouteTable::create({unsaid}));
  Route empty = make(Method::kGet, "/a");
  empty.handler = nullptr;
  EXPECT_FALSE(RouteTable::create({empty}));
}

}  // namespace
}  // namespace opsflux::http
