#include <nlohmann/json.hpp>

#include "host/base/json_writer.hpp"
#include "host/base/text.hpp"
#include "host/entities/duplicates.hpp"
#include "host/entities/engine.hpp"
#include "host/entities/file_fields.hpp"
#include "host/entities/parts.hpp"
#include "host/entities/record_checks.hpp"
#include "host/entities/record_expression.hpp"
#include "host/entities/record_io.hpp"
#include "host/entities/search.hpp"

namespace opsflux::entities {
namespace {

// Writes that hooks of writes may make, one inside the other.
constexpr int kMaxDepth = 8;

Error no_record(const EntityEntry& entity) {
  return Error::not_found("entity.no_record", "There is no such record of " + entity.definition->name + ".")
      .with("entity", entity.definition->name);
}

// [{"field": …, "before": …, "after": …}] of the fields that differ; with "names" of files.
std::string describe_changes(const EntityEntry& entity, const Record& record, const Record* before,
                             const FileNames& files) {
  std::string out;
  JsonWriter json(out);
  FileNames shown;
  json.begin_array();
  for (std::size_t i = 0; i < record.values.size(); ++i) {
    const FieldValue none;
    const FieldValue& old = before != nullptr ? before->values[i] : none;
    if (record.values[i] == old) continue;
    const Field& field = entity.definition->fields[i];
    json.begin_object().key("field").string(field.name).key("before");
    write_value(json, field, old);
    json.key("after");
    write_value(json, field, record.values[i]);
    if (is_file(field.type)) {
      json.key("names").begin_object();
      for (const auto* value : {&old, &record.values[i]})
        for (const std::string& id : file_ids(field, *value))
          if (const auto name = files.find(id); name != files.end()) shown.insert(*name);
      for (const auto& [id, name] : std::exchange(shown, {})) json.key(id).string(name);
      json.end_object();
    }
    json.end_object();
  }
  json.end_array();
  return out;
}

// An index on an expression has no columns to tell; by its name it belongs to a field: <table>_<field>_….
std::string field_of_index(const Definition& definition, std::string_view index) {
  std::string out;
  for (const Field& field : definition.fields) {
    const std::string prefix = definition.table + "_" + field.name;
    const bool fits = index == prefix || index.starts_with(prefix + "_");
    if (fits && field.name.size() > out.size()) out = field.name;
  }
  return out;
}

Error not_unique(const EntityEntry& entity, std::string_view columns) {
  const std::string& name = entity.definition->name;
  return Error::conflict("entity.not_unique", "There already is a record of " + name + " with this " +
                                                  (columns.empty() ? "value" : std::string(columns)) + ".")
      .with("fields", columns)
      .with("entity", name);
}

// Of the fields that are unique together those are named that the caller may see.
Error clash_for(const EntityEntry& entity, const Caller& caller, Error error) {
  if (error.code != "entity.not_unique") return error;
  const std::vector<bool>& hidden = entity.fields_for(caller).hidden;
  const auto columns = split(error.params.front().second, ',');
  std::vector<std::string> seen;
  for (const std::string_view column : columns) {
    const auto index = entity.definition->find(trim(column));
    if (!index || !hidden[*index]) seen.emplace_back(trim(column));
  }
  if (seen.size() == columns.size()) return error;
  return not_unique(entity, join(seen, ", ")).at(seen.empty() ? std::string() : seen.front());
}

// What is wrong in the input, and what is missing besides: a form is corrected in one go. Only what nobody
// but the caller gives counts as missing; what a hook may still fill in is judged after the hooks.
Error with_missing(const EntityEntry& entity, const Caller& caller, const Json& input, Error error) {
  if (!input.is_object()) return error;
  std::vector<Error> causes = error.causes.empty() ? std::vector<Error>{error} : std::move(error.causes);
  for (const std::size_t index : entity.fields_for(caller).visible) {
    const Field& field = entity.definition->fields[index];
    if (!field.required || field.read_only || !field.default_value.is_null()) continue;
    const auto given = input.find(field.name);
    if (given == input.end() || given->is_null() || *given == "") causes.push_back(missing_value(field));
  }
  return together(std::move(causes));
}

}  // namespace

Result<void> Engine::run_hooks(WriteContext& write, const EntityEntry& entity, HookEvent event,
                               Record& record, const Record* before, const Json* input) const {
  HookCall call{write, entity, record, before, input};
  for (const Hook& hook : entity.hooks[static_cast<std::size_t>(event)]) TRY(hook.run(call));
  return {};
}

// A clash in the database, told in terms of the entity.
Error Engine::friendly(const EntityEntry& entity, Error error) const {
  if (error.code != "store.unique") return error;
  std::string columns, constraint;
  for (const auto& [key, value] : error.params) {
    if (key == "columns") columns = value;
    if (key == "constraint") constraint = value;
  }
  std::string field = columns.substr(0, columns.find(','));
  if (!entity.definition->find(field)) columns = field = field_of_index(*entity.definition, constraint);
  if (field.empty()) return error;
  return not_unique(entity, columns).at(field);
}

Result<void> Engine::insert(WriteContext& write, const EntityEntry& entity, const Record& record) const {
  const auto& fields = entity.definition->fields;
  std::vector<store::Value> values = {
      std::string_view(record.id),         record.version,
      std::string_view(record.created_at), store::text_or_null(std::string_view(record.created_by)),
      std::string_view(record.updated_at), store::text_or_null(std::string_view(record.updated_by))};
  values.reserve(values.size() + fields.size());
  for (std::size_t i = 0; i < fields.size(); ++i)
    values.push_back(bind_value(fields[i], record.values[i], write.transaction.dialect()));
  const auto inserted = write.all_at_once
                            ? write.transaction.post(entity.insert_sql, values)
                            : write.transaction.execute(entity.insert_sql, values).map([](auto) {});
  if (!inserted) return fail(clash_for(entity, write.caller, friendly(entity, inserted.error())));
  if (write.trial) return {};
  TRY(index_words(write.transaction, entity, record, true));
  return Duplicates::keep(write.transaction, entity, record, nullptr);
}

Result<void> Engine::write_changes(WriteContext& write, const EntityEntry& entity, const Record& record,
                                   const Record& before) const {
  const auto& fields = entity.definition->fields;
  std::string sql = "UPDATE " + entity.definition->table +
                    " SET version = $1, updated_at = $2, updated_by = $3, deleted_at = $4";
  std::vector<store::Value> values = {record.version, std::string_view(record.updated_at),
                                      store::text_or_null(std::string_view(record.updated_by)),
                                      store::text_or_null(std::string_view(record.deleted_at))};
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (record.values[i] == before.values[i]) continue;
    values.push_back(bind_value(fields[i], record.values[i], write.transaction.dialect()));
    sql += ", " + fields[i].name + " = $" + std::to_string(values.size());
  }
  values.push_back(std::string_view(record.id));
  sql += " WHERE id = $" + std::to_string(values.size());
  values.push_back(before.version);
  sql += " AND version = $" + std::to_string(values.size());
  auto changed = write.transaction.execute(sql, values);
  if (!changed) return fail(clash_for(entity, write.caller, friendly(entity, std::move(changed.error()))));
  if (*changed != 1)
    return fail(Error::conflict("entity.changed_meanwhile",
                                "The record was changed by somebody else at the same moment. Try again."));
  if (write.trial) return {};
  if (words_changed(*entity.definition, record, before)) TRY(index_words(write.transaction, entity, record));
  return Duplicates::keep(write.transaction, entity, record, &before);
}

