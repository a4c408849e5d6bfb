//===- QuantizeLayout.cpp - strategy of block quantisation ----------------===//
#include "gq/Dialect/GQ/Transforms/ConfigRules.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "llvm/Support/MathExtras.h"
#include <numeric>

using namespace mlir;
using namespace mlir::gq;

int64_t mlir::gq::largestDivisor(int64_t value, int64_t limit) {
  for (int64_t d = std::min(value, limit); d > 1; --d)
    if (value % d == 0)
      return d;
  return 1;
}

int64_t mlir::gq::quantizeChunk(int64_t blockColumns, Type element) {
  int64_t chunk = element.isF32() ? 8 : 16;
  while (blockColumns % chunk != 0)
    chunk /= 2;
  return chunk;
}

gqgpu::BlockedLayoutAttr
mlir::gq::quantizeLayout(MLIRContext *context, ArrayRef<int64_t> tile,
                         int64_t threads, int64_t cluster,
                         ArrayRef<int64_t> block, Type element) {
  int64_t chunk = quantizeChunk(block[1], element);
  // Every thread has a chunk.
  while (chunk > 1 && tile[0] * tile[1] < threads * cluster * chunk)
    chunk /= 2;
  if (tile[1] % chunk != 0 || tile[0] % cluster != 0)
    return {};
  int64_t columns = std::gcd(tile[1] / chunk, threads);
  int64_t rows = threads / columns;
  if (columns * rows != threads || tile[0] / cluster % rows != 0)
    return {};
  return gqgpu::BlockedLayoutAttr::get(context, {rows, columns}, chunk,
                                       cluster);
}

int64_t mlir::gq::quantizeElementsPerThread(ShapedType x,
                                            ArrayRef<int64_t> block) {
  int64_t width = x.getDimSize(1);
  int64_t chunk = quantizeChunk(block[1], x.getElementType());
  bool wholeChunks =
      !ShapedType::isDynamic(width) && chunk > 1 && width % chunk == 0;
  return wholeChunks && !x.getElementType().isF32() ? 128 : 64;
}

namespace {
struct Tile {
  int64_t rows, columns, threadRows, threads;
};
} // namespace

