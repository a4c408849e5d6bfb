//===- Matmul.cpp - strategy of a scaled matrix multiplication ------------===//
//
// Which configs are weighed. What one takes MatmulNeeds.cpp counts, whether it
// can be MatmulLegality.cpp says, and what it costs MatmulCost.cpp. Bands of
// tiles that touch the fewest operand rows beat plain row order by up to 6 %
// (one H100).
//
//===----------------------------------------------------------------------===//
#include "MatmulNeeds.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"
#include <algorithm>
#include <numeric>

using namespace mlir::gq;
using namespace mlir::gq::strategy;

/// Band height that makes the tiles in flight touch the fewest rows of A and B.
static int64_t chooseRaster(const TargetModel &target, int64_t m,
                            const MatmulConfig &config) {
  int64_t best = 1, bestCost = std::numeric_limits<int64_t>::max();
  int64_t most =
      m == kUnknown
          ? 64
          : std::clamp<int64_t>(llvm::divideCeil(m, config.tile[0]), 1, 64);
  for (int64_t band = 1; band <= most; ++band) {
    int64_t rows =
        band * config.tile[0] +
        llvm::divideCeil(target.multiprocessors, band) * config.tile[1];
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
    if (isOneSum(shape, slots * slot))
      return slots * slot;
  return slot;
}

/// Measured on an H200 at K = N = 8192: with the copy engine tiles of 256x128
/// are 10 to 14 % faster, of 128x128 2 to 8 %; 64x128 and 128x64 are 3 to 10 %
/// slower, since its rows of 16 bytes take as long as those of operands. Scales
/// that lie side by side it brings in one row: 128x64 is 8 % faster.
static ScalePath chooseScales(const TargetModel &target,
                              const MatmulShape &shape, MatmulConfig config) {
  config.scales = hasOpenScaleRows(shape) ? ScalePath::Either : ScalePath::Tma;
  bool large = config.tile[0] >= 128 && config.tile[1] >= 128;
  bool a = byTma(config, config.tile[0], shape.aBlock),
       b = byTma(config, config.tile[1], shape.bBlock);
  bool inRows = (!a || shape.aScalesTransposed) && //
                (!b || shape.bScalesTransposed);
  return (a || b) && (large || inRows) && !refuseScales(target, shape, config)
             ? config.scales
             : ScalePath::Copy;
}

/// The estimate of parts of K was not measured, and must be better by so much.
static constexpr double kUnmeasured = 1.1;
/// Slots that must be left beside a part in shared memory: fewer do not keep
/// the tensor cores busy, which the estimate does not know.
static constexpr int64_t kFewestSlots = 4;

Candidates<MatmulConfig> strategy::candidates(const TargetModel &target,
                                              const MatmulShape &shape) {
  // Columns follow the blocks of b where those are no powers of two.
  llvm::SmallVector<int64_t> columns{128};
  if (int64_t blocks = std::lcm<int64_t>(shape.bBlock[0], 16); blocks < 128)
    columns.push_back(blocks);
  for (int64_t smaller : {64, 32, 16})
    if (!llvm::is_contained(columns, smaller))
      columns.push_back(smaller);
  constexpr std::pair<int64_t, int64_t> kRowsAndGroups[] = {
      {256, 2}, {192, 3}, {128, 2}, {64, 1}};
  Candidates<MatmulConfig> all;
  auto insert = [&](MatmulConfig config) {
    while (config.stages > 1 &&
           sharedMemory(target, shape, config) > target.sharedMemory)
      --config.stages;
    if (config.splitK > 1 && config.stages < kFewestSlots)
      return;
    config.tile[2] = chooseStep(target, shape, config);
    double estimate = cost(target, shape, config);
    insertCandidate(
        all, {config, config.splitK == 1 ? estimate : kUnmeasured * estimate,
              mathRegisters(target, shape, config), (*config.registers)[1],
              sharedMemory(target, shape, config),
              refuseChoice(target, shape, config)});
  };
  for (int64_t width : columns)
    for (auto [rows, groups] : kRowsAndGroups) {
      MatmulConfig config;
      config.tile = {rows, width, depthOfSlot(target, shape)};
      config.stages = 8;
      config.mathGroups = groups;
      config.registers = registersOf(target, config);
      config.scales = chooseScales(target, shape, config);
      config.raster = chooseRaster(target, shape.m, config);
      for (int64_t parts : partsWorthwhile(target, shape, config)) {
        config.splitK = parts;
        insert(config);
      }
    }
  return all;
}
