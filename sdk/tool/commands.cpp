#include "sdk/tool/commands.hpp"

#include <CLI/CLI.hpp>

#include "host/base/files.hpp"
#include "sdk/tool/key_commands.hpp"
#include "sdk/tool/lint.hpp"
#include "sdk/tool/new_module.hpp"
#include "sdk/tool/pack.hpp"
#include "sdk/tool/report.hpp"

namespace opsflux::sdk {
namespace {

namespace fs = std::filesystem;

// One function a command: declares its options on the subcommand and gives what runs after parsing.
class Commands {
 public:
  Commands(CLI::App& app, const Clock& clock, fs::path source, Report& report)
      : app_(app), clock_(clock), source_(std::move(source)), report_(report) {}

  void declare() {
    declare_new();
    declare_build();
    declare_lint();
    declare_pack();
    declare_keygen();
    declare_sign();
    declare_verify();
    declare_rotate();
    declare_revoke();
  }

  int result = kOk;

 private:
  // Adds a subcommand that ends with the exit code of `run`.
  void on(CLI::App* command, std::function<Result<void>()> run) {
    command->callback([this, run = std::move(run)] {
      if (const auto done = run(); !done) {
        report_.refuse(done.error());
        result = kRefused;
      }
    });
  }

  void declare_new() {
    auto* command = app_.add_subcommand("new", "Make a module from the template");
    command->add_option("id", id_, "The module's id, for instance fleet")->required();
    command->add_option("--dir", folder_, "Folder to make (default: ./<id>)");
    command->add_option("--template", template_, "Template folder (default: that of the SDK)");
    on(command, [this]() -> Result<void> {
      if (template_.empty()) {
        TRY_ASSIGN(sdk, find_sdk(source_));
        template_ = template_of(sdk);
      }
      if (folder_.empty()) folder_ = id_;
      TRY_ASSIGN(files, new_module(id_, template_, folder_));
      report_.done("Made the module " + id_ + " in " + folder_.string() + " (" +
                       std::to_string(files.size()) + " files).",
                   {{"module", id_}, {"folder", folder_.string()}, {"files", files}});
      return {};
    });
  }

  void declare_build() {
    auto* command = app_.add_subcommand("build", "Build a module's library and front end");
    command->add_option("folder", folder_, "The module's folder")->default_str(".");
    command->add_option("--type", build_type_, "CMake build type")->default_str("Release");
    command->add_option("--sdk", sdk_, "Folder of the SDK (default: the one this program belongs to)");
    on(command, [this]() -> Result<void> {
      if (sdk_.empty()) {
        TRY_ASSIGN(found, find_sdk(source_));
        sdk_ = found;
      }
      if (folder_.empty()) folder_ = ".";
      TRY(build_module(folder_, sdk_, build_type_));
      report_.done("Built " + folder_.string() + ".", {{"folder", folder_.string()}});
      return {};
    });
  }

  void add_folder_options(CLI::App* command) {
    command->add_option("--library", options_.library,
                        "The built library (default: build/modules/<id>/module.so in the folder)");
    command->add_option("--web", options_.web,
                        "Folder of the built front end (default: build/modules/<id>/web, web/dist or web)");
  }

  void declare_lint() {
    auto* command = app_.add_subcommand("lint", "Say what is wrong with a module's folder or package");
    command->add_option("path", options_.folder, "Folder or ZIP")->default_str(".");
    add_folder_options(command);
    on(command, [this]() -> Result<void> {
      if (options_.folder.empty()) options_.folder = ".";
      TRY_ASSIGN(findings, lint(options_));
      report_.findings(findings);
      if (has_errors(findings)) result = kRefused;
      return {};
    });
  }

  void declare_pack() {
    auto* command = app_.add_subcommand("pack", "Make the unsigned package of a module");
    command->add_option("--module", options_.folder, "The module's folder")->default_str(".");
    add_folder_options(command);
    command->add_option("--out", out_, "The ZIP to write (default: <id>-<version>.zip)");
    on(command, [this]() -> Result<void> {
      if (options_.folder.empty()) options_.folder = ".";
      TRY_ASSIGN(packed, pack(options_, out_));
      report_.done("Packed " + packed.module + " " + packed.version + " into " + out_.string() + " (" +
                       std::to_string(packed.bytes) + " bytes).",
                   {{"package", out_.string()},
                    {"module", packed.module},
                    {"version", packed.version},
                    {"digest", packed.digest},
                    {"bytes", packed.bytes},
                    {"files", packed.files}});
      return {};
    });
  }

