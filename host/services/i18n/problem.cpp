#include "host/services/i18n/problem.hpp"

namespace opsflux::i18n {
namespace {

std::string_view kind_name(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kInvalid:
      return "invalid";
    case ErrorKind::kMalformed:
      return "malformed";
    case ErrorKind::kUnauthenticated:
      return "unauthenticated";
    case ErrorKind::kForbidden:
      return "forbidden";
    case ErrorKind::kNotFound:
      return "not_found";
    case ErrorKind::kConflict:
      return "conflict";
    case ErrorKind::kPreconditionFailed:
      return "precondition_failed";
    case ErrorKind::kTooLarge:
      return "too_large";
    case ErrorKind::kUnsupported:
      return "unsupported";
    case ErrorKind::kTooMany:
      return "too_many";
    case ErrorKind::kUnavailable:
      return "unavailable";
    case ErrorKind::kTimeout:
      return "timeout";
    case ErrorKind::kCancelled:
      return "cancelled";
    case ErrorKind::kInternal:
      return "internal";
  }
  return "internal";
}

}  // namespace

Language language_of(const http::Request* request) {
  if (request == nullptr) return Language::kEnglish;
  return choose_language(request->caller().language, request->header("accept-language").value_or(""));
}

http::ProblemWriter problem_writer(const Translator& translator) {
  return [&translator](const Error& error, const http::Request* request) {
    const std::shared_ptr<const Catalog> catalog = translator.catalog();
    const Language language = language_of(request);
    return http::problem_json(
        error, request,
        {[&](const Error& e) { return catalog->text(language, "problem." + std::string(kind_name(e.kind))); },
         [&](const Error& e) { return catalog->sentence(language, e); }});
  };
}

}  // namespace opsflux::i18n
