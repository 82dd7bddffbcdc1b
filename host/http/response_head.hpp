// The head of an answer, and the rules that may change the answer before it: conditions and ranges.
#pragma once

#include <string>

#include "host/base/error.hpp"
#include "host/http/problem.hpp"
#include "host/http/request.hpp"
#include "host/http/response.hpp"

namespace opsflux::http {

struct HeadOptions {
  bool http_1_0 = false;
  bool keep_alive = true;
  bool chunked = false;     // instead of a Content-Length
  bool hsts = false;        // Strict-Transport-Security: the answer goes by HTTPS
  std::string fields = {};  // more of them, "Name: value\r\n" for each
};

// Turns a 200 into 304, 206 or 416 as If-None-Match, Range and If-Range of the request say (RFC 9110,
// sections 13 and 14; one range only, more are ignored).
void apply_conditions(const Request& request, Response& response, const ProblemWriter& problems);

// Appends status line and fields with the empty line behind them.
void append_head(std::string& out, const Response& response, const HeadOptions& options);

// The answer for an error: problem+json with Retry-After, WWW-Authenticate where they belong. Logs those
// of 500 and above. A writer that throws is replaced by the default one.
Response problem_response(const Error& error, const Request* request, const ProblemWriter& writer);

}  // namespace opsflux::http
