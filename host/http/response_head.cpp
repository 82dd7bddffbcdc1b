#include "host/http/response_head.hpp"

#include <charconv>
#include <ctime>

#include "host/base/log.hpp"
#include "host/base/text.hpp"

namespace opsflux::http {
namespace {

// On every answer: a type is what we say, addresses and windows are not told to other sites, no other site
// loads our answers, and no page of ours uses the device.
constexpr std::string_view kSecurityFields =
    "X-Content-Type-Options: nosniff\r\n"
    "Referrer-Policy: same-origin\r\n"
    "Cross-Origin-Opener-Policy: same-origin\r\n"
    "Cross-Origin-Resource-Policy: same-origin\r\n"
    "Permissions-Policy: geolocation=(), microphone=(), camera=()\r\n";
// What is no page (data, problems, redirections) does nothing when a browser is made to show it.
constexpr std::string_view kNothingLoads =
    "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n"
    "X-Frame-Options: DENY\r\n";
// Without subdomains: what else lives at the operator's domain is not ours to decide.
constexpr std::string_view kStayWithHttps = "Strict-Transport-Security: max-age=31536000\r\n";

// "Date: Tue, 15 Nov 1994 08:12:31 GMT\r\n", made once a second and thread. strftime would use the locale.
std::string_view date_field() {
  thread_local std::time_t second = -1;
  thread_local char text[48];
  thread_local std::size_t length = 0;
  const std::time_t now = std::time(nullptr);
  if (now != second) {
    static constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                              "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    std::tm tm{};
    gmtime_r(&now, &tm);
    length = static_cast<std::size_t>(std::snprintf(
        text, sizeof text, "Date: %s, %02d %s %04d %02d:%02d:%02d GMT\r\n", kDays[tm.tm_wday], tm.tm_mday,
        kMonths[tm.tm_mon], (tm.tm_year + 1900) % 10000, tm.tm_hour, tm.tm_min, tm.tm_sec));
    second = now;
  }
  return {text, length};
}

void append_number(std::string& out, std::uint64_t value) {
  char digits[20];
  const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  out.append(digits, end);
}

bool has_no_body(int status) { return status == 204 || status == 304 || status < 200; }

// If-None-Match compares weakly: W/ is left out of it.
bool matches_tag(std::string_view list, std::string_view tag) {
  if (trim(list) == "*") return true;
  while (!list.empty()) {
    const std::size_t comma = std::min(list.find(','), list.size());
    std::string_view candidate = trim(list.substr(0, comma));
    if (candidate.starts_with("W/")) candidate.remove_prefix(2);
    if (candidate == tag) return true;
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return false;
}

enum class RangeKind { kNone, kPart, kUnsatisfiable };
struct Range {
  RangeKind kind = RangeKind::kNone;
  std::uint64_t first = 0, length = 0;
};

std::optional<std::uint64_t> parse_position(std::string_view text) {
  if (text.empty() || text.size() > 18 ||
      !std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; }))
    return std::nullopt;
  return static_cast<std::uint64_t>(*parse_int(text));
}

// "bytes=first-last", "bytes=first-", "bytes=-suffix". Anything else is ignored, as the standard allows.
Range parse_range(std::string_view value, std::uint64_t size) {
  if (!value.starts_with("bytes=")) return {};
  const std::string_view range = trim(value.substr(6));
  const std::size_t dash = range.find('-');
  if (dash == std::string_view::npos || range.find(',') != std::string_view::npos) return {};
  const std::string_view from = range.substr(0, dash), to = range.substr(dash + 1);
  const auto first = parse_position(from), last = parse_position(to);
  if ((!from.empty() && !first) || (!to.empty() && !last) || (from.empty() && to.empty())) return {};
  if (from.empty()) {
    const std::uint64_t length = std::min(*last, size);
    if (length == 0) return {RangeKind::kUnsatisfiable};
    return {RangeKind::kPart, size - length, length};
  }
  if (last && *last < *first) return {};
  if (*first >= size) return {RangeKind::kUnsatisfiable};
  const std::uint64_t end = last ? std::min(*last, size - 1) : size - 1;
  return {RangeKind::kPart, *first, end - *first + 1};
}

void apply_range(const Request& request, Response& response, FileBody& file, const ProblemWriter& problems) {
  const auto wanted = request.header("range");
  if (!wanted || request.method != Method::kGet) return;
  if (const auto tag = request.header("if-range"); tag && *tag != response.entity_tag()) return;
  const std::uint64_t size = file.length;
  const Range range = parse_range(*wanted, size);
  if (range.kind == RangeKind::kNone) return;
  if (range.kind == RangeKind::kUnsatisfiable) {
    Response refused = problem_response(
        Error::malformed("http.range_unsatisfiable", "The requested range is not in the file."), &request,
        problems);
    refused.header("Content-Range", "bytes */" + std::to_string(size));
    response = std::move(refused);
    return;
  }
  response.status = 206;
  file.offset += range.first;
  file.length = range.length;
  response.header("Content-Range", "bytes " + std::to_string(range.first) + "-" +
                                       std::to_string(range.first + range.length - 1) + "/" +
                                       std::to_string(size));
}

}  // namespace

