// Reads a module's shared library without running one instruction of it.
//
// Only what the dynamic loader itself goes by is read (program headers and the dynamic section); section
// headers, which a file may lie about, are not. Works on any bytes: every offset is checked.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/error.hpp"
#include "host/base/text.hpp"
#include "host/package/version_range.hpp"

namespace opsflux::package {

// The text of the ELF note "OpsFlux", type 1: "abi=1.0;module=tiers;version=1.0.0;build=<id>".
struct ModuleNote {
  AbiVersion abi;
  std::string module;
  SemVer version;
  std::string build;
};

struct ElfLibrary {
  std::vector<std::string> needed;          // DT_NEEDED
  std::vector<std::string> exports;         // defined dynamic symbols that others can bind to
  std::vector<std::string> unique_symbols;  // STB_GNU_UNIQUE
  std::string soname;
  bool bind_now = false;
  bool symbolic = false;
  bool text_relocations = false;
  bool executable_stack = false;
  bool writable_code = false;  // a segment that is writable and executable
  bool run_path = false;       // DT_RPATH or DT_RUNPATH
  bool loads_others = false;   // DT_AUDIT, DT_DEPAUDIT, DT_FILTER, DT_AUXILIARY
  std::optional<ModuleNote> note;
};

// kMalformed "elf.malformed" when it is no 64-bit x86-64 shared library or its tables point outside.
Result<ElfLibrary> read_elf(std::string_view bytes);

// What is wrong with a library as a module of this host; empty: nothing. Codes "elf.needed",
// "elf.exports", "elf.no_entry", "elf.unique_symbol", "elf.bind_now", "elf.symbolic", "elf.text_relocations",
// "elf.executable_stack", "elf.writable_code", "elf.run_path", "elf.loads_others", "elf.no_note",
// "elf.note_mismatch"; each sentence says which compiler or linker flag puts it right.
// In a host built with sanitizers their runtime libraries may be needed too.
Result<std::vector<Error>> lint_library(std::string_view bytes, std::string_view module_id,
                                        const SemVer& version);

}  // namespace opsflux::package
