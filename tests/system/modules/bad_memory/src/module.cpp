// Takes memory without end. It is not touched, so that the machine that runs the test does not suffer.
#include <vector>

#include "../../plain_module.h"

static opf_status start(void*, opf_ctx) {
  std::vector<char*> taken;
  for (;;) taken.push_back(new char[16 << 20]);
}

PLAIN_MODULE(start)
