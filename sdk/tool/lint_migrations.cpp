#include "host/base/text.hpp"
#include "sdk/tool/lint.hpp"

namespace opsflux::sdk {
namespace {

// "001_create.postgresql.up.sql" in its parts.
struct MigrationName {
  std::string number, name;
  bool up = false, for_postgresql = false;
};

std::optional<MigrationName> parse_name(std::string_view file) {
  MigrationName out;
  if (file.ends_with(".up.sql")) {
    out.up = true;
    file.remove_suffix(7);
  } else if (file.ends_with(".down.sql")) {
    file.remove_suffix(9);
  } else {
    return std::nullopt;
  }
  if (file.ends_with(".postgresql")) {
    out.for_postgresql = true;
    file.remove_suffix(11);
  }
  if (file.size() < 5 || file[3] != '_' ||
      !std::all_of(file.begin(), file.begin() + 3, [](char c) { return c >= '0' && c <= '9'; }))
    return std::nullopt;
  out.number = std::string(file.substr(0, 3));
  out.name = std::string(file.substr(4));
  if (!is_identifier(out.name)) return std::nullopt;
  return out;
}

struct Step {
  std::set<std::string> names;
  bool up = false, down = false, postgresql = false;
};

}  // namespace

Findings lint_migrations(const package::PackageFiles& files) {
  Findings out;
  std::map<std::string, Step> steps;
  const auto error = [&](const std::string& file, const char* code, const std::string& message) {
    out.push_back({Severity::kError, file, code, message});
  };
  for (const auto& [path, content] : files) {
    if (!path.starts_with("migrations/")) continue;
    const auto name = parse_name(std::string_view(path).substr(11));
    if (!name) {
      error(path, "lint.migration_name",
            "A migration is named NNN_name.up.sql and NNN_name.down.sql (or NNN_name.postgresql.up.sql for "
            "one database), with a name in lower case.");
      continue;
    }
    Step& step = steps[name->number];
    step.names.insert(name->name);
    if (name->for_postgresql) step.postgresql = true;
    if (!name->for_postgresql) (name->up ? step.up : step.down) = true;
    if (!is_utf8(content) || has_nul(content))
      error(path, "lint.not_text", "A migration must be UTF-8 text.");
    if (trim(content).empty()) error(path, "lint.empty_migration", "The migration is empty.");
    if (name->up && !name->for_postgresql && !trim(content).starts_with("--"))
      out.push_back({Severity::kWarning, path, "lint.migration_comment",
                     "The first line should be a comment that says why."});
  }
  int expected = 1;
  for (const auto& [number, step] : steps) {
    const std::string at = "migrations/" + number + "_" + *step.names.begin();
    if (*parse_int(number) != expected)
      error(at, "lint.migration_gap",
            "Migrations are numbered without gaps from 001: here " + std::to_string(expected) + " is due.");
    expected = static_cast<int>(*parse_int(number)) + 1;
    if (step.names.size() > 1)
      error(at, "lint.migration_number",
            "The number " + number + " is taken by several migrations: " +
                join({step.names.begin(), step.names.end()}, ", ") + ".");
    if (!step.up) error(at, "lint.migration_pair", at + ".up.sql is missing.");
    if (!step.down)
      error(at, "lint.migration_pair", at + ".down.sql is missing: every migration can be taken back.");
  }
  return out;
}

}  // namespace opsflux::sdk
