#include "host/modules/demo.hpp"

#include <nlohmann/json.hpp>

namespace opsflux::modules {
namespace {

using Keys = std::map<std::string, std::string>;

Error wrong(const std::string& file, std::size_t index, Error error) {
  const std::string place = file + "#/records/" + std::to_string(index);
  error.message = place + ": " + error.message;
  error.field = place + (error.field.empty() ? "" : "/" + error.field);
  return error;
}

// "@helico" in a reference field becomes the identifier of the record with that key.
Result<void> resolve(const entities::EntityEntry& entity, Json& record, const Keys& keys) {
  for (const std::size_t index : entity.reference_fields) {
    const auto value = record.find(entity.definition->fields[index].name);
    if (value == record.end() || !value->is_string() ||
        !value->get_ref<const std::string&>().starts_with("@"))
      continue;
    const auto known = keys.find(value->get_ref<const std::string&>().substr(1));
    if (known == keys.end())
      return fail(Error::invalid("demo.unknown_key",
                                 "No record before this one has the key " + value->get<std::string>() + ".")
                      .at(entity.definition->fields[index].name));
    *value = known->second;
  }
  return {};
}

Result<std::int64_t> load_file(Runtime& runtime, entities::WriteContext& write, const std::string& module,
                               const std::string& file, const Json& document, Keys& keys) {
  TRY_ASSIGN(name, get_string(document, "entity", file + "#"));
  const entities::EntityEntry* entity = write.catalog.find(module + "." + name);
  if (entity == nullptr)
    return fail(Error::invalid("demo.unknown_entity", file + ": there is no entity " + name + ".")
                    .at(file + "#/entity"));
  const Json records = document.value("records", Json::array());
  for (std::size_t i = 0; i < records.size(); ++i) {
    Json record = records[i];
    const std::string key = get_string_or(record, "_key", "");
    record.erase("_key");
    if (auto resolved = resolve(*entity, record, keys); !resolved)
      return fail(wrong(file, i, std::move(resolved.error())));
    auto written = runtime.engine.create(write, *entity, record);
    if (!written) return fail(wrong(file, i, std::move(written.error())));
    if (!key.empty()) keys[key] = written->id;
  }
  return static_cast<std::int64_t>(records.size());
}

}  // namespace

Result<std::int64_t> load_demo(Runtime& runtime, const ModuleLibrary& library, const ActiveModule& module,
                               const entities::Catalog& catalog, const Caller& caller) {
  TRY_ASSIGN(opened, library.open(module.digest, package::Purpose::kLoad));
  const package::Package& package = opened.package;
  std::vector<std::pair<std::string, Json>> files;
  for (const auto& file : package.files()) {  // sorted by name
    if (!file.name.starts_with("demo/") || !file.name.ends_with(".json")) continue;
    TRY_ASSIGN(text, package.read(file.name));
    TRY_ASSIGN(json, parse_json(text));
    files.emplace_back(file.name, std::move(json));
  }
  Caller actor = caller;
  actor.via = "demo";
  std::int64_t count = 0;
  TRY(runtime.engine.database().write_now([&](store::Transaction& transaction) -> Result<void> {
    entities::WriteContext write{transaction, catalog, actor};
    Keys keys;
    count = 0;
    for (const auto& [name, document] : files) {
      TRY_ASSIGN(loaded, load_file(runtime, write, module.manifest->id, name, document, keys));
      count += loaded;
    }
    return {};
  }));
  return count;
}

}  // namespace opsflux::modules
