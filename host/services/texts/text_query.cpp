#include "host/services/texts/text_query.hpp"

#include "host/base/fold.hpp"
#include "host/base/text.hpp"

namespace opsflux::texts {
namespace {

constexpr std::int64_t kMaxPageSize = 500;

Error bad_parameter(std::string_view name, std::string_view value, std::string_view expected) {
  return Error::malformed("entity.bad_parameter",
                          "The parameter " + std::string(name) + " must be " + std::string(expected) + ".")
      .at(name)
      .with("name", name)
      .with("value", value)
      .with("expected", expected);
}

Result<std::int64_t> number(std::string_view name, std::string_view value, std::int64_t max) {
  const auto found = parse_int(value);
  if (!found || *found < 1 || *found > max)
    return fail(bad_parameter(name, value, "a whole number from 1 to " + std::to_string(max)));
  return *found;
}

// False: it is none of those that both take.
Result<bool> take_common(TextQuery& out, const std::string& name, const std::string& value) {
  if (name == "language") {
    out.language = i18n::language_from(value);
    if (!out.language || i18n::language_tag(*out.language) != value)
      return fail(bad_parameter(name, value, "fr, en, es or pt"));
  } else if (name == "namespace") {
    out.space = value;
  } else if (name == "changed") {
    if (value != "true" && value != "false") return fail(bad_parameter(name, value, "true or false"));
    out.changed = value == "true";
  } else {
    return false;
  }
  return true;
}

Error unknown_parameter(std::string_view name, std::string_view known) {
  return Error::malformed("entity.unknown_parameter", "There is no parameter \"" + std::string(name) +
                                                          "\"; there are " + std::string(known) + ".")
      .at(name)
      .with("name", name);
}

bool stands_in(const std::vector<std::string_view>& sought, const Text& text) {
  std::string all = fold(text.id.key) + " " + fold(text.original) + " " + fold(text.english);
  if (text.override) all += " " + fold(text.override->text);
  return std::all_of(sought.begin(), sought.end(),
                     [&](std::string_view word) { return all.find(word) != std::string::npos; });
}

}  // namespace

Result<TextQuery> list_query(const http::Request& request) {
  TextQuery out;
  for (const auto& [name, value] : request.query_all()) {
    TRY_ASSIGN(taken, take_common(out, name, value));
    if (taken) continue;
    if (name == "q") {
      out.q = value;
    } else if (name == "page") {
      TRY_ASSIGN(page, number(name, value, 1'000'000));
      out.page = page;
    } else if (name == "page_size") {
      TRY_ASSIGN(size, number(name, value, kMaxPageSize));
      out.page_size = size;
    } else {
      return fail(unknown_parameter(name, "language, namespace, q, changed, page and page_size"));
    }
  }
  return out;
}

Result<TextQuery> file_query(const http::Request& request) {
  TextQuery out;
  for (const auto& [name, value] : request.query_all()) {
    TRY_ASSIGN(taken, take_common(out, name, value));
    if (taken) continue;
    if (name == "format") {
      if (value != "csv" && value != "json") return fail(bad_parameter(name, value, "csv or json"));
      out.format = value;
    } else if (name == "separator") {
      if (value != "comma" && value != "semicolon" && value != "tab")
        return fail(bad_parameter(name, value, "comma, semicolon or tab"));
      out.separator = value == "comma" ? ',' : value == "semicolon" ? ';' : '\t';
    } else {
      return fail(unknown_parameter(name, "language, namespace, changed, format and separator"));
    }
  }
  return out;
}

std::vector<Text> selected(std::vector<Text> texts, const TextQuery& query) {
  const std::string folded = fold(query.q);
  const auto sought = words(folded);
  std::erase_if(texts, [&](const Text& text) {
    if (query.changed && !text.override) return true;
    if (!query.space.empty() && text.id.space != query.space) return true;
    return !sought.empty() && !stands_in(sought, text);
  });
  return texts;
}

}  // namespace opsflux::texts
