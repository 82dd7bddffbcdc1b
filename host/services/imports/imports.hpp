// Imports: a table that somebody brings becomes records of an entity, in the background.
//
// A file is received and looked at; the person says what its columns mean; a run tries all rows first, or
// writes those that are good; what it did can be undone. What a run is at stands in import_run, so that it is
// found again after a restart. Runs are carried out one after another, with the rights of whoever started
// them.
#pragma once

#include <atomic>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "host/base/executor.hpp"
#include "host/entities/importer.hpp"
#include "host/modules/registry.hpp"
#include "host/services/i18n/catalog.hpp"
#include "host/services/imports/mappings.hpp"
#include "host/services/live/live_hub.hpp"

namespace opsflux::imports {

struct Parts {
  entities::Engine& engine;
  const modules::RegistryHolder& registry;
  const i18n::Translator& translator;
  live::LiveHub& hub;
  std::filesystem::path folder;  // of the files that wait, and of the lists of errors
};

// Row of import_run.
struct Run {
  std::string id, entity, file_name,
      state;  // uploaded, running, done, failed, cancelled, interrupted, undone
  Json file, plan, counts, error;
  std::string created_at, created_by, finished_at;
};

Json to_json(const Run& run);

// Safe from any thread. What `parts` refers to must outlive it.
class Imports {
 public:
  // Runs that a stop of the server has cut off are marked so.
  static Result<std::unique_ptr<Imports>> open(Parts parts);
  ~Imports();

  // Takes the file over. The answer tells what the file is, its first rows, and what its columns probably
  // mean. Of a workbook whose first sheet cannot be read, but which has others, it tells its sheets, and as
  // "error" what is wrong; "preview" is null.
  Result<Json> receive(const Caller& caller, std::string_view entity, std::string_view file_name,
                       const std::filesystem::path& file);
  // Looks at the file once more: {"sheet","separator","encoding"}, all optional. The same answer.
  Result<Json> preview(const Caller& caller, std::string_view id, const Json& body);
  // {"mapping":{"<header>":"<field>"|null},"key":["code"],"mode":"all"|"skip","decimal":"point"|"comma",
  //  "dates":"ymd"|"dmy"|"mdy","separator","encoding","sheet"}. `check`: only tries the rows.
  Result<Run> start(const Caller& caller, std::string_view id, const Json& body, bool check);
  Result<Run> cancel(const Caller& caller, std::string_view id);
  // Removes the records that the run made and gives the others their values back, as long as nobody changed
  // them since. Blocks.
  Result<Run> undo(const Caller& caller, std::string_view id);
  // Takes back, in the background, what all-or-nothing runs had written when the server was killed. Once the
  // registry is there.
  Result<void> take_back_interrupted();
  static Result<void> each_run(store::Session& session, std::string_view where, std::vector<Run>& out);
  Result<Run> find(const Caller& caller, std::string_view id) const;
  // The caller's, newest first, at most 100; with `entity` only those into it.
  Result<std::vector<Run>> list(const Caller& caller, std::string_view entity) const;
  // The rows that were refused, as CSV; empty where there are none.
  std::filesystem::path errors_of(const Run& run) const;
  // Forgets runs that are older, with their files.
  Result<void> prune(UtcNs before);
  Mappings& mappings() { return mappings_; }

 private:
  struct Job;
  explicit Imports(Parts parts);
  Result<Json> look(const entities::EntityEntry& entity, const Caller& caller,
                    const std::filesystem::path& file, const tabular::ReadOptions& options, Run& run) const;
  Result<void> save(const Run& run) const;
  void tell(const Run& run) const;
  void carry_out(Job& job);
  Result<void> count_rows(Job& job) const;
  Result<void> try_all(Job& job);
  Result<void> write_all(Job& job);
  Result<void> each_batch(Job& job, bool dry);
  Result<void> take_back(const Caller& caller, Run& run);
  std::filesystem::path file_of(std::string_view id) const { return parts_.folder / std::string(id); }

  Parts parts_;
  Mappings mappings_;
  std::atomic<bool> stopping_ = false;
  mutable std::mutex mutex_;
  std::map<std::string, std::shared_ptr<std::atomic<bool>>, std::less<>> cancelled_;  // of those that run
  Executor runner_{"imports", 1, 100};
};

// /api/v1/imports, /api/v1/import-mappings and what is below them.
std::vector<http::Route> import_routes(Imports& imports, std::size_t max_upload);

}  // namespace opsflux::imports
