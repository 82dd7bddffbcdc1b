// Texts as files for translators, out and in: CSV or JSON with the columns language, namespace, key, english,
// original, text. Of these a file that comes back needs language, namespace, key and text.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "host/services/texts/texts.hpp"

namespace opsflux::texts {

inline constexpr std::int64_t kMaxRows = 50'000;
inline constexpr std::uint64_t kMaxFileBytes = 16 << 20;

// With a byte order mark, by which spreadsheet programs know UTF-8. A text that looks like a formula is
// preceded by an apostrophe, which read_file takes away again.
std::string to_csv(std::span<const Text> texts, char separator);
std::string to_json_rows(std::span<const Text> texts);

struct TextFile {
  std::vector<Wanted> wanted;
  std::vector<Error> refused;  // rows that cannot be understood, each with "line"
  std::int64_t skipped = 0;    // rows without a text
};

// What tabular::open_table reads. Errors of the file as a whole: table.*, text.no_column. `name`: what the
// person calls the file.
Result<TextFile> read_file(const std::filesystem::path& path, std::string_view name);

}  // namespace opsflux::texts
