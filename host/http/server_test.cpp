#include "host/http/server.hpp"

#include <gmock/gmock.h>

#include "host/base/json.hpp"
#include "host/http/test_server.hpp"

namespace opsflux::http::test {
namespace {

using testing::HasSubstr;

std::string code_of(const Answer& answer) { return (*parse_json(answer.body))["code"]; }

TEST(Server, AnswersOnAConnectionThatItKeeps) {
  TestServer s;
  s.start();
  Client c = s.client();
  for (int i = 0; i < 3; ++i) {
    const Answer answer = c.get("/hello");
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, R"({"hello":"world"})");
    EXPECT_EQ(answer.field("content-type"), "application/json");
    EXPECT_EQ(answer.field("x-content-type-options"), "nosniff");
    EXPECT_EQ(answer.field("referrer-policy"), "same-origin");
    EXPECT_EQ(answer.field("cache-control"), "no-store");
    EXPECT_EQ(answer.field("connection"), "");
    EXPECT_EQ(answer.field("date").size(), 29U);
  }
  EXPECT_EQ(s.server->stats().requests, 3U);
  EXPECT_EQ(s.server->stats().connections, 1U);
}

TEST(Server, ListensOnIpv6) {
  TestServer s;
  s.options.address = "::1";
  s.route(Method::kGet, "/who",
          [](Exchange e) { e.respond(Response::text(200, std::string(e.request().client_address()))); });
  s.start();
  Client c(s.port(), "::1");
  ASSERT_TRUE(c.connected());
  EXPECT_EQ(c.get("/who").body, "::1");
}

TEST(Server, SaysThatAPortIsTaken) {
  TestServer s;
  s.start();
  ServerOptions options;
  options.port = s.port();
  const auto second = Server::start(
      options, [] { return nullptr; }, s.access);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, "http.port_in_use");
}

TEST(Server, AnswersPipelinedRequestsInOrderWhoeverAnswersThem) {
  TestServer s;
  s.route(
      Method::kGet, "/slow",
      [](Exchange e) {
        std::this_thread::sleep_for(30ms);
        e.respond(Response::text(200, "slow" + std::string(*e.request().query("n"))));
      },
      Run::kPooled);
  s.start();
  Client c = s.client();
  std::string requests;
  for (int i = 0; i < 6; ++i)
    requests +=
        (i % 2 ? "GET /echo?id=" : "GET /slow?n=") + std::to_string(i) + " HTTP/1.1\r\nHost: a\r\n\r\n";
  c.send(requests);
  for (int i = 0; i < 6; ++i) EXPECT_EQ(c.read().body, (i % 2 ? "" : "slow") + std::to_string(i));
}

TEST(Server, GivesTheSameAnswersHoweverTheRequestsAreSplit) {
  TestServer s;
  s.start();
  const std::vector<std::string> messages = {
      "\r\nGET /hello HTTP/1.1\r\nHost: a\r\n\r\n",
      "POST /echo?x=1 HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhelloGET /echo?id=2 HTTP/1.1\r\nHost: "
      "a\r\n\r\n",
      "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6;x=y\r\n "
      "world\r\n0\r\nT: u\r\n\r\nGET /hello HTTP/1.1\r\nHost: a\r\n\r\n",
      "POST /missing HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabcGET /echo?id=3 HTTP/1.1\r\nHost: "
      "a\r\n\r\n",
      "HEAD /hello HTTP/1.1\r\nHost: a\r\n\r\n",
  };
  // Date and trace_id differ from answer to answer.
  const auto plain = [](std::string text) {
    for (const std::string_view mark : {"Date: ", "\"trace_id\":\""})
      for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at + 1))
        for (std::size_t i = at + mark.size(); i < text.size() && text[i] != '\r' && text[i] != '"'; ++i)
          text[i] = '.';
    return text;
  };
  const auto run = [&](std::string_view message, std::size_t split) {
    Client c = s.client();
    c.send(message.substr(0, split));
    if (split) std::this_thread::sleep_for(150us);
    c.send(message.substr(split));
    c.shut();
    EXPECT_TRUE(c.closed_by_server());
    return plain(c.unread());
  };
  for (const std::string& message : messages) {
    const std::string expected = run(message, 0);
    EXPECT_THAT(expected, HasSubstr("HTTP/1.1 "));
    for (std::size_t i = 1; i < message.size(); ++i)
      ASSERT_EQ(run(message, i), expected) << message << " at " << i;
  }
}

