// How records end and come back: deletion with what depends on it, restoring, copies, purging, locks.
#include <nlohmann/json.hpp>

#include "host/base/text.hpp"
#include "host/entities/duplicates.hpp"
#include "host/entities/engine.hpp"
#include "host/entities/file_fields.hpp"
#include "host/entities/parts.hpp"
#include "host/entities/record_io.hpp"
#include "host/entities/row_policy.hpp"
#include "host/entities/search.hpp"

namespace opsflux::entities {
namespace {

// Records that are parts of parts.
constexpr int kMaxLevels = 100;
constexpr std::int64_t kShortestLock = 10, kLongestLock = 3600;

// What is deleted with a record is part of it: who may delete it deletes that as well.
Caller for_parts(const Caller& caller) {
  Caller out = caller;
  out.system = true;
  return out;
}

// The records of `other` that name `id` in a field: the living ones, or those deleted at a moment.
Result<std::vector<std::string>> referring(WriteContext& write, const EntityEntry& other, std::size_t field,
                                           std::string_view id, const std::string& deleted_at) {
  std::string sql = "SELECT t.id FROM " + other.definition->table + " t WHERE t." +
                    other.definition->fields[field].name + " = $1 AND ";
  sql += deleted_at.empty() ? "t.deleted_at IS NULL" : "t.deleted_at = $2";
  std::vector<store::Value> params = {id};
  if (!deleted_at.empty()) params.push_back(std::string_view(deleted_at));
  std::vector<std::string> out;
  TRY(write.transaction.query(sql + " ORDER BY t.id", params, [&](const store::Row& row) {
    out.push_back(row.string(0));
    return true;
  }));
  return out;
}

// How many records of which entity it is that forbid something is told to who may see all of them.
Error in_use(const WriteContext& write, const EntityEntry& other, std::int64_t count) {
  Caller person = write.caller;
  person.system = person.user_id.empty();  // what goes with a record is deleted in the name of who deletes it
  if (!RowPolicy(other, write.catalog, person, 0).every_record())
    return Error::conflict("entity.in_use_unseen",
                           "Records name this one, and you may not see all of those that may do so.");
  return Error::conflict("entity.in_use",
                         std::to_string(count) + " records of " + other.definition->name + " name this one.")
      .with("entity", other.definition->name)
      .with("count", std::to_string(count));
}

}  // namespace

Result<Written> Engine::remove(WriteContext& write, const EntityEntry& entity, std::string_view id,
                               std::int64_t version) {
  TRY_ASSIGN(written, remove_at(write, entity, id, version, format_utc(clock_.now()), 0));
  TRY(Parts(*this, write, entity).touch_whole_of(id));
  return written;
}

Result<Written> Engine::remove_at(WriteContext& write, const EntityEntry& entity, std::string_view id,
                                  std::int64_t version, const std::string& time, int level) {
  TRY(begin(write, entity, 3));
  TRY_ASSIGN(before, load_for_write(write, entity, id, 3, false));
  TRY(check_version(write, entity, before, version));
  TRY(check_lock(write, entity, id));
  Record record = before;
  stamp(write, record);
  TRY(run_hooks(write, entity, HookEvent::kBeforeDelete, record, &before));
  record.values = before.values;  // a deletion changes nothing else
  record.deleted_at = record.updated_at = time;
  TRY(write_changes(write, entity, record, before));
  TRY(remove_dependents(write, entity, id, time, level));
  return finish(write, entity, "deleted", record, &before);
}

Result<void> Engine::remove_dependents(WriteContext& write, const EntityEntry& entity, std::string_view id,
                                       const std::string& time, int level) {
  if (entity.dependents.empty()) return {};
  if (level > kMaxLevels)
    return fail(Error::internal("entity.too_deep",
                                "Records of " + entity.definition->name + " are parts of parts without end.")
                    .with("entity", entity.definition->name));
  const Caller everybody = for_parts(write.caller);
  WriteContext all{write.transaction, write.catalog, everybody, write.depth, write.trial, true};
  for (const auto& [other, field] : entity.dependents) {
    TRY_ASSIGN(ids, referring(write, *other, field, id, ""));
    if (ids.empty()) continue;
    if (other->definition->fields[field].on_delete == OnDelete::kRefuse)
      return fail(in_use(write, *other, static_cast<std::int64_t>(ids.size())));
    for (const std::string& part : ids) TRY(remove_at(all, *other, part, 0, time, level + 1));
  }
  return {};
}

Result<Written> Engine::restore(WriteContext& write, const EntityEntry& entity, std::string_view id) {
  TRY(begin(write, entity, 3));
  TRY_ASSIGN(before, load_for_write(write, entity, id, 3, true));
  Record record = before;
  stamp(write, record);
  record.deleted_at.clear();
  TRY(check_scope(write, entity, record, &before));
  TRY(write_changes(write, entity, record, before));
  TRY(restore_dependents(write, entity, id, before.deleted_at));
  TRY_ASSIGN(written, finish(write, entity, "restored", record, &before));
  TRY(Parts(*this, write, entity).touch_whole(record));
  return written;
}

// Those that went at the same moment went with it.
Result<void> Engine::restore_dependents(WriteContext& write, const EntityEntry& entity, std::string_view id,
                                        const std::string& time) {
  const Caller everybody = for_parts(write.caller);
  WriteContext all{write.transaction, write.catalog, everybody, write.depth, write.trial, true};
  for (const auto& [other, field] : entity.dependents) {
    if (other->definition->fields[field].on_delete != OnDelete::kCascade) continue;
    TRY_ASSIGN(ids, referring(write, *other, field, id, time));
    for (const std::string& part : ids) TRY(restore(all, *other, part));
  }
  return {};
}

Result<Written> Engine::clone(WriteContext& write, const EntityEntry& entity, std::string_view id,
                              const Json& input) {
  if (!input.is_object())
    return fail(Error::malformed("entity.not_object", "A record is a JSON object with its fields."));
  TRY_ASSIGN(source, load(write.transaction, write.catalog, entity, write.caller, id));
  TRY_ASSIGN(values, copied_values(write, entity, source, input));
  for (const EntityEntry* part : entity.parts) {
    if (input.contains(part->definition->part_of->name)) continue;
    TRY_ASSIGN(all, Parts(*this, write, entity).load(*part, id));
    Json& list = values[part->definition->part_of->name] = Json::array();
    for (Record& one : all) {
      conceal(*part, write.caller, one);
      TRY_ASSIGN(copied, copied_values(write, *part, one, Json::object()));
      copied.erase(part->definition->fields[part->definition->part_of->field].name);
      list.push_back(std::move(copied));
    }
  }
  values.update(input);
  return create(write, entity, values);
}

// The values of a record that another may have as well, and the caller may set. `given` takes precedence.
Result<Json> Engine::copied_values(WriteContext& write, const EntityEntry& entity, const Record& source,
                                   const Json& given) {
  const Definition& definition = *entity.definition;
  const FieldAccess& access = entity.fields_for(write.caller);
  Json values = Json::object();
  for (std::size_t i = 0; i < definition.fields.size(); ++i) {
    const Field& field = definition.fields[i];
    const bool stepped = definition.status == i && !definition.transitions.empty();
    if (field.read_only || field.unique || access.locked[i] || stepped || is_empty(source.values[i]))
      continue;
    if (!is_file(field.type)) {
      values[field.name] = to_json(field, source.values[i]);
    } else if (!given.contains(field.name)) {
      TRY_ASSIGN(copied, with_copied_files(write, *this, format_utc(clock_.now()), entity, source.id, field,
                                           source.values[i]));
      values[field.name] = std::move(copied);
    }
  }
  return values;
}

Result<void> Engine::refuse_named(WriteContext& write, const EntityEntry& entity, std::string_view id) const {
  for (const EntityEntry* other : write.catalog.all())
    for (const std::size_t field : other->reference_fields) {
      if (other->references[field] != &entity) continue;
      std::int64_t count = 0;
      TRY(write.transaction.query_one("SELECT count(*) FROM " + other->definition->table + " t WHERE t." +
                                          other->definition->fields[field].name + " = $1 AND t.id <> $1",
                                      {id}, [&](const store::Row& row) { count = row.i64(0); }));
      if (count > 0) return fail(in_use(write, *other, count));
    }
  return {};
}

Result<void> Engine::purge(WriteContext& write, const EntityEntry& entity, std::string_view id) {
  TRY(begin(write, entity, 3));
  TRY_ASSIGN(record, load_for_write(write, entity, id, 3, true));
  TRY(Parts(*this, write, entity).purge_all(id));
  TRY(refuse_named(write, entity, id));
  const std::string_view name = entity.definition->name;
  TRY(
      write.transaction.execute("DELETE FROM core_reaction WHERE comment_id IN (SELECT id FROM core_comment "
                                "WHERE entity = $1 AND record_id = $2)",
                                {name, id}));
  for (const char* table : {"core_comment", "core_mark", "core_tag", "core_share", "core_lock", "core_file"})
    TRY(write.transaction.execute(
        "DELETE FROM " + std::string(table) + " WHERE entity = $1 AND record_id = $2", {name, id}));
  TRY(Duplicates::forget(write.transaction, id));
  TRY(forget_words(write.transaction, entity, id));
  TRY(write.transaction.execute("DELETE FROM " + entity.definition->table + " WHERE id = $1", {id}));
  return tell(write, entity, "purged", record, &record, "[]");
}

Result<void> Engine::check_lock(WriteContext& write, const EntityEntry& entity, std::string_view id) const {
  if (!entity.definition->locks) return {};
  const std::string now = format_utc(clock_.now());
  std::string user, name, until;
  TRY_ASSIGN(
      locked,
      write.transaction.query_one(
          "SELECT user_id, user_name, expires_at FROM core_lock WHERE entity = $1 AND record_id "
          "= $2 AND expires_at > $3",
          {std::string_view(entity.definition->name), id, std::string_view(now)}, [&](const store::Row& row) {
            user = row.string(0);
            name = row.string(1);
            until = row.string(2);
          }));
  if (!locked || user == write.caller.user_id) return {};
  return fail(
      Error::conflict("entity.locked_by", "The record is being edited by " + name + " until " + until + ".")
          .with("name", name)
          .with("until", until));
}

Result<void> Engine::lock(WriteContext& write, const EntityEntry& entity, std::string_view id,
                          std::int64_t seconds) {
  if (!entity.definition->locks)
    return fail(
        Error::invalid("entity.no_locks", "Records of " + entity.definition->name + " are not locked.")
            .with("entity", entity.definition->name));
  if (seconds < kShortestLock || seconds > kLongestLock)
    return fail(Error::invalid("entity.bad_lock", "A lock lasts 10 to 3600 seconds.").at("seconds"));
  TRY(require_scope(write.transaction, write.catalog, entity, write.caller, id, 2));
  TRY(check_lock(write, entity, id));
  const std::string until = format_utc(clock_.now() + seconds * 1'000'000'000);
  TRY(write.transaction.execute(
      "INSERT INTO core_lock (entity, record_id, user_id, user_name, expires_at) VALUES ($1, $2, $3, $4, $5) "
      "ON "
      "CONFLICT (entity, record_id) DO UPDATE SET user_id = excluded.user_id, user_name = "
      "excluded.user_name, expires_at = excluded.expires_at",
      {std::string_view(entity.definition->name), id, std::string_view(write.caller.user_id),
       std::string_view(write.caller.name), std::string_view(until)}));
  return {};
}

Result<void> Engine::unlock(WriteContext& write, const EntityEntry& entity, std::string_view id) {
  TRY(require_scope(write.transaction, write.catalog, entity, write.caller, id, 2));
  if (!write.caller.administrator()) TRY(check_lock(write, entity, id));
  TRY(write.transaction.execute("DELETE FROM core_lock WHERE entity = $1 AND record_id = $2",
                                {std::string_view(entity.definition->name), id}));
  return {};
}

}  // namespace opsflux::entities
