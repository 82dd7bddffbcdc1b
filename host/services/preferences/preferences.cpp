#include "host/services/preferences/preferences.hpp"

#include <map>
#include <nlohmann/json.hpp>

#include "host/services/preferences/preference_names.hpp"

namespace opsflux::preferences {
namespace {

struct Wanted {
  std::string name, value, at;
};

Error not_object(std::string_view name) {
  return Error::invalid("preference.not_object",
                        "Preferences are changed by {\"<name>\": {\"value\": …, \"at\": …}}.")
      .at(name);
}

Result<Wanted> read_one(const std::string& name, const Json& given, UtcNs now) {
  if (!given.is_object() || !given.contains("value")) return fail(not_object(name));
  for (const auto& [key, ignored] : given.items())
    if (key != "value" && key != "at") return fail(not_object(name));
  TRY(check_preference(name, given["value"]));
  UtcNs at = now;
  if (const auto given_at = given.find("at"); given_at != given.end()) {
    const auto parsed =
        given_at->is_string() ? parse_utc(given_at->get_ref<const std::string&>()) : std::nullopt;
    if (!parsed)
      return fail(Error::invalid("preference.bad_time", "\"at\" must be a time such as 2026-11-21T07:05:03Z.")
                      .at(name));
    at = std::min(now, *parsed);
  }
  return Wanted{name, to_text(given["value"]), format_utc(at)};
}

Result<std::vector<Wanted>> read_all(const Json& changes, UtcNs now) {
  if (!changes.is_object()) return fail(not_object(""));
  std::vector<Wanted> out;
  std::vector<Error> errors;
  for (const auto& [name, given] : changes.items()) {
    auto one = read_one(name, given, now);
    if (one)
      out.push_back(std::move(*one));
    else
      errors.push_back(std::move(one.error()));
  }
  if (errors.empty()) return out;
  if (errors.size() == 1) return fail(std::move(errors.front()));
  Error all = Error::invalid("entity.invalid", std::to_string(errors.size()) + " fields are wrong.")
                  .with("count", std::to_string(errors.size()));
  all.causes = std::move(errors);
  return fail(std::move(all));
}

struct Stored {
  std::string value, at, device;
};

Result<std::map<std::string, Stored>> stored_of(store::Session& session, std::string_view user) {
  std::map<std::string, Stored> out;
  TRY(session.query("SELECT name, value, changed_at, device FROM core_preference WHERE user_id = $1", {user},
                    [&](const store::Row& row) {
                      out[row.string(0)] = {row.string(1), row.string(2), row.string(3)};
                      return true;
                    }));
  return out;
}

Result<void> store_one(store::Transaction& transaction, std::string_view user, std::string_view device,
                       const Wanted& wanted) {
  TRY(transaction.execute(
      "INSERT INTO core_preference (user_id, name, value, changed_at, device) VALUES ($1, $2, $3, $4, $5) "
      "ON CONFLICT (user_id, name) DO UPDATE SET value = excluded.value, changed_at = excluded.changed_at, "
      "device = excluded.device",
      {user, std::string_view(wanted.name), std::string_view(wanted.value), std::string_view(wanted.at),
       device}));
  return {};
}

}  // namespace

Result<std::vector<Preference>> Preferences::all(std::string_view user_id) const {
  std::vector<Preference> out;
  TRY(database_.read([&](store::Session& session) -> Result<void> {
    out.clear();
    TRY_ASSIGN(stored, stored_of(session, user_id));
    for (auto& [name, one] : stored) out.push_back({name, std::move(one.value), std::move(one.at)});
    return {};
  }));
  return out;
}

Result<std::string> Preferences::one(store::Session& session, std::string_view user_id,
                                     std::string_view name) {
  std::string out;
  TRY(session.query_one("SELECT value FROM core_preference WHERE user_id = $1 AND name = $2", {user_id, name},
                        [&](const store::Row& row) { out = row.string(0); }));
  return out;
}

Result<std::vector<Preference>> Preferences::change(std::string_view user_id, std::string_view device,
                                                    const Json& changes) const {
  TRY_ASSIGN(wanted, read_all(changes, clock_.now()));
  std::vector<Preference> out;
  TRY(database_.write_now([&](store::Transaction& transaction) -> Result<void> {
    out.clear();
    std::vector<Preference> changed;
    TRY_ASSIGN(stored, stored_of(transaction, user_id));
    for (const Wanted& one : wanted) {
      const auto before = stored.find(one.name);
      const bool older = before != stored.end() && std::tie(before->second.at, before->second.device) >
                                                       std::make_tuple(one.at, std::string(device));
      if (older) {
        out.push_back({one.name, before->second.value, before->second.at});
        continue;
      }
      TRY(store_one(transaction, user_id, device, one));
      stored[one.name] = {one.value, one.at, std::string(device)};
      out.push_back({one.name, one.value, one.at});
      changed.push_back(out.back());
    }
    if (stored.size() > kMaxNames)
      return fail(Error::invalid("preference.too_many", "No more than 500 preferences are kept for a person.")
                      .with("max", std::to_string(kMaxNames)));
    if (!changed.empty() && on_change_)
      transaction.on_commit(
          [this, user = std::string(user_id), changed = std::move(changed)] { on_change_(user, changed); });
    return {};
  }));
  return out;
}

}  // namespace opsflux::preferences
