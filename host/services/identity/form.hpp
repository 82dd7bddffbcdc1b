// The body of a request as a flat object of texts: what identity's routes take.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/json.hpp"
#include "host/http/request.hpp"

namespace opsflux::identity {

// Collects all that is wrong, so that a form is corrected in one go.
class Form {
 public:
  // Refuses a body that is not a JSON object (kMalformed) or has other names than `known`.
  static Result<Form> read(const http::Request& request, std::initializer_list<std::string_view> known,
                           std::initializer_list<std::string_view> flags = {});

  // Missing or empty: noted as "identity.field_missing"; not a text: "identity.field_not_text".
  std::string required(std::string_view name);
  std::optional<std::string> optional(std::string_view name);
  // True or false; false when it is not given. Names for which it is called must be in `flags` of read().
  bool flag(std::string_view name) const;
  // Notes an error found by the caller.
  void note(Error error) { errors_.push_back(std::move(error)); }
  template <class T>
  void note(const Result<T>& result) {
    if (!result) errors_.push_back(result.error());
  }
  // The one error, or "identity.form_wrong" with all of them as causes.
  Result<void> verdict();

 private:
  std::vector<std::pair<std::string, std::string>> texts_;
  std::vector<std::string> set_flags_;
  std::vector<Error> errors_;
};

inline constexpr std::string_view kLanguageNames[] = {"fr", "en", "es", "pt"};
inline constexpr std::string_view kThemes[] = {"auto", "light", "dark"};
inline constexpr std::string_view kDensities[] = {"comfortable", "compact", "dense", "glove"};

Result<void> check_name(std::string_view name);       // 1 to 120 characters
Result<void> check_time_zone(std::string_view zone);  // one that this machine knows, or empty
Result<void> check_choice(std::string_view field, std::string_view value,
                          std::span<const std::string_view> choices);

}  // namespace opsflux::identity
