//===- BlockedLayout.cpp - chunks over the threads of a block -------------===//
#include "gq/Dialect/GQGPU/IR/GQGPU.h"
#include "gq/Support/Limits.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::gqgpu;

LogicalResult
BlockedLayoutAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                          ArrayRef<int64_t> threads, int64_t chunk,
                          int64_t cluster) {
  if (threads.size() != 2 || threads[0] <= 0 || threads[1] <= 0)
    return emitError() << "expects a blocked layout over 2 positive numbers of "
                          "threads";
  if (gq::saturatingProduct(threads) > gq::kMostThreads)
    return emitError() << "expects a blocked layout over at most "
                       << gq::kMostThreads << " threads, got " << threads[0]
                       << "x" << threads[1];
  if (chunk <= 0 || !llvm::isPowerOf2_64(chunk) || chunk > gq::kMostChunk)
    return emitError() << "expects chunks of 1, 2, 4, 8 or 16 elements, got "
                       << chunk;
  if (cluster <= 0 || cluster > gq::kMostCluster)
    return emitError() << "expects a cluster of 1 to " << gq::kMostCluster
                       << " thread blocks, got " << cluster;
  return success();
}

LogicalResult
BlockedLayoutAttr::verifyFragment(function_ref<InFlightDiagnostic()> emitError,
                                  ArrayRef<int64_t> shape,
                                  ArrayRef<int64_t> block) const {
  int64_t rows = getThreads()[0] * getCluster();
  int64_t cols = getThreads()[1] * getChunk();
  if (shape[0] % rows != 0 || shape[1] % cols != 0)
    return emitError() << "expects a shape that is a multiple of the layout's "
                       << rows << "x" << cols << ", got " << shape[0] << "x"
                       << shape[1];
  if (block.empty())
    return success();
  if (block.size() != 2 || block[0] <= 0 || block[1] <= 0)
    return emitError() << "expects a block of 2 positive sizes";
  // A value stands for a chunk.
  if (block[1] < shape[1] && block[1] % getChunk() != 0)
    return emitError()
           << "expects blocks of a multiple of the layout's chunk of "
           << getChunk() << " columns, got " << block[1];
  return success();
}

int64_t BlockedLayoutAttr::getNumThreads() const {
  return getThreads()[0] * getThreads()[1];
}

int64_t BlockedLayoutAttr::getMatrixRows() const { return 0; }

Position BlockedLayoutAttr::getPeriod() const {
  return {getThreads()[0], getThreads()[1] * getChunk()};
}

int64_t BlockedLayoutAttr::getNumValues(ArrayRef<int64_t> shape,
                                        ArrayRef<int64_t> block) const {
  int64_t elements = shape[0] * shape[1] / getNumThreads() / getCluster();
  return block.empty() ? elements : elements / getChunk();
}

int64_t BlockedLayoutAttr::getNumCopies(ArrayRef<int64_t>) const { return 1; }

AffineMap BlockedLayoutAttr::getFirst(ArrayRef<int64_t> shape,
                                      ArrayRef<int64_t>) const {
  MLIRContext *context = getContext();
  AffineExpr thread = getAffineDimExpr(0, context),
             rank = getAffineDimExpr(3, context);
  AffineExpr row = thread.floorDiv(getThreads()[1]);
  if (getCluster() > 1)
    row = row + rank * (shape[0] / getCluster());
  return AffineMap::get(4, 0, {row, thread % getThreads()[1] * getChunk()},
                        context);
}

Position BlockedLayoutAttr::getOffset(ArrayRef<int64_t> shape,
                                      ArrayRef<int64_t> block,
                                      int64_t i) const {
  Position period = getPeriod();
  int64_t perRow = shape[1] / period.column;
  int64_t which = block.empty() ? i / getChunk() : i;
  int64_t within = block.empty() ? i % getChunk() : 0;
  return {which / perRow * period.row, which % perRow * period.column + within};
}

int64_t BlockedLayoutAttr::getValuesPerRegister(Type elementType,
                                                ArrayRef<int64_t> block) const {
  if (!block.empty())
    return 1;
  // FP8 comes in pairs from its conversion; 16-bit floats stay as they were
  // loaded: what is only read once more then takes half the registers.
  if (isa<Float8E4M3FNType, Float8E5M2Type, BFloat16Type, Float16Type>(
          elementType))
    return std::min<int64_t>(getChunk(), 2);
  if (elementType.isInteger(8) || isa<Float8E8M0FNUType>(elementType))
    return std::min<int64_t>(getChunk(), 4);
  return 1;
}
