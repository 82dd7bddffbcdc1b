#include "sdk/tool/new_module.hpp"

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>

#include "host/base/files.hpp"
#include "host/base/text.hpp"
#include "host/package/json_schema.hpp"
#include "host/package/manifest.hpp"

namespace opsflux::sdk {
namespace {

namespace fs = std::filesystem;

std::string camel_case(const std::string& id) {
  std::string out;
  bool upper = true;
  for (const char c : id) {
    if (c != '_') out += upper && c >= 'a' ? static_cast<char>(c - 'a' + 'A') : c;
    upper = c == '_';
  }
  return out;
}

std::string upper_case(const std::string& id) {
  std::string out = id;
  for (char& c : out) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return out;
}

std::string replace_all(std::string text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  return text;
}

std::string rename(std::string text, const std::string& id) {
  text = replace_all(std::move(text), "SAMPLE", upper_case(id));
  text = replace_all(std::move(text), "Sample", camel_case(id));
  return replace_all(std::move(text), "sample", id);
}

// The id must make a valid manifest; asks the manifest itself, so that the rule stands in one place.
Result<void> check_id(const std::string& id) {
  const Json manifest = {{"manifest", 1},
                         {"id", id},
                         {"version", "0.1.0"},
                         {"abi", "1.0"},
                         {"publisher", {{"id", "me"}, {"name", "Me"}}},
                         {"license", "MIT"}};
  const auto parsed = package::parse_manifest(to_text(manifest), "id");
  if (!parsed)
    return fail(
        Error::invalid("sdk.bad_id", "\"" + id + "\" cannot be a module's id: " +
                                         parsed.error().message.substr(parsed.error().message.find(": ") + 2))
            .at("id"));
  return {};
}

Result<void> run(const std::vector<std::string>& command) {
  std::vector<char*> arguments;
  for (const std::string& one : command) arguments.push_back(const_cast<char*>(one.c_str()));
  arguments.push_back(nullptr);
  pid_t pid = 0;
  if (const int code = ::posix_spawnp(&pid, arguments[0], nullptr, nullptr, arguments.data(), environ);
      code != 0)
    return fail(Error::unavailable("sdk.no_cmake", command[0] + " could not be started: is it installed?")
                    .because(std::strerror(code)));
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {};
  return fail(Error::invalid("sdk.build_failed", "The build failed: " + join(command, " ")));
}

}  // namespace

Result<fs::path> find_sdk(const fs::path& source) {
  std::error_code ec;
  if (const char* given = std::getenv("OPSFLUX_SDK"); given && *given) return fs::path(given);
  const fs::path program = fs::read_symlink("/proc/self/exe", ec);
  const fs::path installed = program.parent_path().parent_path() / "share" / "opsflux-sdk";
  if (!ec && fs::exists(installed, ec)) return installed;
  if (fs::exists(source / "sdk", ec)) return source;
  return fail(
      Error::not_found("sdk.not_found", "The folder of the SDK was not found; set OPSFLUX_SDK to it."));
}

fs::path template_of(const fs::path& sdk) {
  std::error_code ec;
  return fs::exists(sdk / "sdk" / "template", ec) ? sdk / "sdk" / "template" : sdk / "template";
}

Result<std::vector<std::string>> new_module(const std::string& id, const fs::path& from,
                                            const fs::path& folder) {
  TRY(check_id(id));
  std::error_code ec;
  if (!fs::exists(from / "manifest.json", ec))
    return fail(Error::not_found("sdk.no_template",
                                 "There is no template in " + from.string() + " (it has no manifest.json).")
                    .at(from.string()));
  if (fs::exists(folder, ec) && !fs::is_empty(folder, ec))
    return fail(Error::conflict("sdk.folder_in_use",
                                "The folder " + folder.string() + " is not empty; choose another with --dir.")
                    .at(folder.string()));
  std::vector<std::string> made;
  for (auto it = fs::recursive_directory_iterator(from, ec); !ec && it != fs::recursive_directory_iterator();
       it.increment(ec)) {
    const std::string name = it->path().filename().string();
    if (name == "build" || name == "node_modules") {
      it.disable_recursion_pending();
      continue;
    }
    if (!it->is_regular_file(ec)) continue;
    const fs::path target = rename(it->path().lexically_relative(from).generic_string(), id);
    TRY_ASSIGN(content, read_file(it->path()));
    TRY(make_folders((folder / target).parent_path()));
    TRY(write_file_atomic(folder / target, is_utf8(content) ? rename(std::move(content), id) : content));
    made.push_back(target.generic_string());
  }
  if (ec) return fail(file_error(ec.value(), from, "list"));
  std::sort(made.begin(), made.end());
  return made;
}

Result<void> build_module(const fs::path& folder, const fs::path& sdk, const std::string& build_type) {
  std::error_code ec;
  if (!fs::exists(folder / "CMakeLists.txt", ec))
    return fail(Error::not_found("sdk.no_build", "There is no CMakeLists.txt in " + folder.string() + ".")
                    .at(folder.string()));
  const fs::path program = fs::read_symlink("/proc/self/exe", ec);
  TRY(run({"cmake", "-S", folder.string(), "-B", (folder / "build").string(), "-DOPSFLUX_SDK=" + sdk.string(),
           "-DOPSFLUX_SDK_TOOL=" + program.string(), "-DCMAKE_BUILD_TYPE=" + build_type}));
  return run({"cmake", "--build", (folder / "build").string()});
}

}  // namespace opsflux::sdk
