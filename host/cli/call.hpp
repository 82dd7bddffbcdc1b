// Internal to host/cli: one call of the program, and how commands answer.
#pragma once

#include <string>
#include <vector>

#include "host/base/caller.hpp"
#include "host/base/config.hpp"
#include "host/base/error.hpp"
#include "host/base/json.hpp"

namespace opsflux::cli {

inline constexpr int kDone = 0, kFailed = 1, kUsage = 2, kBroken = 3;

struct Call {
  std::vector<std::string> words;
  Config config;
  bool json = false, purge = false, accept_risks = false;
  bool data = false, to_file = false, to_env = false;  // of "key rotate"
};

int refuse(const Call& call, const Error& error, int code = kFailed);
int answer(const Call& call, const Json& document, const std::string& text);

Caller operator_caller();  // in whose name commands act

int key_command(const Call& call);
int module_command(const Call& call);

}  // namespace opsflux::cli
