#include "sdk/tool/module_folder.hpp"

#include "host/base/files.hpp"
#include "host/package/digests.hpp"
#include "host/package/requirements.hpp"
#include "host/package/zip_reader.hpp"

namespace opsflux::sdk {
namespace {

namespace fs = std::filesystem;

bool is_source(const fs::path& path) {
  static const std::set<std::string> kSources = {".cpp", ".cc", ".c", ".hpp", ".h", ".txt", ".md"};
  return kSources.contains(path.extension().string());
}

// Adds all files below `folder` under `prefix`. Links are followed nowhere: they are refused.
Result<void> add_tree(const fs::path& folder, const std::string& prefix,
                      const std::function<bool(const fs::path&)>& wanted, package::PackageFiles& files) {
  std::error_code ec;
  auto it = fs::recursive_directory_iterator(folder, ec);
  for (; !ec && it != fs::recursive_directory_iterator(); it.increment(ec)) {
    if (it->path().filename().string().starts_with('.') || !wanted(it->path())) {
      it.disable_recursion_pending();
      continue;
    }
    if (it->is_symlink(ec))
      return fail(Error::invalid("package.link",
                                 it->path().string() + " is a link; a package has regular files only.")
                      .at(it->path().string()));
    if (it->is_directory(ec)) continue;
    const std::string name = prefix + it->path().lexically_relative(folder).generic_string();
    TRY(package::check_entry_name(name));
    TRY_ASSIGN(content, read_file(it->path()));
    files.emplace(name, std::move(content));
  }
  if (ec) return fail(file_error(ec.value(), folder, "list"));
  return {};
}

Result<void> add_library(const FolderOptions& options, const std::string& id, ModuleFolder& out) {
  const fs::path built = options.folder / "build" / "modules" / id / "module.so";
  const fs::path path = options.library.empty() ? built : options.library;
  if (options.library.empty() && !fs::exists(built)) return {};
  TRY_ASSIGN(bytes, read_file(path, 256 << 20));
  out.files.emplace(package::kLibraryName, std::move(bytes));
  out.has_library = true;
  return {};
}

Result<void> add_web(const FolderOptions& options, ModuleFolder& out) {
  if (!out.manifest.web) {
    out.has_web = true;
    return {};
  }
  std::vector<fs::path> places = {options.web};
  if (options.web.empty())
    places = {options.folder / "build" / "modules" / out.manifest.id / "web", options.folder / "web" / "dist",
              options.folder / "web"};
  for (const fs::path& place : places) {
    if (options.web.empty() && !fs::exists(place / out.manifest.web->entry)) continue;
    out.has_web = true;
    return add_tree(
        place, "web/",
        [](const fs::path& path) { return path.filename() != "node_modules" && path.filename() != "src"; },
        out.files);
  }
  return {};
}

}  // namespace

Result<ModuleFolder> read_module_folder(const FolderOptions& options) {
  ModuleFolder out;
  const fs::path manifest_path = options.folder / "manifest.json";
  std::error_code ec;
  if (!fs::exists(manifest_path, ec))
    return fail(Error::not_found("sdk.no_module", "There is no manifest.json in " + options.folder.string() +
                                                      ", so it is no module's folder.")
                    .at(manifest_path.string()));
  TRY_ASSIGN(text, read_file(manifest_path, 1 << 20));
  TRY_ASSIGN(manifest, package::parse_manifest(text, "manifest.json"));
  out.manifest = std::move(manifest);
  out.files.emplace(package::kManifestName, std::move(text));
  for (const std::string& folder : package::package_folders()) {
    if (folder == "lib" || folder == "web" || !fs::is_directory(options.folder / folder, ec)) continue;
    const bool tests = folder == "tests";
    TRY(add_tree(
        options.folder / folder, folder + "/",
        [&](const fs::path& path) { return !tests || !is_source(path); }, out.files));
  }
  TRY(add_library(options, out.manifest.id, out));
  TRY(add_web(options, out));
  return out;
}

}  // namespace opsflux::sdk
