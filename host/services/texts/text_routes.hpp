// REST by which administrators change texts, and give them to translators and take them back.
#pragma once

#include "host/http/router.hpp"
#include "host/services/texts/texts.hpp"

namespace opsflux::texts {

inline constexpr std::string_view kPermission = "texts.manage";

// Below /api/v1/texts. Both must outlive the routes.
std::vector<http::Route> text_routes(Texts& texts, const i18n::Translator& translator);

}  // namespace opsflux::texts
