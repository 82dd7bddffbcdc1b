#include "host/services/texts/overrides.hpp"

namespace opsflux::texts {

std::string to_string(const TextId& id) {
  return std::string(i18n::language_tag(id.language)) + "/" + id.space + "/" + id.key;
}

Result<Overrides> load_overrides(store::Session& session) {
  Overrides out;
  TRY(session.query("SELECT language, namespace, name, value, changed_at, changed_by FROM core_text", {},
                    [&](const store::Row& row) {
                      // A language that an earlier or later version had stays where it is.
                      if (const auto language = i18n::language_from(row.text(0)))
                        out[{row.string(1), row.string(2), *language}] = {
                            row.string(3), row.string(4), row.is_null(5) ? std::string() : row.string(5)};
                      return true;
                    }));
  return out;
}

Result<void> store_override(store::Transaction& transaction, const TextId& id,
                            const std::optional<Override>& override) {
  const std::string_view language = i18n::language_tag(id.language), space = id.space, key = id.key;
  TRY(transaction.execute("DELETE FROM core_text WHERE language = $1 AND namespace = $2 AND name = $3",
                          {language, space, key}));
  if (!override) return {};
  TRY(transaction.execute(
      "INSERT INTO core_text (language, namespace, name, value, changed_at, changed_by) "
      "VALUES ($1, $2, $3, $4, $5, $6)",
      {language, space, key, std::string_view(override->text), std::string_view(override->changed_at),
       store::text_or_null(std::string_view(override->changed_by))}));
  return {};
}

Result<void> forget_overrides(store::Transaction& transaction, std::string_view space) {
  TRY(transaction.execute("DELETE FROM core_text WHERE namespace = $1", {space}));
  return {};
}

}  // namespace opsflux::texts
