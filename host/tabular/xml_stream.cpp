#include "host/tabular/xml_stream.hpp"

#include <expat.h>

namespace opsflux::tabular {
namespace {

constexpr int kPiece = 16 << 10;
constexpr std::uint64_t kLongestTag = 1 << 20;
constexpr int kDeepest = 64;

std::string_view local(std::string_view name) {
  const auto colon = name.rfind(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

XML_Parser as_parser(void* parser) { return static_cast<XML_Parser>(parser); }

}  // namespace

std::optional<std::string_view> XmlAttributes::get(std::string_view name) const {
  for (const char** pair = pairs_; *pair != nullptr; pair += 2)
    if (local(pair[0]) == name) return std::string_view(pair[1]);
  return std::nullopt;
}

// An exception may not pass through expat, which is C; the handlers' only one is std::bad_alloc, which ends
// the program there as it should.
struct XmlStream::Callbacks {
  static XmlStream& self(void* data) { return *static_cast<XmlStream*>(data); }

  static void stop(XmlStream& stream, Error error) {
    if (!stream.handler_.failed) stream.handler_.failed = std::move(error);
    XML_StopParser(as_parser(stream.parser_), XML_FALSE);
  }
  static void start(void* data, const char* name, const char** attributes) noexcept {
    XmlStream& stream = self(data);
    if (stream.handler_.failed) return;
    if (++stream.depth_ > kDeepest)
      return stop(stream, bad_workbook(stream.part_.name(), "its elements are nested too deep"));
    stream.handler_.start(local(name), XmlAttributes(attributes));
    if (stream.handler_.failed) XML_StopParser(as_parser(stream.parser_), XML_FALSE);
  }
  static void end(void* data, const char* name) noexcept {
    XmlStream& stream = self(data);
    if (stream.handler_.failed) return;
    --stream.depth_;
    stream.handler_.end(local(name));
    if (stream.handler_.failed || stream.handler_.pause)
      XML_StopParser(as_parser(stream.parser_), stream.handler_.failed ? XML_FALSE : XML_TRUE);
    stream.handler_.pause = false;
  }
  static void text(void* data, const char* piece, int length) noexcept {
    XmlStream& stream = self(data);
    if (stream.handler_.failed) return;
    stream.handler_.text({piece, static_cast<std::size_t>(length)});
    if (stream.handler_.failed) XML_StopParser(as_parser(stream.parser_), XML_FALSE);
  }
  static void doctype(void* data, const char*, const char*, const char*, int) noexcept {
    XmlStream& stream = self(data);
    stop(stream, Error::malformed("table.doctype", "The workbook's part " + stream.part_.name() +
                                                       " declares a document type, which no spreadsheet "
                                                       "program writes. It is not read.")
                     .with("part", stream.part_.name()));
  }
};

XmlStream::XmlStream(PartStream part, XmlHandler& handler)
    : part_(std::move(part)), handler_(handler), parser_(XML_ParserCreate(nullptr)) {
  if (parser_ == nullptr) throw std::bad_alloc();
  XML_SetUserData(as_parser(parser_), this);
  XML_SetElementHandler(as_parser(parser_), Callbacks::start, Callbacks::end);
  XML_SetCharacterDataHandler(as_parser(parser_), Callbacks::text);
  XML_SetStartDoctypeDeclHandler(as_parser(parser_), Callbacks::doctype);
}

XmlStream::~XmlStream() { XML_ParserFree(as_parser(parser_)); }

Error XmlStream::syntax_error() const {
  const XML_Parser parser = as_parser(parser_);
  const std::string line = std::to_string(XML_GetCurrentLineNumber(parser));
  Error error = bad_workbook(part_.name(), "line " + line + " is not valid XML");
  error.detail = XML_ErrorString(XML_GetErrorCode(parser));
  return error;
}

Result<void> XmlStream::feed() {
  const XML_Parser parser = as_parser(parser_);
  XML_Status status = XML_STATUS_OK;
  if (paused_) {
    status = XML_ResumeParser(parser);
  } else {
    void* buffer = XML_GetBuffer(parser, kPiece);
    if (buffer == nullptr) return fail(syntax_error());
    TRY_ASSIGN(count, part_.read(static_cast<char*>(buffer), kPiece));
    ended_ = count == 0;
    fed_ += count;
    status = XML_ParseBuffer(parser, static_cast<int>(count), ended_ ? 1 : 0);
  }
  if (handler_.failed) return fail(*handler_.failed);
  if (status == XML_STATUS_ERROR) return fail(syntax_error());
  paused_ = status == XML_STATUS_SUSPENDED;
  return {};
}

Result<bool> XmlStream::advance() {
  if (handler_.failed) return fail(*handler_.failed);
  if (ended_ && !paused_) return false;
  TRY(feed());
  const auto at = XML_GetCurrentByteIndex(as_parser(parser_));
  if (!ended_ && !paused_ && at >= 0 && fed_ - static_cast<std::uint64_t>(at) > kLongestTag)
    return fail(bad_workbook(part_.name(), "a tag is longer than 1 MiB"));
  return true;
}

Result<void> XmlStream::run() {
  for (;;) {
    TRY_ASSIGN(more, advance());
    if (!more) return {};
  }
}

Result<void> parse_part(XlsxArchive& archive, const std::string& part, XmlHandler& handler) {
  TRY_ASSIGN(stream, archive.open_part(part));
  return XmlStream(std::move(stream), handler).run();
}

}  // namespace opsflux::tabular
