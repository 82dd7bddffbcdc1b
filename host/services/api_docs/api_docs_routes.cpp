#include "host/services/api_docs/api_docs_routes.hpp"

#include <map>
#include <mutex>
#include <nlohmann/json.hpp>

#include "host/base/text.hpp"
#include "host/services/api_docs/document.hpp"
#include "host/services/api_docs/samples.hpp"
#include "host/services/i18n/problem.hpp"

namespace opsflux::api_docs {
namespace {

constexpr std::size_t kMaxKept = 32;  // descriptions; each is some hundred kilobytes

struct Description {
  Json document;
  std::shared_ptr<const std::string> openapi, postman;
  std::string openapi_tag, postman_tag;
};

class Descriptions {
 public:
  Descriptions(const modules::RegistryHolder& registry, const i18n::Translator& translator)
      : registry_(registry), translator_(translator) {}

  std::shared_ptr<const Description> of(const http::Request& request) {
    const auto registry = registry_.current();
    const auto texts = translator_.catalog();
    const i18n::Language language = i18n::language_of(&request);
    const std::string role = request.caller().rights_key();
    const std::string key = std::to_string(registry->catalog().serial()) + "/" + texts->all(language).tag +
                            "/" + std::string(i18n::language_tag(language)) + "/" + role;
    {
      const std::lock_guard lock(mutex_);
      if (const auto found = kept_.find(key); found != kept_.end()) return found->second;
    }
    auto made = make({registry->catalog(), registry->routes().routes(), *texts, request.caller(), language});
    const std::lock_guard lock(mutex_);
    // Those of earlier registries are never asked for again.
    if (kept_.size() >= kMaxKept || serial_ != registry->catalog().serial()) kept_.clear();
    serial_ = registry->catalog().serial();
    kept_[key] = made;
    return made;
  }

 private:
  static std::shared_ptr<const Description> make(const Reader& reader) {
    auto out = std::make_shared<Description>();
    out->document = describe(reader);
    out->openapi = std::make_shared<const std::string>(to_text(out->document));
    out->postman = std::make_shared<const std::string>(to_text(postman(out->document)));
    out->openapi_tag = sha256_hex(*out->openapi).substr(0, 32);
    out->postman_tag = sha256_hex(*out->postman).substr(0, 32);
    return out;
  }

  const modules::RegistryHolder& registry_;
  const i18n::Translator& translator_;
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<const Description>> kept_;
  std::uint64_t serial_ = 0;
};

http::Response shared_json(const std::shared_ptr<const std::string>& bytes, const std::string& tag) {
  return http::Response::shared(200, bytes, "application/json")
      .header("Cache-Control", "private, no-cache")
      .etag(tag);
}

Result<http::Response> sample_answer(const Description& description, const http::Request& request) {
  const std::string_view language = request.query("lang").value_or("curl");
  if (language != "curl" && language != "javascript" && language != "python")
    return fail(
        Error::malformed("api_docs.no_language", "Samples are in curl, javascript and python.").at("lang"));
  const std::string_view operation = request.param("operation");
  auto found = find_sample(description.document, operation, language);
  if (!found)
    return fail(Error::not_found("api_docs.no_operation",
                                 "There is no operation \"" + std::string(operation) + "\" that you may use.")
                    .with("operation", operation));
  return http::Response::text(200, std::move(*found));
}

}  // namespace

std::vector<http::Route> api_docs_routes(const modules::RegistryHolder& registry,
                                         const i18n::Translator& translator) {
  const auto descriptions = std::make_shared<Descriptions>(registry, translator);
  std::vector<http::Route> out;
  const auto add = [&](const char* path, std::function<void(http::Exchange)> handler) {
    out.push_back(
        {http::Method::kGet, path, http::Access::signed_in(), http::Run::kPooled, {}, std::move(handler)});
  };
  add("/api/v1/openapi.json", [descriptions](http::Exchange exchange) {
    const auto description = descriptions->of(exchange.request());
    exchange.respond(shared_json(description->openapi, description->openapi_tag));
  });
  add("/api/v1/openapi/postman.json", [descriptions](http::Exchange exchange) {
    const auto description = descriptions->of(exchange.request());
    exchange.respond(shared_json(description->postman, description->postman_tag));
  });
  add("/api/v1/openapi/samples/{operation}", [descriptions](http::Exchange exchange) {
    const auto description = descriptions->of(exchange.request());
    auto answer = sample_answer(*description, exchange.request());
    if (!answer) return void(exchange.fail(answer.error()));
    exchange.respond(std::move(*answer));
  });
  return out;
}

}  // namespace opsflux::api_docs
