#include "host/services/modules/module_routes.hpp"

#include <nlohmann/json.hpp>

#include "host/services/i18n/problem.hpp"
#include "host/services/modules/present.hpp"
#include "host/services/settings/present_settings.hpp"

namespace opsflux::module_admin {
namespace {

using modules::Installer;
using modules::Operation;

std::string topic_of(std::string_view operation_id) { return "operation/" + std::string(operation_id); }

class Handlers {
 public:
  Handlers(Installer& installer, modules::Settings& settings, live::LiveHub& hub,
           const i18n::Translator& translator)
      : installer_(installer), settings_(settings), hub_(hub), translator_(translator) {}

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
    return json(200,
                {{"data", std::move(data)}, {"meta", {{"mapped_bytes", modules::mapped_library_bytes()}}}});
  }

  Result<http::Response> read(const http::Request& request) const {
    Json out;
    const std::string id(request.param("id"));
    const auto registry = installer_.registry().current();
    TRY(installer_.database().read([&](store::Session& session) -> Result<void> {
      TRY_ASSIGN(module, modules::installed_module(session, id));
      if (!module || module->state == "removed")
        return fail(Error::not_found("module.not_installed", "The module " + id + " is not installed.")
                        .with("module", id));
      TRY_ASSIGN(shown, show(session, *registry, *module, request));
      out = std::move(shown);
      TRY_ASSIGN(operations, modules::recent_operations(session, id, 50));
      out["log"] = Json::array();
      for (const Operation& operation : operations)
        out["log"].push_back(present_operation(operation, *translator_.catalog(), language(request)));
      return {};
    }));
    return json(200, std::move(out));
  }

  Result<http::Response> upload(http::Request& request) const {
    const auto type = request.header("Content-Type");
    if (type && !type->starts_with("application/zip") && !type->starts_with("application/octet-stream"))
      return fail(Error::make(ErrorKind::kUnsupported, "module.not_zip_type",
                              "A module is uploaded as application/zip.")
                      .at("Content-Type"));
    if (request.body_size() == 0)
      return fail(
          Error::malformed("module.empty_upload", "The request has no body; send the module's ZIP file."));
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
      if (!list.is_array())
        return fail(
            Error::invalid("module.bad_accept", "\"accept\" is a list of the high risks that are accepted.")
                .at("accept"));
      for (const Json& item : list)
        if (item.is_string()) accepted.push_back(item.get<std::string>());
    }
    return started(installer_.approve(request.param("digest"), accepted, request.caller()), request);
  }

  Result<http::Response> activate(const http::Request& request) const {
    return started(installer_.activate(request.param("id"), request.caller()), request);
  }
  Result<http::Response> deactivate(const http::Request& request) const {
    return started(installer_.deactivate(request.param("id"), request.caller()), request);
  }
  Result<http::Response> roll_back(const http::Request& request) const {
    return started(installer_.roll_back(request.param("id"), request.caller()), request);
  }

  Result<http::Response> uninstall(const http::Request& request) const {
    TRY_ASSIGN(body, http::json_body(request));
    const std::string data = body.is_object() ? get_string_or(body, "data", "") : "";
    if (data != "keep" && data != "purge")
      return fail(Error::invalid("module.bad_data_choice",
                                 "\"data\" says what becomes of the module's data: keep or purge.")
                      .at("data"));
    return started(installer_.uninstall(request.param("id"), data == "purge", request.caller()), request);
  }

  Result<http::Response> demo(const http::Request& request) const {
    TRY_ASSIGN(count, installer_.load_demo(request.param("id"), request.caller()));
    return json(200, {{"records", count}});
  }

  Result<http::Response> settings(const http::Request& request) const {
    TRY_ASSIGN(manifest, active_manifest(request));
    return json(200, settings_service::present_settings(*manifest, settings_, *translator_.catalog(),
                                                        language(request)));
  }

  Result<http::Response> change_settings(const http::Request& request) const {
    TRY_ASSIGN(manifest, active_manifest(request));
    TRY_ASSIGN(body, http::json_body(request));
    TRY(settings_.change(*manifest, body, request.caller()));
    return settings(request);
  }

  Result<http::Response> operations(const http::Request& request) const {
    Json data = Json::array();
    TRY(installer_.database().read([&](store::Session& session) -> Result<void> {
      data = Json::array();
      TRY_ASSIGN(found, modules::recent_operations(session, "", 100));
      for (const Operation& operation : found)
        data.push_back(present_operation(operation, *translator_.catalog(), language(request)));
      return {};
    }));
    return json(200, {{"data", std::move(data)}});
  }

  Result<http::Response> operation(const http::Request& request) const {
    TRY_ASSIGN(found, find(request));
    return json(200, present_operation(found, *translator_.catalog(), language(request)));
  }

  // Its state now, then each change as it happens. The stream ends with the operation.
  void operation_events(http::Exchange exchange) const {
    const http::Request& request = exchange.request();
    if (auto found = find(request); !found) return void(exchange.fail(found.error()));
    // Listening comes before the state is read, so that what changes in between is told and not lost.
    const http::EventStream stream = hub_.listen(exchange, topic_of(request.param("id")));
    const auto now = find(request);
    if (!now) return stream.close();
    stream.send("operation", to_text(present_operation(*now, *translator_.catalog(), language(request))));
    if (now->state != "running") stream.close();
  }

