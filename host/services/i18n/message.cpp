#include "host/services/i18n/message.hpp"

#include <optional>
#include <vector>

#include "host/base/text.hpp"

namespace opsflux::i18n {
namespace {

// The place of the brace that closes the one at `open`; npos when there is none.
std::size_t closing_brace(std::string_view text, std::size_t open) {
  int depth = 0;
  for (std::size_t i = open; i < text.size(); ++i) {
    if (text[i] == '{') ++depth;
    if (text[i] == '}' && --depth == 0) return i;
  }
  return std::string_view::npos;
}

struct Choice {
  std::string_view category;
  std::string_view text;
};
struct Placeholder {
  std::string_view name;
  bool plural = false;
  std::vector<Choice> choices;
};

bool is_parameter_name(std::string_view name) {
  return !name.empty() &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string_view::npos;
}

std::optional<std::vector<Choice>> parse_choices(std::string_view text) {
  std::vector<Choice> out;
  for (text = trim(text); !text.empty(); text = trim(text)) {
    const auto open = text.find('{');
    if (open == std::string_view::npos) return std::nullopt;
    const auto close = closing_brace(text, open);
    if (close == std::string_view::npos) return std::nullopt;
    const std::string_view category = trim(text.substr(0, open));
    if (category != "one" && category != "many" && category != "other") return std::nullopt;
    out.push_back({category, text.substr(open + 1, close - open - 1)});
    text.remove_prefix(close + 1);
  }
  return out;
}

// `inside` is what stands between the braces.
std::optional<Placeholder> parse_placeholder(std::string_view inside) {
  Placeholder out;
  const auto comma = inside.find(',');
  out.name = trim(inside.substr(0, comma));
  if (!is_parameter_name(out.name)) return std::nullopt;
  if (comma == std::string_view::npos) return out;
  const std::string_view rest = inside.substr(comma + 1);
  const auto second = rest.find(',');
  if (second == std::string_view::npos || trim(rest.substr(0, second)) != "plural") return std::nullopt;
  auto choices = parse_choices(rest.substr(second + 1));
  if (!choices) return std::nullopt;
  out.plural = true;
  out.choices = std::move(*choices);
  return out;
}

const Choice* find_choice(const Placeholder& placeholder, std::string_view category) {
  for (const Choice& choice : placeholder.choices)
    if (choice.category == category) return &choice;
  return nullptr;
}

const std::string* find_param(Params params, std::string_view name) {
  for (const auto& [key, value] : params)
    if (key == name) return &value;
  return nullptr;
}

class Renderer {
 public:
  Renderer(Language language, Params params) : language_(language), params_(params) {}

  void append(std::string& out, std::string_view text, const std::string* number) const {
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '#' && number != nullptr) {
        out += *number;
      } else if (text[i] == '{') {
        const auto close = closing_brace(text, i);
        if (close == std::string_view::npos) {
          out += text.substr(i);
          return;
        }
        append_placeholder(out, text.substr(i, close - i + 1));
        i = close;
      } else {
        out += text[i];
      }
    }
  }

 private:
  void append_placeholder(std::string& out, std::string_view with_braces) const {
    const auto placeholder = parse_placeholder(with_braces.substr(1, with_braces.size() - 2));
    const std::string* value = placeholder ? find_param(params_, placeholder->name) : nullptr;
    if (value == nullptr) {
      out += with_braces;
    } else if (!placeholder->plural) {
      out += *value;
    } else {
      const auto count = parse_int(*value);
      const std::string number = count ? group_digits(*count, language_) : *value;
      const Choice* choice = count ? find_choice(*placeholder, plural_category(language_, *count)) : nullptr;
      if (choice == nullptr) choice = find_choice(*placeholder, "other");
      if (choice != nullptr) append(out, choice->text, &number);
    }
  }

  const Language language_;
  const Params params_;
};

Unexpected malformed(std::string_view what, std::string_view part) {
  return fail(Error::invalid("i18n.malformed", "The text cannot be used: " + std::string(what) + " at \"" +
                                                   std::string(part) + "\".")
                  .with("part", part));
}

}  // namespace

Result<void> check_message(std::string_view message) {
  for (std::size_t i = 0; i < message.size(); ++i) {
    if (message[i] == '}')
      return malformed("there is a closing brace without an opening one", message.substr(i, 20));
    if (message[i] != '{') continue;
    const auto close = closing_brace(message, i);
    if (close == std::string_view::npos) return malformed("a brace is not closed", message.substr(i, 20));
    const auto placeholder = parse_placeholder(message.substr(i + 1, close - i - 1));
    if (!placeholder)
      return malformed("neither a placeholder nor a plural stands in the braces",
                       message.substr(i, close - i + 1));
    if (placeholder->plural && find_choice(*placeholder, "other") == nullptr)
      return malformed("the plural has no \"other\"", message.substr(i, close - i + 1));
    for (const Choice& choice : placeholder->choices) TRY(check_message(choice.text));
    i = close;
  }
  return {};
}

Variables variables_of(std::string_view message) {
  Variables out;
  for (std::size_t i = 0; i < message.size(); ++i) {
    const auto close = message[i] == '{' ? closing_brace(message, i) : std::string_view::npos;
    if (close == std::string_view::npos) continue;
    if (const auto placeholder = parse_placeholder(message.substr(i + 1, close - i - 1))) {
      auto& categories = out[std::string(placeholder->name)];
      for (const Choice& choice : placeholder->choices) {
        categories.emplace(choice.category);
        for (auto& [name, inner] : variables_of(choice.text)) out[name].merge(inner);
      }
    }
    i = close;
  }
  return out;
}

std::string render(std::string_view message, Language language, Params params) {
  std::string out;
  out.reserve(message.size() + 32);
  Renderer(language, params).append(out, message, nullptr);
  return out;
}

std::string group_digits(std::int64_t number, Language language) {
  const std::string digits = std::to_string(number);
  const std::size_t sign = digits.starts_with('-') ? 1 : 0;
  const std::string_view separator = language == Language::kFrench    ? "\u202f"
                                     : language == Language::kEnglish ? ","
                                                                      : ".";
  std::string out;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > sign && (digits.size() - i) % 3 == 0) out += separator;
    out += digits[i];
  }
  return out;
}

}  // namespace opsflux::i18n
