// Internal: decides, while SQLite prepares a statement, what the statement may touch.
#pragma once

#include <optional>
#include <string>

#include "host/base/error.hpp"
#include "host/store/connection.hpp"

namespace opsflux::store {

class SqliteAuthorizer {
 public:
  explicit SqliteAuthorizer(Access access) : access_(access) {}

  // For the scope of its life the store's own statements pass: BEGIN, SAVEPOINT, PRAGMA.
  class Internal {
   public:
    explicit Internal(SqliteAuthorizer& authorizer) : authorizer_(authorizer), before_(authorizer.internal_) {
      authorizer_.internal_ = true;
    }
    ~Internal() { authorizer_.internal_ = before_; }

   private:
    SqliteAuthorizer& authorizer_;
    bool before_;
  };

  void set_scope(const Scope* scope) { scope_ = scope; }
  // Called before each statement is prepared; `ddl`: it starts with CREATE, ALTER or DROP.
  void start(bool ddl) {
    ddl_ = ddl;
    denied_.reset();
  }
  // Why the statement was refused, once.
  std::optional<Error> take_denied() { return std::exchange(denied_, std::nullopt); }

  // SQLite's callback: an action code and its names, which may be null. True: allowed.
  bool allows(int action, const char* first, const char* second, const char* database);

 private:
  bool host_allows(int action, const char* first);
  bool owner_allows(int action, std::string_view first, std::string_view second, std::string_view database);
  bool declares(int action, std::string_view table) const;
  bool own_table(std::string_view table);
  bool schema_table(std::string_view table);
  bool deny(Error error);

  const Access access_;
  const Scope* scope_ = nullptr;
  bool internal_ = false;
  bool ddl_ = false;
  std::optional<Error> denied_;
};

}  // namespace opsflux::store
