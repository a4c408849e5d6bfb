//===- Quantize.cpp - strategy of block quantisation ----------------------===//
//
// What follows from a config, what a kernel may not be, and the order of the
// candidates. The tiles themselves are found in QuantizeTiles.cpp.
//
//===----------------------------------------------------------------------===//
#include "gq/Strategy/Quantize.h"
#include "QuantizeTiles.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/MathExtras.h"
#include <algorithm>
#include <numeric>

using namespace mlir::gq;
using namespace mlir::gq::strategy;
using llvm::Twine;

//===----------------------------------------------------------------------===//
// What a config means
//===----------------------------------------------------------------------===//

int64_t strategy::widestChunk(int64_t bits) {
  return bits == 32 ? 8 : kNarrowChunk;
}

std::optional<TileSpread> strategy::spreadTile(Size2 tile, int64_t threads,
                                               int64_t cluster, Size2 block,
                                               int64_t chunk) {
  chunk = chunkOf(block[1], chunk);
  auto elements = llvm::SaturatingMultiply<uint64_t>(tile[0], tile[1]);
  auto all = llvm::SaturatingMultiply<uint64_t>(threads, cluster);
  // Every thread has a chunk.
  while (chunk > 1 && elements < llvm::SaturatingMultiply<uint64_t>(all, chunk))
    chunk /= 2;
  if (tile[1] % chunk != 0 || tile[0] % cluster != 0)
    return std::nullopt;
  int64_t columns = std::gcd(tile[1] / chunk, threads);
  int64_t rows = threads / columns;
  if (columns * rows != threads || tile[0] / cluster % rows != 0)
    return std::nullopt;
  return TileSpread{{rows, columns}, chunk};
}

bool strategy::isRegular(int64_t block, int64_t threads, int64_t chunk) {
  int64_t stride = threads * chunk;
  return block % stride == 0 || (stride % block == 0 && block % chunk == 0);
}

