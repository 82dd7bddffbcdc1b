#include "host/services/identity/form.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "host/base/text.hpp"
#include "host/base/time_zone.hpp"

namespace opsflux::identity {
namespace {

constexpr std::size_t kMaxName = 120;

}  // namespace

Result<Form> Form::read(const http::Request& request, std::initializer_list<std::string_view> known,
                        std::initializer_list<std::string_view> flags) {
  TRY_ASSIGN(body, http::json_body(request));
  if (!body.is_object())
    return fail(Error::malformed("identity.not_object", "The body must be a JSON object."));
  Form form;
  for (const auto& [name, value] : body.items()) {
    if (std::find(flags.begin(), flags.end(), name) != flags.end()) {
      if (value == true) form.set_flags_.push_back(name);
      if (!value.is_boolean() && !value.is_null())
        form.note(
            Error::invalid("identity.field_not_flag", "The field \"" + name + "\" must be true or false.")
                .at(name)
                .with("name", name));
    } else if (std::find(known.begin(), known.end(), name) == known.end()) {
      form.note(Error::invalid("identity.field_unknown", "There is no field \"" + name + "\" here.")
                    .at(name)
                    .with("name", name));
    } else if (value.is_string()) {
      const std::string& text = value.get_ref<const std::string&>();
      if (has_nul(text))
        form.note(Error::invalid("identity.field_not_text", "The field \"" + name + "\" must be a text.")
                      .at(name)
                      .with("name", name));
      else
        form.texts_.emplace_back(name, text);
    } else if (!value.is_null()) {
      form.note(Error::invalid("identity.field_not_text", "The field \"" + name + "\" must be a text.")
                    .at(name)
                    .with("name", name));
    }
  }
  return form;
}

std::optional<std::string> Form::optional(std::string_view name) {
  for (const auto& [key, text] : texts_)
    if (key == name) return text;
  return std::nullopt;
}

bool Form::flag(std::string_view name) const {
  return std::find(set_flags_.begin(), set_flags_.end(), name) != set_flags_.end();
}

std::string Form::required(std::string_view name) {
  auto text = optional(name);
  if (text && !text->empty()) return std::move(*text);
  const bool noted =
      std::any_of(errors_.begin(), errors_.end(), [&](const Error& error) { return error.field == name; });
  if (!noted)
    note(Error::invalid("identity.field_missing", "The field \"" + std::string(name) + "\" is missing.")
             .at(name)
             .with("name", name));
  return {};
}

Result<void> Form::verdict() {
  if (errors_.empty()) return {};
  if (errors_.size() == 1) return fail(std::move(errors_.front()));
  Error error =
      Error::invalid("identity.form_wrong", std::to_string(errors_.size()) + " fields cannot be accepted.")
          .with("count", std::to_string(errors_.size()));
  error.causes = std::move(errors_);
  return fail(std::move(error));
}

Result<void> check_name(std::string_view name) {
  if (trim(name).empty())
    return fail(Error::invalid("identity.field_missing", "The field \"name\" is missing.")
                    .at("name")
                    .with("name", "name"));
  if (utf8_length(name) > kMaxName)
    return fail(Error::invalid("identity.name_long",
                               "The name has more than " + std::to_string(kMaxName) + " characters.")
                    .at("name")
                    .with("max", std::to_string(kMaxName)));
  return {};
}

Result<void> check_time_zone(std::string_view zone) {
  if (zone.empty() || is_time_zone(zone)) return {};
  return fail(Error::invalid("identity.time_zone", "\"" + std::string(zone) +
                                                       "\" is no time zone. A name such as "
                                                       "Africa/Libreville or UTC is expected.")
                  .at("time_zone")
                  .with("zone", zone));
}

Result<void> check_choice(std::string_view field, std::string_view value,
                          std::span<const std::string_view> choices) {
  if (std::find(choices.begin(), choices.end(), value) != choices.end()) return {};
  std::string list;
  for (const std::string_view choice : choices) list += (list.empty() ? "" : ", ") + std::string(choice);
  return fail(
      Error::invalid("identity.choice_unknown", "\"" + std::string(value) + "\" is not one of " + list + ".")
          .at(field)
          .with("value", value)
          .with("choices", list));
}

}  // namespace opsflux::identity
