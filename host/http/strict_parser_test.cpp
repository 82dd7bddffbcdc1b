#include "host/http/strict_parser.hpp"

#include <gtest/gtest.h>

#include "host/http/problem.hpp"
#include "host/http/server.hpp"

namespace opsflux::http {

struct RequestAccess {
  static std::string& head(Request& request) { return request.head_; }
};

namespace {

struct Collect final : BodySink {
  std::string body;
  bool write_body(std::string_view bytes) override {
    body.append(bytes);
    return true;
  }
};

// What the server would make of one message: the status it refuses it with (0: none), and its parts.
struct Outcome {
  int status = 0;
  std::string text;
  bool complete = false;
  bool operator==(const Outcome&) const = default;
};
std::ostream& operator<<(std::ostream& out, const Outcome& o) {
  return out << o.status << (o.complete ? " complete " : " open ") << o.text;
}

// Feeds `message` in the given pieces the way a connection does.
Outcome feed(const std::vector<std::string_view>& pieces) {
  Outcome out;
  HeadScanner scanner;
  StrictParser parser;
  Request request;
  Head head;
  Collect sink;
  std::string waiting;
  bool in_body = false;
  const ServerLimits limits;
  for (const std::string_view piece : pieces) {
    waiting.append(piece);
    if (!in_body) {
      const auto state = scanner.scan(waiting);
      if (state == HeadScanner::State::kMore) continue;
      if (state == HeadScanner::State::kMalformed) {
        out.status = 400;
        return out;
      }
      RequestAccess::head(request) = waiting.substr(scanner.start, scanner.end - scanner.start);
      waiting.erase(0, scanner.end);
      if (const auto error = parser.parse_head(request, head, limits)) {
        out.status = problem_status(*error);
        return out;
      }
      in_body = true;
    }
    if (out.complete) continue;
    const StrictParser::Step step = parser.read_body(waiting, sink);
    waiting.erase(0, step.consumed);
    if (step.progress == StrictParser::Progress::kMalformed) {
      out.status = 400;
      return out;
    }
    out.complete = step.progress == StrictParser::Progress::kDone;
  }
  out.text = std::string(method_name(request.method)) + " " + std::string(request.path) + "?" +
             std::string(request.raw_query) + " [" + sink.body + "] " + (head.keep_alive ? "keep" : "close") +
             " rest=" + waiting;
  return out;
}

Outcome whole(std::string_view message) { return feed({message}); }
int status_of(std::string_view message) { return whole(message).status; }

const std::vector<std::string>& messages() {
  static const std::vector<std::string> kMessages = {
      "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
      "\r\n\r\nGET /x?y=1&z=%20 HTTP/1.1\r\nHost: a:80\r\nAccept: */*\r\n\r\n",
      "GET /old HTTP/1.0\r\n\r\n",
      "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello",
      "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n",
      "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n "
      "world\r\n0\r\n\r\n",
      "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: "
      "chunked\r\n\r\n3;name=value\r\nabc\r\n000\r\nTrailer: x\r\nConnection: close\r\n\r\n",
      "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n\r\n\r\n1\r\n\n\r\n0\r\n\r\nGET "
      "/next HTTP/1.1\r\nHost: a\r\n\r\n",
      "PUT /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 3\r\n\r\nabc",
      "POST /bad HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhelloXX0\r\n\r\n",
      "POST /bad HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc",
      "GET /bad HTTP/1.1\r\nHost: a\r\n folded: x\r\n\r\n",
      "DELETE /half HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc",
  };
  return kMessages;
}

TEST(StrictParser, GivesTheSameResultHoweverTheBytesAreSplit) {
  for (const std::string& message : messages()) {
    const std::string_view view = message;
    const Outcome expected = whole(view);
    std::vector<std::string_view> bytes;
    for (std::size_t i = 0; i < view.size(); ++i) bytes.push_back(view.substr(i, 1));
    EXPECT_EQ(feed(bytes), expected) << message;
    for (std::size_t i = 1; i < view.size(); ++i) {
      EXPECT_EQ(feed({view.substr(0, i), view.substr(i)}), expected) << message << " at " << i;
      for (std::size_t j = i + 1; j < view.size(); ++j)
        ASSERT_EQ(feed({view.substr(0, i), view.substr(i, j - i), view.substr(j)}), expected)
            << message << " at " << i << "," << j;
    }
  }
}

TEST(StrictParser, ReadsBodiesAndKeepsWhatFollows) {
  EXPECT_EQ(whole(messages()[5]).text, "POST /a? [hello world] keep rest=");
  EXPECT_EQ(whole(messages()[8]).text, "POST /a? [\r\n\n] keep rest=GET /next HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(whole(messages()[1]).text, "GET /x?y=1&z=%20 [] keep rest=");
}

TEST(StrictParser, DecidesKeepAliveBeforeTrailers) {
  EXPECT_EQ(whole(messages()[7]).text, "POST /a? [abc] keep rest=");
}

std::string with(std::string_view fields, std::string_view body = "") {
  return "POST / HTTP/1.1\r\nHost: a\r\n" + std::string(fields) + "\r\n" + std::string(body);
}

TEST(StrictParser, RefusesEveryTransferEncodingButOneChunked) {
  for (const char* value :
       {"gzip", "chunked, chunked", "gzip, chunked", "identity", "xchunked", "chunked;q=1",
        "\x0b"
        "chunked",
        "", "chunked,"})
    EXPECT_EQ(status_of(with("Transfer-Encoding: " + std::string(value) + "\r\n", "0\r\n\r\n")), 400)
        << value;
  EXPECT_EQ(status_of(with("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")),
            400);
  EXPECT_EQ(status_of(with("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", "0\r\n\r\n")),
            400);
  EXPECT_EQ(status_of(with("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "0\r\n\r\n")), 400);
  EXPECT_EQ(status_of(with("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")), 400);
  EXPECT_EQ(status_of(with("Transfer-Encoding : chunked\r\n", "0\r\n\r\n")), 400);
  EXPECT_EQ(status_of("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), 400);
  EXPECT_EQ(status_of(with("transfer-encoding:   ChunkeD  \r\n", "0\r\n\r\n")), 0);
}

TEST(StrictParser, RefusesAmbiguousContentLengths) {
  for (const char* value : {"5, 5", "+5", "-1", "5 5", "0x5", "", "99999999999999999999", "5;", "\xd9\xa5"})
    EXPECT_EQ(status_of(with("Content-Length: " + std::string(value) + "\r\n", "hello")), 400) << value;
  EXPECT_EQ(status_of(with("Content-Length: 5\r\ncontent-length: 5\r\n", "hello")), 400);
  EXPECT_EQ(status_of(with("Content-Length: 5\r\nContent-Length: 6\r\n", "hello")), 400);
  EXPECT_EQ(status_of(with("Content-Length : 5\r\n", "hello")), 400);
}

TEST(StrictParser, WantsOneValidHost) {
  const auto host = [](std::string_view fields) {
    return status_of("GET / HTTP/1.1\r\n" + std::string(fields) + "\r\n");
  };
  EXPECT_EQ(host(""), 400);
  EXPECT_EQ(host("Host: a\r\nHost: a\r\n"), 400);
  EXPECT_EQ(host("Host: a\r\nhost: b\r\n"), 400);
  for (const char* bad : {"", "a b", "a/b", "user@a", "a:", "a:80a", "a:123456", "[::1", "[]", "a,b",
                          "[::1]x", "a\\b", "http://a"})
    EXPECT_EQ(host("Host: " + std::string(bad) + "\r\n"), 400) << bad;
  for (const char* good : {"a", "a.example:8443", "[::1]:80", "127.0.0.1", "my_service"})
    EXPECT_EQ(host("Host: " + std::string(good) + "\r\n"), 0) << good;
  EXPECT_EQ(status_of("GET / HTTP/1.0\r\n\r\n"), 0);
}

TEST(StrictParser, RefusesFoldedLinesBareLineFeedsAndControlCharacters) {
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\nHost: a\r\nX: 1\r\n 2\r\n\r\n"), 400);
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\nHost: a\r\nX: 1\r\n\t2\r\n\r\n"), 400);
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\n Host: a\r\n\r\n"), 400);
  EXPECT_EQ(status_of("GET / HTTP/1.1\nHost: a\n\n"), 400);
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\nHost: a\n\r\n"), 400);
  EXPECT_EQ(status_of("\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"), 400);
  EXPECT_EQ(status_of("\r\n\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"), 400);
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n"), 400);
  EXPECT_EQ(status_of(std::string("GET / HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n", 35)), 400);
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\nHost: a\r\nX Y: b\r\n\r\n"), 400);
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n"), 400);
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\nHost: a\r\nnocolon\r\n\r\n"), 400);
}

TEST(StrictParser, RefusesTargetsThatAreNotOriginForm) {
  const auto target = [](std::string_view text) {
    return status_of("GET " + std::string(text) + " HTTP/1.1\r\nHost: a\r\n\r\n");
  };
  for (const char* bad : {"*", "http://a/", "a", "", "/a#b", "/\x80", "/a\tb", "/%", "/%zz", "/%00",
                          "/%ff%fe", "/?q=%c3%28", "/?q=%g1", "//a b"})
    EXPECT_EQ(target(bad), 400) << bad;
  for (const char* good : {"/", "/a%20b", "/%C3%A9?x=%C3%A9+y", "/a?b=c?d", "//double"})
    EXPECT_EQ(target(good), 0) << good;
  EXPECT_EQ(target("/" + std::string(9000, 'a')), 414);
}

TEST(StrictParser, RefusesUnknownMethodsVersionsAndExpectations) {
  const auto line = [](std::string_view text) {
    return status_of(std::string(text) + "\r\nHost: a\r\n\r\n");
  };
  EXPECT_EQ(line("BREW / HTTP/1.1"), 501);
  EXPECT_EQ(line("get / HTTP/1.1"), 501);
  EXPECT_EQ(line("CONNECT a:80 HTTP/1.1"), 501);
  EXPECT_EQ(line("TRACE / HTTP/1.1"), 501);
  EXPECT_EQ(line("GET / HTTP/2.0"), 505);
  EXPECT_EQ(line("GET / HTTP/0.9"), 505);
  EXPECT_EQ(line("GET / HTTP/1.1 "), 400);
  EXPECT_EQ(line("GET  / HTTP/1.1"), 400);
  EXPECT_EQ(line("GET / http/1.1"), 400);
  EXPECT_EQ(line("GET /"), 400);
  EXPECT_EQ(line(" GET / HTTP/1.1"), 400);
  EXPECT_EQ(status_of(with("Expect: 200-ok\r\n")), 417);
  EXPECT_EQ(status_of(with("Expect: 100-Continue\r\nContent-Length: 0\r\n")), 0);
}

TEST(StrictParser, BoundsTheNumberOfFields) {
  std::string fields;
  for (int i = 0; i < 99; ++i) fields += "X" + std::to_string(i) + ": 1\r\n";
  EXPECT_EQ(status_of(with(fields)), 0);
  EXPECT_EQ(status_of(with(fields + "Y: 1\r\n")), 431);
}

TEST(StrictParser, BoundsChunkLinesAndTrailers) {
  const auto chunked = [](const std::string& body) {
    return whole(with("Transfer-Encoding: chunked\r\n", body));
  };
  EXPECT_EQ(chunked("5;" + std::string(300, 'x')).status, 400);  // not even its end is waited for
  EXPECT_EQ(chunked("0\r\nX: " + std::string(90'000, 'x') + "\r\n\r\n").status, 400);
  EXPECT_EQ(chunked("0\r\nX: " + std::string(90'000, 'x')).status, 400);
  for (const char* bad : {"x\r\n", "-1\r\n", "5 5\r\nhello\r\n", "\r\n", "5\nhello", "FFFFFFFFFFFFFFFFF\r\n",
                          "5\r\nhello0\r\n\r\n", "5\r\nhello\n0\r\n\r\n", "0x5\r\nhello\r\n", "5\rXhello",
                          "0\r\n folded: x\r\n\r\n"})
    EXPECT_EQ(chunked(bad).status, 400) << bad;
  EXPECT_TRUE(chunked("a;x=\"y\"\r\n0123456789\r\n0;z\r\nA: b\r\n\r\n").complete);
}

}  // namespace
}  // namespace opsflux::http
