// A small module on disk for the tests of the tool: complete, and right in every way.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "host/base/files.hpp"
#include "host/base/json.hpp"
#include "host/base/text.hpp"

namespace opsflux::sdk::test {

namespace fs = std::filesystem;

class TempFolder {
 public:
  TempFolder() : path_(fs::temp_directory_path() / ("opsflux-sdk-test-" + to_hex(random_bytes(8)))) {
    fs::create_directories(path_);
  }
  ~TempFolder() { (void)remove_tree(path_); }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

inline void write(const fs::path& path, std::string_view content) {
  fs::create_directories(path.parent_path());
  (void)write_file_atomic(path, content);
}

inline const char* kManifest = R"({"manifest": 1, "id": "sample", "version": "1.2.3", "abi": "1.0",
  "publisher": {"id": "opsflux", "name": "OpsFlux"}, "license": "MIT",
  "menus": [{"id": "sample", "items": [{"id": "things", "entity": "thing"}]}],
  "hooks": [{"entity": "thing", "event": "before_create", "function": "check"}],
  "triggers": [{"file": "triggers/greet.lua", "on": ["thing.created"]}],
  "settings": [{"key": "days", "type": "integer", "default": 3}],
  "web": {"entry": "index.js", "widgets": [{"id": "clock", "slot": "record.aside"}]}})";

inline const char* kEntity =
    R"({"entity": "thing", "plural": "things", "table": "sample_thing", "title": "name", "status": "state", "shared": true,
  "fields": [{"name": "name", "type": "text", "required": true}, {"name": "state", "type": "enum", "values": ["open", "done"], "default": "open", "tones": {"open": "info"}},
             {"name": "parent", "type": "reference", "to": "sample.thing"}],
  "indexes": [["name"]], "search": ["name"],
  "views": {"list": {"columns": ["name", "state", "updated_at"], "sort": "-updated_at", "tabs": [{"id": "mine", "filter": "state == \"open\""}], "totals": [{"field": "name", "op": "count"}]},
            "form": {"sections": [{"id": "main", "fields": ["name", "state"]}]}, "record": {"facts": ["state"], "related": [{"entity": "sample.thing", "by": "parent"}]}}})";

inline const char* kTexts =
    R"({"module.name": "Sample", "module.description": "A sample.", "menu.sample": "Sample", "menu.things": "Things",
  "setting.days.label": "Days", "widget.clock": "Clock", "entity.thing.one": "thing", "entity.thing.many": "things", "entity.thing.new": "New thing",
  "entity.thing.empty": "No thing yet", "entity.thing.field.name.label": "Name", "entity.thing.field.state.label": "State",
  "entity.thing.field.parent.label": "Parent", "entity.thing.enum.state.open": "Open", "entity.thing.enum.state.done": "Done",
  "entity.thing.section.main": "Main", "entity.thing.view.mine": "Mine", "permission.thing.view": "See things", "error.too_many": "At most {count}."})";

inline void write_module(const fs::path& folder) {
  write(folder / "manifest.json", kManifest);
  write(folder / "entities/thing.json", kEntity);
  write(folder / "migrations/001_create.up.sql",
        "-- The table of things.\nCREATE TABLE sample_thing (id text NOT NULL);\n");
  write(folder / "migrations/001_create.down.sql", "DROP TABLE sample_thing;\n");
  write(folder / "triggers/greet.lua", "return { created = function() end }\n");
  for (const char* language : {"en", "fr", "es", "pt"})
    write(folder / "i18n" / (std::string(language) + ".json"), kTexts);
  write(folder / "web/dist/index.js", "export default {};\n");
  write(folder / "src/module.cpp", "// not packed\n");
  write(folder / "tests/thing_test.cpp", "// not packed\n");
  write(folder / "tests/thing.json", "{}\n");
  write(folder / ".git/HEAD", "not packed\n");
}

inline fs::path good_library() { return fs::path(OPSFLUX_ELF_FIXTURES) / "good.so"; }

}  // namespace opsflux::sdk::test
