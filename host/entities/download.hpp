// GET <entity>/{id}/files/{file}: the content of a file of a record.
//
// Saved by browsers, under its name; with ?inline=true opened, but only pictures and PDF. What people upload
// must never act in the name of this origin: its type is the one that its bytes have, nothing guesses
// another, and a page of it would run in a sandbox.
#pragma once

#include <vector>

#include "host/entities/engine.hpp"
#include "host/entities/files.hpp"
#include "host/http/response.hpp"
#include "host/http/router.hpp"

namespace opsflux::entities {

// `wanted_inline`: to be opened by a browser, as far as that may be. `caching`: Cache-Control; by itself
// whether the reader still may see it is asked each time.
http::Response file_response(Files::Content made, bool wanted_inline,
                             std::string_view caching = "private, no-cache");

void add_download_route(std::vector<http::Route>& routes, const Catalog& catalog, const EntityEntry& entity,
                        Engine& engine);

}  // namespace opsflux::entities
