//===- Statistics.h - many samples in five numbers --------------*- C++ -*-===//
#ifndef GQ_BENCH_STATISTICS_H
#define GQ_BENCH_STATISTICS_H

#include <cstddef>
#include <vector>

namespace gridquant::bench {

struct Summary {
  double median = 0, p20 = 0, p80 = 0, min = 0;
  size_t count = 0;
};

/// Interpolates between neighbours, as torch.quantile does. 0 of no samples.
double quantile(std::vector<double> samples, double q);

Summary summarise(const std::vector<double> &samples);

} // namespace gridquant::bench

#endif // GQ_BENCH_STATISTICS_H
