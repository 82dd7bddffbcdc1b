// The audit trail: written in the change's transaction, sealed into a hash chain by one sealer.
//
// A row's hash is SHA-256 over the hash before it and the row's canonical text, so that an altered,
// removed or reordered row breaks the chain at its place. Sealing happens after the commit, in the order
// in which rows became visible, so that writers never queue behind a hash.
//
// Two marks say where the chain begins and ends, each with a code (HMAC) made with a key that is not in the
// database: the head, moved by the sealer, and the anchor, moved when old rows are removed. So whoever can
// only write to the database can neither cut the newest rows off nor write the chain anew.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "host/base/caller.hpp"
#include "host/base/clock.hpp"
#include "host/base/error.hpp"
#include "host/base/ids.hpp"

namespace opsflux::store {
class Database;
class Session;
class Transaction;
}  // namespace opsflux::store

namespace opsflux::entities {

class AuditReads;
struct AuditRow;

struct AuditEntry {
  std::string action{};  // "created", "updated", "deleted", "restored", "login", "module.installed", …
  std::string entity{};  // "tiers.company", or what else was acted on: "session", "module"
  std::string record_id{};
  std::string changes{};  // JSON array [{"field": …, "before": …, "after": …}]; empty: none
  std::string reason{};   // an error's code: it was refused for that; empty: it was done
};

// Somebody saw records of an entity whose reading is noted.
struct AuditRead {
  enum class Kind : std::uint8_t { kRecord, kList, kAggregate, kExport, kFile };
  Kind kind = Kind::kRecord;
  std::string entity{};     // "tiers.company"
  std::string record_id{};  // kRecord, kFile
  std::string
      filter{};  // of the others, as it was asked with; with what else narrowed it down; kFile: its name
  std::int64_t count = 0;  // of the others: records or groups that were given
  std::string page{};      // kList: number or cursor
};

// A place in the chain that is vouched for.
struct AuditMark {
  std::int64_t seq = 0;
  std::string hash;
  std::string at;            // UTC text
  std::int64_t removed = 0;  // of the anchor: rows removed so far
};

class Audit {
 public:
  Audit(const Clock& clock, IdSource& ids);
  ~Audit();
  Audit(const Audit&) = delete;
  Audit& operator=(const Audit&) = delete;

  // The key that marks are made with, 32 bytes. Before anything is sealed; without one marks vouch for
  // nothing and verify says so.
  void sign_with(std::string key) { key_ = std::move(key); }

  // Writes one row in `transaction`. Thread: any, with the transaction's own.
  Result<void> write(store::Transaction& transaction, const Caller& caller, const AuditEntry& entry) const;

  // Notes that somebody reads. Returns at once; the row is in the database within a second, and at the latest
  // when the server stops. When more wait than memory should hold, it blocks until some are written, five
  // seconds at most; an error then ("audit.reads_waiting", Unavailable): the caller does not give away what
  // cannot be noted. Any thread, but not inside a transaction.
  Result<void> note_read(const Caller& caller, const AuditRead& read) const;
  AuditReads& reads() const { return *reads_; }

  // Seals what is not sealed yet, at most `limit` rows, behind the head; the number sealed. One caller at a
  // time. Refuses ("audit.head_wrong", "audit.head_missing") where the head is not one of ours: it must not
  // be vouched for.
  Result<std::int64_t> seal(store::Transaction& transaction, int limit = 1000) const;

  // Makes a head of the last sealed row, whatever there was: `quietly` with the table of the marks, so that a
  // trail without a head is never one that has only begun; and after a finding or a lost key, where `caller`
  // and what verify said before are noted in the trail.
  Result<void> sign_anew(store::Transaction& transaction, const Caller& caller, std::string_view verdict,
                         bool quietly = false) const;

  struct Verdict {
    std::int64_t sealed = 0;    // rows whose place in the chain was checked
    std::int64_t unsealed = 0;  // rows that wait for the sealer
    std::int64_t removed = 0;   // old rows that the anchor stands for
    bool intact = true;
    std::int64_t broken_seq = 0;  // first place that does not hold; 0: it is a mark
    std::string broken_id;        // row found there, if any
    // "altered", "removed", "reordered", "tail_removed", "appended" (sealed by somebody else), "rewritten"
    // (the whole chain), "head_missing", "head_wrong", "anchor_wrong"
    std::string reason;
  };
  // Reads the chain in pieces, so that neither the writer nor a removal of old rows waits for it.
  Result<Verdict> verify(store::Database& database) const;

  // Removes one batch of the oldest sealed rows that were written before `before`, moves the anchor behind
  // them and notes it in the trail; how many. Never more than the run from the beginning: the first younger
  // row ends it. Refuses ("audit.chain_broken") where the rows to remove do not verify.
  Result<std::int64_t> prune(store::Transaction& transaction, UtcNs before, int limit = 2000) const;

  // Removes all that is older than `years` years by the calendar, batch by batch, each a transaction of its
  // own, until `stop` says true; how many. 0 years: nothing. The age is told by the clock or by the newest
  // row, whichever is earlier, so that a clock that runs ahead removes nothing that is young.
  Result<std::int64_t> prune_older_than(store::Database& database, std::int64_t years,
                                        const std::function<bool()>& stop = {}) const;

 private:
  std::string mac(std::string_view name, const AuditMark& mark) const;
  Result<std::optional<AuditMark>> find_mark(store::Session& session, std::string_view name,
                                             bool& genuine) const;
  Result<void> store_mark(store::Transaction& transaction, std::string_view name,
                          const AuditMark& mark) const;
  Result<AuditMark> head_to_continue(store::Transaction& transaction) const;
  struct Walk;
  Result<bool> begin_walk(store::Database& database, Walk& walk) const;
  Result<bool> walk_on(store::Database& database, Walk& walk) const;
  AuditRow row_of(const Caller& caller, const AuditEntry& entry) const;
  static Result<void> insert(store::Transaction& transaction, const AuditRow& row);
  friend class AuditReads;

  const Clock& clock_;
  IdSource& ids_;
  std::string key_;
  std::unique_ptr<AuditReads> reads_;
};

}  // namespace opsflux::entities
