#include "host/base/error.hpp"

namespace opsflux {

Error Error::make(ErrorKind kind, std::string_view code, std::string_view message) {
  Error error;
  error.kind = kind;
  error.code = code;
  error.message = message;
  return error;
}

int http_status(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kInvalid:
      return 422;
    case ErrorKind::kMalformed:
      return 400;
    case ErrorKind::kUnauthenticated:
      return 401;
    case ErrorKind::kForbidden:
      return 403;
    case ErrorKind::kNotFound:
      return 404;
    case ErrorKind::kConflict:
      return 409;
    case ErrorKind::kPreconditionFailed:
      return 412;
    case ErrorKind::kTooLarge:
      return 413;
    case ErrorKind::kUnsupported:
      return 415;
    case ErrorKind::kTooMany:
      return 429;
    case ErrorKind::kUnavailable:
      return 503;
    case ErrorKind::kTimeout:
      return 504;
    case ErrorKind::kCancelled:
      return 499;
    case ErrorKind::kInternal:
      return 500;
  }
  return 500;
}

std::string describe(const Error& error) {
  std::string out = error.code;
  if (!error.field.empty()) out += " at " + error.field;
  out += ": " + error.message;
  if (!error.detail.empty()) out += " (" + error.detail + ")";
  for (const Error& cause : error.causes) out += "\n  " + describe(cause);
  return out;
}

}  // namespace opsflux
