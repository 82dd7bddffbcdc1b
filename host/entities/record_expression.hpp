// Expressions of a definition on a record in memory.
#pragma once

#include "host/base/clock.hpp"
#include "host/entities/catalog.hpp"
#include "host/entities/expression/expression.hpp"

namespace opsflux::entities {

// What an expression sees of a record and of who acts. References must outlive it.
expression::Context record_context(const Definition& definition, const Record& record, const Caller& caller,
                                   const Clock& clock);
// The value of one of the caller's names ("user.id"); empty for other names.
expression::Value caller_value(std::string_view name, const Caller& caller);

// Sets every computed field. Errors: entity.filter_overflow and what check_value says, at the field.
Result<void> compute_fields(const Definition& definition, Record& record, const Caller& caller,
                            const Clock& clock);

}  // namespace opsflux::entities
