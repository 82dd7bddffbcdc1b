#include "host/services/identity/passwords/breached.hpp"

#include <fcntl.h>
#include <openssl/evp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "host/base/text.hpp"

namespace opsflux::identity {
namespace {

constexpr std::size_t kHashLength = 40;
constexpr std::size_t kLongestLine = 80;  // hash, colon, count, line end; with room
constexpr std::uint64_t kMaxPlain = 16ull << 20;

std::string sha1_hex(std::string_view text) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int length = 0;
  EVP_Digest(text.data(), text.size(), digest, &length, EVP_sha1(), nullptr);
  return to_hex({reinterpret_cast<const char*>(digest), length});
}

bool is_hash_line(std::string_view line) {
  return line.size() >= kHashLength && from_hex(to_lower_ascii(line.substr(0, kHashLength))).has_value() &&
         (line.size() == kHashLength || line[kHashLength] == ':' || line[kHashLength] == '\r');
}

}  // namespace

Error BreachedList::unreadable(std::string_view why) const {
  return Error::unavailable("identity.breached_unreadable",
                            "The list of breached passwords \"" + file_.string() + "\" cannot be read.")
      .with("file", file_.string())
      .because(why);
}

Result<std::shared_ptr<const BreachedList>> BreachedList::open(const std::filesystem::path& file) {
  std::shared_ptr<BreachedList> list(new BreachedList(file));
  TRY(list->begin());
  return std::shared_ptr<const BreachedList>(std::move(list));
}

BreachedList::~BreachedList() {
  if (fd_ >= 0) ::close(fd_);
}

Result<void> BreachedList::begin() {
  fd_ = ::open(file_.c_str(), O_RDONLY | O_CLOEXEC);
  struct stat facts {};
  if (fd_ < 0 || ::fstat(fd_, &facts) != 0) return fail(unreadable(std::strerror(errno)));
  if (!S_ISREG(facts.st_mode)) return fail(unreadable("not a file"));
  size_ = static_cast<std::uint64_t>(facts.st_size);
  TRY_ASSIGN(head, bytes(0, kLongestLine));
  hashes_ = is_hash_line(std::string_view(head).substr(0, head.find('\n')));
  return hashes_ ? Result<void>() : read_plain();
}

Result<void> BreachedList::read_plain() {
  if (size_ > kMaxPlain) return fail(unreadable("a plain list of more than 16 MiB"));
  TRY_ASSIGN(all, bytes(0, size_));
  for (const std::string_view line : split(all, '\n')) {
    const std::string_view word = line.ends_with('\r') ? line.substr(0, line.size() - 1) : line;
    if (!word.empty()) plain_.emplace(word);
  }
  return {};
}

// Fewer at the end of the file.
Result<std::string> BreachedList::bytes(std::uint64_t from, std::size_t count) const {
  std::string out(count, '\0');
  std::size_t got = 0;
  while (got < count) {
    const ssize_t n = ::pread(fd_, out.data() + got, count - got, static_cast<off_t>(from + got));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return fail(unreadable(std::strerror(errno)));
    if (n == 0) break;
    got += static_cast<std::size_t>(n);
  }
  out.resize(got);
  return out;
}

// The first line that begins at `at` or later, and where that is; empty at the end.
Result<std::string> BreachedList::line_after(std::uint64_t at, std::uint64_t& start) const {
  const std::uint64_t from = at == 0 ? 0 : at - 1;
  TRY_ASSIGN(read, bytes(from, 2 * kLongestLine));
  const std::string_view text(read);
  std::size_t begin = 0;
  if (at > 0) {
    const auto end_before = text.find('\n');
    begin = end_before == std::string_view::npos ? text.size() : end_before + 1;
  }
  start = from + begin;
  return std::string(text.substr(begin, text.find('\n', begin) - begin));
}

Result<bool> BreachedList::contains(std::string_view password) const {
  if (!hashes_) return plain_.contains(std::string(password));
  const std::string wanted = sha1_hex(password);
  std::uint64_t low = 0, high = size_;  // the line begins within, if there is one
  while (low < high) {
    const std::uint64_t middle = low + (high - low) / 2;
    std::uint64_t start = 0;
    TRY_ASSIGN(line, line_after(middle, start));
    const std::string found = to_lower_ascii(std::string_view(line).substr(0, kHashLength));
    if (found == wanted) return true;
    if (start >= high || found.empty() || found > wanted)
      high = middle;
    else
      low = start + 1;
  }
  return false;
}

}  // namespace opsflux::identity
