//===- Branches.h - kernels that sizes choose between -----------*- C++ -*-===//
//
// One op with several configs becomes an scf.if in front of launches, whose
// branches hold the op with one config each. What is a part of the op's kernel
// (Fusion.h) goes into each branch, so that gq-tile finds it there.
//
//===----------------------------------------------------------------------===//
#ifndef GQ_LIB_DIALECT_GQ_TRANSFORMS_BRANCHES_H
#define GQ_LIB_DIALECT_GQ_TRANSFORMS_BRANCHES_H

#include "gq/Dialect/GQ/IR/GQ.h"

namespace mlir::gq {

/// Whether `op` is in a function, or in an scf.if there: what a launch goes
/// through once.
bool isOnHost(Operation *op);

/// Whether `op` is in the tiles of a loop over thread blocks in which an op has
/// a config: what was tiled, whose strategy is decided.
bool isInTiles(BlockOpInterface op);

/// Whether branches on sizes can be made around `op`. Where not, `refusal` says
/// what is expected.
bool canBranch(BlockOpInterface op, std::string &refusal);

/// The ops of a kernel, in the order of their block.
struct BranchParts {
  /// Those that the kernel stores instead of: they exist in branches only.
  SmallVector<Operation *> stored;
  /// `stored`, and what is computed for them in each branch.
  SmallVector<Operation *> inside;
  /// What stands behind `root` and is needed in front of the branches.
  SmallVector<Operation *> before;
  /// The last of the elementwise chain, in whose place the branches are: what
  /// uses a result of the stored ops stands behind it.
  Operation *root;
  /// The product that is computed in the same tiles, in branches whose config
  /// says so; null: none is. In others it keeps its own config.
  Operation *dual = nullptr;
  /// The same of what is decoded on the way to the product.
  Operation *decode = nullptr;
};

/// Nothing where canBranch() says no.
std::optional<BranchParts> partsOfBranch(BlockOpInterface op,
                                         std::string &refusal);

/// Puts the op and its parts into a chain of branches, one for each config.
/// `condition` says which of them is taken, where none before it is; the last
/// one needs none.
void branchTo(RewriterBase &rewriter, BlockOpInterface op,
              const BranchParts &parts, ArrayRef<StrategyAttrInterface> configs,
              llvm::function_ref<Value(OpBuilder &, size_t)> condition);

} // namespace mlir::gq

#endif // GQ_LIB_DIALECT_GQ_TRANSFORMS_BRANCHES_H
