// The probe: a package is run in a throw-away process, on a throw-away database with the same schema and
// no rows, before anything of it touches the real one.
#pragma once

#include <chrono>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "host/base/error.hpp"
#include "host/base/json.hpp"
#include "host/store/database.hpp"

namespace opsflux::modules {

struct ProbeOptions {
  std::filesystem::path program;      // the server's own binary; it is run as `<program> probe`
  std::filesystem::path temp_folder;  // for the throw-away database
  std::chrono::milliseconds time_limit{30'000};
  std::size_t memory_limit = 1 << 30;  // bytes of data the process may map
};

struct ProbeLine {
  std::string code;  // "up"
  Json params = Json::object();
  std::string text;  // English, for errors that say after what they happened
};
struct ProbeReport {
  std::vector<ProbeLine> lines;  // what was done, for the journal
};

// Runs the probe of the module unpacked in `folder` and waits for it. A crash, a hang, too much memory, a
// `down` that does not undo its `up`, a leaked handle, a failed start: each is an error "probe.…" that says
// so.
Result<ProbeReport> run_probe(store::Database& beside, const std::filesystem::path& folder,
                              const ProbeOptions& options);

// The other side: what the throw-away process does. Reads the request from `request` (JSON), writes the
// report as JSON to file descriptor `report_fd`, returns the exit code.
int probe_main(const std::string& request, int report_fd);

}  // namespace opsflux::modules