TEST(Server, RefusesWithAnAnswerAndClosesSoThatTheRestIsNoRequest) {
  std::atomic<int> reached{0};
  TestServer s;
  s.route(Method::kGet, "/secret", [&reached](Exchange e) {
    ++reached;
    e.respond(Response(204));
  });
  s.start();
  const std::string smuggled = "GET /secret HTTP/1.1\r\nHost: a\r\n\r\n";
  const std::pair<const char*, int> cases[] = {
      {"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
       400},
      {"POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 400},
      {"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nContent-Length: 44\r\n\r\n", 400},
      {"POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n", 400},
      {"GET /hello HTTP/1.1\r\n\r\n", 400},
      {"GET http://a/hello HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"BREW /hello HTTP/1.1\r\nHost: a\r\n\r\n", 501},
      {"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: magic\r\n\r\n", 417},
  };
  for (const auto& [message, status] : cases) {
    Client c = s.client();
    c.send(message + smuggled);
    const Answer answer = c.read();
    EXPECT_EQ(answer.status, status) << message;
    EXPECT_EQ(answer.field("connection"), "close") << message;
    EXPECT_EQ(answer.field("content-type"), "application/problem+json");
    c.send(smuggled);
    c.shut();
    EXPECT_TRUE(c.closed_by_server());
    EXPECT_EQ(c.unread(), "") << message;
  }
  EXPECT_EQ(reached.load(), 0);
}

TEST(Server, AnswersHeadAsGetWithoutTheBody) {
  TestServer s;
  s.start();
  Client c = s.client();
  for (const char* path : {"/hello", "/missing"}) {
    c.send("HEAD " + std::string(path) + " HTTP/1.1\r\nHost: a\r\n\r\n");
    const Answer answer = c.read(true);
    EXPECT_NE(answer.field("content-length"), "0");
    EXPECT_EQ(c.unread(), "");
  }
  EXPECT_EQ(c.get("/hello").status, 200);
}

TEST(Server, AnswersUnknownPathsMethodsAndOptions) {
  TestServer s;
  s.start();
  Client c = s.client();
  const Answer missing = c.get("/missing");
  EXPECT_EQ(missing.status, 404);
  EXPECT_EQ(code_of(missing), "http.not_found");
  const Answer wrong = c.post("/hello", "a body that is read and dropped");
  EXPECT_EQ(wrong.status, 405);
  EXPECT_EQ(wrong.field("allow"), "GET, HEAD, OPTIONS");
  c.send("OPTIONS /hello HTTP/1.1\r\nHost: a\r\n\r\n");
  const Answer options = c.read();
  EXPECT_EQ(options.status, 204);
  EXPECT_EQ(options.field("allow"), "GET, HEAD, OPTIONS");
  EXPECT_EQ(c.get("/hello").status, 200);
}

TEST(Server, KeepsConnectionsAsTheVersionAndTheClientSay) {
  TestServer s;
  s.start();
  {
    Client c = s.client();
    EXPECT_EQ(c.get("/hello", "Connection: close\r\n").field("connection"), "close");
    EXPECT_TRUE(c.closed_by_server());
  }
  {
    Client c = s.client();
    c.send("GET /hello HTTP/1.0\r\n\r\n");
    EXPECT_EQ(c.read().field("connection"), "close");
    EXPECT_TRUE(c.closed_by_server());
  }
  {
    Client c = s.client();
    c.send("GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    EXPECT_EQ(c.read().field("connection"), "keep-alive");
    EXPECT_EQ(c.get("/hello").status, 200);
  }
}

TEST(Server, SendsContinueWhenTheBodyIsWanted) {
  TestServer s;
  s.start();
  Client c = s.client();
  c.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
  pollfd interim{c.fd(), POLLIN, 0};
  ASSERT_EQ(::poll(&interim, 1, 10'000), 1);  // before any byte of the body was sent
  c.send("abc");
  EXPECT_EQ(c.read().body, "/echo||abc");
  EXPECT_EQ(c.interim, 1);
  // Not wanted: the final answer comes at once, and the connection ends, as the body may or may not follow.
  c.send("POST /missing HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(c.read().status, 404);
  EXPECT_EQ(c.interim, 1);
  EXPECT_TRUE(c.closed_by_server());
}

TEST(Server, ChecksAccessBeforeTheHandlerAndBeforeTheBody) {
  std::atomic<int> reached{0};
  TestServer s;
  s.route(Method::kPost, "/upload",
          [&reached](Exchange e) {
            ++reached;
            e.respond(Response::text(200, e.request().caller().name));
          },
          Run::kInline, {.max_body = 1 << 30, .body_to_file = true});
  s.access = [](const Request& request, const Route& route) -> Result<std::shared_ptr<const Caller>> {
    EXPECT_EQ(route.pattern, "/upload");
    if (request.header("authorization") != "Bearer ada")
      return fail(Error::unauthenticated("auth.needed", "Sign in first."));
    auto caller = std::make_shared<Caller>();
    caller->name = "Ada";
    return caller;
  };
  s.start();
  {
    Client c = s.client();
    c.send("POST /upload HTTP/1.1\r\nHost: a\r\nContent-Length: 100000000\r\n\r\n");
    const Answer answer = c.read();  // not a byte of the body was sent
    EXPECT_EQ(answer.status, 401);
    EXPECT_EQ(answer.field("www-authenticate"), "Bearer");
    EXPECT_EQ(code_of(answer), "auth.needed");
    EXPECT_TRUE(c.closed_by_server());
  }
  Client c = s.client();
  EXPECT_EQ(c.post("/upload", "small").status, 401);  // small enough to be read and dropped
  EXPECT_EQ(c.post("/upload", "small", "Authorization: Bearer ada\r\n").body, "Ada");
  EXPECT_EQ(reached.load(), 1);
  EXPECT_TRUE(eventually([&] { return s.spool.files() == 0; }));
}

TEST(Server, AnswersOnceFromAnyThread) {
  TestServer s;
  s.route(Method::kGet, "/later", [](Exchange e) {
    std::thread([e]() mutable {
      std::this_thread::sleep_for(5ms);
      std::atomic<int> sent{0};
      std::vector<std::thread> threads;
      for (int i = 0; i < 4; ++i)
        threads.emplace_back([e, i, &sent]() mutable {
          sent += e.respond(Response::text(200, "answer " + std::to_string(i)));
        });
      for (std::thread& thread : threads) thread.join();
      EXPECT_EQ(sent.load(), 1);
      EXPECT_FALSE(e.fail(Error::internal("x", "x")));
      EXPECT_FALSE(e.cancelled());
    }).detach();
  });
  s.start();
  Client c = s.client();
  for (int i = 0; i < 20; ++i) {
    const Answer answer = c.get("/later");
    EXPECT_EQ(answer.status, 200);
    EXPECT_THAT(answer.body, HasSubstr("answer "));
  }
  EXPECT_EQ(c.unread(), "");
}

TEST(Server, Answers500WhenNobodyAnswersOrAHandlerThrows) {
  TestServer s;
  s.route(Method::kGet, "/nothing", [](Exchange) {});
  s.route(Method::kGet, "/throws", [](Exchange) { throw std::runtime_error("secret"); });
  s.route(Method::kGet, "/throws42", [](Exchange) { throw 42; });
  s.route(
      Method::kGet, "/pooled42", [](Exchange) { throw 42; }, Run::kPooled);
  s.route(Method::kGet, "/both", [](Exchange e) {
    e.respond(Response::text(200, "first"));
    throw 42;
  });
  s.start();
  Client c = s.client();
  const Answer nothing = c.get("/nothing");
  EXPECT_EQ(nothing.status, 500);
  EXPECT_EQ(code_of(nothing), "http.unanswered");
  for (const char* path : {"/throws", "/throws42", "/pooled42"}) {
    const Answer answer = c.get(path);
    EXPECT_EQ(answer.status, 500);
    EXPECT_EQ(code_of(answer), "http.handler_failed");
    EXPECT_EQ(answer.body.find("secret"), std::string::npos);
  }
  EXPECT_EQ(c.get("/both").body, "first");
  EXPECT_EQ(c.get("/hello").status, 200);
}

TEST(Server, GivesATraceIdOrTakesTheClients) {
  TestServer s;
  s.route(Method::kGet, "/trace",
          [](Exchange e) { e.respond(Response::text(200, std::string(e.request().trace_id()))); });
  s.start();
  Client c = s.client();
  const std::string first = c.get("/trace").body;
  EXPECT_EQ(first.size(), 32U);
  EXPECT_NE(first, c.get("/trace").body);
  EXPECT_EQ(c.get("/trace", "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n").body,
            "0af7651916cd43dd8448eb211c80319c");
}

TEST(Server, AnswersAHalfClosedClientAlsoWhenTheEndCameWithTheRequest) {
  TestServer s;
  s.route(
      Method::kGet, "/slow",
      [](Exchange e) {
        std::this_thread::sleep_for(50ms);
        e.respond(Response::text(200, e.cancelled() ? "cancelled" : "done"));
      },
      Run::kPooled);
  s.start();
  for (const char* path : {"/hello", "/slow"}) {
    Client c = s.client();
    c.send("GET " + std::string(path) + " HTTP/1.1\r\nHost: a\r\n\r\n");
    c.shut();
    EXPECT_EQ(c.read().status, 200) << path;
    EXPECT_TRUE(c.closed_by_server(2s)) << path;
  }
  EXPECT_TRUE(eventually([&] { return s.server->stats().connections == 0; }));
}

TEST(Server, TellsAHandlerThatItsClientIsGone) {
  std::atomic<bool> cancelled{false}, started{false};
  std::atomic<int> late{-1};
  TestServer s;
  s.route(
      Method::kGet, "/long",
      [&](Exchange e) {
        e.on_cancel([&cancelled] { cancelled = true; });
        started = true;
        EXPECT_TRUE(eventually([&] { return cancelled.load(); }));
        EXPECT_TRUE(e.cancelled());
        late = e.respond(Response::text(200, "late"));
      },
      Run::kPooled);
  s.start();
  Client c = s.client();
  c.send("GET /long HTTP/1.1\r\nHost: a\r\n\r\n");
  ASSERT_TRUE(eventually([&] { return started.load(); }));
  c.reset();
  EXPECT_TRUE(eventually([&] { return late.load() == 0; }));
}

TEST(Server, Answers504AfterTheDeadlineOfTheRoute) {
  std::atomic<int> late{-1};
  TestServer s;
  s.route(Method::kGet, "/hangs",
          [&](Exchange e) {
            std::this_thread::sleep_for(400ms);
            late = e.respond(Response::text(200, "late"));
          },
          Run::kPooled, {.deadline = 100ms});
  s.options.limits.event_ping = 80ms;  // a short sweep
  s.start();
  Client c = s.client();
  const Answer answer = c.get("/hangs");
  EXPECT_EQ(answer.status, 504);
  EXPECT_EQ(code_of(answer), "http.deadline");
  EXPECT_EQ(c.get("/hello").status, 200);
  EXPECT_TRUE(eventually([&] { return late.load() == 0; }));
}

TEST(Server, NeverGivesAnAnswerToTheWrongClient) {
  std::atomic<int> wrong{0}, right{0};
  TestServer s;
  // Answers late, on a pool, so that many clients are gone and their descriptors reused before.
  s.route(
      Method::kGet, "/mirror",
      [](Exchange e) {
        std::this_thread::sleep_for(std::chrono::microseconds(200));
        e.respond(Response::text(200, std::string(*e.request().query("id"))));
      },
      Run::kPooled);
  s.start();
  std::vector<std::thread> clients;
  for (int t = 0; t < 6; ++t) {
    clients.emplace_back([&, t] {
      for (int i = 0; i < 250; ++i) {
        const std::string id = std::to_string(t) + "-" + std::to_string(i);
        Client c(s.port());
        if (!c.connected()) continue;
        c.send("GET /mirror?id=" + id + " HTTP/1.1\r\nHost: a\r\n\r\n");
        if (i % 3 == 0) {
          if (i % 2) c.reset();
          continue;  // leaves before the answer
        }
        const Answer answer = c.read();
        ++(answer.body == id ? right : wrong);
      }
    });
  }
  for (std::thread& thread : clients) thread.join();
  EXPECT_EQ(wrong.load(), 0);
  EXPECT_GT(right.load(), 900);
  EXPECT_TRUE(eventually([&] { return s.server->stats().connections == 0; }));
}

TEST(Server, LeaksNoDescriptorsWhenConnectionsComeAndGo) {
  TestServer s;
  s.start();
  const auto open_files = [] {
    std::size_t count = 0;
    for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) ++count;
    return count;
  };
  s.client().get("/hello");
  ASSERT_TRUE(eventually([&] { return s.server->stats().connections == 0; }));
  const std::size_t before = open_files();
  for (int i = 0; i < 300; ++i) {
    Client c = s.client();
    if (i % 3) c.get("/hello");
    if (i % 5 == 0) c.reset();
  }
  ASSERT_TRUE(eventually([&] { return s.server->stats().connections == 0; }));
  EXPECT_TRUE(eventually([&] { return open_files() <= before; }));
}

}  // namespace
}  // namespace opsflux::http::test
