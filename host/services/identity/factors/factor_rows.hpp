// The rows of second factors and trusted devices.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/clock.hpp"
#include "host/base/error.hpp"
#include "host/base/secret_box.hpp"
#include "host/store/session.hpp"

namespace opsflux::identity {

inline constexpr std::string_view kFactorKinds[] = {"totp", "email", "sms"};

struct Factor {
  std::string id, kind, sealed, label;
  std::int64_t last_step = 0;
  std::string created_at, confirmed_at, last_used_at;  // empty: not yet

  bool confirmed() const { return !confirmed_at.empty(); }
};

struct Device {
  std::string id, secret_hash, agent, first_seen, last_seen, trusted_until;
};

// Oldest first; those being enrolled too.
Result<std::vector<Factor>> factors_of(store::Session& session, std::string_view user_id);
// The kinds of the confirmed ones: "totp", "email", "sms", in this order.
Result<std::vector<std::string>> factor_kinds(store::Session& session, std::string_view user_id);
// Those of `kinds` that are among `allowed`.
std::vector<std::string> allowed_of(const std::vector<std::string>& kinds,
                                    const std::vector<std::string>& allowed);
// By which a code may be given: those that are allowed, or all when none of them is, so that a change of the
// rules locks nobody out.
std::vector<std::string> usable_of(const std::vector<std::string>& kinds,
                                   const std::vector<std::string>& allowed);
// The confirmed one of that kind.
Result<std::optional<Factor>> find_factor(store::Session& session, std::string_view user_id,
                                          std::string_view kind);
Result<void> insert_factor(store::Transaction& transaction, std::string_view user_id, const Factor& factor);
Result<void> confirm_factor(store::Transaction& transaction, std::string_view id, std::int64_t step,
                            UtcNs now);
// False when there is no such factor of that user.
Result<bool> remove_factor(store::Transaction& transaction, std::string_view user_id, std::string_view id);
// Drops what was begun and not confirmed.
Result<void> drop_unconfirmed(store::Transaction& transaction, std::string_view user_id);
// With what hangs on them: backup codes, trusted devices. Tells how many there were.
Result<std::int64_t> remove_factors(store::Transaction& transaction, std::string_view user_id);

Result<void> touch_factor(store::Transaction& transaction, std::string_view user_id, std::string_view kind,
                          UtcNs now);

// What a factor's secret is sealed for.
std::string factor_context(std::string_view id);

// True when `code` belongs to one of the user's confirmed applications and was not used before; it is used
// then.
Result<bool> use_totp(store::Transaction& transaction, const SecretBox& box, std::string_view user_id,
                      std::string_view code, UtcNs now);

Result<std::vector<Device>> devices_of(store::Session& session, std::string_view user_id, UtcNs now);
// The trusted device whose secret it is, if it is this user's.
Result<std::optional<Device>> find_device(store::Session& session, std::string_view user_id,
                                          std::string_view secret, UtcNs now);
Result<void> insert_device(store::Transaction& transaction, std::string_view user_id, const Device& device);
Result<void> touch_device(store::Transaction& transaction, std::string_view id, UtcNs now);
Result<bool> remove_device(store::Transaction& transaction, std::string_view user_id, std::string_view id);
Result<void> forget_devices(store::Transaction& transaction, std::string_view user_id);

}  // namespace opsflux::identity
