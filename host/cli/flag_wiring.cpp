#include "host/cli/flag_wiring.hpp"

#include <nlohmann/json.hpp>
#include <set>

#include "host/base/text.hpp"
#include "host/services/settings/flags.hpp"

namespace opsflux::cli {
namespace {

struct Declared {
  std::string module, key;
  bool enabled = false;

  std::string name() const { return module + "." + key; }
};

std::vector<Declared> declared_by(const modules::Registry& registry) {
  std::vector<Declared> out;
  for (const auto& module : registry.modules())
    for (const auto& flag : module->manifest->flags)
      out.push_back({module->manifest->id, flag.key, flag.enabled});
  return out;
}

// Without those that there are, or were until somebody deleted them.
Result<void> leave_missing(store::Session& session, std::vector<Declared>& flags) {
  std::set<std::string> there;
  TRY(session.query("SELECT name FROM settings_flag", {}, [&](const store::Row& row) {
    there.insert(row.string(0));
    return true;
  }));
  std::erase_if(flags, [&](const Declared& one) { return there.contains(one.name()); });
  return {};
}

Result<i18n::Language> language_of_administrators(store::Session& session) {
  std::string tag = "en";
  TRY(session.query_one(
      "SELECT u.language FROM identity_user u JOIN identity_role r ON r.id = u.role WHERE r.key = "
      "'administrator' AND u.deleted_at IS NULL ORDER BY u.created_at, u.id LIMIT 1",
      {}, [&](const store::Row& row) { tag = row.string(0); }));
  return i18n::language_from(tag).value_or(i18n::Language::kEnglish);
}

}  // namespace

Result<void> make_declared_flags(store::Database& database, entities::Engine& engine,
                                 std::shared_ptr<const modules::Registry> registry,
                                 const i18n::Catalog& texts) {
  std::vector<Declared> missing = declared_by(*registry);
  const entities::EntityEntry* entity = registry->catalog().find(settings_service::kFlagEntity);
  if (missing.empty() || entity == nullptr) return {};
  TRY(database.read([&](store::Session& session) { return leave_missing(session, missing); }));
  if (missing.empty()) return {};
  return database.write_now([&](store::Transaction& transaction) -> Result<void> {
    std::vector<Declared> flags = missing;
    TRY(leave_missing(transaction, flags));
    TRY_ASSIGN(language, language_of_administrators(transaction));
    for (const Declared& flag : flags) {
      Caller module;
      module.system = true;
      module.via = "module:" + flag.module;
      Json values = {{"name", flag.name()}, {"enabled", flag.enabled}};
      const std::string* text = texts.find(language, flag.module + ".flag." + flag.key);
      if (text != nullptr && utf8_length(*text) <= 500) values["description"] = *text;
      entities::WriteContext write{transaction, registry->catalog(), module};
      TRY(engine.create(write, *entity, values));
    }
    transaction.on_commit([registry] {});  // callbacks of the engine may name its entities
    return {};
  });
}

}  // namespace opsflux::cli
