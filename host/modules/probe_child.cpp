// What the throw-away process does with a module. It has no secrets, no rows, and limits on memory and time.
#include <sys/resource.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "host/base/json.hpp"
#include "host/base/log.hpp"
#include "host/modules/library.hpp"
#include "host/modules/probe.hpp"
#include "host/store/introspection.hpp"
#include "host/store/scratch.hpp"

namespace opsflux::modules {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kLimitMemory = false;  // the sanitizer's shadow needs more than any limit
#else
constexpr bool kLimitMemory = true;
#endif

// Entities are only written by the module itself here; nobody listens.
class NobodyListens final : public entities::ChangeListener {
 public:
  Result<void> in_transaction(store::Transaction&, const entities::RecordChange&) override { return {}; }
  void committed(std::string_view, std::string_view, std::string_view) override {}
};

class Prober {
 public:
  Prober(const Json& request, int report_fd) : request_(request), fd_(report_fd) {}

  int run() {
    limit();
    auto result = steps();
    if (result) {
      say({{"done", true}});
      return 0;
    }
    const Error& error = result.error();
    Json params = Json::object();
    for (const auto& [key, value] : error.params) params[key] = value;
    say({{"error",
          {{"code", error.code},
           {"message", error.message},
           {"field", error.field},
           {"detail", error.detail},
           {"params", params}}}});
    return 1;
  }

 private:
  void say(const Json& json) const {
    const std::string text = to_text(json) + "\n";
    for (std::size_t done = 0; done < text.size();) {
      const ssize_t n = ::write(fd_, text.data() + done, text.size() - done);
      if (n <= 0) return;
      done += static_cast<std::size_t>(n);
    }
  }
  void line(std::string_view code, const std::string& text, Json params = Json::object()) const {
    say({{"line", code}, {"text", text}, {"params", std::move(params)}});
  }

  void limit() const {
    const auto seconds = static_cast<rlim_t>(request_.value("time_limit_ms", 30'000) / 1000 + 1);
    const rlimit cpu{seconds, seconds + 1}, core{0, 0}, files{256, 256}, file_size{256 << 20, 256 << 20};
    ::setrlimit(RLIMIT_CPU, &cpu);
    ::setrlimit(RLIMIT_CORE, &core);
    ::setrlimit(RLIMIT_NOFILE, &files);
    ::setrlimit(RLIMIT_FSIZE, &file_size);
    const auto bytes = request_.value("memory_limit", std::size_t{1} << 30);
    const rlimit memory{bytes, bytes};
    if (kLimitMemory) ::setrlimit(RLIMIT_DATA, &memory);
  }

  Result<void> steps() {
    TRY_ASSIGN(folder, get_string(request_, "folder", ""));
    TRY_ASSIGN(url, get_string(request_, "database", ""));
    store::DatabaseOptions options;
    options.url = url;
    options.readers = 2;
    options.writers = 1;
    options.durable = false;
    TRY_ASSIGN(database, store::Database::open(options));
    TRY_ASSIGN(package, package::Package::open_folder(folder));
    TRY_ASSIGN(declarations, read_declarations(package, database->dialect()));
    line("declarations", "declarations read");
    TRY(migrations(*database, declarations));
    TRY(database->read([&](store::Session& session) { return check_tables(declarations, session); }));
    line("tables", "entities match their tables");
    const std::filesystem::path code =
        package.has(kLibraryFile) ? std::filesystem::path(folder) / kLibraryFile : std::filesystem::path();
    return lives(*database, declarations, code);
  }

  Result<void> migrations(store::Database& database, const Declarations& declarations) {
    const std::string& id = declarations.manifest->id;
    store::MigrationRunner runner(database, clock_);
    const store::MigrationOwner owner{id, true};
    TRY(database.write_now(
        [&](store::Transaction& transaction) { return store::ensure_owner(transaction, id); }));
    TRY(runner.up(owner, declarations.migrations));
    line("up", "migrations up", {{"count", declarations.migrations.latest()}});
    TRY_ASSIGN(before, describe(database, id));
    TRY(runner.down(owner, 0));
    TRY_ASSIGN(rest, describe(database, id));
    if (rest != "[]")
      return fail(Error::invalid("probe.down_leaves",
                                 "The down migrations leave tables or indexes behind: " + rest + ".")
                      .with("left", rest));
    line("down", "migrations down");
    TRY(runner.up(owner, declarations.migrations));
    TRY_ASSIGN(after, describe(database, id));
    if (before != after)
      return fail(Error::invalid("probe.up_differs", "The migrations make other tables the second time."));
    line("up_again", "migrations up again");
    return {};
  }

  // The module's tables as text, to compare.
  static Result<std::string> describe(store::Database& database, const std::string& id) {
    Json out = Json::array();
    TRY(database.read([&](store::Session& session) -> Result<void> {
      TRY_ASSIGN(tables, store::tables(session, id + "_"));
      for (const auto& table : tables) {
        Json columns = Json::array(), indexes = Json::array();
        for (const auto& column : table.columns)
          columns.push_back({column.name, column.type, column.not_null});
        for (const auto& index : table.indexes) indexes.push_back(index.name);
        out.push_back({{"table", table.name}, {"columns", columns}, {"indexes", indexes}});
      }
      return {};
    }));
    return to_text(out);
  }

  // create, start, stop, destroy three times; what is left over afterwards was leaked.
  Result<void> lives(store::Database& database, const Declarations& declarations,
                     const std::filesystem::path& code) {
    IdSource ids(clock_);
    entities::Audit audit(clock_, ids);
    NobodyListens nobody;
    entities::Engine engine(database, clock_, ids, audit, nobody);
    auto catalog = std::make_shared<entities::Catalog>();
    for (const auto& definition : declarations.definitions) catalog->add(definition);
    catalog->link();
    Runtime runtime{
        engine,
        clock_,
        ids,
        [catalog] { return catalog; },
        [](std::string_view, std::string_view key, std::string_view, const TextParams&) {
          return std::string(key);
        },
        [](std::string_view, const package::ManifestSetting& setting) { return setting.default_json; },
        [](std::string_view, const Caller&) { return false; },
        [&ids](store::Transaction&, const Caller&, const EmittedEvent&) -> Result<std::string> {
          return ids.next();
        }};
    const std::size_t handles_before = handles().live();
    for (int life = 1; life <= 3; ++life) {
      line("start", "start " + std::to_string(life), {{"life", life}});
      TRY_ASSIGN(generation, Generation::start(runtime, declarations.manifest, code, nullptr, catalog));
      line("stop", "stop " + std::to_string(life), {{"life", life}});
      TRY(generation->stop());
    }
    if (handles().live() != handles_before)
      return fail(Error::invalid("probe.leaks_handles",
                                 "The module leaves " + std::to_string(handles().live() - handles_before) +
                                     " handles behind when it is stopped."));
    line("lives", "started and stopped three times, no handle left");
    return {};
  }

  const Json& request_;
  const int fd_;
  SystemClock clock_;
};

}  // namespace

int probe_main(const std::string& request, int report_fd) {
  const auto json = parse_json(request);
  if (!json) return 2;
  return Prober(*json, report_fd).run();
}

}  // namespace opsflux::modules
