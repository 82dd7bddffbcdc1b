// QR codes as a shape, to be drawn by whoever shows them.
#pragma once

#include <string>
#include <string_view>

#include "host/base/error.hpp"

namespace opsflux::identity {

// A square of `size` modules, with the quiet zone of four that readers need around it; `path` is an SVG path
// of the dark ones, one unit a module.
struct QrShape {
  int size = 0;
  std::string path;
};

// Text without NUL, up to about 2,000 bytes. "identity.qr_not_made" when it does not fit. Any thread.
Result<QrShape> qr_shape(const std::string& text);

}  // namespace opsflux::identity
