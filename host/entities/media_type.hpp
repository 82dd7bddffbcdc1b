// What a file is, by its content.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/error.hpp"

namespace opsflux::entities {

struct Sniffed {
  std::string type;   // "image/png", "text/plain"; "application/octet-stream" where nothing is known
  bool text = false;  // UTF-8 without control characters, whatever else it may be taken for
};

// By the bytes alone, at the beginning of the file. Safe from any thread.
Result<Sniffed> sniff_media_type(const std::filesystem::path& file);

// The media type of a file called `name` that somebody says is `declared` (a Content-Type; empty or
// application/octet-stream: nothing said), whose bytes are `sniffed`. What the bytes leave open (a comma-
// separated text, an office document) the ending decides. "file.wrong_content" where the ending, or what was
// declared of an image, a video, a sound, a PDF or a page, says something that the bytes are not.
Result<std::string> media_type_of(std::string_view name, std::string_view declared, const Sniffed& sniffed);

// Whether a list such as {"image/*", "application/pdf"} names the type; an empty list names all.
bool accepts(const std::vector<std::string>& list, std::string_view type);

// Pictures that a browser may show without running anything, and of which we know the size.
bool is_plain_image(std::string_view type);
// What may be opened in a page of its own instead of being saved: such images, and PDF.
bool may_open_inline(std::string_view type);

}  // namespace opsflux::entities
