//===- MatmulRowSums.cpp - who adds up rows for zero points ---------------===//
//
// Zero points of a take the sums of the rows of b, and those of b the sums of
// the rows of a. The kernel of the product has the rows in shared memory and
// adds them up there, again for each row or column of tiles: nothing for few
// rows, which wait for the memory anyway, and for many as much as a math group
// adds up in each of its steps. Kernels of their own read an operand once more,
// whatever the rows are.
//
// Microseconds on an H200 over those of the product without zero points, K =
// 8192, bf16 result (benchmarks/results/h200-2026-11-30-row-sums.json):
//
//   N       zero points of   rows: 16  128  512  768 1024 2048 8192
//   8192    a       beside        0.6  2.7   30   15   29   61  157
//                   apart          23   23   25   26   24   26   19
//           b       beside        0.9  2.4  4.5  4.4  9.3   18   84
//                   apart          12   12   17   18   19   26   59
//   28672   a       beside        1.3  3.4   23   36   48  107  418
//                   apart          64   63   66   68   69   64   12
//           b       beside          2    0  3.3  2.5   34   76  292
//                   apart          49   10   31   51   17   15   99
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
  // One kernel makes the ones. That of a, of which there are few rows, fills no
  // GPU, and the product waits for it.
  constexpr double kSumsOfA = 10, kShareOfA = 1.0 / 3;
  double kernels = 1 + shape.sumsRowsOfA + shape.sumsRowsOfB;
  double rate = kElementsShare * 1e3 *
                static_cast<double>(std::max<int64_t>(target.memoryRate, 1));
  auto read = [&](double rows) {
    return rows * typicalSize(shape.k) *
           static_cast<double>(shape.operandBits) / 8 / rate;
  };
  double time = kernels * kElementsLaunch;
  if (shape.sumsRowsOfB)
    time += read(typicalSize(shape.n));
  if (shape.sumsRowsOfA)
    time += kSumsOfA + read(static_cast<double>(m)) / kShareOfA;
  return time;
}

int64_t strategy::mostRowsBeside(const TargetModel &target,
                                 const MatmulShape &shape, Schedule schedule) {
  return mostRowsUnprepared(target, shape, summedApart(shape), schedule,
                            /*gain=*/0);
}
