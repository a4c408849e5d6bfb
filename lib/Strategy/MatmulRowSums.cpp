//===- MatmulRowSums.cpp - who adds up rows for zero points ---------------===//
//
// Zero points of a take the sums of the rows of b, and those of b the sums of
// the rows of a. The kernel of the product has the rows in shared memory and
// adds them up there, again for each row or column of tiles: nothing for few
// rows, which wait for the memory anyway, and for many as much as a math group
// adds up in each of its steps. Kernels of their own read an operand once more,
// whatever the rows are.
//
// Microseconds on an H200, 8192^3 of i8, bf16 result, without zero points 704
// (benchmarks/results/h200-2026-11-30-formats.json), of tiles of 128x256, whose
// groups add up 64 rows of a and 128 of b in a step:
//
//   zero points of           a      b   both
//   beside the product     839    772   1030
//   apart                  728    771    862
//
// Of 16 rows it is 25, 25 and 26 beside, and 47, 33 and 55 apart.
//
//===----------------------------------------------------------------------===//
#include "MatmulNeeds.h"

using namespace mlir::gq;
using namespace mlir::gq::strategy;

MatmulShape strategy::summedApart(const MatmulShape &shape) {
  MatmulShape result = shape;
  result.sumsApart = shape.sumsRowsOfA || shape.sumsRowsOfB;
  return result;
}

double strategy::costOfRowSums(const TargetModel &target,
                               const MatmulShape &shape, int64_t m) {
  constexpr double kTypical = 4096;
  auto size = [](int64_t size) {
    return size == kUnknown ? kTypical : static_cast<double>(size);
  };
  // One kernel makes the ones.
  double kernels = 1 + shape.sumsRowsOfA + shape.sumsRowsOfB;
  double rows = (shape.sumsRowsOfA ? static_cast<double>(m) : 0) +
                (shape.sumsRowsOfB ? size(shape.n) : 0);
  double bytes =
      rows * size(shape.k) * static_cast<double>(shape.operandBits) / 8;
  double rate = kElementsShare * 1e3 *
                static_cast<double>(std::max<int64_t>(target.memoryRate, 1));
  return kernels * kElementsLaunch + bytes / rate;
}

int64_t strategy::mostRowsBeside(const TargetModel &target,
                                 const MatmulShape &shape, Schedule schedule) {
  MatmulShape beside = shape, apart = summedApart(shape);
  auto pays = [&](int64_t rows) {
    beside.mostRows = apart.mostRows = rows;
    Candidates<MatmulConfig> here = candidates(target, beside, schedule),
                             there = candidates(target, apart, schedule);
    if (there.empty() || there.front().refusal)
      return false;
    return here.empty() || here.front().refusal ||
           there.front().cost < here.front().cost;
  };
  if (shape.m != kUnknown)
    return pays(kUnknown) ? 0 : kUnknown;
  int64_t most = 0;
  for (int64_t rows : kRowLimits)
    if (!pays(rows))
      most = rows;
  return most;
}
