//===- KeepNarrow.cpp - what waits for a barrier as it was loaded ---------===//
//
// LLVM computes the same of the same values once: f32 of bf16 that a reduction
// and what is behind it need would wait for the barrier in twice the registers,
// which cost thread blocks of a multiprocessor. On an H200
// (benchmarks/results/h200-2026-11-30-row-kernels.json) RMSNorm and
// quantisation of rows of 8192 went from 0.996 of a copy's bandwidth to 1.056,
// of rows of 4096 from 1.019 to 1.034, with one scale for each row from 1.022
// to 1.091.
//
// Floats of 16 bits become f32 in one instruction; what takes more, as f8, is
// left alone. So are casts, which are in front of no other use.
//
//===----------------------------------------------------------------------===//
#include "gq/Dialect/GQGPU/IR/GQGPU.h"
#include "gq/Dialect/GQGPU/Transforms/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

namespace mlir::gqgpu {
#define GEN_PASS_DEF_KEEPNARROWPASS
#include "gq/Dialect/GQGPU/Transforms/Passes.h.inc"
} // namespace mlir::gqgpu

using namespace mlir;
using namespace mlir::gqgpu;

/// Two 16-bit floats share a register.
static bool isNarrow(Value value) {
  auto type = cast<FragmentType>(value.getType());
  return isa<BFloat16Type, Float16Type>(type.getElementType()) &&
         type.getValuesPerRegister() == 2;
}

/// `op` computes with operand `i` as f32.
static bool extends(ElementwiseOp op, unsigned i) {
  return isNarrow(op->getOperand(i)) &&
         llvm::any_of(op.getBody().getArgument(i).getUsers(),
                      llvm::IsaPred<arith::ExtFOp>);
}

/// `op` is f32 of narrow values, and nothing else.
static bool isExtension(Operation *op) {
  auto elementwise = dyn_cast_or_null<ElementwiseOp>(op);
  if (!elementwise || op->getNumOperands() != 1 || op->getNumResults() != 1)
    return false;
  Block &body = elementwise.getBody().front();
  auto extension =
      body.getTerminator()->getOperand(0).getDefiningOp<arith::ExtFOp>();
  return extension && extension.getIn() == body.getArgument(0) &&
         extends(elementwise, 0);
}

namespace {

/// The ops of a block, in order, and how many barriers lie in front of each.
class Barriers {
public:
  explicit Barriers(Block &block) : block(block) {
    for (Operation &op : block) {
      before[&op] = count;
      op.walk([&](BarrierOp barrier) {
        count += barrier.getScope() != Scope::Warp;
      });
    }
  }

  bool any() const { return count != 0; }

  /// `value` was there in front of a barrier that `op` is behind.
  bool separate(Value value, Operation *op) const {
    auto place = before.find(value.getDefiningOp());
    return before.lookup(op) > (place == before.end() ? 0 : place->second);
  }

  /// `next`, of the operand `value` of `op` and new in front of it, takes the
  /// place of `value` from there on.
  void replace(Value value, Operation *next, Operation *op) {
    before[next] = before.lookup(op);
    value.replaceUsesWithIf(next->getResult(0), [&](OpOperand &use) {
      Operation *user = block.findAncestorOpInBlock(*use.getOwner());
      return user && user != next && !user->isBeforeInBlock(op);
    });
  }

private:
  Block &block;
  DenseMap<Operation *, unsigned> before;
  unsigned count = 0;
};

struct KeepNarrowPass : gqgpu::impl::KeepNarrowPassBase<KeepNarrowPass> {
  static void extendAnew(Barriers &barriers, ElementwiseOp op) {
    for (OpOperand &operand : op->getOpOperands()) {
      Value value = operand.get();
      if (!extends(op, operand.getOperandNumber()) ||
          !barriers.separate(value, op))
        continue;
      OpBuilder b(op);
      barriers.replace(value, ForgetOp::create(b, op.getLoc(), value), op);
    }
  }

  static void keepNarrow(Block &block) {
    Barriers barriers(block);
    if (!barriers.any())
      return;
    for (Operation &op : llvm::make_early_inc_range(block)) {
      for (Value value : SmallVector<Value>(op.getOperands())) {
        Operation *extension = value.getDefiningOp();
        if (!isExtension(extension) || !barriers.separate(value, &op))
          continue;
        OpBuilder b(&op);
        Operation *anew = b.clone(*extension);
        barriers.replace(value, anew, &op);
        extendAnew(barriers, cast<ElementwiseOp>(anew));
        if (extension->use_empty())
          extension->erase();
      }
      if (auto elementwise = dyn_cast<ElementwiseOp>(op))
        extendAnew(barriers, elementwise);
    }
  }

  void runOnOperation() override {
    getOperation()->walk([](KernelOp kernel) {
      kernel.walk([](Block *block) { keepNarrow(*block); });
    });
  }
};

} // namespace
