//===- MatmulCost.cpp - about how long a product takes --------------------===//
//
// An estimate in microseconds. It is there to order the tiles of one shape; how
// long a kernel takes on a GPU is measured. Its terms:
//
//   waves   ceil(tiles / multiprocessors). Tiles are counted whole, so rows and
//           columns past the end cost as much as others. Many rows (those of a
//           shape that has no bound for them) fill their waves: a fraction.
//   step    of K, in one tile: wgmma reads both operands of each slab of 64
//           rows from shared memory, so that is slabs * (64 + columns) rows of
//           128 bytes, beside what a step takes whatever its tile is. The first
//           is what tall and wide tiles save, and what keeps two slabs of 64
//           columns from being as good as one of 128. A math group with one
//           slab has no other product while it promotes: a little longer.
//   tile    filling the ring, draining it and storing, once for each tile.
//   parts   With split_k a tile takes as many thread blocks and has so much
//           fewer steps. In the end each writes its part into shared memory and
//           reads its columns of all: two meetings and the bytes of a part, an
//           estimate that was not measured.
//   memory  reading a and b and writing the result once: at half the rate of
//           the memory, and when there is much of it nearly at all of it.
//           Where several rows of tiles, all in one wave, want the same cold b
//           at once it takes longer: at K = 28672, M = 128, 64x128 takes 105
//           microseconds, 128x64 84.
//
// A step takes longer where threads copy the scales of many rows, four bytes
// each: with the copy engine it starts higher and grows less. Scales that lie
// side by side, or are few, cost neither.
//
// Fitted to kernels of this compiler on an H200, K = N = 8192, 1 x 128 blocks
// of a, 128 x 128 of b, L2 flushed; microseconds, measured and (estimate):
//
//       M    256 x 128     128 x 128     128 x 64      64 x 128    256, tma
//    8192   1022 (1039)   1139 (1178)   1668 (1692)   1332 (1383)  879 (918)
//    4096    519 (521)     562 (590)     858 (861)     668 (704)   447 (460)
//    1024    130 (132)     137 (150)     205 (217)     161 (178)   117 (117)
//     512     64 (68)       68 (76)       99 (110)      84 (90)     58 (61)
//     256     56 (67)       36 (40)       48 (56)       42 (46)     50 (60)
//     128     52 (67)       34 (39)       28 (30)       29 (36)     60 (60)
//
// Tiles of other sizes follow from the terms. Steps of less than 64 x 64 were
// not measured and count as one of these.
//
//===----------------------------------------------------------------------===//
#include "MatmulNeeds.h"
#include "llvm/Support/MathExtras.h"
#include <algorithm>

using namespace mlir::gq;
using namespace mlir::gq::strategy;

namespace {
/// Microseconds of a step: its own, and for each row of operands that is read.
struct StepRate {
  double least, perRow;
};
} // namespace

static constexpr StepRate kCopied{0.07, 0.0012}, kByTma{0.136, 0.00096},
    kInOneRow{0.07, 0.00105};
static constexpr int64_t kLeastRead = 64 + 64;
static constexpr double kOneSlab = 0.025, kTile = 1;
/// Two meetings of a cluster; bytes of a sum, and how many a thread block
/// writes and reads of others in a microsecond.
static constexpr double kMeetings = 1, kSumBytes = 4, kPeerRate = 40e3;
/// Parts of the memory's rate that a pass over cold operands gets, and after
/// how many microseconds the second.
static constexpr double kFirstShare = 0.5, kLaterShare = 0.85, kFirst = 10;
/// How much longer that pass takes where b is wanted several times at once.
static constexpr double kSharedPass = 1.25;
/// Of the shorter of multiplying and that pass, what the longer does not hide.
static constexpr double kBeside = 0.1;
/// What sizes that are not known are taken for.
static constexpr int64_t kManyRows = 8192, kTypical = 4096;

static double stepOf(const TargetModel &target, const MatmulShape &shape,
                     const MatmulConfig &config) {
  auto [rows, columns, depth] = config.tile;
  bool copied = config.scales == ScalePath::Copy && shape.aBlock[0] < rows;
  bool inOneRow = shape.aBlock[0] >= rows || shape.aScalesTransposed;
  const StepRate &rate = copied ? kCopied : inOneRow ? kInOneRow : kByTma;
  int64_t slabs = llvm::divideCeil(rows, target.mmaRows);
  int64_t read = std::max(kLeastRead, slabs * (target.mmaRows + columns));
  double exposed = slabs <= config.mathGroups ? kOneSlab : 0;
  return rate.least + rate.perRow * static_cast<double>(read) + exposed;
}

double strategy::cost(const TargetModel &target, const MatmulShape &shape,
                      const MatmulConfig &config) {
  int64_t m = shape.m == kUnknown ? shape.mostRows : shape.m;
  bool many = m == kUnknown;
  m = many ? kManyRows : std::max<int64_t>(m, 1);
  auto size = [](int64_t size) {
    return size == kUnknown ? kTypical : std::max<int64_t>(size, 1);
  };
  auto [rows, columns, depth] = config.tile;
  // A longer step takes more slots, each as long as a step of one.
  int64_t slot = depthOfSlot(target, shape);
  auto across = [](int64_t size, int64_t tile) {
    return static_cast<double>(llvm::divideCeil(size, tile));
  };
  double down = many ? static_cast<double>(m) / static_cast<double>(rows)
                     : across(m, rows);
  double waves = down * across(size(shape.n), columns) *
                 static_cast<double>(config.splitK) /
                 static_cast<double>(std::max<int64_t>(
                     multiprocessorsFor(target, config.splitK), 1));
  if (!many)
    waves = std::ceil(waves);
  double steps =
      across(static_cast<int64_t>(across(size(shape.k), slot)), config.splitK);
  double parts = config.splitK == 1
                     ? 0
                     : kMeetings + static_cast<double>(rows * columns) *
                                       kSumBytes / kPeerRate;
  double time = waves * (steps * stepOf(target, shape, config) + kTile + parts);

  auto bytes = [](int64_t a, int64_t b, int64_t bits) {
    return static_cast<double>(a) * static_cast<double>(b) *
           static_cast<double>(bits) / 8;
  };
  double moved = bytes(m, size(shape.k), shape.operandBits) +
                 bytes(size(shape.n), size(shape.k), shape.operandBits) +
                 bytes(m, size(shape.n), shape.resultBits);
  // GB/s are bytes in a nanosecond.
  double atRate =
      moved /
      (1e3 * static_cast<double>(std::max<int64_t>(target.memoryRate, 1)));
  double pass = std::min(atRate / kFirstShare, kFirst + atRate / kLaterShare);
  bool shared = !many && down > 1 && waves <= 1;
  if (shared)
    pass *= kSharedPass;
  return std::max(time, pass) + kBeside * std::min(time, pass);
}
