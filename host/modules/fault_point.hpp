// Places where the fault tests kill the server. Compiled in by the option OPSFLUX_FAULT_POINTS only,
// which release builds leave off.
#pragma once

#ifdef OPSFLUX_FAULT_POINTS
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#endif

namespace opsflux {

// Ends the process with SIGKILL when OPSFLUX_FAULT_AT names this place.
inline void fault_point([[maybe_unused]] const char* place) {
#ifdef OPSFLUX_FAULT_POINTS
  const char* wanted = ::getenv("OPSFLUX_FAULT_AT");
  if (wanted != nullptr && ::strcmp(wanted, place) == 0) ::raise(SIGKILL);
#endif
}

}  // namespace opsflux
