// What the law gives people over their own data: documents that they agree to, a copy of all that is kept of
// them, who looked at their record, and the erasure of it.
//
// Documents have a kind ("terms", "charter") and versions; of a kind the newest version in force holds. While
// one that is required was not agreed to, owes() is true and the server refuses the person everything else.
//
// A copy is made in the background and kept for a week. An erasure waits for 90 days with the account closed;
// then the person's record, and records that are the person, become anonymous, and what only belongs to the
// account is deleted. See docs/decisions/erasure-keeps-the-trail.md for what stays.
//
// Which fields hold personal data, definitions say ("personal"), those of modules as well. Tables that are no
// entity's are named by whoever joins the services (PersonTable).
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/executor.hpp"
#include "host/base/json.hpp"
#include "host/entities/engine.hpp"
#include "host/services/privacy/consents.hpp"
#include "host/store/database.hpp"

namespace opsflux::privacy {

inline constexpr std::string_view kManage = "privacy.manage";
inline constexpr std::chrono::days kErasureWait{90}, kExportKept{7};
inline constexpr std::chrono::hours kExportEvery{24};

// A table with rows about a person.
struct PersonTable {
  std::string name;  // "sessions": of its files in a copy
  std::string table;
  std::string person;                     // the column that says whom a row is about
  std::vector<std::string> columns = {};  // what a copy has of it; none: it is not in a copy
  bool erased = true;                     // its rows go with the person
  bool by_email = false;                  // the column has the address and not the identifier
};

struct Parts {
  store::Database& database;
  const entities::Audit& audit;
  const Clock& clock;
  IdSource& ids;
  entities::Engine& engine;
  std::function<std::shared_ptr<const entities::Catalog>()> catalog;
  std::vector<PersonTable> tables;  // deleted from in this order
  std::filesystem::path folder;     // of copies; made when it is missing
  // Gives the rights that the person has; may be empty.
  std::function<void(Caller&)> judge = {};
  // In the transaction that makes the person's record anonymous, to tell modules; may be empty.
  std::function<Result<void>(store::Transaction&, std::string_view user_id)> erased = {};
};

// A row of privacy_request.
struct Request {
  std::string id, user_id, kind, state, asked_at, asked_by, due_at, done_at, report;
};
Json to_json(const Request& request);
// What an erasure leaves, as codes with a text each: "trail", "authorship", …
std::vector<std::string_view> kept_after_erasure();

// Safe from any thread.
class Privacy {
 public:
  // After the migrations of this folder.
  static Result<std::unique_ptr<Privacy>> open(Parts parts);
  ~Privacy();

  const Parts& parts() const { return parts_; }
  Consents& consents() { return consents_; }
  const Consents& consents() const { return consents_; }

  // Asks for a copy; it is begun at once. "privacy.export_too_soon" within a day of the last one.
  Result<Request> ask_export(const Caller& caller);
  // The file of a copy that is ready, for its owner. "privacy.no_request".
  Result<std::filesystem::path> file_of(const Caller& caller, std::string_view id) const;

  // Closes the account of `user_id` and begins the wait. `typed`: his address, which whoever asks has to
  // repeat. "privacy.not_confirmed", "privacy.erasure_asked", "identity.last_administrator",
  // "identity.user_missing".
  Result<Request> ask_erasure(const Caller& caller, std::string_view user_id, std::string_view typed);
  // Opens the account again. "privacy.no_request", "privacy.erasure_over" once it was begun.
  Result<void> undo_erasure(const Caller& caller, std::string_view id);

  Result<std::vector<Request>> requests_of(std::string_view user_id) const;
  // All erasures, the newest first, each with "name" and "email" of the person.
  Result<Json> erasures() const;
  // Who read or changed the person's record, the newest first: {"data":[…],"meta":{…}}.
  Result<Json> access_log(std::string_view user_id, std::int64_t page, std::int64_t page_size) const;

  // Begins copies that a stop of the server cut off. Once the registry is there.
  Result<void> resume();
  // Removes copies after their time, and carries out erasures whose wait is over. For the housekeeper.
  Result<void> sweep();
  // Carries out what waits for this thread's turn; for tests.
  void wait() const;
  void stop();

 private:
  explicit Privacy(Parts parts);
  Result<Request> find(std::string_view id) const;
  void begin_export(const std::string& id);
  Result<void> make_export(const Request& request) const;
  Result<void> set_status(store::Transaction& transaction, const entities::Catalog& catalog,
                          const Caller& caller, std::string_view user_id, std::string_view status) const;
  Result<void> erase(const Request& request) const;
  std::filesystem::path path_of(std::string_view id) const {
    return parts_.folder / (std::string(id) + ".zip");
  }

  const Parts parts_;
  Consents consents_;
  Executor runner_{"privacy", 1, 1000};
};

// The person as rows of identity_user have him.
struct Person {
  std::string id, email, name, role;
  bool deleted = false;
};
Result<std::optional<Person>> find_person(store::Session& session, std::string_view id);

}  // namespace opsflux::privacy
