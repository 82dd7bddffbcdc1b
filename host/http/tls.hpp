// TLS 1.3 of one connection, without a socket: bytes in, bytes out (OpenSSL memory BIOs). An SSL object is
// not thread-safe: the owner locks.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "host/base/error.hpp"

typedef struct ssl_st SSL;
typedef struct ssl_ctx_st SSL_CTX;

namespace opsflux::http {

struct TlsFiles;

class TlsContext {
 public:
  static Result<std::shared_ptr<TlsContext>> load(const TlsFiles& files);
  ~TlsContext();
  SSL_CTX* get() const { return context_; }

 private:
  explicit TlsContext(SSL_CTX* context) : context_(context) {}
  SSL_CTX* context_;
};

class TlsSession {
 public:
  explicit TlsSession(std::shared_ptr<TlsContext> context);
  ~TlsSession();
  TlsSession(const TlsSession&) = delete;

  // Takes what came from the socket and appends what it says to `plain`. False: the client broke the
  // protocol; an alert may wait in take_output.
  bool receive(std::string_view bytes, std::string& plain);
  // Encrypts all of `plain`. False before the handshake is done, and after a failure.
  bool send(std::string_view plain);
  void close();  // close_notify
  // Moves what is to be sent to the end of `out`.
  void take_output(std::string& out);

 private:
  std::shared_ptr<TlsContext> context_;
  SSL* ssl_;
};

}  // namespace opsflux::http
