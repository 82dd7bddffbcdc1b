// The records of a query as a file: CSV, JSON, one JSON object a line, a workbook (XLSX) or a PDF. Rows go
// from the database into the file as they come, so that a million take no more memory than one.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "host/base/files.hpp"
#include "host/entities/engine.hpp"

namespace opsflux::entities {

enum class ExportFormat : std::uint8_t { kCsv, kJson, kNdjson, kXlsx, kPdf };

struct ExportOptions {
  ExportFormat format = ExportFormat::kCsv;
  char separator = ',';               // of CSV: , ; or a tab
  std::function<bool()> cancelled{};  // asked now and then; true ends it with "entity.export_cancelled"
};

struct ExportFile {
  FileDescriptor file;  // without a name: gone with its last descriptor
  std::uint64_t size = 0, rows = 0;
};

// All records that `query` finds, in its order; its pages and totals do not matter. Blocks for the database.
// The export itself is audited. A text that a spreadsheet would take for a formula is preceded by an
// apostrophe in CSV.
Result<ExportFile> export_records(Engine& engine, const Catalog& catalog, const EntityEntry& entity,
                                  const Caller& caller, ListQuery query, const ExportOptions& options);

}  // namespace opsflux::entities
