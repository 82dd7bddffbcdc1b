#include "host/base/text.hpp"
#include "host/tabular/interpret.hpp"

namespace opsflux::tabular {
namespace {

constexpr std::string_view kNoBreak = "\xC2\xA0", kNarrow = "\xE2\x80\xAF", kThin = "\xE2\x80\x89";
constexpr std::string_view kMinus = "\xE2\x88\x92", kApostrophe = "\xE2\x80\x99";

void replace_all(std::string& text, std::string_view what, std::string_view by) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size()))
    text.replace(at, what.size(), by);
}

// ASCII in place of the typographic characters.
std::string plain(std::string_view given) {
  std::string text(given);
  for (const std::string_view space : {kNoBreak, kNarrow, kThin}) replace_all(text, space, " ");
  replace_all(text, kMinus, "-");
  replace_all(text, kApostrophe, "'");
  return std::string(trim(text));
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// "1 234 567" without its separators; nullopt unless all are alike and leave groups of three.
std::optional<std::string> ungroup(std::string_view whole, char other_mark) {
  const auto first = std::find_if_not(whole.begin(), whole.end(), is_digit);
  if (first == whole.end()) return std::string(whole);
  const char separator = *first;
  if (separator != ' ' && separator != '\'' && separator != other_mark) return std::nullopt;
  std::string out;
  const auto groups = split(whole, separator);
  for (std::size_t i = 0; i < groups.size(); ++i) {
    const std::string_view group = groups[i];
    const bool size_fits = i == 0 ? !group.empty() && group.size() <= 3 : group.size() == 3;
    if (!size_fits || !std::all_of(group.begin(), group.end(), is_digit)) return std::nullopt;
    out += group;
  }
  return out;
}

}  // namespace

Result<Number> interpret_number(std::string_view given, DecimalMark mark) {
  const auto wrong = [&] {
    const std::string shown(given.substr(0, 80));
    return fail(
        Error::invalid("table.not_a_number", "\"" + shown + "\" is not a number.").with("value", shown));
  };
  const char decimal = mark == DecimalMark::kPoint ? '.' : ',';
  const char other = mark == DecimalMark::kPoint ? ',' : '.';
  std::string text = plain(given);
  std::string sign;
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) {
    sign = text[0] == '-' ? "-" : "";
    text = std::string(trim(std::string_view(text).substr(1)));
  }
  const auto e = text.find_first_of("eE");
  const std::string exponent = e == std::string::npos ? "" : text.substr(e);
  const std::string_view mantissa = std::string_view(text).substr(0, e);
  const auto at = mantissa.find(decimal);
  const auto whole = ungroup(mantissa.substr(0, at), other);
  if (!whole || mantissa.empty()) return wrong();
  const std::string part = at == std::string_view::npos ? "" : "." + std::string(mantissa.substr(at + 1));
  auto digits = exact_decimal(sign + *whole + part + exponent);
  if (!digits) return wrong();
  return Number{std::move(*digits)};
}

void NumberColumn::add(std::string_view text) {
  if (plain(text).empty()) return;
  const auto point = interpret_number(text, DecimalMark::kPoint),
             comma = interpret_number(text, DecimalMark::kComma);
  if (!point && !comma) {
    if (misfit_.empty()) misfit_ = text;
    return;
  }
  any_ = true;
  point_fits_ = point_fits_ && point;
  comma_fits_ = comma_fits_ && comma;
  differ_ = differ_ || (point && comma && *point != *comma);
}

Reading NumberColumn::reading() const {
  if (!any_ || !misfit_.empty()) return Reading::kNone;
  if (!point_fits_ && !comma_fits_) return Reading::kMixed;
  return point_fits_ && comma_fits_ && differ_ ? Reading::kAmbiguous : Reading::kCertain;
}

DecimalMark NumberColumn::mark() const { return point_fits_ ? DecimalMark::kPoint : DecimalMark::kComma; }

}  // namespace opsflux::tabular
