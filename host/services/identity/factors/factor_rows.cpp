#include "host/services/identity/factors/factor_rows.hpp"

#include <algorithm>

#include "host/services/identity/factors/backup_codes.hpp"
#include "host/services/identity/factors/totp.hpp"
#include "host/services/identity/tokens.hpp"

namespace opsflux::identity {

Result<std::vector<Factor>> factors_of(store::Session& session, std::string_view user_id) {
  std::vector<Factor> out;
  TRY(
      session.query("SELECT id, kind, sealed, label, last_step, created_at, confirmed_at, last_used_at "
                    "FROM identity_factor WHERE user_id = $1 ORDER BY created_at, id",
                    {user_id}, [&](const store::Row& row) {
                      out.push_back({row.string(0), row.string(1), row.string(2), row.string(3), row.i64(4),
                                     row.string(5), row.string(6), row.string(7)});
                      return true;
                    }));
  return out;
}

Result<std::vector<std::string>> factor_kinds(store::Session& session, std::string_view user_id) {
  TRY_ASSIGN(factors, factors_of(session, user_id));
  std::vector<std::string> out;
  for (const std::string_view kind : kFactorKinds)
    if (std::any_of(factors.begin(), factors.end(),
                    [&](const Factor& f) { return f.confirmed() && f.kind == kind; }))
      out.emplace_back(kind);
  return out;
}

std::vector<std::string> allowed_of(const std::vector<std::string>& kinds,
                                    const std::vector<std::string>& allowed) {
  std::vector<std::string> out;
  for (const std::string& kind : kinds)
    if (std::find(allowed.begin(), allowed.end(), kind) != allowed.end()) out.push_back(kind);
  return out;
}

std::vector<std::string> usable_of(const std::vector<std::string>& kinds,
                                   const std::vector<std::string>& allowed) {
  auto out = allowed_of(kinds, allowed);
  return out.empty() ? kinds : out;
}

Result<std::optional<Factor>> find_factor(store::Session& session, std::string_view user_id,
                                          std::string_view kind) {
  TRY_ASSIGN(factors, factors_of(session, user_id));
  for (Factor& factor : factors)
    if (factor.confirmed() && factor.kind == kind) return std::optional<Factor>(std::move(factor));
  return std::optional<Factor>();
}

Result<void> touch_factor(store::Transaction& transaction, std::string_view user_id, std::string_view kind,
                          UtcNs now) {
  const std::string at = format_utc(now);
  TRY(
      transaction.execute("UPDATE identity_factor SET last_used_at = $3 WHERE user_id = $1 AND kind = $2 AND "
                          "confirmed_at IS NOT NULL",
                          {user_id, kind, at}));
  return {};
}

Result<void> insert_factor(store::Transaction& transaction, std::string_view user_id, const Factor& factor) {
  TRY(transaction.execute(
      "INSERT INTO identity_factor (id, user_id, kind, sealed, label, last_step, created_at, confirmed_at) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
      {factor.id, user_id, factor.kind, factor.sealed, factor.label, factor.last_step, factor.created_at,
       store::text_or_null(std::string_view(factor.confirmed_at))}));
  return {};
}

Result<void> confirm_factor(store::Transaction& transaction, std::string_view id, std::int64_t step,
                            UtcNs now) {
  const std::string at = format_utc(now);
  TRY(transaction.execute("UPDATE identity_factor SET confirmed_at = $2, last_step = $3 WHERE id = $1",
                          {id, at, step}));
  return {};
}

Result<bool> remove_factor(store::Transaction& transaction, std::string_view user_id, std::string_view id) {
  TRY_ASSIGN(
      gone, transaction.execute("DELETE FROM identity_factor WHERE user_id = $1 AND id = $2", {user_id, id}));
  return gone == 1;
}

Result<void> drop_unconfirmed(store::Transaction& transaction, std::string_view user_id) {
  TRY(transaction.execute("DELETE FROM identity_factor WHERE user_id = $1 AND confirmed_at IS NULL",
                          {user_id}));
  return {};
}

Result<std::int64_t> remove_factors(store::Transaction& transaction, std::string_view user_id) {
  TRY(forget_devices(transaction, user_id));
  TRY(forget_backup_codes(transaction, user_id));
  return transaction.execute("DELETE FROM identity_factor WHERE user_id = $1", {user_id});
}

std::string factor_context(std::string_view id) { return "factor:" + std::string(id); }

// The condition on last_step makes the database decide between two requests with the same code.
Result<bool> use_totp(store::Transaction& transaction, const SecretBox& box, std::string_view user_id,
                      std::string_view code, UtcNs now) {
  TRY_ASSIGN(factors, factors_of(transaction, user_id));
  const std::string at = format_utc(now);
  for (const Factor& factor : factors) {
    if (!factor.confirmed() || factor.kind != "totp") continue;
    TRY_ASSIGN(secret, box.unseal(factor.sealed, factor_context(factor.id)));
    TRY_ASSIGN(step, totp_step(secret, code, now, factor.last_step));
    if (!step) continue;
    TRY_ASSIGN(taken, transaction.execute("UPDATE identity_factor SET last_step = $2, last_used_at = $3 "
                                          "WHERE id = $1 AND last_step < $2",
                                          {factor.id, *step, at}));
    return taken == 1;
  }
  return false;
}

namespace {

constexpr std::string_view kDevice =
    "SELECT id, secret_hash, agent, first_seen, last_seen, trusted_until FROM identity_device "
    "WHERE user_id = $1 AND trusted_until > $2";

Device device_of(const store::Row& row) {
  return {row.string(0), row.string(1), row.string(2), row.string(3), row.string(4), row.string(5)};
}

}  // namespace

Result<std::vector<Device>> devices_of(store::Session& session, std::string_view user_id, UtcNs now) {
  std::vector<Device> out;
  const std::string at = format_utc(now);
  TRY(session.query(std::string(kDevice) + " ORDER BY last_seen DESC, id", {user_id, at},
                    [&](const store::Row& row) {
                      out.push_back(device_of(row));
                      return true;
                    }));
  return out;
}

Result<std::optional<Device>> find_device(store::Session& session, std::string_view user_id,
                                          std::string_view secret, UtcNs now) {
  std::optional<Device> found;
  const std::string at = format_utc(now), hash = hex_of(digest_of(secret));
  TRY(session.query_one(std::string(kDevice) + " AND secret_hash = $3", {user_id, at, hash},
                        [&](const store::Row& row) { found = device_of(row); }));
  return found;
}

Result<void> insert_device(store::Transaction& transaction, std::string_view user_id, const Device& device) {
  TRY(transaction.execute("DELETE FROM identity_device WHERE user_id = $1 AND trusted_until < $2",
                          {user_id, device.first_seen}));
  TRY(transaction.execute(
      "INSERT INTO identity_device (id, user_id, secret_hash, agent, first_seen, last_seen, trusted_until) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7)",
      {device.id, user_id, device.secret_hash, store::text_or_null(std::string_view(device.agent)),
       device.first_seen, device.last_seen, device.trusted_until}));
  return {};
}

Result<void> touch_device(store::Transaction& transaction, std::string_view id, UtcNs now) {
  const std::string at = format_utc(now);
  TRY(transaction.execute("UPDATE identity_device SET last_seen = $2 WHERE id = $1", {id, at}));
  return {};
}

Result<bool> remove_device(store::Transaction& transaction, std::string_view user_id, std::string_view id) {
  TRY_ASSIGN(
      gone, transaction.execute("DELETE FROM identity_device WHERE user_id = $1 AND id = $2", {user_id, id}));
  return gone == 1;
}

Result<void> forget_devices(store::Transaction& transaction, std::string_view user_id) {
  TRY(transaction.execute("DELETE FROM identity_device WHERE user_id = $1", {user_id}));
  return {};
}

}  // namespace opsflux::identity
