#include <gtest/gtest.h>

#include "host/base/json.hpp"
#include "host/http/response_head.hpp"
#include "host/http/server.hpp"
#include "host/http/strict_parser.hpp"

namespace opsflux::http {

struct RequestAccess {
  static std::string& head(Request& request) { return request.head_; }
};

namespace {

struct Parsed {
  explicit Parsed(std::string fields, std::string line = "GET /?a=1&b=x%20y&a=2&c HTTP/1.1") {
    RequestAccess::head(request) = line + "\r\nHost: a\r\n" + fields + "\r\n";
    StrictParser parser;
    Head head;
    const auto error = parser.parse_head(request, head, ServerLimits());
    EXPECT_FALSE(error);
  }
  Request request;
};

Response file_of(std::uint64_t size) {
  Response out(200);
  out.body = FileBody{nullptr, 0, size};
  out.etag("tag");
  return out;
}

struct Part {
  int status;
  std::uint64_t offset, length;
  bool operator==(const Part&) const = default;
};
std::ostream& operator<<(std::ostream& out, const Part& p) {
  return out << p.status << " " << p.offset << "+" << p.length;
}

Part ranged(const std::string& fields, std::uint64_t size = 100) {
  const Parsed parsed(fields);
  Response response = file_of(size);
  apply_conditions(parsed.request, response, default_problem);
  if (const auto* file = std::get_if<FileBody>(&response.body))
    return {response.status, file->offset, file->length};
  return {response.status, 0, 0};
}

TEST(Conditions, ServeOneRangeOfAFile) {
  EXPECT_EQ(ranged("Range: bytes=0-9\r\n"), (Part{206, 0, 10}));
  EXPECT_EQ(ranged("Range: bytes=90-\r\n"), (Part{206, 90, 10}));
  EXPECT_EQ(ranged("Range: bytes=-5\r\n"), (Part{206, 95, 5}));
  EXPECT_EQ(ranged("Range: bytes=-500\r\n"), (Part{206, 0, 100}));
  EXPECT_EQ(ranged("Range: bytes=50-1000\r\n"), (Part{206, 50, 50}));
  EXPECT_EQ(ranged("Range: bytes=99-99\r\nIf-Range: \"tag\"\r\n"), (Part{206, 99, 1}));
}

TEST(Conditions, Answer416WhenTheRangeIsOutside) {
  EXPECT_EQ(ranged("Range: bytes=100-\r\n").status, 416);
  EXPECT_EQ(ranged("Range: bytes=-0\r\n").status, 416);
  EXPECT_EQ(ranged("Range: bytes=0-\r\n", 0).status, 416);
}

TEST(Conditions, IgnoreRangesTheyNeedNotUnderstand) {
  for (const char* value : {"bytes=0-1,5-6", "bytes=5-1", "bytes=a-b", "bytes=", "bytes=-", "lines=0-1",
                            "bytes=1", "bytes=99999999999999999999-"})
    EXPECT_EQ(ranged("Range: " + std::string(value) + "\r\n"), (Part{200, 0, 100})) << value;
  EXPECT_EQ(ranged("Range: bytes=0-9\r\nIf-Range: \"other\"\r\n"), (Part{200, 0, 100}));
}

TEST(Conditions, Answer304WhenTheClientHasTheEntity) {
  for (const char* value : {"\"tag\"", "W/\"tag\"", "\"x\", \"tag\"", "*"})
    EXPECT_EQ(ranged("If-None-Match: " + std::string(value) + "\r\n").status, 304) << value;
  EXPECT_EQ(ranged("If-None-Match: \"x\"\r\n").status, 200);
}

TEST(Response, LeavesOutFieldsThatWouldSplitIt) {
  Response response = Response::json(200, "{}");
  response.header("X-A", "ok")
      .header("X-B", "a\r\nSet-Cookie: x")
      .header("X\r\nC", "v")
      .header("X-D", std::string_view("a\0b", 3))
      .etag("a\"b");
  EXPECT_EQ(response.fields(), "Content-Type: application/json\r\nX-A: ok\r\n");
  EXPECT_EQ(response.entity_tag(), "");
}

TEST(Request, DecodesTheQueryOnceAndKeepsRepeatedNames) {
  const Parsed parsed("Cookie: a=1; session=xyz; ab=2\r\n");
  EXPECT_EQ(parsed.request.query("a"), "1");
  EXPECT_EQ(parsed.request.query("b"), "x y");
  EXPECT_EQ(parsed.request.query("c"), "");
  EXPECT_EQ(parsed.request.query("d"), std::nullopt);
  EXPECT_EQ(parsed.request.query_all().size(), 4U);
  EXPECT_EQ(parsed.request.cookie("session"), "xyz");
  EXPECT_EQ(parsed.request.cookie("a"), "1");
  EXPECT_EQ(parsed.request.cookie("b"), std::nullopt);
}

TEST(Problem, HasTheMembersOfTheErrorButNotItsDetail) {
  Error error = Error::invalid("tiers.wrong_siret", "The SIRET is wrong.")
                    .at("siret")
                    .with("n", "3")
                    .because("secret path");
  error.causes.push_back(Error::invalid("tiers.short", "Too short.").at("name"));
  const auto json = *parse_json(default_problem(error, nullptr));
  EXPECT_EQ(json["type"], "urn:opsflux:error:tiers.wrong_siret");
  EXPECT_EQ(json["status"], 422);
  EXPECT_EQ(json["detail"], "The SIRET is wrong.");
  EXPECT_EQ(json["field"], "siret");
  EXPECT_EQ(json["params"]["n"], "3");
  EXPECT_EQ(json["errors"][0]["field"], "name");
  EXPECT_EQ(default_problem(error, nullptr).find("secret"), std::string::npos);
}

std::string head_of(const Response& response, const HeadOptions& options = {}) {
  std::string out;
  append_head(out, response, options);
  return out;
}

bool has_line(const std::string& head, const std::string& line) {
  return head.find("\r\n" + line + "\r\n") != std::string::npos;
}

TEST(Head, SaysOnEveryAnswerWhatABrowserMayDoWithIt) {
  for (const std::string& head : {head_of(Response::json(200, "{}")), head_of(Response::no_content()),
                                  head_of(Response::problem(500, "{}")), head_of(file_of(3))})
    for (const char* line :
         {"X-Content-Type-Options: nosniff", "Referrer-Policy: same-origin", "X-Frame-Options: DENY",
          "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'",
          "Cross-Origin-Opener-Policy: same-origin", "Cross-Origin-Resource-Policy: same-origin",
          "Permissions-Policy: geolocation=(), microphone=(), camera=()"})
      EXPECT_TRUE(has_line(head, line)) << line << "\n" << head;
}

TEST(Head, LeavesAPageItsOwnPolicy) {
  const std::string head =
      head_of(Response::text(200, "").header("Content-Security-Policy", "default-src 'self'"));
  EXPECT_TRUE(has_line(head, "Content-Security-Policy: default-src 'self'"));
  EXPECT_EQ(head.find("Content-Security-Policy"), head.rfind("Content-Security-Policy"));
  EXPECT_EQ(head.find("X-Frame-Options"), std::string::npos);
}

TEST(Head, TellsToStayWithHttpsOnlyWhereItGoesByIt) {
  EXPECT_EQ(head_of(Response(200)).find("Strict-Transport"), std::string::npos);
  EXPECT_TRUE(
      has_line(head_of(Response(200), {.hsts = true}), "Strict-Transport-Security: max-age=31536000"));
}

TEST(Head, CarriesTheFieldsOfTheAccessCheck) {
  EXPECT_TRUE(has_line(head_of(Response(429), {.fields = "RateLimit: \"key\";r=0;t=9\r\n"}),
                       "RateLimit: \"key\";r=0;t=9"));
}

}  // namespace
}  // namespace opsflux::http
