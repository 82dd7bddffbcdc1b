#include "host/services/identity/keys/api_keys.hpp"

#include <nlohmann/json.hpp>

#include "host/base/json.hpp"
#include "host/base/log.hpp"
#include "host/base/text.hpp"
#include "host/services/identity/keys/api_key_text.hpp"
#include "host/services/identity/throttle.hpp"

namespace opsflux::identity {
namespace {

constexpr UtcNs kNoteEvery = 60LL * 1'000'000'000;
// Well-formed keys that nobody has: a guesser, or a program that was not told of a rotation.
const LimitPolicy kUnknown{"unknown-key", 20, std::chrono::minutes(10)};

Error unknown_key() {
  return Error::unauthenticated("identity.key_unknown",
                                "The API key is not valid. It may have been revoked.");
}

std::vector<std::string> texts_of(std::string_view json) {
  std::vector<std::string> out;
  if (const auto parsed = parse_json(json); parsed && parsed->is_array())
    for (const Json& item : *parsed)
      if (item.is_string()) out.push_back(item.get<std::string>());
  return out;
}

}  // namespace

Result<std::vector<ApiKeys::KeyPtr>> ApiKeys::read_keys(store::Session& session) const {
  std::vector<KeyPtr> out;
  TRY(
      session.query("SELECT k.id, k.name, k.permissions, k.addresses, k.expires_at, k.per_hour, u.id, "
                    "u.name, u.email, u.role, "
                    "u.language FROM identity_api_key k JOIN identity_user u ON u.id = k.owner "
                    "WHERE k.deleted_at IS NULL AND u.deleted_at IS NULL AND u.active = $1",
                    {true}, [&](const store::Row& row) {
                      auto key = std::make_shared<Key>();
                      key->id = row.string(0);
                      key->agent = "API key " + row.string(1);
                      key->permissions = texts_of(row.text(2));
                      for (const std::string& text : texts_of(row.text(3))) {
                        const auto network = IpNetwork::parse(text);
                        // What cannot be read lets nobody in rather than everybody.
                        key->addresses.push_back(network ? *network : IpNetwork{IpAddress{}, 128});
                      }
                      key->expires = row.is_null(4) ? 0 : parse_utc(row.text(4)).value_or(1);
                      key->per_hour = static_cast<std::uint32_t>(row.i64(5));
                      key->owner.user_id = row.string(6);
                      key->owner.name = row.string(7);
                      key->owner.email = row.string(8);
                      key->role = row.string(9);
                      key->owner.language = row.string(10);
                      out.push_back(std::move(key));
                      return true;
                    }));
  return out;
}

Result<void> ApiKeys::load(store::Session& session) {
  TRY_ASSIGN(keys, read_keys(session));
  std::unordered_map<std::string, KeyPtr> by_id;
  for (const KeyPtr& key : keys) by_id[key->id] = key;
  auto book = std::make_shared<Book>();
  TRY(session.query("SELECT key_id, secret_hash, valid_until FROM identity_api_key_secret", {},
                    [&](const store::Row& row) {
                      const auto key = by_id.find(row.string(0));
                      if (key == by_id.end()) return true;
                      book->secrets[digest_from_hex(row.text(1))] = {
                          key->second, row.is_null(2) ? 0 : parse_utc(row.text(2)).value_or(1)};
                      book->keys.insert(*key);
                      return true;
                    }));
  const std::lock_guard lock(changing_);
  const auto before = book_.exchange(book);
  if (!ended_) return {};
  for (const auto& [digest, secret] : before->secrets)
    if (!by_id.contains(secret.key->id)) ended_(std::string(kKeySession) + secret.key->id);
  return {};
}

KeyVerdict ApiKeys::authenticate(std::string_view text, std::string_view address) {
  if (!is_api_key(text)) return {fail(unknown_key())};
  const auto book = book_.load();
  const auto found = book->secrets.find(digest_of(text));
  const UtcNs now = clock_.now();
  if (found == book->secrets.end()) {
    const LimitVerdict guesses = limits_.take(kUnknown, Throttle::address_key(address));
    return {fail(guesses.refused ? too_many_requests(guesses) : unknown_key())};
  }
  Key& key = *found->second.key;
  if ((found->second.until != 0 && found->second.until <= now) || (key.expires != 0 && key.expires <= now))
    return {
        fail(Error::unauthenticated("identity.key_expired", "The API key has expired. Use a newer one."))};
  const auto parsed = IpAddress::parse(address);
  const bool admitted =
      key.addresses.empty() ||
      (parsed && std::any_of(key.addresses.begin(), key.addresses.end(),
                             [&](const IpNetwork& network) { return network.contains(*parsed); }));
  if (!admitted)
    return {fail(Error::forbidden("identity.key_address",
                                  "This API key is not taken from the address " + std::string(address) + ".")
                     .with("address", address))};
  const LimitPolicy policy{"key", key.per_hour, std::chrono::hours(1)};
  const LimitVerdict limit = limits_.take(policy, key.id);
  std::string fields = key.per_hour == 0 ? std::string() : rate_limit_fields(policy, limit);
  if (limit.refused) return {fail(too_many_requests(limit)), std::move(fields)};
  const std::lock_guard lock(key.mutex);
  note_use(key, address);
  return {caller_of(key, address), std::move(fields)};
}

Standing ApiKeys::standing_of(const Key& key) const {
  Standing out = standings_.of(key.owner.user_id, key.role);
  out.rights = standings_.narrowed(out.rights, key.permissions);
  return out;
}

void ApiKeys::judge(Caller& caller) const {
  const auto book = book_.load();
  const auto found = book->keys.find(caller.key_id);
  take(found == book->keys.end() ? Standing{std::make_shared<const Rights>(), {}}
                                 : standing_of(*found->second),
       caller);
}

// With the key's mutex held.
std::shared_ptr<const Caller> ApiKeys::caller_of(Key& key, std::string_view address) {
  const std::uint64_t version = standings_.version();
  if (key.caller && key.version == version && key.caller->address == address) return key.caller;
  auto caller = std::make_shared<Caller>(key.owner);
  caller->key_id = key.id;
  caller->session_id = std::string(kKeySession) + key.id;
  caller->user_agent = key.agent;
  caller->address = address;
  take(standing_of(key), *caller);
  key.version = version;
  key.caller = std::move(caller);
  return key.caller;
}

// With the key's mutex held. The record's version stays: nobody changed it.
void ApiKeys::note_use(Key& key, std::string_view address) {
  ++key.requests;
  const UtcNs now = clock_.now();
  if (now - key.noted_at < kNoteEvery) return;
  key.noted_at = now;
  database_.write(
      [id = key.id, at = format_utc(now), address = std::string(address),
       requests = std::exchange(key.requests, 0)](store::Transaction& transaction) -> Result<void> {
        TRY(
            transaction.execute("UPDATE identity_api_key SET last_used_at = $2, last_address = $3, "
                                "requests = requests + $4 WHERE id = $1",
                                {id, at, address, requests}));
        return {};
      },
      [guard = in_flight_.enter()](Result<void> result) {
        if (!result) log::error("identity.key_use_not_noted", result.error());
      });
}

void ApiKeys::forget_if(const std::function<bool(const Key&)>& gone) {
  const std::lock_guard lock(changing_);
  auto next = std::make_shared<Book>(*book_.load());
  std::vector<std::string> ids;
  std::erase_if(next->secrets, [&](const auto& entry) {
    if (!gone(*entry.second.key)) return false;
    ids.push_back(entry.second.key->id);
    next->keys.erase(entry.second.key->id);
    return true;
  });
  if (ids.empty()) return;
  book_.store(std::move(next));
  if (ended_)
    for (const std::string& id : ids) ended_(std::string(kKeySession) + id);
}

void ApiKeys::forget(std::string_view key_id) {
  forget_if([&](const Key& key) { return key.id == key_id; });
}

void ApiKeys::forget_owner(std::string_view user_id) {
  forget_if([&](const Key& key) { return key.owner.user_id == user_id; });
}

Result<std::string> ApiKeys::new_secret(store::Transaction& transaction, std::string_view key_id,
                                        std::chrono::milliseconds overlap) const {
  const UtcNs now = clock_.now();
  const std::string at = format_utc(now), text = new_api_key();
  const std::string end = format_utc(now + std::chrono::nanoseconds(overlap).count());
  TRY(transaction.execute("DELETE FROM identity_api_key_secret WHERE key_id = $1 AND valid_until <= $2",
                          {key_id, at}));
  if (overlap.count() == 0) {
    TRY(transaction.execute("DELETE FROM identity_api_key_secret WHERE key_id = $1", {key_id}));
  } else {
    TRY(
        transaction.execute("UPDATE identity_api_key_secret SET valid_until = $2 WHERE key_id = $1 AND "
                            "(valid_until IS NULL OR valid_until > $2)",
                            {key_id, end}));
  }
  TRY(transaction.execute(
      "INSERT INTO identity_api_key_secret (key_id, secret_hash, created_at) VALUES ($1, $2, $3)",
      {key_id, hex_of(digest_of(text)), at}));
  TRY(transaction.execute("UPDATE identity_api_key SET hint = $2 WHERE id = $1",
                          {key_id, api_key_hint(text)}));
  return text;
}

std::size_t ApiKeys::count() const { return book_.load()->secrets.size(); }

}  // namespace opsflux::identity
