#include "host/services/mail/smtp.hpp"

#include <curl/curl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstring>

#include "host/base/text.hpp"

namespace opsflux::mail {
namespace {

constexpr long kConnectSeconds = 10, kSeconds = 60;

// Thread-safe in the curl of Debian 12 (CURL_VERSION_THREADSAFE), and once for the process.
void start_curl() {
  static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
  (void)started;
}

// What EHLO says of us: a name of this machine that can stand in a URL, else "localhost".
std::string own_name() {
  std::array<char, 256> name{};
  if (gethostname(name.data(), name.size() - 1) != 0) return "localhost";
  const std::string_view found(name.data());
  const bool plain = std::all_of(found.begin(), found.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
  });
  return found.empty() || !plain ? "localhost" : std::string(found);
}

std::string url_of(const SmtpServer& server) {
  const bool tls = server.security == SmtpServer::Security::kTls;
  const bool bare_v6 = server.host.find(':') != std::string::npos && server.host.front() != '[';
  return std::string(tls ? "smtps://" : "smtp://") + (bare_v6 ? "[" + server.host + "]" : server.host) + ":" +
         std::to_string(server.port) + "/" + own_name();
}

struct Transfer {
  std::string_view rest;  // of the letter, still to be sent
  std::string reply;      // the first by which the server refused something
  int replies = 0;
};

std::size_t give(char* into, std::size_t size, std::size_t count, void* data) {
  auto& transfer = *static_cast<Transfer*>(data);
  const std::size_t taken = std::min(size * count, transfer.rest.size());
  std::memcpy(into, transfer.rest.data(), taken);
  transfer.rest.remove_prefix(taken);
  return taken;
}

std::size_t hear(char* line, std::size_t size, std::size_t count, void* data) {
  auto& transfer = *static_cast<Transfer*>(data);
  const std::string_view reply = trim(std::string_view(line, size * count));
  const bool refusal = reply.starts_with('4') || reply.starts_with('5');
  if (refusal && transfer.reply.empty()) transfer.reply = std::string(reply);
  ++transfer.replies;
  return size * count;
}

// What ends a transfer: a connection that is shut answers at once, also where curl would wait for the server
// to say goodbye.
struct Stop {
  const std::atomic<bool>& wanted;
  curl_socket_t socket = -1;
};

int keep_socket(void* data, curl_socket_t socket, curlsocktype) {
  static_cast<Stop*>(data)->socket = socket;
  return CURL_SOCKOPT_OK;
}

int go_on(void* data, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  auto& stop = *static_cast<Stop*>(data);
  if (!stop.wanted) return 0;
  if (stop.socket >= 0) ::shutdown(stop.socket, SHUT_RDWR);
  stop.socket = -1;
  return 1;
}

// A server's words, fit to be stored and shown.
std::string shown(std::string_view reply) {
  std::string out;
  for (const char c : reply.substr(0, 300)) out += c >= ' ' && c <= '~' ? c : '?';
  return out;
}

std::string name_of(const SmtpServer& server) { return server.host + ":" + std::to_string(server.port); }

Delivery about_server(Error error, const SmtpServer& server) {
  return {Delivery::End::kServer, std::move(error).with("server", name_of(server))};
}

Delivery unreachable(const SmtpServer& server, std::string_view reason) {
  return about_server(
      Error::unavailable("mail.unreachable", "The mail server " + name_of(server) +
                                                 " cannot be reached: " + std::string(reason) + ".")
          .with("reason", reason),
      server);
}

Delivery not_secure(const SmtpServer& server, std::string_view reason) {
  return about_server(
      Error::unavailable("mail.not_secure", "There is no safe connection to the mail server " +
                                                name_of(server) + ": " + std::string(reason) + ".")
          .with("reason", reason),
      server);
}

Delivery refused(const SmtpServer& server, long code, const std::string& reply) {
  const std::string words = shown(reply);
  if (code == 530 || code == 534 || code == 535 || code == 538)
    return about_server(Error::unavailable("mail.not_signed_in", "The mail server " + name_of(server) +
                                                                     " does not take our sign-in: " + words)
                            .with("reply", words),
                        server);
  if (code < 500)
    return {Delivery::End::kLater,
            Error::unavailable("mail.put_off", "The mail server will take the message later: " + words)
                .with("reply", words)};
  return {
      Delivery::End::kNever,
      Error::conflict("mail.refused", "The mail server refuses the message: " + words).with("reply", words)};
}

// Whether the server answered our greeting and, with that, will speak of messages.
bool about_message(CURLcode result, long code, const Transfer& transfer) {
  return (result == CURLE_SEND_ERROR || result == CURLE_RECV_ERROR || result == CURLE_WEIRD_SERVER_REPLY ||
          result == CURLE_UPLOAD_FAILED) &&
         code >= 400 && code < 600 && code != 421 && transfer.replies > 1;
}

}  // namespace

