//===- MatmulCost.cpp - about how long a product takes --------------------===//
//
// An estimate in microseconds. It is there to order the tiles of one shape; how
// long a kernel takes on a GPU is measured. Its terms:
//
//   waves   ceil(tiles / multiprocessors). Tiles are counted whole, so rows and
//           columns past the end cost as much as others. Many rows (those of a
//           shape that has no bound for them) fill their waves: a fraction.
//   step    of K, in one tile: wgmma reads both operands of each product of 64
//           rows from shared memory, so that is products * (64 + columns of
//           one) rows of 128 bytes, beside what a step takes whatever its tile
//           is. The first is what tall and wide tiles save, and what keeps two
//           slabs of 64 columns from being as good as one of 128. A math group
//           with one slab has no other product while it promotes: a little
//           longer, and more the wider it is (128x192 takes 9 % longer than
//           192x128 with three groups). With three groups two others have
//           products meanwhile. Where columns share scales in groups
//           smaller than blocks, there are more of them to read and to
//           multiply.
//   tile    filling the ring, draining it and storing, once for each tile.
//   parts   With split_k a tile takes as many thread blocks and has so much
//           fewer steps. In the end each sends the others their columns of its
//           part and waits for its own: an exchange, and the bytes of a part.
//           That leaves out how few slots the part leaves: 128x128 in four
//           parts takes up to 2.5 times as long.
//   cut     With schedule = streamk waves are a fraction. A thread block begins
//           a tile more than it has waves, stores one part at most, and waits
//           for about one; a launch of its own clears the flags. That is not
//           fitted to anything.
//   outside Rows of a box that are outside of the tensor take the copy engine
//           longer than others: 128x64 takes 26 microseconds at 128 rows and
//           36 at 64 (K = N = 8192). For 256 rows the estimate is too high as
//           it is.
//   memory  reading a and b and writing the result once: at half the rate of
//           the memory, and when there is much of it nearly at all of it.
//           Where several rows of tiles, all in one wave, want the same cold b
//           at once it takes longer: at K = 28672, M = 128, 64x128 takes 105
//           microseconds, 128x64 84.
//
// A step takes longer where threads copy the scales of many rows, four bytes
// each: with the copy engine it starts higher and grows less. Scales that lie
// side by side, or are few, cost neither. Where each column has a scale of its
// own, each math group reads those of its columns from shared memory, once for
// all of its slabs, beside what wgmma reads there; and multiplies twice for
// each element. At K = N = M = 8192, C in f32, 256x128 takes 1354 microseconds
// (1403) where groups split the rows, and 1273 (1279) where they split the
// columns.
//
// A step in which sums are promoted several times, since blocks along K are
// shorter, has as many passes over its accumulators, of which no product hides
// the further ones: with 1 x 32 blocks on both sides 8192^3 takes 3112
// microseconds, to which kPromoted is fitted. Of one scale for all columns a
// pass has half of the operations; that was not measured.
//
// Math groups that take turns have a step of two tiles at once, whose rows of b
// come twice, and the end of a tile mostly under the products of the other
// group. With one tile for each multiprocessor there is no other group, which
// shows after each slab. At K = N = M = 8192 the estimate is 7 % low.
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
// What scales of columns cost follows from one kernel, 128 x 128 with both
// scales copied and C loaded in front of the loop: 1667 (1520) at M = 8192.
//
// Tiles of other sizes follow from the terms. Steps of less than 64 x 64 were
// not measured and count as one of these.
//
//===----------------------------------------------------------------------===//
#include "MatmulNeeds.h"
#include "llvm/Support/MathExtras.h"
#include <algorithm>
#include <numeric>

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
/// Microseconds of a step for each scale of a column that threads copy, and for
/// each that a math group reads for its slabs.
static constexpr double kCopiedColumn = 0.00045, kOwnColumn = 0.0018;
static constexpr double kOneSlab = 0.025, kTile = 1;
/// Of a tile's own time what its turn leaves, and microseconds for each row of
/// b that comes once more.
static constexpr double kTurn = 0.4, kAgain = 0.00075;
/// For each column of one slab beyond those that were fitted.
static constexpr int64_t kFittedColumns = 128;
static constexpr double kWideSlab = 0.0006;
/// For each group of its columns that shares a scale beyond those of whole
/// blocks: it is read and multiplied with those of rows.
static constexpr double kColumnGroup = 0.002;
/// For each element of a tile and each promotion in a step behind the first,
/// where columns have scales of their own; and the part of it where not.
static constexpr double kPromoted = 1.63e-5, kPromotedByRow = 0.5;
/// For each 64 rows that a math group adds up in a step, of which the tensor
/// cores hide nothing.
static constexpr double kSummedSlab = 0.068;
/// An exchange in a cluster; bytes of a sum, and how many a thread block sends
/// and reads in a microsecond.
static constexpr double kExchange = 1, kSumBytes = 4, kPeerRate = 40e3;
/// How much longer several waves of parts take. On an H200, 96 and 128 rows at
/// K of 8192 to 28672: 64x128 in two waves of halves 1.02 to 1.10 times as long
/// as whole tiles, where the estimate without this says 0.91 to 1.
static constexpr double kWavesInParts = 1.15;
/// The launch that clears flags.
static constexpr double kClear = 1.5;
/// Parts of the memory's rate that a pass over cold operands gets, and after
/// how many microseconds the second.
static constexpr double kFirstShare = 0.5, kLaterShare = 0.85, kFirst = 10;
/// How much longer that pass takes where b is wanted several times at once.
static constexpr double kSharedPass = 1.25;
/// How much longer a tile of at most so many rows takes with half of them.
static constexpr double kOutside = 1.4;
static constexpr int64_t kTallest = 192;
/// Of the shorter of multiplying and that pass, what the longer does not hide.
static constexpr double kBeside = 0.1;
/// What sizes that are not known are taken for.
static constexpr int64_t kManyRows = 8192, kTypical = 4096;

