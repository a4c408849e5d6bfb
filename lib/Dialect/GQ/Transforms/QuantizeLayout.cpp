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

/// Columns that a thread takes at once: no more than 32 bytes of x, so that the
/// lanes of a warp read whole sectors.
static int64_t chunkOf(int64_t blockColumns, Type element) {
  int64_t chunk = element.isF32() ? 8 : 16;
  while (blockColumns % chunk != 0)
    chunk /= 2;
  return chunk;
}

gqgpu::BlockedLayoutAttr
mlir::gq::quantizeLayout(MLIRContext *context, ArrayRef<int64_t> tile,
                         int64_t threads, int64_t cluster,
                         ArrayRef<int64_t> block, Type element) {
  int64_t chunk = chunkOf(block[1], element);
  if (tile[1] % chunk != 0 || tile[0] % cluster != 0)
    return {};
  int64_t columns = std::gcd(tile[1] / chunk, threads);
  int64_t rows = threads / columns;
  if (columns * rows != threads || tile[0] / cluster % rows != 0)
    return {};
  return gqgpu::BlockedLayoutAttr::get(context, {rows, columns}, chunk,
                                       cluster);
}

int64_t mlir::gq::quantizeElementsPerThread(QuantizeOp op) {
  auto x = cast<ShapedType>(op.getX().getType());
  int64_t width = x.getDimSize(1);
  bool wholeChunks = !ShapedType::isDynamic(width) &&
                     width % chunkOf(op.getBlock()[1], x.getElementType()) == 0;
  return wholeChunks && !x.getElementType().isF32() ? 128 : 64;
}

namespace {
struct Tile {
  int64_t rows, columns, threadRows, threads;
};
} // namespace

/// A tile of whole blocks for about `wanted` threads.
static Tile chooseTile(QuantizeOp op, int64_t wanted) {
  int64_t br = op.getBlock()[0], bc = op.getBlock()[1];
  auto x = cast<ShapedType>(op.getX().getType());
  int64_t width = x.getDimSize(1);
  int64_t chunk = chunkOf(bc, x.getElementType());
  // Blocks side by side until two warps cover a row of the tile, as long as a
  // thread's share stays small and the tensor is as wide.
  int64_t columns = bc;
  // With transposed scales rather above one another: a warp writes the scales
  // of neighbouring rows side by side.
  bool rowsFirst = op.getTransposedScales() && br == 1;
  while (!rowsFirst && 2 * columns / chunk <= 64 &&
         br * 2 * columns <= wanted * 64 &&
         (ShapedType::isDynamic(width) || columns < width))
    columns *= 2;
  int64_t threadColumns = largestDivisor(columns / chunk, wanted);
  // Thread rows must divide the rows of a tile, which is a multiple of br.
  int64_t threadRows = wanted / threadColumns;
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
  while (rowsFirst && rows < 32 && rows * columns / threads * 2 <= 64)
    rows *= 2;
  return {rows, columns, threadRows, threads};
}

// Measured (one H100): the blocks of a cluster exchange their maxima through
// barriers that cost a fifth of the bandwidth, so one thread block with a
// larger share comes first, even when a multiprocessor has room for only one.
FailureOr<ConfigAttr>
mlir::gq::chooseQuantizeConfig(QuantizeOp op, const TargetModel &target) {
  const int64_t limit = quantizeElementsPerThread(op);
  const int64_t most = target.clusterMax * 512 * limit;
  int64_t br = op.getBlock()[0], bc = op.getBlock()[1];
  auto tooLarge = [&] {
    return op.emitOpError("has no gpu strategy for blocks of ")
           << br << "x" << bc << ": a block must fit the registers of "
           << target.clusterMax << " thread blocks, " << most << " elements";
  };
  if (br > most || bc > most || br * bc > most)
    return tooLarge();
  auto configOf = [&](const Tile &tile, int64_t cluster) {
    return ConfigAttr::get(op.getContext(), {tile.rows, tile.columns}, 4, 2,
                           Schedule::Cooperative, 0, true, {}, tile.threads,
                           cluster);
  };
  Tile small = chooseTile(op, 256);
  if (small.rows * small.columns / small.threads <= 64)
    return configOf(small, 1);
  Tile large = chooseTile(op, 512);
  for (int64_t cluster = 1; cluster <= target.clusterMax; cluster *= 2) {
    if (large.rows % (cluster * large.threadRows) != 0)
      break;
    if (large.rows / cluster * large.columns / large.threads <= limit)
      return configOf(large, cluster);
  }
  return tooLarge();
}

LogicalResult mlir::gq::checkQuantizeConfig(QuantizeOp op, ConfigAttr config,
                                            const TargetModel &target) {
  ArrayRef<int64_t> tile = config.getTile();
  for (int64_t dim : {0, 1})
    if (tile[dim] % op.getBlock()[dim] != 0)
      return op.emitOpError("config: expects tile size ")
             << dim << " to be a multiple of the block's " << op.getBlock()[dim]
             << ", got " << tile[dim];
  if (config.getThreads() > target.threadsPerBlock)
    return op.emitOpError("config: uses ")
           << config.getThreads() << " threads per thread block, the limit is "
           << target.threadsPerBlock;
  if (config.getCluster() > target.clusterMax ||
      !llvm::isPowerOf2_64(config.getCluster()))
    return op.emitOpError("config: expects a cluster of 1, 2, 4 or 8 thread "
                          "blocks, got ")
           << config.getCluster();
  auto layout = quantizeLayout(op.getContext(), tile, config.getThreads(),
                               config.getCluster(), op.getBlock(),
                               getElementTypeOrSelf(op.getX().getType()));
  if (!layout)
    return op.emitOpError("config: cannot spread a tile of ")
           << tile[0] << "x" << tile[1] << " over " << config.getThreads()
           << " threads and " << config.getCluster() << " thread blocks";
  uint64_t share = llvm::SaturatingMultiply<uint64_t>(
      tile[0] / config.getCluster() / layout.getThreads()[0],
      tile[1] / layout.getThreads()[1]);
  int64_t limit = quantizeElementsPerThread(op);
  if (share > static_cast<uint64_t>(limit))
    return op.emitOpError("config: gives each thread ")
           << share << " elements in registers, the limit is " << limit;
  return success();
}
