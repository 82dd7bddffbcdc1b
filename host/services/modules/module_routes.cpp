#include "host/services/modules/module_routes.hpp"

#include <nlohmann/json.hpp>

#include "host/services/i18n/problem.hpp"
#include "host/services/modules/present.hpp"

namespace opsflux::module_admin {
namespace {

using modules::Installer;
using modules::Operation;

class Handlers {
 public:
  Handlers(Installer& installer, const i18n::Translator& translator) : installer_(installer), translator_(translator) {}

  Result<http::Response> list(const http::Request& request) const {
    Json data = Json::array();
    const auto registry = installer_.registry().current();
    TRY(installer_.database().read([&](store::Session& session) -> Result<void> {
      data = Json::array();
      TRY_ASSIGN(installed, modules::installed_modules(session));
      for (const auto& module : installed) {
        if (module.state == "removed") continue;
        TRY_ASSIGN(shown, show(session, *registry, module, request));
        data.push_back(std::move(shown));
      }
      return {};
    }));
    return json(200, {{"data", std::move(data)}, {"meta", {{"mapped_bytes", modules::mapped_library_bytes()}}}});
  }

  Result<http::Response> read(const http::Request& request) const {
    Json out;
    const std::string id(request.param("id"));
    const auto registry = installer_.registry().current();
    TRY(installer_.database().read([&](store::Session& session) -> Result<void> {
      TRY_ASSIGN(module, modules::installed_module(session, id));
      if (!module || module->state == "removed") return fail(Error::not_found("module.not_installed", "The module " + id + " is not installed.").with("module", id));
      TRY_ASSIGN(shown, show(session, *registry, *module, request));
      out = std::move(shown);
      TRY_ASSIGN(operations, modules::recent_operations(session, id, 50));
      out["log"] = Json::array();
      for (const Operation& operation : operations) out["log"].push_back(present_operation(operation));
      return {};
    }));
    return json(200, std::move(out));
  }

  Result<http::Response> upload(http::Request& request) const {
    const auto type = request.header("Content-Type");
    if (type && !type->starts_with("application/zip") && !type->starts_with("application/octet-stream"))
      return fail(Error::make(ErrorKind::kUnsupported, "module.not_zip_type", "A module is uploaded as application/zip.").at("Content-Type"));
    if (request.body_size() == 0) return fail(Error::malformed("module.empty_upload", "The request has no body; send the module's ZIP file."));
    TRY_ASSIGN(plan, installer_.receive(request.body_file(), request.caller()));
    return json(201, present_plan(plan, *translator_.catalog(), language(request)));
  }

  Result<http::Response> plan(const http::Request& request) const {
    TRY_ASSIGN(plan, installer_.plan(request.param("digest")));
    return json(200, present_plan(plan, *translator_.catalog(), language(request)));
  }

  Result<http::Response> refuse(const http::Request& request) const {
    TRY(installer_.refuse(request.param("digest"), request.caller()));
    return http::Response::no_content();
  }

  Result<http::Response> approve(const http::Request& request) const {
    std::vector<std::string> accepted;
    if (request.body_size() != 0) {
      TRY_ASSIGN(body, http::json_body(request));
      const Json list = body.is_object() ? body.value("accept", Json::array()) : Json();
      if (!list.is_array()) return fail(Error::invalid("module.bad_accept", "\"accept\" is a list of the high risks that are accepted.").at("accept"));
      for (const Json& item : list)
        if (item.is_string()) accepted.push_back(item.get<std::string>());
    }
    return started(installer_.approve(request.param("digest"), accepted, request.caller()));
  }

  Result<http::Response> activate(const http::Request& request) const { return started(installer_.activate(request.param("id"), request.caller())); }
  Result<http::Response> deactivate(const http::Request& request) const { return started(installer_.deactivate(request.param("id"), request.caller())); }
  Result<http::Response> roll_back(const http::Request& request) const { return started(installer_.roll_back(request.param("id"), request.caller())); }

  Result<http::Response> uninstall(const http::Request& request) const {
    TRY_ASSIGN(body, http::json_body(request));
    const std::string data = body.is_object() ? get_string_or(body, "data", "") : "";
    if (data != "keep" && data != "purge")
      return fail(Error::invalid("module.bad_data_choice", "\"data\" says what becomes of the module's data: keep or purge.").at("data"));
    return started(installer_.uninstall(request.param("id"), data == "purge", request.caller()));
  }

