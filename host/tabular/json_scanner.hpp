// Finds where JSON values begin and end in a text that comes in pieces; says nothing of whether they are
// valid. Internal to the layer.
#pragma once

#include "host/tabular/text_source.hpp"

namespace opsflux::tabular {

struct JsonPlace {
  std::int64_t line = 1, column = 1;  // the column in characters
};

struct JsonText {
  std::string text;
  JsonPlace place;  // where it begins
};

Error bad_json(const JsonPlace& place, std::string_view what);

class JsonScanner {
 public:
  JsonScanner(TextSource& source, const ReadLimits& limits) : source_(source), limits_(limits) {}

  // The next character that is no white space, without taking it; '\0' at the end of the text.
  Result<char> peek();
  // Takes `c`, or fails.
  Result<void> expect(char c);
  // The text of the next value. Refuses nesting and lengths beyond the limits before they take memory.
  Result<JsonText> value();
  const JsonPlace& place() const { return place_; }

 private:
  Result<bool> more();  // whether there is a character in piece_
  char take();
  Result<void> take_string(std::string& out);
  Result<void> take_nested(std::string& out);
  Result<void> add(std::string& out, char c);

  TextSource& source_;
  const ReadLimits& limits_;
  std::string_view piece_;
  JsonPlace place_;
  std::int64_t value_line_ = 1;
};

}  // namespace opsflux::tabular