 private:
  Result<Operation> find(const http::Request& request) const {
    std::optional<Operation> found;
    TRY(installer_.database().read([&](store::Session& session) -> Result<void> {
      TRY_ASSIGN(operation, modules::find_operation(session, request.param("id")));
      found = std::move(operation);
      return {};
    }));
    if (!found) return fail(Error::not_found("module.no_operation", "There is no such operation."));
    return std::move(*found);
  }

  static http::Response json(int status, Json document) {
    return http::Response::json(status, to_text(document));
  }
  static i18n::Language language(const http::Request& request) { return i18n::language_of(&request); }

  Result<http::Response> started(Result<Operation> operation, const http::Request& request) const {
    if (!operation) return fail(std::move(operation.error()));
    return json(202, present_operation(*operation, *translator_.catalog(), language(request)))
        .header("Location", "/api/v1/modules/operations/" + operation->id);
  }

  Result<Json> show(store::Session& session, const modules::Registry& registry,
                    const modules::InstalledModule& module, const http::Request& request) const {
    TRY_ASSIGN(versions, modules::module_versions(session, module.id));
    std::optional<modules::ModuleFace> face;
    if (const modules::ActiveModule* active = registry.module(module.id))
      face = modules::ModuleFace{active->manifest, active->translations};
    else if (auto read = installer_.library().face(module.digest))
      face = std::move(*read);
    Json out =
        present_module(module, versions, face ? &*face : nullptr, *translator_.catalog(), language(request));
    for (const auto& [id, error] : installer_.failed())
      if (id == module.id && registry.module(id) == nullptr && module.state == "active")
        out["problem"] = {{"code", error.code},
                          {"detail", translator_.catalog()->sentence(language(request), error)},
                          {"message", error.message}};
    return out;
  }

  // The manifest of an active module; the registry keeps it.
  Result<std::shared_ptr<const package::Manifest>> active_manifest(const http::Request& request) const {
    const std::string id(request.param("id"));
    const auto registry = installer_.registry().current();
    const modules::ActiveModule* module = registry->module(id);
    if (module == nullptr)
      return fail(
          Error::not_found("module.not_active", "The module " + id + " is not active.").with("module", id));
    return module->manifest;
  }

  Installer& installer_;
  modules::Settings& settings_;
  live::LiveHub& hub_;
  const i18n::Translator& translator_;
};

}  // namespace

std::vector<http::Route> module_routes(Installer& installer, modules::Settings& settings, live::LiveHub& hub,
                                       const i18n::Translator& translator, std::size_t max_upload) {
  using http::Method;
  const auto handlers = std::make_shared<const Handlers>(installer, settings, hub, translator);
  std::vector<http::Route> out;
  const auto add = [&](Method method, const std::string& path, auto handler, http::RouteLimits limits = {}) {
    const bool dangerous =
        path.ends_with("/approve") || path.ends_with("/rollback") || path.ends_with("/uninstall");
    http::Access access = http::Access::permit(std::string(kPermission));
    access.confirmed = dangerous;
    out.push_back({method, "/api/v1/modules" + path, std::move(access), http::Run::kPooled, limits,
                   [handlers, handler](http::Exchange exchange) {
                     auto answer = ((*handlers).*handler)(exchange.request());
                     if (answer)
                       exchange.respond(std::move(*answer));
                     else
                       exchange.fail(answer.error());
                   }});
  };
  add(Method::kGet, "", &Handlers::list);
  add(Method::kPost, "", &Handlers::upload,
      {.max_body = max_upload, .body_to_file = true, .deadline = std::chrono::minutes(2)});
  add(Method::kGet, "/plans/{digest}", &Handlers::plan);
  add(Method::kDelete, "/plans/{digest}", &Handlers::refuse);
  add(Method::kPost, "/plans/{digest}/approve", &Handlers::approve);
  add(Method::kGet, "/operations", &Handlers::operations);
  add(Method::kGet, "/operations/{id}", &Handlers::operation);
  out.push_back({Method::kGet,
                 "/api/v1/modules/operations/{id}/events",
                 http::Access::permit(std::string(kPermission)),
                 http::Run::kPooled,
                 {},
                 [handlers](http::Exchange exchange) { handlers->operation_events(std::move(exchange)); }});
  add(Method::kGet, "/{id}", &Handlers::read);
  add(Method::kGet, "/{id}/settings", &Handlers::settings);
  add(Method::kPatch, "/{id}/settings", &Handlers::change_settings);
  add(Method::kPost, "/{id}/activate", &Handlers::activate);
  add(Method::kPost, "/{id}/deactivate", &Handlers::deactivate);
  add(Method::kPost, "/{id}/rollback", &Handlers::roll_back);
  add(Method::kPost, "/{id}/uninstall", &Handlers::uninstall);
  add(Method::kPost, "/{id}/demo", &Handlers::demo);
  return out;
}

void publish_operation(live::LiveHub& hub, const modules::Operation& operation, const i18n::Catalog& texts) {
  if (!hub.anybody()) return;
  hub.publish({topic_of(operation.id), operation.state != "running"}, "operation",
              to_text(present_operation(operation, texts, i18n::Language::kEnglish)),
              [](const Caller& caller) { return caller.administrator(); });
}

}  // namespace opsflux::module_admin
