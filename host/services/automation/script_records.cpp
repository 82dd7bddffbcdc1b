#include "host/services/automation/script_records.hpp"

#include <nlohmann/json.hpp>

#include "host/base/full_name.hpp"

namespace opsflux::automation_service {

ScriptRecords::ScriptRecords(modules::Runtime& runtime, std::shared_ptr<const modules::Registry> registry,
                             std::string module, Caller actor, const std::string& via)
    : runtime_(runtime),
      registry_(std::move(registry)),
      module_(std::move(module)),
      actor_(std::move(actor)) {
  actor_.via = via;
}

Result<const entities::EntityEntry*> ScriptRecords::find(std::string_view entity) const {
  const std::string name = full_name(module_, entity);
  const entities::EntityEntry* found = registry_->catalog().find(name);
  if (found == nullptr)
    return fail(
        Error::not_found("entity.no_entity", "There is no entity " + name + ".").with("entity", name));
  return found;
}

Result<Json> ScriptRecords::get(std::string_view entity, std::string_view id) {
  TRY_ASSIGN(entry, find(entity));
  std::string text;
  TRY(runtime_.engine.read(registry_->catalog(), *entry, actor_, id, {}, text));
  return parse_json(text);
}

Result<Json> ScriptRecords::list(std::string_view entity, const automation::ScriptListQuery& query) {
  TRY_ASSIGN(entry, find(entity));
  entities::ListQuery list;
  list.filter = query.filter;
  list.sort = query.sort;
  list.count = false;
  Json out = Json::array();
  for (std::int64_t left = query.limit; left > 0; ++list.page) {
    list.page_size = std::min(query.limit, entities::kMaxPageSize);
    TRY_ASSIGN(listed, runtime_.engine.list(registry_->catalog(), *entry, actor_, list));
    TRY_ASSIGN(page, parse_json(*listed));
    const auto size = static_cast<std::int64_t>(page["data"].size());
    for (Json& record : page["data"])
      if (left-- > 0) out.push_back(std::move(record));
    if (size < list.page_size) break;
  }
  return out;
}

template <class Work>
Result<Json> ScriptRecords::write(std::string_view entity, Work&& work) {
  TRY_ASSIGN(entry, find(entity));
  std::string text;
  TRY(runtime_.engine.database().write_now(
      [&, entry = entry](store::Transaction& transaction) -> Result<void> {
        entities::WriteContext context{transaction, registry_->catalog(), actor_};
        TRY_ASSIGN(written, work(context, *entry));
        text.clear();
        return runtime_.engine.show(context, *entry, written.id, text);
      }));
  return parse_json(text);
}

Result<Json> ScriptRecords::create(std::string_view entity, const Json& values) {
  return write(entity, [&](entities::WriteContext& context, const entities::EntityEntry& entry) {
    return runtime_.engine.create(context, entry, values);
  });
}

Result<Json> ScriptRecords::update(std::string_view entity, std::string_view id, const Json& values) {
  return write(entity, [&](entities::WriteContext& context, const entities::EntityEntry& entry) {
    return runtime_.engine.update(context, entry, id, 0, values);
  });
}

Result<void> ScriptRecords::remove(std::string_view entity, std::string_view id) {
  TRY(write(entity, [&](entities::WriteContext& context, const entities::EntityEntry& entry) {
    return runtime_.engine.remove(context, entry, id, 0);
  }));
  return {};
}

Result<Json> ScriptRecords::setting(std::string_view key) {
  const modules::ActiveModule* module = registry_->module(module_);
  if (module != nullptr)
    for (const auto& setting : module->manifest->settings)
      if (setting.key == key) {
        const std::string value = runtime_.setting(module_, setting);
        return parse_json(value.empty() ? "null" : value);
      }
  return fail(
      Error::not_found("module.no_setting", "The manifest declares no setting " + std::string(key) + ".")
          .with("key", key));
}

Result<bool> ScriptRecords::flag(std::string_view name) {
  return runtime_.flag(full_name(module_, name), actor_);
}

}  // namespace opsflux::automation_service
