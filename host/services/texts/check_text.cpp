#include "host/services/texts/check_text.hpp"

#include "host/base/text.hpp"
#include "host/services/i18n/message.hpp"

namespace opsflux::texts {
namespace {

using i18n::Variables;

// Line ends and tabs apart, what no screen shows.
bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\n' && c != '\t') || byte == 0x7f;
  });
}

Result<void> check_plain(std::string_view text) {
  if (trim(text).empty())
    return fail(
        Error::invalid("text.empty", "The text is empty. Reset it to see the original again.").at("text"));
  if (!is_utf8(text) || has_control(text))
    return fail(
        Error::invalid("text.control", "The text has control characters, which no screen shows.").at("text"));
  if (utf8_length(text) > kMaxTextLength)
    return fail(Error::invalid("text.too_long",
                               "The text is longer than " + std::to_string(kMaxTextLength) + " characters.")
                    .at("text")
                    .with("limit", std::to_string(kMaxTextLength)));
  return {};
}

class Comparison {
 public:
  Comparison(const Variables& wanted, const Variables& given, bool free_count)
      : wanted_(wanted), given_(given), free_count_(free_count) {}

  Result<void> run() const {
    TRY(check_names());
    for (const auto& [name, categories] : wanted_)
      if (const auto found = given_.find(name); found != given_.end())
        TRY(check_forms(name, categories, found->second));
    return {};
  }

 private:
  std::string only_in(const Variables& these, const Variables& others) const {
    std::vector<std::string> names;
    for (const auto& [name, unused] : these)
      if (!others.contains(name) && !(free_count_ && name == "count")) names.push_back("{" + name + "}");
    return join(names, ", ");
  }

  Result<void> check_names() const {
    const std::string missing = only_in(wanted_, given_), unknown = only_in(given_, wanted_);
    if (missing.empty() && unknown.empty()) return {};
    if (unknown.empty())
      return fail(Error::invalid("text.lacks_variables", "The text lacks " + missing + ".")
                      .at("text")
                      .with("missing", missing));
    if (missing.empty())
      return fail(Error::invalid("text.unknown_variables",
                                 "The text has " + unknown + ", for which there is no value.")
                      .at("text")
                      .with("unknown", unknown));
    return fail(Error::invalid(
                    "text.other_variables",
                    "The text has " + unknown + ", for which there is no value, and lacks " + missing + ".")
                    .at("text")
                    .with("unknown", unknown)
                    .with("missing", missing));
  }

  static Result<void> check_forms(const std::string& name, const std::set<std::string>& wanted,
                                  const std::set<std::string>& given) {
    if (wanted.empty() && !given.empty())
      return fail(Error::invalid("text.no_plural", "{" + name + "} is not a number here and has no plural.")
                      .at("text")
                      .with("variable", "{" + name + "}"));
    std::vector<std::string> missing;
    std::set_difference(wanted.begin(), wanted.end(), given.begin(), given.end(),
                        std::back_inserter(missing));
    if (missing.empty()) return {};
    const std::string forms = join(missing, ", ");
    return fail(Error::invalid("text.lacks_forms", "The plural of {" + name + "} lacks: " + forms +
                                                       ". Write {" + name + ", plural, one{…} other{…}}.")
                    .at("text")
                    .with("variable", "{" + name + "}")
                    .with("forms", forms));
  }

  const Variables& wanted_;
  const Variables& given_;
  const bool free_count_;
};

}  // namespace

Result<void> check_text(std::string_view space, std::string_view key, std::string_view original,
                        std::string_view text) {
  TRY(check_plain(text));
  if (auto checked = i18n::check_message(text); !checked) return fail(std::move(checked.error()).at("text"));
  const bool free_count = space == kWeb && (key.ends_with("_one") || key.ends_with("_other"));
  const Variables wanted = i18n::variables_of(original), given = i18n::variables_of(text);
  return Comparison(wanted, given, free_count).run();
}

}  // namespace opsflux::texts
