//===- Matmul.cpp - strategy of a scaled matrix multiplication ------------===//
//
// Which configs are weighed. What one takes MatmulNeeds.cpp counts, whether it
// can be MatmulLegality.cpp says, and what it costs MatmulCost.cpp. Bands of
// tiles that touch the fewest operand rows beat plain row order by up to 6 %
// (one H100).
//
// Parts of K (split_k), of operands that are not swapped (MatmulFewRows.cpp),
// tiles that are cut (streamk) and math groups in turn are for a person or a
// tuner: on an H200 narrower tiles were as fast as the first, at M = 128 with
// (K, N) of (7168, 2112), (7168, 4096), (2048, 7168) and (8192, 8192), and
// cooperative groups faster than the last.
//
//===----------------------------------------------------------------------===//
#include "MatmulNeeds.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"
#include <algorithm>
#include <numeric>

using namespace mlir::gq;
using namespace mlir::gq::strategy;

/// Columns of tiles are multiples of this, as boxes of a store are.
static constexpr int64_t kColumnStep = 16;

/// By how much of its time a tile of another width has to be better than the
/// usual ones: those were measured.
static constexpr double kClearGain = 0.03;

/// Band height that makes the tiles in flight touch the fewest rows of A and B.
/// Powers of two divide most numbers of rows; higher bands were slower.
static int64_t chooseRaster(const TargetModel &target, int64_t m,
                            const MatmulConfig &config) {
  constexpr int64_t kHighest = 8;
  int64_t best = 1, bestCost = std::numeric_limits<int64_t>::max();
  int64_t columns = config.tile[1] * (config.dual ? 2 : 1);
  int64_t most =
      m == kUnknown ? kHighest
                    : llvm::divideCeil(std::max<int64_t>(m, 1), config.tile[0]);
  for (int64_t band = 1; band <= std::min(most, kHighest); band *= 2) {
    int64_t rows =
        band * config.tile[0] +
        llvm::divideCeil(target.multiprocessors * config.tilesAtOnce(), band) *
            columns;
    if (rows < bestCost) {
      bestCost = rows;
      best = band;
    }
  }
  return best;
}

/// As long a step as sums may become. Half of the ring is there for the next
/// one.
static int64_t chooseStep(const TargetModel &target, const MatmulShape &shape,
                          const MatmulConfig &config) {
  int64_t slot = depthOfSlot(target, shape);
  for (int64_t slots = config.stages / 2; slots > 1; --slots)
    if (isOneSum(shape, slots * slot) &&
        endsInLastSlot(target, shape, slots * slot))
      return slots * slot;
  return depthOfStep(target, shape);
}

/// Whether the copy engine can bring a scale that a slot has alone.
static bool isWholeRow(const TargetModel &target, const MatmulConfig &config,
                       const TileSide &side) {
  return !side.transposed && config.tile[2] <= side.block[1] &&
         side.scaleRow != kUnknown &&
         side.scaleRow * side.scaleBits / 8 % target.tmaAlign == 0;
}

/// Measured on an H200 at K = N = 8192: with the copy engine tiles of 256x128
/// are 10 to 14 % faster, of 128x128 2 to 8 %; 64x128 and 128x64 are 3 to 10 %
/// slower, since its rows of 16 bytes take as long as those of operands. Scales
/// that lie side by side it brings in one row: 128x64 is 8 % faster. A single
/// scale goes with them, so that no thread has to copy.
static ScalePath chooseScales(const TargetModel &target,
                              const MatmulShape &shape, MatmulConfig config) {
  config.scales = hasOpenScaleRows(shape) ? ScalePath::Either : ScalePath::Tma;
  bool large = config.tile[0] >= 128 && config.tile[1] >= 128;
  bool a = byTma(target, shape, config, sideOfA(shape, config)),
       b = byTma(target, shape, config, sideOfB(shape, config));
  bool inRows = (!a || shape.aScalesTransposed) && //
                (!b || shape.bScalesTransposed);
  bool engine = a || b ||
                (isWholeRow(target, config, sideOfA(shape, config)) &&
                 isWholeRow(target, config, sideOfB(shape, config)));
  return engine && (large || inRows) && !refuseScales(target, shape, config)
             ? config.scales
             : ScalePath::Copy;
}

/// A first step and one more are no loop: ptxas mixes them, and has no
/// registers left for a tile that is to be stored under them.
static bool hasFewSteps(const TargetModel &target, const MatmulShape &shape) {
  return shape.k != kUnknown &&
         llvm::divideCeil(shape.k, depthOfSlot(target, shape)) == 2;
}

