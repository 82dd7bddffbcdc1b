// The one error type of the host, and Result<T>, in which every expected failure travels.
//
// One Error becomes problem+json for a client, a log record, a message on a screen and a Lua error.
// `code` is stable and is the translation key "errors.<code>"; `message` is the complete English
// sentence used where no translation exists; `detail` is technical and never leaves the server.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>
#include <vector>

namespace opsflux {

enum class ErrorKind : std::uint8_t {
  kInvalid,             // 422: the input is understood and wrong
  kMalformed,           // 400: the input cannot be understood
  kUnauthenticated,     // 401
  kForbidden,           // 403
  kNotFound,            // 404
  kConflict,            // 409: clashes with what exists
  kPreconditionFailed,  // 412: If-Match names another version
  kTooLarge,            // 413
  kUnsupported,         // 415
  kTooMany,             // 429
  kUnavailable,         // 503
  kTimeout,             // 504
  kCancelled,           // 499: nobody waits for the answer any more
  kInternal,            // 500
};

struct Error {
  ErrorKind kind = ErrorKind::kInternal;
  std::string code;                                         // "entity.unknown_field"
  std::string message;                                      // "There is no field \"colour\" in company."
  std::vector<std::pair<std::string, std::string>> params;  // values for the translated sentence
  std::string field;   // the input's field, file or JSON pointer that is wrong; empty: the whole
  std::string detail;  // for the log only
  std::int64_t retry_after_ms = 0;
  std::string current;        // of a version conflict: the stored record as JSON, for the client to compare
  std::vector<Error> causes;  // the single errors of a validation that found several

  // Builders, so that an error is one expression: Error::invalid("a.b", "...").at("siret").with("n", "3").
  Error&& at(std::string_view where) && {
    field = where;
    return std::move(*this);
  }
  Error&& with(std::string_view key, std::string_view value) && {
    params.emplace_back(key, value);
    return std::move(*this);
  }
  Error&& because(std::string_view technical) && {
    detail = technical;
    return std::move(*this);
  }
  Error&& retry_after(std::int64_t ms) && {
    retry_after_ms = ms;
    return std::move(*this);
  }

  static Error make(ErrorKind kind, std::string_view code, std::string_view message);
  static Error invalid(std::string_view code, std::string_view message) {
    return make(ErrorKind::kInvalid, code, message);
  }
  static Error malformed(std::string_view code, std::string_view message) {
    return make(ErrorKind::kMalformed, code, message);
  }
  static Error unauthenticated(std::string_view code, std::string_view message) {
    return make(ErrorKind::kUnauthenticated, code, message);
  }
  static Error forbidden(std::string_view code, std::string_view message) {
    return make(ErrorKind::kForbidden, code, message);
  }
  static Error not_found(std::string_view code, std::string_view message) {
    return make(ErrorKind::kNotFound, code, message);
  }
  static Error conflict(std::string_view code, std::string_view message) {
    return make(ErrorKind::kConflict, code, message);
  }
  static Error too_large(std::string_view code, std::string_view message) {
    return make(ErrorKind::kTooLarge, code, message);
  }
  static Error unavailable(std::string_view code, std::string_view message) {
    return make(ErrorKind::kUnavailable, code, message);
  }
  static Error internal(std::string_view code, std::string_view message) {
    return make(ErrorKind::kInternal, code, message);
  }
};

// The HTTP status of a kind; fixed, so that clients may rely on it.
int http_status(ErrorKind kind);

// "kind code field: message (detail)", for logs and the command line.
std::string describe(const Error& error);

template <class T = void>
using Result = tl::expected<T, Error>;

using Unexpected = tl::unexpected<Error>;

inline Unexpected fail(Error error) { return Unexpected(std::move(error)); }

}  // namespace opsflux

// TRY(expr): returns expr's error from the enclosing function, else goes on.
// TRY_ASSIGN(name, expr): the same, and declares `name` as the value.
#define OPSFLUX_CONCAT_(a, b) a##b
#define OPSFLUX_CONCAT(a, b) OPSFLUX_CONCAT_(a, b)
#define TRY(expr)                                                   \
  do {                                                              \
    if (auto try_result_ = (expr); !try_result_)                    \
      return ::opsflux::Unexpected(std::move(try_result_).error()); \
  } while (false)
#define TRY_ASSIGN(name, expr)                                                             \
  auto OPSFLUX_CONCAT(try_value_, __LINE__) = (expr);                                      \
  if (!OPSFLUX_CONCAT(try_value_, __LINE__))                                               \
    return ::opsflux::Unexpected(std::move(OPSFLUX_CONCAT(try_value_, __LINE__)).error()); \
  auto name = std::move(*OPSFLUX_CONCAT(try_value_, __LINE__))
