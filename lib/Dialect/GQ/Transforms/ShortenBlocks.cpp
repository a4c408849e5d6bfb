//===- ShortenBlocks.cpp - blocks that are longer than tensors ------------===//
//
// Kernels count in 32 bits, and no tensor of theirs is longer than that: a
// block that is, is all there is, as is one that just reaches so far.
//
//===----------------------------------------------------------------------===//
#include "ShortenBlocks.h"
#include "gq/Dialect/GQ/IR/GQ.h"
#include "gq/Dialect/GQGPU/Protocol/Extents.h"

using namespace mlir;
using namespace mlir::gq;
using gqgpu::kMaxCount;

namespace {
struct ShortenBlocks : OpInterfaceRewritePattern<BlockOpInterface> {
  using OpInterfaceRewritePattern::OpInterfaceRewritePattern;
  LogicalResult matchAndRewrite(BlockOpInterface op,
                                PatternRewriter &rewriter) const override {
    auto isLong = [](int64_t size) { return size > kMaxCount; };
    if (!op.getOrigin().empty() ||
        llvm::any_of(op->getOperandTypes(), [&](Type type) {
          auto shaped = dyn_cast<ShapedType>(type);
          return shaped && llvm::any_of(shaped.getShape(), isLong);
        }))
      return rewriter.notifyMatchFailure(op, "tensors may be as long");
    SmallVector<std::pair<StringRef, SmallVector<int64_t>>> shorter;
    for (const NamedBlock &block : op.getBlocks()) {
      if (llvm::none_of(block.sizes, isLong))
        continue;
      SmallVector<int64_t> &sizes =
          shorter.emplace_back(block.name, SmallVector<int64_t>()).second;
      for (int64_t size : block.sizes)
        sizes.push_back(std::min(size, kMaxCount));
    }
    if (shorter.empty())
      return rewriter.notifyMatchFailure(op, "blocks are short");
    rewriter.modifyOpInPlace(op, [&] {
      for (auto &[name, sizes] : shorter)
        op->setAttr(name, rewriter.getDenseI64ArrayAttr(sizes));
    });
    return success();
  }
};
} // namespace

void mlir::gq::populateShortenBlocksPatterns(RewritePatternSet &patterns) {
  patterns.add<ShortenBlocks>(patterns.getContext());
}
