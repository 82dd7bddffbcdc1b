#include "host/store/key_ring.hpp"

#include <thread>

#include "host/base/files.hpp"
#include "host/base/log.hpp"
#include "host/base/text.hpp"
#include "host/store/key_rows.hpp"

namespace opsflux::store {
namespace fs = std::filesystem;

namespace {

constexpr const char* kTakenOver = "first";  // the key of a server that had one for all

fs::path next_of(const fs::path& file) { return file.string() + ".next"; }

Result<std::string> given_key(const std::string& text) {
  const auto key = from_base64(text);
  if (!key || key->size() != SecretBox::kKeyBytes)
    return fail(Error::invalid("secret.bad_master_key",
                               "OPSFLUX_MASTER_KEY is not a key: it must be 32 bytes in base64."));
  return *key;
}

bool opens(const std::string& master, const std::vector<KeyRow>& rows) {
  const SecretBox box = SecretBox::of_key(master);
  for (const KeyRow& row : rows)
    if (!box.unseal(row.sealed, key_context(row))) return false;
  return true;
}

Error wrong_key(const KeySource& source, bool file_opens) {
  const std::string where =
      source.given.empty() ? "the file " + source.file.string() : std::string("OPSFLUX_MASTER_KEY");
  return Error::invalid("secret.wrong_key",
                        "The key in " + where + " is not the one of this database. " +
                            (file_opens ? "The file " + source.file.string() +
                                              " has it: start without OPSFLUX_MASTER_KEY."
                                        : "Put back the key that belongs to it, or begin with a new one: "
                                          "opsflux key lost."))
      .with("where", where)
      .with("file", source.file.string());
}

// The master key that opens `rows`. A rotation that was interrupted between the commit and the renaming of
// the file is finished; one that was interrupted before the commit is forgotten.
Result<std::string> master_of(const KeySource& source, const std::vector<KeyRow>& rows) {
  std::error_code ec;
  if (!source.given.empty()) {
    TRY_ASSIGN(master, given_key(source.given));
    if (opens(master, rows)) return master;
    const auto file = fs::exists(source.file, ec) ? read_key_file(source.file, false)
                                                  : Result<std::string>(fail(wrong_key(source, false)));
    return fail(wrong_key(source, file && opens(*file, rows)));
  }
  const fs::path next = next_of(source.file);
  if (fs::exists(source.file, ec)) {
    TRY_ASSIGN(master, read_key_file(source.file, false));
    if (opens(master, rows)) {
      if (fs::remove(next, ec)) log::warn("keys.rotation_undone", {{"file", next.string()}});
      return master;
    }
  }
  if (!fs::exists(next, ec)) return fail(wrong_key(source, false));
  TRY_ASSIGN(master, read_key_file(next, false));
  if (!opens(master, rows)) return fail(wrong_key(source, false));
  fs::rename(next, source.file, ec);
  if (ec) return fail(file_error(ec.value(), source.file, "replace"));
  TRY(sync_folder(source.file.parent_path()));
  log::info("keys.rotation_finished", {{"file", source.file.string()}});
  return master;
}

Result<void> make_keys(Database& database, const Clock& clock, const std::string& master,
                       const std::string& taken_over) {
  const SecretBox box = SecretBox::of_key(master);
  const std::string now = format_utc(clock.now());
  return database.write_now([&](Transaction& transaction) -> Result<void> {
    TRY_ASSIGN(rows, key_rows(transaction));
    if (!rows.empty()) return {};
    const bool anew = taken_over.empty();
    const std::string audit =
        anew ? random_bytes(SecretBox::kKeyBytes) : SecretBox::of_key(taken_over).derive_key("audit");
    TRY(add_key(transaction, box, {new_key_id(), "audit", "", now, ""}, audit));
    return add_key(transaction, box, {anew ? new_key_id() : kTakenOver, "secrets", "", now, ""},
                   anew ? random_bytes(SecretBox::kKeyBytes) : taken_over);
  });
}

}  // namespace

Result<KeyRing> KeyRing::open(Database& database, const Clock& clock, KeySource source, bool earlier) {
  std::vector<KeyRow> rows;
  const auto read = [&] {
    return database.read([&](Session& session) -> Result<void> {
      TRY_ASSIGN(found, key_rows(session));
      rows = std::move(found);
      return {};
    });
  };
  TRY(read());
  if (rows.empty()) {
    std::error_code ec;
    std::string taken_over;
    if (earlier && fs::exists(source.file, ec)) {
      TRY_ASSIGN(old, read_key_file(source.file, false));
      taken_over = std::move(old);
    }
    TRY_ASSIGN(master, source.given.empty() ? read_key_file(source.file, true) : given_key(source.given));
    TRY(make_keys(database, clock, master, taken_over));
    TRY(read());
  }
  TRY_ASSIGN(master, master_of(source, rows));
  KeyRing ring(database, clock, std::move(source), std::move(master));
  TRY(ring.load());
  return ring;
}

Result<KeyRing> KeyRing::begin_anew(Database& database, const Clock& clock, KeySource source) {
  std::error_code ec;
  if (source.given.empty()) {
    fs::remove(next_of(source.file), ec);
    TRY(write_file_atomic(source.file, random_bytes(SecretBox::kKeyBytes), 0600));
  } else {
    TRY(given_key(source.given));
  }
  TRY(database.write_now([](Transaction& transaction) -> Result<void> {
    TRY(transaction.execute("DELETE FROM core_key"));
    return {};
  }));
  return open(database, clock, std::move(source), false);
}

Result<void> KeyRing::load() {
  const SecretBox box = SecretBox::of_key(master_);
  std::vector<SecretBox::Key> keys;
  std::string audit;
  TRY(database_->read([&](Session& session) -> Result<void> {
    keys.clear();
    TRY_ASSIGN(rows, key_rows(session));
    for (const KeyRow& row : rows) {
      TRY_ASSIGN(bytes, box.unseal(row.sealed, key_context(row)));
      if (row.purpose == "audit")
        audit = std::move(bytes);
      else
        keys.push_back({row.id, std::move(bytes)});
    }
    return {};
  }));
  if (keys.empty() || audit.empty())
    return fail(Error::internal("secret.not_readable", "The table core_key lacks keys of this instance."));
  secrets_ = SecretBox::of_keys(std::move(keys), kTakenOver);
  audit_key_ = std::move(audit);
  return {};
}

Result<void> KeyRing::rotate_master(Target target, const std::function<void(const std::string&)>& show,
                                    const KeyWork& work) {
  const auto step = [&](const char* name) { return work.step ? work.step(name) : Result<void>(); };
  const std::string fresh = random_bytes(SecretBox::kKeyBytes);
  const fs::path next = next_of(source_.file);
  if (target == Target::kEnvironment)
    show(to_base64(fresh));
  else
    TRY(write_file_atomic(next, fresh, 0600));
  TRY(step("keys.next_written"));
  const SecretBox old = SecretBox::of_key(master_), box = SecretBox::of_key(fresh);
  TRY(database_->write_now([&](Transaction& transaction) -> Result<void> {
    TRY_ASSIGN(rows, key_rows(transaction));
    for (const KeyRow& row : rows) {
      TRY_ASSIGN(bytes, old.unseal(row.sealed, key_context(row)));
      const std::string sealed = box.seal(bytes, key_context(row));
      TRY(transaction.execute("UPDATE core_key SET sealed = $2 WHERE id = $1", {row.id, sealed}));
    }
    return work.note ? work.note(transaction) : Result<void>();
  }));
  master_ = fresh;
  TRY(step("keys.master_replaced"));
  std::error_code ec;
  if (target == Target::kEnvironment) {
    source_.given = to_base64(fresh);
    fs::remove(source_.file, ec);
  } else {
    source_.given.clear();
    fs::rename(next, source_.file, ec);
  }
  if (ec) return fail(file_error(ec.value(), source_.file, "replace"));
  TRY(sync_folder(source_.file.parent_path()));
  return step("keys.file_replaced");
}

Result<Resealed> KeyRing::rotate_secrets(const std::vector<SealedColumn>& columns, const KeyWork& work) {
  const auto step = [&](const char* name) { return work.step ? work.step(name) : Result<void>(); };
  Resealed out;
  out.key = new_key_id();
  const SecretBox box = SecretBox::of_key(master_);
  const std::string now = format_utc(clock_->now());
  TRY(database_->write_now([&](Transaction& transaction) -> Result<void> {
    TRY(transaction.execute(
        "UPDATE core_key SET retired_at = $1 WHERE purpose = 'secrets' AND retired_at IS NULL", {now}));
    TRY(add_key(transaction, box, {out.key, "secrets", "", now, ""}, random_bytes(SecretBox::kKeyBytes)));
    return work.note ? work.note(transaction) : Result<void>();
  }));
  TRY(load());
  TRY(step("keys.added"));
  for (const SealedColumn& column : columns) {
    Reseal reseal(*database_, secrets_, column);
    for (bool more = true; more;) {
      TRY_ASSIGN(batch, reseal.step());
      more = batch;
      TRY(step("keys.batch"));
    }
    out.texts += reseal.sealed();
    out.unreadable += reseal.unreadable();
  }
  TRY_ASSIGN(report, check(columns));
  for (const KeyState& key : report.keys) {
    if (key.retired_at.empty() || key.texts > 0) continue;
    TRY(database_->write_now([&](Transaction& transaction) -> Result<void> {
      TRY(transaction.execute("DELETE FROM core_key WHERE id = $1", {key.id}));
      return {};
    }));
    ++out.keys_removed;
  }
  TRY(load());
  TRY(step("keys.old_removed"));
  return out;
}

Result<KeyReport> KeyRing::check(const std::vector<SealedColumn>& columns) const {
  KeyReport out;
  TRY(database_->read([&](Session& session) -> Result<void> {
    out = {};
    TRY_ASSIGN(rows, key_rows(session));
    for (const KeyRow& row : rows)
      out.keys.push_back({row.id, row.purpose, row.created_at, row.retired_at, 0});
    for (const SealedColumn& column : columns) TRY(count_texts(session, secrets_, column, kTakenOver, out));
    return {};
  }));
  return out;
}

Result<void> take_instance(Database& database, bool alone) {
  if (database.dialect() == Dialect::kSqlite) return {};
  bool taken = false;
  const auto attempt = [&](Session& session) -> Result<void> {
    TRY(session.query_one(
        alone ? "SELECT pg_try_advisory_lock(7239413)" : "SELECT pg_try_advisory_lock_shared(7239413)", {},
        [&](const Row& row) { taken = row.boolean(0); }));
    return {};
  };
  // PostgreSQL notices the end of a process a moment after it.
  for (int tries = 0; tries < 20; ++tries) {
    TRY(database.read(attempt));
    if (taken) return {};
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  return fail(Error::unavailable(
      "store.taken", alone ? "A server runs on this database. Stop it first."
                           : "The keys of this database are being changed. Start the server afterwards."));
}

}  // namespace opsflux::store
