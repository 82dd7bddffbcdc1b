// Links by mail: for a new password, and to sign in without one.
//
// Who asks for one gets the same answer whether there is such an account or not, before anything is looked
// up. Both are bounded by the address that was typed, known or not, and by where the request comes from.
#pragma once

#include <string>
#include <vector>

#include "host/base/clock.hpp"
#include "host/http/router.hpp"
#include "host/services/identity/throttle.hpp"

namespace opsflux::identity {

// How often links are asked for and tried. Any thread.
class LinkLimits {
 public:
  explicit LinkLimits(const Clock& clock);
  // 3 an hour for an address that was typed, 10 from one client: "identity.too_many_links".
  Result<void> ask(std::string_view email, std::string_view client);
  // 20 links an hour from one client that lead nowhere; a right one is taken back.
  Result<Throttle::Attempt> follow(std::string_view client);
  void followed(const Throttle::Attempt& attempt) { links_.withdrawn(attempt); }

 private:
  Throttle accounts_, clients_, links_;
};

}  // namespace opsflux::identity
