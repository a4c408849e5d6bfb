//===- SelectConfig.cpp - the strategy of each kernel ---------------------===//
//
// Measured background for the choices (one H100): large FP8 GEMMs are bound by
// power and L2 traffic, so 256x128 tiles beat 128x128 by 10 to 20 %, and bands
// of tiles that touch the fewest operand rows beat plain row order by up to 6
// %.
//
//===----------------------------------------------------------------------===//
#include "gq/Dialect/GQ/IR/GQ.h"
#include "gq/Dialect/GQ/Transforms/ConfigRules.h"
#include "gq/Dialect/GQ/Transforms/Passes.h"
#include "gq/Dialect/GQGPU/IR/SharedMemory.h"
#include "gq/Support/Remarks.h"
#include "mlir/IR/Builders.h"
#include "llvm/Support/MathExtras.h"

namespace mlir::gq {
#define GEN_PASS_DEF_SELECTCONFIGPASS
#include "gq/Dialect/GQ/Transforms/Passes.h.inc"
} // namespace mlir::gq

using namespace mlir;
using namespace mlir::gq;

static constexpr StringLiteral kPass = "gq-select-config";

static int64_t dimOf(Value value, unsigned dim) {
  return cast<ShapedType>(value.getType()).getDimSize(dim);
}

//===----------------------------------------------------------------------===//
// Budgets of a matmul config
//===----------------------------------------------------------------------===//

/// The ring that gq-pipeline-stages makes for `config`.
static gqgpu::RingType ringOf(ScaledMatmulOp op, ConfigAttr config,
                              int64_t stages) {
  MLIRContext *context = op.getContext();
  ArrayRef<int64_t> tile = config.getTile();
  auto element = [](Value v) {
    return cast<ShapedType>(v.getType()).getElementType();
  };
  Type f32 = Float32Type::get(context);
  auto scales = [&](int64_t extent, int64_t block) {
    return gqgpu::TileType::get(
        context, {std::max<int64_t>(1, llvm::divideCeil(extent, block)), 1},
        f32, 0);
  };
  return gqgpu::RingType::get(context, stages,
                              {gqgpu::TileType::get(context, {tile[0], tile[2]},
                                                    element(op.getA()), 128),
                               gqgpu::TileType::get(context, {tile[1], tile[2]},
                                                    element(op.getB()), 128),
                               scales(tile[0], op.getABlock()[0]),
                               scales(tile[1], op.getBBlock()[0])});
}

static int64_t sharedMemory(ScaledMatmulOp op, ConfigAttr config,
                            int64_t stages) {
  int64_t staging = config.getMathGroups() * 4 * gqgpu::kStoreStagingPerWarp;
  return gqgpu::RingLayout::get(ringOf(op, config, stages), staging).end;
}

/// Registers a thread of a math group needs: one accumulator set per 64 rows,
/// one set for the product in flight, and addresses, scales and loop state.
static int64_t mathRegisters(ConfigAttr config, const TargetModel &target) {
  int64_t set = config.getTile()[1] / 2;
  int64_t slabs = config.getTile()[0] / target.mmaRows / config.getMathGroups();
  return (slabs + 1) * set + 32;
}

std::pair<int64_t, int64_t>
mlir::gq::defaultRegisters(ConfigAttr config, const TargetModel &target) {
  if (!config.getRegisters().empty())
    return {config.getRegisters()[0], config.getRegisters()[1]};
  int64_t groups = config.getMathGroups();
  int64_t threads = target.warpGroup * (groups + 1);
  int64_t producer = groups <= 2 ? 40 : 32;
  int64_t left = target.registerPool(threads) / target.warpGroup - producer;
  // 256 of them would leave none for ptxas to work with.
  return {producer,
          std::min<int64_t>(left / groups / 8 * 8, target.maxRegisters - 8)};
}

