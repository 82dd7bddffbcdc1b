#include <nlohmann/json.hpp>

#include "host/http/exchange.hpp"
#include "host/services/imports/mappings.hpp"

namespace opsflux::imports {
namespace {

using Handler = Result<http::Response> (*)(Mappings&, http::Request&);

Result<http::Response> answer(int status, const Result<Json>& made) {
  if (!made) return fail(made.error());
  return http::Response::json(status, to_text(*made));
}

Result<http::Response> list(Mappings& mappings, http::Request& request) {
  return answer(200, mappings.list(request.caller(), request.query("entity").value_or("")));
}

Result<http::Response> create(Mappings& mappings, http::Request& request) {
  TRY_ASSIGN(body, http::json_body(request));
  return answer(201, mappings.create(request.caller(), body));
}

Result<http::Response> read(Mappings& mappings, http::Request& request) {
  return answer(200, mappings.read(request.caller(), request.param("id")));
}

Result<http::Response> change(Mappings& mappings, http::Request& request) {
  TRY_ASSIGN(body, http::json_body(request));
  return answer(200, mappings.change(request.caller(), request.param("id"), body));
}

Result<http::Response> remove(Mappings& mappings, http::Request& request) {
  TRY(mappings.remove(request.caller(), request.param("id")));
  return http::Response::no_content();
}

}  // namespace

std::vector<http::Route> mapping_routes(Mappings& mappings) {
  using http::Method;
  std::vector<http::Route> out;
  const auto add = [&](Method method, const std::string& path, Handler handler) {
    out.push_back({method,
                   "/api/v1/import-mappings" + path,
                   http::Access::signed_in(),
                   http::Run::kPooled,
                   {},
                   [&mappings, handler](http::Exchange exchange) {
                     auto made = handler(mappings, exchange.request());
                     if (made)
                       exchange.respond(std::move(*made));
                     else
                       exchange.fail(made.error());
                   }});
  };
  add(Method::kGet, "", list);
  add(Method::kPost, "", create);
  add(Method::kGet, "/{id}", read);
  add(Method::kPatch, "/{id}", change);
  add(Method::kDelete, "/{id}", remove);
  return out;
}

}  // namespace opsflux::imports
