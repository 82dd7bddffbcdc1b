// Mail on its way out: queued in the transaction of what it tells, sent afterwards, at least once.
//
// A message is a row of mail_message. Its text is sealed with the instance's key, since it may carry a link
// that signs in, and erased when it was sent. One thread sends; a message that the server puts off (4xx) is
// tried again after 2 s, 4 s, 8 s … up to an hour, one that it refuses (5xx), or that is two days old, is
// dead and waits for an administrator. While the server itself cannot be used, nothing is counted against
// messages. As long as no server is set up, messages wait.
//
// A try is noted before it is made, so that a crash between sending and noting makes a repeat, never a loss;
// repeats have the same Message-ID.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "host/base/caller.hpp"
#include "host/base/clock.hpp"
#include "host/base/ids.hpp"
#include "host/base/secret_box.hpp"
#include "host/base/ticker.hpp"
#include "host/entities/audit.hpp"
#include "host/services/i18n/catalog.hpp"
#include "host/services/mail/smtp.hpp"
#include "host/store/database.hpp"

namespace opsflux::mail {

struct MailSettings {
  SmtpServer server{};
  std::string from{}, from_name{};
  std::string base_url{};  // of links, without a slash at its end; empty: no links can be made
};
// Whether mail can be sent: "mail.no_server", "mail.no_sender", "mail.bad_address", "mail.bad_base_url",
// "mail.password_in_clear".
Result<void> check(const MailSettings& settings);

struct Message {
  std::string kind{};       // "test", "password_reset": which texts; see templates.hpp
  std::string recipient{};  // address
  std::string name{};       // of the person, for the greeting; may be empty
  std::string language{};   // "fr"; unknown ones are English
  std::vector<std::pair<std::string, std::string>> params{};  // as the texts of that kind name them
  std::string link{};       // a path of this instance, "/reset#token=…"; empty: none
  std::string reference{};  // what it is about, "user:<id>"; for administrators
};

struct Parts {
  store::Database& database;
  const entities::Audit& audit;
  const Clock& clock;
  IdSource& ids;
  const SecretBox& box;
  const i18n::Translator& translator;
  std::function<MailSettings()> settings;  // asked for each round; any thread
};

class Mail {
 public:
  explicit Mail(Parts parts) : parts_(std::move(parts)) {}
  ~Mail();  // stop()

  // Any thread; the message goes out after the commit. Gives its id. Errors: "mail.bad_address",
  // "mail.no_base_url" for one with a link.
  Result<std::string> queue(store::Transaction& transaction, const Message& message);
  // Whether messages with a link can be queued and sent.
  bool ready() const;

  void start();
  void stop();        // within 2 s, whatever the server does; idempotent
  void look_again();  // settings changed: does not wait for the end of a pause

  // A dead or waiting message is tried now. "mail.no_message", "mail.sent_already", "mail.erased".
  Result<void> retry(std::string_view id, const Caller& caller);
  // Deletes what was made before. Housekeeping.
  Result<std::int64_t> prune(UtcNs before);

  const Parts& parts() const { return parts_; }

 private:
  struct Due;
  std::chrono::milliseconds round();
  Result<std::chrono::milliseconds> send_due(const MailSettings& settings, UtcNs now);
  Result<bool> deliver(SmtpConnection& connection, const MailSettings& settings, const Due& due);
  Result<bool> claim(const Due& due);
  Result<std::string> letter_of(const MailSettings& settings, const Due& due) const;
  Result<void> note(const Due& due, Delivery delivery);
  Result<void> give_up(const Due& due, const Error& error);
  void pause();

  const Parts parts_;
  std::atomic<bool> stopping_ = false;
  std::atomic<UtcNs> paused_until_ = 0;
  int server_failures_ = 0;  // one after another; the sender's thread
  std::unique_ptr<Ticker> sender_;
};

}  // namespace opsflux::mail
