// What a person sets for himself: the look, formats, what lies folded. Kept field by field with the time of
// the change, so that the devices of one person agree: of two changes of a field the later one holds,
// whichever arrives first. A device whose clock runs ahead cannot win for ever: a time beyond the server's
// counts as now. Of two changes at the same time that of the greater device identifier holds.
//
// Names that the server knows have values it knows ("theme": "dark"). Beside them "web.<name>" is the web
// application's own and "module.<id>.<name>" a module's, each any JSON of up to 16 KiB.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/caller.hpp"
#include "host/base/clock.hpp"
#include "host/base/json.hpp"
#include "host/store/database.hpp"

namespace opsflux::preferences {

inline constexpr std::size_t kMaxNames = 500, kMaxBytes = 16 << 10;

struct Preference {
  std::string name, value;  // JSON text; "null": back to what holds without
  std::string changed_at;   // UTC text
};

// Safe from any thread.
class Preferences {
 public:
  // What was changed, and whose, after the commit; on the store's completion thread.
  using OnChange = std::function<void(const std::string& user_id, const std::vector<Preference>& changed)>;

  Preferences(store::Database& database, const Clock& clock, OnChange on_change)
      : database_(database), clock_(clock), on_change_(std::move(on_change)) {}

  // All of a person, by name; those that went back to null as well, since their time counts.
  Result<std::vector<Preference>> all(std::string_view user_id) const;

  // The value of one, as JSON text; empty: never set. Within the session of whoever asks.
  static Result<std::string> one(store::Session& session, std::string_view user_id, std::string_view name);

  // `changes`: {"theme": {"value": "dark", "at": "2026-11-21T07:05:03Z"}}; without "at": now. All or none are
  // taken; one that is older than what is stored is passed over. Gives what holds of those named. Errors, at
  // the name: preference.not_object, preference.unknown, preference.bad_value, preference.bad_time,
  // preference.too_many.
  Result<std::vector<Preference>> change(std::string_view user_id, std::string_view device,
                                         const Json& changes) const;

 private:
  store::Database& database_;
  const Clock& clock_;
  const OnChange on_change_;
};

}  // namespace opsflux::preferences
