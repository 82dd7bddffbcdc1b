// What setting up an application has in common at the log-in and in an account. Internal to identity.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "host/services/identity/factors/backup_codes.hpp"
#include "host/services/identity/parts.hpp"

namespace opsflux::identity {

// The instance's box; "identity.no_secret_box" where the service was made without one.
Result<const SecretBox*> box_of(const Identity::Parts& parts);

// {["id":…,]"secret":"<base32>","uri":"otpauth://…","qr":{"size":…,"path":…}}
Result<std::string> enrolment_json(const Identity::Parts& parts, const User& user, std::string_view secret,
                                   std::string_view id);

// Ten codes, made on the pool; `done` runs there.
Result<void> with_backup_codes(Identity::Parts& parts, std::function<void(Result<BackupCodes>)> done);

// "factor.added", "factor.removed", "backup_codes.made" in the trail, and in a mail to the user.
Result<void> tell_factor(const Identity::Parts& parts, store::Transaction& transaction,
                         const http::Request& request, std::string_view action, const User& user,
                         std::string_view by);

// {"backup_codes":[…]}
std::string codes_json(const std::vector<std::string>& codes);
// "identity.factor_missing".
Error factor_missing();
// Writes, then answers with `respond` or the error.
void write(Identity::Parts& parts, http::Exchange exchange, store::WriteWork work,
           std::function<http::Response()> respond);

void add_new_factor_routes(Identity::Parts& parts, std::vector<http::Route>& routes);

}  // namespace opsflux::identity
