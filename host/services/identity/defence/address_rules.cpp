#include "host/services/identity/defence/address_rules.hpp"

#include <algorithm>

#include "host/base/log.hpp"
#include "host/base/text.hpp"

namespace opsflux::identity {
namespace {

RuleScope scope_named(std::string_view name) {
  return name == "login"            ? RuleScope::kLogin
         : name == "administrators" ? RuleScope::kAdministrators
                                    : RuleScope::kAll;
}

Result<std::vector<AddressRule>> read_rules(store::Session& session) {
  std::vector<AddressRule> out;
  TRY(session.query(
      "SELECT id, network, list, applies_to, until FROM identity_address_rule WHERE deleted_at IS NULL", {},
      [&](const store::Row& row) {
        const auto network = IpNetwork::parse(row.text(1));
        if (!network)
          log::error("identity.address_rule_unreadable", {{"rule", row.text(0)}});
        else
          out.push_back({*network, row.text(2) == "allow", scope_named(row.text(3)),
                         row.is_null(4) ? 0 : parse_utc(row.text(4)).value_or(0)});
        return true;
      }));
  return out;
}

}  // namespace

RuleBook::RuleBook(const std::vector<AddressRule>& rules, UtcNs now) {
  std::vector<AddressRule> valid;
  for (const AddressRule& rule : rules) {
    if (rule.until != 0 && rule.until <= now) continue;
    if (rule.until != 0 && (next_end_ == 0 || rule.until < next_end_)) next_end_ = rule.until;
    valid.push_back(rule);
  }
  empty_ = valid.empty();
  std::stable_partition(valid.begin(), valid.end(), [](const AddressRule& rule) { return rule.allow; });
  for (const AddressRule& rule : valid) {
    Part& part = parts_[static_cast<std::size_t>(rule.scope)];
    part.tree.add(rule.network, rule.allow ? 1 : 0);
    const bool exception = std::any_of(valid.begin(), valid.end(), [&](const AddressRule& other) {
      return !other.allow && other.scope == rule.scope && other.network.contains(rule.network);
    });
    if (rule.allow && !exception) part.closed = true;
  }
}

bool RuleBook::admits(RuleScope scope, const IpAddress& address) const {
  if (address.is_loopback()) return true;
  const Part& part = parts_[static_cast<std::size_t>(scope)];
  const auto found = part.tree.find(address);
  return found ? *found == 1 : !part.closed;
}

Result<void> AddressRules::load(store::Session& session) {
  TRY_ASSIGN(rules, read_rules(session));
  book_.store(std::make_shared<const RuleBook>(rules, clock_.now()));
  return {};
}

Result<void> AddressRules::check(RuleScope scope, std::string_view address) const {
  const auto book = book_.load();
  if (book->empty()) return {};
  const auto parsed = IpAddress::parse(address);
  if (parsed && book->admits(scope, *parsed)) return {};
  return fail(Error::forbidden("identity.address_denied",
                               "Requests from the address " + std::string(address) +
                                   " are not taken here. An administrator can change that.")
                  .with("address", address));
}

bool AddressRules::stale() const {
  const UtcNs end = book_.load()->next_end();
  return end != 0 && end <= clock_.now();
}

Result<void> AddressRules::keep_in(store::Session& session, const Caller& caller, bool administrator) const {
  const auto address = IpAddress::parse(caller.address);
  if (!address || caller.system) return {};
  TRY_ASSIGN(rules, read_rules(session));
  const RuleBook book(rules, clock_.now());
  const bool stays = book.admits(RuleScope::kAll, *address) && book.admits(RuleScope::kLogin, *address) &&
                     (!administrator || book.admits(RuleScope::kAdministrators, *address));
  if (stays) return {};
  return fail(Error::conflict("identity.rule_locks_out", "With this your own address, " + caller.address +
                                                             ", would be kept out. Allow it first.")
                  .with("address", caller.address));
}

Result<IpNetwork> rule_network(std::string_view text) {
  auto network = IpNetwork::parse(trim(text));
  if (!network) return fail(std::move(network).error().at("network"));
  return network;
}

}  // namespace opsflux::identity
