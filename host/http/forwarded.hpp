// What proxies say of the client they speak for. Only what a trusted proxy has written itself is believed:
// X-Forwarded-For is read from the right, and the first address that is no trusted proxy is the client; what
// stands left of it was written by him. "Forwarded" (RFC 7239) is not read: two fields that may differ would
// let a client choose.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "host/base/cidr.hpp"
#include "host/http/request.hpp"

namespace opsflux::http {

bool is_trusted(const PrefixTree& proxies, std::string_view address);

// The client's address in its shortest form, of a request that a trusted proxy sent. Nothing: the proxies
// name nobody (the field is missing or its right end is no address), so that the peer is the client.
std::optional<std::string> forwarded_client(std::span<const HeaderField> fields, const PrefixTree& proxies);

// Whether the client came by HTTPS, as the nearest proxy says in X-Forwarded-Proto; nothing: it does not say.
std::optional<bool> forwarded_secure(std::span<const HeaderField> fields);

}  // namespace opsflux::http
