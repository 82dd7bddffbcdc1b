// SMS by the HTTP interface of a provider: one POST for a message.
//
// The body is a template with {number} and {text}; where it begins like JSON it is sent as JSON and the
// values are escaped for that, else as a form. The token goes into the Authorization field, after "Bearer"
// unless it names another scheme itself ("Basic …"). HTTPS with a certificate that holds; plain HTTP only to
// this machine, or where the settings allow it. Redirects are not followed; 5 s; of the answer 64 KiB are
// read, and none is shown: it may repeat the number or the text.
#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <string_view>

#include "host/base/error.hpp"
#include "host/base/executor.hpp"

namespace opsflux::identity {

struct SmsProvider {
  std::string url{}, token{}, body{};  // `url` empty: there is none
  bool plain_http = false;             // to other machines as well
};

// What identity needs to send any.
struct Sms {
  std::function<SmsProvider()> provider{};  // empty: there is none. Any thread
  // In the person's language. Any thread
  std::function<std::string(std::string_view language, std::string_view code)> code_text{};
  std::function<std::string(std::string_view language)> test_text{};
};

// "identity.sms_off", "identity.sms_url", "identity.sms_insecure", "identity.sms_body".
Result<void> check(const SmsProvider& provider);

// Blocks up to 5 s, less once `stopping` is set. "identity.sms_failed" {reason}: without number and text.
Result<void> send_sms(const SmsProvider& provider, const std::string& number, const std::string& text,
                      const std::atomic<bool>& stopping);

// The request's body, made from the template.
std::string sms_body(std::string_view pattern, std::string_view number, std::string_view text);

// Sends on threads of its own.
class SmsSender {
 public:
  // `provider` may be empty, for none; any thread.
  explicit SmsSender(std::function<SmsProvider()> provider) : provider_(std::move(provider)) {}

  bool ready() const { return provider_ && check(provider_()).has_value(); }
  // `done` runs on the sender's thread. "identity.busy" when too many wait.
  void send(std::string number, std::string text, std::function<void(Result<void>)> done);
  void stop();  // at once; what waits fails

 private:
  const std::function<SmsProvider()> provider_;
  std::atomic<bool> stopping_ = false;
  Executor threads_{"sms", 2, 100};
};

}  // namespace opsflux::identity
