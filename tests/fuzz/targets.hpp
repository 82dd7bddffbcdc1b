// What is fuzzed: everything that reads bytes from outside before anybody vouched for them. Each function
// takes any bytes, and must neither crash nor break what it promises (checked with abort).
#pragma once

#include <string_view>

namespace opsflux::fuzz {

void package(std::string_view bytes);   // the ZIP reader, digests, signatures, manifest, as one package
void manifest(std::string_view bytes);  // META/module.json
void library(std::string_view bytes);   // a module's ELF file
void documents(
    std::string_view bytes);        // digests, signatures, keys, envelopes, revocation lists, entity files
void edge(std::string_view bytes);  // what a request says of its client: X-Forwarded-For, networks
void role_file(std::string_view bytes);  // roles of another instance

}  // namespace opsflux::fuzz
