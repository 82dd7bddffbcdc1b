// opsflux-sdk lint: everything that can be said about a module without running it.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "host/base/error.hpp"
#include "sdk/tool/module_folder.hpp"

namespace opsflux::sdk {

enum class Severity : std::uint8_t { kError, kWarning };

struct Finding {
  Severity severity = Severity::kError;
  std::string file;  // with JSON pointer, line or nothing behind "#"
  std::string code;
  std::string message;  // says what would be right
};

using Findings = std::vector<Finding>;

// A module's folder or a package (.zip). An error only when neither can be read at all; an invalid manifest
// is a finding.
Result<Findings> lint(const FolderOptions& options);

// The single parts, on files as they stand in a package.
Findings lint_entities(const package::Manifest& manifest, const package::PackageFiles& files);
Findings lint_migrations(const package::PackageFiles& files);
Findings lint_translations(const package::Manifest& manifest, const package::PackageFiles& files);
Findings lint_triggers(const package::Manifest& manifest, const package::PackageFiles& files);
Findings lint_module_library(const package::Manifest& manifest, const package::PackageFiles& files);

// Every translation key that a module must have by convention, sorted.
std::vector<std::string> required_keys(const package::Manifest& manifest, const package::PackageFiles& files);

bool has_errors(const Findings& findings);

}  // namespace opsflux::sdk
