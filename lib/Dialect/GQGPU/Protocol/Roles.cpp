//===- Roles.cpp - each role keeps to its ops -----------------------------===//
#include "Protocol.h"

using namespace mlir;
using namespace mlir::gqgpu;

/// An op on the wrong side of a warp_specialize.
static bool verifyRegion(Operation *op) {
  auto roles = op->getParentOfType<WarpSpecializeOp>();
  bool fills = isProducerOp(op);
  if (!roles || (!fills && !isMathOp(op)) ||
      fills == roles.getProducer().isAncestor(op->getParentRegion()))
    return true;
  op->emitOpError("expects to be in the ")
      << (fills ? "producer" : "math") << " region of a warp_specialize";
  return false;
}

/// A wait that may never run asks nothing of a producer.
static bool surelyRuns(Operation *op) {
  if (auto wait = dyn_cast<WaitOp>(op); wait && wait.getWhen())
    return false;
  for (Operation *parent = op->getParentOp(); !isa<KernelOp>(parent);
       parent = parent->getParentOp())
    if (!LoopView::get(parent) && !isa<WarpSpecializeOp>(parent))
      return false;
  return true;
}

LogicalResult mlir::gqgpu::verifyRoles(KernelOp kernel) {
  bool right = true, unknown = false;
  DenseMap<Value, Operation *> acquires, waits;
  kernel.walk([&](Operation *op) {
    right &= verifyRegion(op);
    if (!isa<AcquireOp, WaitOp>(op))
      return;
    Value ring = ringOf(op);
    unknown |= !ring.getDefiningOp<RingCreateOp>();
    (isa<AcquireOp>(op) ? acquires : waits).try_emplace(ring, op);
  });
  kernel.walk([&](RingCreateOp ring) {
    Operation *acquire = acquires.lookup(ring), *wait = waits.lookup(ring);
    Operation *lonely = acquire ? acquire : wait;
    if (unknown || !lonely || (acquire && wait) || !surelyRuns(lonely))
      return;
    right = false;
    InFlightDiagnostic error = lonely->emitOpError(
        acquire ? "fills slots of a ring that nobody waits for"
                : "waits for slots of a ring that nobody fills");
    error.attachNote(ring.getLoc()) << "the ring";
  });
  return success(right);
}
