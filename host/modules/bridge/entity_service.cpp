// opsflux.entity/1.
#include <nlohmann/json.hpp>

#include "host/base/full_name.hpp"
#include "host/entities/record_io.hpp"
#include "host/modules/bridge/guard.hpp"
#include "host/modules/bridge/tables.hpp"
#include "opsflux/abi/entity.h"

namespace opsflux::modules {
namespace {

using entities::EntityEntry;
using entities::Record;
using entities::WriteContext;

opf_status bind_hook(opf_instance instance, opf_str function, opf_hook_fn fn, void* user,
                     void (*release)(void*)) noexcept {
  return bind_function(instance, Generation::BindingKind::kHook, function, reinterpret_cast<void (*)()>(fn),
                       user, release);
}

Result<RecordView*> record_of(CallContext& context, opf_record handle) {
  RecordView* record = context.record(handle);
  if (record == nullptr)
    return fail(
        service_error(ErrorKind::kInternal, "stale_record", "The record handle is not one of this call."));
  return record;
}

Result<std::size_t> field_of(const RecordView& record, opf_str name) {
  const auto index = record.entity->definition->find(view(name));
  if (!index)
    return fail(service_error(
        ErrorKind::kNotFound, "no_field",
        "There is no field \"" + std::string(view(name)) + "\" in " + record.entity->definition->name + "."));
  return *index;
}

Result<const EntityEntry*> entity_of(CallContext& context, opf_str name) {
  const std::string full = full_name(context.generation.manifest().id, view(name));
  const EntityEntry* entity = context.catalog == nullptr ? nullptr : context.catalog->find(full);
  if (entity == nullptr)
    return fail(service_error(ErrorKind::kNotFound, "no_entity", "There is no entity " + full + "."));
  return entity;
}

// Runs `work(Session&)` in the hook's transaction, or in a read of its own.
template <class Work>
Result<void> reading(CallContext& context, Work&& work) {
  if (context.write != nullptr) return work(static_cast<store::Session&>(context.write->transaction));
  return context.generation.runtime().engine.database().read(
      [&](store::Session& session) { return work(session); });
}

template <class Work>
Result<void> writing(CallContext& context, Work&& work) {
  if (context.write != nullptr) return work(*context.write);
  // Called on this thread before write_now returns, so references hold; it may run more than once.
  return context.generation.runtime().engine.database().write_now(
      [&](store::Transaction& transaction) -> Result<void> {
        WriteContext write{transaction, *context.catalog, context.caller};
        return work(write);
      });
}

opf_status record_get(opf_ctx ctx, opf_record handle, opf_str name, opf_value* value) noexcept {
  return with_context(ctx, [&](CallContext& context) -> Result<void> {
    TRY_ASSIGN(record, record_of(context, handle));
    TRY_ASSIGN(index, field_of(*record, name));
    *value =
        value_to(context.arena, record->entity->definition->fields[index], record->record->values[index]);
    return {};
  });
}

opf_status record_before(opf_ctx ctx, opf_record handle, opf_str name, opf_value* value) noexcept {
  return with_context(ctx, [&](CallContext& context) -> Result<void> {
    TRY_ASSIGN(record, record_of(context, handle));
    TRY_ASSIGN(index, field_of(*record, name));
    const entities::FieldValue none;
    *value = value_to(context.arena, record->entity->definition->fields[index],
                      record->before != nullptr ? record->before->values[index] : none);
    return {};
  });
}

opf_status record_set(opf_ctx ctx, opf_record handle, opf_str name, const opf_value* value) noexcept {
  return with_context(ctx, [&](CallContext& context) -> Result<void> {
    TRY_ASSIGN(record, record_of(context, handle));
    if (!record->writable)
      return fail(service_error(ErrorKind::kInternal, "read_only_record",
                                "Only the record of a hook can be set; use update for others."));
    TRY_ASSIGN(index, field_of(*record, name));
    TRY_ASSIGN(json, json_from(*value));
    TRY_ASSIGN(parsed, entities::parse_value(record->entity->definition->fields[index], json));
    record->record->values[index] = std::move(parsed);
    return {};
  });
}

opf_status record_id(opf_ctx ctx, opf_record handle, opf_str* id) noexcept {
  return with_context(ctx, [&](CallContext& context) -> Result<void> {
    TRY_ASSIGN(record, record_of(context, handle));
    return put_text(context, record->record->id, id);
  });
}

opf_record add_owned(CallContext& context, const EntityEntry* entity, Record record) {
  auto view = std::make_unique<RecordView>();
  view->entity = entity;
  view->owned = std::make_unique<Record>(std::move(record));
  view->record = view->owned.get();
  return context.add_record(std::move(view));
}

opf_status read(opf_ctx ctx, opf_str name, opf_str id, opf_record* out) noexcept {
  return with_context(ctx, [&](CallContext& context) -> Result<void> {
    TRY_ASSIGN(entity, entity_of(context, name));
    return reading(context, [&](store::Session& session) -> Result<void> {
      TRY_ASSIGN(record, context.generation.runtime().engine.load(session, *context.catalog, *entity,
                                                                  context.caller, view(id)));
      *out = add_owned(context, entity, std::move(record));
      return {};
    });
  });
}

opf_status list(opf_ctx ctx, const opf_query* query, opf_cursor* out) noexcept {
  return with_context(ctx, [&](CallContext& context) -> Result<void> {
    if (query == nullptr || query->struct_size < sizeof(opf_query))
      return fail(service_error(ErrorKind::kUnsupported, "bad_struct", "struct_size is too small."));
    TRY_ASSIGN(entity, entity_of(context, query->entity));
    const std::int64_t limit = query->limit == 0 ? 100 : std::min<std::uint32_t>(query->limit, 10'000);
    entities::ListQuery list;
    list.filter = view(query->filter);
    list.sort = query->sort.len == 0 ? "id" : std::string(view(query->sort));
    list.count = false;
    auto cursor = std::make_unique<CursorView>();
    cursor->entity = entity;
    // Pages of the engine's own size, so that one bound holds for everybody.
    for (list.page = 1; static_cast<std::int64_t>(cursor->records.size()) < limit; ++list.page) {
      list.page_size = std::min<std::int64_t>(entities::kMaxPageSize, limit);
      std::vector<Record> page;
      TRY(reading(context, [&](store::Session& session) -> Result<void> {
        TRY_ASSIGN(found, context.generation.runtime().engine.find(session, *context.catalog, *entity,
                                                                   context.caller, list));
        page = std::move(found);
        return {};
      }));
      const bool last = static_cast<std::int64_t>(page.size()) < list.page_size;
      for (Record& record : page)
        if (static_cast<std::int64_t>(cursor->records.size()) < limit)
          cursor->records.push_back(std::move(record));
      if (last) break;
    }
    *out = context.add_cursor(std::move(cursor));
    return {};
  });
}

opf_status next(opf_ctx ctx, opf_cursor handle, opf_record* out) noexcept {
  return with_context(ctx, [&](CallContext& context) -> Result<void> {
    CursorView* cursor = context.cursor(handle);
    if (cursor == nullptr)
      return fail(
          service_error(ErrorKind::kInternal, "stale_cursor", "The cursor handle is not one of this call."));
    *out = cursor->next == cursor->records.size()
               ? 0
               : add_owned(context, cursor->entity, cursor->records[cursor->next++]);
    return {};
  });
}

Result<Json> fields_from(const opf_field* fields, std::uint64_t count) {
  Json out = Json::object();
  for (std::uint64_t i = 0; i < count; ++i) {
    TRY_ASSIGN(value, json_from(fields[i].value));
    out[std::string(view(fields[i].name))] = std::move(value);
  }
  return out;
}

opf_status create(opf_ctx ctx, opf_str name, const opf_field* fields, std::uint64_t count,
                  opf_str* id) noexcept {
  return with_context(ctx, [&](CallContext& context) -> Result<void> {
    TRY_ASSIGN(entity, entity_of(context, name));
    TRY_ASSIGN(input, fields_from(fields, count));
    std::string made;
    TRY(writing(context, [&](WriteContext& write) -> Result<void> {
      TRY_ASSIGN(written, context.generation.runtime().engine.create(write, *entity, input));
      made = written.id;
      return {};
    }));
    return put_text(context, made, id);
  });
}

opf_status update(opf_ctx ctx, opf_str name, opf_str id, std::int64_t version, const opf_field* fields,
                  std::uint64_t count) noexcept {
  return with_context(ctx, [&](CallContext& context) -> Result<void> {
    TRY_ASSIGN(entity, entity_of(context, name));
    TRY_ASSIGN(input, fields_from(fields, count));
    return writing(context, [&](WriteContext& write) -> Result<void> {
      TRY(context.generation.runtime().engine.update(write, *entity, view(id), version, input));
      return {};
    });
  });
}

opf_status remove(opf_ctx ctx, opf_str name, opf_str id) noexcept {
  return with_context(ctx, [&](CallContext& context) -> Result<void> {
    TRY_ASSIGN(entity, entity_of(context, name));
    return writing(context, [&](WriteContext& write) -> Result<void> {
      TRY(context.generation.runtime().engine.remove(write, *entity, view(id), 0));
      return {};
    });
  });
}

}  // namespace

const void* entity_table() {
  static const opf_entity_v1 table{sizeof(opf_entity_v1),
                                   1,
                                   bind_hook,
                                   record_get,
                                   record_before,
                                   record_set,
                                   record_id,
                                   read,
                                   list,
                                   next,
                                   create,
                                   update,
                                   remove};
  return &table;
}

}  // namespace opsflux::modules
