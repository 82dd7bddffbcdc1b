// What the steps of a log-in have in common.
#include "host/base/json_writer.hpp"
#include "host/services/identity/factors/code_delivery.hpp"
#include "host/services/identity/login/cookies.hpp"
#include "host/services/identity/login/entry.hpp"

namespace opsflux::identity {

using Parts = Identity::Parts;

bool may_try(const ResumedPtr& resumed) {
  Parts& parts = resumed->parts;
  const auto& request = resumed->exchange.request();
  resumed->attempt = parts.throttle.begin(code_account(resumed->entry.user.id), request.client_address());
  if (resumed->attempt.refused()) resumed->exchange.fail(throttled(resumed->attempt));
  return !resumed->attempt.refused();
}

void withdraw(const ResumedPtr& resumed, const Error& error) {
  resumed->parts.throttle.withdrawn(resumed->attempt);
  resumed->exchange.fail(error);
}

void answer_sent(const Resumed& resumed, const CodeOrder& order, const Result<void>& sent, int status) {
  http::Exchange exchange = resumed.exchange;
  if (!sent) return void(exchange.fail(sent.error()));
  std::string out;
  JsonWriter(out)
      .begin_object()
      .key("kind")
      .string(order.way)
      .key("sent_to")
      .string(shown_place(order))
      .end_object();
  auto response = http::Response::json(status, std::move(out));
  if (resumed.entry.ticket.kind == SessionKind::kBrowser)
    response.header("Set-Cookie", cookie_text(kTicketCookie, resumed.secret, kCodeLifetime,
                                              resumed.parts.https(exchange.request())));
  exchange.respond(std::move(response));
}

}  // namespace opsflux::identity
