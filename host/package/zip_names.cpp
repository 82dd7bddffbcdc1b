#include "host/base/text.hpp"
#include "host/package/digests.hpp"
#include "host/package/zip_reader.hpp"

namespace opsflux::package {
namespace {

// Names come from outside: what is shown of them is short and printable.
std::string shown(std::string_view name) {
  std::string out;
  for (const char c : name.substr(0, 80)) out += c >= 0x20 && c < 0x7f ? c : '?';
  return name.size() > 80 ? out + "..." : out;
}

Unexpected bad_name(std::string_view name, std::string_view why) {
  return fail(Error::invalid("package.bad_name", "The name \"" + shown(name) +
                                                     "\" is not allowed in a package: " + std::string(why))
                  .at(shown(name))
                  .with("name", shown(name)));
}

}  // namespace

Result<void> check_entry_name(std::string_view name, const ZipLimits& limits) {
  if (name == kManifestName || name == kDigestsName || name == kSignaturesName) return {};
  if (name.empty()) return bad_name(name, "it is empty.");
  if (name.size() > limits.max_name_bytes)
    return fail(Error::invalid("package.name_too_long", "The name \"" + shown(name) + "\" is longer than " +
                                                            std::to_string(limits.max_name_bytes) +
                                                            " characters.")
                    .at(shown(name)));
  for (const char c : name)
    if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '/' || c == '-'))
      return bad_name(name,
                      "only lower-case letters, digits, dot, hyphen, underscore and slash may stand in it.");
  if (name.back() == '/')
    return bad_name(name, "folders are not listed, only files (zip -D leaves them out).");
  const auto parts = split(name, '/');
  if (parts.size() > limits.max_depth)
    return fail(Error::invalid("package.too_deep", "The name \"" + shown(name) + "\" is deeper than " +
                                                       std::to_string(limits.max_depth) + " levels.")
                    .at(shown(name)));
  for (const std::string_view part : parts) {
    if (part.empty()) return bad_name(name, "a slash may not stand first or beside another one.");
    if (part.front() == '.') return bad_name(name, "no part of it may begin with a dot.");
    if (part.front() == '-') return bad_name(name, "no part of it may begin with a hyphen.");
  }
  return {};
}

}  // namespace opsflux::package
