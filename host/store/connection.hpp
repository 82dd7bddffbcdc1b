// Internal: one connection to a database, behind Session. Two implementations.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "host/base/error.hpp"
#include "host/base/function_ref.hpp"
#include "host/store/owner_scope.hpp"
#include "host/store/row.hpp"
#include "host/store/row_identity.hpp"
#include "host/store/session.hpp"
#include "host/store/table_versions.hpp"

namespace opsflux::store {

// Whom statements run for; see OwnerScope. An empty owner is the host.
struct Scope {
  std::string owner;
  OwnerRights rights = OwnerRights::kData;

  bool host() const { return owner.empty(); }
};

enum class Access : std::uint8_t { kRead, kWrite };

// Raised when modules' schemas came or went; connections look again when they begin.
using Generation = std::atomic<std::uint64_t>;

// Used by one thread at a time. begin ... commit|rollback bracket everything else.
class Connection {
 public:
  virtual ~Connection() = default;

  virtual Dialect dialect() const = 0;
  virtual Result<std::int64_t> execute(std::string_view sql, Params params) = 0;
  virtual Result<void> post(std::string_view sql, Params params) {
    TRY(execute(sql, params));
    return {};
  }
  virtual Result<void> query(std::string_view sql, Params params, function_ref<bool(const Row&)> on_row) = 0;
  virtual Result<void> stream(std::string_view sql, Params params, function_ref<bool(const Row&)> on_row) = 0;
  virtual Result<void> script(std::string_view sql) = 0;

  virtual Result<void> begin() = 0;
  virtual Result<void> commit() = 0;  // on failure the transaction is gone, or unknown when broken()
  virtual void rollback() = 0;        // a connection that cannot even do this is broken()
  // Savepoints nest; each is ended by one of release and rollback_to.
  virtual Result<void> savepoint() = 0;
  virtual Result<void> release() = 0;
  virtual Result<void> rollback_to() = 0;

  virtual bool in_transaction() const = 0;  // false when the database rolled all back by itself
  virtual bool broken() const = 0;          // to be thrown away
  // A schema made in this transaction, to be found by unqualified names from now on (PostgreSQL).
  virtual void schema_added(const std::string&) {}
  // To be raised when modules' schemas or tables changed; null where nothing depends on it (SQLite).
  virtual std::shared_ptr<Generation> schemas() const { return nullptr; }
  // What was changed since the last call. Known on SQLite only.
  virtual TableChanges take_changes() { return {}; }
  virtual Result<void> check() = 0;  // integrity

  const Scope& scope() const { return scope_; }
  virtual void set_scope(Scope scope) { scope_ = std::move(scope); }
  // Whom the statements of the host run for. Before begin(), so that it costs no round trip of its own.
  const RowIdentityPtr& rows_for() const { return rows_for_; }
  void set_rows_for(RowIdentityPtr identity) { rows_for_ = std::move(identity); }

 protected:
  Scope scope_;
  RowIdentityPtr rows_for_;
};

// The code of an error after which the same work, run again, may succeed. Never leaves the store.
inline constexpr std::string_view kClash = "store.clash";

// Refuses values that a database would cut or refuse on its own terms.
Result<void> check_values(Params params);

// Makes sessions of connections; the only friend of both.
class SessionAccess {
 public:
  // Derived to be constructible here; a Session is never made by its users.
  struct ReadSession final : Session {
    explicit ReadSession(Connection& connection) : Session(connection) {}
  };
  static Transaction transaction(Connection& connection) { return Transaction(connection); }
  static Connection& connection(Session& session) { return session.connection_; }
  static const std::optional<Error>& failure(const Session& session) { return session.failed_; }
  static std::vector<std::function<void()>> take_callbacks(Transaction& transaction) {
    return std::move(transaction.on_commit_);
  }
};

}  // namespace opsflux::store
