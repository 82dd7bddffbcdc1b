// What the description of the interface says of each route: one line for each route that the host itself has.
//
// A route that stands in no line is described with "x-undescribed", which a test refuses.
#pragma once

#include <span>
#include <string_view>

#include "host/http/method.hpp"

namespace opsflux::api_docs {

// Lists are written as words with a space between them.
struct Operation {
  http::Method method = http::Method::kGet;
  // The core's: the whole pattern. An entity's: what follows its path, such as "/{id}/restore".
  std::string_view path = "";
  // The operationId; an entity's is "tiers.company.<id>". Its summary is the text "api_docs.operation.<id>",
  // with {entity} (an entity's in the plural).
  std::string_view id = "";
  std::string_view tag = "";         // the core's; its label is the text "api_docs.tag.<tag>"
  std::string_view parameters = "";  // of the query: names of query_parameter()
  // Names of core_schemas(); an entity's may be "Record" and "Values", which stand for its own. Empty: no
  // body.
  std::string_view request = "";
  int status = 200;
  std::string_view response = "";
  std::string_view errors = "";                        // statuses beside those that every route has
  std::string_view type = "application/json";          // of the response
  std::string_view request_type = "application/json";  // of the request
  // Fields: "ETag", "If-Match", "If-None-Match", "Location".
  std::string_view fields = "";
};

std::span<const Operation> core_operations();
std::span<const Operation> entity_operations();

}  // namespace opsflux::api_docs
