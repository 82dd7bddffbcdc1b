#include "host/services/identity/admission/member.hpp"

#include <nlohmann/json.hpp>

namespace opsflux::identity {
namespace {

constexpr std::string_view kGuestRole = "guest";

}  // namespace

Result<bool> takes_people(store::Session& session, std::string_view company) {
  return session.query_one(
      "SELECT 1 FROM identity_company WHERE id = $1 AND active = $2 AND deleted_at IS NULL", {company, true},
      [](const store::Row&) {});
}

Result<void> check_takes_people(store::Session& session, std::string_view company) {
  if (company.empty()) return {};
  TRY_ASSIGN(open, takes_people(session, company));
  if (open) return {};
  return fail(Error::invalid("identity.company_closed",
                             "There is no such company, or it is not active. Choose another one.")
                  .at("company"));
}

Result<void> make_member(const Identity::Parts& parts, store::Transaction& transaction, User& user,
                         const std::string& company, std::string_view by) {
  const std::string role = user.role;
  if (!company.empty()) user.role = kGuestRole;
  TRY_ASSIGN(id, parts.options.make_person(transaction, user, by));
  user.id = id;
  if (company.empty()) return {};
  const Caller host = host_caller(by, "invitation");
  TRY(parts.options.records.create(transaction, "identity.assignment",
                                   {{"person", user.id}, {"company", company}, {"role", role}}, host));
  return parts.options.records.update(transaction, "identity.user", user.id, {{"company", company}}, host);
}

}  // namespace opsflux::identity
