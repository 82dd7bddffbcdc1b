// From which addresses requests are taken. Administrators keep the rules as records (identity.address_rule);
// a request is judged by an immutable copy of them in memory.
//
// A rule allows or denies a network, for everything, for signing in, or for administrators. The smallest
// network that an address lies in decides; of the same network denied and allowed, denied. A rule that allows
// part of a denied network is an exception from that; any other one closes its scope to everybody whom no
// rule allows. The machine itself (127.0.0.0/8, ::1) is always let in: whoever locked himself out corrects
// the rules there.
#pragma once

#include <array>
#include <atomic>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/caller.hpp"
#include "host/base/cidr.hpp"
#include "host/base/clock.hpp"
#include "host/base/error.hpp"
#include "host/store/database.hpp"

namespace opsflux::identity {

enum class RuleScope : unsigned char { kAll, kLogin, kAdministrators };

struct AddressRule {
  IpNetwork network;
  bool allow = false;
  RuleScope scope = RuleScope::kAll;
  UtcNs until = 0;  // 0: for ever
};

// Never changes; safe from any thread.
class RuleBook {
 public:
  RuleBook() = default;
  // Those that have ended by `now` are left out.
  RuleBook(const std::vector<AddressRule>& rules, UtcNs now);
  bool admits(RuleScope scope, const IpAddress& address) const;
  bool empty() const { return empty_; }
  UtcNs next_end() const { return next_end_; }  // of one of its rules; 0: none ends

 private:
  struct Part {
    PrefixTree tree;  // 1: allowed
    bool closed = false;
  };
  std::array<Part, 3> parts_;
  bool empty_ = true;
  UtcNs next_end_ = 0;
};

// Safe from any thread; a judgement takes no lock that is held for long and reads no database.
class AddressRules {
 public:
  explicit AddressRules(const Clock& clock) : clock_(clock), book_(std::make_shared<const RuleBook>()) {}

  Result<void> load(store::Session& session);
  // "identity.address_denied" {address}, 403.
  Result<void> check(RuleScope scope, std::string_view address) const;
  // Whether a rule has ended since the book was made.
  bool stale() const;
  // Refuses rules, as the transaction has them now, that would keep out him who makes them:
  // "identity.rule_locks_out" {address}.
  Result<void> keep_in(store::Session& session, const Caller& caller, bool administrator) const;

 private:
  const Clock& clock_;
  std::atomic<std::shared_ptr<const RuleBook>> book_;
};

// A record's values: "identity.…" errors of parse are at the field "network".
Result<IpNetwork> rule_network(std::string_view text);

}  // namespace opsflux::identity
