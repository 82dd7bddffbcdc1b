#include "host/services/api_docs/samples.hpp"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "host/base/text.hpp"

namespace opsflux::api_docs {
namespace {

std::string upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](char c) { return std::toupper(c); });
  return text;
}

struct Body {
  std::string type;
  Json example;  // null: bytes of a file
};

// The least that fits a schema: what is required, and one item of a list.
Json example_of(const Json& document, const Json& given, int depth = 0) {
  const Json& schema = given.contains("$ref")
                           ? document.at(Json::json_pointer(given["$ref"].get<std::string>().substr(1)))
                           : given;
  if (schema.contains("examples")) return schema["examples"][0];
  if (schema.contains("const")) return schema["const"];
  if (schema.contains("enum")) return schema["enum"][0];
  const Json type = schema.value("type", Json());
  if (type == "boolean") return true;
  if (type == "integer" || type == "number") return schema.value("minimum", Json(1));
  if (type == "array" && schema.contains("items") && depth < 8)
    return Json::array({example_of(document, schema["items"], depth + 1)});
  if (type != "object" || depth >= 8) return "…";
  Json out = Json::object();
  for (const Json& name : schema.value("required", Json::array()))
    out[name.get<std::string>()] =
        example_of(document, schema.at("properties").at(name.get<std::string>()), depth + 1);
  return out;
}

std::optional<Body> body_of(const Json& document, const Json& operation) {
  const auto request = operation.find("requestBody");
  if (request == operation.end()) return std::nullopt;
  const auto content = request->at("content").begin();
  if (content.key() != "application/json") return Body{content.key(), nullptr};
  return Body{content.key(), example_of(document, content.value().at("schema"))};
}

std::string shell_quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

bool is_open(const Json& operation) {
  const auto security = operation.find("security");
  return security != operation.end() && security->empty();
}

std::string curl(const std::string& path, const std::string& method, const Json& operation,
                 const std::optional<Body>& body) {
  std::string out = "curl -sS -X " + method + " \"$OPSFLUX_URL\"" + shell_quoted(path);
  if (!is_open(operation)) out += " \\\n  -H \"Authorization: Bearer $OPSFLUX_TOKEN\"";
  if (!body) return out;
  out += " \\\n  -H 'Content-Type: " + body->type + "'";
  return out + " \\\n  " +
         (body->example.is_null() ? "--data-binary @module.zip"
                                  : "-d " + shell_quoted(to_text(body->example)));
}

std::string javascript(const std::string& path, const std::string& method, const Json& operation,
                       const std::optional<Body>& body) {
  std::string headers;
  if (!is_open(operation)) headers += "\n    Authorization: `Bearer ${process.env.OPSFLUX_TOKEN}`,";
  if (body) headers += "\n    \"Content-Type\": \"" + body->type + "\",";
  std::string out = "const answer = await fetch(process.env.OPSFLUX_URL + " + to_text(Json(path)) +
                    ", {\n  method: \"" + method + "\",";
  if (!headers.empty()) out += "\n  headers: {" + headers + "\n  },";
  if (body)
    out += "\n  body: " +
           (body->example.is_null()
                ? std::string("await (await import(\"node:fs/promises\")).readFile(\"module.zip\")")
                : "JSON.stringify(" + to_text(body->example) + ")") +
           ",";
  return out + "\n});\nconsole.log(answer.status, await answer.text());";
}

std::string python(const std::string& path, const std::string& method, const Json& operation,
                   const std::optional<Body>& body) {
  std::string headers;
  if (!is_open(operation)) headers += "\"Authorization\": \"Bearer \" + os.environ[\"OPSFLUX_TOKEN\"], ";
  if (body) headers += "\"Content-Type\": \"" + body->type + "\"";
  std::string data;
  if (body)
    data = body->example.is_null() ? ",\n    data=open(\"module.zip\", \"rb\").read()"
                                   : ",\n    data=" + to_text(Json(to_text(body->example))) + ".encode()";
  return "import os\nimport urllib.request\n\nrequest = urllib.request.Request(\n    "
         "os.environ[\"OPSFLUX_URL\"] + " +
         to_text(Json(path)) + ",\n    method=\"" + method + "\",\n    headers={" + headers + "}" + data +
         ",\n)\nwith urllib.request.urlopen(request) as answer:\n    print(answer.status, "
         "answer.read().decode())";
}

