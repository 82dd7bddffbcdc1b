// The text of an API key: `ofx_`, 40 characters of base 62, and 6 more that are the CRC-32 of all that stands
// before them. The sum keeps nobody out: it lets scanners of source code tell a key from any other text
// without asking us (ofx_[0-9A-Za-z]{46}), and us refuse what was copied wrong without hashing it.
#pragma once

#include <string>
#include <string_view>

namespace opsflux::identity {

std::string new_api_key();
bool is_api_key(std::string_view text);  // form and sum; says nothing of whether it is in use
// What may be shown of it, so that a person recognises it: "ofx_8fjK".
std::string_view api_key_hint(std::string_view key);

}  // namespace opsflux::identity
