// What a client may not do: too large, too many, too slow. And what the disk may not do.
#include <gmock/gmock.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <future>

#include "host/base/json.hpp"
#include "host/http/test_server.hpp"

namespace opsflux::http::test {
namespace {

std::string code_of(const Answer& answer) { return (*parse_json(answer.body))["code"]; }

void add_upload(TestServer& s, std::size_t max = std::size_t(1) << 30) {
  s.route(Method::kPost, "/upload",
          [](Exchange e) {
            const auto file = e.request().body_file();
            std::error_code ec;
            const auto size = std::filesystem::file_size(file, ec);
            e.respond(Response::text(
                200, std::to_string(e.request().body_size()) + " " + std::to_string(ec ? 0 : size)));
          },
          Run::kPooled, {.max_body = max, .body_to_file = true});
}

// Resident memory of this process, in KiB.
long resident_kib() {
  std::ifstream status("/proc/self/status");
  std::string line;
  while (std::getline(status, line))
    if (line.starts_with("VmRSS:")) return std::stol(line.substr(6));
  return 0;
}

TEST(Limits, RefuseALargeHeaderTargetOrBody) {
  TestServer s;
  s.routes[1].limits.max_body = 1000;
  s.start();
  {
    Client c = s.client();
    c.send("GET /hello HTTP/1.1\r\nHost: a\r\nX: " + std::string(20'000, 'x'));  // never complete
    EXPECT_EQ(c.read().status, 431);
    EXPECT_TRUE(c.closed_by_server());
  }
  {
    Client c = s.client();
    c.send("GET /" + std::string(20'000, 'x'));
    EXPECT_EQ(c.read().status, 414);
    EXPECT_TRUE(c.closed_by_server());
  }
  {
    Client c = s.client();
    EXPECT_EQ(c.post("/echo", std::string(1000, 'b')).status, 200);
    const Answer refused = c.post("/echo", std::string(1001, 'b'));
    EXPECT_EQ(refused.status, 413);
    EXPECT_EQ(code_of(refused), "http.body_too_large");
    EXPECT_EQ(c.get("/hello").status, 200);  // the small body was read and dropped
  }
  {
    Client c = s.client();
    c.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 999999999\r\n\r\n");
    EXPECT_EQ(c.read().status, 413);
    EXPECT_TRUE(c.closed_by_server());
  }
  Client c = s.client();
  c.send("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n200\r\n" +
         std::string(512, 'b') + "\r\n200\r\n" + std::string(512, 'b') + "\r\n");
  EXPECT_EQ(c.read().status, 413);  // before its end
  EXPECT_TRUE(c.closed_by_server());
}

TEST(Limits, RefuseConnectionsOverTheMaximumAndServeTheOthers) {
  TestServer s;
  s.options.limits.max_connections = 8;
  s.start();
  std::vector<Client> held;
  for (int i = 0; i < 8; ++i) {
    held.push_back(s.client());
    EXPECT_EQ(held.back().get("/hello").status, 200);
  }
  int refused = 0;
  for (int i = 0; i < 200; ++i) {
    Client c = s.client();
    if (!c.connected()) continue;
    const Answer answer = c.read(false, 2s);
    refused += answer.status == 503;
    EXPECT_TRUE(c.closed_by_server());
  }
  EXPECT_EQ(refused, 200);
  for (Client& c : held) EXPECT_EQ(c.get("/hello").status, 200);
  held.pop_back();
  ASSERT_TRUE(eventually([&] { return s.server->stats().connections == 7; }));
  EXPECT_EQ(s.client().get("/hello").status, 200);
  EXPECT_GE(s.server->stats().refused, 200U);
}

TEST(Limits, LowerTheMaximumToTheDescriptorsThereAreAndSurviveTheFlood) {
  rlimit before{};
  ::getrlimit(RLIMIT_NOFILE, &before);
  rlimit low = before;
  low.rlim_cur = 400;
  low.rlim_max = 400;
  // The hard limit cannot be raised again without privilege, so a child process takes the low one.
  const pid_t child = ::fork();
  if (child == 0) {
    ::close_range(3, ~0U, 0);  // what earlier tests left open
    ::setrlimit(RLIMIT_NOFILE, &low);
    int failures = 0;
    {
      TestServer s;
      s.start();
      std::vector<Client> flood;
      for (int i = 0; i < 150; ++i) flood.push_back(s.client());
      failures += !eventually([&] { return s.server->stats().accepted + s.server->stats().refused >= 150; });
      failures += s.server->stats().connections == 0 || s.server->stats().connections > 72;
      flood.clear();
      failures += !eventually([&] { return s.server->stats().connections == 0; });
      failures += s.client().get("/hello").status != 200;
    }
    ::_exit(failures);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(WEXITSTATUS(status), 0);
  EXPECT_TRUE(WIFEXITED(status));
}

TEST(Limits, EndASlowHeaderASlowBodyAndAnIdleConnection) {
  TestServer s;
  s.options.limits.header_timeout = 150ms;
  s.options.limits.body_timeout = 150ms;
  s.options.limits.keep_alive_timeout = 300ms;
  s.start();
  Client header = s.client(), body = s.client(), idle = s.client(), silent = s.client();
  header.send("GET /hello HTTP/1.1\r\nHo");
  body.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc");
  EXPECT_EQ(idle.get("/hello").status, 200);
  const Answer late_header = header.read();
  EXPECT_EQ(late_header.status, 408);
  EXPECT_EQ(code_of(late_header), "http.header_timeout");
  EXPECT_TRUE(header.closed_by_server());
  EXPECT_EQ(body.read().status, 408);
  EXPECT_TRUE(body.closed_by_server());
  EXPECT_TRUE(silent.closed_by_server());
  EXPECT_EQ(silent.unread(), "");
  EXPECT_TRUE(idle.closed_by_server());
  EXPECT_EQ(idle.unread(), "");
}

TEST(Limits, EndAHeaderThatTricklesAndABodyBelowTheMinimumRate) {
  TestServer s;
  s.options.limits.header_timeout = 200ms;
  s.options.limits.upload_grace = 200ms;
  s.options.limits.min_upload_rate = 1000;
  s.start();
  Client header = s.client(), body = s.client();
  header.send("GET /hello HTTP/1.1\r\nX: ");
  body.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n");
  const auto start = std::chrono::steady_clock::now();
  bool more = true;
  while (more && std::chrono::steady_clock::now() - start < 5s) {
    more = header.send("x") || false;
    more = body.send("y") && more;
    std::this_thread::sleep_for(10ms);
    if (std::chrono::steady_clock::now() - start > 1s) break;
  }
  EXPECT_EQ(header.read(false, 1s).status, 408);
  EXPECT_EQ(body.read(false, 1s).status, 408);
}

TEST(Limits, DropAReaderThatStopsWithoutHoldingUpTheOthers) {
  TestServer s;
  s.options.workers = 1;
  s.options.limits.write_timeout = 400ms;
  const auto large = std::make_shared<const std::string>(std::string(64 << 20, 'x'));
  s.route(Method::kGet, "/large",
          [large](Exchange e) { e.respond(Response::shared(200, large, "text/plain")); });
  s.start();
  std::vector<Client> slow;
  for (int i = 0; i < 3; ++i) {
    slow.push_back(s.client());
    slow.back().send("GET /large HTTP/1.1\r\nHost: a\r\n\r\n");
  }
  Client c = s.client();
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < 50; ++i) EXPECT_EQ(c.get("/hello").status, 200);
  EXPECT_LT(std::chrono::steady_clock::now() - start, 2s);
  EXPECT_TRUE(eventually([&] { return s.server->stats().connections == 1; }));
}

TEST(Limits, SendAllOfALargeAnswerToASlowReader) {
  std::string text(8 << 20, 'x');
  TestServer s;
  s.options.limits.write_timeout = 1500ms;  // of standing still; the whole takes longer
  for (std::size_t i = 0; i < text.size(); i += 4096) text[i] = static_cast<char>('a' + i / 4096 % 26);
  s.route(Method::kGet, "/large", [&text](Exchange e) { e.respond(Response::text(200, text)); });
  s.start();
  Client c = s.client();
  c.send("GET /large HTTP/1.1\r\nHost: a\r\n\r\nGET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
  std::string got;
  while (got.size() < text.size()) {
    char buffer[96 << 10];
    const ssize_t n = ::recv(c.fd(), buffer, sizeof buffer, 0);
    ASSERT_GT(n, 0);
    got.append(buffer, static_cast<std::size_t>(n));
    std::this_thread::sleep_for(20ms);
  }
  const std::size_t body = got.find("\r\n\r\n") + 4;
  while (got.size() < body + text.size()) {
    char buffer[4096];
    const ssize_t n = ::recv(c.fd(), buffer, std::min(sizeof buffer, body + text.size() - got.size()), 0);
    ASSERT_GT(n, 0);
    got.append(buffer, static_cast<std::size_t>(n));
  }
  EXPECT_EQ(got.substr(body, text.size()) == text, true);
}

TEST(Uploads, GoToAFileWithoutUsingMemory) {
  TestServer s;
  add_upload(s);
  s.start();
  Client c = s.client();
  const long before = resident_kib();
  const std::string piece(1 << 20, 'u');
  c.send("POST /upload HTTP/1.1\r\nHost: a\r\nContent-Length: 104857600\r\n\r\n");
  long peak = before;
  for (int i = 0; i < 100; ++i) {
    ASSERT_TRUE(c.send(piece));
    peak = std::max(peak, resident_kib());
  }
  EXPECT_EQ(c.read().body, "104857600 104857600");
  EXPECT_LT(peak - before, 16 << 10);
  EXPECT_TRUE(eventually([&] { return s.spool.files() == 0; }));  // removed with the request
}

TEST(Uploads, MayBeTakenAndMayBeChunked) {
  std::promise<std::filesystem::path> taken;
  TestServer s;
  s.route(Method::kPut, "/keep",
          [&taken](Exchange e) {
            taken.set_value(e.request().take_body_file());
            e.respond(Response(204));
          },
          Run::kPooled, {.max_body = 1 << 20, .body_to_file = true});
  s.start();
  Client c = s.client();
  c.send(
      "PUT /keep HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n "
      "world\r\n0\r\n\r\n");
  EXPECT_EQ(c.read().status, 204);
  std::ifstream file(taken.get_future().get());
  std::string text;
  std::getline(file, text);
  EXPECT_EQ(text, "hello world");
  EXPECT_EQ(s.spool.files(), 1U);
}

TEST(Uploads, LeaveNothingWhenTheClientLeavesHalfWay) {
  TestServer s;
  add_upload(s);
  s.start();
  Client c = s.client();
  c.send("POST /upload HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n" + std::string(500'000, 'x'));
  ASSERT_TRUE(eventually([&] { return s.spool.files() == 1; }));
  c.close();
  EXPECT_TRUE(eventually([&] { return s.spool.files() == 0; }));
  EXPECT_EQ(s.client().get("/hello").status, 200);
}

TEST(Uploads, LeftBehindByACrashAreRemovedAtTheStart) {
  TestServer s;
  s.spool.write("upload-0123", "x");
  s.spool.write("other", "x");
  s.start();
  EXPECT_EQ(s.spool.files(), 1U);
}

TEST(Uploads, AnswerThatTheDiskIsFull) {
  TestServer s;
  add_upload(s);
  const std::filesystem::path small = s.spool.path() / "small";
  std::filesystem::create_directories(small);
  if (::mount("tmpfs", small.c_str(), "tmpfs", 0, "size=1m") != 0)
    GTEST_SKIP() << "a small file system cannot be mounted here";
  s.options.spool_folder = small;
  s.start();
  {
    Client c = s.client();
    c.send("POST /upload HTTP/1.1\r\nHost: a\r\nContent-Length: 8000000\r\n\r\n");
    c.send(std::string(8'000'000, 'x'));
    const Answer answer = c.read();
    EXPECT_EQ(answer.status, 503);
    EXPECT_EQ(code_of(answer), "file.disk_full");
    EXPECT_EQ(answer.body.find(small.string()), std::string::npos);
    EXPECT_TRUE(c.closed_by_server());
  }
  EXPECT_TRUE(std::filesystem::is_empty(small));
  EXPECT_EQ(s.client().post("/upload", std::string(1000, 'x')).body, "1000 1000");
  s.stop(1s);
  ::umount2(small.c_str(), MNT_DETACH);
}

TEST(Uploads, AnswerWhenTheFolderIsMissing) {
  TestServer s;
  add_upload(s);
  s.options.spool_folder = s.spool.path() / "missing";
  s.start();
  Client c = s.client();
  const Answer answer = c.post("/upload", "abc");
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(code_of(answer), "http.spool_failed");
  EXPECT_EQ(s.client().get("/hello").status, 200);
}

TEST(Pool, AnswersBusyWhenItsQueueIsFull) {
  Executor tiny("tiny", 1, 1);
  std::atomic<bool> release{false};
  TestServer s;
  s.options.executor = &tiny;
  s.route(
      Method::kGet, "/wait",
      [&release](Exchange e) {
        eventually([&] { return release.load(); });
        e.respond(Response::text(200, "waited"));
      },
      Run::kPooled);
  s.start();
  std::vector<Client> clients;
  for (int i = 0; i < 5; ++i) {
    clients.push_back(s.client());
    clients.back().send("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n");
  }
  std::this_thread::sleep_for(50ms);
  release = true;
  int busy = 0, served = 0;
  for (Client& c : clients) {
    const Answer answer = c.read();
    busy += answer.status == 503 && answer.field("retry-after") == "1";
    served += answer.status == 200;
  }
  EXPECT_EQ(busy + served, 5);
  EXPECT_GE(busy, 3);
  s.stop(1s);
}

}  // namespace
}  // namespace opsflux::http::test
