#include "host/cli/mail_wiring.hpp"

#include <nlohmann/json.hpp>

namespace opsflux::cli {

Result<void> mail_notice(mail::Mail& mail, store::Transaction& transaction, const identity::Notice& notice) {
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

}  // namespace opsflux::cli