/// Rows of operands that one product reads. Of several side by side each is as
/// long as its columns take the tensor core, or as its rows take shared memory
/// (in the same measure, 128 columns of the first being 192 rows). Beside that,
/// 256x128 in products of 64 columns takes 6 % longer, and 128x256 in two of
/// 128, which share b's rows between the groups, 1 % less.
static int64_t readOfProduct(const TargetModel &target,
                             const MatmulConfig &config) {
  constexpr int64_t kMoreOfHalf = 13, kLessOfWhole = 2, kWhole = 128;
  int64_t columns = columnsOfProduct(config);
  if (config.productsAcross() == 1)
    return target.mmaRows + columns;
  int64_t more = columns >= kWhole
                     ? -kLessOfWhole
                     : kMoreOfHalf * (kWhole - columns) * 2 / kWhole;
  return std::max(3 * columns / 2, 3 * (target.mmaRows + columns) / 4) + more;
}

/// Of a step in `tiles` tiles: promotions behind the first.
static double passesOf(const TargetModel &target, const MatmulShape &shape,
                       const MatmulConfig &config, int64_t tiles) {
  if (!shape.promotes)
    return 0;
  int64_t slot = depthOfStep(target, shape);
  int64_t more = llvm::divideCeil(slot, promotedDepth(shape, slot)) - 1;
  return (hasOwnColumns(target, shape, config) ? 1 : kPromotedByRow) *
         kPromoted *
         static_cast<double>(more * tiles * config.tile[0] * config.tile[1]);
}

static double stepOf(const TargetModel &target, const MatmulShape &shape,
                     const MatmulConfig &config, int64_t tiles) {
  auto [rows, columns, depth] = config.tile;
  bool copied = shape.isScaled() && config.scales == ScalePath::Copy &&
                shape.aBlock[0] < rows;
  bool inOneRow =
      !shape.isScaled() || shape.aBlock[0] >= rows || shape.aScalesTransposed;
  const StepRate &rate = copied ? kCopied : inOneRow ? kInOneRow : kByTma;
  int64_t slabs = llvm::divideCeil(rows, target.mmaRows),
          across = config.productsAcross(), width = columnsOfProduct(config);
  int64_t read = std::max(kLeastRead, tiles * slabs * across *
                                          readOfProduct(target, config));
  // Of three groups, two others have products while one promotes. The rows of
  // scales that the copy engine brings are as many for each of them.
  constexpr int64_t kTwo = 2;
  double least = rate.least;
  bool covered = config.groupsOfTile() > kTwo;
  if (covered && !copied && inOneRow)
    least *= kTwo / static_cast<double>(config.groupsOfTile());
  double exposed = 0;
  if (shape.promotes && productsOfGroup(target, config) == 1 && !covered) {
    exposed = kOneSlab + kWideSlab * static_cast<double>(std::max<int64_t>(
                                         0, width - kFittedColumns));
    int64_t groups =
        shape.isScaled()
            ? width / std::gcd(sideOfB(shape, config).shared(), width) -
                  llvm::divideCeil(width, shape.bBlock[0])
            : 0;
    exposed += kColumnGroup * static_cast<double>(std::max<int64_t>(0, groups));
  }
  if (shape.promotes && tiles < config.tilesAtOnce())
    exposed = kOneSlab * static_cast<double>(slabs);
  double again = kAgain * static_cast<double>((tiles - 1) * columns);
  if (hasOwnColumns(target, shape, config)) {
    int64_t times = config.split == GroupSplit::M ? config.mathGroups : 1;
    exposed += kOwnColumn * static_cast<double>(columns * times);
    if (config.scales == ScalePath::Copy)
      exposed += kCopiedColumn * static_cast<double>(columns);
  }
  exposed += passesOf(target, shape, config, tiles);
  exposed +=
      kSummedSlab * static_cast<double>(summedSlabs(target, shape, config));
  return least + rate.perRow * static_cast<double>(read) + again + exposed;
}

