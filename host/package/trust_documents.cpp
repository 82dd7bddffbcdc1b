// The documents of a trust store as JSON: keys, rotation statements, revocation lists.
#include "host/base/json.hpp"
#include "host/base/text.hpp"
#include "host/package/trust_store.hpp"

namespace opsflux::package {
namespace {

constexpr std::string_view kLevels[] = {"core", "verified", "community", "private", "development"};
constexpr std::string_view kGrades[] = {"warn", "no_new_install", "quarantine"};

Error malformed_key(std::string_view why) {
  return Error::malformed("key.malformed", "This is not a trusted key: " + std::string(why));
}
Error malformed_list(std::string_view why) {
  return Error::malformed("revocation.malformed", "This is not a revocation list: " + std::string(why));
}

// Refuses members that are not named, so that a misspelt one is not silently without effect.
std::string unknown_member(const Json& object, std::initializer_list<std::string_view> known) {
  for (const auto& [key, value] : object.items())
    if (std::find(known.begin(), known.end(), key) == known.end()) return key;
  return {};
}

bool is_hex_digest(std::string_view text) {
  return text.size() == 64 && from_hex(text) && to_lower_ascii(text) == text;
}

Result<Revocation> read_revocation(const Json& one, std::size_t index) {
  const auto malformed = [&](std::string_view why) {
    return fail(malformed_list("entry " + std::to_string(index + 1) + ": " + std::string(why)));
  };
  if (!one.is_object()) return malformed("it is no object.");
  if (const std::string other =
          unknown_member(one, {"key", "digest", "module", "versions", "grade", "reason"});
      !other.empty())
    return malformed("\"" + other + "\" is not known.");
  Revocation entry{get_string_or(one, "key", ""),
                   get_string_or(one, "digest", ""),
                   get_string_or(one, "module", ""),
                   {},
                   {},
                   get_string_or(one, "reason", "")};
  if (!entry.key_id.empty() + !entry.digest.empty() + !entry.module.empty() != 1)
    return malformed("one of \"key\", \"digest\" and \"module\" must be there.");
  if (!entry.key_id.empty() && !is_hex_digest(entry.key_id))
    return malformed("\"key\" must be a key id of 64 hex digits.");
  if (!entry.digest.empty() && !is_hex_digest(entry.digest))
    return malformed("\"digest\" must be 64 hex digits.");
  if (one.contains("versions")) {
    if (entry.module.empty()) return malformed("\"versions\" goes with \"module\" only.");
    auto range = VersionRange::parse(get_string_or(one, "versions", ""));
    if (!range) return malformed(range.error().message);
    entry.versions = *std::move(range);
  }
  const auto grade = parse_revocation_grade(get_string_or(one, "grade", ""));
  if (!grade) return malformed("\"grade\" must be warn, no_new_install or quarantine.");
  entry.grade = *grade;
  return entry;
}

}  // namespace

std::string_view to_string(TrustLevel level) { return kLevels[static_cast<std::size_t>(level)]; }
std::string_view to_string(RevocationGrade grade) { return kGrades[static_cast<std::size_t>(grade)]; }

std::optional<TrustLevel> parse_trust_level(std::string_view text) {
  const auto it = std::find(std::begin(kLevels), std::end(kLevels), text);
  return it == std::end(kLevels) ? std::nullopt
                                 : std::optional(static_cast<TrustLevel>(it - std::begin(kLevels)));
}

std::optional<RevocationGrade> parse_revocation_grade(std::string_view text) {
  const auto it = std::find(std::begin(kGrades), std::end(kGrades), text);
  return it == std::end(kGrades) ? std::nullopt
                                 : std::optional(static_cast<RevocationGrade>(it - std::begin(kGrades)));
}

std::string format_key(const TrustedKey& key) {
  OrderedJson out = {{"trusted_key", 1}, {"key", to_base64(key.public_key)}, {"id", key.id},
                     {"name", key.name}, {"level", to_string(key.level)},    {"since", key.since}};
  if (!key.publisher.empty()) out["publisher"] = key.publisher;
  if (!key.replaced_by.empty()) out["replaced_by"] = key.replaced_by;
  if (!key.replaced_at.empty()) out["replaced_at"] = key.replaced_at;
  if (key.signs_revocations) out["signs_revocations"] = true;
  return out.dump(1) + "\n";
}

Result<TrustedKey> parse_key(std::string_view bytes) {
  const auto document = parse_json(bytes, {.max_depth = 4, .max_bytes = 64 << 10});
  if (!document) return fail(malformed_key(document.error().message));
  if (!document->is_object() || get_int_or(*document, "trusted_key", 0) != 1)
    return fail(malformed_key("\"trusted_key\" must be 1."));
  if (const std::string other =
          unknown_member(*document, {"trusted_key", "key", "id", "name", "level", "since", "publisher",
                                     "replaced_by", "replaced_at", "signs_revocations"});
      !other.empty())
    return fail(malformed_key("\"" + other + "\" is not known."));
  TrustedKey key;
  const auto raw = from_base64(get_string_or(*document, "key", "-"));
  if (!raw || raw->size() != 32) return fail(malformed_key("\"key\" must be 32 bytes in base64."));
  key.public_key = *raw;
  key.id = key_id(key.public_key);
  if (get_string_or(*document, "id", key.id) != key.id)
    return fail(malformed_key("\"id\" is not the SHA-256 of the key."));
  const auto level = parse_trust_level(get_string_or(*document, "level", ""));
  if (!level)
    return fail(malformed_key("\"level\" must be one of core, verified, community, private, development."));
  key.level = *level;
  key.name = get_string_or(*document, "name", "");
  if (key.name.empty()) return fail(malformed_key("\"name\" is missing."));
  key.since = get_string_or(*document, "since", "");
  key.publisher = get_string_or(*document, "publisher", "");
  key.replaced_by = get_string_or(*document, "replaced_by", "");
  key.replaced_at = get_string_or(*document, "replaced_at", "");
  if (!key.replaced_by.empty() && !parse_utc(key.replaced_at))
    return fail(malformed_key("\"replaced_by\" needs \"replaced_at\", a time."));
  key.signs_revocations = get_bool_or(*document, "signs_revocations", false);
  return key;
}

TrustedKey public_part(const SigningKey& key, TrustLevel level, std::string since) {
  TrustedKey out;
  out.id = key.id();
  out.public_key = key.public_key();
  out.name = key.name();
  out.level = level;
  out.since = std::move(since);
  return out;
}

std::string format_revocations(const RevocationList& list) {
  OrderedJson entries = OrderedJson::array();
  for (const Revocation& entry : list.entries) {
    OrderedJson one = OrderedJson::object();
    if (!entry.key_id.empty()) one["key"] = entry.key_id;
    if (!entry.digest.empty()) one["digest"] = entry.digest;
    if (!entry.module.empty()) one["module"] = entry.module, one["versions"] = entry.versions.text();
    one["grade"] = to_string(entry.grade);
    one["reason"] = entry.reason;
    entries.push_back(std::move(one));
  }
  return OrderedJson{{"revocations", 1},
                     {"version", list.version},
                     {"issued_at", list.issued_at},
                     {"entries", std::move(entries)}}
             .dump(1) +
         "\n";
}

Result<RevocationList> parse_revocations(std::string_view payload) {
  const auto document = parse_json(payload, {.max_depth = 8, .max_bytes = 8 << 20});
  if (!document) return fail(malformed_list(document.error().message));
  if (!document->is_object() || get_int_or(*document, "revocations", 0) != 1)
    return fail(malformed_list("\"revocations\" must be 1."));
  if (const std::string other = unknown_member(*document, {"revocations", "version", "issued_at", "entries"});
      !other.empty())
    return fail(malformed_list("\"" + other + "\" is not known."));
  RevocationList list{get_int_or(*document, "version", 0), get_string_or(*document, "issued_at", ""), {}};
  if (list.version < 1) return fail(malformed_list("\"version\" must be 1 or more."));
  if (!parse_utc(list.issued_at)) return fail(malformed_list("\"issued_at\" must be a time."));
  const auto entries = document->find("entries");
  if (entries == document->end() || !entries->is_array())
    return fail(malformed_list("\"entries\" must be a list."));
  for (const Json& one : *entries) {
    TRY_ASSIGN(entry, read_revocation(one, list.entries.size()));
    list.entries.push_back(std::move(entry));
  }
  return list;
}

std::string seal_rotation(const SigningKey& old_key, std::string_view new_public_key,
                          std::string_view new_name, UtcNs now) {
  const std::string payload = OrderedJson{{"rotation", 1},
                                          {"old", old_key.id()},
                                          {"new", to_base64(new_public_key)},
                                          {"name", new_name},
                                          {"at", format_utc(now)}}
                                  .dump(1) +
                              "\n";
  return seal_envelope(old_key, kRotationType, payload);
}

}  // namespace opsflux::package
