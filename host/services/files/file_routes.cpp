#include "host/services/files/file_routes.hpp"

#include "host/base/json_writer.hpp"
#include "host/entities/files.hpp"
#include "host/http/exchange.hpp"

namespace opsflux::files {
namespace {

using entities::Files;

Result<http::Response> receive(entities::Engine& engine, const http::Request& request) {
  if (request.body_size() == 0)
    return fail(Error::invalid("file.empty", "The file is empty.").with("name", ""));
  TRY_ASSIGN(file, Files(engine).receive(request.caller(), request.query("file_name").value_or(""),
                                         request.header("content-type").value_or(""), request.body_file()));
  std::string out;
  JsonWriter json(out);
  json.begin_object();
  entities::write_file_members(json, file);
  json.end_object();
  return http::Response::json(201, std::move(out));
}

Result<http::Response> discard(entities::Engine& engine, const http::Request& request) {
  TRY(Files(engine).discard(request.caller(), request.param("id")));
  return http::Response::no_content();
}

}  // namespace

std::vector<http::Route> file_routes(entities::Engine& engine) {
  using http::Method;
  std::vector<http::Route> out;
  const auto add = [&](Method method, const std::string& path, http::RouteLimits limits,
                       Result<http::Response> (*handler)(entities::Engine&, const http::Request&)) {
    out.push_back({method, "/api/v1/files" + path, http::Access::signed_in(), http::Run::kPooled, limits,
                   [&engine, handler](http::Exchange exchange) {
                     auto made = handler(engine, exchange.request());
                     if (made)
                       exchange.respond(std::move(*made));
                     else
                       exchange.fail(made.error());
                   }});
  };
  add(Method::kPost, "",
      {.max_body = static_cast<std::size_t>(engine.file_limits().size),
       .body_to_file = true,
       .deadline = std::chrono::minutes(2)},
      receive);
  add(Method::kDelete, "/{id}", {}, discard);
  return out;
}

}  // namespace opsflux::files
