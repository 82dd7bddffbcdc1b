#include "host/package/trust_store.hpp"

#include "host/base/files.hpp"
#include "host/base/json.hpp"
#include "host/base/text.hpp"

namespace opsflux::package {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kKeySuffix = ".key.json";
constexpr std::string_view kRevocationsFile = "revocations.json";

Error in_file(Error error, const fs::path& path) {
  error.message = path.string() + ": " + error.message;
  error.field = path.string();
  return error;
}

Error malformed_rotation(std::string_view why) {
  return Error::malformed("rotation.malformed", "This is not a rotation statement: " + std::string(why));
}

Result<Rotation> read_rotation(std::string_view payload) {
  const auto document = parse_json(payload, {.max_depth = 4, .max_bytes = 64 << 10});
  if (!document) return fail(malformed_rotation(document.error().message));
  if (!document->is_object() || document->size() != 5 || get_int_or(*document, "rotation", 0) != 1)
    return fail(malformed_rotation("its members are not those of form 1."));
  const auto key = from_base64(get_string_or(*document, "new", "-"));
  Rotation out{get_string_or(*document, "old", ""), key.value_or(""), get_string_or(*document, "name", ""),
               get_string_or(*document, "at", "")};
  if (out.new_public_key.size() != 32 || out.name.empty() || !parse_utc(out.at))
    return fail(malformed_rotation("\"new\", \"name\" or \"at\" is missing or wrong."));
  return out;
}

}  // namespace

Result<TrustStore> TrustStore::open(const fs::path& folder) {
  TrustStore store;
  store.folder_ = folder;
  std::error_code ec;
  if (!fs::exists(folder, ec)) return store;
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder, ec)) files.push_back(entry.path());
  if (ec) return fail(file_error(ec.value(), folder, "list"));
  std::sort(files.begin(), files.end());
  for (const fs::path& path : files) {
    const std::string name = path.filename().string();
    if (name.ends_with(kKeySuffix)) {
      TRY_ASSIGN(bytes, read_file(path, 64 << 10));
      auto key = parse_key(bytes);
      if (!key) return fail(in_file(std::move(key).error(), path));
      const std::string id = key->id;
      if (!store.keys_.emplace(id, *std::move(key)).second)
        return fail(Error::invalid("key.duplicate", path.string() + ": this key stands in the folder twice.")
                        .at(path.string()));
    }
  }
  if (const fs::path list = folder / kRevocationsFile; fs::exists(list, ec)) {
    TRY_ASSIGN(bytes, read_file(list, 16 << 20));
    auto checked = store.check_revocations(bytes);
    if (!checked) return fail(in_file(std::move(checked).error(), list));
    store.revocations_ = *std::move(checked);
    store.revocations_signer_ = open_envelope(bytes, kRevocationsType)->key_id;
  }
  return store;
}

const TrustedKey* TrustStore::find(std::string_view key_id) const {
  const auto it = keys_.find(key_id);
  return it == keys_.end() ? nullptr : &it->second;
}

std::vector<TrustedKey> TrustStore::keys() const {
  std::vector<TrustedKey> out;
  for (const auto& [id, key] : keys_) out.push_back(key);
  return out;
}

Result<void> TrustStore::store(std::string_view file, std::string_view bytes) const {
  if (folder_.empty()) return {};
  TRY(make_folders(folder_));
  return write_file_atomic(folder_ / file, bytes);
}

// The file of a key: an administrator may have put it in under a name of their own.
Result<fs::path> TrustStore::file_of(std::string_view key_id) const {
  std::error_code ec;
  for (const auto& entry : fs::directory_iterator(folder_, ec)) {
    if (!entry.path().filename().string().ends_with(kKeySuffix)) continue;
    TRY_ASSIGN(bytes, read_file(entry.path(), 64 << 10));
    if (const auto key = parse_key(bytes); key && key->id == key_id) return entry.path();
  }
  return folder_ / (std::string(key_id) + std::string(kKeySuffix));
}

Result<void> TrustStore::enrol(const TrustedKey& key) {
  TRY_ASSIGN(checked, parse_key(format_key(key)));
  if (!folder_.empty()) {
    TRY_ASSIGN(path, file_of(checked.id));
    TRY(store(path.filename().string(), format_key(checked)));
  }
  keys_[checked.id] = std::move(checked);
  return {};
}