  void declare_keygen() {
    auto* command = app_.add_subcommand("keygen", "Make a key: the private one, and <out>.key.json to enrol");
    command->add_option("--out", out_, "File of the private key (mode 0600)")->required();
    command->add_option("--name", name_, "Name of the signer")->default_str("This machine");
    command->add_option("--level", level_, "Suggested trust level")
        ->default_str("development")
        ->check(CLI::IsMember({"core", "verified", "community", "private", "development"}));
    command->add_option("--publisher", publisher_, "The only publisher id it signs for");
    command->add_flag("--signs-revocations", signs_revocations_, "May sign revocation lists");
    on(command, [this]() -> Result<void> {
      TRY_ASSIGN(key,
                 keygen({out_, name_, *package::parse_trust_level(level_), publisher_, signs_revocations_},
                        clock_.now()));
      report_.done("Made the key " + key.id + ".",
                   {{"key_id", key.id}, {"private", out_.string()}, {"public", out_.string() + ".key.json"}});
      return {};
    });
  }

  void declare_sign() {
    auto* command = app_.add_subcommand("sign", "Sign a package");
    command->add_option("package", zip_, "The ZIP")->required();
    command->add_option("--key", key_, "The private key")->required();
    command->add_option("--out", out_, "Where to write (default: the package itself)");
    on(command, [this]() -> Result<void> {
      if (out_.empty()) out_ = zip_;
      TRY_ASSIGN(id, sign(zip_, key_, out_, clock_.now()));
      report_.done("Signed " + out_.string() + " with the key " + id + ".",
                   {{"package", out_.string()}, {"key_id", id}});
      return {};
    });
  }

  void declare_verify() {
    auto* command = app_.add_subcommand("verify", "Verify a package as a host would");
    command->add_option("package", zip_, "The ZIP")->required();
    command->add_option("--trust", trust_, "Trust folder, or one public key file")->required();
    on(command, [this]() -> Result<void> {
      TRY_ASSIGN(verdict, verify_file(zip_, trust_));
      report_.verdict(zip_, verdict);
      return {};
    });
  }

  void declare_rotate() {
    auto* command = app_.add_subcommand("rotate", "State that a new key succeeds an old one");
    command->add_option("--key", key_, "The old private key")->required();
    command->add_option("--new", public_, "The new public key file")->required();
    command->add_option("--out", out_, "The statement to write")->required();
    on(command, [this]() -> Result<void> {
      TRY(rotate(key_, public_, out_, clock_.now()));
      report_.done("Wrote the statement " + out_.string() + ".", {{"statement", out_.string()}});
      return {};
    });
  }

  void declare_revoke() {
    auto* command = app_.add_subcommand("revoke", "Add an entry to a signed revocation list");
    command->add_option("--key", key_, "The private key that signs the list")->required();
    command->add_option("--list", out_, "The list; made when it does not exist")->required();
    auto* what = command->add_option_group("what", "What is revoked");
    what->add_option("--key-id", entry_.key_id, "A key");
    what->add_option("--digest", entry_.digest, "The content of one package");
    what->add_option("--module", entry_.module, "A module");
    what->require_option(1);
    command->add_option("--versions", versions_, "Range of the module's versions")->default_str("*");
    command->add_option("--grade", grade_, "How strictly")
        ->default_str("quarantine")
        ->check(CLI::IsMember({"warn", "no_new_install", "quarantine"}));
    command->add_option("--reason", entry_.reason, "A sentence for administrators")->required();
    on(command, [this]() -> Result<void> {
      TRY_ASSIGN(range, package::VersionRange::parse(versions_));
      entry_.versions = range;
      entry_.grade = *package::parse_revocation_grade(grade_);
      TRY_ASSIGN(list, revoke({key_, out_, entry_}, clock_.now()));
      report_.done("Wrote version " + std::to_string(list.version) + " of " + out_.string() + " (" +
                       std::to_string(list.entries.size()) + " entries).",
                   {{"list", out_.string()}, {"version", list.version}, {"entries", list.entries.size()}});
      return {};
    });
  }

  CLI::App& app_;
  const Clock& clock_;
  const fs::path source_;
  Report& report_;
  FolderOptions options_;
  fs::path folder_, template_, sdk_, out_, zip_, key_, public_, trust_;
  std::string id_, build_type_ = "Release", name_ = "This machine", level_ = "development", publisher_,
                   versions_ = "*", grade_ = "quarantine";
  bool signs_revocations_ = false;
  package::Revocation entry_;
};

}  // namespace

int run_command(int argc, const char* const* argv, const Clock& clock, const fs::path& sdk_source,
                std::ostream& out, std::ostream& err) {
  CLI::App app{"Builds, checks, packs and signs modules of OpsFlux.", "opsflux-sdk"};
  bool json = false;
  app.add_flag("--json", json, "Answer in JSON");
  app.require_subcommand(1);
  app.fallthrough();
  Report report(json, out, err);
  Commands commands(app, clock, sdk_source, report);
  commands.declare();
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error, out, err) == 0 ? kOk : kUsage;
  }
  report.finish();
  return commands.result;
}

}  // namespace opsflux::sdk
