// GET and PATCH /api/v1/preferences: one's own. Other open browsers of the same person are told by the event
// "preferences" with {"values": {"<name>": {"value": …, "changed_at": …}}}.
#pragma once

#include "host/http/router.hpp"
#include "host/services/live/live_hub.hpp"
#include "host/services/preferences/preferences.hpp"

namespace opsflux::preferences {

// For Preferences' constructor: tells the person's own streams.
Preferences::OnChange tell_devices(live::LiveHub& hub);

// `preferences` must outlive the routes.
std::vector<http::Route> preference_routes(const Preferences& preferences);

}  // namespace opsflux::preferences
