// Documents and what people answered to them.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "host/base/caller.hpp"
#include "host/base/clock.hpp"
#include "host/base/ids.hpp"
#include "host/base/json.hpp"
#include "host/entities/audit.hpp"
#include "host/store/database.hpp"

namespace opsflux::privacy {

// A version of a document. `texts`: {"fr":{"title":…,"body":…}, …} as JSON text.
struct Document {
  std::string id, kind, texts, effective_at, created_at;
  std::int64_t version = 0;
  bool required = false;
};

// Safe from any thread.
class Consents {
 public:
  Consents(store::Database& database, const entities::Audit& audit, const Clock& clock, IdSource& ids)
      : database_(database), audit_(audit), clock_(clock), ids_(ids) {}
  Result<void> load();

  // Whether a required document is in force that the person has not agreed to. Does not block.
  bool owes(const std::string& user_id) const;

  // A new version: {"kind","texts","required","effective_at"?}. "privacy.bad_document" at the field.
  Result<Document> publish(const Caller& caller, const Json& body);
  Result<std::vector<Document>> versions() const;  // by kind, the newest first
  // {"documents":[…]} in force, in the person's language, each with "state" given, refused or open, and
  // "pending" when it is required and not given.
  Result<Json> documents_for(const Caller& caller) const;
  Result<Json> history(std::string_view user_id) const;
  // {"kind","version","given"}. "privacy.old_version" when another version is in force by now.
  Result<void> answer(const Caller& caller, const Json& body);

 private:
  struct InForce {
    std::int64_t version = 0;
    UtcNs effective = 0;
    bool required = false;
  };
  using Given = std::unordered_map<std::string, std::int64_t>;  // the person's version; 0: none or refused
  // Immutable: every request looks at it, few change it.
  struct Known {
    std::unordered_map<std::string, std::vector<InForce>> documents;  // by kind
    std::unordered_map<std::string, Given> given;                     // by kind
  };
  const InForce* in_force(const std::vector<InForce>& versions) const;

  store::Database& database_;
  const entities::Audit& audit_;
  const Clock& clock_;
  IdSource& ids_;
  std::mutex changing_;  // held from reading what is known to replacing it
  std::atomic<std::shared_ptr<const Known>> known_ = std::make_shared<const Known>();
};

}  // namespace opsflux::privacy
