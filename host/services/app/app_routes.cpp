#include "host/services/app/app_routes.hpp"

#include <nlohmann/json.hpp>

#include "host/base/text.hpp"
#include "host/base/version.hpp"
#include "host/entities/entity_document.hpp"
#include "host/services/i18n/problem.hpp"
#include "host/services/identity/rights/companies.hpp"
#include "host/services/identity/users.hpp"

namespace opsflux::app {
namespace {

using i18n::Language;
using modules::Registry;

class AppDocument {
 public:
  AppDocument(const Registry& registry, const i18n::Catalog& texts, const Caller& caller, Language language)
      : registry_(registry), texts_(texts), caller_(caller), language_(language) {}

  Json menus() const {
    std::vector<std::pair<int, Json>> groups;
    const auto add = [&](const package::Manifest& manifest) {
      for (const auto& menu : manifest.menus) {
        Json items = visible_items(manifest, menu);
        if (items.empty()) continue;
        groups.emplace_back(menu.order, Json{{"id", manifest.id + "." + menu.id},
                                             {"module", manifest.id},
                                             {"icon", menu.icon},
                                             {"label", text(manifest.id, "menu." + menu.id)},
                                             {"items", std::move(items)}});
      }
    };
    for (const auto& module : registry_.modules()) add(*module->manifest);
    for (const auto& service : registry_.core())
      if (service.manifest != nullptr) add(*service.manifest);
    std::stable_sort(groups.begin(), groups.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    Json out = Json::array();
    for (auto& [order, group] : groups) out.push_back(std::move(group));
    return out;
  }

  Json entities() const {
    Json out = Json::array();
    for (const entities::EntityEntry* entity : registry_.catalog().all()) {
      Json document = entities::document_for(registry_.catalog(), *entity, caller_);
      if (document.is_null()) continue;
      out.push_back(std::move(document));
    }
    return out;
  }

  Json bundles() const {
    Json out = Json::array();
    for (const auto& module : registry_.modules()) {
      const package::Manifest& manifest = *module->manifest;
      if (!manifest.web || module->web == nullptr) continue;
      const std::string base = "/modules/" + manifest.id + "/" + module->digest + "/web/";
      Json styles = Json::array(), widgets = Json::array();
      for (const std::string& style : manifest.web->styles) styles.push_back(base + style);
      for (const auto& widget : manifest.web->widgets) {
        Json entry = {{"id", widget.id}, {"slot", widget.slot}};
        if (!widget.entity.empty()) entry["entity"] = manifest.id + "." + widget.entity;
        widgets.push_back(std::move(entry));
      }
      const SemVer& v = manifest.version;
      out.push_back({{"module", manifest.id},
                     {"version", std::to_string(v.major) + "." + std::to_string(v.minor) + "." +
                                     std::to_string(v.patch)},
                     {"entry", base + manifest.web->entry},
                     {"styles", styles},
                     {"widgets", widgets}});
    }
    return out;
  }

 private:
  std::string text(const std::string& module, const std::string& key) const {
    return texts_.text(language_, module + "." + key);
  }

  // An item that leads to an entity is there for those who may see the entity.
  Json visible_items(const package::Manifest& manifest, const package::ManifestMenu& menu) const {
    Json items = Json::array();
    for (const auto& item : menu.items) {
      Json out = {{"id", item.id}, {"label", text(manifest.id, "menu." + item.id)}, {"icon", item.icon}};
      if (!item.entity.empty()) {
        const entities::EntityEntry* entity = registry_.catalog().find(manifest.id + "." + item.entity);
        if (entity == nullptr || !registry_.catalog().permissions.allows(caller_, entity->permission[0]))
          continue;
        out["entity"] = entity->definition->name;
        out["path"] = "/" + manifest.id + "/" + entity->definition->plural;
      } else {
        out["page"] = item.page;
        out["path"] = "/" + manifest.id + "/" + item.page;
      }
      items.push_back(std::move(out));
    }
    return items;
  }

  const Registry& registry_;
  const i18n::Catalog& texts_;
  const Caller& caller_;
  const Language language_;
};

void answer_json(http::Exchange& exchange, Json document) {
  std::string text = to_text(document);
  const std::string tag = sha256_hex(text).substr(0, 32);
  exchange.respond(
      http::Response::json(200, std::move(text)).header("Cache-Control", "private, no-cache").etag(tag));
}

}  // namespace

std::vector<http::Route> app_routes(const modules::RegistryHolder& holder, const i18n::Translator& translator,
                                    store::Database& database, AppInfo info) {
  const auto app = [&holder, &translator, &database, info](http::Exchange exchange) {
    const auto registry = holder.current();
    const auto texts = translator.catalog();
    const Caller& caller = exchange.request().caller();
    Json user, context;
    auto read = database.read([&](store::Session& session) -> Result<void> {
      TRY_ASSIGN(found, identity::find_user(session, caller.user_id));
      if (!found) return fail(Error::unauthenticated("auth.required", "Sign in first."));
      user = Json::parse(identity::user_json(*found));
      TRY_ASSIGN(companies, identity::context_of(session, *info.standings, caller.user_id, caller.company));
      context = std::move(companies);
      return {};
    });
    if (!read) return void(exchange.fail(read.error()));
    user["permissions"] = registry->catalog().permissions.granted(caller);
    const AppDocument document(*registry, *texts, caller, i18n::language_of(&exchange.request()));
    const bool development =
        info.development || std::any_of(registry->modules().begin(), registry->modules().end(),
                                        [](const auto& module) { return module->trust == "development"; });
    answer_json(exchange,
                {{"version", kVersion},
                 {"registry", registry->number()},
                 {"instance", {{"name", info.name}, {"address", std::string(exchange.request().host())}}},
                 {"development", development},
                 {"user", std::move(user)},
                 {"seen_by", caller.actor_id.empty()
                                 ? Json()
                                 : Json{{"name", caller.actor_name}, {"writes", !caller.read_only}}},
                 {"company", std::move(context["company"])},
                 {"companies", std::move(context["companies"])},
                 {"flags", info.flags(caller)},
                 {"menus", document.menus()},
                 {"entities", document.entities()},
                 {"bundles", document.bundles()}});
  };
  // Open, so that the set-up and log-in pages can show errors; who is signed in gets the modules' texts too.
  const auto texts = [&translator](http::Exchange exchange) {
    const auto language = i18n::language_from(exchange.request().param("lang"));
    if (!language)
      return void(exchange.fail(Error::not_found("app.no_language", "The languages are fr, en, es and pt.")));
    const auto catalog = translator.catalog();
    const auto& document =
        exchange.request().caller().signed_in() ? catalog->all(*language) : catalog->open(*language);
    exchange.respond(http::Response::shared(200, document.json, "application/json")
                         .header("Cache-Control", "private, no-cache")
                         .etag(document.tag));
  };
  std::vector<http::Route> out;
  out.push_back({http::Method::kGet, "/api/v1/app", http::Access::signed_in(), http::Run::kPooled, {}, app});
  out.push_back(
      {http::Method::kGet, "/api/v1/app/i18n/{lang}", http::Access::open(), http::Run::kInline, {}, texts});
  return out;
}

}  // namespace opsflux::app