struct SmtpConnection::Curl {
  SmtpServer server;
  Stop stop;
  CURL* easy = nullptr;
  std::array<char, CURL_ERROR_SIZE> words{};
  bool greeted = false;  // the connection is older than this message

  Curl(const SmtpServer& server, const std::atomic<bool>& stopping) : server(server), stop{stopping} {}
  ~Curl() { curl_easy_cleanup(easy); }

  template <class T>
  void set(CURLoption option, T value) {
    curl_easy_setopt(easy, option, value);
  }

  void prepare() {
    set(CURLOPT_URL, url_of(server).c_str());
    set(CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    set(CURLOPT_PROXY, "");
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_QUICK_EXIT, 1L);  // does not wait for a name that is being resolved
    set(CURLOPT_CONNECTTIMEOUT, kConnectSeconds);
    set(CURLOPT_TIMEOUT, kSeconds);
    set(CURLOPT_SERVER_RESPONSE_TIMEOUT, kSeconds);
    set(CURLOPT_ERRORBUFFER, words.data());
    const bool plain = server.security == SmtpServer::Security::kNone;
    set(CURLOPT_USE_SSL, static_cast<long>(plain ? CURLUSESSL_NONE : CURLUSESSL_ALL));
    set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    set(CURLOPT_SSL_VERIFYPEER, 1L);
    set(CURLOPT_SSL_VERIFYHOST, 2L);
    if (!server.ca_file.empty()) set(CURLOPT_CAINFO, server.ca_file.c_str());
    if (!server.user.empty()) {
      set(CURLOPT_USERNAME, server.user.c_str());
      set(CURLOPT_PASSWORD, server.password.c_str());
    }
    set(CURLOPT_UPLOAD, 1L);
    set(CURLOPT_READFUNCTION, give);
    set(CURLOPT_HEADERFUNCTION, hear);
    set(CURLOPT_NOPROGRESS, 0L);
    set(CURLOPT_XFERINFOFUNCTION, go_on);
    set(CURLOPT_XFERINFODATA, &stop);
    set(CURLOPT_SOCKOPTFUNCTION, keep_socket);
    set(CURLOPT_SOCKOPTDATA, &stop);
  }

  std::string reason(CURLcode result) const {
    const std::string said = words[0] == '\0' ? curl_easy_strerror(result) : words.data();
    return shown(trim(said));
  }

  Delivery judge(CURLcode result, Transfer& transfer) {
    long code = 0;
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &code);
    if (greeted) ++transfer.replies;
    greeted = result == CURLE_OK;
    switch (result) {
      case CURLE_OK:
        return {};
      case CURLE_ABORTED_BY_CALLBACK:
        return {Delivery::End::kStopped, {}};
      case CURLE_LOGIN_DENIED:
        return refused(server, 535, transfer.reply);
      case CURLE_USE_SSL_FAILED:
      case CURLE_SSL_CONNECT_ERROR:
      case CURLE_PEER_FAILED_VERIFICATION:
      case CURLE_SSL_CACERT_BADFILE:
      case CURLE_SSL_CERTPROBLEM:
      case CURLE_SSL_CIPHER:
        return not_secure(server, reason(result));
      default:
        if (about_message(result, code, transfer)) return refused(server, code, transfer.reply);
        return unreachable(server, reason(result));
    }
  }
};

SmtpConnection::SmtpConnection(const SmtpServer& server, const std::atomic<bool>& stopping)
    : curl_(std::make_unique<Curl>(server, stopping)) {
  start_curl();
  curl_->easy = curl_easy_init();
  if (curl_->easy != nullptr) curl_->prepare();
}
SmtpConnection::~SmtpConnection() = default;

Delivery SmtpConnection::send(const std::string& from, const std::string& to, const std::string& letter) {
  if (curl_->easy == nullptr) return unreachable(curl_->server, "no memory");
  Transfer transfer{letter, {}, 0};
  curl_slist* recipients = curl_slist_append(nullptr, ("<" + to + ">").c_str());
  curl_->words[0] = '\0';
  curl_->set(CURLOPT_MAIL_FROM, ("<" + from + ">").c_str());
  curl_->set(CURLOPT_MAIL_RCPT, recipients);
  curl_->set(CURLOPT_READDATA, &transfer);
  curl_->set(CURLOPT_HEADERDATA, &transfer);
  curl_->set(CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(letter.size()));
  const CURLcode result = curl_easy_perform(curl_->easy);
  const Delivery out = curl_->judge(result, transfer);
  curl_->set(CURLOPT_MAIL_RCPT, static_cast<curl_slist*>(nullptr));
  curl_slist_free_all(recipients);
  return out;
}

}  // namespace opsflux::mail
