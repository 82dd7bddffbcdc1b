// The score of a company: one figure out of its reliability and its performance.
#pragma once

#include <cstdint>
#include <optional>

namespace tiers {

// The weighted mean of both (0 to 100), rounded half up; `reliability_weight` is in percent. With one of them
// known, that one; with none, nothing: an unknown score is not a bad one.
std::optional<std::int64_t> company_score(std::optional<std::int64_t> reliability,
                                          std::optional<std::int64_t> performance,
                                          std::int64_t reliability_weight);

}  // namespace tiers
