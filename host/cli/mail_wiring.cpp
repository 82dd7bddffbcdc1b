#include "host/cli/mail_wiring.hpp"

namespace opsflux::cli {

Result<void> mail_notice(mail::Mail& mail, store::Transaction& transaction, const identity::Notice& notice) {
  mail::Message message;
  message.kind = notice.kind;
  message.recipient = notice.email;
  message.name = notice.name;
  message.language = notice.language;
  message.params = notice.params;
  message.link = notice.link;
  message.reference = "user:" + notice.user_id;
  TRY(mail.queue(transaction, message));
  return {};
}

}  // namespace opsflux::cli
