#include "host/services/identity/rights/companies.hpp"

#include <nlohmann/json.hpp>

namespace opsflux::identity {

Result<Json> context_of(store::Session& session, const Standings& standings, const std::string& person,
                        const std::string& company) {
  Json chosen = nullptr, all = Json::array();
  for (const std::string& id : standings.companies_of(person)) {
    Json one;
    TRY(session.query_one("SELECT name FROM identity_company WHERE id = $1 AND deleted_at IS NULL",
                          {std::string_view(id)}, [&](const store::Row& row) {
                            one = {{"id", id}, {"name", row.string(0)}};
                          }));
    if (one.is_null()) continue;
    if (id == company) chosen = one;
    all.push_back(std::move(one));
  }
  return Json{{"company", std::move(chosen)}, {"companies", std::move(all)}};
}

}  // namespace opsflux::identity