Result<void> TrustStore::withdraw(std::string_view key_id) {
  const auto it = keys_.find(key_id);
  if (it == keys_.end())
    return fail(
        Error::not_found("key.unknown", "There is no key " + std::string(key_id) + " in the trust store.")
            .with("key", key_id));
  if (revocations_signer_ == key_id)
    return fail(Error::conflict(
        "key.signed_revocations",
        "The key \"" + it->second.name +
            "\" signed the revocation list that is in force; import a list by another key first."));
  if (!folder_.empty()) {
    TRY_ASSIGN(path, file_of(key_id));
    std::error_code ec;
    if (!fs::remove(path, ec) && ec) return fail(file_error(ec.value(), path, "remove"));
    TRY(sync_folder(folder_));
  }
  keys_.erase(it);
  return {};
}

Result<TrustedKey> TrustStore::rotate(std::string_view bytes) {
  TRY_ASSIGN(envelope, open_envelope(bytes, kRotationType));
  TRY_ASSIGN(rotation, read_rotation(envelope.payload));
  const TrustedKey* old_key = find(rotation.old_key_id);
  if (!old_key || envelope.key_id != rotation.old_key_id)
    return fail(Error::forbidden(
        "rotation.unknown_key",
        "The key that this statement replaces is not trusted here, so neither is its successor."));
  if (!verify_signature(old_key->public_key, kRotationType, envelope.payload, envelope.signature))
    return fail(Error::forbidden("rotation.bad_signature",
                                 "The rotation statement is not signed by the key that it replaces."));
  for (const Revocation& entry : revocations_.entries)
    if (entry.key_id == old_key->id)
      return fail(Error::forbidden("rotation.revoked_key", "The key \"" + old_key->name +
                                                               "\" is revoked; it cannot name a successor."));
  TrustedKey successor = *old_key;
  successor.public_key = rotation.new_public_key;
  successor.id = key_id(rotation.new_public_key);
  successor.name = rotation.name;
  successor.since = rotation.at;
  if (!old_key->replaced_by.empty() && old_key->replaced_by != successor.id)
    return fail(Error::conflict("rotation.already_replaced",
                                "The key \"" + old_key->name + "\" was replaced by another key already."));
  if (successor.id == old_key->id) return fail(malformed_rotation("the new key is the old one."));
  successor.replaced_by.clear();
  successor.replaced_at.clear();
  TrustedKey closed = *old_key;
  closed.replaced_by = successor.id;
  closed.replaced_at = rotation.at;
  if (!find(successor.id)) TRY(enrol(successor));
  TRY(enrol(closed));
  return *find(successor.id);
}

Result<RevocationList> TrustStore::check_revocations(std::string_view bytes) const {
  TRY_ASSIGN(envelope, open_envelope(bytes, kRevocationsType));
  const TrustedKey* signer = find(envelope.key_id);
  if (!signer)
    return fail(Error::forbidden("revocation.unknown_key",
                                 "The revocation list is signed by a key that is not trusted here."));
  if (!signer->signs_revocations)
    return fail(
        Error::forbidden("revocation.not_allowed",
                         "The key \"" + signer->name +
                             "\" may not sign revocation lists (its \"signs_revocations\" is not set)."));
  if (!verify_signature(signer->public_key, kRevocationsType, envelope.payload, envelope.signature))
    return fail(Error::forbidden("revocation.bad_signature",
                                 "The signature of the revocation list is wrong: the list was altered."));
  return parse_revocations(envelope.payload);
}

Result<void> TrustStore::import_revocations(std::string_view envelope) {
  TRY_ASSIGN(list, check_revocations(envelope));
  if (list.version < revocations_.version)
    return fail(Error::conflict(
        "revocation.older", "This revocation list has version " + std::to_string(list.version) +
                                "; version " + std::to_string(revocations_.version) + " is here already."));
  if (list.version == revocations_.version && format_revocations(list) != format_revocations(revocations_))
    return fail(Error::conflict("revocation.older",
                                "Another revocation list of version " + std::to_string(list.version) +
                                    " is here already; a changed list needs a higher version."));
  TRY(store(kRevocationsFile, envelope));
  revocations_ = std::move(list);
  revocations_signer_ = open_envelope(envelope, kRevocationsType)->key_id;
  return {};
}

std::vector<Revocation> TrustStore::revocations_of(const Subject& subject) const {
  std::vector<Revocation> out;
  for (const Revocation& entry : revocations_.entries) {
    const bool by_key = !entry.key_id.empty() && std::find(subject.key_ids.begin(), subject.key_ids.end(),
                                                           entry.key_id) != subject.key_ids.end();
    const bool by_digest = !entry.digest.empty() && entry.digest == subject.digest;
    const bool by_module =
        !entry.module.empty() && entry.module == subject.module && entry.versions.contains(subject.version);
    if (by_key || by_digest || by_module) out.push_back(entry);
  }
  return out;
}

}  // namespace opsflux::package