/// Of the kernel that multiplies.
static double costOfProduct(const TargetModel &target, const MatmulShape &shape,
                            const MatmulConfig &config) {
  if (config.swap) {
    MatmulShape product = swapped(shape);
    if (product.n == kUnknown)
      product.n = shape.mostRows == kUnknown ? kManyRows : shape.mostRows;
    for (int64_t *size : {&product.m, &product.k})
      if (*size == kUnknown)
        *size = kTypical;
    auto tiles = static_cast<double>(
        llvm::divideCeil(product.m, config.tile[0]) *
        llvm::divideCeil(product.n, config.tile[1]) *
        llvm::divideCeil(product.k, depthOfStep(target, product)));
    return costOfFewRows(target, product, config.afterSwap()) +
           tiles / static_cast<double>(target.multiprocessors) *
               passesOf(target, product, config.afterSwap(), 1);
  }
  int64_t m = shape.m == kUnknown ? shape.mostRows : shape.m;
  bool many = m == kUnknown;
  m = many ? kManyRows : std::max<int64_t>(m, 1);
  auto size = [](int64_t size) {
    return size == kUnknown ? kTypical : std::max<int64_t>(size, 1);
  };
  auto [rows, columns, depth] = config.tile;
  // A longer step takes more slots, each as long as a step of one; so does a
  // shorter one.
  int64_t slot = depthOfStep(target, shape);
  auto across = [](int64_t size, int64_t tile) {
    return static_cast<double>(llvm::divideCeil(size, tile));
  };
  double down = many ? static_cast<double>(m) / static_cast<double>(rows)
                     : across(m, rows);
  double waves = down * across(size(shape.n), columns) *
                 static_cast<double>(config.splitK) /
                 static_cast<double>(std::max<int64_t>(
                     multiprocessorsFor(target, config.splitK), 1));
  int64_t atOnce = !many && waves <= 1 ? 1 : config.tilesAtOnce();
  waves /= static_cast<double>(atOnce);
  bool cut = config.schedule == Schedule::StreamK;
  if (!many && !cut)
    waves = std::ceil(waves);
  double tile = config.schedule == Schedule::PingPong ? kTurn * kTile : kTile;
  double steps =
      across(static_cast<int64_t>(across(size(shape.k), slot)), config.splitK);
  double parts = config.splitK == 1
                     ? 0
                     : kExchange + static_cast<double>(rows * columns) *
                                       kSumBytes / kPeerRate;
  // Maxima that the next tile has to wait for.
  if (isOfCluster(shape, config))
    parts += kExchange;
  double step = stepOf(target, shape, config, atOnce);
  bool few = !many && m <= kFewRows.back();
  if (few)
    step = std::max(step, intakeOfRows(static_cast<double>(rows + columns),
                                       slot * shape.operandBits / 8,
                                       /*alone=*/true));
  double time = waves * (steps * step + tile + parts) +
                (few && !shape.beginsEarly ? kFirstLoads : 0);
  if (config.splitK > 1 && waves > 1)
    time *= kWavesInParts;
  if (cut)
    time += tile + kClear +
            2 * static_cast<double>(rows * columns) * kSumBytes / kPeerRate;

  auto bytes = [](int64_t a, int64_t b, int64_t bits) {
    return static_cast<double>(a) * static_cast<double>(b) *
           static_cast<double>(bits) / 8;
  };
  double moved =
      bytes(m, size(shape.k), shape.operandBits) +
      bytes(size(shape.n), size(shape.k), shape.operandBits) +
      bytes(m, size(shape.n), shape.resultBits) * (shape.accumulates ? 2 : 1);
  // GB/s are bytes in a nanosecond.
  double atRate =
      moved /
      (1e3 * static_cast<double>(std::max<int64_t>(target.memoryRate, 1)));
  double pass =
      few ? passOfFewRows(shape, atRate)
          : std::min(atRate / kFirstShare, kFirst + atRate / kLaterShare);
  bool shared = !many && down > 1 && waves <= 1;
  if (shared)
    pass *= kSharedPass;
  bool halfOutside = !many && (few || rows <= kTallest) && 2 * m <= rows;
  double outside = halfOutside ? kOutside : 1;
  return outside * (std::max(time, pass) + kBeside * std::min(time, pass));
}

/// Two products of one a are about one that is twice as wide, in two parts.
static double costOfDual(const TargetModel &target, MatmulShape shape,
                         MatmulConfig config) {
  shape.dual = config.dual = false;
  if (shape.n != kUnknown)
    shape.n *= 2;
  config.tile[1] *= 2;
  config.parts = 2;
  return costOfProduct(target, shape, config);
}

double strategy::cost(const TargetModel &target, const MatmulShape &shape,
                      const MatmulConfig &config) {
  if (config.dual)
    return costOfDual(target, shape, config);
  double product = costOfProduct(target, shape, config);
  int64_t m = shape.m == kUnknown ? shape.mostRows : shape.m;
  if (m == kUnknown)
    m = kManyRows;
  if (shape.codeBits != 0)
    product += costOfDecoding(target, shape, m);
  if (shape.sumsApart)
    product += costOfRowSums(target, shape, m);
  return product;
}