Result<void> Engine::tell(WriteContext& write, const EntityEntry& entity, std::string_view action,
                          const Record& record, const Record* before, std::string changes) {
  if (write.trial) return {};
  const std::string& name = entity.definition->name;
  TRY(audit_.write(write.transaction, write.caller,
                   {std::string(action), name, record.id, std::move(changes)}));
  const RecordChange change{entity, action, record, before, write.caller};
  for (const auto& watch : entity.watches)
    if (watch->written) TRY(watch->written(write.transaction, change));
  TRY(listener_.in_transaction(write.transaction, change));
  // What the closure needs of the catalog it keeps alive: the next one may have come meanwhile.
  write.transaction.on_commit([this, definition = entity.definition, watches = entity.watches, id = record.id,
                               action = std::string(action)] {
    for (const auto& watch : watches)
      if (watch->committed) watch->committed(id, action);
    listener_.committed(definition->name, id, action);
  });
  return {};
}

Result<void> Engine::note(WriteContext& write, const EntityEntry& entity, std::string_view id,
                          std::string_view action, const Json& changes) {
  TRY_ASSIGN(record, load_for_write(write, entity, id, 0, false));
  return tell(write, entity, action, record, &record, to_text(changes));
}

Result<Written> Engine::finish(WriteContext& write, const EntityEntry& entity, std::string_view action,
                               const Record& record, const Record* before) {
  TRY_ASSIGN(files, changed_file_names(write, entity, record, before));
  TRY(tell(write, entity, action, record, before, describe_changes(entity, record, before, files)));
  return Written{record.id, record.version};
}

