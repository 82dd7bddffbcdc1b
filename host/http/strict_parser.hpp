// HTTP/1.1 framing: finds the head, refuses what Boost.Beast 1.74 lets pass, then lets Beast parse.
//
// Refused beyond Beast: any Transfer-Encoding but one "chunked" (and that with Content-Length, or in
// HTTP/1.0); Content-Length twice or as a list; no, two or a malformed Host; folded lines; bare LF; over-long
// chunk lines and trailers; too many fields; targets that are not origin-form ASCII or decode to NUL or
// invalid UTF-8; unknown methods; Expect other than 100-continue. Trailers are read and dropped.
// Beast never sees part of a head, of a chunk line or of a trailer: its own handling of those is unsafe.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "host/base/error.hpp"
#include "host/http/request.hpp"

namespace opsflux::http {

struct ServerLimits;

// Where body bytes go. False stops the parser; the sink knows why.
class BodySink {
 public:
  virtual bool write_body(std::string_view bytes) = 0;

 protected:
  ~BodySink() = default;
};

struct Head {
  bool http_1_0 = false;
  bool keep_alive = false;
  bool chunked = false;
  bool expect_continue = false;
  std::uint64_t content_length = 0;
  bool has_body() const { return chunked || content_length > 0; }
};

// Finds the empty line that ends a head, however the bytes arrive.
class HeadScanner {
 public:
  enum class State : std::uint8_t { kMore, kComplete, kMalformed };
  // `bytes` starts where the message starts and grows from call to call. With kComplete, `start` and
  // `end` delimit the head (empty lines before it skipped).
  State scan(std::string_view bytes);
  void reset() { *this = HeadScanner(); }
  std::size_t start = 0;
  std::size_t end = 0;
  bool saw_line = false;  // the request line is complete

 private:
  std::size_t line_ = 0;  // where the current line starts
  std::size_t next_ = 0;  // where to search for its end
};

class StrictParser {
 public:
  StrictParser();
  ~StrictParser();

  // Parses the complete head in request.head_ and fills the request's method, path, query and fields.
  // Starts a new message. An error is the answer to give, and the connection must then be closed.
  std::optional<Error> parse_head(Request& request, Head& head, const ServerLimits& limits);

  enum class Progress : std::uint8_t { kMore, kDone, kStopped, kMalformed };
  struct Step {
    std::size_t consumed;
    Progress progress;
  };
  // Reads body bytes; what was not consumed is to be given again with more behind it. kStopped: the sink
  // wanted no more.
  Step read_body(std::string_view bytes, BodySink& sink);

 private:
  struct Beast;
  Step read_chunked(std::string_view bytes);
  // The length of the chunk line (or last chunk with trailers) at the start of `bytes`; 0: not complete.
  std::optional<std::size_t> chunk_line(std::string_view bytes) const;

  std::unique_ptr<Beast> beast_;
};

}  // namespace opsflux::http
