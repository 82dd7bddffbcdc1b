#include "host/cli/mail_wiring.hpp"

#include <nlohmann/json.hpp>

#include "host/services/preferences/preferences.hpp"

namespace opsflux::cli {

Result<void> mail_notice(mail::Mail& mail, store::Transaction& transaction, const identity::Notice& notice) {
  if (notice.declinable) {
    TRY_ASSIGN(wanted, preferences::Preferences::one(transaction, notice.user_id, "notifications"));
    if (wanted == R"("account")") return {};
  }
  mail::Message message;
  message.kind = notice.kind;
  message.recipient = notice.email;
  message.name = notice.name;
  message.language = notice.language;
  message.params = notice.params;
  message.link = notice.link;
  message.reference = "user:" + notice.user_id;
  TRY(mail.queue(transaction, message));
  return {};
}

std::string sms_text(const i18n::Catalog& catalog, std::string_view language, std::string_view key,
                     std::string_view code) {
  const std::vector<std::pair<std::string, std::string>> params = {{"code", std::string(code)}};
  return catalog.text(i18n::language_from(language).value_or(i18n::Language::kEnglish),
                      "identity." + std::string(key), params);
}

Result<std::string> make_person(entities::Engine& engine, std::shared_ptr<const modules::Registry> registry,
                                store::Transaction& transaction, const identity::User& user,
                                std::string_view by) {
  const entities::EntityEntry* entity =
      registry == nullptr ? nullptr : registry->catalog().find("identity.user");
  if (entity == nullptr)
    return fail(Error::internal("http.failed", "There are no users before the modules are loaded."));
  Caller inviter;
  inviter.system = true;
  inviter.user_id = by;
  inviter.via = "invitation";
  entities::WriteContext write{transaction, registry->catalog(), inviter};
  TRY_ASSIGN(made, engine.create(write, *entity,
                                 {{"email", user.email},
                                  {"name", user.name},
                                  {"role", user.role},
                                  {"language", user.language},
                                  {"active", true}}));
  transaction.on_commit(
      [registry = std::move(registry)] {});  // callbacks of the engine may name its entities
  return made.id;
}

namespace {

using RegistryPtr = std::shared_ptr<const modules::Registry>;

Result<const entities::EntityEntry*> entity_of(const RegistryPtr& registry, std::string_view name) {
  const entities::EntityEntry* entity = registry == nullptr ? nullptr : registry->catalog().find(name);
  if (entity != nullptr) return entity;
  return fail(Error::internal("http.failed", "There are no records before the modules are loaded."));
}

// Callbacks of the engine may name entities of the registry.
void keep(store::Transaction& transaction, RegistryPtr registry) {
  transaction.on_commit([registry = std::move(registry)] {});
}

}  // namespace

identity::RecordWriter record_writer(entities::Engine& engine, std::function<RegistryPtr()> registry) {
  identity::RecordWriter out;
  out.create = [&engine, registry](store::Transaction& transaction, std::string_view name, const Json& values,
                                   const Caller& caller) -> Result<std::string> {
    const RegistryPtr now = registry();
    TRY_ASSIGN(entity, entity_of(now, name));
    entities::WriteContext write{transaction, now->catalog(), caller};
    TRY_ASSIGN(made, engine.create(write, *entity, values));
    keep(transaction, now);
    return made.id;
  };
  out.update = [&engine, registry](store::Transaction& transaction, std::string_view name,
                                   std::string_view id, const Json& values,
                                   const Caller& caller) -> Result<void> {
    const RegistryPtr now = registry();
    TRY_ASSIGN(entity, entity_of(now, name));
    entities::WriteContext write{transaction, now->catalog(), caller};
    TRY(engine.update(write, *entity, id, 0, values));
    keep(transaction, now);
    return {};
  };
  out.remove = [&engine, registry](store::Transaction& transaction, std::string_view name,
                                   std::string_view id, const Caller& caller) -> Result<void> {
    const RegistryPtr now = registry();
    TRY_ASSIGN(entity, entity_of(now, name));
    entities::WriteContext write{transaction, now->catalog(), caller};
    TRY(engine.remove(write, *entity, id, 0));
    keep(transaction, now);
    return {};
  };
  out.require = [registry](store::Session& session, std::string_view name, std::string_view id,
                           std::size_t action, const Caller& caller) -> Result<void> {
    const RegistryPtr now = registry();
    TRY_ASSIGN(entity, entity_of(now, name));
    return entities::Engine::require_scope(session, now->catalog(), *entity, caller, id, action);
  };
  return out;
}

}  // namespace opsflux::cli
