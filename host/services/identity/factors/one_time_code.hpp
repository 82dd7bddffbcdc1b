// Codes of six digits that are sent, by mail ("email") or SMS ("sms").
//
// A code hangs on the row of identity_token that it is for: a log-in that is half done, or an address that is
// being set up. Only a keyed hash is stored, over the row, the way and the code, so a copy of the database
// gives no code away, and a code serves nowhere else. It is good for ten minutes and once; a newer one takes
// its place. Tries are counted by whoever owns the row.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "host/base/clock.hpp"
#include "host/base/error.hpp"
#include "host/base/secret_box.hpp"
#include "host/store/session.hpp"

namespace opsflux::identity {

inline constexpr std::chrono::minutes kCodeLifetime{10};
inline constexpr std::int64_t kCodesPerRow = 3;

std::string new_code();

// Puts a code in place of an earlier one, and has the row last as long as the code. "identity.codes_sent"
// (429) after the third; "identity.login_over" when the row was used or has ended.
Result<void> keep_code(store::Transaction& transaction, const SecretBox& box, std::string_view row_id,
                       std::string_view way, std::string_view code, UtcNs now);
// Whether it is the row's code, which is then used up. Blanks in what was typed are skipped.
Result<bool> take_code(store::Transaction& transaction, const SecretBox& box, std::string_view row_id,
                       std::string_view way, std::string_view typed, UtcNs now);

// "a•••@e•••.org", "+33•••••78": enough to know which one it is.
std::string masked_email(std::string_view email);
std::string masked_number(std::string_view number);
// The number as providers take it, +33612345678; blanks, dots, dashes and brackets are skipped, 00 stands for
// the plus. "identity.number_invalid".
Result<std::string> normal_number(std::string_view typed);

}  // namespace opsflux::identity
