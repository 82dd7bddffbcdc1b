#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "host/base/files.hpp"
#include "host/base/json.hpp"
#include "host/modules/probe.hpp"
#include "host/store/scratch.hpp"

namespace opsflux::modules {
namespace {

Error probe_error(std::string_view reason, const std::string& message) {
  return Error::invalid("probe." + std::string(reason), message);
}

struct Child {
  pid_t pid = -1;
  FileDescriptor request;  // its standard input
  FileDescriptor report;   // its standard output
};

Result<Child> spawn(const std::filesystem::path& program) {
  int in[2], out[2];
  if (::pipe2(in, O_CLOEXEC) != 0) return fail(file_error(errno, program, "pipe"));
  FileDescriptor in_read(in[0]), in_write(in[1]);
  if (::pipe2(out, O_CLOEXEC) != 0) return fail(file_error(errno, program, "pipe"));
  FileDescriptor out_read(out[0]), out_write(out[1]);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in_read.get(), 0);
  posix_spawn_file_actions_adddup2(&actions, out_write.get(), 1);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none, defaults;
  sigemptyset(&none);
  sigemptyset(&defaults);
  sigaddset(&defaults, SIGPIPE);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &defaults);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  std::string name = program.string(), verb = "probe";
  char* arguments[] = {name.data(), verb.data(), nullptr};
  // Nothing of the server's environment (keys, passwords) reaches the module.
  std::string path = "PATH=/usr/bin:/bin", locale = "LANG=C.UTF-8";
  char* environment[] = {path.data(), locale.data(), nullptr};
  Child child;
  const int failed = ::posix_spawn(&child.pid, name.c_str(), &actions, &attributes, arguments, environment);
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  if (failed != 0) return fail(file_error(failed, program, "start"));
  child.request = std::move(in_write);
  child.report = std::move(out_read);
  return child;
}

// Everything the child says until it closes its output or the time is over. False: time over.
bool read_all(int fd, std::chrono::steady_clock::time_point deadline, std::string& out) {
  char buffer[8192];
  for (;;) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now())
            .count();
    if (left <= 0) return false;
    pollfd waited{fd, POLLIN, 0};
    const int ready = ::poll(&waited, 1, static_cast<int>(left));
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) return ready != 0;
    const ssize_t n = ::read(fd, buffer, sizeof buffer);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return true;
    if (out.size() < (1 << 20)) out.append(buffer, static_cast<std::size_t>(n));
  }
}

// A report may end early: a crash says so by its signal, and the last line tells where it was.
Error crashed(int status, const std::string& last) {
  const std::string where = last.empty() ? std::string("at its start") : "after \"" + last + "\"";
  if (WIFSIGNALED(status)) {
    const std::string signal = ::strsignal(WTERMSIG(status));
    if (WTERMSIG(status) == SIGXCPU || WTERMSIG(status) == SIGKILL)
      return probe_error("hangs", "The module used up its time in the probe, " + where + ".")
          .with("where", where);
    return probe_error("crashed", "The module crashed in the probe (" + signal + "), " + where + ".")
        .with("signal", signal)
        .with("where", where);
  }
  return probe_error("ended", "The module ended the probe's process by itself, " + where + ".")
      .with("where", where);
}

}  // namespace

Result<ProbeReport> run_probe(store::Database& beside, const std::filesystem::path& folder,
                              const ProbeOptions& options) {
  TRY_ASSIGN(scratch, store::ScratchDatabase::create(beside, options.temp_folder));
  TRY_ASSIGN(child, spawn(options.program));
  const std::string request = to_text({{"folder", folder.string()},
                                       {"database", scratch.url()},
                                       {"memory_limit", options.memory_limit},
                                       {"time_limit_ms", options.time_limit.count()}});
  if (::write(child.request.get(), request.data(), request.size()) <
      0) { /* a child that died at once is told below */
  }
  child.request = FileDescriptor();

  std::string output;
  const bool in_time =
      read_all(child.report.get(), std::chrono::steady_clock::now() + options.time_limit, output);
  if (!in_time) ::kill(child.pid, SIGKILL);
  int status = 0;
  while (::waitpid(child.pid, &status, 0) < 0 && errno == EINTR) {
  }

  // One JSON object a line: {"line": <code>, "params": …, "text": …} for progress, {"error": …} or {"done":
  // true} at the end.
  ProbeReport report;
  std::size_t start = 0;
  for (std::size_t end = output.find('\n'); end != std::string::npos; end = output.find('\n', start)) {
    const auto json = parse_json(std::string_view(output).substr(start, end - start));
    start = end + 1;
    if (!json || !json->is_object()) continue;
    if (json->contains("line"))
      report.lines.push_back({get_string_or(*json, "line", ""), json->value("params", Json::object()),
                              get_string_or(*json, "text", "")});
    if (json->contains("done")) return report;
    if (json->contains("error")) {
      const Json& said = (*json)["error"];
      Error error = Error::invalid(get_string_or(said, "code", "probe.failed"),
                                   get_string_or(said, "message", "The probe failed."));
      error.field = get_string_or(said, "field", "");
      error.detail = get_string_or(said, "detail", "");
      const Json params = said.value("params", Json::object());
      for (const auto& [key, value] : params.items())
        error.params.emplace_back(key, value.get<std::string>());
      return fail(std::move(error));
    }
  }
  const std::string last = report.lines.empty() ? std::string() : report.lines.back().text;
  if (!in_time)
    return fail(probe_error("hangs", "The module used up its time in the probe, after \"" + last + "\".")
                    .with("where", last));
  return fail(crashed(status, last));
}

}  // namespace opsflux::modules