std::optional<Size2> strategy::blockForTiles(Size2 shape, Size2 block,
                                             Size2 tile) {
  Size2 result;
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

Size2 strategy::partOfBlock(Size2 block, Size2 tile) {
  return {std::min(block[0], tile[0]), std::min(block[1], tile[1])};
}

Size2 strategy::blockWithin(Size2 shape, Size2 block) {
  for (auto [size, extent] : llvm::zip(block, shape))
    if (extent != kUnknown && extent > 0 && extent < size)
      size = std::min<int64_t>(
          size, static_cast<int64_t>(llvm::PowerOf2Ceil(extent)));
  return block;
}

int64_t strategy::elementsPerThread(const QuantizeShape &shape, Size2 block,
                                    int64_t chunk) {
  int64_t width = shape.x[1];
  chunk = chunkOf(block[1], chunk);
  bool wholeChunks = width != kUnknown && chunk > 1 && width % chunk == 0;
  return wholeChunks && shape.bits != 32 ? 128 : 64;
}

//===----------------------------------------------------------------------===//
// Storage
//===----------------------------------------------------------------------===//

/// Elements of a tile that a thread block has in registers at a time.
static int64_t elementsAtOnce(const QuantizeConfig &config) {
  return config.tile[0] / config.slabs / config.cluster * config.tile[1];
}

static int64_t bytesOfSlabs(const QuantizeShape &shape,
                            const QuantizeConfig &config, int64_t slabs) {
  int64_t bits = std::accumulate(shape.inputBits.begin(), shape.inputBits.end(),
                                 int64_t());
  return slabs * elementsAtOnce(config) * bits / 8;
}

int64_t strategy::parkedBytes(const QuantizeShape &shape,
                              const QuantizeConfig &config) {
  return config.parks() ? bytesOfSlabs(shape, config, config.slabs - 1) : 0;
}

int64_t strategy::sharedMemory(const QuantizeShape &shape,
                               const QuantizeConfig &config) {
  // A word per block for its maximum, and one for its scale.
  int64_t blocks = llvm::divideCeil(config.tile[0], shape.block[0]) *
                   llvm::divideCeil(config.tile[1], shape.block[1]);
  int64_t words = !shape.hasBlocks ? 0 : shape.isWhole() ? 2 : 1;
  int64_t bytes = words * llvm::alignTo(4 * blocks, 16);
  bytes += parkedBytes(shape, config);
  if (shape.transposedCodes)
    bytes += elementsAtOnce(config) / config.tile[1] *
             llvm::alignTo(config.tile[1], 16);
  return bytes;
}

/// Elements of one byte are read again: they are not parked.
static bool hasBytes(const QuantizeShape &shape) {
  return llvm::any_of(shape.inputBits, [](int64_t bits) { return bits < 16; });
}

bool strategy::canPark(const TargetModel &target, const QuantizeShape &shape,
                       const QuantizeConfig &config) {
  if (!config.mayPark() || shape.inputBits.empty() || hasBytes(shape))
    return false;
  // Beside the codes that a transposed store turns, scales and reductions.
  constexpr int64_t kScratch = 4096;
  return bytesOfSlabs(shape, config, config.slabs - 1) +
             elementsAtOnce(config) + kScratch <=
         target.sharedMemory;
}

QuantizeConfig strategy::complete(const TargetModel &target,
                                  const QuantizeShape &shape,
                                  const QuantizeConfig &config) {
  QuantizeConfig result = config;
  if (!config.mayPark())
    result.park = std::nullopt;
  else if (!config.park)
    result.park = canPark(target, shape, config);
  if (!config.chunk && shape.chunk != shape.chunkOfX)
    result.chunk = shape.chunk;
  return result;
}

//===----------------------------------------------------------------------===//
// Legality
//===----------------------------------------------------------------------===//

/// The threads of a config can share its tile (a slab of it), when each tile is
/// cut at boundaries of `block`.
static Refusal refuseSpread(const TargetModel &target,
                            const QuantizeShape &shape, Size2 block,
                            const QuantizeConfig &config) {
  Size2 tile{config.tile[0] / config.slabs, config.tile[1]};
  if (config.threads > target.threadsPerBlock)
    return ("uses " + Twine(config.threads) +
            " threads per thread block, the limit is " +
            Twine(target.threadsPerBlock))
        .str();
  if (config.cluster > target.clusterMax ||
      !llvm::isPowerOf2_64(config.cluster))
    return ("expects a cluster of 1, 2, 4 or 8 thread blocks, got " +
            Twine(config.cluster))
        .str();
  int64_t chunk = config.chunk.value_or(shape.chunk);
  std::optional<TileSpread> spread =
      spreadTile(tile, config.threads, config.cluster, block, chunk);
  if (!spread)
    return ("cannot spread a " + Twine(config.slabs > 1 ? "slab" : "tile") +
            " of " + Twine(tile[0]) + "x" + Twine(tile[1]) + " over " +
            Twine(config.threads) + " threads and " + Twine(config.cluster) +
            " thread blocks")
        .str();
  if (shape.sums && (!isRegular(block[0], spread->threads[0], 1) ||
                     !isRegular(block[1], spread->threads[1], spread->chunk)))
    return ("spreads blocks of " + Twine(block[0]) + "x" + Twine(block[1]) +
            " irregularly over " + Twine(spread->threads[0]) + "x" +
            Twine(spread->threads[1]) + " threads of " + Twine(spread->chunk) +
            " columns, expects as many as go into a block, or whole blocks "
            "into them")
        .str();
  if (shape.packed && spread->chunk == 1)
    return ("spreads a " + Twine(config.slabs > 1 ? "slab" : "tile") + " of " +
            Twine(tile[0]) + "x" + Twine(tile[1]) +
            " by single columns, expects two that are neighbours for each "
            "thread, whose codes share a byte")
        .str();
  uint64_t share = llvm::SaturatingMultiply<uint64_t>(
      tile[0] / config.cluster / spread->threads[0],
      tile[1] / spread->threads[1]);
  int64_t limit = elementsPerThread(shape, block, chunk);
  if (share > static_cast<uint64_t>(limit))
    return ("gives each thread " + Twine(share) +
            " elements in registers, the limit is " + Twine(limit))
        .str();
  int64_t bytes = sharedMemory(shape, config);
  if (bytes > target.sharedMemory)
    return ("uses " + Twine(bytes) + " bytes of shared memory, the limit is " +
            Twine(target.sharedMemory) +
            (config.parks() ? " (park = false reads slabs again instead)"
                            : " (a smaller tile needs less)"))
        .str();
  return std::nullopt;
}

/// For one pass, or a quantisation in two.
static Refusal refusePass(const TargetModel &target, const QuantizeShape &shape,
                          const QuantizeConfig &config) {
  Size2 tile = config.tile, block = shape.block;
  if (!shape.hasBlocks)
    return refuseSpread(target, shape, tile, config);
  std::optional<Size2> whole = blockForTiles(shape.x, block, tile);
  if (!whole) {
    int64_t dim = tile[0] % block[0] && block[0] % tile[0] ? 0 : 1;
    return ("expects tile size " + Twine(dim) + " and the block's " +
            Twine(block[dim]) + " to divide one another, got " +
            Twine(tile[dim]))
        .str();
  }
  Size2 part = partOfBlock(*whole, tile);
  if (part != *whole && part[0] == 1 && part[1] == 1)
    return ("expects a tile with more than one element of a block, got " +
            Twine(tile[0]) + "x" + Twine(tile[1]))
        .str();
  return refuseSpread(target, shape, part, config);
}

/// A reduction along rows is computed in one thread block.
static Refusal refuseRows(const QuantizeShape &shape,
                          const QuantizeConfig &config) {
  if (config.isSplit() || config.slabs != 1 || config.cluster != 1)
    return std::string("reads a reduction along rows, expects one pass without "
                       "slabs and clusters");
  if (shape.x[1] == kUnknown || config.tile[1] < shape.x[1])
    return ("reads a reduction along rows, expects tile size 1 to be at least "
            "the " +
            (shape.x[1] == kUnknown ? Twine("unknown number")
                                    : Twine(shape.x[1])) +
            " columns of x, got " + Twine(config.tile[1]))
        .str();
  return std::nullopt;
}

Refusal strategy::refuse(const TargetModel &target, const QuantizeShape &given,
                         const QuantizeConfig &config) {
  QuantizeShape shape = given;
  if (shape.wholeRows) {
    if (Refusal refusal = refuseRows(shape, config))
      return refusal;
    if (shape.hasBlocks && isCovered(shape.x[1], shape.block[1]))
      shape.block[1] = config.tile[1];
  }
  if (shape.decodes && (config.isSplit() || config.slabs != 1))
    return std::string("decodes what it quantises, expects one pass without "
                       "slabs");
  if (config.isSplit() || !shape.isWhole())
    return refusePass(target, shape, config);
  for (int64_t dim : {0, 1})
    if (config.tile[dim] % shape.block[dim] != 0)
      return ("expects tile size " + Twine(dim) +
              " to be a multiple of the block's " + Twine(shape.block[dim]) +
              ", got " + Twine(config.tile[dim]))
          .str();
  if (int64_t rows = shape.block[0] * shape.scaleMultiple;
      config.tile[0] % rows != 0)
    return ("expects tile size 0 to be a multiple of " + Twine(rows) +
            ", as rows of scales are padded to a multiple of " +
            Twine(shape.scaleMultiple) + ", got " + Twine(config.tile[0]))
        .str();
  if (config.slabs > 1 && config.tile[0] != shape.block[0])
    return ("expects tile size 0 to be the block's " + Twine(shape.block[0]) +
            " with slabs, got " + Twine(config.tile[0]))
        .str();
  if (config.parks() && hasBytes(shape))
    return std::string("parks elements of 8 bits, expects 16 or 32 (park = "
                       "false reads slabs again instead)");
  if (config.tile[0] % config.slabs != 0)
    return ("expects tile size 0 to be a multiple of " + Twine(config.slabs) +
            " slabs, got " + Twine(config.tile[0]))
        .str();
  return refuseSpread(target, shape, shape.block, config);
}

//===----------------------------------------------------------------------===//
// Choice
//===----------------------------------------------------------------------===//

/// For one pass over x, in tiles of whole blocks or parts of one.
static llvm::SmallVector<QuantizeConfig> passConfigs(const TargetModel &target,
                                                     const QuantizeShape &shape,
                                                     bool reduces) {
  constexpr size_t kMostParts = 4;
  Size2 block = shape.block;
  // A cast gains nothing from whole blocks that take more than small tiles.
  bool small = block[0] <= kPartElements && block[1] <= kPartElements &&
               block[0] * block[1] <= kPartElements;
  llvm::SmallVector<QuantizeConfig> all;
  if (!isCovered(shape.x[0], block[0]) && !isCovered(shape.x[1], block[1]) &&
      (reduces || small))
    all = wholeBlocks(target, shape, WholeBlocks::ofPass(target, shape));
  llvm::append_range(all,
                     partsOfBlocks(shape, /*preferWhole=*/reduces, kMostParts));
  return all;
}

Candidates<QuantizeConfig> strategy::candidates(const TargetModel &target,
                                                const QuantizeShape &shape) {
  llvm::SmallVector<QuantizeConfig> all;
  if (shape.wholeRows) {
    all = wholeRows(target, shape);
  } else if (shape.isWhole()) {
    WholeBlocks limits = WholeBlocks::of(target, shape);
    all = wholeBlocks(target, shape, limits);
    if (llvm::all_of(all, [&](const QuantizeConfig &config) {
          return refuse(target, shape, complete(target, shape, config));
        }))
      llvm::append_range(all, unevenBlocks(target, shape, limits));
    // If no thread blocks can hold a block, the input is read twice.
    if (shape.splittable || all.empty())
      for (QuantizeConfig config :
           passConfigs(target, shape, /*reduces=*/true)) {
        config.passes = 2;
        all.push_back(config);
      }
  } else {
    all = passConfigs(target, shape, /*reduces=*/shape.writesBlocks);
  }
  Candidates<QuantizeConfig> result;
  for (QuantizeConfig &config : all) {
    config = complete(target, shape, config);
    Candidate<QuantizeConfig> candidate;
    candidate.config = config;
    // They come in the order that was measured.
    candidate.cost = static_cast<double>(result.size());
    candidate.registers = elementsAtOnce(config) / config.threads;
    candidate.registersLimit =
        elementsPerThread(shape, shape.block, shape.chunk);
    candidate.sharedMemory = sharedMemory(shape, config);
    candidate.refusal = refuse(target, shape, config);
    insertCandidate(result, candidate);
  }
  return result;
}

Refusal strategy::refuseAll(const TargetModel &target,
                            const QuantizeShape &shape) {
  auto [rows, columns] = shape.block;
  if (shape.wholeRows)
    return ("reads a reduction along rows of " +
            (shape.x[1] == kUnknown ? Twine("unknown length")
                                    : Twine(shape.x[1]) + " elements") +
            ", expects at most " + Twine(kMostRow) +
            " that the registers of a thread block hold")
        .str();
  return ("has no gpu strategy for blocks of " + Twine(rows) + "x" +
          Twine(columns) + ": expects blocks of at most " +
          Twine(target.clusterMax * 512 *
                elementsPerThread(shape, shape.block, shape.chunk)) +
          " elements, or sizes that have divisors between 2 and " +
          Twine(kPartElements))
      .str();
}
