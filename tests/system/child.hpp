// Programs run as child processes, always ended by their own process id.
#pragma once

#include <sys/types.h>

#include <map>
#include <string>
#include <vector>

#include "host/base/files.hpp"

namespace opsflux::system_test {

using Environment = std::map<std::string, std::string>;

// Killed when the object ends; its output is kept.
class Child {
 public:
  // Throws std::runtime_error when it cannot be started. `arguments[0]` is the program; searched in PATH.
  Child(const std::vector<std::string>& arguments, const Environment& environment);
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child();

  // Reads the output until it holds `text` or the program ends or the time is over.
  bool wait_for_output(const std::string& text, int timeout_ms);
  // Waits for its end. False: it still runs.
  bool wait(int timeout_ms);
  void signal(int number);
  bool running();

  int exit_code() const;   // -1 when it was ended by a signal or still runs
  int end_signal() const;  // 0 when it was not
  // What was written so far to standard output and standard error.
  const std::string& out() const { return out_; }
  const std::string& err() const { return err_; }

 private:
  void read_for(int timeout_ms);

  pid_t pid_ = -1;
  bool ended_ = false;
  int status_ = 0;
  FileDescriptor out_fd_, err_fd_;
  std::string out_, err_;
};

struct Outcome {
  int exit_code = -1;
  std::string out, err;
};
// Runs a program to its end; one that takes longer than the time is killed and has exit code -1.
Outcome run(const std::vector<std::string>& arguments, const Environment& environment = {},
            int timeout_ms = 60'000);

}  // namespace opsflux::system_test
