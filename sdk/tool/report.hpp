// What a command says, to people or as JSON.
#pragma once

#include <filesystem>
#include <iosfwd>
#include <string>

#include "host/base/error.hpp"
#include "host/base/json.hpp"
#include "host/package/verify.hpp"
#include "sdk/tool/lint.hpp"

namespace opsflux::sdk {

class Report {
 public:
  // `json` is read when something is said, after the options are parsed.
  Report(const bool& json, std::ostream& out, std::ostream& err) : json_(json), out_(out), err_(err) {}

  void done(const std::string& sentence, Json facts);
  void refuse(const Error& error);
  void findings(const Findings& findings);
  void verdict(const std::filesystem::path& package, const package::Verdict& verdict);
  void finish();  // writes the JSON object

 private:
  const bool& json_;
  std::ostream& out_;
  std::ostream& err_;
  std::string answer_;  // JSON text
};

}  // namespace opsflux::sdk
