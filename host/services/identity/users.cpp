#include "host/services/identity/users.hpp"

#include "host/base/json_writer.hpp"
#include "host/base/text.hpp"

namespace opsflux::identity {
namespace {

constexpr std::string_view kByEmail =
    "SELECT id, email, name, role, language, theme, density, active, phone, job, place, time_zone, photo "
    "FROM identity_user "
    "WHERE lower(email) = $1 AND deleted_at IS NULL";
constexpr std::string_view kById =
    "SELECT id, email, name, role, language, theme, density, active, phone, job, place, time_zone, photo "
    "FROM identity_user "
    "WHERE id = $1 AND deleted_at IS NULL";

Result<std::optional<User>> find(store::Session& session, std::string_view sql, std::string_view value) {
  std::optional<User> user;
  TRY(session.query_one(sql, {value}, [&](const store::Row& row) {
    const auto text = [&](int column) { return row.is_null(column) ? std::string() : row.string(column); };
    user = User{row.string(0), row.string(1), row.string(2),  row.string(3), row.string(4),
                row.string(5), row.string(6), row.boolean(7), text(8),       text(9),
                text(10),      text(11),      text(12)};
  }));
  return user;
}

}  // namespace

std::optional<std::string> normal_email(std::string_view text) {
  std::string out = to_lower_ascii(trim(text));
  const auto at = out.find('@');
  if (at == std::string::npos || at == 0 || at + 1 == out.size() || out.size() > 254 ||
      out.find('@', at + 1) != std::string::npos)
    return std::nullopt;
  for (const char c : out)
    if (static_cast<unsigned char>(c) <= ' ' || c == 0x7f) return std::nullopt;
  return out;
}

Result<std::optional<User>> find_user_by_email(store::Session& session, std::string_view normal_email) {
  return find(session, kByEmail, normal_email);
}

Result<std::optional<User>> find_user(store::Session& session, std::string_view id) {
  return find(session, kById, id);
}

Result<bool> any_user(store::Session& session) {
  return session.query_one("SELECT id FROM identity_user LIMIT 1", {}, [](const store::Row&) {});
}

Result<bool> other_administrator(store::Session& session, std::string_view than) {
  return session.query_one(
      "SELECT id FROM identity_user WHERE role = $1 AND active = $2 AND deleted_at IS NULL AND id <> $3 "
      "LIMIT 1",
      {kAdministrator, true, than}, [](const store::Row&) {});
}

Result<void> insert_user(store::Transaction& transaction, const User& user, UtcNs now, std::string_view by) {
  const std::string at = format_utc(now);
  TRY(transaction.execute(
      "INSERT INTO identity_user (id, version, created_at, created_by, updated_at, updated_by, "
      "email, name, role, language, theme, density, active, status) VALUES ($1, 1, $2, $3, $2, $3, $4, $5, "
      "$6, "
      "$7, $8, $9, $10, $11)",
      {user.id, at, store::text_or_null(by), user.email, user.name, user.role, user.language, user.theme,
       user.density, user.active, user.active ? kActiveStatus : kInactiveStatus}));
  return {};
}

Result<void> update_preferences(store::Transaction& transaction, const User& user, UtcNs now,
                                std::string_view by) {
  const std::string at = format_utc(now);
  TRY(transaction.execute(
      "UPDATE identity_user SET name = $2, language = $3, theme = $4, density = $5, version = version + 1, "
      "updated_at = $6, updated_by = $7 WHERE id = $1 AND deleted_at IS NULL",
      {user.id, user.name, user.language, user.theme, user.density, at, by}));
  return {};
}

Result<std::string> find_password_hash(store::Session& session, std::string_view user_id) {
  std::string hash;
  TRY(session.query_one("SELECT password_hash FROM identity_credential WHERE user_id = $1", {user_id},
                        [&](const store::Row& row) { hash = row.text(0); }));
  return hash;
}

Result<void> store_password_hash(store::Transaction& transaction, std::string_view user_id,
                                 std::string_view hash, UtcNs now) {
  const std::string at = format_utc(now);
  TRY(transaction.execute(
      "INSERT INTO identity_credential (user_id, password_hash, changed_at) VALUES ($1, $2, $3) "
      "ON CONFLICT (user_id) DO UPDATE SET password_hash = excluded.password_hash, changed_at = "
      "excluded.changed_at",
      {user_id, hash, at}));
  return {};
}

std::string user_json(const User& user) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("id").string(user.id).key("email").string(user.email).key("name").string(user.name);
  json.key("role").string(user.role).key("language").string(user.language);
  json.key("theme").string(user.theme).key("density").string(user.density);
  const std::pair<std::string_view, const std::string&> said[] = {{"phone", user.phone},
                                                                  {"job", user.job},
                                                                  {"place", user.place},
                                                                  {"time_zone", user.time_zone},
                                                                  {"photo", user.photo}};
  for (const auto& [name, value] : said) {
    json.key(name);
    if (value.empty())
      json.null();
    else
      json.string(value);
  }
  json.end_object();
  return out;
}

}  // namespace opsflux::identity
