// What requests about records may say in their address and fields, read and checked.
#pragma once

#include <string>
#include <vector>

#include "host/entities/aggregate.hpp"
#include "host/entities/export.hpp"
#include "host/http/request.hpp"

namespace opsflux::entities {

// All errors are Malformed, at the parameter: "entity.bad_parameter", "entity.unknown_parameter" naming those
// that there are.
Result<ListQuery> list_query(const http::Request& request);
Result<AggregateQuery> aggregate_query(const http::Request& request);

struct ExportQuery {
  ListQuery list;
  ExportOptions options;
  std::string content_type, ending;
};
// The parameters of a list without its pages, with format (csv, json, ndjson) and separator (comma,
// semicolon, tab).
Result<ExportQuery> export_query(const http::Request& request);
// What a single record is asked with: expand, or nothing.
Result<std::vector<std::string>> expansions(const http::Request& request);
// The version that If-Match names; 0 when it is missing or "*". "entity.bad_if_match".
Result<std::int64_t> expected_version(const http::Request& request);

}  // namespace opsflux::entities