Result<void> Engine::audit_export(const EntityEntry& entity, const Caller& caller, std::string_view filter,
                                  std::int64_t rows) {
  TRY(listener_.may_export(caller, rows));
  const std::string what =
      to_text(Json::array({{{"field", "rows"}, {"before", nullptr}, {"after", rows}},
                           {{"field", "filter"}, {"before", nullptr}, {"after", filter}}}));
  return database_.write_now([&](store::Transaction& transaction) {
    return audit_.write(transaction, caller, {"exported", entity.definition->name, "", what});
  });
}

Result<Record> Engine::load_for_write(WriteContext& write, const EntityEntry& entity, std::string_view id,
                                      std::size_t action, bool deleted) {
  Record record;
  std::vector<expression::SqlValue> owned = {std::string(id)};
  const std::string policy =
      RowPolicy(entity, write.catalog, write.caller, action).sql("t", owned, write.transaction.dialect());
  TRY_ASSIGN(found, write.transaction.query_one(
                        entity.read_sql + policy, as_params(owned, owned.size()), [&](const store::Row& row) {
                          record = read_record(entity, row, write.transaction.dialect());
                        }));
  if (found && record.deleted_at.empty() != deleted) return record;
  if (!found) TRY(require_scope(write.transaction, write.catalog, entity, write.caller, id, action));
  return fail(no_record(entity));
}

Result<void> Engine::begin(WriteContext& write, const EntityEntry& entity, std::size_t action) const {
  if (write.caller.read_only)
    return fail(Error::forbidden(
        "identity.seeing_only", "You see as somebody else and cannot do this. Come back to yourself first."));
  TRY(write.catalog.permissions.require(write.caller, entity.permission[action]));
  if (write.depth > kMaxDepth)
    return fail(Error::internal("entity.too_deep", "Hooks of " + entity.definition->name +
                                                       " change records that change records without end.")
                    .with("entity", entity.definition->name));
  return {};
}

Result<void> Engine::complete(WriteContext& write, const EntityEntry& entity, HookEvent event, Record& record,
                              const Record* before, const Json& input) const {
  const Definition& definition = *entity.definition;
  // Hooks see the computed values, and what they change is computed with again.
  TRY(compute_fields(definition, record, write.caller, clock_));
  if (!entity.hooks[static_cast<std::size_t>(event)].empty()) {
    TRY(run_hooks(write, entity, event, record, before, &input));
    TRY(compute_fields(definition, record, write.caller, clock_));
  }
  RecordChecks checks(write, entity, clock_);
  // What is summed up over parts is known, and judged, when they are written.
  return definition.rolls_up ? checks.values(record, before) : checks.run(record, before);
}

