// Two records of an entity that turn out to be one: everything that points to the second points to the first
// afterwards, and the second is deleted. Can be undone.
#pragma once

#include "host/entities/engine.hpp"

namespace opsflux::entities {

// References must outlive it.
class Merger {
 public:
  explicit Merger(Engine& engine) : engine_(engine) {}

  // {"from": id of the record that goes, "values": {…} that the one that stays is given}. The caller needs
  // the right to edit the one and to delete the other; the links are moved whoever may edit the records they
  // are in. At most 10,000 links (entity.too_many_links).
  Result<Written> merge(WriteContext& write, const EntityEntry& entity, std::string_view into,
                        const Json& input);
  // Gives back the second record and the links that still are where the merge has moved them.
  Result<Written> undo(WriteContext& write, const EntityEntry& entity, std::string_view into,
                       std::string_view merge);
  // {"data":[{"id","from_id","merged_at","merged_by","undone_at"}]}, newest first.
  Result<void> list(const Catalog& catalog, const EntityEntry& entity, const Caller& caller,
                    std::string_view into, std::string& out);

 private:
  struct Link;
  Result<std::vector<Link>> links_to(WriteContext& write, const EntityEntry& entity, std::string_view id);
  Result<void> point(WriteContext& write, const EntityEntry& target, const Link& link, std::string_view from,
                     std::string_view to, Json& moved);
  Result<void> point_back(WriteContext& write, const EntityEntry& target, const Link& link,
                          std::string_view from, std::string_view to, Json& moved);
  Result<void> move_around(WriteContext& write, const EntityEntry& entity, std::string_view from,
                           std::string_view to, Json& moved);
  Result<void> take_files(WriteContext& write, const EntityEntry& entity, std::string_view from,
                          Json& values);

  Engine& engine_;
};

}  // namespace opsflux::entities
