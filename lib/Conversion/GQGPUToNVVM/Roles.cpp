//===- Roles.cpp - roles as control flow ----------------------------------===//
#include "Patterns.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace mlir::gqgpu;

static Value asIndex(OpBuilder &b, Location loc, Value i32) {
  return arith::IndexCastUIOp::create(b, loc, b.getIndexType(), i32);
}

/// Copies the producer region, keeping the fills of one kind.
template <typename DroppedOp>
static LogicalResult cloneProducer(OpBuilder &b, WarpSpecializeOp op) {
  IRMapping map;
  SmallVector<Operation *> copies;
  for (Operation &inner : op.getProducer().front().without_terminator())
    copies.push_back(b.clone(inner, map));
  for (Operation *copy : copies) {
    SmallVector<Operation *> dropped;
    copy->walk([&](DroppedOp fill) { dropped.push_back(fill); });
    for (Operation *fill : dropped)
      fill->erase();
  }
  if (!std::is_same_v<DroppedOp, CopyLoadOp>)
    return success();
  // Full barriers are armed with the bytes of the loads when a slot is
  // acquired.
  for (Operation *copy : copies) {
    WalkResult result = copy->walk([&](AcquireOp acquire) {
      int64_t bytes = acquire.getExpect().value_or(0);
      for (Operation *user : acquire.getSlot().getUsers()) {
        auto load = dyn_cast<TmaLoadOp>(user);
        if (!load || acquire.getExpect())
          continue;
        if (load->getBlock() != acquire->getBlock()) {
          load.emitOpError(
              "is conditional; expects loads in the block of their "
              "acquire, so that their bytes are known");
          return WalkResult::interrupt();
        }
        bytes +=
            load.getRing().getType().getTiles()[load.getTile()].getNumBytes();
      }
      acquire->setAttr(kTransactionBytes, b.getI64IntegerAttr(bytes));
      return WalkResult::advance();
    });
    if (result.wasInterrupted())
      return failure();
  }
  return success();
}

static LogicalResult expandRole(WarpSpecializeOp op, const KernelAbi &abi) {
  IRRewriter b(op);
  Location loc = op.getLoc();
  Emitter e(b, loc);
  int64_t mathWarps = op.getGroups() * 4;

  Value isMath = e.ult(abi.warp, e.c32(mathWarps));
  auto branch = scf::IfOp::create(b, loc, isMath, /*withElseRegion=*/true);
  {
    // Math groups.
    b.setInsertionPointToStart(branch.thenBlock());
    NVVM::SetMaxRegisterOp::create(b, loc, op.getMathRegisters(),
                                   NVVM::SetMaxRegisterAction::increase);
    Value group = asIndex(b, loc, e.lshr(abi.warp, 2));
    Block *math = &op.getMath().front();
    b.eraseOp(math->getTerminator());
    b.inlineBlockBefore(math, branch.thenBlock()->getTerminator(), group);
  }
  b.setInsertionPointToStart(branch.elseBlock());
  NVVM::SetMaxRegisterOp::create(b, loc, op.getProducerRegisters(),
                                 NVVM::SetMaxRegisterAction::decrease);
  if (abi.hasTma) {
    auto isWarp = scf::IfOp::create(b, loc, e.eq(abi.warp, mathWarps), false);
    b.setInsertionPointToStart(isWarp.thenBlock());
    // elect.sync, not a test of the lane: ptxas then knows that one thread runs
    // and emits each TMA instruction without a loop over lanes.
    auto isThread = scf::IfOp::create(b, loc, ptx::elect(b, loc), false);
    b.setInsertionPointToStart(isThread.thenBlock());
    if (failed(cloneProducer<CopyLoadOp>(b, op)))
      return failure();
    b.setInsertionPointAfter(isWarp);
  }
  if (abi.hasCopies) {
    auto isWarp = scf::IfOp::create(
        b, loc, e.eq(abi.warp, mathWarps + (abi.hasTma ? 1 : 0)), false);
    b.setInsertionPointToStart(isWarp.thenBlock());
    if (failed(cloneProducer<TmaLoadOp>(b, op)))
      return failure();
  }
  b.eraseOp(op);
  return success();
}

LogicalResult mlir::gqgpu::expandRoles(LLVM::LLVMFuncOp function,
                                       const KernelAbi &abi) {
  SmallVector<WarpSpecializeOp> roles;
  function.walk([&](WarpSpecializeOp op) { roles.push_back(op); });
  for (WarpSpecializeOp op : roles)
    if (failed(expandRole(op, abi)))
      return failure();
  return success();
}
