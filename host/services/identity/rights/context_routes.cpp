// PUT /api/v1/auth/context: in the name of which company a person acts in this session.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "host/services/identity/form.hpp"
#include "host/services/identity/parts.hpp"
#include "host/services/identity/rights/companies.hpp"

namespace opsflux::identity {
namespace {

using http::Exchange;
using Parts = Identity::Parts;

constexpr std::size_t kMaxBody = 4 << 10;

Result<std::string> wanted_company(const Parts& parts, const http::Request& request) {
  TRY_ASSIGN(form, Form::read(request, {"company"}));
  const std::string company = form.optional("company").value_or("");
  TRY(form.verdict());
  const auto may = parts.standings.companies_of(request.caller().user_id);
  if (company.empty() || std::find(may.begin(), may.end(), company) != may.end()) return company;
  return fail(Error::not_found("identity.no_context", "You have no role in such a company.").at("company"));
}

// [{"field": "company", …}] for the audit trail.
std::string change_of_company(const std::string& before, const std::string& after) {
  const auto text = [](const std::string& id) { return id.empty() ? Json() : Json(id); };
  return to_text(Json::array({Json{{"field", "company"}, {"before", text(before)}, {"after", text(after)}}}));
}

void put_context(Parts& parts, Exchange exchange) {
  auto company = wanted_company(parts, exchange.request());
  if (!company) return void(exchange.fail(company.error()));
  auto answer = std::make_shared<Json>();
  parts.write(
      [&parts, exchange, answer,
       company = *company](store::Transaction& transaction) mutable -> Result<void> {
        const Caller& caller = exchange.request().caller();
        if (company != caller.company) {
          AuthEvent event = event_of(exchange.request(), "session.company");
          event.user_id = caller.user_id;
          event.email = caller.email;
          event.session_id = caller.session_id;
          event.changes = change_of_company(caller.company, company);
          parts.tell(transaction, event);
        }
        TRY_ASSIGN(context, context_of(transaction, parts.standings, caller.user_id, company));
        *answer = std::move(context);
        return parts.sessions->act_for(transaction, caller.session_id, company);
      },
      [exchange, answer](Result<void> result) mutable {
        if (!result) return void(exchange.fail(result.error()));
        exchange.respond(http::Response::json(200, to_text(*answer)));
      });
}

}  // namespace

void add_context_routes(Parts& parts, std::vector<http::Route>& routes) {
  http::Route route;
  route.method = http::Method::kPut;
  route.pattern = "/api/v1/auth/context";
  route.access = http::Access::signed_in().own_only();
  route.limits.max_body = kMaxBody;
  route.handler = [&parts](Exchange exchange) { put_context(parts, std::move(exchange)); };
  routes.push_back(std::move(route));
}

}  // namespace opsflux::identity
