// POST /api/v1/identity/sms/test: whether the SMS provider that is set up takes a message.
#include "host/services/identity/factors/one_time_code.hpp"
#include "host/services/identity/factors/sms.hpp"
#include "host/services/identity/form.hpp"
#include "host/services/identity/parts.hpp"
#include "host/services/identity/passwords/new_password.hpp"

namespace opsflux::identity {
namespace {

using http::Exchange;
using Parts = Identity::Parts;

constexpr std::size_t kMaxBody = 4 << 10;

// Answers once the provider has.
Result<void> post_test(Parts& parts, Exchange& exchange) {
  const http::Request& request = exchange.request();
  TRY_ASSIGN(form, Form::read(request, {"number"}));
  const std::string typed = form.required("number");
  const auto number = typed.empty() ? Result<std::string>("") : normal_number(typed);
  form.note(number);
  TRY(form.verdict());
  TRY(check(parts.options.sms.provider ? parts.options.sms.provider() : SmsProvider{}));
  const auto attempt = parts.code_limit.begin("test", request.caller().user_id);
  if (attempt.refused()) return fail(throttled(attempt));
  TRY_ASSIGN(user, read_user(parts, request.caller().user_id));
  parts.sms.send(*number, parts.options.sms.test_text(user.language), [exchange](Result<void> sent) mutable {
    if (!sent)
      exchange.fail(sent.error());
    else
      exchange.respond(http::Response::no_content());
  });
  return {};
}

}  // namespace

void add_sms_routes(Parts& parts, std::vector<http::Route>& routes) {
  http::Route route;
  route.method = http::Method::kPost;
  route.pattern = "/api/v1/identity/sms/test";
  route.access = http::Access::permit("settings.manage");
  route.limits.max_body = kMaxBody;
  route.handler = [&parts](Exchange exchange) {
    if (auto begun = post_test(parts, exchange); !begun) exchange.fail(begun.error());
  };
  routes.push_back(std::move(route));
}

}  // namespace opsflux::identity
