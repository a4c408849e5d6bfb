//===- GQGPUVerifyReduce.cpp - sums and other reductions of blocks --------===//
//
// Verifiers of block_reduce and of the steps that it becomes, and what these
// do in shared memory. Those of the largest magnitude are in
// GQGPUVerifyShared.cpp.
//
//===----------------------------------------------------------------------===//
#include "GQGPUVerify.h"
#include "gq/Dialect/GQGPU/IR/BlockSharing.h"
#include "gq/Support/Reduction.h"

using namespace mlir;
using namespace mlir::gqgpu;

static LogicalResult verifyKind(Operation *op, arith::AtomicRMWKind kind,
                                Type type) {
  if (gq::isReduction(kind, type))
    return success();
  return op->emitOpError("expects a kind that reduces ")
         << type << ", got " << stringifyEnum(kind);
}

/// `to` has a value for each block of `from`, in the type of reductions.
static LogicalResult verifyReduced(Operation *op, FragmentType from,
                                   FragmentType to) {
  Type element = gq::reducedType(from.getElementType());
  if (!element || !from.getBlock().empty())
    return op->emitOpError("expects an operand of f32, bf16, f16 or i32 "
                           "without a block, got ")
           << from;
  if (to.getShape() == from.getShape() && to.getLayout() == from.getLayout() &&
      !to.getBlock().empty() && to.getElementType() == element)
    return success();
  return op->emitOpError("expects a result of ")
         << element << " and of the operand's shape and layout with a block, "
         << "got " << to;
}

LogicalResult BlockReduceOp::verify() {
  FragmentType from = getValue().getType(), to = getResult().getType();
  if (failed(verifyReduced(*this, from, to)) ||
      failed(verifyKind(*this, getKind(), to.getElementType())) ||
      failed(verifyElementPositions(*this, "an operand", from)))
    return failure();
  if (int64_t cluster = from.getLayout().getCluster(); cluster != 1)
    return emitOpError("expects a layout of 1 thread block, got a cluster of ")
           << cluster;
  return verifyWholeBlock(*this);
}

LogicalResult ThreadReduceOp::verify() {
  PartialType to = getResult().getType();
  if (failed(verifyReduced(*this, getValue().getType(), to.getFragment())) ||
      failed(verifyKind(*this, getKind(), to.getFragment().getElementType())))
    return failure();
  if (to.getLanes() != 1)
    return emitOpError("expects a result over 1 lane, got ") << to.getLanes();
  return success();
}

LogicalResult LaneReduceOp::verify() {
  PartialType from = getValue().getType(), to = getResult().getType();
  if (from.getFragment() != to.getFragment())
    return emitOpError("expects a result of the operand's fragment, got ")
           << to;
  if (to.getLanes() <= from.getLanes())
    return emitOpError("expects a result over more lanes than the operand's ")
           << from.getLanes() << ", got " << to.getLanes();
  return verifyKind(*this, getKind(), to.getFragment().getElementType());
}

/// A row of words for each block that a thread holds elements of, with one for
/// each group of `lanes` lanes.
static LogicalResult verifyPartialWords(Operation *op, TileType words,
                                        FragmentType blocks, int64_t lanes) {
  BlockSharing sharing(blocks);
  if (!sharing.getWriters(lanes) || sharing.cluster != 1)
    return op->emitOpError("expects blocks that groups of ")
           << lanes << " lanes of one thread block share evenly, got "
           << blocks;
  int64_t rows = sharing.getNumGroups(),
          columns = sharing.threadRows * sharing.threadColumns / lanes;
  if (words.getShape() == ArrayRef<int64_t>{rows, columns} &&
      words.getElementType() == blocks.getElementType() && !words.getSwizzle())
    return success();
  return op->emitOpError("expects words of ")
         << rows << "x" << columns << "x" << blocks.getElementType()
         << ", one of each group of lanes for each block of a thread, got "
         << words;
}

LogicalResult WritePartialsOp::verify() {
  PartialType value = getValue().getType();
  if (failed(verifyPartialWords(*this, getWords().getType(),
                                value.getFragment(), value.getLanes())))
    return failure();
  return verifyWholeBlock(*this);
}

SharedAccess WritePartialsOp::getSharedAccess() {
  return {getWords(), AccessKind::Write, Reach::Block};
}

LogicalResult ReadPartialsOp::verify() {
  FragmentType blocks = getResult().getType();
  Type element = blocks.getElementType();
  if (blocks.getBlock().empty() || !blocks.isSpread() ||
      (!element.isF32() && !element.isSignlessInteger(32)))
    return emitOpError("expects a result of f32 or i32 with a block, each "
                       "element in one thread, got ")
           << blocks;
  if (auto lanes = static_cast<int64_t>(getLanes()); lanes < 1 || lanes > 32)
    return emitOpError("expects 1 to 32 lanes, got ") << lanes;
  if (failed(verifyKind(*this, getKind(), element)) ||
      failed(verifyPartialWords(*this, getWords().getType(), blocks,
                                static_cast<int64_t>(getLanes()))))
    return failure();
  return verifyWholeBlock(*this);
}

SharedAccess ReadPartialsOp::getSharedAccess() {
  return {getWords(), AccessKind::Read, Reach::Block};
}
