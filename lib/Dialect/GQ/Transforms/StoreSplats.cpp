//===- StoreSplats.cpp - constants of one value, as data ------------------===//
//
// In:  a gq.scaled_matmul, gq.dequantize or gq.scaled_cast that reads a dense
//      splat.
// Out: it reads a dense_resource with as many elements.
//
// Folders make the slice of a splat a splat of the size of the slice: a tile
// would be a tensor of its own, with a row pitch that the whole does not have
// and the copy engine may not take. Nothing folds slices of resources. The
// bundle stores one element of it, but the compiler has them all: so many that
// this takes its memory are refused.
//
//===----------------------------------------------------------------------===//
#include "StoreSplats.h"
#include "gq/Dialect/GQ/IR/GQ.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/AsmState.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::gq;

/// The elements of a splat of more than one; or null.
static DenseElementsAttr getSplat(Value value) {
  auto constant = value.getDefiningOp<arith::ConstantOp>();
  auto elements =
      constant ? dyn_cast<DenseElementsAttr>(constant.getValue()) : nullptr;
  // Elements of whole bytes, which are what a blob has.
  if (!elements || !elements.isSplat() || elements.getNumElements() < 2 ||
      elements.getElementType().getIntOrFloatBitWidth() % 8 != 0)
    return {};
  return elements;
}

/// Bytes of a splat that becomes data.
static constexpr int64_t kMostBytes = 1 << 30;

static int64_t bytesOf(DenseElementsAttr splat) {
  int64_t bytes = 0;
  bool overflows = llvm::MulOverflow<int64_t>(splat.getNumElements(),
                                              splat.getRawData().size(), bytes);
  return overflows ? std::numeric_limits<int64_t>::max() : bytes;
}

static Value store(RewriterBase &rewriter, Location loc,
                   DenseElementsAttr splat) {
  ArrayRef<char> element = splat.getRawData();
  AsmResourceBlob blob = HeapAsmResourceBlob::allocate(
      element.size() * splat.getNumElements(), /*align=*/64);
  MutableArrayRef<char> data = blob.getMutableData();
  for (size_t at = 0; at < data.size(); at += element.size())
    llvm::copy(element, data.begin() + at);
  auto stored =
      DenseResourceElementsAttr::get(splat.getType(), "splat", std::move(blob));
  return arith::ConstantOp::create(rewriter, loc, stored);
}

namespace {
template <typename Op> struct StoreSplat : OpRewritePattern<Op> {
  using OpRewritePattern<Op>::OpRewritePattern;
  LogicalResult matchAndRewrite(Op op,
                                PatternRewriter &rewriter) const override {
    if (!op.hasPureTensorSemantics())
      return rewriter.notifyMatchFailure(op, "not on tensors");
    for (OpOperand *input : op.getDpsInputOperands()) {
      DenseElementsAttr splat = getSplat(input->get());
      if (!splat || bytesOf(splat) > kMostBytes)
        continue;
      // Once for all that read it.
      Operation *constant = input->get().getDefiningOp();
      rewriter.setInsertionPoint(constant);
      Value stored = store(rewriter, constant->getLoc(), splat);
      rewriter.replaceUsesWithIf(constant->getResult(0), stored,
                                 [](OpOperand &use) {
                                   auto user = dyn_cast<Op>(use.getOwner());
                                   return user && !user.isDpsInit(&use);
                                 });
      return success();
    }
    return rewriter.notifyMatchFailure(op, "reads no splat");
  }
};
} // namespace

LogicalResult mlir::gq::requireStoredSplats(Operation *root) {
  WalkResult walk = root->walk([](BlockOpInterface op) {
    if (!isa<ScaledMatmulOp, DequantizeOp, ScaledCastOp>(op) ||
        !op.hasPureTensorSemantics())
      return WalkResult::advance();
    for (OpOperand *input : op.getDpsInputOperands()) {
      DenseElementsAttr splat = getSplat(input->get());
      if (!splat || bytesOf(splat) <= kMostBytes)
        continue;
      op->emitOpError("reads a constant of ")
          << splat.getType() << " in operand " << input->getOperandNumber()
          << ", " << bytesOf(splat) << " bytes, expects at most " << kMostBytes;
      return WalkResult::interrupt();
    }
    return WalkResult::advance();
  });
  return failure(walk.wasInterrupted());
}

void mlir::gq::populateStoreSplatPatterns(RewritePatternSet &patterns) {
  patterns.add<StoreSplat<ScaledMatmulOp>, StoreSplat<DequantizeOp>,
               StoreSplat<ScaledCastOp>>(patterns.getContext());
}