void apply_conditions(const Request& request, Response& response, const ProblemWriter& problems) {
  if (response.status != 200 || (request.method != Method::kGet && request.method != Method::kHead)) return;
  if (!response.entity_tag().empty()) {
    if (const auto tags = request.header("if-none-match");
        tags && matches_tag(*tags, response.entity_tag())) {
      response.status = 304;
      response.body = std::string();
      return;
    }
  }
  if (auto* file = std::get_if<FileBody>(&response.body)) apply_range(request, response, *file, problems);
}

void append_head(std::string& out, const Response& response, const HeadOptions& options) {
  if (response.status == 200) {
    out += "HTTP/1.1 200 OK\r\n";
  } else {
    out += "HTTP/1.1 ";
    append_number(out, static_cast<std::uint64_t>(response.status));
    out += ' ';
    out += reason_phrase(response.status);
    out += "\r\n";
  }
  out += date_field();
  out += kSecurityFields;
  if (!response.has_content_policy()) out += kNothingLoads;
  if (options.hsts) out += kStayWithHttps;
  out += options.fields;
  if (!response.has_cache_control()) out += "Cache-Control: no-store\r\n";
  if (!response.entity_tag().empty()) out.append("ETag: ").append(response.entity_tag()).append("\r\n");
  out += response.fields();
  if (options.chunked) {
    out += "Transfer-Encoding: chunked\r\n";
  } else if (!has_no_body(response.status)) {
    out += "Content-Length: ";
    append_number(out, response.content_length());
    out += "\r\n";
  }
  if (!options.keep_alive)
    out += "Connection: close\r\n";
  else if (options.http_1_0)
    out += "Connection: keep-alive\r\n";
  out += "\r\n";
}

Response problem_response(const Error& error, const Request* request, const ProblemWriter& writer) {
  const int status = problem_status(error);
  if (status >= 500)
    log::write(status == 500 ? log::Level::kError : log::Level::kWarn, "http.request_failed",
               {{"code", error.code},
                {"message", error.message},
                {"detail", error.detail},
                {"method", request ? method_name(request->method) : "-"},
                {"path", request ? request->path : "-"},
                {"trace_id", request ? request->trace_id() : "-"}});
  std::string body;
  try {
    body = writer(error, request);
  } catch (...) {
    log::error("http.problem_writer_threw", {{"code", error.code}});
    body = default_problem(error, request);
  }
  Response out = Response::problem(status, std::move(body));
  if (error.retry_after_ms > 0)
    out.header("Retry-After", std::to_string((error.retry_after_ms + 999) / 1000));
  if (status == 401) out.header("WWW-Authenticate", "Bearer");
  return out;
}

}  // namespace opsflux::http
