#include "host/package/digests.hpp"

#include "host/base/json.hpp"
#include "host/base/text.hpp"
#include "host/package/zip_reader.hpp"

namespace opsflux::package {
namespace {

Error bad_digests(std::string_view why) {
  return Error::malformed("package.bad_digests",
                          std::string(kDigestsName) + " is not what a packer writes: " + std::string(why))
      .at(kDigestsName);
}

bool is_sha256(std::string_view text) {
  return text.size() == 64 && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

// The members "size" and "sha256" of `object`; false when one is missing or of the wrong form.
bool read_sum(const Json& object, std::uint64_t& size, std::string& sha256) {
  const auto number = object.find("size");
  if (number == object.end() || !number->is_number_unsigned()) return false;
  size = number->get<std::uint64_t>();
  sha256 = get_string_or(object, "sha256", "");
  return is_sha256(sha256);
}

Result<FileDigest> read_file_digest(const Json& one) {
  FileDigest file;
  if (!one.is_object()) return fail(bad_digests("a file in it is no object."));
  file.name = get_string_or(one, "name", "");
  TRY(check_entry_name(file.name));
  if (!read_sum(one, file.size, file.sha256))
    return fail(bad_digests("size or sha256 of " + file.name + " is missing or wrong."));
  std::size_t members = 3;
  if (const auto it = one.find("deflated"); it != one.end()) {
    file.deflated.emplace();
    if (!it->is_object() || it->size() != 2 || !read_sum(*it, file.deflated->size, file.deflated->sha256))
      return fail(bad_digests("\"deflated\" of " + file.name + " is wrong."));
    ++members;
  }
  if (one.size() != members) return fail(bad_digests(file.name + " has a member that is not known."));
  return file;
}

}  // namespace

const FileDigest* Digests::find(std::string_view name) const {
  const auto it =
      std::lower_bound(files.begin(), files.end(), name,
                       [](const FileDigest& file, std::string_view wanted) { return file.name < wanted; });
  return it != files.end() && it->name == name ? &*it : nullptr;
}

Result<Digests> parse_digests(std::string_view bytes) {
  auto document = parse_json(bytes, {.max_depth = 8, .max_bytes = 8 << 20});
  if (!document) return fail(bad_digests(document.error().message));
  if (!document->is_object() || get_int_or(*document, "digests", 0) != 1)
    return fail(bad_digests("\"digests\" must be 1; this host knows no other form."));
  const auto list = document->find("files");
  if (document->size() != 2 || list == document->end() || !list->is_array())
    return fail(bad_digests("it must have the members \"digests\" and \"files\" and no other."));
  Digests digests;
  for (const Json& one : *list) {
    TRY_ASSIGN(file, read_file_digest(one));
    if (file.name == kDigestsName || file.name == kSignaturesName)
      return fail(bad_digests("it lists " + file.name + ", which it cannot vouch for."));
    if (!digests.files.empty() && digests.files.back().name >= file.name)
      return fail(bad_digests("its files are not sorted, or " + file.name + " stands twice."));
    digests.files.push_back(std::move(file));
  }
  return digests;
}

std::string format_digests(const Digests& digests) {
  OrderedJson files = OrderedJson::array();
  for (const FileDigest& file : digests.files) {
    OrderedJson one = {{"name", file.name}, {"size", file.size}, {"sha256", file.sha256}};
    if (file.deflated) one["deflated"] = {{"size", file.deflated->size}, {"sha256", file.deflated->sha256}};
    files.push_back(std::move(one));
  }
  return OrderedJson{{"digests", 1}, {"files", std::move(files)}}.dump(1) + "\n";
}

}  // namespace opsflux::package