Result<Written> Engine::create(WriteContext& write, const EntityEntry& entity, const Json& input) {
  return create_with(write, entity, input, {});
}

Result<Written> Engine::create_with(WriteContext& write, const EntityEntry& entity, const Json& input,
                                    const Preset& preset) {
  TRY(begin(write, entity, 1));
  Record record;
  record.values.resize(entity.definition->fields.size());
  record.id = ids_.next();
  record.version = 1;
  record.created_at = record.updated_at = format_utc(clock_.now());
  record.created_by = record.updated_by = write.caller.user_id;
  if (auto applied = apply_input(write, entity, input, record, nullptr); !applied)
    return fail(with_missing(entity, write.caller, input, std::move(applied.error())));
  for (const auto& [field, value] : preset) record.values[field] = value;
  TRY(apply_defaults(write, entity, record));
  Parts parts(*this, write, entity);
  TRY(parts.place(record));
  TRY(number_sequences(write, entity, record));
  TRY(complete(write, entity, HookEvent::kBeforeCreate, record, nullptr, input));
  TRY(check_scope(write, entity, record, nullptr));
  TRY(insert(write, entity, record));
  TRY(bind_files(write, entity, record, nullptr, record.created_at));
  TRY(parts.write_all(record.id, input));
  TRY(parts.sum_up(record, nullptr));
  TRY_ASSIGN(written, finish(write, entity, "created", record, nullptr));
  TRY(parts.touch_whole(record));
  return written;
}

Result<Written> Engine::update(WriteContext& write, const EntityEntry& entity, std::string_view id,
                               std::int64_t version, const Json& input) {
  return update_with(write, entity, id, version, input, {});
}

Result<Written> Engine::update_with(WriteContext& write, const EntityEntry& entity, std::string_view id,
                                    std::int64_t version, const Json& input, const Preset& preset) {
  TRY(begin(write, entity, 2));
  TRY_ASSIGN(before, load_for_write(write, entity, id, 2, false));
  TRY(check_version(write, entity, before, version));
  TRY(check_lock(write, entity, id));
  Record record = before;
  TRY(apply_input(write, entity, input, record, &before));
  for (const auto& [field, value] : preset) record.values[field] = value;
  Parts parts(*this, write, entity);
  TRY(parts.stays(record, before));
  TRY_ASSIGN(parts_changed, parts.write_all(id, input));
  if (record.values == before.values && !parts_changed) return Written{before.id, before.version};
  stamp(write, record);
  TRY(complete(write, entity, HookEvent::kBeforeUpdate, record, &before, input));
  TRY(check_scope(write, entity, record, &before));
  TRY(write_changes(write, entity, record, before));
  TRY(bind_files(write, entity, record, &before, record.updated_at));
  TRY(parts.sum_up(record, &before));
  TRY_ASSIGN(written, finish(write, entity, "updated", record, &before));
  TRY(parts.touch_whole(record));
  return written;
}

void Engine::stamp(const WriteContext& write, Record& record) const {
  ++record.version;
  record.updated_at = format_utc(clock_.now());
  record.updated_by = write.caller.user_id;
}

Result<void> Engine::check_version(const WriteContext& write, const EntityEntry& entity, const Record& stored,
                                   std::int64_t version) const {
  if (version == 0 || version == stored.version) return {};
  Error error =
      Error::make(ErrorKind::kPreconditionFailed, "entity.version_conflict",
                  "The record was changed meanwhile: it is at version " + std::to_string(stored.version) +
                      ", you sent " + std::to_string(version) + ".");
  write_record(error.current, entity, stored, entity.fields_for(write.caller).visible);
  if (!entity.parts.empty())
    TRY(append_parts(write.transaction, write.catalog, entity, write.caller, stored.id, stored.deleted_at,
                     error.current));
  return fail(
      std::move(error).with("stored", std::to_string(stored.version)).with("sent", std::to_string(version)));
}

}  // namespace opsflux::entities
