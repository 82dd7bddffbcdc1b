#include "host/package/version_range.hpp"

#include "host/package/schema_words.hpp"

namespace opsflux::package {
namespace {

// Also from the command line, so perhaps not UTF-8.
std::string shown(std::string_view text) { return is_utf8(text) ? show_text(text) : "?"; }

Error bad_range(std::string_view text, std::string_view why) {
  return Error::invalid("version.bad_range", "\"" + shown(text) + "\" is not a range of versions: " +
                                                 std::string(why) + " Write for instance \">=1.0.0 <2.0.0\".")
      .with("range", shown(text));
}

SemVer successor(const SemVer& version) { return SemVer{version.major, version.minor, version.patch + 1}; }

}  // namespace

std::string to_string(const SemVer& version) {
  return std::to_string(version.major) + "." + std::to_string(version.minor) + "." +
         std::to_string(version.patch);
}

Result<VersionRange> VersionRange::parse(std::string_view text) {
  VersionRange range;
  range.text_ = std::string(trim(text));
  if (range.text_ == "*") return range;
  if (range.text_.size() > 200) return fail(bad_range(text, "it is too long."));
  for (std::string_view part : split(range.text_, ' ')) {
    if (part.empty()) continue;
    Op op = Op::kEqual;
    static constexpr std::pair<std::string_view, Op> kOps[] = {{">=", Op::kGreaterEqual},
                                                               {"<=", Op::kLessEqual},
                                                               {">", Op::kGreater},
                                                               {"<", Op::kLess},
                                                               {"=", Op::kEqual}};
    for (const auto& [sign, meaning] : kOps) {
      if (!part.starts_with(sign)) continue;
      op = meaning;
      part.remove_prefix(sign.size());
      break;
    }
    const auto version = parse_semver(part);
    if (!version) {
      if (part.empty())
        return fail(bad_range(text, "a sign stands without a version (no space between them)."));
      return fail(bad_range(text, "\"" + shown(part) + "\" is not a version of three numbers."));
    }
    range.comparators_.push_back({op, *version});
  }
  if (range.comparators_.empty()) return fail(bad_range(text, "it is empty."));
  if (!range.satisfiable())
    return fail(
        Error::invalid("version.empty_range", "No version can be in the range \"" + range.text_ + "\".")
            .with("range", range.text_));
  return range;
}

bool VersionRange::holds(const Comparator& comparator, const SemVer& version) {
  switch (comparator.op) {
    case Op::kLess:
      return version < comparator.version;
    case Op::kLessEqual:
      return version <= comparator.version;
    case Op::kEqual:
      return version == comparator.version;
    case Op::kGreaterEqual:
      return version >= comparator.version;
    case Op::kGreater:
      return version > comparator.version;
  }
  return false;
}

bool VersionRange::contains(const SemVer& version) const {
  return std::all_of(comparators_.begin(), comparators_.end(),
                     [&](const Comparator& c) { return holds(c, version); });
}

// The comparators describe an interval; if it has a member, the smallest version that its lower ends
// allow is one.
bool VersionRange::satisfiable() const {
  SemVer lowest{0, 0, 0};
  for (const Comparator& c : comparators_) {
    if (c.op == Op::kGreaterEqual || c.op == Op::kEqual) lowest = std::max(lowest, c.version);
    if (c.op == Op::kGreater) lowest = std::max(lowest, successor(c.version));
  }
  return contains(lowest);
}

std::optional<AbiVersion> parse_abi_version(std::string_view text) {
  const auto whole = parse_semver(std::string(text) + ".0");
  if (!whole) return std::nullopt;
  return AbiVersion{whole->major, whole->minor};
}

std::string to_string(const AbiVersion& version) {
  return std::to_string(version.major) + "." + std::to_string(version.minor);
}

}  // namespace opsflux::package
