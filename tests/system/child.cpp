#include "tests/system/child.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <stdexcept>

namespace opsflux::system_test {
namespace {

using Clock = std::chrono::steady_clock;

int left_ms(Clock::time_point deadline) {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
  return static_cast<int>(std::max<std::int64_t>(0, left));
}

void pipe_pair(FileDescriptor& read_end, FileDescriptor& write_end) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  read_end = FileDescriptor(ends[0]);
  write_end = FileDescriptor(ends[1]);
  ::fcntl(read_end.get(), F_SETFL, O_NONBLOCK);
}

void drain(int fd, std::string& into) {
  char buffer[8192];
  for (ssize_t n; (n = ::read(fd, buffer, sizeof buffer)) > 0;)
    into.append(buffer, static_cast<std::size_t>(n));
}

}  // namespace

Child::Child(const std::vector<std::string>& arguments, const Environment& environment) {
  FileDescriptor out_write, err_write;
  pipe_pair(out_fd_, out_write);
  pipe_pair(err_fd_, err_write);
  std::vector<std::string> variables = {"PATH=/usr/bin:/bin:/usr/lib/postgresql/15/bin", "LANG=C.UTF-8"};
  for (const auto& [name, value] : environment) variables.push_back(name + "=" + value);
  std::vector<char*> argv, envp;
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  for (const std::string& variable : variables) envp.push_back(const_cast<char*>(variable.c_str()));
  argv.push_back(nullptr);
  envp.push_back(nullptr);
  const pid_t parent = ::getpid();
  pid_ = ::fork();
  if (pid_ < 0) throw std::runtime_error("no process");
  if (pid_ == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // a test that is killed leaves no server behind
    if (::getppid() != parent) ::_exit(126);
    ::dup2(out_write.get(), 1);
    ::dup2(err_write.get(), 2);
    const int nothing = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    ::dup2(nothing, 0);
    ::execvpe(argv[0], argv.data(), envp.data());
    ::_exit(127);
  }
}

Child::~Child() {
  if (!running()) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, &status_, 0);
}

void Child::read_for(int timeout_ms) {
  pollfd fds[] = {{out_fd_.get(), POLLIN, 0}, {err_fd_.get(), POLLIN, 0}};
  if (::poll(fds, 2, timeout_ms) <= 0) return;
  drain(out_fd_.get(), out_);
  drain(err_fd_.get(), err_);
  // Both closed: poll would return at once for ever.
  if ((fds[0].revents & POLLIN) == 0 && (fds[1].revents & POLLIN) == 0) ::usleep(2000);
}

bool Child::running() {
  if (!ended_ && ::waitpid(pid_, &status_, WNOHANG) == pid_) {
    ended_ = true;
    drain(out_fd_.get(), out_);
    drain(err_fd_.get(), err_);
  }
  return !ended_;
}

bool Child::wait_for_output(const std::string& text, int timeout_ms) {
  const auto deadline = Clock::now() + std::chrono::milliseconds(timeout_ms);
  while (out_.find(text) == std::string::npos) {
    if (!running()) return out_.find(text) != std::string::npos;
    if (left_ms(deadline) == 0) return false;
    read_for(std::min(20, left_ms(deadline)));
  }
  return true;
}

bool Child::wait(int timeout_ms) {
  const auto deadline = Clock::now() + std::chrono::milliseconds(timeout_ms);
  while (running()) {
    if (left_ms(deadline) == 0) return false;
    read_for(std::min(10, left_ms(deadline)));
  }
  return true;
}

void Child::signal(int number) {
  if (running()) ::kill(pid_, number);
}

int Child::exit_code() const { return ended_ && WIFEXITED(status_) ? WEXITSTATUS(status_) : -1; }
int Child::end_signal() const { return ended_ && WIFSIGNALED(status_) ? WTERMSIG(status_) : 0; }

Outcome run(const std::vector<std::string>& arguments, const Environment& environment, int timeout_ms) {
  Child child(arguments, environment);
  if (!child.wait(timeout_ms)) child.signal(SIGKILL), child.wait(10'000);
  return {child.exit_code(), child.out(), child.err()};
}

}  // namespace opsflux::system_test
