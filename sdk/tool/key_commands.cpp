#include "sdk/tool/key_commands.hpp"

#include "host/base/files.hpp"

namespace opsflux::sdk {
namespace {

namespace fs = std::filesystem;

fs::path public_path(const fs::path& private_path) { return private_path.string() + ".key.json"; }

}  // namespace

Result<package::TrustedKey> keygen(const KeygenOptions& options, UtcNs now) {
  std::error_code ec;
  if (fs::exists(public_path(options.out), ec))
    return fail(Error::conflict("key.exists", "The file " + public_path(options.out).string() +
                                                  " exists already; a key is never overwritten.")
                    .at(public_path(options.out).string()));
  if (options.out.has_parent_path()) TRY(make_folders(options.out.parent_path()));
  const auto key = package::SigningKey::generate(options.name);
  package::TrustedKey trusted = package::public_part(key, options.level, format_utc(now));
  trusted.publisher = options.publisher;
  trusted.signs_revocations = options.signs_revocations;
  TRY(key.save(options.out));
  TRY(write_file_atomic(public_path(options.out), package::format_key(trusted)));
  return trusted;
}

Result<void> rotate(const fs::path& old_path, const fs::path& new_public, const fs::path& out, UtcNs now) {
  TRY_ASSIGN(old_key, package::SigningKey::load(old_path));
  TRY_ASSIGN(bytes, read_file(new_public, 64 << 10));
  TRY_ASSIGN(successor, package::parse_key(bytes));
  if (successor.id == old_key.id())
    return fail(Error::invalid("rotation.same_key", "A key cannot succeed itself.").at(new_public.string()));
  return write_file_atomic(out, package::seal_rotation(old_key, successor.public_key, successor.name, now));
}

Result<package::RevocationList> revoke(const RevokeOptions& options, UtcNs now) {
  TRY_ASSIGN(key, package::SigningKey::load(options.key));
  package::RevocationList list;
  std::error_code ec;
  if (fs::exists(options.list, ec)) {
    TRY_ASSIGN(bytes, read_file(options.list, 16 << 20));
    TRY_ASSIGN(envelope, package::open_envelope(bytes, package::kRevocationsType));
    if (!package::verify_signature(key.public_key(), package::kRevocationsType, envelope.payload,
                                   envelope.signature))
      return fail(
          Error::forbidden("revocation.bad_signature",
                           "The list " + options.list.string() +
                               " is not signed by this key; begin a new list, or use the key that signed it.")
              .at(options.list.string()));
    TRY_ASSIGN(earlier, package::parse_revocations(envelope.payload));
    list = std::move(earlier);
  }
  ++list.version;
  list.issued_at = format_utc(now);
  list.entries.push_back(options.entry);
  TRY(package::parse_revocations(
      package::format_revocations(list)));  // wrong digests and the like are refused here
  TRY(write_file_atomic(options.list, package::seal_envelope(key, package::kRevocationsType,
                                                             package::format_revocations(list))));
  return list;
}

}  // namespace opsflux::sdk
