// The composition root: makes every part of the server and joins them. The only place that knows all.
#pragma once

#include <memory>
#include <string>

#include "host/base/config.hpp"
#include "host/base/error.hpp"
#include "host/modules/installer.hpp"
#include "host/services/i18n/catalog.hpp"
#include "host/store/key_ring.hpp"

namespace opsflux::identity {
class Identity;
}

namespace opsflux::cli {

class Application {
 public:
  enum class Purpose : std::uint8_t {
    kCommand,  // offline commands: no web application
    kServe,
    kKeys,     // a command that changes keys: refused while a server runs on the database
    kLostKey,  // the same, with new keys in place of those whose master key is lost
  };
  // Opens the database, brings its schema up, loads the active modules. Serves nothing yet.
  static Result<std::unique_ptr<Application>> open(const Config& config, Purpose purpose = Purpose::kCommand);
  ~Application();

  // Starts listening; opened for kServe. Gives the one-time set-up link of a new instance, else empty.
  Result<std::string> serve();
  std::string address() const;  // "http://127.0.0.1:8080"
  // Finishes what runs, then closes. Idempotent.
  void stop();

  modules::Installer& installer();
  identity::Identity& identity();
  store::Database& database();
  const entities::Audit& audit() const;
  store::KeyRing& keys();
  Result<void> check_files() const;  // whether every file has its content
  std::shared_ptr<const i18n::Catalog> texts() const;
  // Waits until the operation has ended and gives its last state.
  Result<modules::Operation> wait_for(const std::string& operation_id);

 private:
  struct Parts;
  explicit Application(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

// The folder of what ships beside the program: texts, migrations, the web application.
std::filesystem::path resources_folder(const Config& config);

}  // namespace opsflux::cli
