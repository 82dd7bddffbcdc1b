// GET <entity>/{id}/files/{file}: the content of a file of a record.
//
// Saved by browsers, under its name; with ?inline=true opened, but only pictures and PDF. What people upload
// must never act in the name of this origin: its type is the one that its bytes have, nothing guesses
// another, and a page of it would run in a sandbox.
#pragma once

#include <vector>

#include "host/entities/engine.hpp"
#include "host/http/router.hpp"

namespace opsflux::entities {

void add_download_route(std::vector<http::Route>& routes, const Catalog& catalog, const EntityEntry& entity,
                        Engine& engine);

}  // namespace opsflux::entities
