#include "host/entities/catalog.hpp"

#include <atomic>

#include "host/base/json_writer.hpp"
#include "host/entities/query.hpp"

namespace opsflux::entities {
namespace {

expression::Type expression_type(FieldType type) {
  switch (type) {
    case FieldType::kInteger:
      return expression::Type::kInt;
    case FieldType::kDecimal:
      return expression::Type::kDecimal;
    case FieldType::kBoolean:
      return expression::Type::kBool;
    case FieldType::kDate:
      return expression::Type::kDate;
    case FieldType::kDatetime:
      return expression::Type::kTimestamp;
    case FieldType::kEnum:
      return expression::Type::kEnum;
    case FieldType::kTags:
      return expression::Type::kStringList;
    case FieldType::kJson:
      return expression::Type::kOpaque;
    default:
      return expression::Type::kString;
  }
}

// The fields in the order of the definition, then the columns every entity has.
std::shared_ptr<const expression::FieldList> make_filter_schema(const Definition& definition) {
  std::vector<expression::FieldInfo> out;
  for (std::size_t i = 0; i < definition.fields.size(); ++i) {
    const Field& field = definition.fields[i];
    out.push_back({field.name, expression_type(field.type), field.scale, true, field.values,
                   "t." + field.name, i, false});
  }
  for (std::size_t i = 0; i < kSystemFields; ++i) {
    const std::string name(kSystemColumns[i]);
    const auto type = name == "version"       ? expression::Type::kInt
                      : name.ends_with("_at") ? expression::Type::kTimestamp
                                              : expression::Type::kString;
    out.push_back({name,
                   type,
                   0,
                   name.ends_with("_by") || name == "deleted_at",
                   {},
                   "t." + name,
                   definition.fields.size() + i,
                   false});
  }
  return std::make_shared<const expression::FieldList>(std::move(out));
}

}  // namespace

void Catalog::add(std::shared_ptr<const Definition> definition) {
  auto entry = std::make_unique<EntityEntry>();
  for (std::size_t i = 0; i < std::size(kActions); ++i) {
    std::vector<std::string> roles;
    for (const auto& [role, actions] : definition->rights)
      if (std::find(actions.begin(), actions.end(), kActions[i]) != actions.end()) roles.push_back(role);
    entry->permission[i] = permissions.declare(definition->permission(kActions[i]), roles);
  }
  entry->definition = std::move(definition);
  ordered_.push_back(entry.get());
  entries_[entry->definition->name] = std::move(entry);
}

Result<void> Catalog::add_hook(std::string_view entity, HookEvent event, Hook hook) {
  const auto it = entries_.find(std::string(entity));
  if (it == entries_.end())
    return fail(Error::invalid("module.hook_without_entity", "The hook " + hook.function +
                                                                 " names the entity " + std::string(entity) +
                                                                 ", which does not exist.")
                    .with("function", hook.function)
                    .with("entity", entity));
  auto& hooks = it->second->hooks[static_cast<std::size_t>(event)];
  const auto place = std::upper_bound(hooks.begin(), hooks.end(), hook,
                                      [](const Hook& a, const Hook& b) { return a.order < b.order; });
  hooks.insert(place, std::move(hook));
  return {};
}

void Catalog::link() {
  static std::atomic<std::uint64_t> last{0};
  serial_ = ++last;
  for (auto& [name, entry] : entries_) {
    const Definition& definition = *entry->definition;
    std::string columns, names, places;
    for (std::size_t i = 0; i < kSystemFields; ++i)
      columns += (i == 0 ? "t." : ", t.") + std::string(kSystemColumns[i]);
    // deleted_at is not inserted: a new record is never deleted.
    for (std::size_t i = 0; i + 1 < kSystemFields; ++i) {
      names += (i == 0 ? "" : ", ") + std::string(kSystemColumns[i]);
      places += (i == 0 ? "$" : ", $") + std::to_string(i + 1);
    }
    entry->filter_schema = make_filter_schema(definition);
    entry->references.assign(definition.fields.size(), nullptr);
    entry->people = find(people_);
    for (std::size_t i = 0; i < definition.fields.size(); ++i) {
      const Field& field = definition.fields[i];
      columns += ", t." + field.name;
      names += ", " + field.name;
      places += ", $" + std::to_string(kSystemFields + i);
      entry->all_fields.push_back(i);
      std::string& key = entry->keys.emplace_back();
      append_json_string(key, field.name);
      key += ':';
      if (field.type == FieldType::kReference) entry->references[i] = find(field.to);
      if (entry->references[i] != nullptr) entry->reference_fields.push_back(i);
    }
    entry->select_columns = columns;
    entry->insert_sql = "INSERT INTO " + definition.table + " (" + names + ") VALUES (" + places + ")";
    entry->read_sql = "SELECT " + columns + " FROM " + definition.table + " t WHERE t.id = $1";
    entry->read_labelled_sql =
        select_with_labels(*entry, {entry->reference_fields, true}) + " WHERE t.id = $1";
  }
}

const EntityEntry* Catalog::find(std::string_view name) const {
  const auto it = entries_.find(std::string(name));
  return it == entries_.end() ? nullptr : it->second.get();
}

}  // namespace opsflux::entities
