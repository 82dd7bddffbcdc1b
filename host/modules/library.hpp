// Modules on disk: <data>/modules/<digest>/, never changed once written, verified at every load.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "host/modules/registry.hpp"
#include "host/package/package.hpp"
#include "host/package/requirements.hpp"
#include "host/package/trust_store.hpp"
#include "host/package/verify.hpp"
#include "host/store/migrations.hpp"

namespace opsflux::modules {

inline constexpr std::string_view kLibraryFile = package::kLibraryName;

struct TrustPolicy {
  bool development = false;  // takes packages that only a development key has signed
};

struct ModuleFace {
  std::shared_ptr<const package::Manifest> manifest;
  Translations translations;
};

// A package that was verified, and by whose signature.
struct VerifiedPackage {
  package::Package package;
  package::Verdict verdict;
};

class ModuleLibrary {
 public:
  // `folder` must exist; `trust` gives the current store.
  ModuleLibrary(std::filesystem::path folder,
                std::function<std::shared_ptr<const package::TrustStore>()> trust, TrustPolicy policy)
      : folder_(std::move(folder)), trust_(std::move(trust)), policy_(policy) {}

  std::filesystem::path path_of(std::string_view digest) const { return folder_ / digest; }
  bool has(std::string_view digest) const;
  // Unpacks into a folder beside and renames it: either all of it is there or nothing.
  Result<void> stage(const package::Package& package) const;
  Result<void> remove(std::string_view digest) const;
  // Removes half-unpacked folders and those whose digest is not in `keep`. At start.
  Result<void> sweep(const std::vector<std::string>& keep) const;

  // "package.development_key" and what package::verify refuses.
  Result<package::Verdict> verify(const package::Package& package, package::Purpose purpose) const;
  // How an installed module presents itself, also while it is inactive or cannot be loaded. Nothing of it is
  // run, and its signature is not looked at.
  Result<ModuleFace> face(std::string_view digest) const;
  // Opens and verifies what was staged; the error names the first file that differs.
  Result<VerifiedPackage> open(std::string_view digest, package::Purpose purpose) const;

 private:
  std::filesystem::path folder_;
  std::function<std::shared_ptr<const package::TrustStore>()> trust_;
  const TrustPolicy policy_;
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

// Reads, verifies and starts a module from its folder. `others`: what it will stand beside, so that it sees
// their entities and its own while it starts.
struct ModuleStart {
  const ModuleLibrary& library;
  Runtime& runtime;
  Executor* control;  // stops the module when its last owner has let go
  const std::vector<CoreService>& core;
  const entities::CustomFields& custom;
};
Result<std::shared_ptr<const ActiveModule>> start_module(
    const ModuleStart& start, std::string_view digest,
    const std::vector<std::shared_ptr<const ActiveModule>>& others);

}  // namespace opsflux::modules
