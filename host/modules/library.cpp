#include "host/modules/library.hpp"

#include <nlohmann/json.hpp>

#include "host/automation/sandbox.hpp"
#include "host/base/files.hpp"
#include "host/base/log.hpp"
#include "host/base/text.hpp"
#include "host/package/elf.hpp"
#include "host/store/introspection.hpp"

namespace opsflux::modules {
namespace fs = std::filesystem;
namespace {

bool in_folder(const std::string& name, std::string_view folder, std::string_view ending) {
  return name.starts_with(folder) && name.ends_with(ending);
}

Result<Json> read_json(const package::Package& package, const std::string& name) {
  TRY_ASSIGN(text, package.read(name));
  auto json = parse_json(text);
  if (!json) return fail(std::move(json.error()).at(name));
  return json;
}

Result<void> read_translation(const package::Package& package, const std::string& name, Translations& out) {
  TRY_ASSIGN(json, read_json(package, name));
  if (!json.is_object())
    return fail(Error::invalid("module.bad_translations",
                               "The file " + name + " must be an object of keys and texts.")
                    .at(name)
                    .with("file", name));
  const std::string language = name.substr(5, name.size() - 10);  // i18n/<language>.json
  for (const auto& [key, value] : json.items()) {
    if (!value.is_string())
      return fail(
          Error::invalid("module.bad_translations", "The text of " + key + " in " + name + " is not a text.")
              .at(name + "#/" + key)
              .with("file", name));
    out[language][key] = value.get<std::string>();
  }
  return {};
}

// A reference inside the module must have a target; one to another module may be satisfied later.
Result<void> check_references(const Declarations& declarations) {
  for (const auto& definition : declarations.definitions)
    for (const auto& field : definition->fields) {
      if (!field.to.starts_with(definition->module + ".")) continue;
      const bool found = std::any_of(declarations.definitions.begin(), declarations.definitions.end(),
                                     [&](const auto& other) { return other->name == field.to; });
      if (!found)
        return fail(Error::invalid("definition.unknown_target", "The field " + definition->name + "." +
                                                                    field.name + " refers to " + field.to +
                                                                    ", which the module does not have.")
                        .at("entities/" + definition->entity + ".json")
                        .with("field", field.name)
                        .with("entity", field.to));
    }
  return {};
}

}  // namespace

bool ModuleLibrary::has(std::string_view digest) const {
  std::error_code ec;
  return fs::is_directory(path_of(digest), ec);
}

Result<void> ModuleLibrary::stage(const package::Package& package) const {
  const fs::path target = path_of(package.digest());
  if (has(package.digest())) return {};  // same digest, same bytes; they are verified before each use
  const fs::path beside = target.string() + ".incoming";
  TRY(remove_tree(beside));
  if (auto unpacked = package.unpack(beside); !unpacked) {
    (void)remove_tree(beside);
    return fail(std::move(unpacked.error()));
  }
  std::error_code ec;
  fs::rename(beside, target, ec);
  if (ec) {
    (void)remove_tree(beside);
    return fail(file_error(ec.value(), target, "rename"));
  }
  return sync_folder(folder_);
}

Result<void> ModuleLibrary::remove(std::string_view digest) const { return remove_tree(path_of(digest)); }

Result<void> ModuleLibrary::sweep(const std::vector<std::string>& keep) const {
  std::error_code ec;
  for (const auto& entry : fs::directory_iterator(folder_, ec)) {
    const std::string name = entry.path().filename().string();
    if (std::find(keep.begin(), keep.end(), name) != keep.end()) continue;
    log::info("module.folder_swept", {{"digest", name}});
    TRY(remove_tree(entry.path()));
  }
  if (ec) return fail(file_error(ec.value(), folder_, "read"));
  return {};
}

Result<package::Verdict> ModuleLibrary::verify(const package::Package& package,
                                               package::Purpose purpose) const {
  TRY_ASSIGN(verdict, package::verify(package, *trust_(), purpose));
  if (verdict.level == package::TrustLevel::kDevelopment && !policy_.development)
    return fail(
        Error::forbidden("package.development_key",
                         "The package is signed by the development key \"" + verdict.signer +
                             "\" only, and this server does not run in development mode (--development).")
            .with("key", verdict.key_id)
            .with("name", verdict.signer));
  return verdict;
}

Result<VerifiedPackage> ModuleLibrary::open(std::string_view digest, package::Purpose purpose) const {
  TRY_ASSIGN(package, package::Package::open_folder(path_of(digest)));
  if (package.digest() != digest)
    return fail(Error::invalid("package.altered",
                               "The folder of the module has been changed: its content no longer has the "
                               "digest it is named after.")
                    .at("META/digests.json")
                    .with("file", "META/digests.json"));
  TRY_ASSIGN(verdict, verify(package, purpose));
  return VerifiedPackage{std::move(package), std::move(verdict)};
}

Result<ModuleFace> ModuleLibrary::face(std::string_view digest) const {
  TRY_ASSIGN(package, package::Package::open_folder(path_of(digest)));
  ModuleFace out{std::make_shared<const package::Manifest>(package.manifest()), {}};
  for (const auto& file : package.files())
    if (in_folder(file.name, "i18n/", ".json")) TRY(read_translation(package, file.name, out.translations));
  return out;
}

Result<Declarations> read_declarations(const package::Package& package, store::Dialect dialect) {
  Declarations out;
  out.manifest = std::make_shared<const package::Manifest>(package.manifest());
  std::map<std::string, std::string> migrations;
  for (const auto& file : package.files()) {
    if (in_folder(file.name, "entities/", ".json")) {
      TRY_ASSIGN(json, read_json(package, file.name));
      TRY_ASSIGN(definition, entities::Definition::parse(out.manifest->id, file.name, json));
      out.definitions.push_back(std::move(definition));
    } else if (in_folder(file.name, "i18n/", ".json")) {
      TRY(read_translation(package, file.name, out.translations));
    } else if (in_folder(file.name, "migrations/", ".sql")) {
      TRY_ASSIGN(sql, package.read(file.name));
      migrations[file.name.substr(11)] = std::move(sql);
    }
  }
  for (const auto& trigger : out.manifest->triggers) {
    TRY_ASSIGN(source, package.read(trigger.file));
    TRY(automation::Script::compile(source, trigger.file));
    out.triggers.push_back({trigger.file, std::move(source), trigger.on});
  }
  TRY(check_references(out));
  TRY_ASSIGN(set, store::MigrationSet::from_files(migrations, dialect));
  out.migrations = std::move(set);
  if (package.has(kLibraryFile)) {
    TRY_ASSIGN(bytes, package.read(kLibraryFile));
    TRY_ASSIGN(findings, package::lint_library(bytes, out.manifest->id, out.manifest->version));
    if (!findings.empty()) {
      Error error = findings.front();
      if (findings.size() > 1) error.causes = std::move(findings);
      return fail(std::move(error));
    }
  } else if (out.manifest->needs_library()) {
    return fail(Error::unavailable("package.no_library",
                                   "The package has no library for this platform (linux-x86_64), and the "
                                   "manifest declares functions.")
                    .at(kLibraryFile));
  }
  return out;
}

Result<void> check_tables(const Declarations& declarations, store::Session& session) {
  TRY_ASSIGN(tables, store::tables(session, declarations.manifest->id + "_"));
  for (const auto& definition : declarations.definitions) {
    const auto table = std::find_if(tables.begin(), tables.end(),
                                    [&](const auto& t) { return t.name == definition->table; });
    if (table == tables.end())
      return fail(Error::invalid("definition.missing_table", "The migrations do not make the table " +
                                                                 definition->table + " that the entity " +
                                                                 definition->name + " needs.")
                      .at("entities/" + definition->entity + ".json")
                      .with("table", definition->table)
                      .with("entity", definition->name));
    TRY(definition->check_table(*table));
  }
  return {};
}

Result<std::shared_ptr<const ActiveModule>> start_module(
    const ModuleStart& start, std::string_view digest,
    const std::vector<std::shared_ptr<const ActiveModule>>& others) {
  const ModuleLibrary& library = start.library;
  Runtime& runtime = start.runtime;
  TRY_ASSIGN(opened, library.open(digest, package::Purpose::kLoad));
  const auto& [package, verdict] = opened;
  TRY_ASSIGN(declarations, read_declarations(package, runtime.engine.database().dialect()));
  TRY(runtime.engine.database().read(
      [&](store::Session& session) { return check_tables(declarations, session); }));
  auto module = std::make_shared<ActiveModule>();
  module->manifest = declarations.manifest;
  module->digest = digest;
  module->trust = package::to_string(verdict.level);
  module->definitions = std::move(declarations.definitions);
  module->triggers = std::move(declarations.triggers);
  module->translations = std::move(declarations.translations);
  const fs::path folder = library.path_of(digest);
  if (fs::is_directory(folder / "web")) {
    TRY_ASSIGN(web, http::StaticFolder::open(folder / "web", {.all_immutable = true}));
    module->web = std::move(web);
  }
  const fs::path code = package.has(kLibraryFile) ? folder / kLibraryFile : fs::path();
  // What does not fit is refused where the registry is built.
  std::vector<std::shared_ptr<const entities::Definition>> all = module->definitions;
  for (const auto& other : others)
    all.insert(all.end(), other->definitions.begin(), other->definitions.end());
  for (const CoreService& service : start.core)
    all.insert(all.end(), service.definitions.begin(), service.definitions.end());
  TRY_ASSIGN(catalog,
             Registry::catalog_with(start.core, others, module->definitions, start.custom.fitted(all)));
  TRY_ASSIGN(generation,
             Generation::start(runtime, module->manifest, code, start.control, std::move(catalog)));
  module->generation = std::move(generation);
  return std::shared_ptr<const ActiveModule>(std::move(module));
}

}  // namespace opsflux::modules
