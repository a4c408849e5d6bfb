//===- StepsInTurn.cpp - steps of a sum that roles take in turn -----------===//
#include "StepsInTurn.h"
#include "gq/Dialect/GQGPU/Transforms/Passes.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"

using namespace mlir;
using namespace mlir::gqgpu;

FailureOr<scf::ForOp> mlir::gqgpu::stepsOf(TileLoopOp loop) {
  SmallVector<scf::ForOp> found;
  loop.walk([&](scf::ForOp steps) {
    if (!steps.getOps<WaitOp>().empty())
      found.push_back(steps);
  });
  if (found.size() != 1 || found.front()->getParentOp() != loop)
    return loop.emitOpError("has a product with k_groups, expects one loop "
                            "over its steps, got ")
           << found.size();
  return found.front();
}

FailureOr<TileLoopOp> mlir::gqgpu::handOver(TileLoopOp loop, scf::ForOp steps,
                                            Value sum, Value sums) {
  IRRewriter rewriter(loop.getContext());
  rewriter.setInsertionPoint(loop);
  Location loc = steps.getLoc();
  Value start =
      CursorOp::create(rewriter, loc, CursorType::get(loop.getContext()));
  FailureOr<LoopLikeOpInterface> wider = loop.replaceWithAdditionalYields(
      rewriter, {start, start}, /*replaceInitOperandUsesInLoop=*/false,
      [&](OpBuilder &, Location, ArrayRef<BlockArgument> carried) {
        OpBuilder b(steps);
        b.setInsertionPointAfter(steps);
        Type slotType = SlotType::get(b.getContext());
        auto advance = [&](Value cursor) -> Value {
          return AdvanceOp::create(b, loc, cursor.getType(), sums, cursor);
        };
        Value slot = AcquireOp::create(b, loc, slotType, sums, carried[0]);
        auto put = PutOp::create(b, loc, sum, sums, slot, /*tile=*/0);
        CommitOp::create(b, loc, sums, slot);
        Value filled = advance(carried[0]);
        Value full = WaitOp::create(b, loc, slotType, sums, carried[1],
                                    /*when=*/Value());
        auto all = AddPutOp::create(b, loc, sum, sums, full, /*tile=*/0);
        ReleaseOp::create(b, loc, sums, full);
        sum.replaceUsesWithIf(all.getResult(), [&](OpOperand &use) {
          return use.getOwner() != put && use.getOwner() != all;
        });
        return SmallVector<Value>{filled, advance(carried[1])};
      });
  if (failed(wider))
    return loop.emitOpError("could not carry cursors");
  return cast<TileLoopOp>(wider->getOperation());
}

void mlir::gqgpu::takeSteps(RoleOp role, int64_t turn, int64_t turns) {
  SmallVector<scf::ForOp> loops;
  role.getBody().walk([&](scf::ForOp steps) {
    if (!steps.getOps<WaitOp>().empty() || !steps.getOps<AcquireOp>().empty())
      loops.push_back(steps);
  });
  for (scf::ForOp steps : loops) {
    OpBuilder b(steps);
    Location loc = steps.getLoc();
    auto times = [&](int64_t count) -> Value {
      return b.createOrFold<arith::MulIOp>(
          loc, steps.getStep(), arith::ConstantIndexOp::create(b, loc, count));
    };
    if (turn == 0) {
      steps.setStep(times(turns));
      continue;
    }
    Value first =
        b.createOrFold<arith::AddIOp>(loc, steps.getLowerBound(), times(turn));
    Value step = times(turns);
    steps.setLowerBound(first);
    steps.setStep(step);
    for (OpOperand &init : steps.getInitArgsMutable()) {
      auto type = dyn_cast<RankedTensorType>(init.get().getType());
      if (!type)
        continue;
      Value zero = arith::ConstantOp::create(
          b, loc, b.getZeroAttr(type.getElementType()));
      Value empty = tensor::EmptyOp::create(b, loc, type.getShape(),
                                            type.getElementType());
      Operation *before = init.get().getDefiningOp();
      init.set(linalg::FillOp::create(b, loc, zero, empty).getResult(0));
      // What the first one's start from is loaded there alone.
      if (before && before->use_empty() && isa<LoadOp>(before))
        before->erase();
    }
  }
}
