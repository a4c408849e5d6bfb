//===- Extents.cpp - how far kernels count
//---------------------------------===//
//
// In 32 bits; and columns of scales to the end of their tile: nothing stops a
// thread from reading past it.
//
//===----------------------------------------------------------------------===//
#include "gq/Dialect/GQGPU/Protocol/Extents.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Interfaces/ValueBoundsOpInterface.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::gqgpu;

static bool fits(int64_t value) {
  return value >= -kMaxCount && value <= kMaxCount;
}

static LogicalResult refuse(Operation *op, const Twine &what, int64_t value,
                            int64_t limit) {
  return op->emitOpError(what)
         << " " << value << ", kernels count up to " << limit << " in 32 bits";
}

static LogicalResult verifyMap(Operation *op, AffineMap map) {
  std::optional<int64_t> found;
  map.walkExprs([&](AffineExpr expr) {
    auto constant = dyn_cast<AffineConstantExpr>(expr);
    if (constant && !fits(constant.getValue()))
      found = constant.getValue();
  });
  return found ? refuse(op, "computes an index with", *found, kMaxCount)
               : success();
}

static LogicalResult verifyTiles(TileLoopOp loop) {
  int64_t total = 1;
  for (auto [bound, tile, group] :
       llvm::zip(loop.getUbs(), loop.getSteps(), loop.getClusterTiles())) {
    int64_t step = tile * group; // of a cluster
    if (step > kMaxStep)
      return refuse(loop, "has steps of", step, kMaxStep);
    std::optional<int64_t> extent = getConstantIntValue(bound);
    if (extent &&
        llvm::MulOverflow(total, llvm::divideCeilSigned(*extent, step), total))
      total = INT64_MAX;
  }
  if (total > kMaxCount)
    return refuse(loop, "has a number of tiles of", total, kMaxCount);
  if (int64_t raster = loop.getRaster(); raster > kMaxCount)
    return refuse(loop, "has a raster of", raster, kMaxCount);
  return success();
}

static LogicalResult verifyColumn(ReadScalesOp read) {
  if (!read.getPast())
    return success();
  int64_t left =
      read.getRing().getType().getTiles()[read.getTile()].getShape()[1] - 1 -
      static_cast<int64_t>(read.getColumn());
  using presburger::BoundType;
  auto bound = [&](BoundType type) {
    return ValueBoundsConstraintSet::computeConstantBound(
        type, read.getPast(), /*stopCondition=*/nullptr, /*closedUB=*/true);
  };
  FailureOr<int64_t> least = bound(BoundType::LB), most = bound(BoundType::UB);
  if (succeeded(least) && succeeded(most) && *least >= 0 && *most <= left)
    return success();
  InFlightDiagnostic diag = read.emitOpError("expects operand past between 0 "
                                             "and ")
                            << left << ", the last column of the tile, got ";
  if (succeeded(least) && succeeded(most))
    return diag << *least << " to " << *most;
  return diag << "a value without such bounds";
}

static LogicalResult verifyOp(Operation *op) {
  if (auto loop = dyn_cast<TileLoopOp>(op))
    return verifyTiles(loop);
  if (auto loop = dyn_cast<scf::ForOp>(op)) {
    std::optional<int64_t> step = getConstantIntValue(loop.getStep());
    return step && *step > kMaxStep
               ? refuse(op, "has a step of", *step, kMaxStep)
               : success();
  }
  if (auto read = dyn_cast<ReadScalesOp>(op)) {
    if (static_cast<int64_t>(read.getBlock()) > kMaxCount)
      return refuse(op, "has blocks of", read.getBlock(), kMaxCount);
    return verifyColumn(read);
  }
  if (auto constant = dyn_cast<arith::ConstantIndexOp>(op);
      constant && !fits(constant.value()))
    return refuse(op, "is", constant.value(), kMaxCount);
  if (auto apply = dyn_cast<affine::AffineApplyOp>(op))
    return verifyMap(op, apply.getAffineMap());
  if (isa<affine::AffineMinOp, affine::AffineMaxOp>(op))
    return verifyMap(op, op->getAttrOfType<AffineMapAttr>("map").getValue());
  return success();
}

LogicalResult mlir::gqgpu::verifyExtents(KernelOp kernel) {
  bool right = true;
  for (auto [number, type] : llvm::enumerate(kernel.getArgumentTypes())) {
    auto memref = dyn_cast<MemRefType>(type);
    if (!memref)
      continue;
    for (auto [dim, size] : llvm::enumerate(memref.getShape()))
      if (!ShapedType::isDynamic(size) && size > kMaxCount)
        right &=
            succeeded(refuse(kernel,
                             "has in dimension " + Twine(dim) +
                                 " of argument " + Twine(number) + " a size of",
                             size, kMaxCount));
  }
  kernel.walk([&](Operation *op) { right &= succeeded(verifyOp(op)); });
  return success(right);
}
