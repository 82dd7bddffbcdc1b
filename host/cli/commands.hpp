// The program `opsflux`: its verbs, their output and exit codes.
//
//   0 done   1 refused or failed   2 wrong usage or configuration   3 the audit trail is broken
#pragma once

namespace opsflux::cli {

int run(int argc, char** argv);

}  // namespace opsflux::cli
