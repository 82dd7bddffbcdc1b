#include "host/http/problem.hpp"

#include "host/base/json_writer.hpp"

namespace opsflux::http {
namespace {

struct CodeStatus {
  std::string_view code;
  int status;
};
// Statuses of the protocol itself that no ErrorKind stands for.
constexpr CodeStatus kStatuses[] = {
    {"http.body_timeout", 408},     {"http.header_timeout", 408},      {"http.method_not_allowed", 405},
    {"http.target_too_long", 414},  {"http.range_unsatisfiable", 416}, {"http.expectation_failed", 417},
    {"http.header_too_large", 431}, {"http.method_unknown", 501},      {"http.version_unsupported", 505},
};

void write_params(JsonWriter& json, const Error& error) {
  if (error.params.empty()) return;
  json.key("params").begin_object();
  for (const auto& [name, value] : error.params) json.key(name).string(value);
  json.end_object();
}

}  // namespace

int problem_status(const Error& error) {
  if (error.code.starts_with("http."))
    for (const CodeStatus& entry : kStatuses)
      if (entry.code == error.code) return entry.status;
  return http_status(error.kind);
}

std::string problem_json(const Error& error, const Request* request, const ProblemTexts& texts) {
  const int status = problem_status(error);
  std::string out;
  JsonWriter json(out);
  json.begin_object();
  json.key("type").string("urn:opsflux:error:" + error.code);
  json.key("title").string(texts.title(error));
  json.key("status").number(static_cast<std::int64_t>(status));
  json.key("detail").string(texts.sentence(error));
  json.key("code").string(error.code);
  if (!error.field.empty()) json.key("field").string(error.field);
  write_params(json, error);
  if (!error.causes.empty()) {
    json.key("errors").begin_array();
    for (const Error& cause : error.causes) {
      json.begin_object();
      if (!cause.field.empty()) json.key("field").string(cause.field);
      json.key("code").string(cause.code).key("detail").string(texts.sentence(cause));
      write_params(json, cause);
      json.end_object();
    }
    json.end_array();
  }
  if (!error.current.empty()) json.key("current").raw(error.current);
  if (request) json.key("trace_id").string(request->trace_id());
  json.end_object();
  return out;
}

std::string default_problem(const Error& error, const Request* request) {
  return problem_json(error, request,
                      {[](const Error& e) { return std::string(reason_phrase(problem_status(e))); },
                       [](const Error& e) { return e.message; }});
}

}  // namespace opsflux::http
