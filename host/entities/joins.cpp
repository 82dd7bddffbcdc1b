#include "host/entities/joins.hpp"

#include <algorithm>

#include "host/base/text.hpp"
#include "host/entities/row_security.hpp"

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
  return index && is_reference(entity.definition->fields[*index].type) ? entity.references[*index] : nullptr;
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
  if (target == nullptr || !visible(*from.entity, field)) return std::nullopt;
  const RowPolicy policy(*target, catalog_, caller_, 0);
  if (checked && !policy.allowed()) return std::nullopt;
  // A name that everybody may read is not to open the rest of its record.
  const std::string key = (checked ? "" : "?") + std::string(path);
  if (const auto known = joined_.find(key); known != joined_.end()) return known->second;
  const JoinedEntity joined{target, "j" + std::to_string(joined_.size() + 1)};
  const std::string table = judged_ && !checked ? std::string(kPeopleView) : target->definition->table;
  sql_ += " LEFT JOIN " + table + " " + joined.alias + " ON " + joined.alias + ".id = " + from.alias + "." +
          std::string(field);
  if (checked) sql_ += policy.sql(joined.alias, owned_, dialect_);
  if (!policy.every_record()) shares_ = true;
  joined_.emplace(key, joined);
  return joined;
}

bool Joins::visible(const EntityEntry& entity, std::string_view field) const {
  const auto index = entity.definition->find(field);
  return !index || !entity.fields_for(caller_).hidden[*index];
}

std::vector<std::string> Joins::names() const {
  std::vector<std::string> out;
  for (const std::string& name : entity_.definition->schema->names())
    if (visible(entity_, name)) out.push_back(name);
  return out;
}

std::optional<JoinedColumn> Joins::column(std::string_view name) const {
  const auto [path, last] = split_last(name);
  const auto at = follow(path);
  if (!at || !visible(*at->entity, last)) return std::nullopt;
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
  if (path.empty() || path == "user")
    return visible(entity_, name) ? entity_.definition->schema->lookup(name) : nullptr;
  const auto at = follow(path);
  const expression::FieldInfo* info =
      at && visible(*at->entity, last) ? at->entity->definition->schema->lookup(last) : nullptr;
  if (info == nullptr) return nullptr;
  infos_.push_back(*info);
  infos_.back().name = name;
  infos_.back().sql = at->alias + "." + std::string(last);
  infos_.back().nullable = true;
  return &infos_.back();
}

Result<std::optional<expression::FieldInfo>> Joins::search(std::string_view words) const {
  if (!on_search) return std::nullopt;
  expression::FieldInfo out;
  TRY_ASSIGN(condition, on_search(words));
  out.name = "search";
  out.type = expression::Type::kBool;
  out.nullable = false;
  out.sql = std::move(condition);
  return std::optional(std::move(out));
}

std::vector<std::string_view> Joins::tables() const {
  std::vector<std::string_view> out = {entity_.definition->table};
  for (const auto& [path, joined] : joined_) out.push_back(joined.entity->definition->table);
  if (shares_) out.push_back(kShareTable);
  return out;
}

}  // namespace opsflux::entities
