//===- QuantizeLayout.cpp - strategy of block quantisation ----------------===//
#include "gq/Dialect/GQ/Transforms/ConfigRules.h"
#include "llvm/Support/MathExtras.h"
#include <numeric>

using namespace mlir;
using namespace mlir::gq;

/// Largest divisor of `value` that is at most `limit`.
static int64_t largestDivisor(int64_t value, int64_t limit) {
  for (int64_t d = std::min(value, limit); d > 1; --d)
    if (value % d == 0)
      return d;
  return 1;
}

int64_t mlir::gq::quantizeChunk(int64_t blockColumns) {
  int64_t chunk = 16;
  while (blockColumns % chunk != 0)
    chunk /= 2;
  return chunk;
}

gqgpu::BlockedLayoutAttr mlir::gq::quantizeLayout(MLIRContext *context,
                                                  ArrayRef<int64_t> tile,
                                                  int64_t threads,
                                                  int64_t cluster,
                                                  ArrayRef<int64_t> block) {
  int64_t chunk = quantizeChunk(block[1]);
  if (tile[1] % chunk != 0 || tile[0] % cluster != 0)
    return {};
  int64_t columns = std::gcd(tile[1] / chunk, threads);
  int64_t rows = threads / columns;
  if (columns * rows != threads || tile[0] / cluster % rows != 0)
    return {};
  return gqgpu::BlockedLayoutAttr::get(context, {rows, columns}, chunk,
                                       cluster);
}

ConfigAttr mlir::gq::chooseWholeBlocks(MLIRContext *context,
                                       ArrayRef<int64_t> block,
                                       int64_t clusterMax) {
  constexpr int64_t kThreads = 256;
  int64_t br = block[0], bc = block[1];
  int64_t chunk = quantizeChunk(bc);
  const int64_t most = clusterMax * kThreads * kQuantizeElementsPerThread;
  if (br > most || bc > most || br * bc > most)
    return {};

  // Blocks side by side until a warp covers a row of the tile, as long as a
  // thread's share stays small.
  int64_t columns = bc;
  while (2 * columns / chunk <= 32 && br * 2 * columns <= kThreads * 64)
    columns *= 2;
  int64_t threadColumns = largestDivisor(columns / chunk, kThreads);
  // Thread rows must divide the rows of a tile, which is a multiple of br.
  int64_t threadRows = kThreads / threadColumns;
  int64_t rows = br;
  if (br % threadRows != 0) {
    if (threadRows % br == 0)
      rows = threadRows;
    else
      threadRows = largestDivisor(br, threadRows);
  }
  int64_t threads = threadRows * threadColumns;
  // Small shares hide no latency: give each thread at least 32 elements.
  while (rows * columns / threads * 2 <= 32)
    rows *= 2;

  for (int64_t cluster = 1; cluster <= clusterMax; cluster *= 2) {
    if (rows % (cluster * threadRows) != 0)
      break;
    if (rows / cluster * columns / threads > kQuantizeElementsPerThread)
      continue;
    return ConfigAttr::get(context, {rows, columns}, 4, 2,
                           Schedule::Cooperative, 0, true, {}, threads, cluster,
                           /*passes=*/1);
  }
  return {};
}

FailureOr<ConfigAttr>
mlir::gq::chooseQuantizeConfig(QuantizeOp op, const TargetModel &target) {
  if (ConfigAttr config =
          chooseWholeBlocks(op.getContext(), op.getBlock(), target.clusterMax))
    return config;
  // No thread blocks can hold a block: read the input twice.
  FailureOr<ConfigAttr> pass = choosePassConfig(
      op, cast<ShapedType>(op.getX().getType()).getShape(), op.getBlock(),
      /*reduces=*/true, target);
  if (failed(pass))
    return failure();
  return ConfigAttr::get(op.getContext(), pass->getTile(), 4, 2,
                         Schedule::Cooperative, 0, true, {}, pass->getThreads(),
                         pass->getCluster(), /*passes=*/2);
}

LogicalResult mlir::gq::checkQuantizeConfig(QuantizeOp op, ConfigAttr config,
                                            const TargetModel &target) {
  ArrayRef<int64_t> tile = config.getTile();
  if (config.getPasses() == 2)
    return checkPassConfig(op, cast<ShapedType>(op.getX().getType()).getShape(),
                           op.getBlock(), config, target);
  for (int64_t dim : {0, 1})
    if (tile[dim] % op.getBlock()[dim] != 0)
      return op.emitOpError("config: expects tile size ")
             << dim << " to be a multiple of the block's " << op.getBlock()[dim]
             << ", got " << tile[dim];
  return checkSpread(op, config, op.getBlock(), target);
}

LogicalResult mlir::gq::checkSpread(Operation *op, ConfigAttr config,
                                    ArrayRef<int64_t> block,
                                    const TargetModel &target) {
  ArrayRef<int64_t> tile = config.getTile();
  if (config.getThreads() > target.threadsPerBlock)
    return op->emitOpError("config: uses ")
           << config.getThreads() << " threads per thread block, the limit is "
           << target.threadsPerBlock;
  if (config.getCluster() > target.clusterMax ||
      !llvm::isPowerOf2_64(config.getCluster()))
    return op->emitOpError("config: expects a cluster of 1, 2, 4 or 8 thread "
                           "blocks, got ")
           << config.getCluster();
  auto layout = quantizeLayout(op->getContext(), tile, config.getThreads(),
                               config.getCluster(), block);
  if (!layout)
    return op->emitOpError("config: cannot spread a tile of ")
           << tile[0] << "x" << tile[1] << " over " << config.getThreads()
           << " threads and " << config.getCluster() << " thread blocks";
  uint64_t share = llvm::SaturatingMultiply<uint64_t>(
      tile[0] / config.getCluster() / layout.getThreads()[0],
      tile[1] / layout.getThreads()[1]);
  if (share > static_cast<uint64_t>(kQuantizeElementsPerThread))
    return op->emitOpError("config: gives each thread ")
           << share << " elements in registers, the limit is "
           << kQuantizeElementsPerThread;
  return success();
}
