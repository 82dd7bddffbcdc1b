// All entities of a registry, with what modules hang on them. Immutable once built.
#pragma once

#include <array>
#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "host/base/caller.hpp"
#include "host/entities/definition.hpp"
#include "host/entities/expression/types.hpp"
#include "host/entities/permissions.hpp"
#include "host/entities/values.hpp"

namespace opsflux::store {
class Transaction;
}

namespace opsflux::entities {

class Catalog;
struct EntityEntry;

// A record in memory: values stand in the order of Definition::fields.
struct Record {
  std::string id;
  std::int64_t version = 0;
  std::string created_at, created_by, updated_at, updated_by, deleted_at;
  std::vector<FieldValue> values;
};

// One write in progress: everything a change needs to know. Lives on the writer's stack.
struct WriteContext {
  store::Transaction& transaction;
  const Catalog& catalog;
  const Caller& caller;
  int depth = 0;              // of writes made by hooks of writes; bounded by the engine
  bool trial = false;         // undone whatever comes of it: what only others would read is not written
  bool within_whole = false;  // a part is written by the write of its whole, which answers for it
  // Nothing of the transaction stands unless all does, and whoever writes does it again with care where it
  // fails: what the database refuses may be told by a later statement, in the words of the store.
  bool all_at_once = false;
};

// What a before-hook is given: it may change record.values, or veto by returning an error.
struct HookCall {
  WriteContext& write;
  const EntityEntry& entity;
  Record& record;
  const Record* before;         // null on create
  const Json* input = nullptr;  // what the caller sent; null: nothing, as for a deletion
};

enum class HookEvent : std::uint8_t { kBeforeCreate, kBeforeUpdate, kBeforeDelete };
inline constexpr std::string_view kHookEvents[] = {"before_create", "before_update", "before_delete"};

struct Hook {
  std::string module;
  std::string function;
  int order = 100;
  std::function<Result<void>(HookCall&)> run;
};

// A change as listeners see it. References hold for the call.
struct RecordChange {
  const EntityEntry& entity;
  std::string_view action;  // "created", "updated", "deleted", "restored"
  const Record& record;
  const Record* before;
  const Caller& caller;
};

// What a core service does about the changes to an entity of its own. Either may be empty.
struct Watch {
  // In the transaction, after the record was written and before anybody else hears of it; an error undoes it.
  std::function<Result<void>(store::Transaction& transaction, const RecordChange& change)> written;
  // After the durable commit, in commit order; must be quick.
  std::function<void(std::string_view id, std::string_view action)> committed;
};

// What a core service hangs on entities, by their complete names.
using Hooks = std::vector<std::tuple<std::string, HookEvent, Hook>>;
using Watches = std::vector<std::pair<std::string, Watch>>;

// What an answer shows beside the values themselves, under "_labels".
struct Labels {
  std::vector<std::size_t> fields;      // reference fields whose target's title is shown
  bool people = false;                  // the names of those who created and last changed the record
  std::vector<std::size_t> files = {};  // fields whose files are described, under "_files"
};

// What a role may see and set of the fields of an entity.
struct FieldAccess {
  std::vector<std::size_t> visible;  // indexes, rising
  std::vector<bool> hidden, locked;  // by field; a hidden one does not exist for the caller
};

struct EntityEntry {
  std::shared_ptr<const Definition> definition;
  std::array<std::vector<Hook>, 3> hooks;  // by HookEvent, sorted by order
  std::vector<std::shared_ptr<const Watch>> watches;
  std::vector<std::size_t> permission;  // numbers by action, see kActions
  std::vector<const EntityEntry*>
      references;  // by field: the entity that its record or records are of, null for other fields
  // Fields of other entities, or of this one, that name one record of it, with an OnDelete other than kKeep.
  std::vector<std::pair<const EntityEntry*, std::size_t>> dependents;
  const EntityEntry* whole = nullptr;     // that these records are parts of
  std::vector<const EntityEntry*> parts;  // entities whose records are parts of one of this
  const EntityEntry* people = nullptr;  // the entity of those who act: created_by and updated_by point to it

  std::vector<std::size_t>
      reference_fields;  // indexes of those that point to one record of an entity that is there
  std::vector<std::size_t> file_fields;                       // indexes of those that name files
  std::vector<std::size_t> all_fields;                        // 0, 1, 2, …
  std::unordered_map<std::string, FieldAccess> field_access;  // by role, of those that fields name
  FieldAccess others, everything;                             // of all other roles, and of administrators

  const FieldAccess& fields_for(const Caller& caller) const;
  FieldAccess of_any(const std::vector<std::string>& roles) const;
  // Of callers with several roles, by Rights::set; made when first asked for.
  std::unique_ptr<std::mutex> several_mutex = std::make_unique<std::mutex>();
  mutable std::unordered_map<std::uint64_t, std::unique_ptr<const FieldAccess>> several;

  // Texts of statements that do not depend on the request, made when the catalog is built.
  std::string select_columns;  // "t.id, t.version, …, t.legal_name, …": system columns, then fields
  std::string insert_sql;
  std::string read_sql;           // one record by $1
  std::string read_labelled_sql;  // the same with all labels
  // The index of words has every record; until then the quick search looks into the columns. Set by
  // SearchFiller.
  mutable std::atomic<bool> searchable = false;
  std::vector<std::string> keys;  // of the fields as they stand in JSON: "\"legal_name\":"
};

class Catalog {
 public:
  // Adds an entity and declares its permissions. Call link() after the last one.
  // `of_host`: its records are the instance's where they are no company's.
  void add(std::shared_ptr<const Definition> definition, bool of_host = false);
  Result<void> add_hook(std::string_view entity, HookEvent event, Hook hook);
  Result<void> watch(std::string_view entity, Watch watch);
  // Names the entity whose records are the people that act, such as "identity.user". Their names are shown
  // with the records they made to everybody who may see those.
  void set_people(std::string_view entity) { people_ = entity; }
  // Resolves references and prepares statement texts; a reference to an entity that is not there is
  // kept as plain text (the module it belongs to may be installed later).
  void link();
  // Whether what definitions say of parts and wholes is true of one another, after link(). Invalid
  // "definition.<reason>" at the file of the definition that says it.
  Result<void> check_parts() const;

  const EntityEntry* find(std::string_view name) const;
  const std::vector<const EntityEntry*>& all() const { return ordered_; }

  // Differs from that of every other catalog of this process, so that what was made with one is not taken for
  // what another would make. Set by link().
  std::uint64_t serial() const { return serial_; }

  // Which records of which entity the caller may view, as the database's policies read it:
  // "|shop.task=3|shop.unit=0|", the number being a Scope. Any thread.
  std::string view_scopes(const Caller& caller) const;

  Permissions permissions;

 private:
  Result<EntityEntry*> hung_on(std::string_view entity, std::string_view function);

  std::unique_ptr<std::mutex> scopes_mutex_ = std::make_unique<std::mutex>();
  mutable std::unordered_map<std::string, std::string> scopes_;  // by Caller::rights_key
  std::unordered_map<std::string, std::unique_ptr<EntityEntry>> entries_;
  std::vector<const EntityEntry*> ordered_;
  std::string people_;
  std::uint64_t serial_ = 0;
};

}  // namespace opsflux::entities
