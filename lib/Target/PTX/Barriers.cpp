//===- Barriers.cpp - barriers and fences ---------------------------------===//
#include "Assembly.h"
#include "gq/Target/PTX/PTX.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"

using namespace mlir;
using namespace mlir::gq;
using Effects = ptx::Assembly::Effects;

void ptx::syncBlock(OpBuilder &b, Location loc) {
  NVVM::BarrierOp::create(b, loc);
}

void ptx::syncWarp(OpBuilder &b, Location loc) {
  NVVM::SyncWarpOp::create(b, loc, constant32(b, loc, -1));
}

void ptx::arriveCluster(OpBuilder &b, Location loc) {
  NVVM::ClusterArriveOp::create(b, loc, b.getUnitAttr());
}

void ptx::waitCluster(OpBuilder &b, Location loc) {
  NVVM::ClusterWaitOp::create(b, loc, b.getUnitAttr());
}

void ptx::waitForGrids(OpBuilder &b, Location loc) {
  Assembly(b, loc).emit("griddepcontrol.wait;", Effects::Yes);
}

void ptx::pause(OpBuilder &b, Location loc, Value barrier, int64_t nanoseconds,
                Value when) {
  Assembly assembly(b, loc);
  std::string at = memoryAt(assembly.operand(barrier), 0);
  std::string skip = "@!" + assembly.operand(when) + " bra DONE; ";
  assembly.emit("{ .reg .pred P; .reg .b64 T, E; " + skip +
                    "mov.u64 E, %globaltimer; add.u64 E, E, " +
                    std::to_string(nanoseconds) +
                    "; AGAIN: mbarrier.test_wait.parity.shared::cta.b64 P, " +
                    at +
                    ", 0; @P bra DONE; mov.u64 T, %globaltimer; "
                    "setp.lt.u64 P, T, E; @P bra AGAIN; DONE: }",
                Effects::Yes);
}

void ptx::launchDependents(OpBuilder &b, Location loc) {
  NVVM::GriddepcontrolOp::create(b, loc,
                                 NVVM::GridDepActionKind::launch_dependents);
}

void ptx::fenceAsyncShared(OpBuilder &b, Location loc) {
  NVVM::FenceProxyOp::create(
      b, loc,
      NVVM::ProxyKindAttr::get(b.getContext(), NVVM::ProxyKind::async_shared),
      NVVM::SharedSpaceAttr::get(b.getContext(),
                                 NVVM::SharedSpace::shared_cta));
}

void ptx::fenceBlock(OpBuilder &b, Location loc) {
  NVVM::MembarOp::create(
      b, loc,
      NVVM::MemScopeKindAttr::get(b.getContext(), NVVM::MemScopeKind::CTA));
}

void ptx::initBarrier(OpBuilder &b, Location loc, Value barrier, int64_t offset,
                      int64_t arrivals, Value when) {
  Assembly assembly(b, loc);
  std::string at = memoryAt(assembly.operand(barrier), offset);
  assembly.emit(assembly.guard(when) + "mbarrier.init.shared::cta.b64 " + at +
                    ", " + Twine(arrivals) + ";",
                Effects::Yes);
}

void ptx::initBarrier(OpBuilder &b, Location loc, Value barrier, int64_t offset,
                      Value arrivals, Value when) {
  Assembly assembly(b, loc);
  std::string at = memoryAt(assembly.operand(barrier), offset),
              count = assembly.operand(arrivals);
  assembly.emit(assembly.guard(when) + "mbarrier.init.shared::cta.b64 " + at +
                    ", " + count + ";",
                Effects::Yes);
}

void ptx::fenceBarrierInit(OpBuilder &b, Location loc, Value when) {
  if (!when) {
    NVVM::FenceMbarrierInitOp::create(b, loc);
    return;
  }
  Assembly assembly(b, loc);
  assembly.emit(assembly.guard(when) + "fence.mbarrier_init.release.cluster;",
                Effects::Yes);
}

void ptx::arriveBarrier(OpBuilder &b, Location loc, Value barrier, Value when) {
  Assembly assembly(b, loc);
  std::string at = memoryAt(assembly.operand(barrier), 0);
  assembly.emit(assembly.guard(when) + "mbarrier.arrive.shared::cta.b64 _, " +
                    at + ";",
                Effects::Yes);
}

void ptx::arriveInCluster(OpBuilder &b, Location loc, Value barrier,
                          Value when) {
  Assembly assembly(b, loc);
  std::string at = memoryAt(assembly.operand(barrier), 0);
  assembly.emit(assembly.guard(when) +
                    "mbarrier.arrive.shared::cluster.b64 _, " + at + ";",
                Effects::Yes);
}

void ptx::arriveExpecting(OpBuilder &b, Location loc, Value barrier,
                          int64_t bytes) {
  Assembly assembly(b, loc);
  std::string at = memoryAt(assembly.operand(barrier), 0);
  assembly.emit("mbarrier.arrive.expect_tx.shared::cta.b64 _, " + at + ", " +
                    Twine(bytes) + ";",
                Effects::Yes);
}

Value ptx::arriveForPhase(OpBuilder &b, Location loc, Value barrier, Value when,
                          int64_t bytes) {
  Assembly assembly(b, loc);
  std::string phase = assembly.result(b.getI64Type(), /*early=*/true),
              at = memoryAt(assembly.operand(barrier), 0);
  std::string arrive = "mbarrier.arrive" +
                       std::string(bytes ? ".expect_tx" : "") +
                       ".shared::cta.b64 " + phase + ", " + at +
                       (bytes ? ", " + std::to_string(bytes) : "");
  if (when)
    arrive =
        "{ mov.b64 " + phase + ", 0; " + assembly.guard(when) + arrive + "; }";
  else
    arrive += ";";
  return assembly.emit(arrive, Effects::Yes);
}

void ptx::waitForPhase(OpBuilder &b, Location loc, Value barrier, Value phase,
                       Value when) {
  Assembly assembly(b, loc);
  std::string at = memoryAt(assembly.operand(barrier), 0),
              token = assembly.operand(phase);
  std::string skip =
      when ? "@!" + assembly.operand(when) + " bra DONE; " : std::string();
  assembly.emit("{ .reg .pred P; " + skip +
                    "WAIT: mbarrier.try_wait.shared::cta.b64 P, " + at + ", " +
                    token + "; @P bra DONE; bra WAIT; DONE: }",
                Effects::Yes);
}

void ptx::waitBarrier(OpBuilder &b, Location loc, Value barrier, Value parity,
                      Value when) {
  Assembly assembly(b, loc);
  std::string at = memoryAt(assembly.operand(barrier), 0);
  std::string phase = assembly.operand(parity);
  std::string skip =
      when ? "@!" + assembly.operand(when) + " bra DONE; " : std::string();
  assembly.emit("{ .reg .pred P; " + skip +
                    "WAIT: mbarrier.try_wait.parity.shared::cta.b64 P, " + at +
                    ", " + phase + "; @P bra DONE; bra WAIT; DONE: }",
                Effects::Yes);
}
