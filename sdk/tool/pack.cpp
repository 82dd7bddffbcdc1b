#include "sdk/tool/pack.hpp"

#include "host/base/files.hpp"
#include "host/package/elf.hpp"
#include "host/package/requirements.hpp"

namespace opsflux::sdk {
namespace {

namespace fs = std::filesystem;

Result<void> check_library(const ModuleFolder& module) {
  const auto it = module.files.find(std::string(package::kLibraryName));
  if (it == module.files.end()) {
    if (!module.manifest.needs_library()) return {};
    return fail(Error::invalid("package.missing_file",
                               module.manifest.id + " declares functions, but its library is not there: "
                                                    "build it first (opsflux-sdk build), or give --library.")
                    .at(package::kLibraryName));
  }
  TRY_ASSIGN(findings, package::lint_library(it->second, module.manifest.id, module.manifest.version));
  if (findings.empty()) return {};
  Error error = std::move(findings.front());
  error.field = std::string(package::kLibraryName);
  if (findings.size() > 1)
    error.causes.assign(std::make_move_iterator(findings.begin() + 1),
                        std::make_move_iterator(findings.end()));
  return fail(std::move(error));
}

}  // namespace

Result<Packed> pack(const FolderOptions& options, fs::path& out) {
  TRY_ASSIGN(module, read_module_folder(options));
  TRY(check_library(module));
  TRY_ASSIGN(zip, package::write_package(module.files));
  TRY_ASSIGN(package, package::Package::open_bytes(zip));  // what a host would say
  if (out.empty()) out = module.manifest.id + "-" + package::to_string(module.manifest.version) + ".zip";
  TRY(write_file_atomic(out, zip));
  return Packed{module.manifest.id, package::to_string(module.manifest.version), package.digest(), zip.size(),
                package.files().size()};
}

Result<std::string> sign(const fs::path& zip, const fs::path& key_path, const fs::path& out, UtcNs now) {
  TRY_ASSIGN(key, package::SigningKey::load(key_path));
  TRY_ASSIGN(bytes, read_file(zip, package::ZipLimits{}.max_file_bytes));
  TRY_ASSIGN(signed_bytes, package::sign_package(bytes, key, now));
  TRY(write_file_atomic(out, signed_bytes));
  return key.id();
}

Result<package::Verdict> verify_file(const fs::path& zip, const fs::path& trust_path) {
  package::TrustStore trust;
  std::error_code ec;
  if (fs::is_regular_file(trust_path, ec)) {
    TRY_ASSIGN(bytes, read_file(trust_path, 64 << 10));
    TRY_ASSIGN(key, package::parse_key(bytes));
    TRY(trust.enrol(key));
  } else {
    if (!fs::is_directory(trust_path, ec)) return fail(file_error(ENOENT, trust_path, "open"));
    TRY_ASSIGN(opened, package::TrustStore::open(trust_path));
    trust = std::move(opened);
  }
  TRY_ASSIGN(package, package::Package::open(zip));
  return package::verify(package, trust);
}

}  // namespace opsflux::sdk
