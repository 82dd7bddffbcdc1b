#include "score.hpp"

namespace tiers {

std::optional<std::int64_t> company_score(std::optional<std::int64_t> reliability,
                                          std::optional<std::int64_t> performance,
                                          std::int64_t reliability_weight) {
  if (!reliability) return performance;
  if (!performance) return reliability;
  const std::int64_t hundredfold =
      *reliability * reliability_weight + *performance * (100 - reliability_weight);
  return (hundredfold + 50) / 100;
}

}  // namespace tiers
