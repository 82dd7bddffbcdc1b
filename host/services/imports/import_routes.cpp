#include <nlohmann/json.hpp>

#include "host/http/exchange.hpp"
#include "host/services/imports/imports.hpp"

namespace opsflux::imports {
namespace {

Result<http::Response> answer(int status, const Result<Run>& run) {
  if (!run) return fail(run.error());
  return http::Response::json(status, to_text(to_json(*run)));
}

Result<http::Response> receive(Imports& imports, http::Request& request) {
  if (request.body_size() == 0)
    return fail(Error::malformed("import.empty", "The request has no body; send the file."));
  TRY_ASSIGN(out, imports.receive(request.caller(), request.query("entity").value_or(""),
                                  request.query("file_name").value_or(""), request.body_file()));
  return http::Response::json(201, to_text(out));
}

Result<http::Response> list(Imports& imports, http::Request& request) {
  TRY_ASSIGN(runs, imports.list(request.caller(), request.query("entity").value_or("")));
  Json data = Json::array();
  for (const Run& run : runs) data.push_back(to_json(run));
  return http::Response::json(200, to_text({{"data", std::move(data)}}));
}

// What a file may be at most, for who is about to choose one.
http::Response limits(std::size_t max_upload) {
  const tabular::ReadLimits of_tables;
  return http::Response::json(
      200, to_text({{"bytes", std::min<std::uint64_t>(max_upload, of_tables.max_file_bytes)},
                    {"rows", of_tables.max_rows},
                    {"columns", of_tables.max_columns}}));
}

Result<http::Response> preview(Imports& imports, http::Request& request) {
  TRY_ASSIGN(body, http::json_body(request));
  TRY_ASSIGN(out, imports.preview(request.caller(), request.param("id"), body));
  return http::Response::json(200, to_text(out));
}

Result<http::Response> read(Imports& imports, http::Request& request) {
  return answer(200, imports.find(request.caller(), request.param("id")));
}

template <bool kCheck>
Result<http::Response> start(Imports& imports, http::Request& request) {
  TRY_ASSIGN(body, http::json_body(request));
  return answer(202, imports.start(request.caller(), request.param("id"), body, kCheck));
}

Result<http::Response> cancel(Imports& imports, http::Request& request) {
  return answer(202, imports.cancel(request.caller(), request.param("id")));
}

Result<http::Response> undo(Imports& imports, http::Request& request) {
  return answer(200, imports.undo(request.caller(), request.param("id")));
}

Result<http::Response> errors(Imports& imports, http::Request& request) {
  TRY_ASSIGN(run, imports.find(request.caller(), request.param("id")));
  const std::filesystem::path path = imports.errors_of(run);
  if (path.empty()) return fail(Error::not_found("import.not_found", "The import has no list of errors."));
  TRY_ASSIGN(response, http::Response::file(path, "text/csv; charset=utf-8", "no-store"));
  response.header("Content-Type", "text/csv; charset=utf-8");
  response.header("Content-Disposition", "attachment; filename=\"errors.csv\"");
  return response;
}

}  // namespace

std::vector<http::Route> import_routes(Imports& imports, std::size_t max_upload) {
  using http::Method;
  std::vector<http::Route> out;
  const auto add = [&](Method method, const std::string& path,
                       Result<http::Response> (*handler)(Imports&, http::Request&),
                       http::RouteLimits limits = {}) {
    out.push_back({method, "/api/v1/imports" + path, http::Access::signed_in(), http::Run::kPooled, limits,
                   [&imports, handler](http::Exchange exchange) {
                     auto made = handler(imports, exchange.request());
                     if (made)
                       exchange.respond(std::move(*made));
                     else
                       exchange.fail(made.error());
                   }});
  };
  add(Method::kPost, "", receive,
      {.max_body = max_upload, .body_to_file = true, .deadline = std::chrono::minutes(2)});
  add(Method::kGet, "", list);
  out.push_back({Method::kGet,
                 "/api/v1/imports/limits",
                 http::Access::signed_in(),
                 http::Run::kInline,
                 {},
                 [max_upload](http::Exchange exchange) { exchange.respond(limits(max_upload)); }});
  add(Method::kGet, "/{id}", read);
  add(Method::kPost, "/{id}/preview", preview);
  add(Method::kPost, "/{id}/check", start<true>);
  add(Method::kPost, "/{id}/start", start<false>);
  add(Method::kPost, "/{id}/cancel", cancel);
  add(Method::kPost, "/{id}/undo", undo, {.deadline = std::chrono::minutes(10)});
  add(Method::kGet, "/{id}/errors", errors);
  for (http::Route& route : mapping_routes(imports.mappings())) out.push_back(std::move(route));
  return out;
}

}  // namespace opsflux::imports
