#include "host/tabular/table_reader.hpp"

#include "host/base/text.hpp"
#include "host/tabular/readers.hpp"

namespace opsflux::tabular {
namespace {

// What a file's name claims, for the message; `kinds` are those that keep the claim.
struct Claim {
  std::string_view ending, name;
  std::vector<TableKind> kinds;
};

std::optional<Claim> claim_of(const std::string& file_name) {
  static const Claim claims[] = {{".csv", "CSV", {TableKind::kCsv}},
                                 {".tsv", "CSV", {TableKind::kCsv}},
                                 {".txt", "CSV", {TableKind::kCsv}},
                                 {".xlsx", "XLSX", {TableKind::kXlsx}},
                                 {".xlsm", "XLSX", {TableKind::kXlsx}},
                                 {".json", "JSON", {TableKind::kJson, TableKind::kNdjson}},
                                 {".ndjson", "JSON", {TableKind::kJson, TableKind::kNdjson}},
                                 {".jsonl", "JSON", {TableKind::kJson, TableKind::kNdjson}}};
  const std::string lower = to_lower_ascii(file_name);
  for (const Claim& claim : claims)
    if (lower.ends_with(claim.ending)) return claim;
  return std::nullopt;
}

Error wrong_kind(const Claim& claim, const std::string& found) {
  return Error::make(
             ErrorKind::kUnsupported, "table.wrong_kind",
             "The name of the file says " + std::string(claim.name) + ", but its content is " + found + ".")
      .with("claimed", claim.name)
      .with("found", found);
}

Error unknown_kind(const std::string& found) {
  if (found.empty())
    return Error::make(ErrorKind::kUnsupported, "table.not_a_table",
                       "The file is no table. Tables are read from CSV, Excel workbooks (XLSX) and JSON.");
  return Error::make(ErrorKind::kUnsupported, "table.unknown_kind",
                     "The file is " + found + ". Tables are read from CSV, Excel workbooks (XLSX) and JSON.")
      .with("found", found);
}

// What the file is; refused where its name says something else.
Result<TableKind> kind_of(const std::filesystem::path& path, const ReadOptions& options) {
  TRY_ASSIGN(found, recognise(path, options));
  const auto claim = claim_of(options.file_name.empty() ? path.filename().string() : options.file_name);
  const auto keeps = [&] {
    return found.kind &&
           std::find(claim->kinds.begin(), claim->kinds.end(), *found.kind) != claim->kinds.end();
  };
  if (claim && !keeps() && !found.name.empty()) return fail(wrong_kind(*claim, found.name));
  if (!found.kind) return fail(unknown_kind(found.name));
  return *found.kind;
}

}  // namespace

std::string_view kind_name(TableKind kind) {
  switch (kind) {
    case TableKind::kCsv:
      return "CSV";
    case TableKind::kXlsx:
      return "XLSX";
    case TableKind::kJson:
      return "JSON";
    case TableKind::kNdjson:
      return "NDJSON";
  }
  return "";
}

Result<std::unique_ptr<TableReader>> open_table(const std::filesystem::path& path, ReadOptions options) {
  TRY_ASSIGN(kind, kind_of(path, options));
  switch (kind) {
    case TableKind::kCsv:
      return open_csv(path, options);
    case TableKind::kXlsx:
      return open_xlsx(path, options);
    default:
      return open_json(path, options, kind);
  }
}

Result<std::vector<std::string>> sheet_names(const std::filesystem::path& path, const ReadOptions& options) {
  TRY_ASSIGN(kind, kind_of(path, options));
  if (kind != TableKind::kXlsx) return std::vector<std::string>();
  return xlsx_sheets(path, options);
}

}  // namespace opsflux::tabular
