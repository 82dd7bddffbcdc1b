// The entity engine: every read and write of a record, whoever asks (REST, hooks, Lua, modules), goes
// through here and is judged by the caller's rights.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "host/base/clock.hpp"
#include "host/base/ids.hpp"
#include "host/entities/aggregate.hpp"
#include "host/entities/audit.hpp"
#include "host/entities/catalog.hpp"
#include "host/entities/list_cache.hpp"
#include "host/entities/query.hpp"
#include "host/entities/query_plans.hpp"
#include "host/store/database.hpp"

namespace opsflux::store {
class Blobs;
}

namespace opsflux::entities {

// Told of each change. `in_transaction` may store durable work (the outbox) and fail the change;
// `committed` runs after the durable commit, in commit order, and must be quick.
class ChangeListener {
 public:
  virtual ~ChangeListener() = default;
  virtual Result<void> in_transaction(store::Transaction& transaction, const RecordChange& change) = 0;
  virtual void committed(std::string_view entity, std::string_view id, std::string_view action) = 0;
  // Asked before so many records leave as a file. Any thread.
  virtual Result<void> may_export(const Caller&, std::int64_t) { return {}; }
};

struct Written {
  std::string id;
  std::int64_t version = 0;
};

// What the server takes of files.
struct FileLimits {
  std::uint64_t size = 100 << 20;  // bytes of one
};

class Engine {
 public:
  // References must outlive it.
  Engine(store::Database& database, const Clock& clock, IdSource& ids, Audit& audit, ChangeListener& listener,
         std::filesystem::path temp_folder = std::filesystem::temp_directory_path())
      : database_(database),
        clock_(clock),
        ids_(ids),
        audit_(audit),
        listener_(listener),
        temp_folder_(std::move(temp_folder)) {}

  store::Database& database() { return database_; }
  const Clock& clock() const { return clock_; }
  // Where files may be made that live as long as an answer takes.
  const std::filesystem::path& temp_folder() const { return temp_folder_; }
  // The text of a key in the language of a caller; empty: there is none.
  using Words = std::function<std::string(const Caller& caller, std::string_view key)>;
  void set_words(Words words) { words_ = std::move(words); }  // before anybody else uses the engine
  std::string word(const Caller& caller, std::string_view key) const {
    return words_ ? words_(caller, key) : std::string();
  }

  // Where the contents of files are kept; before anybody asks for them. `blobs` must outlive the engine.
  void keep_files(store::Blobs& blobs, FileLimits limits) {
    blobs_ = &blobs;
    file_limits_ = limits;
  }
  store::Blobs& blobs() const { return *blobs_; }
  const FileLimits& file_limits() const { return file_limits_; }

  // {"data":[…],"meta":{…}}. Thread: any; blocks for the database.
  using Listed = std::shared_ptr<const std::string>;
  Result<Listed> list(const Catalog& catalog, const EntityEntry& entity, const Caller& caller,
                      const ListQuery& query);

  struct Summary {
    std::int64_t count = 0;
    std::string totals;  // JSON object
  };
  // The same in two steps, for who must not block: what is checked, compiled and perhaps known already, and
  // what asks the database. The entity must live until the second.
  struct PreparedList {
    const EntityEntry* entity = nullptr;
    ListQuery query;
    CompiledList compiled;
    store::RowIdentityPtr rows_for;       // whom the database judges
    Listed known;                         // not null: the answer
    std::shared_ptr<const Caller> noted;  // not null: the reading is noted in the audit trail, as his
    std::string key, summary_key;         // of the caches; empty: not kept
    std::uint64_t tables = 0, counted_tables = 0;
    std::shared_ptr<const Summary> summary;
  };
  Result<PreparedList> prepare_list(const Catalog& catalog, const EntityEntry& entity, const Caller& caller,
                                    const ListQuery& query);
  Result<Listed> make_list(PreparedList& list);

