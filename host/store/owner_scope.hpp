// SQL of a module reaches the module's own tables only.
#pragma once

#include <string>
#include <string_view>

#include "host/base/error.hpp"
#include "host/store/session.hpp"

namespace opsflux::store {

enum class OwnerRights : std::uint8_t {
  kData,    // SELECT, INSERT, UPDATE, DELETE
  kSchema,  // and CREATE, ALTER, DROP of tables and indexes: for migrations
};

// While it lives, statements of the session may only touch tables and indexes named `<owner>_...`.
// Anything else fails with Forbidden "store.foreign_table" or "store.forbidden_sql": other tables, the
// catalogue, ATTACH, PRAGMA, SET, transaction control, views, triggers, functions outside a list of plain
// ones. On SQLite the authorizer decides; on PostgreSQL the module's own schema and role, and a reader of the
// SQL that keeps it from leaving the role. Scopes nest; the previous one returns at the end. An empty owner
// is the host itself, for what the host does on the way inside a module's scope. The session must outlive the
// scope. Uses no statement of its own until SQL runs.
class OwnerScope {
 public:
  OwnerScope(Session& session, std::string_view owner, OwnerRights rights = OwnerRights::kData);
  ~OwnerScope();
  OwnerScope(const OwnerScope&) = delete;
  OwnerScope& operator=(const OwnerScope&) = delete;

 private:
  Session& session_;
  std::string previous_owner_;
  OwnerRights previous_rights_;
};

// Owner names are module ids: [a-z][a-z0-9_]{1,31}, none of core, sqlite, pg, public, information and
// opsflux, nor one of these and "_". Invalid "store.bad_owner" otherwise. That no owner's name is the
// beginning of another's
// ("crm" and "crm_mail") is for whoever installs them: here both would own crm_mail_letter.
Result<void> check_owner(std::string_view owner);

// Makes what a module's tables need before its first migration: on PostgreSQL the schema m_<owner> and its
// role; nothing on SQLite. Idempotent. Fails with Forbidden "store.may_not_create_role" when the database
// user lacks CREATEROLE, or "store.may_not_create_schema".
Result<void> ensure_owner(Transaction& transaction, std::string_view owner);
// Drops every table of the owner, and on PostgreSQL its schema and role. What the runner noted about its
// migrations goes with it.
Result<void> drop_owner(Transaction& transaction, std::string_view owner);

}  // namespace opsflux::store
