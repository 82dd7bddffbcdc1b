#include "host/services/identity/passwords/history.hpp"

namespace opsflux::identity {

Result<std::vector<std::string>> password_hashes(store::Session& session, std::string_view user_id,
                                                 std::size_t earlier) {
  std::vector<std::string> out;
  const auto add = [&out](const store::Row& row) {
    out.push_back(row.string(0));
    return true;
  };
  TRY(session.query("SELECT password_hash FROM identity_credential WHERE user_id = $1", {user_id}, add));
  TRY(session.query(
      "SELECT hash FROM identity_password_history WHERE user_id = $1 ORDER BY replaced_at DESC LIMIT $2",
      {user_id, static_cast<std::int64_t>(earlier)}, add));
  return out;
}

Result<void> replace_password_hash(store::Transaction& transaction, std::string_view user_id,
                                   std::string_view hash, UtcNs now, std::size_t keep, bool temporary) {
  const std::string at = format_utc(now);
  TRY_ASSIGN(before, password_hashes(transaction, user_id, 0));
  // Two changes at one moment count as one.
  if (!before.empty())
    TRY(
        transaction.execute("INSERT INTO identity_password_history (user_id, hash, replaced_at) "
                            "VALUES ($1, $2, $3) ON CONFLICT (user_id, replaced_at) DO UPDATE "
                            "SET hash = excluded.hash",
                            {user_id, before.front(), at}));
  TRY(transaction.execute(
      "DELETE FROM identity_password_history WHERE user_id = $1 AND replaced_at NOT IN (SELECT replaced_at "
      "FROM identity_password_history WHERE user_id = $1 ORDER BY replaced_at DESC LIMIT $2)",
      {user_id, static_cast<std::int64_t>(keep)}));
  TRY(transaction.execute(
      "INSERT INTO identity_credential (user_id, password_hash, changed_at, must_change) "
      "VALUES ($1, $2, $3, $4) ON CONFLICT (user_id) DO UPDATE SET password_hash = excluded.password_hash, "
      "changed_at = excluded.changed_at, must_change = excluded.must_change",
      {user_id, hash, at, temporary}));
  return {};
}

Result<void> store_rehashed(store::Transaction& transaction, std::string_view user_id,
                            std::string_view hash) {
  TRY(transaction.execute("UPDATE identity_credential SET password_hash = $2 WHERE user_id = $1",
                          {user_id, hash}));
  return {};
}

Result<PasswordAge> password_age(store::Session& session, std::string_view user_id, UtcNs now, Days expiry) {
  PasswordAge age = PasswordAge::kGood;
  const UtcNs oldest = now - std::chrono::nanoseconds(expiry).count();
  TRY(session.query_one("SELECT must_change, changed_at FROM identity_credential WHERE user_id = $1",
                        {user_id}, [&](const store::Row& row) {
                          if (row.boolean(0))
                            age = PasswordAge::kTemporary;
                          else if (expiry.count() > 0 && parse_utc(row.text(1)).value_or(now) < oldest)
                            age = PasswordAge::kExpired;
                        }));
  return age;
}

}  // namespace opsflux::identity
