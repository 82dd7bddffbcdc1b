// Which database the cases of this program run on.
#pragma once

namespace opsflux::system_test {

enum class Backend { kSqlite, kPostgresql };
extern const Backend kBackend;
inline bool on_postgresql() { return kBackend == Backend::kPostgresql; }

}  // namespace opsflux::system_test
