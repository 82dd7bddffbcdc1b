// problem+json in the reader's language.
#pragma once

#include "host/http/problem.hpp"
#include "host/services/i18n/catalog.hpp"

namespace opsflux::i18n {

// The language for an answer to `request`: the caller's own, else by Accept-Language. Null: English.
Language language_of(const http::Request* request);

// For http::Server. The members are those of http/problem.hpp; title, detail and each errors[].detail come
// from the catalogue in use at that moment. `translator` must outlive the server.
http::ProblemWriter problem_writer(const Translator& translator);

}  // namespace opsflux::i18n
