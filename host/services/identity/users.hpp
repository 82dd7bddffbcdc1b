// The rows of identity_user and identity_credential, as identity itself needs them. Everything else about
// users (lists, creation by an administrator, deletion) is the entity engine's.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "host/base/clock.hpp"
#include "host/base/error.hpp"
#include "host/store/session.hpp"

namespace opsflux::identity {

inline constexpr std::string_view kAdministrator = "administrator";
// Of identity_user.status; whoever has another one cannot sign in.
inline constexpr std::string_view kActiveStatus = "active";
inline constexpr std::string_view kInactiveStatus = "inactive";

struct User {
  std::string id, email, name, role, language, theme, density;
  bool active = false;
  // What he says of himself; empty where nothing. The photo is a file of his record.
  std::string phone{}, job{}, place{}, time_zone{}, photo{};
};

// Trimmed, small ASCII letters: how an address is stored and looked up. nullopt when it is not one.
std::optional<std::string> normal_email(std::string_view text);

// The user who is not deleted, with that address in any case or with that id.
Result<std::optional<User>> find_user_by_email(store::Session& session, std::string_view normal_email);
Result<std::optional<User>> find_user(store::Session& session, std::string_view id);
// Deleted ones count: an instance that ever had a user is set up.
Result<bool> any_user(store::Session& session);
// True when some other active administrator is left.
Result<bool> other_administrator(store::Session& session, std::string_view than);

Result<void> insert_user(store::Transaction& transaction, const User& user, UtcNs now, std::string_view by);
// Name and preferences only. The version goes up, so that an If-Match elsewhere notices.
Result<void> update_preferences(store::Transaction& transaction, const User& user, UtcNs now,
                                std::string_view by);

// Empty: the user has no password yet.
Result<std::string> find_password_hash(store::Session& session, std::string_view user_id);
Result<void> store_password_hash(store::Transaction& transaction, std::string_view user_id,
                                 std::string_view hash, UtcNs now);

// {"id","email","name","role","language","theme","density","phone","job","place","time_zone","photo"}; the
// last five may be null.
std::string user_json(const User& user);

}  // namespace opsflux::identity
