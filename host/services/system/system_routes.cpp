#include "host/services/system/system_routes.hpp"

#include <nlohmann/json.hpp>

#include "host/base/files.hpp"
#include "host/base/json.hpp"
#include "host/base/version.hpp"
#include "host/http/exchange.hpp"
#include "host/http/static_folder.hpp"

namespace opsflux::system_service {
namespace {

// Only this origin; inline scripts by digest only (the import map).
Result<std::string> content_security_policy(const std::filesystem::path& folder) {
  TRY_ASSIGN(text, read_file(folder / "csp.json"));
  TRY_ASSIGN(json, parse_json(text));
  std::string scripts = "'self'";
  for (const Json& hash : json.value("script-src-hashes", Json::array()))
    scripts += " '" + hash.get<std::string>() + "'";
  return "default-src 'self'; script-src " + scripts +
         "; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; object-src "
         "'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
}

}  // namespace

std::vector<http::Route> health_routes(store::Database& database) {
  std::vector<http::Route> out;
  const std::string alive = to_text({{"status", "ok"}, {"version", kVersion}});
  out.push_back({http::Method::kGet,
                 "/healthz",
                 http::Access::open(),
                 http::Run::kInline,
                 {},
                 [alive](http::Exchange exchange) { exchange.respond(http::Response::json(200, alive)); }});
  out.push_back({http::Method::kGet,
                 "/readyz",
                 http::Access::open(),
                 http::Run::kPooled,
                 {},
                 [&database](http::Exchange exchange) {
                   auto answers = database.read([](store::Session& session) -> Result<void> {
                     TRY(session.query_one("SELECT 1", {}, [](const store::Row&) {}));
                     return {};
                   });
                   if (!answers)
                     return void(exchange.fail(
                         Error::unavailable("system.database_away", "The database does not answer.")
                             .retry_after(2000)));
                   exchange.respond(http::Response::json(
                       200, to_text({{"status", "ok"}, {"database", "ok"}, {"version", kVersion}})));
                 }});
  return out;
}

Result<std::vector<http::Route>> web_routes(const std::filesystem::path& folder) {
  TRY_ASSIGN(files, http::StaticFolder::open(folder));
  if (!files->contains("index.html"))
    return fail(Error::not_found("system.no_shell", "The web application is not in " + folder.string() + ".")
                    .at(folder.string()));
  TRY_ASSIGN(policy, content_security_policy(folder));
  const auto serve = [files = files, policy = policy](http::Exchange exchange) {
    const std::string_view path = exchange.request().param("path");
    const bool file = !path.empty() && path != "index.html" && path != "csp.json" && files->contains(path);
    // What looks like an interface or a file and is none must not answer with a page.
    const bool page = !file && !path.starts_with("api/") && !path.starts_with("assets/") &&
                      path.find("/web/") == std::string_view::npos;
    if (!file && !page)
      return void(exchange.fail(Error::not_found("http.no_route", "There is nothing at this address.")));
    auto answer = files->serve(file ? path : std::string_view("index.html"), exchange.request());
    if (!answer) return void(exchange.fail(answer.error()));
    answer->header("Content-Security-Policy", policy).header("X-Frame-Options", "DENY");
    exchange.respond(std::move(*answer));
  };
  std::vector<http::Route> out;
  // A page although it lies below /api/.
  out.push_back({http::Method::kGet, "/api/docs", http::Access::open(), http::Run::kInline, {}, serve});
  out.push_back({http::Method::kGet, "/{path...}", http::Access::open(), http::Run::kInline, {}, serve});
  return out;
}

}  // namespace opsflux::system_service
