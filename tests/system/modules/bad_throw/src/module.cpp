// Throws an exception across the border, which C++ without the SDK's wrapper can do.
#include <stdexcept>

#include "../../plain_module.h"

static opf_status start(void*, opf_ctx) { throw std::runtime_error("thrown across the border"); }

PLAIN_MODULE(start)
