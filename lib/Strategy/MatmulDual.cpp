//===- MatmulDual.cpp - two products of one a in one kernel ---------------===//
//
// A gate and what it is multiplied with: one kernel loads a once, and what is
// computed of both is all that it stores. Its tiles are as costly as those of
// one product twice as wide, of which fewer are in flight, so few rows leave
// multiprocessors idle.
//
// Microseconds on an H200, L2 flushed, of a gated MLP of 8192, 28672 and 8192
// with its first two products in one kernel of 128x128 tiles and apart, where
// the activation has a kernel of its own above 192 rows:
//
//      M      64   128   192   256   384   512   768  1024  1536  2048  4096
//      8192
//   dual     234   225   390   357   501   604   840  1218  1863  2467  4862
//   9720 apart    210   236   359   363   520   682   840  1224  1838  2466
//   4946  9860
//
//===----------------------------------------------------------------------===//
#include "MatmulNeeds.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir::gq;
using namespace mlir::gq::strategy;

static std::optional<double> leastCost(const TargetModel &target,
                                       const MatmulShape &shape) {
  Candidates<MatmulConfig> all = candidates(target, shape);
  if (all.empty() || all.front().refusal)
    return std::nullopt;
  return all.front().cost;
}

/// For the rows that `shape` has.
static bool paysTogether(const TargetModel &target, const MatmulShape &shape) {
  MatmulShape apart = shape;
  apart.dual = false;
  std::optional<double> both = leastCost(target, shape),
                        one = leastCost(target, apart);
  // By how much the estimate may be off for the better choice of many rows.
  constexpr double kTolerance = 1.05;
  return both && (!one || *both <= 2 * kTolerance * *one);
}

int64_t strategy::mostRowsApart(const TargetModel &target, MatmulShape shape) {
  constexpr int64_t kFewest = 256;
  if (shape.m != kUnknown)
    return shape.m > kFewest && paysTogether(target, shape) ? 0 : kUnknown;
  for (int64_t rows : llvm::reverse(kRowLimits)) {
    if (rows != kUnknown && rows <= kFewest)
      return kFewest;
    shape.mostRows = rows;
    if (!paysTogether(target, shape))
      return rows;
  }
  return kFewest;
}
