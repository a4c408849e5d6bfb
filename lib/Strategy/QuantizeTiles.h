//===- QuantizeTiles.h - tiles of whole blocks, and of parts ----*- C++ -*-===//
#ifndef GQ_LIB_STRATEGY_QUANTIZETILES_H
#define GQ_LIB_STRATEGY_QUANTIZETILES_H

#include "gq/Strategy/Quantize.h"

namespace mlir::gq::strategy {

/// Threads of a thread block that takes parts of blocks, most elements of each,
/// and of the largest tile.
constexpr int64_t kPartThreads = 256, kPartShare = 64,
                  kPartElements = kPartThreads * kPartShare;

/// Most threads of a thread block that has whole rows, and elements of a row.
constexpr int64_t kRowThreads = 512, kMostRow = kRowThreads * 32;

/// What limits and shapes a tile of whole blocks.
struct WholeBlocks {
  int64_t clusterMax = 1;
  int64_t share = 64;     ///< most elements of a thread
  int64_t slabShare = 0;  ///< in a slab
  int64_t mostSlabs = 1;  ///< 1: none
  int64_t rowsWanted = 1; ///< for results that are written column by column
  int64_t threads = 256;  ///< of small tiles
  int64_t least = 32;     ///< elements of a thread in them
  /// Prefer rows with a sector (32 bytes) of scales.
  bool wholeSectors = false;

  /// For one pass over x, and for a quantisation in one.
  static WholeBlocks ofPass(const TargetModel &target,
                            const QuantizeShape &shape);
  static WholeBlocks of(const TargetModel &target, const QuantizeShape &shape);
};

/// Configs with tiles of whole blocks, the best first; none when no such tile
/// fits the registers of the threads, or all would be narrower than a sector.
llvm::SmallVector<QuantizeConfig> wholeBlocks(const TargetModel &target,
                                              const QuantizeShape &shape,
                                              const WholeBlocks &limits);

/// The same for blocks whose sides leave none of these: with any number of
/// threads that goes into a tile. Where x cannot be read in two passes
/// (`splittable`), also in more turns, and narrower.
llvm::SmallVector<QuantizeConfig> unevenBlocks(const TargetModel &target,
                                               const QuantizeShape &shape,
                                               const WholeBlocks &limits);

/// The `most` best tiles that divide the blocks of a tensor or are made of
/// them; none when the only ones hold single elements of blocks. `preferWhole`:
/// parts mean one more launch.
llvm::SmallVector<QuantizeConfig> partsOfBlocks(const QuantizeShape &shape,
                                                bool preferWhole, size_t most);

/// Configs with tiles of whole rows and of whole blocks, the best first; none
/// if the registers of a thread block do not hold a row.
llvm::SmallVector<QuantizeConfig> wholeRows(const TargetModel &target,
                                            const QuantizeShape &shape);

/// Columns that a thread takes at once, up to `most`: a power of two that no
/// boundary of blocks cuts.
int64_t chunkOf(int64_t blockColumns, int64_t most);

/// One block covers the dimension, so that nothing follows it.
bool isCovered(int64_t extent, int64_t block);

/// Largest divisor of `value` that is at most `limit`.
int64_t largestDivisor(int64_t value, int64_t limit);

} // namespace mlir::gq::strategy

#endif // GQ_LIB_STRATEGY_QUANTIZETILES_H
