//===- SeparateEpilogue.cpp - an epilogue in a kernel of its own ----------===//
//
// In:  a product whose config keeps the first of the elementwise ops behind it.
// Out: behind the others a kernel that computes them: the quantisation that
//      reads them, or a gq.copy, with a config.
//
//===----------------------------------------------------------------------===//
#include "AnchorElementwise.h"
#include "Branches.h"
#include "ConfigRewrites.h"
#include "gq/Dialect/GQ/Transforms/Choices.h"
#include "gq/Dialect/GQ/Transforms/Fusion.h"

using namespace mlir;
using namespace mlir::gq;

FailureOr<bool> mlir::gq::separateEpilogue(RewriterBase &rewriter,
                                           BlockOpInterface op) {
  std::optional<int64_t> epilogue = mostKept(op.getStrategy());
  if (!epilogue)
    return false;
  Operation *kept = lastElementwise(op);
  Operation *last = lastElementwise(op, std::nullopt);
  if (last != kept) {
    if (!isOnHost(op))
      return op->emitOpError("has a config with epilogue = ")
                 << *epilogue
                 << ", which leaves elementwise ops behind it to another "
                    "kernel; expects to be in a function or in an scf.if "
                    "there, got '"
                 << op->getParentOp()->getName() << "'",
             failure();
    addCopy(rewriter, cast<linalg::LinalgOp>(last),
            "the product's config leaves it out");
  }
  bool rewritten = false;
  for (Operation *user : last->getUsers()) {
    auto reader = dyn_cast<BlockOpInterface>(user);
    if (!reader || reader.isSum() || reader.getStrategy() ||
        reader.getKernelWord().empty())
      continue;
    if (failed(select(reader, getTarget(op))))
      return failure();
    rewritten = true;
  }
  return rewritten;
}

FailureOr<bool> mlir::gq::separateOfVariants(RewriterBase &rewriter,
                                             BlockOpInterface op) {
  return isa<MatmulVariantsAttr>(op.getStrategy())
             ? separateEpilogue(rewriter, op)
             : false;
}
