// The comments of Collaboration.
#include <nlohmann/json.hpp>

#include "host/base/json_writer.hpp"
#include "host/base/text.hpp"
#include "host/entities/collaboration.hpp"
#include "host/entities/files.hpp"

namespace opsflux::entities {
namespace {

constexpr std::size_t kMaxBody = 10'000, kMaxMentions = 50;

Result<std::string> body_of(const Json& input) {
  const auto it = input.is_object() ? input.find("body") : input.end();
  const bool text = input.is_object() && it != input.end() && it->is_string();
  const std::string body = text ? std::string(trim(it->get<std::string>())) : std::string();
  if (body.empty())
    return fail(Error::invalid("entity.required", "The field body must be filled in.")
                    .at("body")
                    .with("field", "body"));
  if (has_nul(body))
    return fail(Error::invalid("entity.nul_character", "The field body must not hold the NUL character.")
                    .at("body")
                    .with("field", "body"));
  if (const std::size_t length = utf8_length(body); length > kMaxBody)
    return fail(Error::invalid("entity.too_long", "A comment has at most " + std::to_string(kMaxBody) +
                                                      " characters; these are " + std::to_string(length) +
                                                      ".")
                    .at("body")
                    .with("field", "body")
                    .with("max", std::to_string(kMaxBody))
                    .with("length", std::to_string(length)));
  return body;
}

Error no_comment() { return Error::not_found("entity.no_comment", "There is no such comment."); }

struct Stored {
  std::string body, author, parent;
  bool deleted = false;
};

Result<Stored> load(WriteContext& write, const EntityEntry& entity, std::string_view id,
                    std::string_view comment) {
  TRY(Engine::require_scope(write.transaction, write.catalog, entity, write.caller, id, 0));
  Stored out;
  TRY_ASSIGN(found, write.transaction.query_one(
                        "SELECT body, created_by, parent_id, deleted_at FROM core_comment "
                        "WHERE id = $1 AND entity = $2 AND record_id = $3",
                        {comment, std::string_view(entity.definition->name), id}, [&](const store::Row& row) {
                          out = {row.string(0), row.string(1), row.string(2), !row.is_null(3)};
                        }));
  if (!found || out.deleted) return fail(no_comment());
  return out;
}

Error not_the_author() {
  return Error::forbidden("entity.not_the_author", "Only who wrote a comment may change it.");
}

// An emoji is short and holds no letters of ASCII.
bool is_emoji(std::string_view text) {
  return !text.empty() && utf8_length(text) <= 10 && is_utf8(text) &&
         std::none_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x80; });
}

struct Reaction {
  std::string emoji;
  std::int64_t count = 0;
  bool mine = false;
};

}  // namespace

std::vector<std::string> mentions_in(std::string_view body) {
  static constexpr std::string_view kStart = "](user:";
  std::vector<std::string> out;
  for (std::size_t at = body.find(kStart); at != std::string_view::npos && out.size() < kMaxMentions;
       at = body.find(kStart, at + 1)) {
    const std::string_view rest = body.substr(at + kStart.size());
    const std::string id(rest.substr(0, rest.find(')')));
    const auto open = body.rfind("@[", at);
    const bool name =
        open != std::string_view::npos && body.substr(open, at - open).find(']') == std::string_view::npos;
    if (name && is_uuid(id) && std::find(out.begin(), out.end(), id) == out.end()) out.push_back(id);
  }
  return out;
}

