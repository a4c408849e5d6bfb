//===- Roles.cpp - roles as control flow ----------------------------------===//
#include "gq/Dialect/GQGPU/IR/Roles.h"
#include "Patterns.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace mlir::gqgpu;

static Value asIndex(OpBuilder &b, Location loc, Value i32) {
  return arith::IndexCastUIOp::create(b, loc, b.getIndexType(), i32);
}

namespace {
/// Roles next to one another with as many registers: setmaxnreg is theirs
/// together, in whole warp groups.
struct RoleRun {
  SmallVector<RoleOp> roles;
  int64_t first, end; ///< warps
};
} // namespace

static SmallVector<RoleRun> runsOf(WarpSpecializeOp op) {
  SmallVector<RoleRun> runs;
  for (RoleOp role : op.getRoles()) {
    int64_t first = role.getFirstWarp(), end = first + role.getAllWarps();
    if (runs.empty() ||
        runs.back().roles.front().getRegisters() != role.getRegisters() ||
        runs.back().roles.front().isMath() != role.isMath())
      runs.push_back({{}, first, end});
    runs.back().roles.push_back(role);
    runs.back().end = end;
  }
  return runs;
}

/// The body of a role, where its warps have come.
static void expandRole(OpBuilder &builder, RoleOp role, KernelAbi &abi) {
  IRRewriter b(builder);
  Location loc = role.getLoc();
  Emitter e(b, loc);
  int64_t first = role.getFirstWarp();
  RoleFacts facts{role.getKind(), first, role.getAllWarps(), /*bytes=*/0};
  role.getBody().walk([&](CopyLoadOp copy) {
    // What is decoded is stored, where tensor cores read it.
    if (copy.getScales()) {
      facts.operands = true;
      return;
    }
    std::optional<bool> byWords = copy.isByWords();
    facts.words |= byWords.value_or(true);
    facts.elements |= !byWords.value_or(false);
    facts.operands |= copy.getTileType().getSwizzle() != 0;
  });
  role.getBody().walk([&](Operation *op) {
    if (auto acquire = dyn_cast<AcquireOp>(op))
      facts.bytes =
          acquire.getBytesOf(acquire.getRing().getDefiningOp<RingCreateOp>());
    if (isa<AcquireOp, AddPutOp, AwaitOffersOp, AwaitPushesOp, CommitOp,
            CopyLoadOp, MaxPushedOp, OfferOp, PushMaximaOp, PushOp, PutOp,
            ReleaseOp, StageOp, SumPushedOp, SumSlotRowsOp, TmaStoreOp>(op)) {
      abi.roles[op] = facts;
      if (auto release = dyn_cast<ReleaseOp>(op))
        abi.roles[op].afterSums = llvm::any_of(release.getSlot().getUsers(),
                                               llvm::IsaPred<SumSlotRowsOp>);
      for (Value operand : op->getOperands())
        if (auto inbox = operand.getDefiningOp<InboxCreateOp>())
          abi.roles[op].toFirst = inbox.getToFirst();
    }
  });
  SmallVector<Value> args;
  if (role.isMath()) {
    Value warp = first ? e.add(abi.warp, -first) : abi.warp;
    args.push_back(asIndex(b, loc, e.lshr(warp, 2)));
  }
  if (role.getKind() == RoleKind::Tma) {
    // elect.sync, not a test of the lane: ptxas then knows that one thread runs
    // and emits each TMA instruction without a loop over lanes.
    auto isThread = scf::IfOp::create(b, loc, ptx::elect(b, loc), false);
    // All lanes come to a barrier of the cluster together.
    if (abi.cluster > 1)
      ptx::syncWarp(b, loc);
    b.setInsertionPointToStart(isThread.thenBlock());
  }
  Block *body = &role.getBody().front();
  b.eraseOp(body->getTerminator());
  b.inlineBlockBefore(body, b.getInsertionBlock(), b.getInsertionPoint(), args);
}

static void expandRun(OpBuilder &b, const RoleRun &run, KernelAbi &abi) {
  RoleOp front = run.roles.front();
  Location loc = front.getLoc();
  Emitter e(b, loc);
  // Math roles take what the others give back.
  NVVM::SetMaxRegisterOp::create(b, loc, front.getRegisters(),
                                 front.isMath()
                                     ? NVVM::SetMaxRegisterAction::increase
                                     : NVVM::SetMaxRegisterAction::decrease);
  bool all = run.roles.size() == 1 && run.end % kGroupWarps == 0;
  for (RoleOp role : run.roles) {
    OpBuilder::InsertionGuard guard(b);
    if (!all) {
      int64_t first = role.getFirstWarp(), warps = role.getAllWarps();
      Value isMine = warps == 1 ? e.eq(abi.warp, first)
                                : e.ult(e.add(abi.warp, -first), e.c32(warps));
      auto branch = scf::IfOp::create(b, loc, isMine, false);
      b.setInsertionPointToStart(branch.thenBlock());
    }
    expandRole(b, role, abi);
  }
}

static void expandAll(WarpSpecializeOp op, KernelAbi &abi) {
  IRRewriter b(op);
  Emitter e(b, op.getLoc());
  SmallVector<RoleRun> runs = runsOf(op);
  for (const RoleRun &run : ArrayRef(runs).drop_back()) {
    Value isMine = e.ult(abi.warp, e.c32(run.end));
    auto branch =
        scf::IfOp::create(b, op.getLoc(), isMine, /*withElseRegion=*/true);
    b.setInsertionPointToStart(branch.thenBlock());
    expandRun(b, run, abi);
    b.setInsertionPointToStart(branch.elseBlock());
  }
  expandRun(b, runs.back(), abi);
  b.eraseOp(op);
}

void mlir::gqgpu::expandRoles(LLVM::LLVMFuncOp function, KernelAbi &abi) {
  SmallVector<WarpSpecializeOp> roles;
  function.walk([&](WarpSpecializeOp op) { roles.push_back(op); });
  for (WarpSpecializeOp op : roles)
    expandAll(op, abi);
}
