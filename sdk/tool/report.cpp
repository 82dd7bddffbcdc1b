#include "sdk/tool/report.hpp"

#include <ostream>

namespace opsflux::sdk {
namespace {

Json error_json(const Error& error) {
  Json out = {{"code", error.code}, {"message", error.message}};
  if (!error.field.empty()) out["field"] = error.field;
  for (const Error& cause : error.causes) out["errors"].push_back(error_json(cause));
  return out;
}

std::string_view word(Severity severity) { return severity == Severity::kError ? "error" : "warning"; }

}  // namespace

void Report::done(const std::string& sentence, Json facts) {
  if (!json_) {
    out_ << sentence << "\n";
    return;
  }
  facts["ok"] = true;
  answer_ = to_text(facts);
}

void Report::refuse(const Error& error) {
  if (json_) {
    answer_ = to_text({{"ok", false}, {"error", error_json(error)}});
    return;
  }
  err_ << "opsflux-sdk: " << error.message << " [" << error.code << "]\n";
  for (const Error& cause : error.causes) err_ << "  " << cause.message << " [" << cause.code << "]\n";
}

void Report::findings(const Findings& findings) {
  if (json_) {
    Json list = Json::array();
    for (const Finding& f : findings)
      list.push_back(
          {{"severity", word(f.severity)}, {"file", f.file}, {"code", f.code}, {"message", f.message}});
    answer_ = to_text({{"ok", !has_errors(findings)}, {"findings", std::move(list)}});
    return;
  }
  for (const Finding& f : findings) {
    const bool placed = f.message.starts_with(f.file) || f.file.empty();
    err_ << word(f.severity) << ": " << (placed ? "" : f.file + ": ") << f.message << " [" << f.code << "]\n";
  }
  if (findings.empty()) out_ << "Nothing is wrong.\n";
}

void Report::verdict(const std::filesystem::path& package, const package::Verdict& verdict) {
  Json signers = Json::array(), checks = Json::array();
  for (const auto& s : verdict.signers)
    signers.push_back(
        {{"key_id", s.key_id}, {"name", s.name}, {"signed_at", s.signed_at}, {"known", s.known}});
  for (const auto& c : verdict.checks) checks.push_back({{"id", c.id}, {"ok", c.ok}, {"note", c.note}});
  std::string sentence = package.string() + " is what " + verdict.signer + " (" +
                         std::string(to_string(verdict.level)) + ") signed on " + verdict.signed_at + ".";
  for (const auto& c : verdict.checks)
    if (!c.ok) sentence += "\nWarning: " + c.note;
  done(sentence, {{"package", package.string()},
                  {"level", to_string(verdict.level)},
                  {"key_id", verdict.key_id},
                  {"signer", verdict.signer},
                  {"signed_at", verdict.signed_at},
                  {"signers", std::move(signers)},
                  {"checks", std::move(checks)}});
}

void Report::finish() {
  if (json_) out_ << answer_ << "\n";
}

}  // namespace opsflux::sdk
