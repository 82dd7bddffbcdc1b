// Server-sent events, and the end of the server.
#include <gmock/gmock.h>

#include "host/http/test_server.hpp"

namespace opsflux::http::test {
namespace {

struct EventServer : TestServer {
  EventServer() {
    route(Method::kGet, "/events", [this](Exchange e) {
      EventStream stream = e.respond_events();
      stream.on_close([this] { ++closed; });
      std::lock_guard lock(mutex);
      streams.push_back(stream);
    });
  }
  ~EventServer() { stop(0ms); }
  Client listen() {
    Client c = client();
    const std::size_t before = count();
    c.send("GET /events HTTP/1.1\r\nHost: a\r\nAccept: text/event-stream\r\n\r\n");
    EXPECT_TRUE(eventually([&] { return count() > before; }));
    return c;
  }
  std::size_t count() {
    std::lock_guard lock(mutex);
    return streams.size();
  }
  EventStream stream(std::size_t i) {
    std::lock_guard lock(mutex);
    return streams.at(i);
  }
  void drop() {
    std::vector<EventStream> dropped;
    std::lock_guard lock(mutex);
    dropped.swap(streams);
  }
  std::mutex mutex;
  std::vector<EventStream> streams;
  std::atomic<int> closed{0};
};

// Reads the head of the answer, without the body that does not end.
void skip_head(Client& c) {
  std::string chunk;
  char byte;
  std::string head;
  while (!head.ends_with("\r\n\r\n") && ::recv(c.fd(), &byte, 1, 0) == 1) head += byte;
  EXPECT_THAT(head, testing::HasSubstr("Content-Type: text/event-stream\r\n"));
  EXPECT_THAT(head, testing::HasSubstr("Transfer-Encoding: chunked\r\n"));
}

TEST(Events, ReachTheClientInOrderAndEndCleanly) {
  EventServer s;
  s.start();
  Client c = s.listen();
  skip_head(c);
  const EventStream stream = s.stream(0);
  EXPECT_TRUE(stream.send("record", R"({"id":1})", "42"));
  EXPECT_TRUE(stream.send("", "two\nlines\r\nthree"));
  EXPECT_TRUE(stream.send("a\r\nb", "x"));
  std::string chunk;
  ASSERT_TRUE(c.read_chunk(chunk));
  EXPECT_EQ(chunk, "id: 42\nevent: record\ndata: {\"id\":1}\n\n");
  ASSERT_TRUE(c.read_chunk(chunk));
  EXPECT_EQ(chunk, "data: two\ndata: lines\ndata: three\n\n");
  ASSERT_TRUE(c.read_chunk(chunk));
  EXPECT_EQ(chunk, "event: ab\ndata: x\n\n");
  stream.close();
  ASSERT_TRUE(c.read_chunk(chunk));
  EXPECT_EQ(chunk, "");
  EXPECT_TRUE(c.closed_by_server());
  EXPECT_FALSE(stream.open());
  EXPECT_FALSE(stream.send("late", "x"));
  EXPECT_EQ(s.closed.load(), 1);
}

TEST(Events, EndWithTheLastHandle) {
  EventServer s;
  s.start();
  Client c = s.listen();
  skip_head(c);
  s.drop();
  std::string chunk = "x";
  ASSERT_TRUE(c.read_chunk(chunk));
  EXPECT_EQ(chunk, "");
  EXPECT_EQ(s.closed.load(), 1);
}

TEST(Events, SayWhenTheClientHasLeft) {
  EventServer s;
  s.start();
  for (int i = 0; i < 6; ++i) {
    Client c = s.listen();
    if (i % 3 == 1)
      c.reset();
    else if (i % 3 == 2)
      c.shut();
    else
      c.close();
    EXPECT_TRUE(eventually([&] { return s.closed.load() == i + 1; })) << i;
    EXPECT_FALSE(s.stream(static_cast<std::size_t>(i)).send("x", "y"));
  }
  EXPECT_TRUE(eventually([&] { return s.server->stats().connections == 0; }));
}

TEST(Events, NoticeAnEndThatCameWithTheRequest) {
  EventServer s;
  s.start();
  Client c = s.client();
  c.send("GET /events HTTP/1.1\r\nHost: a\r\n\r\n");
  c.shut();
  EXPECT_TRUE(eventually([&] { return s.closed.load() == 1; }));
}

TEST(Events, ArePingedSoThatProxiesKeepTheConnection) {
  EventServer s;
  s.options.limits.event_ping = 50ms;
  s.start();
  Client c = s.listen();
  skip_head(c);
  std::string chunk;
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(c.read_chunk(chunk));
    EXPECT_EQ(chunk, ":\n\n");
  }
}

TEST(Events, EndForAClientThatDoesNotRead) {
  EventServer s;
  s.options.limits.max_event_queue = 64 << 10;
  s.start();
  Client c = s.listen();
  const EventStream stream = s.stream(0);
  const std::string data(10'000, 'x');
  int sent = 0;
  while (sent < 5000 && stream.send("big", data)) ++sent;
  EXPECT_LT(sent, 5000);
  EXPECT_FALSE(stream.open());
  EXPECT_TRUE(eventually([&] { return s.closed.load() == 1 && s.server->stats().connections == 0; }));
}

TEST(Events, AreSentFromManyThreadsWithoutMixing) {
  EventServer s;
  s.start();
  std::vector<Client> clients;
  for (int i = 0; i < 10; ++i) clients.push_back(s.listen());
  std::vector<std::thread> senders;
  for (int t = 0; t < 3; ++t)
    senders.emplace_back([&s, t] {
      for (int n = 0; n < 50; ++n)
        for (std::size_t i = 0; i < 10; ++i)
          s.stream(i).send("e", std::to_string(t) + "/" + std::to_string(n));
    });
  for (std::thread& sender : senders) sender.join();
  for (Client& c : clients) {
    skip_head(c);
    int next[3] = {0, 0, 0};
    std::string chunk;
    for (int i = 0; i < 150; ++i) {
      ASSERT_TRUE(c.read_chunk(chunk));
      const std::string data = chunk.substr(chunk.find("data: ") + 6);
      EXPECT_EQ(std::stoi(data.substr(2)), next[data[0] - '0']++);
    }
  }
}

TEST(Stop, FinishesWhatRunsAndRefusesWhatComes) {
  std::atomic<bool> running{false};
  EventServer s;
  s.route(
      Method::kGet, "/slow",
      [&running](Exchange e) {
        running = true;
        std::this_thread::sleep_for(200ms);
        e.respond(Response::text(200, "finished"));
      },
      Run::kPooled);
  s.start();
  const std::uint16_t port = s.port();
  Client slow = s.client(), idle = s.client(), events = s.listen();
  EXPECT_EQ(idle.get("/hello").status, 200);
  slow.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
  ASSERT_TRUE(eventually([&] { return running.load(); }));
  std::thread stopper([&] { s.stop(5s); });
  const Answer answer = slow.read();
  EXPECT_EQ(answer.body, "finished");
  EXPECT_EQ(answer.field("connection"), "close");
  slow.close();
  EXPECT_TRUE(idle.closed_by_server());
  EXPECT_TRUE(events.closed_by_server());
  EXPECT_THAT(events.unread(), testing::EndsWith("0\r\n\r\n"));
  events.close();
  stopper.join();
  EXPECT_EQ(s.closed.load(), 1);
  EXPECT_FALSE(Client(port).connected());
}

TEST(Stop, CutsOffWhatOutlivesTheGraceAndLeavesItsHandlesSafe) {
  std::vector<Exchange> kept;
  std::mutex mutex;
  std::atomic<int> cancelled{0};
  TestServer s;
  s.route(Method::kGet, "/keep", [&](Exchange e) {
    e.on_cancel([&cancelled] { ++cancelled; });
    std::lock_guard lock(mutex);
    kept.push_back(std::move(e));
  });
  s.start();
  Client c = s.client();
  c.send("GET /keep HTTP/1.1\r\nHost: a\r\n\r\n");
  ASSERT_TRUE(eventually([&] {
    std::lock_guard lock(mutex);
    return kept.size() == 1;
  }));
  const auto start = std::chrono::steady_clock::now();
  s.stop(100ms);
  EXPECT_LT(std::chrono::steady_clock::now() - start, 3s);
  EXPECT_TRUE(c.closed_by_server());
  EXPECT_EQ(cancelled.load(), 1);
  s.server.reset();
  EXPECT_TRUE(kept[0].cancelled());
  EXPECT_EQ(kept[0].request().path, "/keep");
  EXPECT_FALSE(kept[0].respond(Response(204)));
  kept.clear();
}

TEST(Stop, LetsTheRouteTableGoWithTheLastRequest) {
  std::mutex mutex;
  TestServer s;
  auto alive = std::make_shared<int>(1);
  const std::weak_ptr<int> watch = alive;
  s.route(Method::kGet, "/x", [alive](Exchange e) { e.respond(Response(204)); });
  std::shared_ptr<const RouteTable> current = *RouteTable::create(s.routes);
  s.routes.clear();
  alive.reset();
  auto server = Server::start(
      s.options,
      [&] {
        std::lock_guard lock(mutex);
        return current;
      },
      s.access);
  ASSERT_TRUE(server);
  Client c((*server)->port());
  EXPECT_EQ(c.get("/x").status, 204);
  EXPECT_FALSE(watch.expired());
  {
    std::lock_guard lock(mutex);
    current = *RouteTable::create({});
  }
  EXPECT_TRUE(eventually([&] { return watch.expired(); }));  // although the connection stays
  EXPECT_EQ(c.get("/x").status, 404);
}

}  // namespace
}  // namespace opsflux::http::test
