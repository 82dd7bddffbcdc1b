#include "host/entities/collaboration.hpp"

#include <nlohmann/json.hpp>

#include "host/base/json_writer.hpp"
#include "host/base/text.hpp"

namespace opsflux::entities {
namespace {

constexpr std::size_t kMaxTags = 50, kMaxTag = 80, kMaxFollowers = 500;

Error wrong_input(std::string_view field, std::string_view expected) {
  return Error::invalid("entity.wrong_type",
                        "The field " + std::string(field) + " takes " + std::string(expected) + ".")
      .at(field)
      .with("field", field)
      .with("expected", expected);
}

// " LEFT JOIN … p ON p.id = <column>" and the name it gives; NULL where nobody is known.
struct People {
  explicit People(const EntityEntry& entity, const std::string& column) {
    if (entity.people == nullptr) return;
    const Definition& people = *entity.people->definition;
    join = " LEFT JOIN " + people.table + " p ON p.id = " + column;
    name = "p." + people.title;
  }
  std::string join, name = "NULL";
};

void write_text(JsonWriter& json, std::string_view key, const store::Row& row, int column) {
  json.key(key);
  if (row.is_null(column))
    json.null();
  else
    json.string(row.text(column));
}

Result<std::vector<std::string>> tags_of(const Json& input) {
  const auto list = input.is_object() ? input.find("tags") : input.end();
  if (!input.is_object() || list == input.end() || !list->is_array() || list->size() > kMaxTags)
    return fail(wrong_input("tags", "a list of texts"));
  std::vector<std::string> out;
  for (const Json& item : *list) {
    const std::string tag = item.is_string() ? std::string(trim(item.get<std::string>())) : std::string();
    if (tag.empty() || utf8_length(tag) > kMaxTag || has_nul(tag))
      return fail(Error::invalid("entity.bad_tag", "A tag has 1 to 80 characters.").at("tags"));
    if (std::find(out.begin(), out.end(), tag) == out.end()) out.push_back(tag);
  }
  return out;
}

}  // namespace

Result<void> Collaboration::summary(const Catalog& catalog, const EntityEntry& entity, const Caller& caller,
                                    std::string_view id, std::string& out) {
  const std::size_t start = out.size();
  const std::string_view name = entity.definition->name;
  return engine_.database().read([&](store::Session& session) -> Result<void> {
    out.resize(start);
    TRY(Engine::require_scope(session, catalog, entity, caller, id, 0));
    JsonWriter json(out);
    json.begin_object();
    bool marked[2] = {};
    TRY(session.query("SELECT kind FROM core_mark WHERE entity = $1 AND record_id = $2 AND user_id = $3",
                      {name, id, std::string_view(caller.user_id)}, [&](const store::Row& row) {
                        marked[row.text(0) == kMarks[1] ? 1 : 0] = true;
                        return true;
                      }));
    json.key("favourite").boolean(marked[0]).key("followed").boolean(marked[1]);
    const People followers(entity, "m.user_id");
    json.key("followers").begin_array();
    TRY(session.query("SELECT m.user_id, " + followers.name + " FROM core_mark m" + followers.join +
                          " WHERE m.entity = $1 AND m.record_id = $2 AND m.kind = 'follow' ORDER BY "
                          "m.created_at, m.user_id LIMIT " +
                          std::to_string(kMaxFollowers),
                      {name, id}, [&](const store::Row& row) {
                        json.begin_object().key("id").string(row.text(0));
                        write_text(json, "name", row, 1);
                        json.end_object();
                        return true;
                      }));
    json.end_array().key("tags").begin_array();
    TRY(session.query("SELECT tag FROM core_tag WHERE entity = $1 AND record_id = $2 ORDER BY tag",
                      {name, id}, [&](const store::Row& row) {
                        json.string(row.text(0));
                        return true;
                      }));
    json.end_array().key("comments");
    TRY(session.query_one(
        "SELECT count(*) FROM core_comment WHERE entity = $1 AND record_id = $2 AND deleted_at IS NULL",
        {name, id}, [&](const store::Row& row) { json.number(row.i64(0)); }));
    const People grantees(entity, "s.grantee");
    const EntityEntry* groups = catalog.find(kGroupEntity);
    const std::string group_join = groups == nullptr
                                       ? std::string()
                                       : " LEFT JOIN " + groups->definition->table + " g ON g.id = s.grantee";
    const std::string name_of = groups == nullptr
                                    ? grantees.name
                                    : "coalesce(" + grantees.name + ", g." + groups->definition->title + ")";
    json.key("shares").begin_array();
    TRY(session.query("SELECT s.grantee, " + name_of + ", s.kind, s.editable FROM core_share s" +
                          grantees.join + group_join +
                          " WHERE s.entity = $1 AND s.record_id = $2 ORDER BY s.created_at",
                      {name, id}, [&](const store::Row& row) {
                        json.begin_object().key("grantee").string(row.text(0));
                        write_text(json, "name", row, 1);
                        json.key("kind").string(row.text(2)).key("editable").boolean(row.boolean(3));
                        json.end_object();
                        return true;
                      }));
    json.end_array().end_object();
    return {};
  });
}

Result<void> Collaboration::mark(WriteContext& write, const EntityEntry& entity, std::string_view id,
                                 Mark mark, bool on) {
  TRY(Engine::require_scope(write.transaction, write.catalog, entity, write.caller, id, 0));
  const std::string now = format_utc(engine_.clock().now());
  const std::string_view name = entity.definition->name, kind = kMarks[static_cast<std::size_t>(mark)],
                         user = write.caller.user_id;
  TRY(on ? write.transaction.execute(
               "INSERT INTO core_mark (entity, record_id, user_id, kind, created_at) VALUES ($1, $2, $3, $4, "
               "$5) ON CONFLICT DO NOTHING",
               {name, id, user, kind, std::string_view(now)})
         : write.transaction.execute(
               "DELETE FROM core_mark WHERE entity = $1 AND record_id = $2 AND user_id = $3 AND kind = $4",
               {name, id, user, kind}));
  return {};
}

Result<void> Collaboration::set_tags(WriteContext& write, const EntityEntry& entity, std::string_view id,
                                     const Json& input) {
  TRY(Engine::require_scope(write.transaction, write.catalog, entity, write.caller, id, 2));
  TRY_ASSIGN(tags, tags_of(input));
  const std::string_view name = entity.definition->name;
  Json before = Json::array();
  TRY(write.transaction.query("SELECT tag FROM core_tag WHERE entity = $1 AND record_id = $2 ORDER BY tag",
                              {name, id}, [&](const store::Row& row) {
                                before.push_back(row.string(0));
                                return true;
                              }));
  std::sort(tags.begin(), tags.end());
  if (before == Json(tags)) return {};
  const std::string now = format_utc(engine_.clock().now());
  TRY(write.transaction.execute("DELETE FROM core_tag WHERE entity = $1 AND record_id = $2", {name, id}));
  for (const std::string& tag : tags)
    TRY(write.transaction.execute(
        "INSERT INTO core_tag (entity, record_id, tag, created_at, created_by) VALUES ($1, $2, $3, $4, $5)",
        {name, id, std::string_view(tag), std::string_view(now),
         store::text_or_null(std::string_view(write.caller.user_id))}));
  return engine_.note(write, entity, id, "tagged",
                      Json::array({{{"field", "_tags"}, {"before", before}, {"after", tags}}}));
}

Result<void> Collaboration::share(WriteContext& write, const EntityEntry& entity, std::string_view id,
                                  const Json& input) {
  TRY(Engine::require_scope(write.transaction, write.catalog, entity, write.caller, id, 2));
  const std::string user = get_string_or(input, "user", ""), group = get_string_or(input, "group", "");
  if (!input.is_object() || user.empty() == group.empty() || !is_uuid(user + group))
    return fail(wrong_input("user", "the identifier of a person, or \"group\" that of a group"));
  if (input.contains("editable") && !input["editable"].is_boolean())
    return fail(wrong_input("editable", "true or false"));
  const bool editable = get_bool_or(input, "editable", false);
  const std::string grantee = user + group, kind = user.empty() ? "group" : "user";
  const EntityEntry* grantees = user.empty() ? write.catalog.find(kGroupEntity) : entity.people;
  if (grantees != nullptr) {
    TRY_ASSIGN(there, write.transaction.query_one("SELECT 1 FROM " + grantees->definition->table +
                                                      " WHERE id = $1 AND deleted_at IS NULL",
                                                  {std::string_view(grantee)}, [](const store::Row&) {}));
    if (!there)
      return fail(Error::invalid("entity.no_reference", "There is no such " + kind + ".")
                      .at(kind)
                      .with("field", kind)
                      .with("entity", grantees->definition->name));
  }
  const std::string now = format_utc(engine_.clock().now());
  TRY(write.transaction.execute(
      "INSERT INTO core_share (entity, record_id, grantee, kind, editable, created_at, created_by) VALUES "
      "($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (entity, record_id, grantee) DO UPDATE SET editable = "
      "excluded.editable",
      {std::string_view(entity.definition->name), id, std::string_view(grantee), std::string_view(kind),
       editable, std::string_view(now), store::text_or_null(std::string_view(write.caller.user_id))}));
  return engine_.note(write, entity, id, "shared",
                      Json::array({{{"field", "_share"},
                                    {"before", nullptr},
                                    {"after", {{kind, grantee}, {"editable", editable}}}}}));
}

Result<void> Collaboration::unshare(WriteContext& write, const EntityEntry& entity, std::string_view id,
                                    std::string_view grantee) {
  TRY(Engine::require_scope(write.transaction, write.catalog, entity, write.caller, id, 2));
  TRY_ASSIGN(gone, write.transaction.execute(
                       "DELETE FROM core_share WHERE entity = $1 AND record_id = $2 AND grantee = $3",
                       {std::string_view(entity.definition->name), id, grantee}));
  if (gone == 0) return {};
  return engine_.note(write, entity, id, "unshared",
                      Json::array({{{"field", "_share"}, {"before", grantee}, {"after", nullptr}}}));
}

}  // namespace opsflux::entities
