#include "host/http/output.hpp"

#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

namespace opsflux::http {
namespace {

constexpr std::size_t kFilePiece = 256 << 10;  // of one sendfile
constexpr std::size_t kTlsPiece = 64 << 10;    // encrypted at a time

std::string_view bytes_of(const Output::Piece& piece) {
  if (const auto* text = std::get_if<std::string>(&piece)) return *text;
  if (const auto* shared = std::get_if<std::shared_ptr<const std::string>>(&piece))
    return *shared ? std::string_view(**shared) : std::string_view();
  return {};
}
bool is_file(const Output::Piece& piece) { return std::holds_alternative<FileBody>(piece); }

bool would_block() { return errno == EAGAIN || errno == EWOULDBLOCK; }

ssize_t send_vector(int fd, const iovec* vector, std::size_t count, int flags) {
  msghdr message{};
  message.msg_iov = const_cast<iovec*>(vector);
  message.msg_iovlen = count;
  ssize_t n;
  do n = ::sendmsg(fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT | flags);
  while (n < 0 && errno == EINTR);
  return n;
}

iovec io(std::string_view bytes) { return {const_cast<char*>(bytes.data()), bytes.size()}; }

}  // namespace

Output::State Output::write(std::string_view first, Piece rest) {
  const bool file = is_file(rest) && std::get<FileBody>(rest).length > 0;
  const std::string_view body = bytes_of(rest);
  if (!idle() || tls_) {
    if (!first.empty()) push(std::string(first));
    if (file || !body.empty()) push(std::move(rest));
    return file ? State::kBlocked : drain(std::size_t(-1));
  }
  const iovec vector[2] = {io(first), io(body)};
  const ssize_t n = send_vector(fd(), vector, body.empty() ? 1 : 2, file ? MSG_MORE : 0);
  if (n < 0 && !would_block()) return State::kFailed;
  auto done = static_cast<std::size_t>(std::max<ssize_t>(n, 0));
  sent_ += done;
  if (done < first.size()) {
    push(std::string(first.substr(done)));
    done = 0;
  } else {
    done -= first.size();
  }
  if (file) {
    push(std::move(rest));
  } else if (done < body.size()) {
    const bool alone = pieces_.empty();
    push(std::move(rest));
    if (alone) consume(done);
  }
  return pieces_.empty() ? State::kDone : State::kBlocked;
}

void Output::push(Piece piece) {
  if (is_file(piece) ? std::get<FileBody>(piece).length == 0 : bytes_of(piece).empty()) return;
  waiting_ += bytes_of(piece).size();
  pieces_.push_back(std::move(piece));
}

// Takes `bytes` off the front; they never reach into a file.
void Output::consume(std::size_t bytes) {
  waiting_ -= bytes;
  offset_ += bytes;
  while (!pieces_.empty() && !is_file(pieces_.front()) && offset_ >= bytes_of(pieces_.front()).size()) {
    offset_ -= bytes_of(pieces_.front()).size();
    pieces_.pop_front();
  }
}

Output::State Output::drain(std::size_t budget) {
  for (;;) {
    if (tls_) {
      if (const State state = send_cipher(); state != State::kDone) return state;
      if (pieces_.empty()) return State::kDone;
      if (budget < kTlsPiece) return State::kBlocked;
      budget -= kTlsPiece;
      if (!encrypt_next()) return State::kFailed;
      continue;
    }
    if (pieces_.empty()) return State::kDone;
    if (budget == 0) return State::kBlocked;
    const State state = is_file(pieces_.front()) ? send_file(std::get<FileBody>(pieces_.front()), budget)
                                                 : send_pieces(budget);
    if (state != State::kDone) return state;
  }
}

Output::State Output::send_pieces(std::size_t& budget) {
  iovec vector[16];
  std::size_t count = 0, size = 0;
  for (const Piece& piece : pieces_) {
    if (is_file(piece) || count == std::size(vector)) break;
    vector[count] = io(count == 0 ? bytes_of(piece).substr(offset_) : bytes_of(piece));
    size += vector[count++].iov_len;
  }
  const ssize_t n = send_vector(fd(), vector, count, 0);
  if (n < 0) return would_block() ? State::kBlocked : State::kFailed;
  const auto done = static_cast<std::size_t>(n);
  sent_ += done;
  budget -= std::min(budget, done);
  consume(done);
  return done < size ? State::kBlocked : State::kDone;
}

Output::State Output::send_file(FileBody& file, std::size_t& budget) {
  while (file.length > 0) {
    if (budget == 0) return State::kBlocked;
    auto offset = static_cast<off_t>(file.offset);
    const ssize_t n = ::sendfile(fd(), file.file->get(), &offset,
                                 std::min<std::uint64_t>(file.length, std::min(kFilePiece, budget)));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return would_block() ? State::kBlocked : State::kFailed;
    if (n == 0) return State::kFailed;  // the file was cut: the promised length cannot be kept
    const auto done = static_cast<std::size_t>(n);
    sent_ += done;
    budget -= std::min(budget, done);
    file.offset += done;
    file.length -= done;
  }
  pieces_.pop_front();
  return State::kDone;
}

bool Output::encrypt_next() {
  Piece& piece = pieces_.front();
  if (auto* file = std::get_if<FileBody>(&piece)) {
    char buffer[kTlsPiece];
    const ssize_t n = ::pread(file->file->get(), buffer, std::min<std::uint64_t>(file->length, sizeof buffer),
                              static_cast<off_t>(file->offset));
    if (n <= 0 || !tls_->send({buffer, static_cast<std::size_t>(n)})) return false;
    file->offset += static_cast<std::uint64_t>(n);
    file->length -= static_cast<std::uint64_t>(n);
    if (file->length == 0) pieces_.pop_front();
  } else {
    // Head and body are separate pieces: together they make one record when they are small.
    std::string joined;
    std::string_view plain = bytes_of(piece).substr(offset_, kTlsPiece);
    std::size_t taken = plain.size();
    if (pieces_.size() > 1 && !is_file(pieces_[1]) && taken + offset_ == bytes_of(piece).size() &&
        taken + bytes_of(pieces_[1]).size() <= kTlsPiece) {
      joined.append(plain).append(bytes_of(pieces_[1]));
      plain = joined;
      taken = joined.size();
    }
    if (!tls_->send(plain)) return false;
    consume(taken);
  }
  tls_->take_output(cipher_);
  return true;
}

Output::State Output::send_cipher() {
  while (cipher_sent_ < cipher_.size()) {
    const iovec vector = io(std::string_view(cipher_).substr(cipher_sent_));
    const ssize_t n = send_vector(fd(), &vector, 1, 0);
    if (n < 0) return would_block() ? State::kBlocked : State::kFailed;
    cipher_sent_ += static_cast<std::size_t>(n);
    sent_ += static_cast<std::uint64_t>(n);
  }
  if (cipher_.capacity() > 2 * kTlsPiece) cipher_ = std::string();
  cipher_.clear();
  cipher_sent_ = 0;
  return State::kDone;
}

Output::State Output::flush_handshake() {
  tls_->take_output(cipher_);
  return send_cipher();
}

void Output::finish() {
  if (tls_) {
    tls_->close();
    tls_->take_output(cipher_);
    (void)send_cipher();
  }
  ::shutdown(fd(), SHUT_WR);
}

void Output::abort() {
  pieces_.clear();
  offset_ = waiting_ = 0;
  if (socket_) ::shutdown(fd(), SHUT_RDWR);
}

void Output::close() {
  pieces_.clear();
  offset_ = waiting_ = 0;
  socket_ = FileDescriptor();
}

}  // namespace opsflux::http
