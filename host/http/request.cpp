#include "host/http/request.hpp"

#include <unistd.h>

#include <nlohmann/json.hpp>

#include "host/base/json.hpp"
#include "host/base/text.hpp"

namespace opsflux::http {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

bool same_name(std::string_view a, std::string_view b) {
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return lower(x) == lower(y); });
}

std::string decoded(std::string_view text) {
  // The parser has checked the escapes, so that decoding cannot fail.
  return percent_decode(text, true).value_or(std::string());
}

}  // namespace

Request::~Request() {
  if (!body_file_.empty()) ::unlink(body_file_.c_str());
}

std::optional<std::string_view> Request::header(std::string_view name) const {
  for (const HeaderField& field : fields_)
    if (same_name(field.name, name)) return field.value;
  return std::nullopt;
}

const std::vector<std::pair<std::string, std::string>>& Request::query_all() const {
  if (query_) return *query_;
  query_.emplace();
  std::string_view rest = raw_query;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('&'), rest.size());
    const std::string_view pair = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (pair.empty()) continue;
    const std::size_t equals = std::min(pair.find('='), pair.size());
    query_->emplace_back(decoded(pair.substr(0, equals)),
                         decoded(pair.substr(std::min(equals + 1, pair.size()))));
  }
  return *query_;
}

std::optional<std::string_view> Request::query(std::string_view name) const {
  if (raw_query.empty()) return std::nullopt;
  for (const auto& [key, value] : query_all())
    if (key == name) return value;
  return std::nullopt;
}

std::string_view Request::param(std::string_view name) const {
  for (const auto& [key, value] : params_)
    if (key == name) return value;
  return {};
}

std::optional<std::string_view> Request::cookie(std::string_view name) const {
  for (const HeaderField& field : fields_) {
    if (!same_name(field.name, "cookie")) continue;
    std::string_view rest = field.value;
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find(';'), rest.size());
      const std::string_view pair = trim(rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
      if (pair.size() > name.size() && pair[name.size()] == '=' && pair.starts_with(name))
        return pair.substr(name.size() + 1);
    }
  }
  return std::nullopt;
}

const Caller& Request::caller() const {
  static const Caller nobody;
  return caller_ ? *caller_ : nobody;
}

void Request::clear() {
  if (!body_file_.empty()) ::unlink(body_file_.c_str());
  body_file_.clear();
  method = Method::kGet;
  path = raw_query = host_ = {};
  head_.clear();
  fields_.clear();
  params_.clear();
  query_.reset();
  // One large body must not stay with an idle connection.
  if (body_.capacity() > 64 << 10)
    body_ = std::string();
  else
    body_.clear();
  body_size_ = 0;
  client_address_.clear();
  caller_.reset();
  route_ = nullptr;
}

Result<Json> json_body(const Request& request) {
  const std::string_view type = request.header("content-type").value_or("");
  const std::string media = to_lower_ascii(trim(type.substr(0, type.find(';'))));
  if (media != "application/json" && !(media.starts_with("application/") && media.ends_with("+json")))
    return fail(Error::make(ErrorKind::kUnsupported, "http.json_expected",
                            "The body must be JSON, with Content-Type application/json."));
  // The limit of the route, or of the configuration, has been met.
  return parse_json(request.body(), {.max_bytes = request.body().size()});
}

}  // namespace opsflux::http
