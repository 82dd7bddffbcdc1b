#include "host/package/elf.hpp"

namespace opsflux::package {
namespace {

constexpr std::string_view kEntry = "opf_module_entry_v1";

const std::set<std::string, std::less<>>& allowed_libraries() {
  static const std::set<std::string, std::less<>> libraries = {
    "libc.so.6",
    "libm.so.6",
    "libstdc++.so.6",
    "libgcc_s.so.1",
    "ld-linux-x86-64.so.2",
#if defined(__SANITIZE_ADDRESS__)
    "libasan.so.8",
    "libubsan.so.1",
#elif defined(__SANITIZE_THREAD__)
    "libtsan.so.2",
#endif
  };
  return libraries;
}

std::string few(const std::vector<std::string>& names) {
  std::vector<std::string> first(
      names.begin(), names.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(5, names.size())));
  return join(first, ", ") + (names.size() > 5 ? " and " + std::to_string(names.size() - 5) + " more" : "");
}

class Linter {
 public:
  Linter(const ElfLibrary& library, std::string_view id, const SemVer& version)
      : elf_(library), id_(id), version_(version) {}

  std::vector<Error> run() {
    check_needed();
    check_exports();
    check_flags();
    check_note();
    return std::move(findings_);
  }

 private:
  void add(std::string_view code, const std::string& message) {
    findings_.push_back(Error::invalid(code, message));
  }

  void check_needed() {
    std::vector<std::string> others;
    for (const std::string& name : elf_.needed)
      if (!allowed_libraries().contains(name)) others.push_back(name);
    if (!others.empty())
      add("elf.needed",
          "The library needs " + few(others) + ", which a module may not: link it statically (a .a file).");
  }

  void check_exports() {
    std::vector<std::string> others;
    for (const std::string& name : elf_.exports)
      if (name != kEntry) others.push_back(name);
    if (!others.empty())
      add("elf.exports", "The library exports " + few(others) + "; only " + std::string(kEntry) +
                             " may be seen: -fvisibility=hidden and a version script.");
    if (others.size() == elf_.exports.size())
      add("elf.no_entry",
          "The library does not export " + std::string(kEntry) + ": OPF_MODULE of the SDK makes it.");
    if (!elf_.unique_symbols.empty())
      add("elf.unique_symbol", "The library has process-wide unique symbols (" + few(elf_.unique_symbols) +
                                   "), shared with other modules: compile with -fno-gnu-unique.");
  }

  void check_flags() {
    if (!elf_.bind_now)
      add("elf.bind_now", "The library resolves its symbols when first called: link with -Wl,-z,now.");
    if (!elf_.symbolic)
      add("elf.symbolic",
          "The library's own symbols could be taken over by others: link with -Wl,-Bsymbolic.");
    if (elf_.text_relocations)
      add("elf.text_relocations", "The library changes its own code when loaded: compile with -fPIC.");
    if (elf_.executable_stack)
      add("elf.executable_stack", "The library asks for an executable stack: link with -Wl,-z,noexecstack.");
    if (elf_.writable_code)
      add("elf.writable_code",
          "The library has memory that is writable and executable at once: link without -N and linker "
          "scripts that do so.");
    if (elf_.run_path)
      add("elf.run_path",
          "The library has a search path for others (RPATH or RUNPATH): link without -rpath; in CMake set "
          "INSTALL_RPATH and BUILD_RPATH empty.");
    if (elf_.loads_others)
      add("elf.loads_others",
          "The library makes the loader load others (audit or filter): link without these.");
  }

  void check_note() {
    if (!elf_.note)
      return add("elf.no_note",
                 "The library has no readable note of what it is: OPF_MODULE of the SDK makes it.");
    if (elf_.note->module != id_ || elf_.note->version != version_)
      add("elf.note_mismatch", "The library says it is " + elf_.note->module + " " +
                                   to_string(elf_.note->version) + "; the manifest says " + std::string(id_) +
                                   " " + to_string(version_) + ". Build it again.");
  }

  const ElfLibrary& elf_;
  const std::string_view id_;
  const SemVer version_;
  std::vector<Error> findings_;
};

}  // namespace

Result<std::vector<Error>> lint_library(std::string_view bytes, std::string_view module_id,
                                        const SemVer& version) {
  TRY_ASSIGN(library, read_elf(bytes));
  return Linter(library, module_id, version).run();
}

}  // namespace opsflux::package
