// Errors as problem+json (RFC 9457).
//
// { "type": "urn:opsflux:error:<code>", "title": "Not Found", "status": 404, "detail": "<sentence>",
//   "code": "<code>", "field": "siret", "params": {"n": "3"}, "trace_id": "…",
//   "errors": [ {"field": "…", "code": "…", "detail": "…", "params": {…}} ] }
// A version conflict has "current" too: the stored record. Empty members are left out. Error::detail never
// appears: it is for the log.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "host/base/error.hpp"
#include "host/http/request.hpp"
#include "host/http/response.hpp"

namespace opsflux::http {

// Writes the body of a problem; `request` is null when the request could not be read. Any thread.
using ProblemWriter = std::function<std::string(const Error& error, const Request* request)>;

// The status of an error: of the server's own codes ("http.method_not_allowed": 405), else of the kind.
int problem_status(const Error& error);

// The words of a problem in the reader's language.
struct ProblemTexts {
  std::function<std::string(const Error&)> title;     // of the error as a whole: "Not Found"
  std::function<std::string(const Error&)> sentence;  // of an error or a cause
};
// Writes the members above.
std::string problem_json(const Error& error, const Request* request, const ProblemTexts& texts);
// In English, with Error::message.
std::string default_problem(const Error& error, const Request* request);

}  // namespace opsflux::http