/// A tile of whole blocks for about `wanted` threads.
static Tile chooseTile(ShapedType x, ArrayRef<int64_t> block, int64_t wanted,
                       int64_t most, const WholeBlocks &limits) {
  int64_t br = block[0], bc = block[1];
  int64_t width = x.getDimSize(1);
  int64_t chunk = quantizeChunk(bc, x.getElementType());
  // Elements per thread: enough to keep memory busy, unless x is so small that
  // some multiprocessors would have nothing to do.
  bool few = x.hasStaticShape() &&
             llvm::SaturatingMultiply<uint64_t>(x.getDimSize(0), width) <=
                 static_cast<uint64_t>(limits.fewElements);
  const int64_t rowsWanted = limits.rowsWanted;
  const int64_t least = few ? 16 : 32;
  most = few ? 16 : most;
  // Blocks side by side until two warps cover a row of the tile, as long as a
  // thread's share stays small and the tensor is as wide.
  int64_t columns = bc;
  // Rather above one another if neighbouring rows are written side by side;
  // then rows of the tile are still cache lines of codes.
  bool rowsFirst = br < rowsWanted;
  while ((rowsFirst ? 2 * columns <= 128 : 2 * columns / chunk <= 64) &&
         br * 2 * columns <= wanted * most &&
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
  // Small shares hide no latency.
  while (rows * columns / threads * 2 <= least)
    rows *= 2;
  while (rowsFirst && rows < rowsWanted && rows * columns / threads * 2 <= most)
    rows *= 2;
  return {rows, columns, threadRows, threads};
}

/// A tile with a sector of scales in each row: scales of fewer columns are
/// written as parts of sectors, which costs L2 as much as whole ones. Measured
/// (benchmarks/results/h100-2026-11-22-dual-tiles.json): 64 x 1024 reaches 97.3
/// % of a copy, 32 x 1024 96.9 %, 128 x 512 95.8 %, 128 x 256 95.0 %.
static std::optional<Tile> chooseWideTile(ShapedType x, ArrayRef<int64_t> block,
                                          int64_t share) {
  constexpr int64_t kScales = 8;
  int64_t columns = kScales * block[1], width = x.getDimSize(1),
          height = x.getDimSize(0);
  int64_t chunk = quantizeChunk(block[1], x.getElementType());
  int64_t chunks = columns / chunk;
  // Wide elements or narrow chunks take more registers: fewer threads then.
  int64_t rows = chunk == 16 ? 64 : 32;
  int64_t threads = rows * columns / share;
  if (block[0] != 1 || ShapedType::isDynamic(width) || width < columns ||
      (!ShapedType::isDynamic(height) && height < rows) || threads > 512 ||
      threads * share != rows * columns || threads % chunks != 0)
    return std::nullopt;
  return Tile{rows, columns, threads / chunks, threads};
}

WholeBlocks WholeBlocks::of(ShapedType x, ArrayRef<int64_t> block,
                            const TargetModel &target) {
  WholeBlocks limits;
  limits.clusterMax = target.clusterMax;
  limits.fewElements = target.multiprocessors * 256 * 8;
  limits.share = quantizeElementsPerThread(x, block);
  if (quantizeChunk(block[1], x.getElementType()) == 1)
    limits.share /= 2; // each element and code takes a register
  return limits;
}

WholeBlocks WholeBlocks::of(QuantizeOp op, const TargetModel &target) {
  auto x = cast<ShapedType>(op.getX().getType());
  WholeBlocks limits = of(x, op.getBlock(), target);
  // Measured (one H100, f32 blocks of 256x256, loads with .L1::no_allocate):
  // two slabs, one of them parked in shared memory, are faster than four, those
  // than a cluster of two, and that than slabs that are read again from L2.
  limits.slabShare = limits.share;
  limits.mostSlabs = 2;
  // Neighbouring rows are written side by side.
  if (op.getTransposedScales() && op.getBlock()[0] == 1)
    limits.rowsWanted = 32;
  // Turning codes takes registers that a slab can leave free.
  if (transposeOfCodes(op)) {
    limits.rowsWanted = 128;
    limits.wholeSectors = !op.getTransposedScales();
    limits.slabShare /= 2;
  }
  // So does computing x from several operands, in f32.
  if (op.getX().getDefiningOp<linalg::LinalgOp>()) {
    limits.share = limits.slabShare = limits.share / 4;
    limits.mostSlabs = 8;
  }
  return limits;
}

// Measured (one H100, loads with .L1::no_allocate): the exchange between the
// blocks of a cluster costs bandwidth, so one thread block with a larger share
// comes first, even when a multiprocessor has room for only one, then one that
// takes its tile in slabs.
ConfigAttr mlir::gq::chooseWholeBlocks(ShapedType x, ArrayRef<int64_t> block,
                                       const WholeBlocks &limits) {
  constexpr int64_t kSmallShare = 64; // in thread blocks of 256
  const int64_t most =
      std::max(kSmallShare * 256, limits.clusterMax * 512 * limits.share);
  int64_t br = block[0], bc = block[1];
  if (br > most || bc > most || br * bc > most)
    return {};
  auto configOf = [&](const Tile &tile, int64_t cluster, int64_t slabs = 1) {
    return ConfigAttr::get(x.getContext(), {tile.rows, tile.columns}, 4, 2,
                           Schedule::Cooperative, 0, true, {}, tile.threads,
                           cluster, /*passes=*/1, slabs);
  };
  // Rows of less than a sector waste the rest of it.
  auto isNarrow = [&](const Tile &tile) {
    int64_t width = x.getDimSize(1);
    return tile.columns * x.getElementTypeBitWidth() < 32 * 8 &&
           (ShapedType::isDynamic(width) || tile.columns < width);
  };
  if (limits.wholeSectors)
    if (std::optional<Tile> wide = chooseWideTile(x, block, limits.share))
      return configOf(*wide, 1);
  Tile small = chooseTile(x, block, 256, kSmallShare, limits);
  if (small.rows * small.columns / small.threads <= kSmallShare &&
      !isNarrow(small))
    return configOf(small, 1);
  Tile large = chooseTile(x, block, 512, limits.share, limits);
  if (isNarrow(large))
    return {};
  if (large.rows * large.columns / large.threads <= limits.share)
    return configOf(large, 1);
  for (int64_t slabs = 2; large.rows == br && slabs <= limits.mostSlabs;
       slabs *= 2)
    if (br % (slabs * large.threadRows) == 0 &&
        br / slabs * large.columns / large.threads <= limits.slabShare)
      return configOf(large, 1, slabs);
  for (int64_t cluster = 2; cluster <= limits.clusterMax; cluster *= 2) {
    if (large.rows % (cluster * large.threadRows) != 0)
      break;
    if (large.rows / cluster * large.columns / large.threads <= limits.share)
      return configOf(large, cluster);
  }
  return {};
}

Operation *mlir::gq::transposeOfCodes(Operation *op) {
  for (Operation *user : op->getResult(0).getUsers()) {
    auto transpose = dyn_cast<linalg::TransposeOp>(user);
    if (transpose && transpose->getBlock() == op->getBlock() &&
        transpose.hasPureTensorSemantics() &&
        transpose.getInput() == op->getResult(0) &&
        transpose.getPermutation() == ArrayRef<int64_t>{1, 0})
      return transpose;
  }
  return nullptr;
}

FailureOr<ConfigAttr>
mlir::gq::chooseQuantizeConfig(QuantizeOp op, const TargetModel &target) {
  auto x = cast<ShapedType>(op.getX().getType());
  if (ConfigAttr config =
          chooseWholeBlocks(x, op.getBlock(), WholeBlocks::of(op, target)))
    return config;
  // No thread blocks can hold a block: read the input twice.
  FailureOr<ConfigAttr> pass =
      choosePassConfig(op, x, op.getBlock(), /*reduces=*/true, target);
  if (failed(pass))
    return failure();
  return ConfigAttr::get(op.getContext(), pass->getTile(), 4, 2,
                         Schedule::Cooperative, 0, true, {}, pass->getThreads(),
                         pass->getCluster(), /*passes=*/2, /*slabs=*/1);
}

LogicalResult mlir::gq::checkQuantizeConfig(QuantizeOp op, ConfigAttr config,
                                            const TargetModel &target) {
  ArrayRef<int64_t> tile = config.getTile();
  auto x = cast<ShapedType>(op.getX().getType());
  if (config.isSplit())
    return checkPassConfig(op, x, op.getBlock(), config, target);
  for (int64_t dim : {0, 1})
    if (tile[dim] % op.getBlock()[dim] != 0)
      return op.emitOpError("config: expects tile size ")
             << dim << " to be a multiple of the block's " << op.getBlock()[dim]
             << ", got " << tile[dim];
  int64_t slabs = config.getSlabs();
  if (slabs > 1 && tile[0] != op.getBlock()[0])
    return op.emitOpError("config: expects tile size 0 to be the block's ")
           << op.getBlock()[0] << " with slabs, got " << tile[0];
  if (tile[0] % slabs != 0)
    return op.emitOpError("config: expects tile size 0 to be a multiple of ")
           << slabs << " slabs, got " << tile[0];
  return checkSpread(op, x, op.getBlock(), config, target);
}

LogicalResult mlir::gq::checkSpread(Operation *op, ShapedType x,
                                    ArrayRef<int64_t> block, ConfigAttr config,
                                    const TargetModel &target) {
  SmallVector<int64_t> tile(config.getTile());
  tile[0] /= config.getSlabs();
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
                               config.getCluster(), block, x.getElementType());
  if (!layout)
    return op->emitOpError("config: cannot spread a ")
           << (config.getSlabs() > 1 ? "slab" : "tile") << " of " << tile[0]
           << "x" << tile[1] << " over " << config.getThreads()
           << " threads and " << config.getCluster() << " thread blocks";
  uint64_t share = llvm::SaturatingMultiply<uint64_t>(
      tile[0] / config.getCluster() / layout.getThreads()[0],
      tile[1] / layout.getThreads()[1]);
  int64_t limit = quantizeElementsPerThread(x, block);
  if (share > static_cast<uint64_t>(limit))
    return op->emitOpError("config: gives each thread ")
           << share << " elements in registers, the limit is " << limit;
  return success();
}
