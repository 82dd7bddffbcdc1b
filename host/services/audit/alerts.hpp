// Suspicious behaviour, found in the audit trail: rules over the rows that were sealed last.
//
// An alert is itself a row of the trail, "audit.alert", and an event of that name for triggers. Of one
// subject (an account, an address, a person) each rule speaks once in its span of time.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <string_view>

#include "host/base/clock.hpp"
#include "host/entities/audit.hpp"
#include "host/store/database.hpp"

namespace opsflux::audit_service {

struct Suspect;  // a row that a rule may speak about

// From how many on a rule speaks; 0: never.
struct AlertLimits {
  std::int64_t window_minutes = 10;
  std::int64_t failed_log_ins = 10;        // of one account, or of one address, in the window
  std::int64_t deletions = 50;             // by one person in the window
  std::int64_t exported_records = 10'000;  // in one export
};

// payload: {"rule", "subject", "name", "count", "limit", "window_minutes", "row": id of the row that it was
// found at}
using AlertSink = std::function<Result<void>(store::Transaction&, std::string_view payload)>;

class Alerts {
 public:
  // All references must outlive this. `limits` is asked at each evaluation; `sink` may be empty.
  Alerts(const entities::Audit& audit, std::function<AlertLimits()> limits, AlertSink sink)
      : audit_(audit), limits_(std::move(limits)), sink_(std::move(sink)) {}

  // Judges the rows that were sealed since the last time, in `transaction`; how many alerts there were. The
  // first time on a trail it begins at its end. One caller at a time.
  Result<int> evaluate(store::Transaction& transaction) const;

 private:
  struct Finding;
  using Seen = std::set<std::pair<std::string_view, std::string>>;  // rule and subject
  Result<int> judge(store::Transaction& transaction, const AlertLimits& limits, const Suspect& row,
                    Seen& seen) const;
  Result<int> judge_export(store::Transaction& transaction, const AlertLimits& limits,
                           const Suspect& row) const;
  Result<bool> raise(store::Transaction& transaction, const Finding& finding) const;

  const entities::Audit& audit_;
  const std::function<AlertLimits()> limits_;
  const AlertSink sink_;
};

}  // namespace opsflux::audit_service
