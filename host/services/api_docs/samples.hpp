// What is made of a description: samples in three languages, and a Postman collection.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "host/base/json.hpp"

namespace opsflux::api_docs {

// The address of the server and the access token are variables of the environment: OPSFLUX_URL,
// OPSFLUX_TOKEN. Parameters of the path stand as {id}. `language` is curl, javascript or python.
std::string sample(const Json& document, const std::string& path, const std::string& method,
                   const Json& operation, std::string_view language);
// "x-codeSamples" of every operation.
void add_samples(Json& document);
// The sample of one operation; nullopt when there is no such operation or language.
std::optional<std::string> find_sample(const Json& document, std::string_view operation,
                                       std::string_view language);
// A collection of version 2.1, a folder for each tag.
Json postman(const Json& document);

}  // namespace opsflux::api_docs
