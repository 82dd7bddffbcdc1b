// What the composition root joins to the audit trail.
#pragma once

#include "host/base/config.hpp"
#include "host/entities/audit.hpp"
#include "host/package/trust_store.hpp"
#include "host/services/audit/alerts.hpp"
#include "host/services/identity/auth_event.hpp"

namespace opsflux::cli {

// Writes what identity tells. `audit` must outlive it.
identity::AuditSink auth_sink(const entities::Audit& audit);

// One round of the sealer: seals, then judges what was sealed. True when more may wait.
Result<bool> seal_round(store::Database& database, const entities::Audit& audit,
                        const audit_service::Alerts* alerts);

// Writes "configuration.changed" when keys have other values than they had when this was asked last, the
// first time than their defaults; and when other keys are trusted to sign modules. Secrets are not shown,
// only whether they are set.
Result<void> note_configuration(store::Database& database, const entities::Audit& audit, const Config& config,
                                const package::TrustStore& trust);

}  // namespace opsflux::cli
