// The thread that sends what is due.
#include <nlohmann/json.hpp>

#include "host/base/log.hpp"
#include "host/base/text.hpp"
#include "host/services/mail/letter.hpp"
#include "host/services/mail/mail.hpp"

namespace opsflux::mail {

using namespace std::chrono_literals;

struct Mail::Due {
  std::string id{}, kind{}, recipient{}, language{}, subject{}, sealed{}, next_at{};
  std::int64_t attempts = 0;
  UtcNs created_at = 0;
};

namespace {

constexpr int kPerConnection = 10;
constexpr auto kIdle = 10s;  // settings and other processes' messages are noticed as late
constexpr std::int64_t kLongest = 3600, kLongestPause = 60;  // seconds
constexpr auto kMaxAge = std::chrono::hours(48);

std::int64_t backoff(std::int64_t attempts, std::int64_t longest) {
  return attempts >= 12 ? longest : std::min(longest, std::int64_t{1} << attempts);
}

UtcNs seconds(std::int64_t count) { return std::chrono::nanoseconds(std::chrono::seconds(count)).count(); }

// As it is stored: code and values, so that each reader gets his language.
std::string stored(const Error& error) {
  Json params = Json::object();
  for (const auto& [key, value] : error.params) params[key] = value;
  return to_text({{"code", error.code}, {"message", error.message}, {"params", std::move(params)}});
}

std::string domain_of(const std::string& address) { return address.substr(address.find('@') + 1); }

}  // namespace

std::chrono::milliseconds Mail::round() {
  const UtcNs now = parts_.clock.now();
  if (stopping_) return kIdle;
  if (const UtcNs until = paused_until_; until > now)
    return std::chrono::ceil<std::chrono::milliseconds>(std::chrono::nanoseconds(until - now));
  const MailSettings settings = parts_.settings();
  if (!check(settings)) return kIdle;
  auto next = send_due(settings, now);
  if (next) return *next;
  log::error("mail.queue_not_read", next.error());
  return 60s;
}

Result<std::chrono::milliseconds> Mail::send_due(const MailSettings& settings, UtcNs now) {
  std::vector<Due> due;
  TRY(parts_.database.read([&](store::Session& session) {
    due.clear();
    return session.query(
        "SELECT id, kind, recipient, language, subject, sealed, next_at, attempts, created_at "
        "FROM mail_message WHERE state = 'waiting' ORDER BY next_at, id LIMIT 10",
        {}, [&](const store::Row& row) {
          due.push_back({row.string(0), row.string(1), row.string(2), row.string(3), row.string(4),
                         row.string(5), row.string(6), row.i64(7), parse_utc(row.text(8)).value_or(0)});
          return true;
        });
  }));
  if (due.empty()) return kIdle;
  const std::string moment = format_utc(now);
  SmtpConnection connection(settings.server, stopping_);
  for (const Due& one : due) {
    if (one.next_at > moment) {
      const auto wait = std::chrono::nanoseconds(parse_utc(one.next_at).value_or(now) - now);
      return std::clamp<std::chrono::milliseconds>(std::chrono::ceil<std::chrono::milliseconds>(wait), 1ms,
                                                   kIdle);
    }
    TRY_ASSIGN(go_on, deliver(connection, settings, one));
    if (!go_on) return 1ms;  // the next round finds the pause, or that we are stopping
  }
  return 0ms;
}

// False: the server cannot be used for now.
Result<bool> Mail::deliver(SmtpConnection& connection, const MailSettings& settings, const Due& due) {
  if (stopping_) return false;
  TRY_ASSIGN(ours, claim(due));
  if (!ours) return true;
  auto letter = letter_of(settings, due);
  if (!letter) {
    TRY(give_up(due, letter.error()));
    return true;
  }
  Delivery delivery = connection.send(settings.from, due.recipient, *letter);
  const bool server = delivery.end == Delivery::End::kServer;
  if (server) pause();
  if (!server && delivery.end != Delivery::End::kStopped) server_failures_ = 0;
  const bool stopped = delivery.end == Delivery::End::kStopped;
  TRY(note(due, std::move(delivery)));
  return !server && !stopped;
}

// Counts the try before it is made. False: somebody else has it.
Result<bool> Mail::claim(const Due& due) {
  const std::string next = format_utc(parts_.clock.now() + seconds(backoff(due.attempts + 1, kLongest)));
  bool ours = false;
  TRY(parts_.database.write_now([&](store::Transaction& transaction) -> Result<void> {
    TRY_ASSIGN(count, transaction.execute("UPDATE mail_message SET attempts = attempts + 1, next_at = $2 "
                                          "WHERE id = $1 AND state = 'waiting' AND attempts = $3",
                                          {std::string_view(due.id), std::string_view(next), due.attempts}));
    ours = count == 1;
    return {};
  }));
  return ours;
}

Result<std::string> Mail::letter_of(const MailSettings& settings, const Due& due) const {
  TRY_ASSIGN(body, parts_.box.unseal(due.sealed, "mail:" + due.id));
  TRY_ASSIGN(words, parse_json(body));
  Letter letter;
  letter.from = settings.from;
  letter.from_name = settings.from_name;
  letter.to = due.recipient;
  letter.subject = due.subject;
  letter.text = get_string_or(words, "text", "");
  letter.html = get_string_or(words, "html", "");
  letter.language = due.language;
  letter.message_id = due.id + "@" + domain_of(settings.from);
  letter.date = parts_.clock.now();
  return encode(letter);
}

Result<void> Mail::note(const Due& due, Delivery delivery) {
  using End = Delivery::End;
  if (delivery.end == End::kNever) return give_up(due, *delivery.error);
  const bool old = parts_.clock.now() - due.created_at > std::chrono::nanoseconds(kMaxAge).count();
  if (old && (delivery.end == End::kLater || delivery.end == End::kServer))
    return give_up(due, *delivery.error);
  const std::string now = format_utc(parts_.clock.now());
  const std::string error = delivery.error ? stored(*delivery.error) : std::string();
  if (delivery.error)
    log::warn("mail.not_sent", *delivery.error);
  else if (delivery.end == End::kSent)
    log::info("mail.sent", {{"id", due.id}, {"kind", due.kind}, {"attempts", due.attempts + 1}});
  return parts_.database.write_now([&](store::Transaction& transaction) -> Result<void> {
    const std::string_view id = due.id;
    switch (delivery.end) {
      case End::kSent:
        TRY(
            transaction.execute("UPDATE mail_message SET state = 'sent', sent_at = $2, sealed = NULL, "
                                "last_error = NULL WHERE id = $1",
                                {id, std::string_view(now)}));
        return {};
      case End::kLater:
        TRY(transaction.execute("UPDATE mail_message SET last_error = $2 WHERE id = $1",
                                {id, std::string_view(error)}));
        return {};
      case End::kServer:  // not counted; behind the others, should it be the message after all
        TRY(transaction.execute(
            "UPDATE mail_message SET attempts = $2, next_at = $3, last_error = $4 WHERE id = $1",
            {id, due.attempts, std::string_view(now), std::string_view(error)}));
        return {};
      case End::kStopped:
        TRY(transaction.execute("UPDATE mail_message SET attempts = $2, next_at = $3 WHERE id = $1",
                                {id, due.attempts, std::string_view(due.next_at)}));
        return {};
      case End::kNever:
        return {};
    }
    return {};
  });
}

Result<void> Mail::give_up(const Due& due, const Error& error) {
  log::warn("mail.given_up", error);
  const std::string words = stored(error);
  return parts_.database.write_now([&](store::Transaction& transaction) -> Result<void> {
    TRY(transaction.execute("UPDATE mail_message SET state = 'dead', last_error = $2 WHERE id = $1",
                            {std::string_view(due.id), std::string_view(words)}));
    return {};
  });
}

void Mail::pause() {
  paused_until_ = parts_.clock.now() + seconds(backoff(++server_failures_, kLongestPause));
}

}  // namespace opsflux::mail
