// The texts that administrators have put in the place of others, as they are stored.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "host/services/i18n/language.hpp"
#include "host/store/session.hpp"

namespace opsflux::texts {

struct TextId {
  std::string space{};  // "tiers", "identity", "core", "web"
  std::string key{};    // as in the file
  i18n::Language language = i18n::Language::kEnglish;
  auto operator<=>(const TextId&) const = default;
};

// "fr/tiers/entity.company.one"
std::string to_string(const TextId& id);

struct Override {
  std::string text{};
  std::string changed_at{};
  std::string changed_by{};  // identifier of a user; empty: the system
};
using Overrides = std::map<TextId, Override>;

Result<Overrides> load_overrides(store::Session& session);
// nullopt: removes it.
Result<void> store_override(store::Transaction& transaction, const TextId& id,
                            const std::optional<Override>& override);
Result<void> forget_overrides(store::Transaction& transaction, std::string_view space);

}  // namespace opsflux::texts
