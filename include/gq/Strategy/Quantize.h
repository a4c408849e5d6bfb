//===- Quantize.h - strategy of block quantisation --------------*- C++ -*-===//
//
// A tile of whole blocks (or, in one pass of several, a part of one) is spread
// over the registers of a thread block or of a cluster. Tile sizes, threads,
// turns, parking and the number of passes are decided here.
//
//===----------------------------------------------------------------------===//
#ifndef GQ_STRATEGY_QUANTIZE_H
#define GQ_STRATEGY_QUANTIZE_H

#include "gq/Config/QuantizeConfig.h"
#include "gq/Strategy/Candidate.h"
#include "gq/Target/TargetModel.h"

namespace mlir::gq::strategy {

/// A block that every tile the strategy finds is a part of.
constexpr Size2 kAnyBlock{1 << 14, 1 << 14};

struct QuantizeShape {
  /// What the op computes: a value for each block (a maximum, a scale), one for
  /// each element (a code), or both from one reading of x.
  bool writesBlocks = true, writesElements = true;
  /// Elements share scales or maxima. If none do, `block` is kAnyBlock.
  bool hasBlocks = true;
  Size2 x;      ///< rows and columns
  int64_t bits; ///< of an element of x
  Size2 block;
  bool transposedScales = false;
  /// Rows of transposed scales are padded to a multiple of this: tiles have as
  /// many blocks above one another.
  int64_t scaleMultiple = 1;
  /// A second copy of the codes is stored transposed.
  bool transposedCodes = false;
  /// x is computed on the way from tensors of which an element has so many
  /// bits; if it is loaded, that is one.
  bool computed = false;
  llvm::SmallVector<int64_t> inputBits;
  /// Codes of two neighbouring columns share a byte, in memory.
  bool packed = false;
  /// Codes are decoded on the way, with scales of their own.
  bool decodes = false;
  /// Columns that a thread takes at once where nothing bounds them: of x as it
  /// is, and of what is moved to and from memory.
  int64_t chunkOfX = 16, chunk = 16;
  /// A tile has whole rows of x, whose length is known: what is computed on the
  /// way has values of whole rows.
  bool wholeRows = false;
  /// Threads add up the elements of a block: it lies over them regularly.
  bool sums = false;
  /// Two passes over x are possible: scales are f32, in row-major order.
  bool splittable = true;

  /// Values of both kinds: a tile must hold whole blocks, unless the op is
  /// split.
  bool isWhole() const { return writesBlocks && writesElements; }
};

/// How a tile lies in the registers of a thread block (or cluster).
struct TileSpread {
  Size2 threads; ///< rows and columns of them
  int64_t chunk; ///< neighbouring columns that a thread takes at once
};

/// Columns of narrow elements that a thread takes at once.
constexpr int64_t kNarrowChunk = kMostChunk;

/// Columns that fill 32 bytes of elements of `bits`, so that the lanes of a
/// warp read whole sectors: 16 at most.
int64_t widestChunk(int64_t bits);

/// Chunks of the widest power of two up to `chunk` that no block boundary cuts
/// and of which there is one for each thread, as many thread columns as the
/// chunks of a row allow. Nothing when the threads cannot be arranged.
std::optional<TileSpread> spreadTile(Size2 tile, int64_t threads,
                                     int64_t cluster, Size2 block,
                                     int64_t chunk);

/// So many threads, of `chunk` neighbours each, lie in whole blocks of `block`
/// elements, or whole blocks in them.
bool isRegular(int64_t block, int64_t threads, int64_t chunk);

/// The block that a pass in tiles uses for `block`: the same, or where it
/// covers a whole known dimension of `shape`, the least that tiles fill.
/// Nothing when tile and block do not divide one another.
std::optional<Size2> blockForTiles(Size2 shape, Size2 block, Size2 tile);

/// What a tile holds of a block.
Size2 partOfBlock(Size2 block, Size2 tile);

/// The block for which threads are arranged: a block along which x ends is that
/// of the next power of two.
Size2 blockWithin(Size2 shape, Size2 block);

/// Most elements of x that one thread holds: more would spill. 16-bit floats
/// are held two to a register; where rows do not consist of whole chunks, known
/// before the kernel runs, elements are loaded one by one, each with its
/// address.
int64_t elementsPerThread(const QuantizeShape &shape, Size2 block,
                          int64_t chunk);

/// Bytes of shared memory that slabs wait in.
int64_t parkedBytes(const QuantizeShape &shape, const QuantizeConfig &config);

/// Bytes of shared memory at most: of what is parked, of codes on their way to
/// a transposed store, of scales and reductions.
int64_t sharedMemory(const QuantizeShape &shape, const QuantizeConfig &config);

/// Whether a kernel of `config` should park its slabs: it has some that come
/// again, and room for them.
bool canPark(const TargetModel &target, const QuantizeShape &shape,
             const QuantizeConfig &config);

/// `config` with the key that it leaves to the compiler; without it where
/// nothing can wait.
QuantizeConfig complete(const TargetModel &target, const QuantizeShape &shape,
                        const QuantizeConfig &config);

/// Why `shape` cannot be compiled with `config`, which may hold any positive
/// numbers below 2^31.
Refusal refuse(const TargetModel &target, const QuantizeShape &shape,
               const QuantizeConfig &config);

/// An empty list: no config can compile `shape`.
Candidates<QuantizeConfig> candidates(const TargetModel &target,
                                      const QuantizeShape &shape);

/// Why that list is empty.
Refusal refuseAll(const TargetModel &target, const QuantizeShape &shape);

} // namespace mlir::gq::strategy

#endif // GQ_STRATEGY_QUANTIZE_H
