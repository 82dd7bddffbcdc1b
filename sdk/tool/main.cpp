#include <exception>
#include <iostream>

#include "sdk/tool/commands.hpp"

int main(int argc, char** argv) {
  try {
    const opsflux::SystemClock clock;
    return opsflux::sdk::run_command(argc, argv, clock, OPSFLUX_SDK_SOURCE, std::cout, std::cerr);
  } catch (const std::exception& error) {
    std::cerr << "opsflux-sdk: " << error.what() << "\n";
    return opsflux::sdk::kRefused;
  }
}