  // Appends the record's JSON, with the records that the references `expand` lead to under "_expanded"; the
  // result is its version.
  Result<std::int64_t> read(const Catalog& catalog, const EntityEntry& entity, const Caller& caller,
                            std::string_view id, const std::vector<std::string>& expand, std::string& out);
  // {"data":[{"group":{…},"count":…,<measures>}],"meta":{"truncated":false}}.
  Result<Listed> aggregate(const Catalog& catalog, const EntityEntry& entity, const Caller& caller,
                           const AggregateQuery& query);
  // Appends the JSON of a record that was just written, as read() gives it, from inside the write.
  Result<void> show(WriteContext& write, const EntityEntry& entity, std::string_view id,
                    std::string& out) const;
  // Records in memory, for code: at most `limit` of those the filter finds.
  Result<std::vector<Record>> find(store::Session& session, const Catalog& catalog, const EntityEntry& entity,
                                   const Caller& caller, const ListQuery& query);
  Result<Record> load(store::Session& session, const Catalog& catalog, const EntityEntry& entity,
                      const Caller& caller, std::string_view id);
  // Whether the record is there, deleted or not, and the caller may do this with it (`action`: see
  // kActions): entity.no_record where he may not even see it, entity.out_of_scope otherwise.
  static Result<void> require_scope(store::Session& session, const Catalog& catalog,
                                    const EntityEntry& entity, const Caller& caller, std::string_view id,
                                    std::size_t action);
  // Audits what happened around a living record without changing it, and tells listeners. `changes`: as in
  // AuditEntry.
  Result<void> note(WriteContext& write, const EntityEntry& entity, std::string_view id,
                    std::string_view action, const Json& changes);
  std::string new_id() { return ids_.next(); }
  // Notes in the audit trail that the caller saw a record, or the file of it that has a name, where its
  // entity is confidential. Not inside a transaction. On an error what was read must not be given away.
  Result<void> note_reading(const EntityEntry& entity, const Caller& caller, std::string_view id,
                            std::string_view file = {}) const;
  // The record's audit rows, newest first, as {"data":[…]}.
  Result<void> activity(const Catalog& catalog, const EntityEntry& entity, const Caller& caller,
                        std::string_view id, std::string& out);

  // Notes in the audit trail that records left by an export.
  Result<void> audit_export(const EntityEntry& entity, const Caller& caller, std::string_view filter,
                            std::int64_t rows);

  // Writes, inside a transaction of the caller's. `input` maps field names to JSON values.
  Result<Written> create(WriteContext& write, const EntityEntry& entity, const Json& input);
  // `version` 0 overwrites whatever stands; another value must be the stored one (kPreconditionFailed).
  Result<Written> update(WriteContext& write, const EntityEntry& entity, std::string_view id,
                         std::int64_t version, const Json& input);
  Result<Written> remove(WriteContext& write, const EntityEntry& entity, std::string_view id,
                         std::int64_t version);
  // With a record go those that a reference with "cascade" makes part of it, and come back with it.
  Result<Written> restore(WriteContext& write, const EntityEntry& entity, std::string_view id);
  // A new record with the values of another, as far as the caller sees and may set them; not those that are
  // unique, numbered or computed. `input` takes precedence.
  Result<Written> clone(WriteContext& write, const EntityEntry& entity, std::string_view id,
                        const Json& input);
  // Removes a deleted record for good, with its comments and the like; the audit trail keeps what it has.
  // Refused while other records name it.
  Result<void> purge(WriteContext& write, const EntityEntry& entity, std::string_view id);
  // Locks a record for others than the caller, for 10 to 3600 seconds; again: anew. Only of entities with
  // "locks" (entity.no_locks). "entity.locked_by" when somebody else has it.
  Result<void> lock(WriteContext& write, const EntityEntry& entity, std::string_view id,
                    std::int64_t seconds);
  // An administrator may take away the lock of somebody else.
  Result<void> unlock(WriteContext& write, const EntityEntry& entity, std::string_view id);

