//===- AnchorElementwise.cpp - kernels of elementwise ops alone -----------===//
//
// In:  elementwise linalg ops, some of which are a part of a gq op's kernel
//      (Fusion.h says which).
// Out: behind those whose result has to be in memory, and that no kernel
//      stores, a gq.copy: it has a kernel, and takes them along.
//
//===----------------------------------------------------------------------===//
#include "AnchorElementwise.h"
#include "Branches.h"
#include "OuterLoops.h"
#include "gq/Dialect/GQ/IR/GQ.h"
#include "gq/Dialect/GQ/Transforms/Fusion.h"
#include "gq/Dialect/GQ/Transforms/Passes.h"
#include "gq/Support/Remarks.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

namespace mlir::gq {
#define GEN_PASS_DEF_ANCHORELEMENTWISEPASS
#include "gq/Dialect/GQ/Transforms/Passes.h.inc"
} // namespace mlir::gq

using namespace mlir;
using namespace mlir::gq;

static constexpr StringLiteral kPass = "gq-anchor-elementwise";

static bool hasKernel(Operation *op) {
  auto block = dyn_cast<BlockOpInterface>(op);
  return block && !block.getKernelWord().empty() &&
         block.hasPureTensorSemantics();
}

/// Whether an elementwise op is computed where `use` needs its result, which
/// then need not be in memory: by another one, in a kernel of elements that
/// reads it, by a sum that adds to it, or nowhere, as a destination that is
/// overwritten or for its size.
static bool isComputedAtUse(OpOperand &use) {
  Operation *user = use.getOwner();
  if (isa<tensor::DimOp>(user))
    return true;
  // Kernels in branches take along what is in front of these.
  if (user->getBlock() != use.get().getParentBlock() && !isOnHost(user))
    return false;
  if (linalg::LinalgOp op = getElementwise(user))
    return op.getMatchingIndexingMap(&use).isIdentity();
  auto block = dyn_cast<BlockOpInterface>(user);
  if (!block || !hasKernel(user))
    return false;
  return block.isDpsInit(&use) ||
         (!block.isSum() && use.getOperandNumber() == block.getExtent(0).first);
}

std::optional<std::string> mlir::gq::refuseElementwiseKernel(Operation *op) {
  linalg::LinalgOp elementwise = getElementwise(op);
  if (!elementwise)
    return "expects an elementwise op with one result of rank 2";
  std::string refusal;
  llvm::raw_string_ostream text(refusal);
  Type stored = getElementTypeOrSelf(op->getResult(0));
  if (!isStorable(stored) && !stored.isSignlessInteger(32)) {
    text << "expects a result of bf16, f16, f32, f8E4M3FN, f8E5M2, i8, i32 or "
            "f8E8M0FNU, got '"
         << stored << "'";
    return refusal;
  }
  for (const FusedOperand &operand : fusedOperands(op, /*anchor=*/nullptr)) {
    Type loaded = getElementTypeOrSelf(operand.value);
    if (isStorable(loaded) ||
        (loaded.isIntOrFloat() &&
         llvm::is_contained({16u, 32u}, loaded.getIntOrFloatBitWidth())))
      continue;
    text
        << "expects to read elements of 16 or 32 bits, f8E4M3FN, f8E5M2, i8 or "
           "f8E8M0FNU, got '"
        << loaded << "'";
    return refusal;
  }
  if (!isOnHost(op) && !getOuterLoop(op))
    return "expects to be in a function, in an scf.if there or in a loop over "
           "thread blocks, not in another op";
  return std::nullopt;
}

/// A destination like that of `op`.
static Value emptyLike(OpBuilder &b, linalg::LinalgOp op) {
  Value init = op.getDpsInitOperand(0)->get();
  while (linalg::LinalgOp producer = getElementwise(init.getDefiningOp()))
    init = producer.getDpsInitOperand(0)->get();
  return tensor::EmptyOp::create(b, op.getLoc(),
                                 tensor::getMixedSizes(b, op.getLoc(), init),
                                 getElementTypeOrSelf(op->getResult(0)));
}

void mlir::gq::addCopy(OpBuilder &b, linalg::LinalgOp op, StringRef why) {
  SmallVector<OpOperand *> uses;
  for (OpOperand &use : op->getUses())
    if (!isComputedAtUse(use))
      uses.push_back(&use);
  if (uses.empty())
    return;
  b.setInsertionPointAfter(op);
  Value init = emptyLike(b, op);
  auto copy = CopyOp::create(b, op.getLoc(), TypeRange(init.getType()),
                             op->getResult(0), init, QuantizeConfigAttr());
  for (OpOperand *use : uses)
    use->set(copy.getResult(0));
  remarkDecision(op, kPass, "kernel", "has a kernel of its own: " + why);
}

namespace {
struct AnchorElementwisePass
    : gq::impl::AnchorElementwisePassBase<AnchorElementwisePass> {
  void runOnOperation() override {
    SmallVector<linalg::LinalgOp> elementwise;
    // What the kernels of gq ops compute and store.
    DenseSet<Operation *> taken;
    getOperation().walk([&](Operation *op) {
      if (getElementwise(op))
        elementwise.push_back(cast<linalg::LinalgOp>(op));
      auto anchor = dyn_cast<BlockOpInterface>(op);
      if (!anchor || !hasKernel(anchor))
        return;
      if (Operation *transpose = fusableTranspose(anchor))
        taken.insert(transpose);
      if (!anchor.isSum())
        return;
      Operation *last = lastFusableConsumer(anchor);
      for (Operation *behind = anchor; behind != last;) {
        behind = *behind->user_begin();
        taken.insert(behind);
      }
    });
    IRRewriter rewriter(&getContext());
    for (linalg::LinalgOp op : elementwise) {
      if (taken.contains(op) || refuseElementwiseKernel(op))
        continue;
      // Kernels load what is read transposed as they do other operands.
      if (isa<linalg::TransposeOp>(op)) {
        rewriter.setInsertionPoint(op);
        op = *linalg::generalizeNamedOp(rewriter, op);
      }
      addCopy(rewriter, op, "no gq op takes it along");
    }
  }
};
} // namespace
