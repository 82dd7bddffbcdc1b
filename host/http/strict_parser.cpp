#include "host/http/strict_parser.hpp"

#include <boost/beast/http/basic_parser.hpp>

#include "host/base/text.hpp"
#include "host/http/server.hpp"

namespace opsflux::http {
namespace {
namespace beast = boost::beast::http;
using BeastView = boost::beast::string_view;
using ErrorCode = boost::beast::error_code;

// A chunk line is a size and extensions nobody uses; trailers are dropped. Both are only bounded.
constexpr std::size_t kMaxChunkLine = 256;
constexpr std::size_t kMaxTrailers = 8 << 10;

std::string_view view(BeastView text) { return {text.data(), text.size()}; }
ErrorCode refuse() { return beast::make_error_code(beast::error::bad_value); }

bool same_word(std::string_view a, std::string_view lower) {
  return a.size() == lower.size() && std::equal(a.begin(), a.end(), lower.begin(), [](char x, char y) {
           return (x >= 'A' && x <= 'Z' ? x + 32 : x) == y;
         });
}
bool digit(char c) { return c >= '0' && c <= '9'; }
bool hex_digit(char c) { return digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
bool letter_or_digit(char c) { return digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

template <class Each>
void each_token(std::string_view list, Each each) {
  while (!list.empty()) {
    const std::size_t comma = std::min(list.find(','), list.size());
    each(trim(list.substr(0, comma)));
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
}

bool valid_port(std::string_view port) {
  return !port.empty() && port.size() <= 5 && std::all_of(port.begin(), port.end(), digit);
}

// host[:port]: a name, an IPv4 address, or an IPv6 address in brackets. Underscores occur in container names.
bool valid_host(std::string_view host) {
  if (host.empty() || host.size() > 260) return false;
  std::size_t end;
  if (host.front() == '[') {
    end = host.find(']');
    if (end == std::string_view::npos || end < 3) return false;
    if (!std::all_of(host.begin() + 1, host.begin() + static_cast<std::ptrdiff_t>(end),
                     [](char c) { return hex_digit(c) || c == ':' || c == '.'; }))
      return false;
    ++end;
  } else {
    end = std::min(host.find(':'), host.size());
    if (end == 0 || !std::all_of(host.begin(), host.begin() + static_cast<std::ptrdiff_t>(end), [](char c) {
          return letter_or_digit(c) || c == '-' || c == '.' || c == '_';
        }))
      return false;
  }
  return end == host.size() || (host[end] == ':' && valid_port(host.substr(end + 1)));
}

bool decodes_well(std::string_view part, bool plus_is_space) {
  if (part.find('%') == std::string_view::npos) return true;
  const std::optional<std::string> decoded = percent_decode(part, plus_is_space);
  return decoded && is_utf8(*decoded) && !has_nul(*decoded);
}

bool valid_target(std::string_view target) {
  return !target.empty() && target.front() == '/' &&
         std::all_of(target.begin(), target.end(), [](char c) { return c > ' ' && c < 0x7f && c != '#'; });
}

}  // namespace

HeadScanner::State HeadScanner::scan(std::string_view bytes) {
  while (next_ < bytes.size()) {
    const auto* found =
        static_cast<const char*>(std::memchr(bytes.data() + next_, '\n', bytes.size() - next_));
    if (!found) {
      next_ = bytes.size();
      return State::kMore;
    }
    const auto at = static_cast<std::size_t>(found - bytes.data());
    next_ = at + 1;
    if (at == line_ || bytes[at - 1] != '\r') return State::kMalformed;  // bare LF
    if (at - line_ == 1) {                                               // an empty line
      if (saw_line) {
        end = next_;
        return State::kComplete;
      }
      if (next_ > 4) return State::kMalformed;  // a third one before the request
      start = next_;
    } else {
      if (saw_line && (bytes[line_] == ' ' || bytes[line_] == '\t')) return State::kMalformed;  // folded
      saw_line = true;
    }
    line_ = next_;
  }
  return State::kMore;
}

struct StrictParser::Beast final : beast::basic_parser<true> {
  Request* request = nullptr;
  Head* head = nullptr;
  const ServerLimits* limits = nullptr;
  BodySink* sink = nullptr;
  std::optional<Error> error;
  std::vector<HeaderField>* fields = nullptr;
  std::string_view host;
  unsigned hosts = 0, lengths = 0, encodings = 0;
  bool close = false, keep = false;
  bool in_body = false;     // fields that follow are trailers
  bool first_chunk = true;  // no CRLF of a chunk before the next chunk line
  std::uint64_t chunk_left = 0;
  bool stopped = false;

  ErrorCode stop(Error why) {
    error = std::move(why);
    return refuse();
  }

  void on_request_impl(beast::verb, BeastView method, BeastView target, int version, ErrorCode& ec) override {
    const std::optional<Method> known = method_from(view(method));
    if (!known) {
      ec = stop(Error::make(ErrorKind::kUnsupported, "http.method_unknown",
                            "The server does not know this request method."));
      return;
    }
    if (target.size() > limits->max_target) {
      ec = stop(Error::too_large("http.target_too_long", "The address of the request is too long."));
      return;
    }
    if (!valid_target(view(target))) {
      ec = stop(Error::malformed("http.target_malformed", "The address of the request is malformed."));
      return;
    }
    request->method = *known;
    const std::string_view whole = view(target);
    const std::size_t mark = std::min(whole.find('?'), whole.size());
    request->path = whole.substr(0, mark);
    request->raw_query = whole.substr(std::min(mark + 1, whole.size()));
    head->http_1_0 = version == 10;
    if (!decodes_well(request->path, false) || !decodes_well(request->raw_query, true))
      ec = stop(Error::malformed("http.target_malformed",
                                 "The address of the request has a wrong percent escape."));
  }

  void on_response_impl(int, BeastView, int, ErrorCode& ec) override { ec = refuse(); }

  void on_field_impl(beast::field name, BeastView name_text, BeastView value_text, ErrorCode& ec) override {
    if (in_body) return;
    const std::string_view value = view(value_text);
    fields->push_back({view(name_text), value});
    if (fields->size() > limits->max_fields) {
      ec = stop(Error::too_large("http.header_too_large", "The request has too many header fields."));
      return;
    }
    switch (name) {
      case beast::field::host:
        ++hosts;
        host = value;
        break;
      case beast::field::content_length:
        ++lengths;
        if (value.empty() || value.size() > 18 || !std::all_of(value.begin(), value.end(), digit))
          ec = refuse();
        else
          head->content_length = static_cast<std::uint64_t>(*parse_int(value));
        break;
      case beast::field::transfer_encoding:
        ++encodings;
        if (!same_word(value, "chunked")) ec = refuse();
        head->chunked = true;
        break;
      case beast::field::connection:
        each_token(value, [this](std::string_view token) {
          close = close || same_word(token, "close");
          keep = keep || same_word(token, "keep-alive");
        });
        break;
      case beast::field::expect:
        if (same_word(value, "100-continue"))
          head->expect_continue = !head->http_1_0;
        else
          ec = stop(Error::malformed("http.expectation_failed",
                                     "The server cannot meet the expectation in the Expect field."));
        break;
      default:
        break;
    }
  }

  void on_header_impl(ErrorCode& ec) override {
    if (hosts > 1 || (hosts == 0 && !head->http_1_0) || (hosts == 1 && !valid_host(host)))
      ec = stop(Error::malformed("http.host_malformed", "The request must have one valid Host field."));
    else if (lengths > 1 || encodings > 1 || (lengths > 0 && encodings > 0) ||
             (encodings > 0 && head->http_1_0))
      ec = refuse();
    head->keep_alive = head->http_1_0 ? keep && !close : !close;
    request->host_ = host;
    in_body = true;
  }

  void on_body_init_impl(const boost::optional<std::uint64_t>&, ErrorCode&) override {}
  std::size_t on_body_impl(BeastView body, ErrorCode& ec) override {
    if (!sink->write_body(view(body))) {
      stopped = true;
      ec = refuse();
    }
    return body.size();
  }
  void on_chunk_header_impl(std::uint64_t size, BeastView, ErrorCode&) override {
    chunk_left = size;
    first_chunk = false;
  }
  std::size_t on_chunk_body_impl(std::uint64_t, BeastView body, ErrorCode& ec) override {
    chunk_left -= body.size();
    return on_body_impl(body, ec);
  }
  void on_finish_impl(ErrorCode&) override {}
};

StrictParser::StrictParser() = default;
StrictParser::~StrictParser() = default;

std::optional<Error> StrictParser::parse_head(Request& request, Head& head, const ServerLimits& limits) {
  // Beast's parser cannot be reset; made anew in the same place it costs no allocation.
  if (beast_) {
    std::destroy_at(beast_.get());
    std::construct_at(beast_.get());
  } else {
    beast_ = std::make_unique<Beast>();
  }
  head = Head();
  beast_->request = &request;
  beast_->head = &head;
  beast_->limits = &limits;
  beast_->fields = &request.fields_;
  beast_->header_limit(static_cast<std::uint32_t>(request.head_.size() + 1));
  beast_->body_limit(std::uint64_t(1) << 62);  // ours is the sink's; boost::none would refuse every length

  ErrorCode ec;
  const std::size_t consumed = [&]() -> std::size_t {
    std::size_t done = 0;
    beast_->eager(false);
    while (!ec && !beast_->is_header_done()) {
      const std::size_t step = beast_->put({request.head_.data() + done, request.head_.size() - done}, ec);
      done += step;
      if (step == 0) break;
    }
    return done;
  }();
  if (beast_->error) return std::move(beast_->error);
  if (ec == beast::error::bad_version) {
    const std::string_view line = std::string_view(request.head_).substr(0, request.head_.find('\r'));
    if (line.size() > 9 && line.substr(line.size() - 9, 6) == " HTTP/" && digit(line[line.size() - 3]) &&
        line[line.size() - 2] == '.' && digit(line.back()) && !line.ends_with("1.0") &&
        !line.ends_with("1.1"))
      return Error::malformed("http.version_unsupported", "The server speaks HTTP/1.0 and HTTP/1.1 only.");
  }
  if (ec || consumed != request.head_.size() || !beast_->is_header_done())
    return Error::malformed("http.malformed", "The request is not well-formed HTTP/1.1.");
  return std::nullopt;
}

StrictParser::Step StrictParser::read_body(std::string_view bytes, BodySink& sink) {
  beast_->sink = &sink;
  std::size_t consumed = 0;
  while (!beast_->is_done()) {
    std::string_view piece = bytes.substr(consumed);
    if (piece.empty()) return {consumed, Progress::kMore};
    const bool line = beast_->head->chunked && beast_->chunk_left == 0;
    if (line) {
      const std::optional<std::size_t> length = chunk_line(piece);
      if (!length) return {consumed, Progress::kMalformed};
      if (*length == 0) return {consumed, Progress::kMore};
      piece = piece.substr(0, *length);
    }
    ErrorCode ec;
    std::size_t step = 0;
    try {
      step = beast_->put({piece.data(), piece.size()}, ec);
    } catch (const std::exception&) {  // Beast throws out of put() on some long trailers
      return {consumed, Progress::kMalformed};
    }
    consumed += step;
    if (beast_->stopped) return {consumed, Progress::kStopped};
    if (ec || (line && step != piece.size())) return {consumed, Progress::kMalformed};
    // State changes without input are possible once (body0), never twice in a row.
  }
  return {consumed, Progress::kDone};
}

std::optional<std::size_t> StrictParser::chunk_line(std::string_view bytes) const {
  const std::size_t begin = beast_->first_chunk ? 0 : 2;
  if (begin == 2) {
    if (bytes[0] != '\r' || (bytes.size() > 1 && bytes[1] != '\n')) return std::nullopt;
    if (bytes.size() < 3) return 0;
  }
  const std::size_t lf = bytes.find('\n', begin);
  const std::string_view line = bytes.substr(begin, std::min(lf, bytes.size()) - begin);
  if (line.size() > kMaxChunkLine) return std::nullopt;
  const auto digits =
      static_cast<std::size_t>(std::find_if_not(line.begin(), line.end(), hex_digit) - line.begin());
  if (digits > 15 || (digits == 0 && !line.empty())) return std::nullopt;
  if (digits < line.size() && line[digits] != '\r' && line[digits] != ';' && line[digits] != ' ' &&
      line[digits] != '\t')
    return std::nullopt;
  if (digits + 1 < line.size() && line[digits] == '\r') return std::nullopt;
  if (lf == std::string_view::npos) return 0;
  if (digits == 0 || line.back() != '\r') return std::nullopt;
  if (line.find_first_not_of('0') < digits) return lf + 1;

  // The last chunk: with its trailers and the empty line behind them.
  HeadScanner scanner;
  const std::string_view rest = bytes.substr(begin);
  switch (scanner.scan(rest)) {
    case HeadScanner::State::kMalformed:
      return std::nullopt;
    case HeadScanner::State::kMore:
      return rest.size() > kMaxTrailers ? std::nullopt : std::optional<std::size_t>(0);
    case HeadScanner::State::kComplete:
      break;
  }
  if (scanner.end > kMaxTrailers) return std::nullopt;
  return begin + scanner.end;
}

}  // namespace opsflux::http
