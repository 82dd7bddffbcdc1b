// The changes of an instance's custom fields, each in one step: table, registry, audit trail.
#pragma once

#include "host/services/custom_fields/custom_field_routes.hpp"
#include "host/services/i18n/language.hpp"

namespace opsflux::custom_fields {

// All on the control thread. The result is the identifier of the field. Errors of a definition are at
// "field.<key>".
class Changes {
 public:
  Changes(const Parts& parts, Caller caller) : parts_(parts), caller_(std::move(caller)) {}

  Result<std::string> add(const Json& body, i18n::Language language);
  Result<std::string> change(std::string_view id, const Json& body);
  // Its column stays, with its data.
  Result<std::string> remove(std::string_view id);
  Result<std::string> restore(std::string_view id);
  Result<std::string> purge(std::string_view id);
  // {"entity": …, "ids": […]}: in this order from now on.
  Result<void> reorder(const Json& body);

 private:
  using Fields = std::vector<entities::CustomField>;
  Fields current() const;
  Result<entities::CustomField> find(std::string_view id, bool removed) const;
  Result<std::shared_ptr<const entities::Definition>> extended(const entities::CustomFields& fields,
                                                               const entities::CustomField& changed) const;
  Result<void> check_values(store::Session& session, const entities::CustomField& before,
                            const entities::CustomField& after) const;
  Result<void> note(store::Transaction& transaction, std::string_view action,
                    const entities::CustomField* before, const entities::CustomField* after) const;

  const Parts& parts_;
  const Caller caller_;
};

}  // namespace opsflux::custom_fields
