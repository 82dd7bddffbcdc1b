// Modules on disk: <data>/modules/<digest>/, never changed once written, verified at every load.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "host/modules/registry.hpp"
#include "host/package/package.hpp"
#include "host/package/trust_store.hpp"
#include "host/package/verify.hpp"
#include "host/store/migrations.hpp"

namespace opsflux::modules {

inline constexpr std::string_view kLibraryFile = "lib/linux-x86_64/module.so";

class ModuleLibrary {
 public:
  // `folder` must exist; `trust` gives the current store.
  ModuleLibrary(std::filesystem::path folder, std::function<std::shared_ptr<const package::TrustStore>()> trust)
      : folder_(std::move(folder)), trust_(std::move(trust)) {}

  std::filesystem::path path_of(std::string_view digest) const { return folder_ / digest; }
  bool has(std::string_view digest) const;
  // Unpacks into a folder beside and renames it: either all of it is there or nothing.
  Result<void> stage(const package::Package& package) const;
  Result<void> remove(std::string_view digest) const;
  // Removes half-unpacked folders and those whose digest is not in `keep`. At start.
  Result<void> sweep(const std::vector<std::string>& keep) const;

  Result<package::Verdict> verify(const package::Package& package, package::Purpose purpose) const;
  // Opens and verifies what was staged; the error names the first file that differs.
  Result<package::Package> open(std::string_view digest, package::Purpose purpose) const;

 private:
  std::filesystem::path folder_;
  std::function<std::shared_ptr<const package::TrustStore>()> trust_;
};

// What a package declares, parsed and checked; nothing is run.
struct Declarations {
  std::shared_ptr<const package::Manifest> manifest;
  std::vector<std::shared_ptr<const entities::Definition>> definitions;
  std::vector<TriggerScript> triggers;
  Translations translations;
  store::MigrationSet migrations;
};
Result<Declarations> read_declarations(const package::Package& package, store::Dialect dialect);

// Whether each entity's table is there with the columns that its definition needs.
Result<void> check_tables(const Declarations& declarations, store::Session& session);

// Reads, verifies and starts a module from its folder.
Result<std::shared_ptr<const ActiveModule>> start_module(const ModuleLibrary& library, std::string_view digest, Runtime& runtime, Executor* control);

}  // namespace opsflux::modules
