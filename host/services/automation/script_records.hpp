// What a script may do to records: the entity engine, with the rights of whoever the script runs for.
#pragma once

#include <memory>
#include <string>

#include "host/automation/script_host.hpp"
#include "host/modules/registry.hpp"

namespace opsflux::automation_service {

class ScriptRecords final : public automation::ScriptHost {
 public:
  // `via` says which trigger acts, for the audit trail.
  ScriptRecords(modules::Runtime& runtime, std::shared_ptr<const modules::Registry> registry,
                std::string module, Caller actor, const std::string& via);

  Result<Json> get(std::string_view entity, std::string_view id) override;
  Result<Json> list(std::string_view entity, const automation::ScriptListQuery& query) override;
  Result<Json> create(std::string_view entity, const Json& values) override;
  Result<Json> update(std::string_view entity, std::string_view id, const Json& values) override;
  Result<void> remove(std::string_view entity, std::string_view id) override;
  Result<Json> setting(std::string_view key) override;
  Result<bool> flag(std::string_view name) override;
  UtcNs now() override { return runtime_.clock.now(); }

 private:
  Result<const entities::EntityEntry*> find(std::string_view entity) const;
  template <class Work>
  Result<Json> write(std::string_view entity, Work&& work);

  modules::Runtime& runtime_;
  const std::shared_ptr<const modules::Registry> registry_;
  const std::string module_;
  Caller actor_;
};

}  // namespace opsflux::automation_service
