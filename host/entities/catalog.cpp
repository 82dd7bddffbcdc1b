#include "host/entities/catalog.hpp"

#include <atomic>

#include "host/base/json_writer.hpp"
#include "host/entities/query.hpp"

namespace opsflux::entities {
namespace {

// Of `role`; the empty text stands for a role that no field names.
FieldAccess access_of(const Definition& definition, std::string_view role) {
  const auto admits = [&](const std::vector<std::string>& roles) {
    return roles.empty() || std::find(roles.begin(), roles.end(), role) != roles.end();
  };
  FieldAccess out;
  for (std::size_t i = 0; i < definition.fields.size(); ++i) {
    const Field& field = definition.fields[i];
    const bool seen = admits(field.view_roles);
    out.hidden.push_back(!seen);
    out.locked.push_back(!seen || !admits(field.edit_roles));
    if (seen) out.visible.push_back(i);
  }
  return out;
}

void link_access(EntityEntry& entry) {
  const Definition& definition = *entry.definition;
  for (const Field& field : definition.fields)
    for (const auto* roles : {&field.view_roles, &field.edit_roles})
      for (const std::string& role : *roles)
        entry.field_access.try_emplace(role, access_of(definition, role));
  entry.others = access_of(definition, "");
  entry.everything = {entry.all_fields, std::vector<bool>(definition.fields.size()),
                      std::vector<bool>(definition.fields.size())};
}

}  // namespace

const FieldAccess& EntityEntry::fields_for(const Caller& caller) const {
  if (caller.system || caller.administrator()) return everything;
  if (field_access.empty()) return others;
  if (!caller.rights || caller.rights->roles.size() == 1) {
    const auto it = field_access.find(caller.rights ? caller.rights->roles.front() : caller.role);
    return it == field_access.end() ? others : it->second;
  }
  const std::lock_guard lock(*several_mutex);
  auto& kept = several[caller.rights->set];
  if (!kept) kept = std::make_unique<const FieldAccess>(of_any(caller.rights->roles));
  return *kept;
}

// Seen, or set, by whom one of the roles lets do so.
FieldAccess EntityEntry::of_any(const std::vector<std::string>& roles) const {
  FieldAccess out = others;
  for (const std::string& role : roles) {
    const auto one = field_access.find(role);
    if (one == field_access.end()) continue;
    for (std::size_t i = 0; i < out.hidden.size(); ++i) {
      out.hidden[i] = out.hidden[i] && one->second.hidden[i];
      out.locked[i] = out.locked[i] && one->second.locked[i];
    }
  }
  out.visible.clear();
  for (std::size_t i = 0; i < out.hidden.size(); ++i)
    if (!out.hidden[i]) out.visible.push_back(i);
  return out;
}

void Catalog::add(std::shared_ptr<const Definition> definition, bool of_host) {
  auto entry = std::make_unique<EntityEntry>();
  // A part is where its whole is, which is asked whenever not all are meant.
  const Reach reach = !definition->company.empty() || definition->part_of ? Reach::kTenant
                      : of_host                                           ? Reach::kInstance
                                                                          : Reach::kPlain;
  for (std::size_t i = 0; i < std::size(kActions) + definition->actions.size(); ++i)
    entry->permission.push_back(
        permissions.declare(definition->permission(definition->action_name(i)), {}, reach));
  if (definition->export_follows_view && !definition->part_of)
    permissions.follow(entry->permission[kExport], entry->permission[0]);
  for (const Grant& grant : definition->grants)
    permissions.grant(entry->permission[grant.action], grant.role, grant.scope);
  entry->definition = std::move(definition);
  ordered_.push_back(entry.get());
  entries_[entry->definition->name] = std::move(entry);
}

Result<EntityEntry*> Catalog::hung_on(std::string_view entity, std::string_view function) {
  const auto it = entries_.find(std::string(entity));
  if (it == entries_.end())
    return fail(Error::invalid("module.hook_without_entity", "The hook " + std::string(function) +
                                                                 " names the entity " + std::string(entity) +
                                                                 ", which does not exist.")
                    .with("function", function)
                    .with("entity", entity));
  return it->second.get();
}

Result<void> Catalog::watch(std::string_view entity, Watch watch) {
  TRY_ASSIGN(entry, hung_on(entity, "watch"));
  entry->watches.push_back(std::make_shared<const Watch>(std::move(watch)));
  return {};
}

Result<void> Catalog::add_hook(std::string_view entity, HookEvent event, Hook hook) {
  TRY_ASSIGN(entry, hung_on(entity, hook.function));
  auto& hooks = entry->hooks[static_cast<std::size_t>(event)];
  const auto place = std::upper_bound(hooks.begin(), hooks.end(), hook,
                                      [](const Hook& a, const Hook& b) { return a.order < b.order; });
  hooks.insert(place, std::move(hook));
  return {};
}

void Catalog::link() {
  static std::atomic<std::uint64_t> last{0};
  serial_ = ++last;
  for (const EntityEntry* entry : ordered_)
    for (std::size_t i = 0; i < entry->definition->fields.size(); ++i)
      if (const Field& field = entry->definition->fields[i]; field.on_delete != OnDelete::kKeep)
        if (const auto target = entries_.find(field.to); target != entries_.end())
          target->second->dependents.emplace_back(entry, i);
  for (const EntityEntry* entry : ordered_) {
    const Definition& definition = *entry->definition;
    if (!definition.part_of) continue;
    const auto whole = entries_.find(definition.fields[definition.part_of->field].to);
    if (whole == entries_.end() || whole->second->definition->part_of) continue;  // told by check_parts()
    entries_[definition.name]->whole = whole->second.get();
    whole->second->parts.push_back(entry);
  }
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
    entry->references.assign(definition.fields.size(), nullptr);
    entry->people = find(people_);
    for (std::size_t i = 0; i < definition.fields.size(); ++i) {
      const Field& field = definition.fields[i];
      columns += ", t." + field.name;
      names += ", " + field.name;
      places += ", $" + std::to_string(kSystemFields + i);
      entry->all_fields.push_back(i);
      if (is_file(field.type)) entry->file_fields.push_back(i);
      std::string& key = entry->keys.emplace_back();
      append_json_string(key, field.name);
      key += ':';
      if (!field.to.empty()) entry->references[i] = find(field.to);
      if (entry->references[i] != nullptr && is_reference(field.type)) entry->reference_fields.push_back(i);
    }
    link_access(*entry);
    entry->select_columns = columns;
    entry->insert_sql = "INSERT INTO " + definition.table + " (" + names + ") VALUES (" + places + ")";
    entry->read_sql = "SELECT " + columns + " FROM " + definition.table + " t WHERE t.id = $1";
    entry->read_labelled_sql =
        select_with_labels(*entry, {entry->reference_fields, true}) + " WHERE t.id = $1";
  }
}

std::string Catalog::view_scopes(const Caller& caller) const {
  const std::lock_guard lock(*scopes_mutex_);
  const auto [known, fresh] = scopes_.try_emplace(caller.rights_key());
  if (fresh) {
    known->second = "|";
    for (const EntityEntry* entity : ordered_)
      if (const auto scope = permissions.scope(caller, entity->permission[0]))
        known->second += entity->definition->name + "=" + std::to_string(static_cast<int>(*scope)) + "|";
  }
  return known->second;
}

const EntityEntry* Catalog::find(std::string_view name) const {
  const auto it = entries_.find(std::string(name));
  return it == entries_.end() ? nullptr : it->second.get();
}

}  // namespace opsflux::entities
