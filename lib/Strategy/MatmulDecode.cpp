//===- MatmulDecode.cpp - operands that kernels decode to bf16 ------------===//
//
// Blocks along K that are shorter than a step cost two multiplications for each
// element of the result where they end, beside which the tensor cores wait. A
// product in bf16 takes twice the instructions of one in FP8 and has none of
// that, but kernels of their own read the codes and write a and b in bf16
// first: so it pays where many rows of a share what is decoded of b.
//
// Microseconds on an H200, 8192^3: e4m3 in blocks of 1 x 32 on both sides with
// their scales 3112, decoded 1503, of 1 x 128 895.
//
//===----------------------------------------------------------------------===//
#include "MatmulNeeds.h"

using namespace mlir::gq;
using namespace mlir::gq::strategy;

static constexpr int64_t kDecodedBits = 16;

/// By how much of the time of a product with scales the decoded one has to be
/// better: it takes memory for a and b in bf16, and estimates are no more
/// exact.
static constexpr double kClearGain = 0.15;

MatmulShape strategy::decoded(const TargetModel &target,
                              const MatmulShape &shape) {
  MatmulShape result = shape;
  result.codeBits = shape.operandBits;
  result.operandBits = kDecodedBits;
  result.aBlock = result.bBlock = kNoBlock;
  result.aScaleBits = result.bScaleBits = 0;
  result.aScaleColumns = result.bScaleColumns = kUnknown;
  result.aScalesTransposed = result.bScalesTransposed = false;
  result.aScalesPadded = result.bScalesPadded = false;
  result.promotes = false;
  // Tensors of their own, whatever the codes are a part of.
  result.bRows = shape.n;
  result.bStart = 0;
  result.aCopied = result.bCopied =
      shape.k != kUnknown &&
      shape.k * kDecodedBits % (target.tmaAlign * 8) != 0;
  return result;
}

MatmulShape strategy::multiplied(const TargetModel &target,
                                 const MatmulShape &shape,
                                 const MatmulConfig &config) {
  if (config.decode && shape.undecodable.empty())
    return decoded(target, shape);
  if (config.rowSums == RowSums::Apart && shape.inseparable.empty())
    return summedApart(shape);
  return shape;
}

double strategy::typicalSize(int64_t size) {
  constexpr double kTypical = 4096;
  return size == kUnknown ? kTypical : static_cast<double>(size);
}

double strategy::costOfDecoding(const TargetModel &target,
                                const MatmulShape &shape, int64_t m) {
  double bytes = (static_cast<double>(m) + typicalSize(shape.n)) *
                 typicalSize(shape.k) *
                 static_cast<double>(shape.codeBits + kDecodedBits) / 8;
  double rate = kElementsShare * 1e3 *
                static_cast<double>(std::max<int64_t>(target.memoryRate, 1));
  return 2 * kElementsLaunch + bytes / rate;
}

int64_t strategy::mostRowsUnprepared(const TargetModel &target,
                                     MatmulShape shape, MatmulShape prepared,
                                     Schedule schedule, double gain) {
  auto pays = [&](int64_t rows) {
    shape.mostRows = prepared.mostRows = rows;
    Candidates<MatmulConfig> from = candidates(target, shape, schedule),
                             to = candidates(target, prepared, schedule);
    if (to.empty() || to.front().refusal)
      return false;
    return from.empty() || from.front().refusal ||
           to.front().cost < (1 - gain) * from.front().cost;
  };
  if (shape.m != kUnknown)
    return pays(kUnknown) ? 0 : kUnknown;
  int64_t most = 0;
  for (int64_t rows : kRowLimits)
    if (!pays(rows))
      most = rows;
  return most;
}

int64_t strategy::mostRowsScaled(const TargetModel &target,
                                 const MatmulShape &shape, Schedule schedule) {
  return mostRowsUnprepared(target, shape, decoded(target, shape), schedule,
                            kClearGain);
}