static LogicalResult checkMatmul(ScaledMatmulOp op, ConfigAttr config,
                                 const TargetModel &target) {
  ArrayRef<int64_t> tile = config.getTile();
  if (tile[2] != target.swizzleBytes)
    return op.emitOpError("config: expects a K step of ")
           << target.swizzleBytes << ", got " << tile[2];
  // Before anything is multiplied by numbers that a person may write.
  uint64_t threads = llvm::SaturatingMultiply<uint64_t>(
      static_cast<uint64_t>(config.getMathGroups()) + 1, target.warpGroup);
  if (threads > static_cast<uint64_t>(target.threadsPerBlock))
    return op.emitOpError("config: uses ")
           << threads << " threads per thread block, the limit is "
           << target.threadsPerBlock;
  if (config.getStages() > target.sharedMemory)
    return op.emitOpError("config: has ")
           << config.getStages() << " stages, more than the "
           << target.sharedMemory << " bytes of shared memory";
  int64_t rows = target.mmaRows * config.getMathGroups();
  if (tile[0] % rows != 0)
    return op.emitOpError("config: expects tile rows that are a multiple of ")
           << rows << " (64 for each of " << config.getMathGroups()
           << " math groups), got " << tile[0];
  if (tile[0] > target.tmaBox)
    return op.emitOpError("config: expects at most ")
           << target.tmaBox << " tile rows, got " << tile[0];
  if (tile[1] % 16 != 0 || tile[1] > target.mmaColsMax)
    return op.emitOpError("config: expects tile columns that are a multiple of "
                          "16, at most ")
           << target.mmaColsMax << ", got " << tile[1];
  int64_t bn = op.getBBlock()[0];
  if ((tile[1] % bn != 0 && bn % tile[1] != 0) ||
      (bn < tile[1] && bn % target.mmaColsStep != 0))
    return op.emitOpError("config: expects tile columns and the ")
           << bn << " rows of a block of b to divide one another, in groups of "
           << target.mmaColsStep << " columns, got " << tile[1];
  int64_t am = op.getABlock()[0];
  if (tile[0] % am != 0 && am % tile[0] != 0)
    return op.emitOpError("config: expects tile rows and the ")
           << am << " rows of a block of a to divide one another, got "
           << tile[0];
  for (auto [name, k] :
       {std::pair("a", op.getABlock()[1]), std::pair("b", op.getBBlock()[1])})
    if (k % tile[2] != 0)
      return op.emitOpError("expects blocks of ")
             << name << " along K to be a multiple of " << tile[2] << ", got "
             << k;
  if (config.getCluster() != 1)
    return op.emitOpError("config: expects a cluster of 1 thread block, got ")
           << config.getCluster();
  int64_t bytes = sharedMemory(op, config, config.getStages());
  if (bytes > target.sharedMemory)
    return op.emitOpError("config: uses ")
           << bytes << " bytes of shared memory, the limit is "
           << target.sharedMemory
           << " (fewer stages or a smaller tile need less)";
  auto [producer, math] = defaultRegisters(config, target);
  for (int64_t registers : {producer, math})
    if (registers < target.minRegisters || registers > target.maxRegisters ||
        registers % 8 != 0)
      return op.emitOpError("config: expects register counts between ")
             << target.minRegisters << " and " << target.maxRegisters
             << " that are multiples of 8, got " << registers;
  int64_t used = target.warpGroup * (producer + config.getMathGroups() * math);
  int64_t pool = target.registerPool(static_cast<int64_t>(threads));
  if (used > pool)
    return op.emitOpError("config: uses ")
           << used << " registers per thread block, the limit for " << threads
           << " threads is " << pool;
  int64_t needed = mathRegisters(config, target);
  if (needed > math)
    return op.emitOpError("config: needs about ")
           << needed << " registers per math thread, the limit is " << math
           << " (a smaller tile or more math groups need less)";
  return success();
}

//===----------------------------------------------------------------------===//
// Choices
//===----------------------------------------------------------------------===//

/// Band height that makes the tiles in flight touch the fewest rows of A and B.
static int64_t chooseRaster(ArrayRef<int64_t> tile, int64_t rows,
                            const TargetModel &target) {
  int64_t best = 1, bestCost = INT64_MAX;
  int64_t most =
      ShapedType::isDynamic(rows)
          ? 64
          : std::clamp<int64_t>(llvm::divideCeil(rows, tile[0]), 1, 64);
  for (int64_t band = 1; band <= most; ++band) {
    int64_t cost = band * tile[0] +
                   llvm::divideCeil(target.multiprocessors, band) * tile[1];
    if (cost < bestCost) {
      bestCost = cost;
      best = band;
    }
  }
  return best;
}

static FailureOr<ConfigAttr> chooseMatmul(ScaledMatmulOp op,
                                          const TargetModel &target) {
  MLIRContext *context = op.getContext();
  int64_t m = dimOf(op.getA(), 0);
  int64_t rows = 256, groups = 2;
  if (!ShapedType::isDynamic(m) && m <= 64)
    rows = 64, groups = 1;
  else if (!ShapedType::isDynamic(m) && m <= 128)
    rows = 128;
  int64_t bn = op.getBBlock()[0], columns = 128;
  if (columns % bn != 0 && bn % columns != 0)
    columns = bn % 16 == 0 && bn < columns ? bn : 64;
  SmallVector<int64_t> tile{rows, columns, target.swizzleBytes};
  auto with = [&](int64_t stages) {
    return ConfigAttr::get(context, tile, stages, groups, Schedule::Cooperative,
                           chooseRaster(tile, m, target), /*earlyWait=*/true,
                           /*registers=*/{}, /*threads=*/256, /*cluster=*/1,
                           /*passes=*/1, /*slabs=*/1);
  };
  int64_t stages = 8;
  while (stages > 1 &&
         sharedMemory(op, with(stages), stages) > target.sharedMemory)
    --stages;
  return with(stages);
}

