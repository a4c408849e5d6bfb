//===- Statistics.cpp - many samples in five numbers ----------------------===//
#include "gq/Bench/Statistics.h"

#include <algorithm>
#include <cmath>

namespace gridquant::bench {

/// Of sorted samples.
static double at(const std::vector<double> &sorted, double q) {
  if (sorted.empty())
    return 0;
  double position = q * static_cast<double>(sorted.size() - 1);
  auto below = static_cast<size_t>(std::floor(position));
  size_t above = std::min(below + 1, sorted.size() - 1);
  double part = position - static_cast<double>(below);
  return sorted[below] + part * (sorted[above] - sorted[below]);
}

double quantile(std::vector<double> samples, double q) {
  std::sort(samples.begin(), samples.end());
  return at(samples, q);
}

Summary summarise(const std::vector<double> &samples) {
  std::vector<double> sorted = samples;
  std::sort(sorted.begin(), sorted.end());
  return {at(sorted, 0.5), at(sorted, 0.2), at(sorted, 0.8), at(sorted, 0),
          sorted.size()};
}

} // namespace gridquant::bench
