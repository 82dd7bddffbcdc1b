// What a person says of a file and its columns, read and checked; and what a file's columns probably mean.
#pragma once

#include "host/entities/importer.hpp"
#include "host/modules/registry.hpp"
#include "host/services/i18n/catalog.hpp"

namespace opsflux::imports {

struct Options {
  entities::ImportPlan plan;
  bool all = true;  // every row or none
};

// The entity, where the caller sees it and may create records of it. Errors: entity.no_entity, forbidden.
Result<const entities::EntityEntry*> entity_to_import(const modules::Registry& registry, const Caller& caller,
                                                      std::string_view name);

Error bad_option(std::string_view name, std::string_view expected);
// Of the body of a start; `headers`: of the file. Errors: import.bad_options at the member.
Result<Options> parse_options(const Json& body, const entities::EntityEntry& entity, const Caller& caller,
                              const std::vector<std::string>& headers);
Result<tabular::ReadOptions> read_options(const Json& body, std::string_view file_name);

// {"code","field","message"}: what went wrong, as it is kept with a run.
Json problem_json(const Error& error, const std::string& sentence);
Error interrupted();

// The labels of a field in every language, and the value of an enum that a label means.
std::vector<std::string> labels_of(const i18n::Catalog& texts, const entities::Definition& definition,
                                   const entities::Field& field);
std::string value_of_label(const i18n::Catalog& texts, const entities::Definition& definition,
                           const entities::Field& field, std::string_view text);

// {"headers":[…],"rows":[[…]],"mapping":{header: field|null},"decimal":…,"dates":…,"ambiguous":[header]}: of
// the first thousand rows.
Result<Json> look_at(tabular::TableReader& reader, const entities::EntityEntry& entity, const Caller& caller,
                     const i18n::Catalog& texts);

}  // namespace opsflux::imports
