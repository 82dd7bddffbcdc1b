// Whether the time of a refusal tells who has an account.
#include <algorithm>
#include <cmath>

#include "host/services/identity/world.hpp"

namespace opsflux::identity {
namespace {

const std::string kPassword = "correct horse";

class Timing : public World {
 protected:
  double refused(const std::string& email) {
    const auto begin = std::chrono::steady_clock::now();
    const Answer answer = log_in(email, "wrong password");
    const auto took = std::chrono::steady_clock::now() - begin;
    EXPECT_EQ(answer.code(), "identity.wrong_credentials");
    return std::chrono::duration<double, std::micro>(took).count();
  }
};

// Mann and Whitney's U as a standard score, ties left aside (times in nanoseconds have next to none): how far
// the ranks of the first are from those that the same distribution would give.
double rank_score(const std::vector<double>& first, const std::vector<double>& second) {
  double wins = 0;
  for (const double a : first)
    for (const double b : second) wins += a > b ? 1 : 0;
  const auto n = static_cast<double>(first.size()), m = static_cast<double>(second.size());
  return (wins - n * m / 2) / std::sqrt(n * m * (n + m + 1) / 12);
}

double score_of(const std::function<double(bool)>& take) {
  std::vector<double> known, unknown;
  for (int i = 0; i < 150; ++i) {
    known.push_back(take(true));
    unknown.push_back(take(false));
  }
  return rank_score(known, unknown);
}

TEST_P(Timing, TellsNobodyWhoHasAnAccount) {
  stop();
  database_.reopen();
  options_.throttle.limit = 100'000;
  options_.anonymous_quota = 0u;
  start();
  add_user("ada@example.org", kPassword);
  const auto take = [&](bool known) { return refused(known ? "ada@example.org" : "eve@example.org"); };
  for (int i = 0; i < 20; ++i) take(i % 2 == 0);
  double score = score_of(take);
  if (std::abs(score) >= 4) score = score_of(take);  // by chance once in ten thousand
  EXPECT_LT(std::abs(score), 4);
}

// The measure itself: it sees a difference of a twentieth, and none where there is none.
TEST(RankScore, SeesWhatIsThere) {
  std::vector<double> one, same, other;
  for (int i = 0; i < 150; ++i) {
    one.push_back(1000 + (i * 37) % 100);
    same.push_back(1000.5 + (i * 53) % 100);
    other.push_back(1050 + (i * 53) % 100);
  }
  EXPECT_LT(std::abs(rank_score(one, same)), 1);
  EXPECT_GT(std::abs(rank_score(one, other)), 4);
}

INSTANTIATE_TEST_SUITE_P(Sqlite, Timing, ::testing::Values(false));

}  // namespace
}  // namespace opsflux::identity
