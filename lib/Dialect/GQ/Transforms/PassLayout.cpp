//===- PassLayout.cpp - strategy of one pass of a quantisation ------------===//
//
// A pass (block_absmax, scaled_cast) may work on parts of blocks, so its tile
// and the block divide one another in each dimension. Where one block covers a
// whole static dimension it may be taken as larger than it is: then any tile
// will do.
//
//===----------------------------------------------------------------------===//
#include "gq/Dialect/GQ/Transforms/ConfigRules.h"
#include "llvm/Support/MathExtras.h"
#include <cmath>
#include <tuple>

using namespace mlir;
using namespace mlir::gq;

/// Elements of the largest tile of one thread block.
static constexpr int64_t kThreads = 256, kMostShare = 64,
                         kMostElements = kThreads * kMostShare;

/// One block covers the dimension, so that nothing follows it.
static bool isCovered(int64_t extent, int64_t block) {
  return !ShapedType::isDynamic(extent) && extent <= block;
}

std::optional<std::array<int64_t, 2>>
mlir::gq::blockForTiles(ArrayRef<int64_t> shape, ArrayRef<int64_t> block,
                        ArrayRef<int64_t> tile) {
  std::array<int64_t, 2> result;
  for (int64_t dim : {0, 1}) {
    result[dim] = block[dim];
    if (isCovered(shape[dim], block[dim]))
      result[dim] = static_cast<int64_t>(
          llvm::alignTo(std::max<int64_t>(shape[dim], 1), tile[dim]));
    else if (tile[dim] % block[dim] != 0 && block[dim] % tile[dim] != 0)
      return std::nullopt;
  }
  return result;
}

std::array<int64_t, 2> mlir::gq::partOfBlock(ArrayRef<int64_t> block,
                                             ArrayRef<int64_t> tile) {
  return {std::min(block[0], tile[0]), std::min(block[1], tile[1])};
}

/// Tile sizes along one dimension: divisors and multiples of the block.
static SmallVector<int64_t> candidates(int64_t extent, int64_t block) {
  SmallVector<int64_t> sizes;
  // Nothing is won past the end of the tensor.
  int64_t most = kMostElements;
  if (!ShapedType::isDynamic(extent) && extent < most)
    most =
        static_cast<int64_t>(llvm::PowerOf2Ceil(std::max<int64_t>(extent, 1)));
  if (isCovered(extent, block)) {
    for (int64_t size = 1; size <= most; size *= 2)
      sizes.push_back(size);
    return sizes;
  }
  for (int64_t size = 1; size < block && size <= kMostElements; ++size)
    if (block % size == 0)
      sizes.push_back(size);
  for (int64_t size = block; size <= kMostElements; size *= 2) {
    sizes.push_back(size);
    if (size >= most)
      break;
  }
  return sizes;
}

/// The best tile that divides the blocks of a tensor or is made of them, or
/// null when the only ones hold single elements of blocks.
static ConfigAttr chooseParts(ShapedType x, ArrayRef<int64_t> block,
                              bool preferWhole) {
  ArrayRef<int64_t> shape = x.getShape();
  MLIRContext *context = x.getContext();
  Type element = x.getElementType();
  auto distance = [](double value, double best) {
    return std::abs(std::log2(value / best));
  };
  ConfigAttr best;
  std::tuple<int, int, double, double, double, int64_t, double> bestCost;
  for (int64_t rows : candidates(shape[0], block[0])) {
    for (int64_t columns : candidates(shape[1], block[1])) {
      if (rows * columns > kMostElements)
        continue;
      std::array<int64_t, 2> tile{rows, columns};
      auto whole = blockForTiles(shape, block, tile);
      if (!whole)
        continue;
      std::array<int64_t, 2> part = partOfBlock(*whole, tile);
      bool isWhole = part == *whole;
      if (!isWhole && part[0] * part[1] == 1)
        continue;
      int64_t chunks = columns / quantizeChunk(part[1], element);
      int64_t threadColumns = largestDivisor(chunks, kThreads);
      int64_t threads =
          threadColumns * largestDivisor(rows, kThreads / threadColumns);
      auto layout =
          quantizeLayout(context, tile, threads, /*cluster=*/1, part, element);
      int64_t share = rows * columns / threads;
      if (!layout || share > kMostShare)
        continue;
      // Few launches, unless sectors are wasted; enough threads; rows that fill
      // a cache line; wide accesses; enough work for each thread; few parts for
      // the next pass.
      bool isNarrow = columns * element.getIntOrFloatBitWidth() < 32 * 8;
      std::tuple cost(preferWhole && (!isWhole || isNarrow) ? 1 : 0,
                      threads >= 192 ? 0 : 1,
                      std::max(0.0, std::log2(64.0 / columns)),
                      -std::log2(static_cast<double>(layout.getChunk())),
                      distance(share, 32) + (threads >= 192 ? 0 : 8) *
                                                distance(threads, kThreads),
                      -part[0] * part[1], distance(columns, 512));
      if (best && bestCost <= cost)
        continue;
      bestCost = cost;
      best = ConfigAttr::get(context, tile, 4, 2, Schedule::Cooperative, 0,
                             true, {}, threads, /*cluster=*/1, /*passes=*/1,
                             /*slabs=*/1);
    }
  }
  return best;
}

FailureOr<ConfigAttr> mlir::gq::choosePassConfig(Operation *op, ShapedType x,
                                                 ArrayRef<int64_t> block,
                                                 bool reduces,
                                                 const TargetModel &target) {
  ArrayRef<int64_t> shape = x.getShape();
  ConfigAttr config;
  // A cast gains nothing from whole blocks that take more than small tiles.
  bool small = block[0] <= kMostElements && block[1] <= kMostElements &&
               block[0] * block[1] <= kMostElements;
  if (!isCovered(shape[0], block[0]) && !isCovered(shape[1], block[1]) &&
      (reduces || small))
    config = chooseWholeBlocks(x, block, WholeBlocks::of(x, block, target));
  if (!config)
    config = chooseParts(x, block, /*preferWhole=*/reduces);
  if (config)
    return config;
  return op->emitOpError("has no gpu strategy for blocks of ")
             << block[0] << "x" << block[1] << ": expects blocks of at most "
             << target.clusterMax * 512 * quantizeElementsPerThread(x, block)
             << " elements, or sizes that have divisors between 2 and "
             << kMostElements,
         failure();
}

LogicalResult mlir::gq::checkPassConfig(Operation *op, ShapedType x,
                                        ArrayRef<int64_t> block,
                                        ConfigAttr config,
                                        const TargetModel &target) {
  ArrayRef<int64_t> tile = config.getTile();
  auto whole = blockForTiles(x.getShape(), block, tile);
  if (!whole) {
    int64_t dim = tile[0] % block[0] && block[0] % tile[0] ? 0 : 1;
    return op->emitOpError("config: expects tile size ")
           << dim << " and the block's " << block[dim]
           << " to divide one another, got " << tile[dim];
  }
  std::array<int64_t, 2> part = partOfBlock(*whole, tile);
  if (part != *whole && part[0] == 1 && part[1] == 1)
    return op->emitOpError("config: expects a tile with more than one element "
                           "of a block, got ")
           << tile[0] << "x" << tile[1];
  return checkSpread(op, x, part, config, target);
}
