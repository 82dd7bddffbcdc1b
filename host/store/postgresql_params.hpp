// Internal: what goes to libpq and what comes from it.
#pragma once

#include <libpq-fe.h>

#include <array>
#include <charconv>
#include <memory>
#include <string>
#include <vector>

#include "host/store/row.hpp"

namespace opsflux::store {

struct ClearResult {
  void operator()(PGresult* result) const { PQclear(result); }
};
using PgResult = std::unique_ptr<PGresult, ClearResult>;

// Parameters in PostgreSQL's text form. libpq wants each to end in NUL, which views do not: they are copied
// into one buffer.
class TextParams {
 public:
  explicit TextParams(Params params) {
    starts_.reserve(params.size());
    for (const Value& value : params) add(value);
    pointers_.reserve(starts_.size());
    for (const std::size_t start : starts_)
      pointers_.push_back(start == kIsNull ? nullptr : buffer_.data() + start);
  }
  int count() const { return static_cast<int>(pointers_.size()); }
  const char* const* data() const { return pointers_.data(); }

 private:
  static constexpr std::size_t kIsNull = static_cast<std::size_t>(-1);

  void add(const Value& value) {
    if (std::holds_alternative<std::monostate>(value)) return starts_.push_back(kIsNull);
    starts_.push_back(buffer_.size());
    std::array<char, 40> digits;
    if (const auto* boolean = std::get_if<bool>(&value)) {
      buffer_ += *boolean ? 't' : 'f';
    } else if (const auto* integer = std::get_if<std::int64_t>(&value)) {
      buffer_.append(digits.data(),
                     std::to_chars(digits.data(), digits.data() + digits.size(), *integer).ptr);
    } else if (const auto* real = std::get_if<double>(&value)) {
      buffer_.append(digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), *real).ptr);
    } else {
      buffer_ += std::get<std::string_view>(value);
    }
    buffer_ += '\0';
  }

  std::string buffer_;
  std::vector<std::size_t> starts_;
  std::vector<const char*> pointers_;
};

}  // namespace opsflux::store
