//===- SliceEnds.cpp - where the slices of a kernel end -------------------===//
#include "SliceEnds.h"
#include "gq/Dialect/GQGPU/IR/GQGPU.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Interfaces/LoopLikeInterface.h"

using namespace mlir;
using namespace mlir::gqgpu;

SliceEnds::SliceEnds(Operation *kernel) : LeastOfExprs(kernel->getContext()) {
  for (Operation *op = kernel; op && op->getBlock(); op = op->getParentOp())
    for (Operation &before :
         llvm::make_range(op->getBlock()->begin(), op->getIterator()))
      if (auto demand = dyn_cast<cf::AssertOp>(before))
        assumeTrue(demand.getArg());
}

void SliceEnds::assumeTrue(Value condition) {
  Operation *def = condition.getDefiningOp();
  if (auto both = dyn_cast_or_null<arith::AndIOp>(def)) {
    assumeTrue(both.getLhs());
    assumeTrue(both.getRhs());
  }
  if (auto cmp = dyn_cast_or_null<arith::CmpIOp>(def);
      cmp && cmp.getPredicate() == arith::CmpIPredicate::eq)
    assume(of(cmp.getLhs()), of(cmp.getRhs()));
}

Value SliceEnds::madeAs(Value tensor) {
  if (auto launch = tensor.getDefiningOp<LaunchOp>())
    return launch.getOuts()[cast<OpResult>(tensor).getResultNumber()];
  return LeastOfExprs::madeAs(tensor);
}

/// Of a loop that goes on while something is left, what is left is more than
/// nothing.
bool SliceEnds::isLeftInLoop(AffineExpr size) {
  for (unsigned dim = 0; dim < getNumLoops(); ++dim) {
    if (!size.isFunctionOfDim(dim))
      continue;
    Value iv = inductionVariable(dim);
    auto loop = cast<LoopLikeOpInterface>(
        cast<BlockArgument>(iv).getOwner()->getParentOp());
    std::optional<SmallVector<OpFoldResult>> bounds = loop.getLoopUpperBounds();
    if (!bounds)
      continue;
    LeastOf end = of((*bounds)[cast<BlockArgument>(iv).getArgNumber()]);
    AffineExpr reached = normalize(size + of(iv).front());
    if (llvm::any_of(
            end, [&](AffineExpr expr) { return normalize(expr) == reached; }))
      return true;
  }
  return false;
}

bool SliceEnds::fillsTile(const LeastOf &start, const LeastOf &size,
                          int64_t tile, Value tensor, unsigned dim) {
  if (size.empty())
    return false;
  LeastOf whole = sizeOf(tensor, dim);
  return llvm::all_of(size, [&](AffineExpr expr) {
    auto number = dyn_cast<AffineConstantExpr>(expr);
    if ((number && number.getValue() >= tile) ||
        (expr.isMultipleOf(tile) && isLeftInLoop(expr)))
      return true;
    return start.size() == 1 && whole.size() == 1 &&
           normalize(start.front() + expr) == normalize(whole.front());
  });
}

std::optional<int64_t> SliceEnds::longest(const LeastOf &size,
                                          int64_t tile) const {
  SmallVector<AffineExpr> zeros(getNumLoops(),
                                getAffineConstantExpr(0, context));
  std::optional<int64_t> least;
  for (AffineExpr expr : size) {
    if (auto number = dyn_cast<AffineConstantExpr>(expr);
        number && number.getValue() == tile && size.size() > 1)
      continue; // of one step of the loop over it
    auto number =
        dyn_cast<AffineConstantExpr>(simplify(expr.replaceDims(zeros)));
    if (!number)
      return std::nullopt;
    least = std::min(least.value_or(number.getValue()), number.getValue());
  }
  return least;
}
