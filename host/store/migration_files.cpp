#include <optional>

#include "host/base/files.hpp"
#include "host/base/text.hpp"
#include "host/store/migrations.hpp"

namespace opsflux::store {
namespace {

struct FileName {
  int number = 0;
  std::string name;
  bool up = true;
  std::optional<Dialect> only;
};

// NNN_name[.postgresql|.sqlite].{up,down}.sql
std::optional<FileName> read_name(std::string_view file) {
  const std::vector<std::string_view> parts = split(file, '.');
  if ((parts.size() != 3 && parts.size() != 4) || parts.back() != "sql") return std::nullopt;
  FileName out;
  const std::string_view direction = parts[parts.size() - 2];
  if (direction != "up" && direction != "down") return std::nullopt;
  out.up = direction == "up";
  if (parts.size() == 4) {
    if (parts[1] == "postgresql")
      out.only = Dialect::kPostgresql;
    else if (parts[1] == "sqlite")
      out.only = Dialect::kSqlite;
    else
      return std::nullopt;
  }
  const std::string_view stem = parts[0];
  if (stem.size() < 5 || stem[3] != '_' || !is_identifier(stem.substr(4))) return std::nullopt;
  for (const char c : stem.substr(0, 3)) {
    if (c < '0' || c > '9') return std::nullopt;
    out.number = out.number * 10 + (c - '0');
  }
  if (out.number == 0) return std::nullopt;
  out.name = stem.substr(4);
  return out;
}

Unexpected refuse(std::string_view code, std::string_view message, std::string_view file) {
  return fail(Error::invalid(code, message).at(file).with("file", file));
}

struct Files {
  // By whether the file is for this dialect only; that one wins.
  std::map<bool, std::pair<std::string, std::string>> up, down;
  std::string name;
};

}  // namespace

Result<MigrationSet> MigrationSet::from_files(const std::map<std::string, std::string>& files,
                                              Dialect dialect) {
  std::map<int, Files> by_number;
  for (const auto& [file, bytes] : files) {
    const auto named = read_name(file);
    if (!named) {
      return refuse("migration.bad_name", "The file " + file + " is not named like 001_create.up.sql.", file);
    }
    if (!is_utf8(bytes) || has_nul(bytes)) {
      return refuse("migration.bad_text", "The file " + file + " is not UTF-8 text.", file);
    }
    Files& entry = by_number[named->number];
    if (entry.name.empty()) entry.name = named->name;
    if (entry.name != named->name) {
      return refuse("migration.duplicate", "The file " + file + " has the number of another migration.",
                    file);
    }
    if (named->only && *named->only != dialect) continue;
    (named->up ? entry.up : entry.down)[named->only.has_value()] = {file, bytes};
  }

  MigrationSet set;
  for (auto& [number, entry] : by_number) {
    const std::string stem = std::string(number < 10    ? "00"
                                         : number < 100 ? "0"
                                                        : "") +
                             std::to_string(number) + "_" + entry.name;
    if (number != set.latest() + 1) {
      return refuse("migration.gap", "The migration before " + stem + " is missing.", stem);
    }
    if (entry.up.empty())
      return refuse("migration.missing_up", "The file " + stem + ".up.sql is missing.", stem + ".up.sql");
    if (entry.down.empty()) {
      return refuse("migration.missing_down", "The file " + stem + ".down.sql is missing.",
                    stem + ".down.sql");
    }
    auto& [up_file, up_sql] = entry.up.rbegin()->second;
    auto& [down_file, down_sql] = entry.down.rbegin()->second;
    std::string checksum = sha256_hex(up_sql);
    set.migrations_.push_back(
        {number, entry.name, up_file, down_file, up_sql, down_sql, std::move(checksum)});
  }
  return set;
}

Result<MigrationSet> MigrationSet::from_folder(const std::filesystem::path& folder, Dialect dialect) {
  std::map<std::string, std::string> files;
  std::error_code error;
  if (!std::filesystem::exists(folder, error)) return MigrationSet();
  for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    if (entry->path().extension() != ".sql") continue;
    TRY_ASSIGN(bytes, read_file(entry->path()));
    files.emplace(entry->path().filename().string(), std::move(bytes));
  }
  if (error) return fail(file_error(error.value(), folder, "read"));
  return from_files(files, dialect);
}

}  // namespace opsflux::store