// Calls `visit` with path, method and operation until it says true.
template <class Visit>
void each(const Json& document, const Visit& visit) {
  for (const auto& [path, methods] : document.at("paths").items())
    for (const auto& [method, operation] : methods.items())
      if (visit(path, method, operation)) return;
}

Json postman_item(const Json& document, const std::string& path, const std::string& method,
                  const Json& operation) {
  std::string raw = "{{baseUrl}}";
  Json segments = Json::array(), variables = Json::array(), query = Json::array(), fields = Json::array();
  for (const std::string_view part : split(std::string_view(path).substr(1), '/')) {
    std::string segment(part);
    if (!part.empty() && part.front() == '{') {
      segment = ":" + std::string(part.substr(1, part.size() - 2));
      variables.push_back({{"key", segment.substr(1)}, {"value", ""}});
    }
    raw += "/" + segment;
    segments.push_back(std::move(segment));
  }
  for (const Json& parameter : operation.at("parameters"))
    if (parameter.at("in") == "query")
      query.push_back({{"key", parameter.at("name")},
                       {"value", ""},
                       {"disabled", true},
                       {"description", parameter.value("description", "")}});
  Json request = {{"method", upper(method)}};
  if (const auto body = body_of(document, operation)) {
    fields.push_back({{"key", "Content-Type"}, {"value", body->type}});
    request["body"] = body->example.is_null() ? Json{{"mode", "file"}, {"file", {{"src", ""}}}}
                                              : Json{{"mode", "raw"}, {"raw", to_text(body->example)}};
  }
  if (is_open(operation)) request["auth"] = {{"type", "noauth"}};
  request["header"] = std::move(fields);
  request["url"] = {{"raw", raw},
                    {"host", Json::array({"{{baseUrl}}"})},
                    {"path", std::move(segments)},
                    {"query", std::move(query)},
                    {"variable", std::move(variables)}};
  return {{"name", operation.at("summary")},
          {"id", operation.at("operationId")},
          {"request", std::move(request)},
          {"response", Json::array()}};
}

}  // namespace

std::string sample(const Json& document, const std::string& path, const std::string& method,
                   const Json& operation, std::string_view language) {
  const auto body = body_of(document, operation);
  if (language == "curl") return curl(path, upper(method), operation, body);
  if (language == "javascript") return javascript(path, upper(method), operation, body);
  return python(path, upper(method), operation, body);
}

void add_samples(Json& document) {
  for (const auto& [path, methods] : document.at("paths").items())
    for (const auto& [method, operation] : methods.items()) {
      Json samples = Json::array();
      for (const auto& [language, label] :
           {std::pair("curl", "curl"), {"javascript", "JavaScript"}, {"python", "Python"}})
        samples.push_back({{"lang", language},
                           {"label", label},
                           {"source", sample(document, path, method, operation, language)}});
      operation["x-codeSamples"] = std::move(samples);
    }
}

std::optional<std::string> find_sample(const Json& document, std::string_view id, std::string_view language) {
  std::optional<std::string> out;
  each(document, [&](const std::string&, const std::string&, const Json& operation) {
    if (operation.at("operationId") != id) return false;
    for (const Json& one : operation.at("x-codeSamples"))
      if (one.at("lang") == language) out = one.at("source").get<std::string>();
    return true;
  });
  return out;
}

Json postman(const Json& document) {
  std::map<std::string, Json> folders;
  each(document, [&](const std::string& path, const std::string& method, const Json& operation) {
    folders[operation.at("tags").at(0).get<std::string>()].push_back(
        postman_item(document, path, method, operation));
    return false;
  });
  Json items = Json::array();
  for (const Json& tag : document.at("tags"))
    items.push_back({{"name", tag.at("description")}, {"item", folders[tag.at("name").get<std::string>()]}});
  return {{"info",
           {{"name", document.at("info").at("title")},
            {"version", document.at("info").at("version")},
            {"schema", "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"}}},
          {"auth",
           {{"type", "bearer"},
            {"bearer", Json::array({{{"key", "token"}, {"value", "{{token}}"}, {"type", "string"}}})}}},
          {"variable", Json::array({{{"key", "baseUrl"}, {"value", "http://127.0.0.1:8080"}},
                                    {{"key", "token"}, {"value", ""}}})},
          {"item", std::move(items)}};
}

}  // namespace opsflux::api_docs
