#include "host/entities/joins.hpp"

#include <algorithm>

#include "host/base/text.hpp"

namespace opsflux::entities {
namespace {

struct Split {
  std::string_view path, last;  // "company.parent", "city"
};
Split split_last(std::string_view name) {
  const auto dot = name.rfind('.');
  if (dot == std::string_view::npos) return {{}, name};
  return {name.substr(0, dot), name.substr(dot + 1)};
}

// The entity that a field, or created_by and updated_by, refer to.
const EntityEntry* target_of(const EntityEntry& entity, std::string_view field) {
  if (field == "created_by" || field == "updated_by") return entity.people;
  const auto index = entity.definition->find(field);
  return index ? entity.references[*index] : nullptr;
}

}  // namespace

std::optional<JoinedEntity> Joins::follow(std::string_view path, bool checked) const {
  JoinedEntity at{&entity_, "t"};
  if (path.empty()) return at;
  const auto names = split(path, '.');
  if (names.size() > kMaxPath) return std::nullopt;
  for (const std::string_view name : names) {
    const auto end = static_cast<std::size_t>(name.data() + name.size() - path.data());
    const auto next = step(at, path.substr(0, end), name, checked);
    if (!next) return std::nullopt;
    at = *next;
  }
  return at;
}

std::optional<JoinedEntity> Joins::step(const JoinedEntity& from, std::string_view path,
                                        std::string_view field, bool checked) const {
  const EntityEntry* target = target_of(*from.entity, field);
  if (target == nullptr || (checked && !catalog_.permissions.allows(caller_, target->permission[0])))
    return std::nullopt;
  if (const auto known = joined_.find(path); known != joined_.end()) return known->second;
  const JoinedEntity joined{target, "j" + std::to_string(joined_.size() + 1)};
  sql_ += " LEFT JOIN " + target->definition->table + " " + joined.alias + " ON " + joined.alias +
          ".id = " + from.alias + "." + std::string(field);
  joined_.emplace(path, joined);
  return joined;
}

std::optional<JoinedColumn> Joins::column(std::string_view name) const {
  const auto [path, last] = split_last(name);
  const auto at = follow(path);
  if (!at) return std::nullopt;
  const Definition& definition = *at->entity->definition;
  JoinedColumn out{at->alias + "." + std::string(last), nullptr, std::string(last), true};
  if (const auto index = definition.find(last)) {
    out.field = &definition.fields[*index];
    out.nullable = !path.empty() || !out.field->required;
    return out;
  }
  if (!is_system_column(last)) return std::nullopt;
  out.nullable = !path.empty() || last.ends_with("_by") || last == "deleted_at";
  return out;
}

const expression::FieldInfo* Joins::lookup(std::string_view name) const {
  const auto [path, last] = split_last(name);
  if (path.empty()) return entity_.filter_schema->lookup(name);
  const auto at = follow(path);
  const expression::FieldInfo* info = at ? at->entity->filter_schema->lookup(last) : nullptr;
  if (info == nullptr) return nullptr;
  infos_.push_back(*info);
  infos_.back().name = name;
  infos_.back().sql = at->alias + "." + std::string(last);
  infos_.back().nullable = true;
  return &infos_.back();
}

std::vector<std::string_view> Joins::tables() const {
  std::vector<std::string_view> out = {entity_.definition->table};
  for (const auto& [path, joined] : joined_) out.push_back(joined.entity->definition->table);
  return out;
}

}  // namespace opsflux::entities
