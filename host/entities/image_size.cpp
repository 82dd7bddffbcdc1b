#include "host/entities/image_size.hpp"

#include <fstream>

namespace opsflux::entities {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t kHead = 512 << 10;  // a JPEG has profiles and previews before its size

std::int64_t big(std::string_view bytes, std::size_t at, std::size_t count) {
  std::int64_t out = 0;
  for (std::size_t i = 0; i < count; ++i) out = out << 8 | static_cast<unsigned char>(bytes[at + i]);
  return out;
}
std::int64_t little(std::string_view bytes, std::size_t at, std::size_t count) {
  std::int64_t out = 0;
  for (std::size_t i = count; i > 0; --i) out = out << 8 | static_cast<unsigned char>(bytes[at + i - 1]);
  return out;
}

std::optional<ImageSize> png(std::string_view bytes) {
  if (bytes.size() < 24 || bytes.substr(12, 4) != "IHDR") return std::nullopt;
  return ImageSize{big(bytes, 16, 4), big(bytes, 20, 4)};
}

std::optional<ImageSize> gif(std::string_view bytes) {
  if (bytes.size() < 10) return std::nullopt;
  return ImageSize{little(bytes, 6, 2), little(bytes, 8, 2)};
}

// From segment to segment up to the start of a frame.
std::optional<ImageSize> jpeg(std::string_view bytes) {
  for (std::size_t at = 2; at + 9 <= bytes.size();) {
    if (bytes[at] != '\xff') return std::nullopt;
    const auto marker = static_cast<unsigned char>(bytes[at + 1]);
    if (marker == 0xff) {
      ++at;  // filling
      continue;
    }
    if (marker == 0x01 || (marker >= 0xd0 && marker <= 0xd8)) {
      at += 2;  // has no length
      continue;
    }
    const bool tables = marker == 0xc4 || marker == 0xc8 || marker == 0xcc;
    if (marker >= 0xc0 && marker <= 0xcf && !tables)
      return ImageSize{big(bytes, at + 7, 2), big(bytes, at + 5, 2)};
    const auto length = static_cast<std::size_t>(big(bytes, at + 2, 2));
    if (length < 2 || marker == 0xda) return std::nullopt;
    at += 2 + length;
  }
  return std::nullopt;
}

std::optional<ImageSize> webp(std::string_view bytes) {
  if (bytes.size() < 30) return std::nullopt;
  const std::string_view kind = bytes.substr(12, 4);
  if (kind == "VP8X") return ImageSize{little(bytes, 24, 3) + 1, little(bytes, 27, 3) + 1};
  if (kind == "VP8 ") return ImageSize{little(bytes, 26, 2) & 0x3fff, little(bytes, 28, 2) & 0x3fff};
  if (kind != "VP8L") return std::nullopt;
  const std::int64_t bits = little(bytes, 21, 4);
  return ImageSize{(bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1};
}

}  // namespace

std::optional<ImageSize> image_size(std::string_view bytes) {
  std::optional<ImageSize> out;
  if (bytes.starts_with("\x89PNG\r\n\x1a\n"sv)) out = png(bytes);
  if (bytes.starts_with("GIF87a"sv) || bytes.starts_with("GIF89a"sv)) out = gif(bytes);
  if (bytes.starts_with("\xff\xd8"sv)) out = jpeg(bytes);
  if (bytes.starts_with("RIFF"sv) && bytes.size() >= 12 && bytes.substr(8, 4) == "WEBP"sv) out = webp(bytes);
  return out && out->width > 0 && out->height > 0 ? out : std::nullopt;
}

std::optional<ImageSize> image_size_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::string head(kHead, '\0');
  in.read(head.data(), static_cast<std::streamsize>(head.size()));
  head.resize(static_cast<std::size_t>(in.gcount()));
  return image_size(head);
}

}  // namespace opsflux::entities
