//===- ChunkAlignment.cpp - which accesses may take whole chunks ----------===//
#include "Patterns.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;
using namespace mlir::gqgpu;

static bool isMultipleOf(Value value, int64_t factor);

static bool isMultipleOf(AffineExpr expr, affine::AffineApplyOp apply,
                         int64_t factor) {
  if (expr.isMultipleOf(factor))
    return true;
  if (auto dim = dyn_cast<AffineDimExpr>(expr))
    return isMultipleOf(apply.getOperand(dim.getPosition()), factor);
  if (auto symbol = dyn_cast<AffineSymbolExpr>(expr))
    return isMultipleOf(apply.getOperand(apply.getAffineMap().getNumDims() +
                                         symbol.getPosition()),
                        factor);
  auto binary = dyn_cast<AffineBinaryOpExpr>(expr);
  if (!binary)
    return false;
  bool lhs = isMultipleOf(binary.getLHS(), apply, factor);
  bool rhs = isMultipleOf(binary.getRHS(), apply, factor);
  return expr.getKind() == AffineExprKind::Add   ? lhs && rhs
         : expr.getKind() == AffineExprKind::Mul ? lhs || rhs
                                                 : false;
}

static bool isMultipleOf(Value value, int64_t factor) {
  if (std::optional<int64_t> constant = getConstantIntValue(value))
    return *constant % factor == 0;
  if (auto arg = dyn_cast<BlockArgument>(value)) {
    Operation *parent = arg.getOwner()->getParentOp();
    unsigned i = arg.getArgNumber();
    if (auto tiles = dyn_cast<TileLoopOp>(parent))
      return i < tiles.getSteps().size() && tiles.getSteps()[i] % factor == 0;
    if (auto loop = dyn_cast<scf::ForOp>(parent))
      return i == 0 && isMultipleOf(loop.getLowerBound(), factor) &&
             isMultipleOf(loop.getStep(), factor);
    return false;
  }
  Operation *def = value.getDefiningOp();
  // A tile of scales starts at a block of elements.
  if (auto apply = dyn_cast<affine::AffineApplyOp>(def))
    return isMultipleOf(apply.getAffineMap().getResult(0), apply, factor);
  if (isa<arith::AddIOp, arith::SubIOp>(def))
    return isMultipleOf(def->getOperand(0), factor) &&
           isMultipleOf(def->getOperand(1), factor);
  if (isa<arith::MulIOp>(def))
    return isMultipleOf(def->getOperand(0), factor) ||
           isMultipleOf(def->getOperand(1), factor);
  return false;
}

void mlir::gqgpu::markChunkAlignment(KernelOp kernel) {
  auto mark = [](Operation *op, FragmentType type, ValueRange indices) {
    int64_t chunk = type.getLayout().getChunk();
    if (chunk > 1 && !indices.empty() && isMultipleOf(indices.back(), chunk))
      op->setAttr(kChunkAligned, UnitAttr::get(op->getContext()));
  };
  kernel.walk([&](LoadFragmentOp op) {
    mark(op, cast<FragmentType>(op.getResult().getType()), op.getIndices());
  });
  kernel.walk([&](StoreFragmentOp op) {
    auto type = cast<FragmentType>(op.getValue().getType());
    if (!op.getTransposed())
      mark(op, type, op.getIndices());
    else if (type.getBlock().empty() &&
             isMultipleOf(op.getIndices().back(),
                          TransposeStaging::get(type).band))
      op->setAttr(kChunkAligned, UnitAttr::get(op->getContext()));
  });
}
