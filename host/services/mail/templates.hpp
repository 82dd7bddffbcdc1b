// What a mail says, in the language of who reads it. The sentences are texts like all others, so that an
// administrator can change them:
//
//   mail.notice.<kind>.subject    one line
//   mail.notice.<kind>.body       paragraphs with an empty line between
//   mail.notice.<kind>.action     of the button, for kinds that come with a link
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "host/services/i18n/catalog.hpp"

namespace opsflux::mail {

struct Saying {
  std::string kind{};
  std::string name{};                                         // of the reader; empty: unknown
  std::vector<std::pair<std::string, std::string>> params{};  // as the texts name them
  std::string link{};                                         // complete; empty: none
  std::string place{};                                        // where the instance is found; empty: unknown
};

struct Words {
  std::string subject{}, text{}, html{};
};

Words say(const i18n::Catalog& catalog, i18n::Language language, const Saying& saying);

std::string escape_html(std::string_view text);

}  // namespace opsflux::mail