Result<void> Collaboration::comments(const Catalog& catalog, const EntityEntry& entity, const Caller& caller,
                                     std::string_view id, std::string& out) {
  const std::string_view name = entity.definition->name;
  const std::size_t start = out.size();
  std::string people, author = "NULL", photo = "NULL";
  if (entity.people != nullptr) {
    people = " LEFT JOIN " + entity.people->definition->table + " p ON p.id = c.created_by";
    author = "p." + entity.people->definition->title;
    const auto& fields = entity.people->definition->fields;
    const auto image = std::find_if(fields.begin(), fields.end(),
                                    [](const Field& f) { return f.type == FieldType::kImage; });
    if (image != fields.end()) photo = "p." + image->name;
  }
  return engine_.database().read([&](store::Session& session) -> Result<void> {
    out.resize(start);
    TRY(Engine::require_scope(session, catalog, entity, caller, id, 0));
    std::unordered_map<std::string, std::vector<Reaction>> reactions;
    TRY(session.query(
        "SELECT r.comment_id, r.emoji, count(*), sum(CASE WHEN r.user_id = $3 THEN 1 ELSE 0 END) FROM "
        "core_reaction r JOIN core_comment c ON c.id = r.comment_id WHERE c.entity = $1 AND c.record_id = $2 "
        "AND c.deleted_at IS NULL GROUP BY r.comment_id, r.emoji ORDER BY r.comment_id, r.emoji",
        {name, id, std::string_view(caller.user_id)}, [&](const store::Row& row) {
          reactions[row.string(0)].push_back({row.string(1), row.i64(2), row.i64(3) > 0});
          return true;
        }));
    std::unordered_map<std::string, std::vector<StoredFile>> files;
    TRY(session.query(
        "SELECT " + std::string(kFileColumns) +
            " FROM core_file f WHERE f.entity = $1 AND f.record_id = $2 AND f.comment_id IS NOT "
            "NULL AND f.deleted_at IS NULL ORDER BY f.id",
        {name, id}, [&](const store::Row& row) {
          StoredFile file = stored_file(row);
          files[file.comment_id].push_back(std::move(file));
          return true;
        }));
    JsonWriter json(out);
    json.begin_object().key("data").begin_array();
    TRY(session.query("SELECT c.id, c.parent_id, c.body, c.created_at, c.created_by, " + author +
                          ", c.edited_at, c.deleted_at, " + photo + " FROM core_comment c" + people +
                          " WHERE c.entity = $1 AND c.record_id = $2 ORDER BY c.id LIMIT 1000",
                      {name, id}, [&](const store::Row& row) {
                        const bool deleted = !row.is_null(7);
                        const auto text = [&](std::string_view key, int column, bool shown = true) {
                          json.key(key);
                          if (row.is_null(column) || !shown)
                            json.null();
                          else
                            json.string(row.text(column));
                        };
                        json.begin_object();
                        text("id", 0);
                        text("parent_id", 1);
                        text("body", 2, !deleted);
                        text("created_at", 3);
                        text("created_by", 4, !deleted);
                        text("author", 5, !deleted);
                        text("author_photo", 8, !deleted);
                        text("edited_at", 6, !deleted);
                        json.key("deleted").boolean(deleted).key("mentions").begin_array();
                        if (!deleted)
                          for (const std::string& person : mentions_in(row.text(2))) json.string(person);
                        json.end_array().key("reactions").begin_array();
                        for (const Reaction& reaction : reactions[row.string(0)])
                          json.begin_object()
                              .key("emoji")
                              .string(reaction.emoji)
                              .key("count")
                              .number(reaction.count)
                              .key("mine")
                              .boolean(reaction.mine)
                              .end_object();
                        json.end_array().key("files").begin_array();
                        for (const StoredFile& file : files[row.string(0)]) {
                          json.begin_object();
                          write_file_members(json, file);
                          json.end_object();
                        }
                        json.end_array().end_object();
                        return true;
                      }));
    json.end_array().end_object();
    return {};
  });
}

