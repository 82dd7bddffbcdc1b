// What a module throws to refuse something, and what a service of the host throws when it cannot do it.
//
//   throw opsflux::FieldError("siret", "siret_checksum", {{"siret", siret}},
//                             "The SIRET " + siret + " is not valid: its check digit does not fit.");
//
// The first argument is the field, the second the reason: the client sees the code "<module>.siret_checksum",
// and the sentence under the key "error.siret_checksum" of the module's i18n files, with {siret} filled in;
// the English sentence stands where there is no translation. Whatever else is thrown (std::exception, or
// anything at all) becomes an internal error that is logged and not shown.
#pragma once

#include <chrono>
#include <cstdint>
#include <exception>
#include <string>
#include <string_view>
#include <utility>

#include "opsflux/abi/types.h"
#include "opsflux/value.hpp"

namespace opsflux {

// The HTTP status that a client gets stands beside each.
enum class Status : std::int32_t {
  kOk = OPF_OK,
  kInvalid = OPF_E_INVALID,                  // 422
  kMalformed = OPF_E_MALFORMED,              // 400
  kUnauthenticated = OPF_E_UNAUTHENTICATED,  // 401
  kForbidden = OPF_E_FORBIDDEN,              // 403
  kNotFound = OPF_E_NOT_FOUND,               // 404
  kConflict = OPF_E_CONFLICT,                // 409
  kPrecondition = OPF_E_PRECONDITION,        // 412
  kTooLarge = OPF_E_TOO_LARGE,               // 413
  kUnsupported = OPF_E_UNSUPPORTED,          // 415
  kTooMany = OPF_E_TOO_MANY,                 // 429
  kUnavailable = OPF_E_UNAVAILABLE,          // 503
  kTimeout = OPF_E_TIMEOUT,                  // 504
  kCancelled = OPF_E_CANCELLED,              // nobody waits for the result any more
  kInternal = OPF_E_INTERNAL,                // 500
  kStale = OPF_E_STALE,                      // a record, ticket or context used after its end
  kState = OPF_E_STATE,                      // not allowed at this moment or on this thread
};

class Error : public std::exception {
 public:
  Error(Status status, std::string reason, std::string message)
      : status_(status), reason_(std::move(reason)), message_(std::move(message)) {}
  Error(Status status, std::string reason, Fields params, std::string message)
      : status_(status),
        reason_(std::move(reason)),
        message_(std::move(message)),
        params_(std::move(params)) {}

  // throw Error(Status::kUnavailable, "registry_down", "…").because("HTTP 502").retry_after(30s);
  Error&& at(std::string field) && { return field_ = std::move(field), std::move(*this); }
  Error&& because(std::string detail) && { return detail_ = std::move(detail), std::move(*this); }
  Error&& retry_after(std::chrono::milliseconds time) && { return retry_after_ = time, std::move(*this); }

  Status status() const { return status_; }
  const std::string& reason() const { return reason_; }    // last part of the code "<module>.<reason>"
  const std::string& message() const { return message_; }  // complete English sentence
  const std::string& field() const { return field_; }      // empty: the whole
  const std::string& detail() const { return detail_; }    // for the log only
  const Fields& params() const { return params_; }         // fill the {name} of the translated sentence
  std::chrono::milliseconds retry_after() const { return retry_after_; }  // 0: unknown
  const char* what() const noexcept override { return message_.c_str(); }

 private:
  Status status_;
  std::string reason_, message_, field_, detail_;
  Fields params_;
  std::chrono::milliseconds retry_after_{0};
};

// A field is wrong; shown at the field.
class FieldError : public Error {
 public:
  FieldError(std::string field, std::string reason, std::string message)
      : FieldError(std::move(field), std::move(reason), {}, std::move(message)) {}
  FieldError(std::string field, std::string reason, Fields params, std::string message)
      : Error(Error(Status::kInvalid, std::move(reason), std::move(params), std::move(message))
                  .at(std::move(field))) {}
};

// A service of the host refused. Left alone on its way out, the host's own code reaches the client.
class HostError : public Error {
 public:
  explicit HostError(Error error) : Error(std::move(error)) {}
};

}  // namespace opsflux
