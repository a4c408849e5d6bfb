//===- MatmulScales.cpp - the order of scales that a product reads --------===//
//
// For numbers of rows that a product may have, what is chosen with M-major
// scales is weighed against what is chosen with row-major ones. A tile of many
// rows takes as long with either; one of few is faster if they lie side by
// side.
//
//===----------------------------------------------------------------------===//
#include "gq/Strategy/Matmul.h"
#include <cmath>

using namespace mlir::gq;
using namespace mlir::gq::strategy;

static constexpr int64_t kRows[] = {64, 128, 256, 512, 1024, 4096, kUnknown};

/// On an H200, K = N = 8192, products of tiles of 256x128 take as long with one
/// order as with the other, by less than 1 % (docs/performance.md). So much
/// slower by the estimate, M-major ones are preferred still: they take 12 bytes
/// less of a slot for each row.
static constexpr double kAsGood = 0.01;

/// The cost of the first candidate; none where none can run.
static std::optional<double> costOf(const TargetModel &target,
                                    const MatmulShape &shape) {
  Candidates<MatmulConfig> all = candidates(target, shape);
  if (all.empty() || all.front().refusal)
    return std::nullopt;
  return all.front().cost;
}

bool strategy::prefersTransposed(const TargetModel &target,
                                 const MatmulShape &shape,
                                 const MatmulShape &turned) {
  // Scales of more rows than the smallest tile has are few, and cost nothing.
  bool isA = shape.aScalesTransposed != turned.aScalesTransposed;
  auto [rows, depth] = isA ? shape.aBlock : shape.bBlock;
  if (rows >= target.mmaRows)
    return false;
  // Scales of one byte that a step has side by side are copied as one word.
  constexpr int64_t kWord = 32;
  int64_t bits = isA ? shape.aScaleBits : shape.bScaleBits;
  if (bits < kWord && depthOfStep(target, shape) / depth * bits >= kWord)
    return false;
  double longer = 0;
  for (int64_t rows : kRows) {
    MatmulShape before = shape, after = turned;
    before.mostRows = after.mostRows = rows;
    std::optional<double> from = costOf(target, before),
                          to = costOf(target, after);
    if (!from || !to)
      return false;
    longer += std::log(*to / *from);
  }
  return longer <= std::log1p(kAsGood) * std::size(kRows);
}
