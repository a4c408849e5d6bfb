//===- ConfigRules.h - what a #gq.config means ------------------*- C++ -*-===//
//
// What follows from a config and is not written in it: config selection and the
// passes that obey it ask here, so a config a person wrote means the same.
//
//===----------------------------------------------------------------------===//
#ifndef GQ_DIALECT_GQ_TRANSFORMS_CONFIGRULES_H
#define GQ_DIALECT_GQ_TRANSFORMS_CONFIGRULES_H

#include "gq/Dialect/GQ/IR/GQ.h"
#include "gq/Dialect/GQGPU/IR/GQGPU.h"
#include <array>

namespace mlir::gq {

/// Most elements of x one thread holds: more would spill. 16-bit floats are
/// held two to a register; where rows do not consist of whole chunks, known
/// before the kernel runs, elements are loaded one by one, each with its
/// address.
int64_t quantizeElementsPerThread(ShapedType x, ArrayRef<int64_t> block);

/// A config for `op`: one pass, or two when no tile of whole blocks fits the
/// registers of the largest cluster. Failure with an error when neither works.
FailureOr<ConfigAttr> chooseQuantizeConfig(QuantizeOp op,
                                           const TargetModel &target);

/// What limits and shapes a tile of whole blocks.
struct WholeBlocks {
  int64_t clusterMax = 1;
  int64_t share = 64;    ///< most elements of a thread
  int64_t slabShare = 0; ///< in a slab
  int64_t mostSlabs = 1; ///< 1: none
  /// An x of no more elements leaves threads of the GPU without work.
  int64_t fewElements = 0;
  int64_t rowsWanted = 1; ///< for results that are written column by column
  /// Prefer rows with a sector (32 bytes) of scales.
  bool wholeSectors = false;

  /// For one pass over `x`, and for a quantisation in one.
  static WholeBlocks of(ShapedType x, ArrayRef<int64_t> block,
                        const TargetModel &target);
  static WholeBlocks of(QuantizeOp op, const TargetModel &target);
};

/// A config with tiles of whole blocks; null when no such tile fits the
/// registers of the threads, or all would be narrower than a sector.
ConfigAttr chooseWholeBlocks(ShapedType x, ArrayRef<int64_t> block,
                             const WholeBlocks &limits);

/// A config for one pass over `x`, in tiles of whole blocks or parts of one;
/// failure with an error at `op` when there is none. `reduces`: block_absmax,
/// for which parts mean one more launch.
FailureOr<ConfigAttr> choosePassConfig(Operation *op, ShapedType x,
                                       ArrayRef<int64_t> block, bool reduces,
                                       const TargetModel &target);

/// Checks the config of one pass, or of a quantize in two.
LogicalResult checkPassConfig(Operation *op, ShapedType x,
                              ArrayRef<int64_t> block, ConfigAttr config,
                              const TargetModel &target);

/// Checks that the threads of a config can share its tile (a slab of it), when
/// each tile is cut at boundaries of `block`.
LogicalResult checkSpread(Operation *op, ShapedType x, ArrayRef<int64_t> block,
                          ConfigAttr config, const TargetModel &target);

/// The block that a pass in tiles uses for `block`: the same, or where it
/// covers a whole static dimension of `shape`, the least that tiles fill. Null
/// when tile and block do not divide one another.
std::optional<std::array<int64_t, 2>> blockForTiles(ArrayRef<int64_t> shape,
                                                    ArrayRef<int64_t> block,
                                                    ArrayRef<int64_t> tile);

/// What a tile holds of a block.
std::array<int64_t, 2> partOfBlock(ArrayRef<int64_t> block,
                                   ArrayRef<int64_t> tile);

/// The `linalg.transpose` of the codes that `op`, a quantize or scaled_cast,
/// computes, which is stored by the same kernel; or null.
Operation *transposeOfCodes(Operation *op);

/// Checks a config a person (or the function above) wrote on `op`.
LogicalResult checkQuantizeConfig(QuantizeOp op, ConfigAttr config,
                                  const TargetModel &target);

/// The layout of a tile of `tile` elements of type `element`: chunks of the
/// widest power of two that no block boundary cuts and of which there is one
/// for each thread, as many thread columns as the chunks of a row allow. Null
/// when the threads cannot be arranged.
gqgpu::BlockedLayoutAttr quantizeLayout(MLIRContext *context,
                                        ArrayRef<int64_t> tile, int64_t threads,
                                        int64_t cluster,
                                        ArrayRef<int64_t> block, Type element);

/// Columns that a thread takes at once, a power of two that no boundary of
/// blocks cuts: no more than 32 bytes of x, so that the lanes of a warp read
/// whole sectors.
int64_t quantizeChunk(int64_t blockColumns, Type element);

/// Largest divisor of `value` that is at most `limit`.
int64_t largestDivisor(int64_t value, int64_t limit);

/// Registers per thread of the producer and of the math groups of a matmul.
std::pair<int64_t, int64_t> defaultRegisters(ConfigAttr config,
                                             const TargetModel &target);

} // namespace mlir::gq

#endif // GQ_DIALECT_GQ_TRANSFORMS_CONFIGRULES_H