 private:
  Result<void> note_list(const PreparedList& list, std::int64_t count) const;
  Result<std::int64_t> write_one(store::Session& session, const Catalog& catalog, const EntityEntry& entity,
                                 const Caller& caller, std::string_view id,
                                 const std::vector<std::string>& expand, std::string& out) const;
  // The lists of parts, as the caller sees them, into the JSON of the record that ends `out`. `deleted_at`:
  // of the record; empty while it lives.
  Result<void> append_parts(store::Session& session, const Catalog& catalog, const EntityEntry& whole,
                            const Caller& caller, std::string_view id, std::string_view deleted_at,
                            std::string& out) const;
  static void conceal(const EntityEntry& entity, const Caller& caller, Record& record);
  Result<Record> load_for_write(WriteContext& write, const EntityEntry& entity, std::string_view id,
                                std::size_t action, bool deleted);
  Result<void> begin(WriteContext& write, const EntityEntry& entity, std::size_t action) const;
  friend class Parts;
  // What code sets besides the input: a part's whole and place.
  using Preset = std::vector<std::pair<std::size_t, FieldValue>>;
  Result<Written> create_with(WriteContext& write, const EntityEntry& entity, const Json& input,
                              const Preset& preset);
  Result<Written> update_with(WriteContext& write, const EntityEntry& entity, std::string_view id,
                              std::int64_t version, const Json& input, const Preset& preset);
  Result<void> apply_input(WriteContext& write, const EntityEntry& entity, const Json& input, Record& record,
                           const Record* before) const;
  Result<FieldValue> input_value(WriteContext& write, const EntityEntry& entity, std::string_view name,
                                 const Json& value, std::size_t index, const Record* before) const;
  Result<void> apply_defaults(const WriteContext& write, const EntityEntry& entity, Record& record) const;
  Result<void> number_sequences(WriteContext& write, const EntityEntry& entity, Record& record) const;
  // Hooks, computed fields and checks, in the order in which they may rely on one another.
  Result<void> complete(WriteContext& write, const EntityEntry& entity, HookEvent event, Record& record,
                        const Record* before, const Json& input) const;
  Result<void> check_lock(WriteContext& write, const EntityEntry& entity, std::string_view id) const;
  Result<Written> remove_at(WriteContext& write, const EntityEntry& entity, std::string_view id,
                            std::int64_t version, const std::string& time, int level);
  Result<void> remove_dependents(WriteContext& write, const EntityEntry& entity, std::string_view id,
                                 const std::string& time, int level);
  Result<Json> copied_values(WriteContext& write, const EntityEntry& entity, const Record& source,
                             const Json& given);
  Result<void> restore_dependents(WriteContext& write, const EntityEntry& entity, std::string_view id,
                                  const std::string& time);
  Result<void> refuse_named(WriteContext& write, const EntityEntry& entity, std::string_view id) const;
  Result<void> check_version(const WriteContext& write, const EntityEntry& entity, const Record& stored,
                             std::int64_t version) const;
  Result<void> check_scope(WriteContext& write, const EntityEntry& entity, const Record& record,
                           const Record* before) const;
  void stamp(const WriteContext& write, Record& record) const;
  Result<void> run_hooks(WriteContext& write, const EntityEntry& entity, HookEvent event, Record& record,
                         const Record* before, const Json* input = nullptr) const;
  Result<void> insert(WriteContext& write, const EntityEntry& entity, const Record& record) const;
  Result<void> write_changes(WriteContext& write, const EntityEntry& entity, const Record& record,
                             const Record& before) const;
  Result<Written> finish(WriteContext& write, const EntityEntry& entity, std::string_view action,
                         const Record& record, const Record* before);
  Result<void> tell(WriteContext& write, const EntityEntry& entity, std::string_view action,
                    const Record& record, const Record* before, std::string changes);
  Error friendly(const EntityEntry& entity, Error error) const;

  store::Database& database_;
  const Clock& clock_;
  IdSource& ids_;
  Audit& audit_;
  ChangeListener& listener_;
  const std::filesystem::path temp_folder_;
  Words words_;
  store::Blobs* blobs_ = nullptr;
  FileLimits file_limits_;
  Result<Summary> summarise(store::Session& session, const EntityEntry& entity,
                            const CompiledList& list) const;

  // The rows of a list as the database gets them soonest. `count`: how many meet the conditions, if known.
  Result<void> each_row(store::Session& session, const CompiledList& list, std::optional<std::int64_t> count,
                        function_ref<bool(const store::Row&)> on_row) const;

  mutable QueryPlans plans_;
  ListCache<std::string> lists_{64 << 20};
  ListCache<Summary> summaries_{4 << 20};
};

}  // namespace opsflux::entities