/// Under the next tile's first product where rows of b can be permuted and
/// registers hold it: on an H200 at K = N = 8192 256x128 is 3 to 5 % faster
/// than through shared memory, which leaves room for one slot less. A tile that
/// sums start from is read sixteen bytes at once so, and while a product runs.
/// Bytes do not go through shared memory: where rows of b are in order a thread
/// has two side by side.
/// Where the epilogue reads tensors of the result's size, ptxas has too little
/// left for both tiles, and each is stored at its end. A bf16 residual of 8192
/// columns takes, on an H200, microseconds, stored so by 128x256, through
/// shared memory by 192x128, and the product alone:
///     M      K = 2048           K = 8192           K = 28672
///     512    24.1  30.6  19.6    55.6   63.4  52.7   194   216   172
///     1024   38.8  55.6  31.5     114    143   107   384   491   369
///     4096    134   180   110     468    532   431  1584  1789  1509
/// Maxima of blocks of several rows are found before a tile is stored, so what
/// they are of is computed twice where that is later.
static bool computesTwice(const MatmulShape &shape) {
  return shape.quantized && (*shape.quantized)[0] > 1 && shape.functions != 0;
}

static StorePath chooseStore(const TargetModel &target,
                             const MatmulShape &shape, MatmulConfig config) {
  constexpr int64_t kWord = 32, kByte = 8;
  bool adds = shape.accumulates && shape.resultBits != kWord,
       full = adds || shape.dual ||
              llvm::is_contained(shape.epilogue, Spread::Tile);
  if (adds && shape.resultBits != kByte)
    return StorePath::Staged;
  for (StorePath path : {StorePath::Deferred, StorePath::Direct}) {
    if ((full || hasFewSteps(target, shape) || config.splitK > 1 ||
         computesTwice(shape)) &&
        path == StorePath::Deferred)
      continue;
    config.store = path;
    MatmulConfig tried = complete(target, shape, config);
    if (!refuseSchedule(tried) && !refuseStore(target, shape, tried) &&
        mathRegisters(target, shape, tried) <= (*tried.registers)[1])
      return path;
  }
  return StorePath::Staged;
}

/// With one or two rows of tiles those that want the same part of b want it at
/// the same time. On an H200 at K = N = 8192, L2 flushed, 128x64 takes 0.88
/// instead of 0.98 of cuBLASLt's time at 128 rows so, 128x128 0.94 instead of
/// 1.02 at 256; at 512 rows 256x128 takes the same.
static bool streamsB(const MatmulShape &shape, const MatmulConfig &config) {
  int64_t rows = shape.m == kUnknown ? shape.mostRows : shape.m;
  return rows != kUnknown && rows <= 2 * config.tile[0];
}

namespace {
/// Rows of a tile, and how math groups share it.
struct Rows {
  int64_t count, groups, parts = 1;
  GroupSplit split = GroupSplit::M;
};
} // namespace

/// All keys that follow from a tile's rows and columns.
static MatmulConfig configOf(const TargetModel &target,
                             const MatmulShape &shape, Schedule schedule,
                             const Rows &rows, int64_t columns) {
  MatmulConfig config;
  config.tile = {rows.count, columns, depthOfStep(target, shape)};
  config.stages = 8;
  config.mathGroups = rows.groups;
  config.parts = rows.parts;
  config.split = rows.split;
  config.schedule = schedule;
  config.decode = shape.codeBits != 0;
  config.rowSums = shape.sumsApart ? RowSums::Apart : RowSums::Beside;
  config.dequantize = shape.dequantized;
  config.quantize = shape.quantized.has_value();
  // Blocks that go on in another tile are those of a cluster.
  config.cluster = ClusterShare::B;
  if (!isOfCluster(shape, config))
    config.cluster = ClusterShare::None;
  config.dual = shape.dual;
  config.epilogue = shape.kept;
  config.splitK = shape.sumParts;
  config.store = chooseStore(target, shape, config);
  config.scales = chooseScales(target, shape, config);
  config = complete(target, shape, config);
  config.streamB = streamsB(shape, config);
  config.raster = chooseRaster(target, shape.m, config);
  while (config.stages > 1 &&
         sharedMemory(target, shape, config) > target.sharedMemory)
    --config.stages;
  config.tile[2] = chooseStep(target, shape, config);
  return config;
}

/// Whether `config` is clearly better than all of `others` for some number of
/// rows. Each has the same place for all numbers of rows then.
static bool pays(const TargetModel &target, MatmulShape shape,
                 const MatmulConfig &config,
                 llvm::ArrayRef<MatmulConfig> others) {
  auto forRows = [&](int64_t rows) {
    shape.mostRows = rows;
    double best = std::numeric_limits<double>::max();
    for (const MatmulConfig &other : others)
      best = std::min(best, cost(target, shape, other));
    return cost(target, shape, config) < (1 - kClearGain) * best;
  };
  return shape.m == kUnknown ? llvm::any_of(kRowLimits, forRows)
                             : forRows(kUnknown);
}

