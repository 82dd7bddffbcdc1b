#include "host/services/identity/factors/sms.hpp"

#include <curl/curl.h>

#include <memory>

#include "host/base/json_writer.hpp"
#include "host/base/log.hpp"
#include "host/base/text.hpp"

namespace opsflux::identity {
namespace {

constexpr long kSeconds = 5;
constexpr std::size_t kMaxAnswer = 64 << 10;

// Thread-safe in the curl of Debian 12 (CURL_VERSION_THREADSAFE), and counted by curl itself.
void start_curl() {
  static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
  (void)started;
}

bool is_json(std::string_view body) {
  const std::string_view text = trim(body);
  return text.starts_with('{') || text.starts_with('[');
}

std::string json_escaped(std::string_view text) {
  std::string out;
  JsonWriter(out).string(text);
  return out.substr(1, out.size() - 2);
}

std::string form_escaped(std::string_view text) {
  static constexpr std::string_view kPlain =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  static constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    if (kPlain.find(c) != std::string_view::npos)
      out += c;
    else
      out += std::string("%") + kHex[static_cast<unsigned char>(c) >> 4] + kHex[c & 15];
  }
  return out;
}

Error sms_failed(std::string_view reason) {
  return Error::unavailable("identity.sms_failed",
                            "The SMS could not be handed to the provider: " + std::string(reason) + ".")
      .with("reason", reason);
}

// A field of the request is a line.
std::string one_line(std::string_view text) {
  std::string out;
  for (const char c : trim(text))
    if (static_cast<unsigned char>(c) >= 0x20) out += c;
  return out;
}

struct Url {
  std::string scheme, host;
};

Result<Url> parse_url(const std::string& text) {
  const Error bad = Error::conflict("identity.sms_url",
                                    "The address of the SMS provider cannot be used. It reads like "
                                    "https://api.example.org/messages.");
  const std::unique_ptr<CURLU, void (*)(CURLU*)> url(curl_url(), curl_url_cleanup);
  if (curl_url_set(url.get(), CURLUPART_URL, text.c_str(), 0) != CURLUE_OK) return fail(bad);
  const auto part = [&](CURLUPart which) {
    char* found = nullptr;
    if (curl_url_get(url.get(), which, &found, 0) != CURLUE_OK) return std::string();
    std::string out(found);
    curl_free(found);
    return out;
  };
  Url out{to_lower_ascii(part(CURLUPART_SCHEME)), to_lower_ascii(part(CURLUPART_HOST))};
  if ((out.scheme != "https" && out.scheme != "http") || out.host.empty()) return fail(bad);
  return out;
}

bool is_this_machine(std::string_view host) {
  return host == "localhost" || host == "127.0.0.1" || host == "[::1]";
}

int go_on(void* stopping, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return *static_cast<const std::atomic<bool>*>(stopping) ? 1 : 0;
}

std::size_t count_answer(char*, std::size_t size, std::size_t count, void* data) {
  auto& read = *static_cast<std::size_t*>(data);
  read += size * count;
  return read > kMaxAnswer ? 0 : size * count;
}

class Post {
 public:
  Post() : easy_(curl_easy_init(), curl_easy_cleanup), fields_(nullptr, curl_slist_free_all) {}

  void field(const std::string& text) {
    curl_slist* longer = curl_slist_append(fields_.get(), text.c_str());
    if (longer == nullptr) return;
    static_cast<void>(fields_.release());
    fields_.reset(longer);
  }

