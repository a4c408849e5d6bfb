//===- PlaceResults.cpp - results that are a part of a wider tensor -------===//
//
// In:  a loop over tiles, or branches that yield what such loops compute, and
//      behind it a tensor.insert_slice of the result.
// Out: the loop writes its tiles into the wider tensor. Nothing is copied.
//
// The loop goes to where the insert stood, unless all of the place is known
// before. An insert of something that others read as well, or that is added to
// what was there, stays.
//
//===----------------------------------------------------------------------===//
#include "PlaceResults.h"
#include "Branches.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::gq;

using OFR = OpFoldResult;

/// Moves `op` to `insert`, unless all that says where its result goes is known
/// in front of it. False if others need what it computes before.
static bool bringTo(RewriterBase &rewriter, Operation *op,
                    tensor::InsertSliceOp insert) {
  Block *block = insert->getBlock();
  if (op->getBlock() != block)
    return false;
  bool known = llvm::all_of(insert->getOperands(), [&](Value operand) {
    Operation *def = operand.getDefiningOp();
    return !def || def == op || def->getBlock() != block ||
           def->isBeforeInBlock(op);
  });
  if (known)
    return true;
  if (llvm::any_of(op->getUsers(), [&](Operation *user) {
        Operation *at = block->findAncestorOpInBlock(*user);
        return at != insert && at->isBeforeInBlock(insert);
      }))
    return false;
  rewriter.moveOpBefore(op, insert);
  return true;
}

static bool isOverThreadBlocks(scf::ForallOp loop) {
  std::optional<ArrayAttr> mapping = loop.getMapping();
  return mapping && !mapping->empty() &&
         llvm::all_of(*mapping, llvm::IsaPred<gpu::GPUBlockMappingAttr>);
}

static bool placeTiles(RewriterBase &rewriter, tensor::InsertSliceOp insert,
                       scf::ForallOp loop, unsigned number) {
  OpOperand &output = loop.getOutputsMutable()[number];
  if (!isOverThreadBlocks(loop) ||
      !output.get().getDefiningOp<tensor::EmptyOp>() ||
      !bringTo(rewriter, loop, insert))
    return false;
  BlockArgument shared = loop.getTiedBlockArgument(&output);
  Location loc = insert.getLoc();
  RankedTensorType partType = insert.getSourceType(); // that of the result
  SmallVector<tensor::ParallelInsertSliceOp> tiles;
  for (Operation *user : shared.getUsers())
    if (auto tile = dyn_cast<tensor::ParallelInsertSliceOp>(user))
      tiles.push_back(tile);
  rewriter.modifyOpInPlace(loop, [&] {
    output.set(insert.getDest());
    shared.setType(insert.getDestType());
    loop->getResult(number).setType(insert.getDestType());
  });
  rewriter.setInsertionPointToStart(loop.getBody());
  auto part = tensor::ExtractSliceOp::create(
      rewriter, loc, partType, shared, insert.getMixedOffsets(),
      insert.getMixedSizes(), insert.getMixedStrides());
  rewriter.replaceUsesWithIf(shared, part, [&](OpOperand &use) {
    return use.getOwner() != part &&
           !isa<tensor::ParallelInsertSliceOp>(use.getOwner());
  });
  AffineExpr sum = rewriter.getAffineDimExpr(0) + rewriter.getAffineDimExpr(1);
  for (tensor::ParallelInsertSliceOp tile : tiles) {
    SmallVector<OFR> offsets;
    rewriter.setInsertionPoint(loop.getTerminator());
    for (auto [outside, inside] :
         llvm::zip(insert.getMixedOffsets(), tile.getMixedOffsets()))
      offsets.push_back(affine::makeComposedFoldedAffineApply(
          rewriter, loc, sum, {outside, inside}));
    rewriter.setInsertionPoint(tile);
    rewriter.replaceOpWithNewOp<tensor::ParallelInsertSliceOp>(
        tile, tile.getSource(), shared, offsets, tile.getMixedSizes(),
        tile.getMixedStrides());
  }
  rewriter.replaceOp(insert, loop->getResult(number));
  return true;
}

/// One of the branches yields is inserted in each; those are added to `more`.
static bool placeInBranches(RewriterBase &rewriter,
                            tensor::InsertSliceOp insert, scf::IfOp branches,
                            unsigned number,
                            SmallVectorImpl<tensor::InsertSliceOp> &more) {
  if (!bringTo(rewriter, branches, insert))
    return false;
  for (Region *region :
       {&branches.getThenRegion(), &branches.getElseRegion()}) {
    Operation *yield = region->front().getTerminator();
    rewriter.setInsertionPoint(yield);
    auto inside = tensor::InsertSliceOp::create(
        rewriter, insert.getLoc(), yield->getOperand(number), insert.getDest(),
        insert.getMixedOffsets(), insert.getMixedSizes(),
        insert.getMixedStrides());
    rewriter.modifyOpInPlace(yield, [&] { yield->setOperand(number, inside); });
    more.push_back(inside);
  }
  rewriter.modifyOpInPlace(branches, [&] {
    branches->getResult(number).setType(insert.getDestType());
  });
  rewriter.replaceOp(insert, branches->getResult(number));
  return true;
}

bool mlir::gq::placeResults(RewriterBase &rewriter, Operation *root) {
  SmallVector<tensor::InsertSliceOp> inserts;
  root->walk([&](tensor::InsertSliceOp insert) {
    if (isOnHost(insert))
      inserts.push_back(insert);
  });
  bool placed = false;
  // In the order of the program: one insert may be into what another one makes.
  for (size_t at = 0; at < inserts.size(); ++at) {
    tensor::InsertSliceOp insert = inserts[at];
    auto result = dyn_cast<OpResult>(insert.getSource());
    if (!result || !result.hasOneUse() || !insert.hasUnitStride() ||
        insert.getSourceType().getRank() != insert.getDestType().getRank())
      continue;
    unsigned number = result.getResultNumber();
    if (auto loop = dyn_cast<scf::ForallOp>(result.getOwner()))
      placed |= placeTiles(rewriter, insert, loop, number);
    else if (auto branches = dyn_cast<scf::IfOp>(result.getOwner()))
      placed |= placeInBranches(rewriter, insert, branches, number, inserts);
  }
  return placed;
}
