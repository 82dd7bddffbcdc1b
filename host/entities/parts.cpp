#include "host/entities/parts.hpp"

#include <nlohmann/json.hpp>

#include "host/entities/record_checks.hpp"
#include "host/entities/record_expression.hpp"
#include "host/entities/record_io.hpp"
#include "host/entities/row_security.hpp"

namespace opsflux::entities {
namespace {

const PartOf& part_of(const EntityEntry& part) { return *part.definition->part_of; }
const Field& whole_field(const EntityEntry& part) { return part.definition->fields[part_of(part).field]; }
std::string whole_id(const EntityEntry& part, const Record& record) {
  return text_of(record.values[part_of(part).field]);
}

// By their places, and where those are none as they were made.
std::string in_order(const EntityEntry& part) {
  const auto position = part_of(part).position;
  return (position ? part.definition->fields[*position].name + "," : std::string()) + "created_at,id";
}

Error no_list(std::string_view name) {
  return Error::invalid("entity.parts_no_list",
                        "\"" + std::string(name) + "\" is a list of objects, each with the fields of one.")
      .at(name)
      .with("name", name);
}

}  // namespace

const EntityEntry* Parts::of(const EntityEntry& whole, std::string_view name) {
  for (const EntityEntry* part : whole.parts)
    if (part_of(*part).name == name) return part;
  return nullptr;
}

Result<void> Parts::may_write(WriteContext& write, const EntityEntry& entity, const Record& part) {
  if (write.within_whole) return {};
  TRY(Engine::require_scope(write.transaction, write.catalog, *entity.whole, write.caller,
                            whole_id(entity, part), 2));
  bool deleted = false;
  TRY(write.transaction.query_one(
      "SELECT deleted_at FROM " + entity.whole->definition->table + " WHERE id = $1",
      {std::string_view(whole_id(entity, part))}, [&](const store::Row& row) { deleted = !row.is_null(0); }));
  if (!deleted) return {};
  return fail(Error::conflict("entity.whole_deleted", "The record that this is a part of is deleted.")
                  .at(whole_field(entity).name)
                  .with("entity", entity.whole->definition->name));
}

Result<std::vector<Record>> Parts::load(const EntityEntry& part, std::string_view id) {
  std::vector<Record> out;
  TRY(write_.transaction.query("SELECT " + part.select_columns + " FROM " + part.definition->table +
                                   " t WHERE t." + whole_field(part).name +
                                   " = $1 AND t.deleted_at IS NULL ORDER BY " + in_order(part),
                               {id}, [&](const store::Row& row) {
                                 out.push_back(read_record(part, row, write_.transaction.dialect()));
                                 return true;
                               }));
  return out;
}

Result<bool> Parts::write_all(std::string_view id, const Json& input) {
  bool changed = false;
  for (const EntityEntry* part : entity_.parts) {
    const auto list = input.find(part_of(*part).name);
    if (list == input.end()) continue;
    TRY_ASSIGN(written, write_list(*part, id, *list));
    changed = changed || written;
  }
  return changed;
}

Result<bool> Parts::write_list(const EntityEntry& part, std::string_view id, const Json& list) {
  const std::string& name = part_of(part).name;
  if (!list.is_array()) return fail(no_list(name));
  if (list.size() > kMaxParts)
    return fail(Error::invalid("entity.too_many_parts",
                               "\"" + name + "\" has at most " + std::to_string(kMaxParts) + " entries.")
                    .at(name)
                    .with("name", name)
                    .with("max", std::to_string(kMaxParts)));
  WriteContext inside{write_.transaction, write_.catalog, write_.caller, write_.depth, write_.trial, true};
  TRY_ASSIGN(rest, load(part, id));
  // What goes first makes room for unique values.
  bool changed = false;
  for (auto it = rest.begin(); it != rest.end();) {
    const bool kept = std::any_of(list.begin(), list.end(), [&](const Json& item) {
      return item.is_object() && get_string_or(item, "id", "") == it->id;
    });
    if (!kept) {
      TRY(engine_.remove_at(inside, part, it->id, 0, format_utc(engine_.clock_.now()), 1));
      changed = true;
    }
    it = kept ? it + 1 : rest.erase(it);
  }
  std::vector<Error> causes;
  for (std::size_t i = 0; i < list.size(); ++i) {
    auto written = write_item(part, id, list[i], static_cast<std::int64_t>(i) + 1, rest);
    if (!written)
      causes.push_back(below(std::move(written.error()), name + "/" + std::to_string(i)));
    else
      changed = changed || *written;
    if (causes.size() >= 20) break;
  }
  if (!causes.empty()) return fail(together(std::move(causes)));
  return changed;
}

// `rest`: those parts that no item named yet.
Result<bool> Parts::write_item(const EntityEntry& part, std::string_view id, const Json& item,
                               std::int64_t place, std::vector<Record>& rest) {
  if (!item.is_object())
    return fail(Error::malformed("entity.not_object", "A record is a JSON object with its fields."));
  WriteContext inside{write_.transaction, write_.catalog, write_.caller, write_.depth, write_.trial, true};
  Json values = item;
  const std::string own = get_string_or(item, "id", "");
  const std::int64_t version = get_int_or(item, "version", 0);
  for (const char* key : {"id", "version"}) values.erase(key);
  Engine::Preset preset;
  if (const auto position = part_of(part).position) preset.emplace_back(*position, place);
  if (!item.contains("id")) {
    values[whole_field(part).name] = std::string(id);
    TRY(engine_.create_with(inside, part, values, preset));
    return true;
  }
  const auto it = std::find_if(rest.begin(), rest.end(), [&](const Record& one) { return one.id == own; });
  if (it == rest.end())
    return fail(Error::invalid("entity.no_part", "This record has no such part, or it is named twice.")
                    .at("id")
                    .with("name", part_of(part).name));
  const std::int64_t before = it->version;
  rest.erase(it);
  TRY_ASSIGN(written, engine_.update_with(inside, part, own, version, values, preset));
  return written.version != before;
}

Result<FieldValue> Parts::rolled_up(const Field& field, std::string_view id) const {
  const Rollup& rollup = *field.rollup;
  const EntityEntry& part = *of(entity_, rollup.parts);
  const auto index = part.definition->find(rollup.field);
  const Field& summed = index ? part.definition->fields[*index] : field;
  std::string what(kRollupOps[static_cast<std::size_t>(rollup.op)]);
  what += index ? "(t." + rollup.field + ")" : "(*)";
  // The sum of none is nothing, and PostgreSQL adds whole numbers up to another type.
  if (rollup.op == Rollup::Op::kSum) {
    what = "coalesce(" + what + ", 0)";
    if (storage_of(summed.type) != Storage::kDecimal) what = "CAST(" + what + " AS bigint)";
  }
  FieldValue out;
  TRY(write_.transaction.query_one(
      "SELECT " + what + " FROM " + part.definition->table + " t WHERE t." + whole_field(part).name +
          " = $1 AND t.deleted_at IS NULL",
      {id}, [&](const store::Row& row) { out = read_value(summed, row, 0, write_.transaction.dialect()); }));
  return out;
}

Result<void> Parts::sum_up(Record& record, const Record* before) {
  if (!entity_.definition->rolls_up) return {};
  const Record stored = record;
  for (std::size_t i = 0; i < record.values.size(); ++i) {
    const Field& field = entity_.definition->fields[i];
    if (!field.rollup) continue;
    TRY_ASSIGN(value, rolled_up(field, record.id));
    TRY(check_value(field, value));
    record.values[i] = std::move(value);
  }
  TRY(compute_fields(*entity_.definition, record, write_.caller, engine_.clock_));
  TRY(RecordChecks(write_, entity_, engine_.clock_).logic(record, before));
  if (record.values == stored.values) return {};
  return engine_.write_changes(write_, entity_, record, stored);
}

Result<void> Parts::place(Record& part) const {
  if (entity_.whole == nullptr || !part_of(entity_).position || write_.within_whole) return {};
  const std::size_t position = *part_of(entity_).position;
  if (!is_empty(part.values[position])) return {};
  const std::string& name = entity_.definition->fields[position].name;
  std::int64_t last = 0;
  TRY(write_.transaction.query_one(
      "SELECT coalesce(max(" + name + "), 0) FROM " + entity_.definition->table + " t WHERE t." +
          whole_field(entity_).name + " = $1 AND t.deleted_at IS NULL",
      {std::string_view(whole_id(entity_, part))}, [&](const store::Row& row) { last = row.i64(0); }));
  part.values[position] = last + 1;
  return {};
}

Result<void> Parts::stays(const Record& record, const Record& before) const {
  if (entity_.whole == nullptr || write_.caller.system ||
      whole_id(entity_, record) == whole_id(entity_, before))
    return {};
  return fail(Error::invalid("entity.part_stays", "A part stays with the record it belongs to.")
                  .at(whole_field(entity_).name)
                  .with("field", whole_field(entity_).name));
}

Result<void> Parts::touch_whole(const Record& part) {
  if (entity_.whole == nullptr || write_.within_whole) return {};
  const EntityEntry& whole = *entity_.whole;
  Record before;
  const std::string id = whole_id(entity_, part);
  TRY_ASSIGN(found,
             write_.transaction.query_one(whole.read_sql, {std::string_view(id)}, [&](const store::Row& row) {
               before = read_record(whole, row, write_.transaction.dialect());
             }));
  if (!found || !before.deleted_at.empty()) return {};
  TRY(engine_.check_lock(write_, whole, id));
  Record record = before;
  engine_.stamp(write_, record);
  TRY(engine_.write_changes(write_, whole, record, before));
  TRY(Parts(engine_, write_, whole).sum_up(record, &before));
  TRY(engine_.finish(write_, whole, "updated", record, &before));
  return {};
}

Result<void> Parts::touch_whole_of(std::string_view part_id) {
  if (entity_.whole == nullptr || write_.within_whole) return {};
  Record part;
  TRY(write_.transaction.query_one(entity_.read_sql, {part_id}, [&](const store::Row& row) {
    part = read_record(entity_, row, write_.transaction.dialect());
  }));
  return touch_whole(part);
}

Result<void> Parts::purge_all(std::string_view id) {
  WriteContext inside{write_.transaction, write_.catalog, write_.caller, write_.depth, write_.trial, true};
  for (const EntityEntry* part : entity_.parts) {
    std::vector<std::string> ids;
    TRY(write_.transaction.query(
        "SELECT t.id FROM " + part->definition->table + " t WHERE t." + whole_field(*part).name + " = $1",
        {id}, [&](const store::Row& row) {
          ids.push_back(row.string(0));
          return true;
        }));
    for (const std::string& one : ids) TRY(engine_.purge(inside, *part, one));
  }
  return {};
}

namespace {

Error bad_part(const EntityEntry& entity, std::string_view pointer, std::string_view reason,
               const std::string& message) {
  const std::string file = "entities/" + entity.definition->entity + ".json";
  return Error::invalid("definition." + std::string(reason),
                        file + " at " + std::string(pointer) + ": " + message)
      .at(file + "#" + std::string(pointer))
      .with("file", file)
      .with("pointer", pointer);
}

Result<void> check_part(const EntityEntry& part) {
  const std::string& to = whole_field(part).to;
  if (part.whole == nullptr)
    return fail(bad_part(part, "/part_of/field", "no_whole",
                         "There is no entity " + to + ", or its records are parts themselves."));
  const Definition& whole = *part.whole->definition;
  const std::string& name = part_of(part).name;
  if (whole.find(name) || Parts::of(*part.whole, name) != &part)
    return fail(bad_part(part, "/part_of/name", "part_name_taken",
                         "Records of " + to + " have something of the name \"" + name + "\" already."));
  return {};
}

Result<void> check_rollup(const EntityEntry& entity, std::size_t index) {
  const Field& field = entity.definition->fields[index];
  const std::string at = "/fields/" + std::to_string(index) + "/rollup/of";
  const EntityEntry* part = Parts::of(entity, field.rollup->parts);
  if (part == nullptr)
    return fail(bad_part(entity, at, "unknown_parts",
                         "Records of this entity have no parts \"" + field.rollup->parts + "\"."));
  if (field.rollup->op == Rollup::Op::kCount) return {};
  const auto found = part->definition->find(field.rollup->field);
  if (!found)
    return fail(
        bad_part(entity, at, "unknown_field",
                 "There is no field \"" + field.rollup->field + "\" in " + part->definition->name + "."));
  const Field& of = part->definition->fields[*found];
  if (storage_of(of.type) != storage_of(field.type) || of.scale != field.scale ||
      of.currency != field.currency)
    return fail(bad_part(entity, at, "rollup_type",
                         "The field " + of.name +
                             " has another type, other digits or another currency than " + field.name + "."));
  if (of.view_roles != field.view_roles)
    return fail(bad_part(
        entity, at, "rollup_hidden",
        "Who sees " + field.name + " learns of " + of.name + ": both name the same roles in \"view\"."));
  return {};
}

}  // namespace

Result<void> Catalog::check_parts() const {
  for (const EntityEntry* entity : ordered_)
    if (entity->definition->part_of) TRY(check_part(*entity));
  for (const EntityEntry* entity : ordered_) {
    for (std::size_t i = 0; i < entity->definition->fields.size(); ++i)
      if (entity->definition->fields[i].rollup) TRY(check_rollup(*entity, i));
  }
  return {};
}

Result<void> Engine::append_parts(store::Session& session, const Catalog& catalog, const EntityEntry& whole,
                                  const Caller& caller, std::string_view id, std::string_view deleted_at,
                                  std::string& out) const {
  const bool judged = row_identity(database_, catalog, caller) != nullptr;
  out.pop_back();  // the end of the record's object
  for (const EntityEntry* part : whole.parts) {
    ListQuery query;
    query.filter = whole_field(*part).name + " == \"" + std::string(id) + "\"";
    // Of a deleted record those that went with it.
    query.deleted = !deleted_at.empty();
    if (query.deleted) query.filter += " && deleted_at == timestamp(\"" + std::string(deleted_at) + "\")";
    query.sort = in_order(*part);
    query.unlimited = true;
    query.count = false;
    TRY_ASSIGN(compiled, CompiledList::compile({catalog, *part, caller, session.dialect(), clock_, judged},
                                               query, visible_labels(catalog, *part, caller)));
    out += ",\"" + part_of(*part).name + "\":";
    JsonWriter json(out);
    json.begin_array();
    std::int64_t count = 0;
    TRY(session.query(compiled.rows_sql, compiled.params(compiled.owned.size()), [&](const store::Row& row) {
      write_row(json, *part, row, session.dialect(), compiled.fields, compiled.labels, compiled.expansions);
      ++count;
      return true;
    }));
    json.end_array();
    if (count > 0 && part->definition->confidential)
      TRY(audit_.note_read(caller, {AuditRead::Kind::kList, part->definition->name, std::string(id),
                                    query.filter, count, ""}));
  }
  out += '}';
  return {};
}

}  // namespace opsflux::entities
