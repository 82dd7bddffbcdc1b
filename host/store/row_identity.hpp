// For whom rows are read, where the database itself judges who may see them.
//
// PostgreSQL: such statements run as a role of their own (reader_role) that owns nothing, bypasses nothing
// and may only read what it was given, under the policies of the tables; these find the identity in settings
// named opsflux.<name>. All other statements run as the role that connected, which owns the tables and is not
// judged. SQLite has no such thing, and ignores it.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "host/base/error.hpp"
#include "host/store/session.hpp"

namespace opsflux::store {

struct RowIdentity {
  // Names are identifiers; values may be any text without NUL.
  std::vector<std::pair<std::string, std::string>> settings;
};
using RowIdentityPtr = std::shared_ptr<const RowIdentity>;

// Separates the items of a list within a setting.
inline constexpr char kItemSeparator = '\x1f';

// While it lives, statements of the session run for that identity; null: as the host. Not for statements
// inside an OwnerScope, which have a role already. Scopes nest; the previous one returns at the end.
class RowScope {
 public:
  RowScope(Session& session, RowIdentityPtr identity);
  ~RowScope();
  RowScope(const RowScope&) = delete;
  RowScope& operator=(const RowScope&) = delete;

 private:
  Session& session_;
  RowIdentityPtr previous_;
};

// The role of such statements in that database of PostgreSQL.
std::string reader_role(std::string_view database);
// Makes the role where it is missing, and lets the connected one use it. Nothing on SQLite. Forbidden
// "store.may_not_create_role" without CREATEROLE.
Result<void> ensure_reader(Transaction& transaction);

}  // namespace opsflux::store
