#include "host/store/completions.hpp"

#include <gtest/gtest.h>

namespace opsflux::store {

TEST(Completions, RunInTheOrderOfTicketsWhateverTheOrderOfCommits) {
  std::vector<int> order;
  {
    Completions completions;
    const auto first = completions.ticket();
    const auto second = completions.ticket();
    const auto failed = completions.ticket();
    const auto last = completions.ticket();
    completions.complete(last, {[&] { order.push_back(4); }});
    completions.complete(second, {[&] { order.push_back(2); }, [&] { order.push_back(3); }});
    completions.complete(failed, {});
    completions.complete(first, {[&] { order.push_back(1); }});
    completions.stop();
  }
  EXPECT_EQ(order, (std::vector<int>{1, 2, 3, 4}));
}

TEST(Completions, GoOnAfterACallbackThrew) {
  bool ran = false;
  Completions completions;
  completions.complete(completions.ticket(),
                       {[] { throw std::runtime_error("thrown"); }, [&] { ran = true; }});
  completions.stop();
  EXPECT_TRUE(ran);
}

}  // namespace opsflux::store
