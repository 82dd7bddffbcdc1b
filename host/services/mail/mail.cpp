#include "host/services/mail/mail.hpp"

#include <nlohmann/json.hpp>

#include "host/base/log.hpp"
#include "host/base/text.hpp"
#include "host/services/mail/letter.hpp"
#include "host/services/mail/templates.hpp"

namespace opsflux::mail {
namespace {

std::string context_of(std::string_view id) { return "mail:" + std::string(id); }

bool is_loopback(const std::string& host) {
  return host == "localhost" || host == "::1" || host.starts_with("127.");
}

bool is_base_url(const std::string& url) {
  const bool http = url.starts_with("https://") || url.starts_with("http://");
  return http && url.find_first_of(" \"<>#?\\\r\n") == std::string::npos && !url.ends_with('/') &&
         url.find("://") + 3 < url.size();
}

}  // namespace

Result<void> check(const MailSettings& settings) {
  const SmtpServer& server = settings.server;
  if (server.host.empty() || server.host.find_first_of(" /@#?\\\"<>\r\n") != std::string::npos)
    return fail(
        Error::unavailable("mail.no_server", "No mail server is set up; mail waits until there is one."));
  if (settings.from.empty())
    return fail(Error::unavailable("mail.no_sender", "No address is set up that mail comes from."));
  TRY(check_address(settings.from));
  TRY(encode_header("From", settings.from_name));
  if (server.security == SmtpServer::Security::kNone && !server.user.empty() && !is_loopback(server.host))
    return fail(Error::unavailable("mail.password_in_clear",
                                   "The password of the mail server would be sent without encryption. Choose "
                                   "STARTTLS or TLS, or take the user away."));
  if (!settings.base_url.empty() && !is_base_url(settings.base_url))
    return fail(Error::unavailable("mail.bad_base_url", "\"" + settings.base_url +
                                                            "\" is not the beginning of links. It reads like "
                                                            "https://opsflux.example.org.")
                    .with("url", settings.base_url));
  return {};
}

Mail::~Mail() { stop(); }

bool Mail::ready() const {
  const MailSettings settings = parts_.settings();
  return !settings.base_url.empty() && check(settings);
}

Result<std::string> Mail::queue(store::Transaction& transaction, const Message& message) {
  TRY(check_address(message.recipient));
  const MailSettings settings = parts_.settings();
  if (!message.link.empty() && settings.base_url.empty())
    return fail(Error::unavailable(
        "mail.no_base_url", "The address of this instance is not set up, so mail can carry no links."));
  const i18n::Language language = i18n::language_from(message.language).value_or(i18n::Language::kEnglish);
  const Words words =
      say(*parts_.translator.catalog(), language,
          {message.kind, message.name, message.params,
           message.link.empty() ? std::string() : settings.base_url + message.link, settings.base_url});
  TRY(encode_header("Subject", words.subject));
  const std::string id = parts_.ids.next(), now = format_utc(parts_.clock.now());
  const std::string sealed =
      parts_.box.seal(to_text({{"text", words.text}, {"html", words.html}}), context_of(id));
  TRY(transaction.execute(
      "INSERT INTO mail_message (id, kind, recipient, language, subject, sealed, state, "
      "attempts, next_at, created_at, reference) "
      "VALUES ($1, $2, $3, $4, $5, $6, 'waiting', 0, $7, $7, $8)",
      {std::string_view(id), std::string_view(message.kind), std::string_view(message.recipient),
       i18n::language_tag(language), std::string_view(words.subject), std::string_view(sealed),
       std::string_view(now), store::text_or_null(std::string_view(message.reference))}));
  transaction.on_commit([this] {
    if (sender_) sender_->wake();
  });
  return id;
}

void Mail::start() {
  sender_ = std::make_unique<Ticker>("mail", [this] { return round(); });
}

void Mail::stop() {
  stopping_ = true;
  if (sender_) sender_->stop();
}

void Mail::look_again() {
  paused_until_ = 0;
  if (sender_) sender_->wake();
}

Result<void> Mail::retry(std::string_view id, const Caller& caller) {
  const std::string now = format_utc(parts_.clock.now());
  TRY(parts_.database.write_now([&](store::Transaction& transaction) -> Result<void> {
    std::string state;
    bool erased = false;
    TRY_ASSIGN(found, transaction.query_one("SELECT state, sealed FROM mail_message WHERE id = $1", {id},
                                            [&](const store::Row& row) {
                                              state = row.string(0);
                                              erased = row.is_null(1);
                                            }));
    if (!found) return fail(Error::not_found("mail.no_message", "There is no such message."));
    if (state == "sent") return fail(Error::conflict("mail.sent_already", "This message was sent."));
    if (erased) return fail(Error::conflict("mail.erased", "The text of this message is not kept any more."));
    // Its age counts anew, or it would be given up at once.
    TRY(
        transaction.execute("UPDATE mail_message SET state = 'waiting', attempts = 0, next_at = $2, "
                            "created_at = $2, last_error = NULL WHERE id = $1",
                            {id, std::string_view(now)}));
    transaction.on_commit([this] { look_again(); });
    return parts_.audit.write(transaction, caller, {"mail.retried", "mail", std::string(id)});
  }));
  return {};
}

Result<std::int64_t> Mail::prune(UtcNs before) {
  std::int64_t removed = 0;
  TRY(parts_.database.write_now([&](store::Transaction& transaction) -> Result<void> {
    TRY_ASSIGN(count, transaction.execute("DELETE FROM mail_message WHERE created_at < $1",
                                          {std::string_view(format_utc(before))}));
    removed = count;
    return {};
  }));
  return removed;
}

}  // namespace opsflux::mail
