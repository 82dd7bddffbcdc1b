#include "host/services/texts/text_routes.hpp"

#include <nlohmann/json.hpp>

#include "host/http/exchange.hpp"
#include "host/services/i18n/problem.hpp"
#include "host/services/texts/text_file.hpp"
#include "host/services/texts/text_query.hpp"

namespace opsflux::texts {
namespace {

using http::Request;
using http::Response;
using i18n::Language;

struct Desk {
  Texts& texts;
  const i18n::Translator& translator;
};

std::string_view name_of(TextState state) {
  switch (state) {
    case TextState::kOriginal:
      return "original";
    case TextState::kChanged:
      return "changed";
    case TextState::kUnused:
      return "unused";
    case TextState::kUnfit:
      return "unfit";
  }
  return "original";
}

Json text_or_null(const std::string& text) { return text.empty() ? Json() : Json(text); }

Json to_json(const Text& text, const i18n::Catalog& catalog, Language reader) {
  const auto& override = text.override;
  return {{"language", i18n::language_tag(text.id.language)},
          {"namespace", text.id.space},
          {"key", text.id.key},
          {"original", text_or_null(text.original)},
          {"english", text_or_null(text.english)},
          {"text", text.shown()},
          {"override", override ? Json(override->text) : Json()},
          {"state", name_of(text.state)},
          {"problem", text.problem ? Json(catalog.sentence(reader, *text.problem)) : Json()},
          {"changed_at", override ? Json(override->changed_at) : Json()},
          {"changed_by", override ? text_or_null(override->changed_by) : Json()}};
}

// All there are, with how many texts each has: for who chooses among them.
Json spaces_of(const std::vector<Text>& texts, const i18n::Catalog& catalog, Language reader) {
  Json out = Json::array();
  for (const Text& text : texts) {
    if (out.empty() || out.back()["id"] != text.id.space) {
      const std::string* label = catalog.find(reader, text.id.space + ".module.name");
      out.push_back({{"id", text.id.space},
                     {"label", label == nullptr ? Json() : Json(*label)},
                     {"texts", 0},
                     {"changed", 0}});
    }
    Json& space = out.back();
    space["texts"] = space["texts"].get<int>() + 1;
    if (text.override) space["changed"] = space["changed"].get<int>() + 1;
  }
  return out;
}

Result<Response> list(Desk& desk, Request& request) {
  TRY_ASSIGN(query, list_query(request));
  const Language reader = i18n::language_of(&request);
  const auto catalog = desk.translator.catalog();
  std::vector<Text> all = desk.texts.all(query.language.value_or(reader));
  Json spaces = spaces_of(all, *catalog, reader);
  const std::vector<Text> found = selected(std::move(all), query);
  const auto total = static_cast<std::int64_t>(found.size());
  Json data = Json::array();
  const std::int64_t first = (query.page - 1) * query.page_size;
  for (std::int64_t i = first; i < std::min(total, first + query.page_size); ++i)
    data.push_back(to_json(found[static_cast<std::size_t>(i)], *catalog, reader));
  const Json meta = {{"page", query.page},
                     {"page_size", query.page_size},
                     {"total", total},
                     {"pages", (total + query.page_size - 1) / query.page_size},
                     {"namespaces", std::move(spaces)}};
  return Response::json(200, to_text({{"data", std::move(data)}, {"meta", meta}}));
}

Result<TextId> id_of(const Request& request) {
  const std::string_view tag = request.param("language");
  const auto language = i18n::language_from(tag);
  if (!language || i18n::language_tag(*language) != tag)
    return fail(Error::not_found("text.no_language", "The languages are fr, en, es and pt.").at("language"));
  return TextId{std::string(request.param("namespace")), std::string(request.param("key")), *language};
}

Result<Response> put(Desk& desk, Request& request) {
  TRY_ASSIGN(id, id_of(request));
  TRY(desk.texts.find(id));
  TRY_ASSIGN(body, http::json_body(request));
  if (!body.is_object() || body.size() != 1 || !body.contains("text") || !body["text"].is_string())
    return fail(Error::invalid("text.no_text", "The body is an object with a \"text\".").at("text"));
  TRY(desk.texts.change({{id, body["text"].get<std::string>()}}, request.caller()));
  TRY_ASSIGN(text, desk.texts.find(id));
  return Response::json(200, to_text(to_json(text, *desk.translator.catalog(), i18n::language_of(&request))));
}

Result<Response> reset(Desk& desk, Request& request) {
  TRY_ASSIGN(id, id_of(request));
  TRY(desk.texts.find(id));
  TRY(desk.texts.change({{id, std::nullopt}}, request.caller()));
  return Response::no_content();
}

Result<Response> export_file(Desk& desk, Request& request) {
  TRY_ASSIGN(query, file_query(request));
  std::vector<Text> texts;
  for (const Language language : i18n::kLanguages) {
    if (query.language && *query.language != language) continue;
    auto some = selected(desk.texts.all(language), query);
    texts.insert(texts.end(), std::make_move_iterator(some.begin()), std::make_move_iterator(some.end()));
  }
  const bool csv = query.format == "csv";
  Response out = Response::text(200, csv ? to_csv(texts, query.separator) : to_json_rows(texts),
                                csv ? "text/csv; charset=utf-8" : "application/json");
  const std::string language =
      query.language ? "-" + std::string(i18n::language_tag(*query.language)) : std::string();
  out.header("Content-Disposition", "attachment; filename=\"texts" + language + "." + query.format + "\"");
  return out;
}

Result<Response> import_file(Desk& desk, Request& request) {
  if (request.body_size() == 0)
    return fail(Error::malformed("text.no_file", "The request has no body; send the file."));
  TRY_ASSIGN(file, read_file(request.body_file(), request.query("file_name").value_or("")));
  TRY_ASSIGN(counts, desk.texts.change(file.wanted, request.caller(), std::move(file.refused)));
  return Response::json(200, to_text({{"changed", counts.changed},
                                      {"reset", counts.reset},
                                      {"unchanged", counts.unchanged},
                                      {"skipped", file.skipped}}));
}

}  // namespace

std::vector<http::Route> text_routes(Texts& texts, const i18n::Translator& translator) {
  using http::Method;
  std::vector<http::Route> out;
  const auto add = [&](Method method, const std::string& path, Result<Response> (*handler)(Desk&, Request&),
                       http::RouteLimits limits = {}) {
    out.push_back({method, "/api/v1/texts" + path, http::Access::permit(std::string(kPermission)),
                   http::Run::kPooled, limits,
                   [desk = Desk{texts, translator}, handler](http::Exchange exchange) mutable {
                     auto made = handler(desk, exchange.request());
                     if (made)
                       exchange.respond(std::move(*made));
                     else
                       exchange.fail(made.error());
                   }});
  };
  add(Method::kGet, "", list);
  add(Method::kGet, "/export", export_file);
  add(Method::kPost, "/import", import_file,
      {.max_body = kMaxFileBytes, .body_to_file = true, .deadline = std::chrono::minutes(2)});
  add(Method::kPut, "/{language}/{namespace}/{key}", put);
  add(Method::kDelete, "/{language}/{namespace}/{key}", reset);
  return out;
}

}  // namespace opsflux::texts
