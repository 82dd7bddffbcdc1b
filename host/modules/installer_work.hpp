// Internal: an operation that the installer is carrying out.
#pragma once

#include <nlohmann/json.hpp>

#include "host/modules/installer.hpp"

namespace opsflux::modules {

struct Installer::Work {
  Operation operation;
  Caller caller;
  std::shared_ptr<const ActiveModule> loaded;
  std::shared_ptr<RequestGate> gate = {};  // of an exclusive upgrade
};

inline bool is_install(const Operation& operation) {
  return operation.kind == "install" || operation.kind == "upgrade";
}

inline StageRecord* find_stage(Operation& operation, std::string_view id) {
  for (StageRecord& stage : operation.stages)
    if (stage.id == id) return &stage;
  return nullptr;
}

inline bool stage_done(const Operation& operation, std::string_view id) {
  return std::any_of(operation.stages.begin(), operation.stages.end(),
                     [&](const StageRecord& stage) { return stage.id == id && stage.state == "done"; });
}

inline Json problem_of(const Error& error) {
  Json params = Json::object();
  for (const auto& [key, value] : error.params) params[key] = value;
  return {{"code", error.code},
          {"detail", error.message},
          {"field", error.field},
          {"technical", error.detail},
          {"params", params}};
}

inline std::string audit_action(const Operation& operation) {
  if (operation.kind == "install") return "module.installed";
  if (operation.kind == "upgrade") return "module.upgraded";
  if (operation.kind == "rollback") return "module.rolled_back";
  if (operation.kind == "uninstall") return operation.purge ? "module.purged" : "module.uninstalled";
  return operation.kind == "activate" ? "module.activated" : "module.deactivated";
}

}  // namespace opsflux::modules