  Result<http::Response> demo(const http::Request& request) const {
    TRY_ASSIGN(count, installer_.load_demo(request.param("id"), request.caller()));
    return json(200, {{"records", count}});
  }

  Result<http::Response> operations(const http::Request&) const {
    Json data = Json::array();
    TRY(installer_.database().read([&](store::Session& session) -> Result<void> {
      data = Json::array();
      TRY_ASSIGN(found, modules::recent_operations(session, "", 100));
      for (const Operation& operation : found) data.push_back(present_operation(operation));
      return {};
    }));
    return json(200, {{"data", std::move(data)}});
  }

  Result<http::Response> operation(const http::Request& request) const {
    std::optional<Operation> found;
    TRY(installer_.database().read([&](store::Session& session) -> Result<void> {
      TRY_ASSIGN(operation, modules::find_operation(session, request.param("id")));
      found = std::move(operation);
      return {};
    }));
    if (!found) return fail(Error::not_found("module.no_operation", "There is no such operation."));
    return json(200, present_operation(*found));
  }

 private:
  static http::Response json(int status, Json document) { return http::Response::json(status, to_text(document)); }
  static i18n::Language language(const http::Request& request) { return i18n::language_of(&request); }

  static Result<http::Response> started(Result<Operation> operation) {
    if (!operation) return fail(std::move(operation.error()));
    return json(202, present_operation(*operation)).header("Location", "/api/v1/modules/operations/" + operation->id);
  }

  Result<Json> show(store::Session& session, const modules::Registry& registry, const modules::InstalledModule& module, const http::Request& request) const {
    TRY_ASSIGN(versions, modules::module_versions(session, module.id));
    Json out = present_module(module, versions, registry.module(module.id), *translator_.catalog(), language(request));
    for (const auto& [id, error] : installer_.failed())
      if (id == module.id && registry.module(id) == nullptr && module.state == "active") out["problem"] = {{"code", error.code}, {"detail", error.message}};
    return out;
  }

  Installer& installer_;
  const i18n::Translator& translator_;
};

}  // namespace

std::vector<http::Route> module_routes(Installer& installer, const i18n::Translator& translator, std::size_t max_upload) {
  using http::Method;
  const auto handlers = std::make_shared<const Handlers>(installer, translator);
  std::vector<http::Route> out;
  const auto add = [&](Method method, const std::string& path, auto handler, http::RouteLimits limits = {}) {
    out.push_back({method, "/api/v1/modules" + path, http::Access::permit(std::string(kPermission)), http::Run::kPooled, limits, [handlers, handler](http::Exchange exchange) {
                     auto answer = ((*handlers).*handler)(exchange.request());
                     if (answer) exchange.respond(std::move(*answer));
                     else exchange.fail(answer.error());
                   }});
  };
  add(Method::kGet, "", &Handlers::list);
  add(Method::kPost, "", &Handlers::upload, {.max_body = max_upload, .body_to_file = true, .deadline = std::chrono::minutes(2)});
  add(Method::kGet, "/plans/{digest}", &Handlers::plan);
  add(Method::kDelete, "/plans/{digest}", &Handlers::refuse);
  add(Method::kPost, "/plans/{digest}/approve", &Handlers::approve);
  add(Method::kGet, "/operations", &Handlers::operations);
  add(Method::kGet, "/operations/{id}", &Handlers::operation);
  add(Method::kGet, "/{id}", &Handlers::read);
  add(Method::kPost, "/{id}/activate", &Handlers::activate);
  add(Method::kPost, "/{id}/deactivate", &Handlers::deactivate);
  add(Method::kPost, "/{id}/rollback", &Handlers::roll_back);
  add(Method::kPost, "/{id}/uninstall", &Handlers::uninstall);
  add(Method::kPost, "/{id}/demo", &Handlers::demo);
  return out;
}

void publish_operation(live::LiveHub& hub, const modules::Operation& operation) {
  if (!hub.anybody()) return;
  hub.publish("operation", to_text(present_operation(operation)), [](const Caller& caller) { return caller.role == "administrator"; });
}

}  // namespace opsflux::module_admin
