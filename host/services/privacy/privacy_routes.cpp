#include "host/services/privacy/privacy_routes.hpp"

#include <nlohmann/json.hpp>

#include "host/base/text.hpp"
#include "host/http/exchange.hpp"

namespace opsflux::privacy {
namespace {

using http::Response;
using Answer = Result<Response>;

Answer data(Json rows) { return Response::json(200, to_text({{"data", std::move(rows)}})); }

Json to_json(const Document& document) {
  const auto texts = parse_json(document.texts);
  return {{"id", document.id},
          {"kind", document.kind},
          {"version", document.version},
          {"texts", texts ? *texts : Json::object()},
          {"required", document.required},
          {"effective_at", document.effective_at},
          {"created_at", document.created_at}};
}

Answer documents(Privacy& privacy, const http::Request& request) {
  TRY_ASSIGN(rows, privacy.consents().documents_for(request.caller()));
  return data(std::move(rows));
}

Answer consents(Privacy& privacy, const http::Request& request) {
  TRY_ASSIGN(rows, privacy.consents().history(request.caller().user_id));
  return data(std::move(rows));
}

Answer consent(Privacy& privacy, const http::Request& request) {
  TRY_ASSIGN(body, http::json_body(request));
  TRY(privacy.consents().answer(request.caller(), body));
  return documents(privacy, request);
}

Answer ask_export(Privacy& privacy, const http::Request& request) {
  TRY_ASSIGN(asked, privacy.ask_export(request.caller()));
  return Response::json(202, to_text(privacy::to_json(asked)));
}

Answer requests(Privacy& privacy, const http::Request& request) {
  TRY_ASSIGN(found, privacy.requests_of(request.caller().user_id));
  Json rows = Json::array();
  for (const Request& one : found) rows.push_back(privacy::to_json(one));
  return Response::json(200,
                        to_text({{"data", std::move(rows)}, {"meta", {{"kept", kept_after_erasure()}}}}));
}

Answer file(Privacy& privacy, const http::Request& request) {
  TRY_ASSIGN(path, privacy.file_of(request.caller(), request.param("id")));
  TRY_ASSIGN(response, Response::file(path, "application/zip", "no-store"));
  response.header("Content-Disposition", "attachment; filename=\"opsflux-my-data.zip\"");
  return response;
}

Error bad_body(std::string_view wanted) {
  return Error::invalid("privacy.bad_body", "The body must be an object with " + std::string(wanted) + ".")
      .with("wanted", wanted);
}

Result<std::string> text_member(const Json& body, std::string_view name, std::string_view wanted) {
  if (!body.is_object() || !body.contains(name) || !body[std::string(name)].is_string())
    return fail(bad_body(wanted).at(name));
  return body[std::string(name)].get<std::string>();
}

Answer ask_erasure(Privacy& privacy, const http::Request& request) {
  TRY_ASSIGN(body, http::json_body(request));
  TRY_ASSIGN(email, text_member(body, "email", "your address: email"));
  TRY_ASSIGN(asked, privacy.ask_erasure(request.caller(), request.caller().user_id, email));
  return Response::json(202, to_text(privacy::to_json(asked)));
}

Result<std::int64_t> page_of(const http::Request& request) {
  for (const auto& [name, value] : request.query_all()) {
    const auto number = name == "page" ? parse_int(value) : std::nullopt;
    if (!number || *number < 1 || *number > 1'000'000)
      return fail(Error::malformed("entity.bad_parameter",
                                   "The parameter page must be a whole number from 1 to 1000000.")
                      .at(name)
                      .with("name", name)
                      .with("value", value)
                      .with("expected", "page: a whole number from 1 to 1000000"));
    return *number;
  }
  return 1;
}

Answer access_log(Privacy& privacy, const http::Request& request) {
  TRY_ASSIGN(page, page_of(request));
  TRY_ASSIGN(found, privacy.access_log(request.caller().user_id, page, 50));
  return Response::json(200, to_text(found));
}

// --- for those who manage it ---

Answer versions(Privacy& privacy, const http::Request&) {
  TRY_ASSIGN(found, privacy.consents().versions());
  Json rows = Json::array();
  for (const Document& one : found) rows.push_back(to_json(one));
  return data(std::move(rows));
}

Answer publish(Privacy& privacy, const http::Request& request) {
  TRY_ASSIGN(body, http::json_body(request));
  TRY_ASSIGN(made, privacy.consents().publish(request.caller(), body));
  return Response::json(201, to_text(to_json(made)));
}

Answer erasures(Privacy& privacy, const http::Request&) {
  TRY_ASSIGN(rows, privacy.erasures());
  return Response::json(200,
                        to_text({{"data", std::move(rows)}, {"meta", {{"kept", kept_after_erasure()}}}}));
}

Answer erase(Privacy& privacy, const http::Request& request) {
  TRY_ASSIGN(body, http::json_body(request));
  TRY_ASSIGN(user, text_member(body, "user", "user and email"));
  TRY_ASSIGN(email, text_member(body, "email", "user and email"));
  TRY_ASSIGN(asked, privacy.ask_erasure(request.caller(), user, email));
  return Response::json(202, to_text(privacy::to_json(asked)));
}

Answer undo(Privacy& privacy, const http::Request& request) {
  TRY(privacy.undo_erasure(request.caller(), request.param("id")));
  return Response::no_content();
}

constexpr std::string_view kAnswer = "/api/v1/privacy/consents";
constexpr std::string_view kWithoutConsent[] = {"/api/v1/privacy/documents", kAnswer, "/api/v1/auth/me",
                                                "/api/v1/app"};

}  // namespace

http::AccessCheck consents_first(http::AccessCheck check, const Privacy& privacy) {
  return [check = std::move(check), &privacy](const http::Request& request,
                                              const http::Route& route) -> http::AccessVerdict {
    http::AccessVerdict verdict = check(request, route);
    if (verdict.refused || !verdict.caller || route.access.kind == http::Access::Kind::kPublic)
      return verdict;
    // Keys and whoever sees as him do not answer for the person.
    if (verdict.caller->session_id.empty() || !verdict.caller->key_id.empty() ||
        !verdict.caller->actor_id.empty())
      return verdict;
    for (const std::string_view open : kWithoutConsent)
      if (route.pattern == open && (route.method == http::Method::kGet || open == kAnswer)) return verdict;
    if (privacy.consents().owes(verdict.caller->user_id))
      verdict.refused = Error::forbidden("privacy.consent_needed",
                                         "Read and accept the documents that are new, then go on.");
    return verdict;
  };
}

std::vector<http::Route> privacy_routes(Privacy& privacy) {
  using http::Method;
  std::vector<http::Route> out;
  const auto add = [&](Method method, const std::string& path, http::Access access,
                       Answer (*handler)(Privacy&, const http::Request&)) {
    out.push_back({method,
                   "/api/v1/privacy" + path,
                   std::move(access),
                   http::Run::kPooled,
                   {},
                   [&privacy, handler](http::Exchange exchange) {
                     auto made = handler(privacy, exchange.request());
                     if (made)
                       exchange.respond(std::move(*made));
                     else
                       exchange.fail(made.error());
                   }});
  };
  const auto me = http::Access::signed_in().own_only();
  const auto manager = http::Access::permit(std::string(kManage));
  const auto proved = [](http::Access access) { return std::move(access).confirm(); };
  add(Method::kGet, "/documents", me, documents);
  add(Method::kGet, "/consents", me, consents);
  add(Method::kPost, "/consents", me, consent);
  add(Method::kPost, "/export", proved(me), ask_export);
  add(Method::kGet, "/requests", me, requests);
  add(Method::kGet, "/requests/{id}/file", me, file);
  add(Method::kPost, "/erasure", proved(me), ask_erasure);
  add(Method::kGet, "/access-log", me, access_log);
  add(Method::kGet, "/versions", manager, versions);
  add(Method::kPost, "/versions", manager, publish);
  add(Method::kGet, "/erasures", manager, erasures);
  add(Method::kPost, "/erasures", proved(manager), erase);
  add(Method::kDelete, "/erasures/{id}", manager, undo);
  return out;
}

}  // namespace opsflux::privacy
