// Routes that change while requests run: what is held back and routed again, and what lets go of the old
// table.
#include <gmock/gmock.h>

#include "host/http/test_server.hpp"

namespace opsflux::http::test {
namespace {

using testing::HasSubstr;

struct HoldingServer : TestServer {
  HoldingServer() {
    route(Method::kPost, "/things/{id}", [this](Exchange e) {
      std::lock_guard lock(mutex);
      held.push_back(std::move(e));
    });
    access = [this](const Request&, const Route&) -> AccessVerdict {
      ++asked;
      if (refuse) return {nullptr, Error::forbidden("test.refused", "No.")};
      return std::shared_ptr<const Caller>();
    };
  }
  ~HoldingServer() { stop(0ms); }
  // A request that waits in `held`.
  Client ask() {
    Client c = client();
    c.send("POST /things/7 HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody");
    EXPECT_TRUE(eventually([&] {
      std::lock_guard lock(mutex);
      return !held.empty();
    }));
    return c;
  }
  void let_go() {
    std::vector<Exchange> all;
    {
      std::lock_guard lock(mutex);
      all.swap(held);
    }
    for (Exchange& exchange : all) exchange.route_again();
  }
  std::mutex mutex;
  std::vector<Exchange> held;
  std::atomic<int> asked{0};
  std::atomic<bool> refuse{false};
};

TEST(HeldRequest, IsAnsweredByTheRoutesOfLaterWithItsBodyAndParameters) {
  HoldingServer s;
  s.start();
  Client c = s.ask();
  s.routes.clear();
  s.route(
      Method::kPost, "/things/{name}",
      [](Exchange e) {
        e.respond(Response::text(
            200, std::string(e.request().param("name")) + " " + std::string(e.request().body())));
      },
      Run::kPooled);
  s.take_routes();
  s.let_go();
  EXPECT_THAT(c.read().body, HasSubstr("7 body"));
  EXPECT_EQ(s.asked, 2) << "whether the caller may is asked of the new route";
  c.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(c.read().status, 404) << "the connection goes on, with the new table";
}

TEST(HeldRequest, IsNotFoundWhereItsRouteIsGoneAndRefusedWhereTheCallerMayNotAnyMore) {
  HoldingServer s;
  s.start();
  Client refused = s.ask();
  s.refuse = true;
  s.let_go();
  EXPECT_EQ(refused.read().status, 403);
  s.refuse = false;
  Client lost = s.ask();
  s.routes.clear();
  s.route(Method::kGet, "/other", [](Exchange e) { e.respond(Response::text(200, "x")); });
  s.take_routes();
  s.let_go();
  EXPECT_EQ(lost.read().status, 404);
}

TEST(EventStream, LetsGoOfItsRoutesAndGoesOn) {
  TestServer s;
  std::mutex mutex;
  EventStream stream;
  s.route(Method::kGet, "/events", [&](Exchange e) {
    std::lock_guard lock(mutex);
    stream = e.respond_events();
  });
  s.start();
  const std::weak_ptr<const RouteTable> before = s.table.load();
  Client c = s.client();
  c.send("GET /events HTTP/1.1\r\nHost: a\r\n\r\n");
  ASSERT_TRUE(eventually([&] {
    std::lock_guard lock(mutex);
    return stream.open();
  }));
  s.take_routes();
  EXPECT_TRUE(eventually([&] { return before.expired(); })) << "a stream keeps the routes of before";
  {
    std::lock_guard lock(mutex);
    EXPECT_TRUE(stream.send("record", "{}"));
    stream.close();
  }
  EXPECT_THAT(c.read().body, HasSubstr("event: record"));
  s.stop(0ms);
}

TEST(InlineHandler, MayContinueOnThePool) {
  TestServer s;
  std::atomic<bool> other_thread{false};
  s.route(Method::kGet, "/slow", [&](Exchange e) {
    e.run_pooled([&, here = std::this_thread::get_id()](Exchange pooled) {
      other_thread = std::this_thread::get_id() != here;
      pooled.respond(Response::text(200, "later"));
    });
  });
  s.route(Method::kGet, "/throws",
          [](Exchange e) { e.run_pooled([](Exchange) { throw std::runtime_error("x"); }); });
  s.start();
  Client c = s.client();
  c.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(c.read().body, "later");
  EXPECT_TRUE(other_thread);
  c.send("GET /throws HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(c.read().status, 500);
  s.stop(0ms);
}

}  // namespace
}  // namespace opsflux::http::test
