#include "host/services/identity/factors/qr.hpp"

#include <qrencode.h>

#include <memory>
#include <mutex>

namespace opsflux::identity {
namespace {

constexpr int kQuiet = 4;

// A row's dark modules, run by run.
void add_row(std::string& path, const unsigned char* modules, int width, int y) {
  for (int x = 0; x < width;) {
    int end = x;
    while (end < width && (modules[end] & 1) != 0) ++end;  // the other bits are notes of the library
    if (end > x) {
      const std::string length = std::to_string(end - x);
      path += "M" + std::to_string(x + kQuiet) + " " + std::to_string(y + kQuiet) + "h" + length + "v1h-" +
              length + "z";
    }
    x = end + 1;
  }
}

}  // namespace

Result<QrShape> qr_shape(const std::string& text) {
  static std::mutex mutex;  // whether the library was built for threads is not known
  std::lock_guard lock(mutex);
  const std::unique_ptr<QRcode, void (*)(QRcode*)> code(
      QRcode_encodeString8bit(text.c_str(), 0, QR_ECLEVEL_M), QRcode_free);
  if (code == nullptr)
    return fail(Error::unavailable("identity.qr_not_made", "The QR code could not be drawn."));
  QrShape shape{code->width + 2 * kQuiet, {}};
  for (int y = 0; y < code->width; ++y)
    add_row(shape.path, code->data + static_cast<std::ptrdiff_t>(y) * code->width, code->width, y);
  return shape;
}

}  // namespace opsflux::identity
