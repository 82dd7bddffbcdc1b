#include "host/services/preferences/preference_names.hpp"

#include <nlohmann/json.hpp>

#include "host/base/text.hpp"
#include "host/services/preferences/preferences.hpp"

namespace opsflux::preferences {
namespace {

struct Known {
  std::string_view name, values;  // "a|b"
};

constexpr Known kKnown[] = {
    {"theme", "auto|light|dark"},  {"density", "comfortable|compact|dense|glove"},
    {"language", "fr|en|es|pt"},   {"date_format", "auto|day_month_year|month_day_year|year_month_day"},
    {"time_format", "auto|24|12"}, {"sidebar", "open|folded"},
    {"shortcuts", "on|off"},       {"notifications", "all|account"},
};
constexpr std::size_t kMaxName = 150;

Error bad_value(std::string_view name, std::string_view wanted) {
  return Error::invalid("preference.bad_value",
                        "The preference \"" + std::string(name) + "\" must be " + std::string(wanted) + ".")
      .at(name)
      .with("name", name)
      .with("wanted", wanted);
}

bool is_part(std::string_view part) {
  return !part.empty() && std::all_of(part.begin(), part.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

// "web.columns.tiers.company", "module.fleet.map".
bool is_free(std::string_view name) {
  if (name.size() > kMaxName) return false;
  const auto parts = split(name, '.');
  const std::size_t least = parts[0] == "web" ? 2 : parts[0] == "module" ? 3 : SIZE_MAX;
  return parts.size() >= least && std::all_of(parts.begin(), parts.end(), is_part);
}

}  // namespace

Result<void> check_preference(std::string_view name, const Json& value) {
  const std::string* text = value.is_string() ? &value.get_ref<const std::string&>() : nullptr;
  for (const Known& known : kKnown) {
    if (known.name != name) continue;
    const auto choices = split(known.values, '|');
    if (value.is_null()) return {};
    if (text != nullptr && std::find(choices.begin(), choices.end(), *text) != choices.end()) return {};
    std::string wanted;
    for (const std::string_view choice : choices)
      wanted += (wanted.empty() ? "" : ", ") + std::string(choice);
    return fail(bad_value(name, wanted));
  }
  if (!is_free(name))
    return fail(Error::invalid("preference.unknown", "There is no preference \"" + std::string(name) + "\".")
                    .at(name)
                    .with("name", name));
  if (to_text(value).size() > kMaxBytes) return fail(bad_value(name, "JSON, 16 KiB"));
  return {};
}

}  // namespace opsflux::preferences
