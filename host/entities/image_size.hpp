// The size of a picture, out of its head; nothing is decoded.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>

namespace opsflux::entities {

struct ImageSize {
  std::int64_t width = 0, height = 0;  // pixels, as stored: EXIF may say that it is to be turned
};

// Of a PNG, JPEG, GIF or WebP whose content begins so; nothing where it is none of them or cut off.
std::optional<ImageSize> image_size(std::string_view bytes);
// Of a file, whose first 512 KiB are read.
std::optional<ImageSize> image_size_of(const std::filesystem::path& file);

}  // namespace opsflux::entities
