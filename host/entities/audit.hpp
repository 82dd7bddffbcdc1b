// The audit trail: written in the change's transaction, sealed into a hash chain by one sealer.
//
// A row's hash is SHA-256 over the hash before it and the row's canonical text, so that an altered,
// removed or reordered row breaks the chain at its place. Sealing happens after the commit, in the order
// in which rows became visible, so that writers never queue behind a hash.
#pragma once

#include <cstdint>
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

struct AuditEntry {
  std::string action;  // "created", "updated", "deleted", "restored", "login", "module.installed", …
  std::string entity;  // "tiers.company", or what else was acted on: "session", "module"
  std::string record_id;
  std::string changes;  // JSON array [{"field": …, "before": …, "after": …}]; empty: none
};

class Audit {
 public:
  Audit(const Clock& clock, IdSource& ids) : clock_(clock), ids_(ids) {}

  // Writes one row in `transaction`. Thread: any, with the transaction's own.
  Result<void> write(store::Transaction& transaction, const Caller& caller, const AuditEntry& entry) const;

  // Seals what is not sealed yet, at most `limit` rows; the number sealed. One caller at a time.
  Result<std::int64_t> seal(store::Transaction& transaction, int limit = 1000) const;

  struct Verdict {
    std::int64_t sealed = 0;    // rows whose place in the chain was checked
    std::int64_t unsealed = 0;  // rows that wait for the sealer
    bool intact = true;
    std::int64_t broken_seq = 0;  // first place that does not hold
    std::string broken_id;        // row found there, if any
    std::string reason;           // "altered", "removed" or "reordered"
  };
  Result<Verdict> verify(store::Session& session) const;

 private:
  const Clock& clock_;
  IdSource& ids_;
};

}  // namespace opsflux::entities
