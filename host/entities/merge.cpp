#include "host/entities/merge.hpp"

#include <nlohmann/json.hpp>

#include "host/base/json_writer.hpp"
#include "host/base/text.hpp"
#include "host/entities/file_fields.hpp"
#include "host/entities/record_io.hpp"

namespace opsflux::entities {
namespace {

constexpr std::size_t kMaxLinks = 10'000;

Error bad_merge(std::string_view field, const std::string& message) {
  return Error::invalid("entity.bad_merge", message).at(field).with("field", field);
}

// Links are moved for everybody, in the name of who merges.
Caller for_everybody(const Caller& caller) {
  Caller out = caller;
  out.system = true;
  return out;
}

// Who merged may have set fields that others do not see: those are not told which.
Result<void> require_fields(const WriteContext& write, const EntityEntry& entity, const Json& values) {
  const FieldAccess& access = entity.fields_for(write.caller);
  for (const auto& [name, value] : values.items())
    if (const auto index = entity.definition->find(name); index && access.hidden[*index])
      return fail(Error::forbidden("entity.out_of_scope", "You may not do this with this record.")
                      .with("entity", entity.definition->name));
  return {};
}

}  // namespace

// A record that names another one in a field.
struct Merger::Link {
  const EntityEntry* entity = nullptr;
  std::size_t field = 0;
  std::string id;
  bool deleted = false;
};

Result<std::vector<Merger::Link>> Merger::links_to(WriteContext& write, const EntityEntry& entity,
                                                   std::string_view id) {
  std::vector<Link> out;
  const std::string any = entity.definition->name + "/" + std::string(id),
                    inside = "%\"" + std::string(id) + "\"%";
  for (const EntityEntry* other : write.catalog.all()) {
    const Definition& definition = *other->definition;
    for (std::size_t i = 0; i < definition.fields.size(); ++i) {
      const Field& field = definition.fields[i];
      const bool to_any = field.type == FieldType::kAny;
      if (!to_any && other->references[i] != &entity) continue;
      const bool list = field.type == FieldType::kReferences;
      const std::string where =
          list ? "CAST(t." + field.name + " AS text) LIKE $1" : "t." + field.name + " = $1";
      TRY(write.transaction.query("SELECT t.id, t.deleted_at FROM " + definition.table + " t WHERE " + where +
                                      " ORDER BY t.id LIMIT " + std::to_string(kMaxLinks + 1),
                                  {std::string_view(list     ? inside
                                                    : to_any ? any
                                                             : std::string(id))},
                                  [&](const store::Row& row) {
                                    out.push_back({other, i, row.string(0), !row.is_null(1)});
                                    return out.size() <= kMaxLinks;
                                  }));
      if (out.size() > kMaxLinks)
        return fail(Error::conflict("entity.too_many_links",
                                    "More than " + std::to_string(kMaxLinks) + " records point to this one.")
                        .with("max", std::to_string(kMaxLinks)));
    }
  }
  return out;
}

// Makes one link point from `from` to `to`, and notes it.
Result<void> Merger::point(WriteContext& write, const EntityEntry& target, const Link& link,
                           std::string_view from, std::string_view to, Json& moved) {
  const Field& field = link.entity->definition->fields[link.field];
  Record record;
  TRY(write.transaction.query_one(
      link.entity->read_sql, {std::string_view(link.id)},
      [&](const store::Row& row) { record = read_record(*link.entity, row, write.transaction.dialect()); }));
  const std::string prefix = field.type == FieldType::kAny ? target.definition->name + "/" : std::string();
  Json value;
  if (field.type == FieldType::kReferences) {
    value = to_json(field, record.values[link.field]);
    for (Json& item : value)
      if (item == std::string(from)) item = std::string(to);
  } else if (link.id != to || !prefix.empty()) {
    value = prefix + std::string(to);  // else it would point to itself, and points nowhere
  }
  moved.push_back({{"entity", link.entity->definition->name}, {"field", field.name}, {"id", link.id}});
  if (link.deleted) {
    TRY_ASSIGN(parsed, parse_value(field, value));
    TRY(write.transaction.execute(
        "UPDATE " + link.entity->definition->table + " SET " + field.name + " = $1 WHERE id = $2",
        {bind_value(field, parsed, write.transaction.dialect()), std::string_view(link.id)}));
    return {};
  }
  const Caller everybody = for_everybody(write.caller);
  WriteContext all{write.transaction, write.catalog, everybody, write.depth};
  TRY(engine_.update(all, *link.entity, link.id, 0, {{field.name, value}}));
  return {};
}

// Comments and attachments move; tags, followers and shares that the other has not yet are given to it.
Result<void> Merger::move_around(WriteContext& write, const EntityEntry& entity, std::string_view from,
                                 std::string_view to, Json& moved) {
  const std::string_view name = entity.definition->name;
  for (const auto& [key, table, which] :
       {std::tuple{"comments", "core_comment", ""}, {"files", "core_file", " AND field IS NULL"}}) {
    Json& ids = moved[key] = Json::array();
    const std::string where = std::string(" WHERE entity = $1 AND record_id = $2") + which;
    TRY(write.transaction.query("SELECT id FROM " + std::string(table) + where, {name, from},
                                [&](const store::Row& row) {
                                  ids.push_back(row.string(0));
                                  return true;
                                }));
    TRY(write.transaction.execute("UPDATE " + std::string(table) + " SET record_id = $3" + where,
                                  {name, from, to}));
  }
  for (const char* copy :
       {"INSERT INTO core_tag (entity, record_id, tag, created_at, created_by) SELECT entity, $3, tag, "
        "created_at, created_by FROM core_tag WHERE entity = $1 AND record_id = $2 ON CONFLICT DO NOTHING",
        "INSERT INTO core_mark (entity, record_id, user_id, kind, created_at) SELECT entity, $3, user_id, "
        "kind, "
        "created_at FROM core_mark WHERE entity = $1 AND record_id = $2 ON CONFLICT DO NOTHING",
        "INSERT INTO core_share (entity, record_id, grantee, kind, editable, created_at, created_by) SELECT "
        "entity, $3, grantee, kind, editable, created_at, created_by FROM core_share WHERE entity = $1 AND "
        "record_id = $2 ON CONFLICT DO NOTHING"})
    TRY(write.transaction.execute(copy, {name, from, to}));
  return {};
}

// A value taken over from the record that goes names that one's files.
Result<void> Merger::take_files(WriteContext& write, const EntityEntry& entity, std::string_view from,
                                Json& values) {
  if (entity.file_fields.empty()) return {};
  TRY_ASSIGN(source, engine_.load(write.transaction, write.catalog, entity, write.caller, from));
  const std::string now = format_utc(engine_.clock().now());
  for (const std::size_t index : entity.file_fields) {
    const Field& field = entity.definition->fields[index];
    const auto given = values.find(field.name);
    if (given == values.end() || is_empty(source.values[index]) ||
        *given != to_json(field, source.values[index]))
      continue;
    TRY_ASSIGN(copied, with_copied_files(write, engine_, now, entity, from, field, source.values[index]));
    *given = std::move(copied);
  }
  return {};
}

Result<Written> Merger::merge(WriteContext& write, const EntityEntry& entity, std::string_view into,
                              const Json& input) {
  const std::string from = get_string_or(input, "from", "");
  Json values = input.is_object() ? input.value("values", Json::object()) : Json();
  if (!is_uuid(from) || !values.is_object())
    return fail(bad_merge("from", "\"from\" names the record that goes, and \"values\" holds values."));
  if (from == into) return fail(bad_merge("from", "A record is not merged with itself."));
  TRY(Engine::require_scope(write.transaction, write.catalog, entity, write.caller, into, 2));
  TRY(Engine::require_scope(write.transaction, write.catalog, entity, write.caller, from, 3));
  TRY_ASSIGN(links, links_to(write, entity, from));
  Json moved = {{"links", Json::array()}, {"values", Json::array()}};
  for (const Link& link : links)
    if (link.id != from) TRY(point(write, entity, link, from, into, moved["links"]));
  TRY(move_around(write, entity, from, into, moved));
  TRY(take_files(write, entity, from, values));
  TRY(engine_.remove(write, entity, from, 0));
  TRY_ASSIGN(before, engine_.load(write.transaction, write.catalog, entity, write.caller, into));
  TRY_ASSIGN(written, engine_.update(write, entity, into, 0, values));
  for (const auto& [name, value] : values.items()) {
    const std::size_t index = *entity.definition->find(name);
    moved["values"].push_back(
        {{"field", name}, {"before", to_json(entity.definition->fields[index], before.values[index])}});
  }
  const std::string id = engine_.new_id(), now = format_utc(engine_.clock().now()), text = to_text(moved);
  TRY(write.transaction.execute(
      "INSERT INTO core_merge (id, entity, into_id, from_id, merged_at, merged_by, moved) VALUES ($1, $2, "
      "$3, "
      "$4, $5, $6, $7)",
      {std::string_view(id), std::string_view(entity.definition->name), into, std::string_view(from),
       std::string_view(now), store::text_or_null(std::string_view(write.caller.user_id)),
       std::string_view(text)}));
  TRY(engine_.note(write, entity, into, "merged",
                   Json::array({{{"field", "_merged"}, {"before", from}, {"after", id}}})));
  return written;
}

Result<Written> Merger::undo(WriteContext& write, const EntityEntry& entity, std::string_view into,
                             std::string_view merge) {
  TRY(Engine::require_scope(write.transaction, write.catalog, entity, write.caller, into, 2));
  std::string from, text;
  TRY_ASSIGN(found,
             write.transaction.query_one(
                 "SELECT from_id, moved FROM core_merge WHERE id = $1 AND entity = $2 AND into_id = $3 "
                 "AND undone_at IS NULL",
                 {merge, std::string_view(entity.definition->name), into}, [&](const store::Row& row) {
                   from = row.string(0);
                   text = row.string(1);
                 }));
  if (!found) return fail(Error::not_found("entity.no_merge", "There is no such merge that can be undone."));
  TRY_ASSIGN(moved, parse_json(text));
  Json back = Json::object();
  for (const Json& value : moved["values"]) back[get_string_or(value, "field", "")] = value["before"];
  TRY(require_fields(write, entity, back));
  // First the values, so that those which must be unique are free again.
  TRY_ASSIGN(written, engine_.update(write, entity, into, 0, back));
  TRY(engine_.restore(write, entity, from));
  Json again = Json::array();
  for (const Json& link : moved["links"]) {
    const EntityEntry* other = write.catalog.find(get_string_or(link, "entity", ""));
    const auto field =
        other == nullptr ? std::nullopt : other->definition->find(get_string_or(link, "field", ""));
    if (!field) continue;
    const std::string id = get_string_or(link, "id", "");
    bool deleted = false;
    TRY_ASSIGN(there, write.transaction.query_one(
                          "SELECT deleted_at FROM " + other->definition->table + " WHERE id = $1",
                          {std::string_view(id)}, [&](const store::Row& row) { deleted = !row.is_null(0); }));
    if (there) TRY(point_back(write, entity, {other, *field, id, deleted}, into, from, again));
  }
  for (const auto& [key, table] : {std::pair{"comments", "core_comment"}, {"files", "core_file"}})
    for (const Json& one : moved.value(key, Json::array()))
      TRY(write.transaction.execute(
          "UPDATE " + std::string(table) + " SET record_id = $2 WHERE id = $1",
          {std::string_view(one.get_ref<const std::string&>()), std::string_view(from)}));
  const std::string now = format_utc(engine_.clock().now());
  TRY(write.transaction.execute("UPDATE core_merge SET undone_at = $1 WHERE id = $2",
                                {std::string_view(now), merge}));
  TRY(engine_.note(write, entity, into, "unmerged",
                   Json::array({{{"field", "_merged"}, {"before", merge}, {"after", from}}})));
  return written;
}

// Only where the link still is as the merge left it: what people changed since stays.
Result<void> Merger::point_back(WriteContext& write, const EntityEntry& target, const Link& link,
                                std::string_view from, std::string_view to, Json& moved) {
  const Field& field = link.entity->definition->fields[link.field];
  Json value;
  TRY(write.transaction.query_one(
      link.entity->read_sql, {std::string_view(link.id)}, [&](const store::Row& row) {
        const Record record = read_record(*link.entity, row, write.transaction.dialect());
        value = to_json(field, record.values[link.field]);
      }));
  const std::string there = std::string(from);
  const bool itself = link.entity == &target && link.id == from;
  const bool unchanged = itself ? value.is_null()
                         : field.type == FieldType::kReferences
                             ? value.is_array() && std::find(value.begin(), value.end(), there) != value.end()
                         : field.type == FieldType::kAny ? value == target.definition->name + "/" + there
                                                         : value == there;
  return unchanged ? point(write, target, link, from, to, moved) : Result<void>();
}

Result<void> Merger::list(const Catalog& catalog, const EntityEntry& entity, const Caller& caller,
                          std::string_view into, std::string& out) {
  const std::size_t start = out.size();
  return engine_.database().read([&](store::Session& session) -> Result<void> {
    out.resize(start);
    TRY(Engine::require_scope(session, catalog, entity, caller, into, 0));
    JsonWriter json(out);
    json.begin_object().key("data").begin_array();
    TRY(session.query(
        "SELECT id, from_id, merged_at, merged_by, undone_at FROM core_merge WHERE entity = $1 AND "
        "into_id = $2 ORDER BY id DESC LIMIT 200",
        {std::string_view(entity.definition->name), into}, [&](const store::Row& row) {
          json.begin_object().key("id").string(row.text(0)).key("from_id").string(row.text(1));
          json.key("merged_at").string(row.text(2)).key("merged_by").string(row.text(3));
          json.key("undone_at");
          if (row.is_null(4))
            json.null();
          else
            json.string(row.text(4));
          json.end_object();
          return true;
        }));
    json.end_array().end_object();
    return {};
  });
}

}  // namespace opsflux::entities
