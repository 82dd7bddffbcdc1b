#include "host/cli/commands.hpp"

int main(int argc, char** argv) { return opsflux::cli::run(argc, argv); }
