// What identity has people told by mail. The composition root joins it to the mail service.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "host/base/error.hpp"

namespace opsflux::store {
class Transaction;
}

namespace opsflux::identity {

struct Notice {
  std::string kind{};  // "password_reset", "magic_link", "password_changed", "new_device"
  std::string user_id{}, email{}, name{};
  std::string language{};  // "fr"
  std::vector<std::pair<std::string, std::string>> params{};
  std::string link{};       // a path of this instance, "/reset#token=…"; empty: none
  bool declinable = false;  // about work that waits, which people may choose not to be told of
};

// Goes out when the transaction is committed.
using NoticeSink = std::function<Result<void>(store::Transaction&, const Notice&)>;

struct Notices {
  NoticeSink send{};              // empty: nobody is told
  std::function<bool()> ready{};  // whether mail with a link can be sent now; empty: never. Any thread

  bool links() const { return send && ready && ready(); }
};

}  // namespace opsflux::identity
