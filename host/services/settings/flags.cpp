#include "host/services/settings/flags.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "host/base/text.hpp"
#include "host/entities/record_io.hpp"

namespace opsflux::settings_service {
namespace {

using entities::HookCall;
using entities::HookEvent;
using entities::Record;

std::vector<std::string> texts_of(const Json& list) {
  std::vector<std::string> out;
  if (list.is_array())
    for (const Json& one : list)
      if (one.is_string()) out.push_back(one.get<std::string>());
  return out;
}

Json value_of(const entities::EntityEntry& entity, const Record& record, std::string_view field) {
  const auto index = entity.definition->find(field);
  return index ? entities::to_json(entity.definition->fields[*index], record.values[*index]) : Json();
}

// Roles are named by identifier; a caller knows the keys of his. One that was deleted is nobody's and may
// come back.
Result<std::vector<std::string>> keys_of(store::Session& session, const std::vector<std::string>& roles) {
  std::vector<std::string> out;
  for (const std::string& id : roles)
    TRY(session.query_one("SELECT key FROM identity_role WHERE id = $1", {std::string_view(id)},
                          [&](const store::Row& row) { out.push_back(row.string(0)); }));
  return out;
}

Result<Flag> flag_of(store::Session& session, const entities::EntityEntry& entity, const Record& record) {
  Flag out;
  out.name = value_of(entity, record, "name").get<std::string>();
  out.enabled = value_of(entity, record, "enabled") == Json(true);
  out.companies = texts_of(value_of(entity, record, "companies"));
  const auto roles = texts_of(value_of(entity, record, "roles"));
  out.by_company = !out.companies.empty();
  out.by_role = !roles.empty();
  TRY_ASSIGN(keys, keys_of(session, roles));
  out.roles = std::move(keys);
  out.share = value_of(entity, record, "share").get<int>();
  return out;
}

std::vector<std::string> list_in(const store::Row& row, int column) {
  const auto json = parse_json(row.is_null(column) ? "[]" : row.text(column));
  return json ? texts_of(*json) : std::vector<std::string>{};
}

bool is_flag_name(std::string_view name) {
  const auto parts = split(name, '.');
  return parts.size() > 1 && std::all_of(parts.begin(), parts.end(), is_identifier);
}

Result<void> guard_flag(HookCall& call) {
  const Json name = value_of(call.entity, call.record, "name");
  if (call.before != nullptr && name != value_of(call.entity, *call.before, "name"))
    return fail(Error::invalid("settings.flag_name_fixed",
                               "The name of a flag stays: code knows the flag by it. Make another flag.")
                    .at("name"));
  if (name.is_string() && !is_flag_name(name.get_ref<const std::string&>()))
    return fail(
        Error::invalid("settings.flag_name",
                       "The name of a flag has parts of small letters, digits and _, each with a letter "
                       "first, and dots between them: fleet.new_map.")
            .at("name"));
  return {};
}

}  // namespace

Result<void> Flags::load(store::Session& session) {
  std::map<std::string, std::pair<Flag, std::vector<std::string>>> read;
  TRY(session.query(
      "SELECT id, name, enabled, companies, roles, share FROM settings_flag WHERE deleted_at IS NULL", {},
      [&](const store::Row& row) {
        Flag flag;
        flag.name = row.string(1);
        flag.enabled = row.boolean(2);
        flag.companies = list_in(row, 3);
        flag.by_company = !flag.companies.empty();
        flag.share = static_cast<int>(row.i64(5));
        auto roles = list_in(row, 4);
        flag.by_role = !roles.empty();
        read[row.string(0)] = {std::move(flag), std::move(roles)};
        return true;
      }));
  flags_.clear();
  for (auto& [id, one] : read) {
    TRY_ASSIGN(keys, keys_of(session, one.second));
    one.first.roles = std::move(keys);
    flags_[id] = std::make_shared<const Flag>(std::move(one.first));
  }
  make_book();
  return {};
}

Result<void> Flags::changed(store::Transaction& transaction, const entities::RecordChange& change) {
  TRY_ASSIGN(flag, flag_of(transaction, change.entity, change.record));
  const std::string name = flag.name;
  auto kept = change.record.deleted_at.empty() ? std::make_shared<const Flag>(std::move(flag)) : nullptr;
  transaction.on_commit([this, id = change.record.id, name, kept] { take(id, name, kept); });
  return {};
}

void Flags::take(const std::string& id, const std::string& name, std::shared_ptr<const Flag> flag) {
  const auto before = book();
  if (flag == nullptr)
    flags_.erase(id);
  else
    flags_[id] = std::move(flag);
  make_book();
  if (told_) told_(name, *before, *book());
}

void Flags::make_book() {
  std::vector<Flag> all;
  for (const auto& [id, flag] : flags_) all.push_back(*flag);
  book_.store(std::make_shared<const FlagBook>(std::move(all)));
}

entities::Hooks flag_guards() {
  entities::Hooks out;
  for (const HookEvent event : {HookEvent::kBeforeCreate, HookEvent::kBeforeUpdate})
    out.emplace_back(kFlagEntity, event, entities::Hook{"settings", "guard_flag", 0, guard_flag});
  return out;
}

entities::Watches flag_watches(Flags& flags) {
  return {{std::string(kFlagEntity),
           {[&flags](store::Transaction& transaction, const entities::RecordChange& change) {
              return flags.changed(transaction, change);
            },
            {}}}};
}

}  // namespace opsflux::settings_service