  Result<void> perform(const SmsProvider& provider, const std::string& body,
                       const std::atomic<bool>& stopping) {
    if (!easy_) return fail(sms_failed("no memory"));
    std::size_t read = 0;
    set(CURLOPT_URL, provider.url.c_str());
    set(CURLOPT_PROTOCOLS_STR, "https,http");
    set(CURLOPT_FOLLOWLOCATION, 0L);
    set(CURLOPT_PROXY, "");
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_QUICK_EXIT, 1L);
    set(CURLOPT_TIMEOUT, kSeconds);
    set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    set(CURLOPT_SSL_VERIFYPEER, 1L);
    set(CURLOPT_SSL_VERIFYHOST, 2L);
    set(CURLOPT_HTTPHEADER, fields_.get());
    set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
    set(CURLOPT_POSTFIELDS, body.c_str());
    set(CURLOPT_WRITEFUNCTION, count_answer);
    set(CURLOPT_WRITEDATA, &read);
    set(CURLOPT_NOPROGRESS, 0L);
    set(CURLOPT_XFERINFOFUNCTION, go_on);
    set(CURLOPT_XFERINFODATA, &stopping);
    const CURLcode result = curl_easy_perform(easy_.get());
    long status = 0;
    curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
    // What curl says in words may name the address, which is the provider's own; a code alone is enough.
    if (result == CURLE_WRITE_ERROR) return fail(sms_failed("its answer is too long"));
    if (result != CURLE_OK) return fail(sms_failed(curl_easy_strerror(result)));
    if (status < 200 || status > 299) return fail(sms_failed("HTTP " + std::to_string(status)));
    return {};
  }

 private:
  template <class T>
  void set(CURLoption option, T value) {
    curl_easy_setopt(easy_.get(), option, value);
  }

  std::unique_ptr<CURL, void (*)(CURL*)> easy_;
  std::unique_ptr<curl_slist, void (*)(curl_slist*)> fields_;
};

}  // namespace

Result<void> check(const SmsProvider& provider) {
  if (provider.url.empty())
    return fail(Error::conflict("identity.sms_off",
                                "No SMS provider is set up. An administrator can do that in the settings."));
  TRY_ASSIGN(url, parse_url(provider.url));
  if (url.scheme == "http" && !provider.plain_http && !is_this_machine(url.host))
    return fail(Error::conflict("identity.sms_insecure",
                                "The address of the SMS provider begins with http:, so numbers and codes "
                                "would go out in clear. Use https:, or allow it in the settings."));
  if (provider.body.find("{number}") == std::string::npos ||
      provider.body.find("{text}") == std::string::npos)
    return fail(
        Error::conflict("identity.sms_body",
                        "The body of the request to the SMS provider must say where the number and the "
                        "text go: {number} and {text}."));
  return {};
}

// In one pass, so that a text with "{number}" in it stays as it is.
std::string sms_body(std::string_view pattern, std::string_view number, std::string_view text) {
  const auto escaped = is_json(pattern) ? json_escaped : form_escaped;
  std::string out;
  while (!pattern.empty()) {
    if (pattern.starts_with("{number}")) {
      out += escaped(number);
      pattern.remove_prefix(8);
    } else if (pattern.starts_with("{text}")) {
      out += escaped(text);
      pattern.remove_prefix(6);
    } else {
      out += pattern.front();
      pattern.remove_prefix(1);
    }
  }
  return out;
}

Result<void> send_sms(const SmsProvider& provider, const std::string& number, const std::string& text,
                      const std::atomic<bool>& stopping) {
  if (stopping) return fail(sms_failed("the server is stopping"));
  start_curl();
  TRY(check(provider));
  Post post;
  post.field(is_json(provider.body) ? "Content-Type: application/json"
                                    : "Content-Type: application/x-www-form-urlencoded");
  if (!provider.token.empty()) {
    const std::string token = one_line(provider.token);
    const bool scheme = token.find(' ') != std::string::npos;
    post.field("Authorization: " + (scheme ? "" : std::string("Bearer ")) + token);
  }
  return post.perform(provider, sms_body(provider.body, number, text), stopping);
}

void SmsSender::send(std::string number, std::string text, std::function<void(Result<void>)> done) {
  const bool taken = threads_.post([this, number = std::move(number), text = std::move(text), done] {
    auto sent = send_sms(provider_ ? provider_() : SmsProvider{}, number, text, stopping_);
    if (!sent) log::error("identity.sms_not_sent", sent.error());
    done(std::move(sent));
  });
  if (!taken)
    done(fail(Error::unavailable(
        "identity.busy", "Too many people are signing in at this moment. Try again in a few seconds.")));
}

void SmsSender::stop() {
  stopping_ = true;
  threads_.stop();
}

}  // namespace opsflux::identity
