#include "host/package/requirements.hpp"

namespace opsflux::package {
namespace {

class Requirements {
 public:
  Requirements(const Package& package, const HostFacts& host)
      : package_(package), m_(package.manifest()), host_(host) {}

  std::vector<Error> run() {
    check_host();
    check_library();
    check_dependencies();
    check_dependents();
    check_name();
    return std::move(errors_);
  }

 private:
  void add(Error error) { errors_.push_back(std::move(error)); }

  void check_host() {
    if (!m_.host.contains(host_.version))
      add(Error::invalid("package.host_version", m_.id + " " + to_string(m_.version) + " needs OpsFlux " +
                                                     m_.host.text() + "; this is " +
                                                     to_string(host_.version) + ".")
              .with("needed", m_.host.text())
              .with("host", to_string(host_.version)));
    if (m_.abi.major != host_.abi.major)
      add(Error::invalid("package.abi_unsupported", m_.id + " was built for the module interface " +
                                                        to_string(m_.abi) + "; this host has " +
                                                        to_string(host_.abi) +
                                                        ", with which it cannot work. It must be built anew.")
              .with("needed", to_string(m_.abi))
              .with("host", to_string(host_.abi)));
    else if (m_.abi.minor > host_.abi.minor)
      add(Error::invalid("package.abi_too_new", m_.id + " was built for the module interface " +
                                                    to_string(m_.abi) + "; this host has " +
                                                    to_string(host_.abi) + " only. Update OpsFlux first.")
              .with("needed", to_string(m_.abi))
              .with("host", to_string(host_.abi)));
    for (const std::string& service : m_.services)
      if (!host_.services.contains(service))
        add(Error::invalid("package.service_unknown",
                           m_.id + " uses the service " + service + ", which this host does not have.")
                .with("service", service));
  }

  void check_library() {
    std::vector<std::string> platforms;
    for (const PackageFile& file : package_.files())
      if (file.name.starts_with("lib/")) platforms.push_back(file.name.substr(4, file.name.rfind('/') - 4));
    if (package_.has(kLibraryName) || (platforms.empty() && !m_.needs_library())) return;
    const std::string here(kPlatform);
    if (platforms.empty())
      add(Error::invalid("package.missing_file",
                         m_.id + " declares functions but has no library " + std::string(kLibraryName) + ".")
              .at(kLibraryName)
              .with("file", kLibraryName));
    else
      add(Error::invalid("package.wrong_platform", m_.id + " was built for " + join(platforms, ", ") +
                                                       "; this host needs " + here + ".")
              .with("platforms", join(platforms, ", "))
              .with("host", here));
  }

  void check_dependencies() {
    for (const ManifestDependency& dependency : m_.depends) {
      const auto it = host_.active_modules.find(dependency.id);
      if (it == host_.active_modules.end())
        add(Error::invalid("package.dependency_missing", m_.id + " needs the module " + dependency.id + " " +
                                                             dependency.version.text() +
                                                             ", which is not active here.")
                .with("module", dependency.id)
                .with("needed", dependency.version.text()));
      else if (!dependency.version.contains(it->second))
        add(Error::invalid("package.dependency_version", m_.id + " needs the module " + dependency.id + " " +
                                                             dependency.version.text() + "; " +
                                                             to_string(it->second) + " is active here.")
                .with("module", dependency.id)
                .with("needed", dependency.version.text())
                .with("active", to_string(it->second)));
    }
  }

  void check_dependents() {
    for (const auto& [id, range] : host_.dependents)
      if (!range.contains(m_.version))
        add(Error::conflict("package.breaks_dependent", "The active module " + id + " needs " + m_.id + " " +
                                                            range.text() + "; this is " +
                                                            to_string(m_.version) +
                                                            ". Update or deactivate " + id + " first.")
                .with("module", id)
                .with("needed", range.text())
                .with("version", to_string(m_.version)));
  }

  // Tables are named <module>_*: "crm" could reach into those of "crm_mail".
  void check_name() {
    for (const std::string& other : host_.known_modules)
      if (other != m_.id && (other.starts_with(m_.id + "_") || m_.id.starts_with(other + "_")))
        add(Error::conflict(
                "package.name_clash",
                "The names " + m_.id + " and " + other +
                    " (which is here already) clash: the tables of one would count as the other's.")
                .with("module", other));
  }

  const Package& package_;
  const Manifest& m_;
  const HostFacts& host_;
  std::vector<Error> errors_;
};

}  // namespace

Result<void> check_requirements(const Package& package, const HostFacts& host) {
  auto errors = Requirements(package, host).run();
  if (errors.empty()) return {};
  if (errors.size() == 1) return fail(std::move(errors.front()));
  Error all =
      Error::invalid("package.requirements", "The package does not fit this host: " + errors.front().message);
  all.causes = std::move(errors);
  return fail(std::move(all));
}

}  // namespace opsflux::package
