// The parameters of a list of texts and of a file of them, and what they select.
#pragma once

#include "host/http/request.hpp"
#include "host/services/texts/texts.hpp"

namespace opsflux::texts {

struct TextQuery {
  std::optional<i18n::Language> language;
  std::string space, q;
  bool changed = false;  // only those with an override
  std::int64_t page = 1, page_size = 50;
  std::string format = "csv";
  char separator = ',';
};

// Errors are Malformed: entity.unknown_parameter, entity.bad_parameter.
Result<TextQuery> list_query(const http::Request& request);
Result<TextQuery> file_query(const http::Request& request);

// Leaves those that are asked for. Each word of `q` must stand in the key or in one of the texts.
std::vector<Text> selected(std::vector<Text> texts, const TextQuery& query);

}  // namespace opsflux::texts
