//===- MmaLayout.cpp - accumulators of wgmma ------------------------------===//
//
// Three kinds of fragments: 64 x N elements, each in one thread; 64 x 1, a
// value for each row in the four threads that hold elements of it; 1 x S, the
// same S values in every thread.
//
//===----------------------------------------------------------------------===//
#include "gq/Dialect/GQGPU/IR/GQGPU.h"

using namespace mlir;
using namespace mlir::gqgpu;

static constexpr int64_t kRows = 64, kThreads = 128;
/// Threads side by side hold neighbouring columns of a group of 8, each two of
/// them, in two rows.
static constexpr int64_t kGroup = 8, kPair = 2, kLanesPerRow = kGroup / kPair;
/// Rows of one warp, and from a thread's first row to its second.
static constexpr int64_t kRowsPerWarp = 16, kHalf = 8;

static bool isElements(ArrayRef<int64_t> shape) {
  return shape[0] == kRows && shape[1] % kGroup == 0;
}

LogicalResult
MmaLayoutAttr::verifyFragment(function_ref<InFlightDiagnostic()> emitError,
                              ArrayRef<int64_t> shape,
                              ArrayRef<int64_t> block) const {
  if (!block.empty())
    return emitError() << "expects no block in the mma layout";
  if (shape[0] != kRows && shape[0] != 1)
    return emitError() << "expects " << kRows
                       << " rows (or 1) in the mma layout, got " << shape[0];
  if (shape[0] == kRows && shape[1] != 1 && shape[1] % kGroup != 0)
    return emitError() << "expects a multiple of " << kGroup
                       << " columns (or 1) in the mma layout, got " << shape[1];
  return success();
}

int64_t MmaLayoutAttr::getNumThreads() const { return kThreads; }
int64_t MmaLayoutAttr::getCluster() const { return 1; }
int64_t MmaLayoutAttr::getChunk() const { return 1; }
Position MmaLayoutAttr::getPeriod() const { return {kRows, kGroup}; }

int64_t MmaLayoutAttr::getNumValues(ArrayRef<int64_t> shape,
                                    ArrayRef<int64_t>) const {
  if (isElements(shape))
    return shape[0] * shape[1] / kThreads;
  return shape[0] == 1 ? shape[1] : kRowsPerWarp / kHalf;
}

int64_t MmaLayoutAttr::getNumCopies(ArrayRef<int64_t> shape) const {
  if (isElements(shape))
    return 1;
  return shape[0] == 1 ? kThreads : kLanesPerRow;
}

AffineMap MmaLayoutAttr::getFirst(ArrayRef<int64_t> shape) const {
  MLIRContext *context = getContext();
  AffineExpr warp = getAffineDimExpr(1, context),
             lane = getAffineDimExpr(2, context),
             zero = getAffineConstantExpr(0, context);
  AffineExpr row = warp * kRowsPerWarp + lane.floorDiv(kLanesPerRow);
  AffineExpr column = lane % kLanesPerRow * kPair;
  return AffineMap::get(
      4, 0, {shape[0] == 1 ? zero : row, isElements(shape) ? column : zero},
      context);
}

Position MmaLayoutAttr::getOffset(ArrayRef<int64_t> shape, ArrayRef<int64_t>,
                                  int64_t i) const {
  if (isElements(shape))
    return {i / kPair % 2 * kHalf, i / (2 * kPair) * kGroup + i % kPair};
  return shape[0] == 1 ? Position{0, i} : Position{i * kHalf, 0};
}

int64_t MmaLayoutAttr::getValuesPerRegister(Type elementType,
                                            ArrayRef<int64_t>) const {
  // FP8 as its conversion makes it, f16 as wgmma leaves it.
  return isa<Float8E4M3FNType, Float8E5M2Type, Float16Type>(elementType) ? kPair
                                                                         : 1;
}
