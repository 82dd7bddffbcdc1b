#include "host/services/i18n/problem.hpp"

#include "host/base/json_writer.hpp"

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

class Writer {
 public:
  Writer(const Catalog& catalog, Language language) : catalog_(catalog), language_(language), json_(out_) {}

  std::string write(const Error& error, const http::Request* request) {
    json_.begin_object();
    json_.key("type").string("urn:opsflux:error:" + error.code);
    json_.key("title").string(catalog_.text(language_, "problem." + std::string(kind_name(error.kind))));
    json_.key("status").number(static_cast<std::int64_t>(http::problem_status(error)));
    members(error);
    if (!error.causes.empty()) {
      json_.key("errors").begin_array();
      for (const Error& cause : error.causes) {
        json_.begin_object();
        members(cause);
        json_.end_object();
      }
      json_.end_array();
    }
    if (!error.current.empty()) json_.key("current").raw(error.current);
    if (request != nullptr) json_.key("trace_id").string(request->trace_id());
    json_.end_object();
    return std::move(out_);
  }

 private:
  void members(const Error& error) {
    json_.key("detail").string(catalog_.sentence(language_, error));
    json_.key("code").string(error.code);
    if (!error.field.empty()) json_.key("field").string(error.field);
    if (error.params.empty()) return;
    json_.key("params").begin_object();
    for (const auto& [key, value] : error.params) json_.key(key).string(value);
    json_.end_object();
  }

  const Catalog& catalog_;
  const Language language_;
  std::string out_;
  JsonWriter json_;
};

}  // namespace

Language language_of(const http::Request* request) {
  if (request == nullptr) return Language::kEnglish;
  return choose_language(request->caller().language, request->header("accept-language").value_or(""));
}

http::ProblemWriter problem_writer(const Translator& translator) {
  return [&translator](const Error& error, const http::Request* request) {
    const std::shared_ptr<const Catalog> catalog = translator.catalog();
    return Writer(*catalog, language_of(request)).write(error, request);
  };
}

}  // namespace opsflux::i18n
