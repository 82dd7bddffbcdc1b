// By what a person signed in before, so that he is told when it is something new.
//
// A device is a browser and system, from a provider's network (/16 of IPv4, /32 of IPv6): coarse on purpose,
// so that a telephone that changes its address does not write a mail each morning. Forgotten after 180 days.
// The very first log-in of a person is nothing new.
#pragma once

#include <string>
#include <string_view>

#include "host/base/clock.hpp"
#include "host/store/database.hpp"

namespace opsflux::identity {

std::string device_mark(std::string_view user_agent, std::string_view address);

// Notes the device in the log-in's transaction; true: the person has others, and not this one.
Result<bool> note_device(store::Transaction& transaction, std::string_view user_id, std::string_view mark,
                         UtcNs now);

}  // namespace opsflux::identity