Result<std::string> Collaboration::comment(WriteContext& write, const EntityEntry& entity,
                                           std::string_view id, const Json& input) {
  TRY(Engine::require_scope(write.transaction, write.catalog, entity, write.caller, id, 0));
  TRY_ASSIGN(body, body_of(input));
  const std::string parent = get_string_or(input, "parent_id", "");
  if (!parent.empty()) {
    auto answered = load(write, entity, id, parent);
    // Answers stand one below the other, not inside one another.
    if (!answered || !answered->parent.empty()) return fail(std::move(no_comment()).at("parent_id"));
  }
  const std::string key = engine_.new_id(), now = format_utc(engine_.clock().now());
  TRY(write.transaction.execute(
      "INSERT INTO core_comment (id, entity, record_id, parent_id, body, created_at, created_by) VALUES ($1, "
      "$2, $3, $4, $5, $6, $7)",
      {std::string_view(key), std::string_view(entity.definition->name), id,
       store::text_or_null(std::string_view(parent)), std::string_view(body), std::string_view(now),
       store::text_or_null(std::string_view(write.caller.user_id))}));
  std::vector<std::string> followers = mentions_in(body);
  if (!write.caller.user_id.empty()) followers.push_back(write.caller.user_id);
  for (const std::string& person : followers)
    TRY(write.transaction.execute(
        "INSERT INTO core_mark (entity, record_id, user_id, kind, created_at) VALUES ($1, $2, $3, 'follow', "
        "$4) ON CONFLICT DO NOTHING",
        {std::string_view(entity.definition->name), id, std::string_view(person), std::string_view(now)}));
  Json changes = Json::array({{{"field", "_comment"}, {"before", nullptr}, {"after", body}}});
  if (input.contains("files"))
    TRY(Files(engine_).attach_to_comment(write, entity, id, key, input["files"], changes));
  TRY(engine_.note(write, entity, id, "commented", changes));
  return key;
}

Result<void> Collaboration::edit_comment(WriteContext& write, const EntityEntry& entity, std::string_view id,
                                         std::string_view comment, const Json& input) {
  TRY_ASSIGN(stored, load(write, entity, id, comment));
  if (stored.author != write.caller.user_id) return fail(not_the_author());
  TRY_ASSIGN(body, body_of(input));
  if (body == stored.body) return {};
  const std::string now = format_utc(engine_.clock().now());
  TRY(write.transaction.execute("UPDATE core_comment SET body = $1, edited_at = $2 WHERE id = $3",
                                {std::string_view(body), std::string_view(now), comment}));
  return engine_.note(write, entity, id, "comment_edited",
                      Json::array({{{"field", "_comment"}, {"before", stored.body}, {"after", body}}}));
}

Result<void> Collaboration::delete_comment(WriteContext& write, const EntityEntry& entity,
                                           std::string_view id, std::string_view comment) {
  TRY_ASSIGN(stored, load(write, entity, id, comment));
  if (stored.author != write.caller.user_id && !write.caller.administrator()) return fail(not_the_author());
  const std::string now = format_utc(engine_.clock().now());
  for (const char* sql : {"UPDATE core_comment SET deleted_at = $1 WHERE id = $2",
                          "UPDATE core_file SET deleted_at = $1 WHERE comment_id = $2"})
    TRY(write.transaction.execute(sql, {std::string_view(now), comment}));
  return engine_.note(write, entity, id, "comment_deleted",
                      Json::array({{{"field", "_comment"}, {"before", stored.body}, {"after", nullptr}}}));
}

Result<void> Collaboration::react(WriteContext& write, const EntityEntry& entity, std::string_view id,
                                  std::string_view comment, std::string_view emoji, bool on) {
  TRY(load(write, entity, id, comment));
  if (!is_emoji(emoji))
    return fail(Error::invalid("entity.not_emoji", "A reaction is one emoji.").at("emoji"));
  const std::string_view user = write.caller.user_id;
  TRY(on ? write.transaction.execute("INSERT INTO core_reaction (comment_id, user_id, emoji) VALUES ($1, $2, "
                                     "$3) ON CONFLICT DO NOTHING",
                                     {comment, user, emoji})
         : write.transaction.execute(
               "DELETE FROM core_reaction WHERE comment_id = $1 AND user_id = $2 AND emoji = $3",
               {comment, user, emoji}));
  return {};
}

}  // namespace opsflux::entities
