// The Content-Disposition of an answer (RFC 6266).
#pragma once

#include <string>
#include <string_view>

namespace opsflux::http {

// `attachment; filename="caf_.pdf"; filename*=UTF-8''caf%C3%A9.pdf`: a name for old clients and the real one
// (RFC 8187). `kind`: "attachment" or "inline"; `name`: UTF-8 without control characters.
std::string content_disposition(std::string_view kind, std::string_view name);

}  // namespace opsflux::http
