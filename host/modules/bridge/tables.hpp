// The tables of functions that modules call. Each service has a file of its own.
#pragma once

#include <string_view>

#include "opsflux/abi/module.h"

namespace opsflux::modules {

const opf_host_v1* host_table();

const void* core_table();
const void* entity_table();
const void* event_table();
const void* http_table();
const void* db_table();
const void* job_table();
const void* i18n_table();

// The services of this host: id -> table.
struct ServiceEntry {
  std::string_view id;
  const void* (*table)();
};
const ServiceEntry* find_service(std::string_view id);

}  // namespace opsflux::modules
