// What the routes of admission share. Internal to this folder.
#pragma once

#include "host/services/identity/admission/mail_tickets.hpp"
#include "host/services/identity/form.hpp"
#include "host/services/identity/parts.hpp"

namespace opsflux::identity {

// "identity.link_over", "identity.mail_off", "identity.email_taken": of several routes.
Error link_over();
Error mail_off();
Error email_taken();

// {"email"} of the request. Errors as a form's.
Result<std::string> read_email(const http::Request& request);

// Answers `response`, then mails the link to whom it concerns; nobody sees whether that is somebody.
// `path` is what stands before the ticket's text, "/reset#token=".
struct LinkWanted {
  MailTicketPurpose purpose = MailTicketPurpose::kReset;
  std::string kind{};    // of the notice
  std::string action{};  // in the audit trail
  std::string path{};
  std::chrono::minutes lifetime{60};
  std::string binding{};
};
void send_link(Identity::Parts& parts, const http::Request& request, std::string email, LinkWanted wanted);

http::Route open_route(http::Method method, std::string_view pattern,
                       std::function<void(http::Exchange)> handler);

void add_reset_routes(Identity::Parts& parts, std::vector<http::Route>& routes);
void add_magic_routes(Identity::Parts& parts, std::vector<http::Route>& routes);

}  // namespace opsflux::identity
