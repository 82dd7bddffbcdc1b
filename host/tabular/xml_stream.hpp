// XML read as it comes out of the archive, in pieces. Internal to the layer.
#pragma once

#include "host/tabular/xlsx_archive.hpp"

namespace opsflux::tabular {

class XmlAttributes {
 public:
  explicit XmlAttributes(const char** pairs) : pairs_(pairs) {}
  // By local name, whatever the prefix; nullopt when it is not there.
  std::optional<std::string_view> get(std::string_view name) const;
  std::string text(std::string_view name) const { return std::string(get(name).value_or("")); }

 private:
  const char** pairs_;
};

// Names come without their prefixes. What fails sets `failed`; parsing then stops.
class XmlHandler {
 public:
  virtual ~XmlHandler() = default;
  virtual void start(std::string_view name, const XmlAttributes& attributes) = 0;
  virtual void end(std::string_view /*name*/) {}
  virtual void text(std::string_view /*piece*/) {}
  std::optional<Error> failed;
  bool pause = false;  // set in end(): advance() returns, and goes on from there when called again
};

// Refuses document types (so there are no entities to expand), elements deeper than 64 and tags above 1 MiB.
class XmlStream {
 public:
  XmlStream(PartStream part, XmlHandler& handler);
  ~XmlStream();
  XmlStream(const XmlStream&) = delete;
  XmlStream& operator=(const XmlStream&) = delete;

  // Parses the next 16 KiB or up to a pause; false after the end.
  Result<bool> advance();
  Result<void> run();

 private:
  struct Callbacks;
  Error syntax_error() const;
  Result<void> feed();

  PartStream part_;
  XmlHandler& handler_;
  void* parser_;
  std::uint64_t fed_ = 0;
  int depth_ = 0;
  bool ended_ = false, paused_ = false;
};

// Runs a whole part through a handler.
Result<void> parse_part(XlsxArchive& archive, const std::string& part, XmlHandler& handler);

}  // namespace opsflux::tabular
