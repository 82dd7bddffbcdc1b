#include <gmock/gmock.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "host/http/test_server.hpp"

namespace opsflux::http::test {
namespace {

// A self-signed certificate for this run.
TlsFiles make_certificate(const TemporaryFolder& folder) {
  EVP_PKEY* key = EVP_EC_gen("P-256");
  X509* certificate = X509_new();
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
  X509_set_pubkey(certificate, key);
  X509_NAME* name = X509_get_subject_name(certificate);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("localhost"),
                             -1, -1, 0);
  X509_set_issuer_name(certificate, name);
  X509_sign(certificate, key, EVP_sha256());
  TlsFiles out{folder.path() / "cert.pem", folder.path() / "key.pem"};
  FILE* file = std::fopen(out.certificate.c_str(), "w");
  PEM_write_X509(file, certificate);
  std::fclose(file);
  file = std::fopen(out.key.c_str(), "w");
  PEM_write_PrivateKey(file, key, nullptr, nullptr, 0, nullptr, nullptr);
  std::fclose(file);
  X509_free(certificate);
  EVP_PKEY_free(key);
  return out;
}

class TlsClient {
 public:
  explicit TlsClient(std::uint16_t port, int max_version = TLS1_3_VERSION)
      : socket_(port), context_(SSL_CTX_new(TLS_client_method())) {
    SSL_CTX_set_max_proto_version(context_, max_version);
    ssl_ = SSL_new(context_);
    SSL_set_fd(ssl_, socket_.fd());
    connected_ = SSL_connect(ssl_) == 1;
  }
  ~TlsClient() {
    SSL_free(ssl_);
    SSL_CTX_free(context_);
    ERR_clear_error();
  }
  bool connected() const { return connected_; }
  std::string version() const { return SSL_get_version(ssl_); }
  void send(std::string_view bytes) { SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size())); }
  // Until `size` bytes are there or the server ends.
  std::string read(std::size_t size) {
    std::string out;
    char buffer[16384];
    while (out.size() < size) {
      const int n = SSL_read(ssl_, buffer, static_cast<int>(std::min(sizeof buffer, size - out.size())));
      if (n <= 0) {
        clean_end = SSL_get_error(ssl_, n) == SSL_ERROR_ZERO_RETURN;
        break;
      }
      out.append(buffer, static_cast<std::size_t>(n));
    }
    return out;
  }
  std::string read_answer() {
    std::string head;
    while (!head.ends_with("\r\n\r\n")) {
      const std::string byte = read(1);
      if (byte.empty()) return head;
      head += byte;
    }
    const std::size_t at = head.find("Content-Length: ");
    return at == std::string::npos ? "" : read(std::stoul(head.substr(at + 16)));
  }
  bool clean_end = false;

 private:
  Client socket_;
  SSL_CTX* context_;
  SSL* ssl_;
  bool connected_;
};

struct TlsServer : TestServer {
  TlsServer() {
    options.tls = make_certificate(files);
    const auto path = files.write("large.bin", std::string(5 << 20, 'f'));
    route(Method::kGet, "/file",
          [path](Exchange e) { e.respond(std::move(*Response::file(path, "text/plain"))); });
    route(
        Method::kGet, "/large", [](Exchange e) { e.respond(Response::text(200, std::string(5 << 20, 's'))); },
        Run::kPooled);
    route(Method::kGet, "/secure",
          [](Exchange e) { e.respond(Response::text(200, e.request().secure() ? "yes" : "no")); });
    route(Method::kGet, "/events", [](Exchange e) {
      const EventStream stream = e.respond_events();
      stream.send("a", "b");
    });
  }
  ~TlsServer() { stop(0ms); }
  TemporaryFolder files;
};

TEST(Tls, ServesOverTls13) {
  TlsServer s;
  s.start();
  TlsClient c(s.port());
  ASSERT_TRUE(c.connected());
  EXPECT_EQ(c.version(), "TLSv1.3");
  for (int i = 0; i < 3; ++i) {
    c.send("GET /secure HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_EQ(c.read_answer(), "yes");
  }
  c.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n");
  c.send(std::string(100'000, 'b'));
  EXPECT_EQ(c.read_answer().size(), 100'007U);
}

TEST(Tls, SendsLargeTextFilesAndEvents) {
  TlsServer s;
  s.start();
  TlsClient c(s.port());
  c.send(
      "GET /large HTTP/1.1\r\nHost: a\r\n\r\nGET /file HTTP/1.1\r\nHost: a\r\n\r\nGET /secure "
      "HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_TRUE(c.read_answer() == std::string(5 << 20, 's'));
  EXPECT_TRUE(c.read_answer() == std::string(5 << 20, 'f'));
  EXPECT_EQ(c.read_answer(), "yes");
  c.send("GET /events HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_THAT(c.read(10'000), testing::EndsWith("event: a\ndata: b\n\n\r\n0\r\n\r\n"));
  EXPECT_TRUE(c.clean_end);
}

TEST(Tls, EndsWithACloseNotify) {
  TlsServer s;
  s.start();
  TlsClient c(s.port());
  c.send("GET /secure HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(c.read_answer(), "yes");
  EXPECT_EQ(c.read(1), "");
  EXPECT_TRUE(c.clean_end);
}

TEST(Tls, RefusesOlderVersionsAndPlainText) {
  TlsServer s;
  s.start();
  EXPECT_FALSE(TlsClient(s.port(), TLS1_2_VERSION).connected());
  Client plain = s.client();
  plain.send("GET /secure HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_TRUE(plain.closed_by_server());
  EXPECT_EQ(plain.unread().find("HTTP"), std::string::npos);
  TlsClient c(s.port());
  c.send("GET /secure HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(c.read_answer(), "yes");
}

TEST(Tls, SaysWhichFileIsWrong) {
  TlsServer s;
  const auto start = [&] {
    return Server::start(
        s.options, [] { return nullptr; }, s.access);
  };
  s.options.tls->key = s.files.path() / "none.pem";
  auto missing = start();
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, "http.tls_failed");
  EXPECT_EQ(missing.error().field, s.options.tls->key.string());
  s.options.tls->key = s.files.path() / "cert.pem";
  EXPECT_FALSE(start());
}

}  // namespace
}  // namespace opsflux::http::test
