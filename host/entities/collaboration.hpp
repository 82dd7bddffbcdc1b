// What people do around a record of any entity: comments, tags, following, favourites, sharing.
//
// All of it is judged by the rights on the record: who sees it comments, follows and marks it; who may edit
// it tags and shares it. A share puts one record into the scope of a person's or group's rights and gives no
// right that they lack; see RowPolicy.
#pragma once

#include <string>
#include <string_view>

#include "host/entities/engine.hpp"

namespace opsflux::entities {

enum class Mark : std::uint8_t { kFavourite, kFollow };
inline constexpr std::string_view kMarks[] = {"favourite", "follow"};

// References must outlive it. Reads append JSON to `out`; ids that do not belong to the record are not found.
class Collaboration {
 public:
  explicit Collaboration(Engine& engine) : engine_(engine) {}

  // {"favourite":…,"followed":…,"followers":[{"id","name"}],"tags":[…],"comments":2,
  //  "shares":[{"grantee","name","kind","editable"}]}
  Result<void> summary(const Catalog& catalog, const EntityEntry& entity, const Caller& caller,
                       std::string_view id, std::string& out);
  Result<void> mark(WriteContext& write, const EntityEntry& entity, std::string_view id, Mark mark, bool on);
  // {"tags":["urgent", …]}: the record's tags from now on; at most 50, of 1 to 80 characters.
  Result<void> set_tags(WriteContext& write, const EntityEntry& entity, std::string_view id,
                        const Json& input);
  // {"user": id} or {"group": id}, and "editable".
  Result<void> share(WriteContext& write, const EntityEntry& entity, std::string_view id, const Json& input);
  Result<void> unshare(WriteContext& write, const EntityEntry& entity, std::string_view id,
                       std::string_view grantee);

  // The record's comments, oldest first:
  // {"data":[{"id","parent_id","body","created_at","created_by","author",
  // "edited_at","deleted","mentions":[id],"reactions":[{"emoji","count","mine"}],
  // "files":[{"id","name","type","size","width","height"}]}]}. Of a deleted one only its place is left.
  Result<void> comments(const Catalog& catalog, const EntityEntry& entity, const Caller& caller,
                        std::string_view id, std::string& out);
  // {"body": CommonMark of at most 10,000 characters, "parent_id": of the comment it answers, "files": [ids
  // of files that the caller has uploaded]}; the result is its id. "@[Ada](user:<id>)" mentions a person, who
  // follows the record from then on.
  Result<std::string> comment(WriteContext& write, const EntityEntry& entity, std::string_view id,
                              const Json& input);
  Result<void> edit_comment(WriteContext& write, const EntityEntry& entity, std::string_view id,
                            std::string_view comment, const Json& input);
  Result<void> delete_comment(WriteContext& write, const EntityEntry& entity, std::string_view id,
                              std::string_view comment);
  Result<void> react(WriteContext& write, const EntityEntry& entity, std::string_view id,
                     std::string_view comment, std::string_view emoji, bool on);

 private:
  Engine& engine_;
};

// The persons that a comment mentions, each once.
std::vector<std::string> mentions_in(std::string_view body);

}  // namespace opsflux::entities
