#include "sdk/tool/lint.hpp"

#include "host/base/text.hpp"
#include "host/package/elf.hpp"
#include "host/package/package.hpp"
#include "host/package/requirements.hpp"

namespace opsflux::sdk {
namespace {

namespace fs = std::filesystem;

void add_error(Findings& out, const Error& error) {
  if (error.causes.empty()) {
    out.push_back({Severity::kError, error.field, error.code, error.message});
    return;
  }
  for (const Error& cause : error.causes) add_error(out, cause);
}

void append(Findings& out, Findings more) {
  out.insert(out.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

// What is built later does not count as missing.
Findings check_files(const ModuleFolder& module) {
  std::set<std::string, std::less<>> names;
  std::vector<std::string> actions;
  for (const auto& [name, content] : module.files) {
    names.insert(name);
    if (!name.starts_with("entities/") || !name.ends_with(".json")) continue;
    for (std::string& one : package::actions_of(name.substr(9, name.size() - 14), content))
      actions.push_back(std::move(one));
  }
  if (!module.has_web && module.manifest.web) {
    names.insert("web/" + module.manifest.web->entry);
    for (const std::string& style : module.manifest.web->styles) names.insert("web/" + style);
  }
  Findings out;
  if (const auto checked = package::check_manifest_files(module.manifest, names, "manifest.json", actions);
      !checked)
    add_error(out, checked.error());
  if (!module.has_web)
    out.push_back({Severity::kWarning, "web/", "lint.not_built",
                   "The front end is not built yet, so it was not looked at."});
  if (!module.has_library && module.manifest.needs_library())
    out.push_back({Severity::kWarning, std::string(package::kLibraryName), "lint.not_built",
                   "The library is not built yet, so it was not looked at."});
  return out;
}

Result<ModuleFolder> read_package(const fs::path& zip) {
  TRY_ASSIGN(package, package::Package::open(zip));
  TRY(package.check_content());
  ModuleFolder out;
  out.manifest = package.manifest();
  for (const package::PackageFile& file : package.files()) {
    TRY_ASSIGN(content, package.read(file.name));
    out.files.emplace(file.name, std::move(content));
  }
  out.has_library = package.has(package::kLibraryName);
  out.has_web = true;
  return out;
}

}  // namespace

bool has_errors(const Findings& findings) {
  return std::any_of(findings.begin(), findings.end(),
                     [](const Finding& f) { return f.severity == Severity::kError; });
}

Result<Findings> lint(const FolderOptions& options) {
  std::error_code ec;
  if (!fs::exists(options.folder, ec))
    return fail(Error::not_found("file.missing", options.folder.string() + " does not exist.")
                    .at(options.folder.string()));
  auto module =
      fs::is_directory(options.folder, ec) ? read_module_folder(options) : read_package(options.folder);
  Findings out;
  if (!module) {
    if (module.error().code == "sdk.no_module") return fail(std::move(module).error());
    add_error(out, module.error());
    return out;
  }
  append(out, check_files(*module));
  append(out, lint_entities(module->manifest, module->files));
  append(out, lint_migrations(module->files));
  append(out, lint_translations(module->manifest, module->files));
  append(out, lint_triggers(module->manifest, module->files));
  append(out, lint_module_library(module->manifest, module->files));
  return out;
}

Findings lint_triggers(const package::Manifest& manifest, const package::PackageFiles& files) {
  Findings out;
  for (const auto& [name, content] : files) {
    if (!name.starts_with("triggers/")) continue;
    const bool declared = std::any_of(manifest.triggers.begin(), manifest.triggers.end(),
                                      [&, &file = name](const auto& t) { return t.file == file; });
    if (!declared)
      out.push_back({Severity::kWarning, name, "lint.undeclared_trigger",
                     "The manifest does not name this trigger, so it never runs."});
    if (!is_utf8(content) || has_nul(content))
      out.push_back({Severity::kError, name, "lint.not_text", "A trigger must be UTF-8 text."});
  }
  return out;
}

Findings lint_module_library(const package::Manifest& manifest, const package::PackageFiles& files) {
  Findings out;
  const auto it = files.find(std::string(package::kLibraryName));
  if (it == files.end()) return out;
  const auto found = package::lint_library(it->second, manifest.id, manifest.version);
  if (!found) {
    out.push_back({Severity::kError, it->first, found.error().code, found.error().message});
    return out;
  }
  for (const Error& error : *found) out.push_back({Severity::kError, it->first, error.code, error.message});
  const auto library = package::read_elf(it->second);
  if (library && library->note && library->note->abi != manifest.abi)
    out.push_back({Severity::kError, it->first, "elf.note_mismatch",
                   "The library was built for the module interface " + to_string(library->note->abi) +
                       "; the manifest says " + to_string(manifest.abi) + "."});
  return out;
}

}  // namespace opsflux::sdk
