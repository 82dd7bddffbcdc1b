// What joins identity to the mail service.
#pragma once

#include "host/services/identity/admission/notice.hpp"
#include "host/services/mail/mail.hpp"

namespace opsflux::cli {

// Queues what identity has a person told, in that person's language.
Result<void> mail_notice(mail::Mail& mail, store::Transaction& transaction, const identity::Notice& notice);

}  // namespace opsflux::cli
