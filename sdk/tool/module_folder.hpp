// A module's source folder, seen as the package it will become.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "host/base/error.hpp"
#include "host/package/manifest.hpp"
#include "host/package/package_writer.hpp"

namespace opsflux::sdk {

struct FolderOptions {
  std::filesystem::path folder;
  std::filesystem::path library;  // empty: build/modules/<id>/module.so in the folder, when it is there
  std::filesystem::path
      web;  // folder of the built front end; empty: build/modules/<id>/web, web/dist, or web
};

struct ModuleFolder {
  package::Manifest manifest;
  package::PackageFiles files;  // as they will stand in the package, META/module.json too
  bool has_library = false;
  bool has_web = false;  // the front end is built (or there is none to build)
};

// Reads what belongs in the package: manifest.json, the files of the known folders (tests/ without C++
// sources; nothing whose name begins with a dot), the library, the built front end. A name that a package
// may not have is refused ("package.bad_name", naming the file); an invalid manifest too.
Result<ModuleFolder> read_module_folder(const FolderOptions& options);

}  // namespace opsflux::sdk
