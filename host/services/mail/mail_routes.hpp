// What administrators see of the mail that goes out, below /api/v1/mail. No text of any message is shown.
#pragma once

#include <vector>

#include "host/http/router.hpp"
#include "host/modules/settings.hpp"
#include "host/services/mail/mail.hpp"

namespace opsflux::mail {

inline constexpr std::string_view kManage = "mail.manage";

// All must outlive the routes. `manifest` is the service's own.
struct MailDesk {
  Mail& mail;
  modules::Settings& settings;
  const package::Manifest& manifest;
};

//   GET   /mail?state=&page=&page_size=   {"data": [{"id", "kind", "recipient", "language", "subject",
//   "state",
//                                          "attempts", "next_at", "created_at", "sent_at", "error"}],
//                                          "meta": {"page", "page_size", "total", "pages", "waiting", "sent",
//                                          "dead", "server", "problem"}}
//   POST  /mail/test {"to"?}              202 {"id"}; to oneself if no address is given
//   POST  /mail/{id}/retry                204
//   GET   /mail/settings, PATCH           {"data": [{"key", "value", "default", "secret", "set"}]}
std::vector<http::Route> mail_routes(const MailDesk& desk);

// What was set, else the manifest's defaults. `public_url` stands in for a base_url that is not set.
MailSettings mail_settings(const package::Manifest& manifest, const modules::Settings& settings,
                           const std::string& public_url);

}  // namespace opsflux::mail
