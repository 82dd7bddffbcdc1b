// What a person may do and why, as JSON for people who ask.
#pragma once

#include "host/base/json.hpp"
#include "host/services/identity/rights/rights_routes.hpp"

namespace opsflux::identity {

// What a permission lets somebody do with records.
struct Act {
  const entities::EntityEntry* entity = nullptr;
  std::size_t action = 0;  // see entities::kActions
};
// Invalid "identity.explain_no_record" for a permission that is not about single records that are there.
Result<Act> act_of(const entities::Catalog& catalog, const std::string& permission);

// {"user","company","roles":[{"id","key","name","group","company"}],"administrator","permissions":[{"id","scope","text"}]}.
// Who is neither that person, in a session, nor may view roles and that person is refused ("auth.forbidden",
// "identity.user_missing").
// In the name of `company`; without one of whom he acts for when he asks about himself, and of nobody else.
Result<Json> rights_of_person(const RightsParts& parts, const Caller& asker, const std::string& person,
                              const std::string& company);

// {"user","permission":{"id","label"},"scope","text","reasons":[…],"would":[{"id","key","name","scope"}],
// "record"}; see docs/rest.md. `record` may be empty; one that the asker may not see is none to him
// (entity.no_record). Besides: "identity.explain_permission", "identity.explain_no_record".
Result<Json> explain_to(const RightsParts& parts, const Caller& asker, const std::string& person,
                        const std::string& company, const std::string& permission, const std::string& record);

}  // namespace opsflux::identity
