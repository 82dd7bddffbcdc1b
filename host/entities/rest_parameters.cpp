#include "host/entities/rest_parameters.hpp"

#include <nlohmann/json.hpp>

#include "host/base/text.hpp"

namespace opsflux::entities {
namespace {

Error bad_parameter(std::string_view name, std::string_view value, std::string_view expected) {
  return Error::malformed("entity.bad_parameter",
                          "The parameter " + std::string(name) + " must be " + std::string(expected) + ".")
      .at(name)
      .with("name", name)
      .with("value", value)
      .with("expected", expected);
}

Error unknown_parameter(std::string_view name, std::string_view known) {
  return Error::malformed("entity.unknown_parameter", "There is no parameter \"" + std::string(name) +
                                                          "\"; there are " + std::string(known) + ".")
      .at(name)
      .with("name", name);
}

Result<std::int64_t> number(std::string_view name, std::string_view value) {
  const auto parsed = parse_int(value);
  if (!parsed) return fail(bad_parameter(name, value, "a whole number"));
  return *parsed;
}

Result<bool> flag(std::string_view name, std::string_view value) {
  if (value == "true") return true;
  if (value == "false") return false;
  return fail(bad_parameter(name, value, "true or false"));
}

std::vector<std::string> names(std::string_view value) {
  std::vector<std::string> out;
  for (const std::string_view part : split(value, ','))
    if (!trim(part).empty()) out.emplace_back(trim(part));
  return out;
}

Result<void> apply(ListQuery& query, const std::string& name, const std::string& value) {
  if (name == "filter")
    query.filter = value;
  else if (name == "q")
    query.q = value;
  else if (name == "sort")
    query.sort = value;
  else if (name == "cursor")
    query.cursor = value;
  else if (name == "fields")
    query.fields = names(value);
  else if (name == "totals")
    query.totals = names(value);
  else if (name == "expand")
    query.expand = names(value);
  else if (name == "page") {
    TRY_ASSIGN(parsed, number(name, value));
    query.page = parsed;
  } else if (name == "page_size") {
    TRY_ASSIGN(parsed, number(name, value));
    query.page_size = parsed;
  } else if (name == "deleted") {
    TRY_ASSIGN(parsed, flag(name, value));
    query.deleted = parsed;
  } else if (name == "count") {
    TRY_ASSIGN(parsed, flag(name, value));
    query.count = parsed;
  } else
    return fail(unknown_parameter(
        name, "filter, q, sort, fields, expand, page, page_size, cursor, totals, deleted and count"));
  return {};
}

}  // namespace

Result<ListQuery> list_query(const http::Request& request) {
  ListQuery query;
  for (const auto& [name, value] : request.query_all()) TRY(apply(query, name, value));
  return query;
}

Result<AggregateQuery> aggregate_query(const http::Request& request) {
  AggregateQuery query;
  for (const auto& [name, value] : request.query_all()) {
    if (name == "filter")
      query.filter = value;
    else if (name == "q")
      query.q = value;
    else if (name == "group")
      query.group = names(value);
    else if (name == "measures")
      query.measures = names(value);
    else if (name == "sort")
      query.sort = value;
    else if (name == "deleted") {
      TRY_ASSIGN(parsed, flag(name, value));
      query.deleted = parsed;
    } else if (name == "limit") {
      TRY_ASSIGN(parsed, number(name, value));
      query.limit = parsed;
    } else {
      return fail(unknown_parameter(name, "filter, q, group, measures, sort, limit and deleted"));
    }
  }
  return query;
}

// The parameters of a list without its pages, with format (csv, json, ndjson) and separator (comma,
// semicolon, tab).
Result<ExportQuery> export_query(const http::Request& request) {
  ExportQuery out;
  std::string format = "csv", separator = "comma";
  for (const auto& [name, value] : request.query_all()) {
    if (name == "format")
      format = value;
    else if (name == "separator")
      separator = value;
    else if (name == "page" || name == "page_size" || name == "cursor" || name == "totals" || name == "count")
      return fail(unknown_parameter(name, "format, separator, filter, q, sort, fields, expand and deleted"));
    else
      TRY(apply(out.list, name, value));
  }
  if (separator != "comma" && separator != "semicolon" && separator != "tab")
    return fail(bad_parameter("separator", separator, "comma, semicolon or tab"));
  out.options.separator = separator == "comma" ? ',' : separator == "semicolon" ? ';' : '\t';
  out.ending = format;
  if (format == "csv") {
    out.content_type = "text/csv; charset=utf-8";
  } else if (format == "json") {
    out.options.format = ExportFormat::kJson;
    out.content_type = "application/json";
  } else if (format == "ndjson") {
    out.options.format = ExportFormat::kNdjson;
    out.content_type = "application/x-ndjson";
  } else if (format == "xlsx") {
    out.options.format = ExportFormat::kXlsx;
    out.content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
  } else if (format == "pdf") {
    out.options.format = ExportFormat::kPdf;
    out.content_type = "application/pdf";
  } else {
    return fail(bad_parameter("format", format, "csv, json, ndjson, xlsx or pdf"));
  }
  if (format != "json" && format != "ndjson" && !out.list.expand.empty())
    return fail(bad_parameter("expand", "", "left out for tables"));
  return out;
}

// What a single record is asked with: expand, or nothing.
Result<std::vector<std::string>> expansions(const http::Request& request) {
  std::vector<std::string> out;
  for (const auto& [name, value] : request.query_all()) {
    if (name != "expand") return fail(unknown_parameter(name, "expand"));
    out = names(value);
  }
  return out;
}

// The version that If-Match names; 0 when it is missing or "*".
Result<std::int64_t> expected_version(const http::Request& request) {
  const auto header = request.header("If-Match");
  if (!header || *header == "*") return 0;
  const std::string_view text = *header;
  const auto version = text.size() > 2 && text.front() == '"' && text.back() == '"'
                           ? parse_int(text.substr(1, text.size() - 2))
                           : std::nullopt;
  if (!version || *version < 1)
    return fail(Error::malformed("entity.bad_if_match",
                                 "If-Match must be the ETag that the server gave, such as \"3\".")
                    .at("If-Match"));
  return *version;
}

}  // namespace opsflux::entities
