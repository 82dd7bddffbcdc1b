// What one connection still has to send, and the descriptor it is sent on.
//
// The descriptor is a duplicate of the socket and belongs to this object: whatever the I/O library does
// with its own number, bytes can only go to the client they are for. Not thread-safe: the connection locks.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "host/http/response.hpp"
#include "host/http/tls.hpp"

namespace opsflux::http {

class Output {
 public:
  using Piece = std::variant<std::string, std::shared_ptr<const std::string>, FileBody>;
  enum class State : std::uint8_t { kDone, kBlocked, kFailed };

  Output(FileDescriptor socket, std::unique_ptr<TlsSession> tls)
      : socket_(std::move(socket)), tls_(std::move(tls)) {}

  int fd() const { return socket_.get(); }
  bool idle() const { return pieces_.empty() && cipher_.size() == cipher_sent_; }
  std::size_t waiting() const { return waiting_; }  // bytes queued in memory
  std::uint64_t sent() const { return sent_; }      // bytes taken by the kernel so far

  // Sends `first` and then `rest`, as far as the socket takes them; the remainder is queued. `first` is
  // copied where needed. Files are never sent here but by drain(), off the I/O worker.
  State write(std::string_view first, Piece rest);
  void push(Piece piece);
  // Sends what is queued, at most about `budget` bytes, then says kBlocked to give others a turn.
  State drain(std::size_t budget);

  // TLS only: takes received bytes, see TlsSession::receive.
  bool receive(std::string_view bytes, std::string& plain) { return tls_->receive(bytes, plain); }
  State flush_handshake();
  bool secure() const { return tls_ != nullptr; }

  void finish();  // no more output: close_notify, FIN
  void abort();   // both directions, at once
  void close();   // the descriptor; queued pieces are dropped

 private:
  State send_pieces(std::size_t& budget);
  State send_file(FileBody& file, std::size_t& budget);
  State send_cipher();
  bool encrypt_next();
  void consume(std::size_t bytes);

  FileDescriptor socket_;
  std::unique_ptr<TlsSession> tls_;
  std::deque<Piece> pieces_;
  std::size_t offset_ = 0;  // into the first piece when it is bytes
  std::size_t waiting_ = 0;
  std::uint64_t sent_ = 0;
  std::string cipher_;  // TLS: encrypted, from cipher_sent_ on not sent yet
  std::size_t cipher_sent_ = 0;
};

}  // namespace opsflux::http