static void report(Operation *op, ConfigAttr config, const Twine &cost) {
  std::string text;
  llvm::raw_string_ostream os(text);
  os << Attribute(config);
  remarkDecision(op, kPass, "config", text + cost);
}

namespace {
struct SelectConfigPass : gq::impl::SelectConfigPassBase<SelectConfigPass> {
  using SelectConfigPassBase::SelectConfigPassBase;

  void runOnOperation() override {
    const TargetModel &target = getTarget(getOperation());
    WalkResult result = getOperation()->walk([&](Operation *op) {
      if (auto block = dyn_cast<BlockOpInterface>(op);
          block && !block.getKernelWord().empty() &&
          failed(block.requireTensors()))
        return WalkResult::interrupt();
      if (auto matmul = dyn_cast<ScaledMatmulOp>(op))
        return WalkResult(select(matmul, target));
      if (auto quantize = dyn_cast<QuantizeOp>(op))
        return WalkResult(select(quantize, target));
      if (auto absmax = dyn_cast<BlockAbsmaxOp>(op))
        return WalkResult(selectPass(absmax, /*reduces=*/true, target));
      // With an origin, tiles do not start at blocks.
      if (auto cast = dyn_cast<ScaledCastOp>(op);
          cast && (cast.getConfig() || cast.getOrigin().empty()))
        return WalkResult(selectPass(cast, /*reduces=*/false, target));
      return WalkResult::advance();
    });
    if (result.wasInterrupted())
      signalPassFailure();
  }

  LogicalResult select(ScaledMatmulOp op, const TargetModel &target) {
    if (!op.getConfig()) {
      FailureOr<ConfigAttr> config = chooseMatmul(op, target);
      if (failed(config))
        return failure();
      op.setConfigAttr(*config);
    }
    ConfigAttr config = *op.getConfig();
    if (failed(checkMatmul(op, config, target)))
      return failure();
    if (static_cast<int64_t>(op.getPromote()) > config.getTile()[2])
      remarkMissed(op, kPass, "promote",
                   "promotes every " + Twine(config.getTile()[2]) +
                       " elements of K, the step of the loop, not every " +
                       Twine(op.getPromote()));
    report(op, config,
           ", " + Twine(sharedMemory(op, config, config.getStages())) +
               " bytes of shared memory");
    return success();
  }

  /// A block that is larger than a static x is that of the next power of two:
  /// threads would only wait for elements that do not exist.
  static void clampBlock(QuantizeOp op) {
    SmallVector<int64_t> block(op.getBlock());
    for (auto [size, extent] :
         llvm::zip(block, cast<ShapedType>(op.getX().getType()).getShape()))
      if (!ShapedType::isDynamic(extent) && extent > 0 && extent < size)
        size = std::min<int64_t>(
            size, static_cast<int64_t>(llvm::PowerOf2Ceil(extent)));
    if (block == op.getBlock())
      return;
    remarkDecision(op, kPass, "block",
                   "the only block along a dimension is rounded down to " +
                       Twine(block[0]) + "x" + Twine(block[1]));
    op.setBlock(block);
  }

  LogicalResult select(QuantizeOp op, const TargetModel &target) {
    if (!op.getConfig()) {
      clampBlock(op);
      FailureOr<ConfigAttr> config = chooseQuantizeConfig(op, target);
      if (failed(config))
        return failure();
      op.setConfigAttr(*config);
    }
    ConfigAttr config = *op.getConfig();
    if (failed(checkQuantizeConfig(op, config, target)))
      return failure();
    report(op, config, "");
    return success();
  }

  template <typename OpTy>
  LogicalResult selectPass(OpTy op, bool reduces, const TargetModel &target) {
    auto x = cast<ShapedType>(op.getX().getType());
    if (!op.getConfig()) {
      FailureOr<ConfigAttr> config =
          choosePassConfig(op, x, op.getBlock(), reduces, target);
      if (failed(config))
        return failure();
      op.setConfigAttr(*config);
    }
    if (failed(checkPassConfig(op, x, op.getBlock(), *op.getConfig(), target)))
      return failure();
    report(op, *op.getConfig(), "");
    return success();
  }
};
} // namespace