/// In two parts of K, the narrowest tile of 64 rows whose thread blocks all fit
/// side by side. On an H200, 64 rows, launched early and one after another:
/// 0.92 to 0.96 of the time of other tiles at (4096, 4096), (7168, 4096),
/// (16384, 7168) and (28672, 8192), 0.98 at (8192, 10240), 1.02 at (8192,
/// 8192); with L2 flushed 1.00 to 1.03.
static std::optional<MatmulConfig>
halvesOf(const TargetModel &target, MatmulShape shape, Schedule schedule) {
  constexpr int64_t kParts = 2;
  if (schedule != Schedule::Cooperative || !shape.beginsEarly ||
      shape.batchInvariant || shape.dual || shape.n == kUnknown ||
      !hasStepsFor(shape, depthOfStep(target, shape), kParts))
    return std::nullopt;
  shape.sumParts = kParts;
  for (int64_t width : {64, 128, 160})
    if (kParts * static_cast<int64_t>(llvm::divideCeil(shape.n, width)) <=
        target.multiprocessors) {
      MatmulConfig config =
          configOf(target, shape, schedule, {target.mmaRows, 1}, width);
      if (!refuseChoice(target, shape, config))
        return config;
    }
  return std::nullopt;
}

static constexpr Rows kCooperative[] = {{256, 2}, {192, 3}, {128, 2}, {64, 1}},
                      kPingPong[] = {{128, 2}, {64, 2}};
/// Of other widths. Where a tile is taken in parts, three groups have the
/// registers; parts that are no whole groups of permuted columns were slow
/// (192x176 takes 1.4 times as long as 192x192).
static constexpr Rows kOtherRows[] = {
    {256, 2}, {192, 3}, {192, 3, 2}, {128, 2}, {64, 1}};
/// As wide as instructions are, split between two groups.
static constexpr Rows kWidest = {128, 2, 1, GroupSplit::N};
/// The same, above one another.
static constexpr Rows kWide = {128, 2};
/// Where columns have scales of their own, a group reads those of half of them.
static constexpr Rows kBeside = {256, 2, 1, GroupSplit::N};

Candidates<MatmulConfig> strategy::candidates(const TargetModel &target,
                                              const MatmulShape &shape,
                                              Schedule schedule) {
  llvm::ArrayRef<Rows> usualRows = kCooperative, otherRows = kOtherRows;
  if (schedule == Schedule::PingPong)
    usualRows = otherRows = kPingPong;
  // Columns follow the blocks of b where those are no powers of two.
  llvm::SmallVector<int64_t> columns{128};
  if (int64_t blocks = std::lcm<int64_t>(shape.bBlock[0], kColumnStep);
      shape.isScaled() && blocks < 128)
    columns.push_back(blocks);
  for (int64_t smaller : {64, 32, 16})
    if (!llvm::is_contained(columns, smaller))
      columns.push_back(smaller);
  Candidates<MatmulConfig> all;
  auto insert = [&](const MatmulConfig &config, const Refusal &refusal) {
    insertCandidate(all, {config, cost(target, shape, config),
                          mathRegisters(target, shape, config),
                          (*config.registers)[1],
                          sharedMemory(target, shape, config), refusal});
  };
  llvm::SmallVector<MatmulConfig> usual;
  auto insertUsual = [&](MatmulConfig config) {
    Refusal refusal = refuseChoice(target, shape, config);
    insert(config, refusal);
    if (!refusal)
      usual.push_back(config);
    // For where two kernels are one too many.
    if (config.scales != ScalePath::Either)
      return;
    config.scales = ScalePath::Copy;
    insert(config, refuseChoice(target, shape, config));
  };
  for (int64_t width : columns)
    for (const Rows &rows : usualRows)
      insertUsual(configOf(target, shape, schedule, rows, width));
  if (schedule == Schedule::Cooperative) {
    MatmulConfig widest =
        configOf(target, shape, schedule, kWidest, target.mmaColsMax);
    // Scales of so many columns leave ptxas too few registers.
    if (!llvm::is_contained(columns, target.mmaColsMax) &&
        !hasOwnColumns(target, shape, widest))
      insertUsual(widest);
    // Without promotion no group has to wait for itself.
    if (!shape.promotes)
      insertUsual(configOf(target, shape, schedule, kWide, target.mmaColsMax));
    MatmulConfig beside =
        configOf(target, shape, schedule, kBeside, columns.front());
    if (hasOwnColumns(target, shape, beside))
      insertUsual(beside);
  }
  if (schedule == Schedule::Cooperative)
    for (const MatmulConfig &config : fewRowsConfigs(target, shape))
      if (!refuseChoice(target, shape, config))
        insert(config, std::nullopt);
  if (std::optional<MatmulConfig> halves = halvesOf(target, shape, schedule))
    insert(*halves, std::nullopt);
  // All others where these fill their waves badly.
  for (int64_t width = target.mmaColsMax; width > 0; width -= kColumnStep)
    for (const Rows &rows : otherRows)
      if (!llvm::is_contained(columns, width))
        if (MatmulConfig config =
                configOf(target, shape, schedule, rows, width);
            (config.parts == 1 || config.storesDirectly()) &&
            pays(target, shape, config, usual) &&
            !refuseChoice(target, shape, config))
          insert(config, std::nullopt);
  return all;
}
