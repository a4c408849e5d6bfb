//===- Copies.cpp - TMA, bulk groups and cp.async -------------------------===//
#include "Assembly.h"
#include "gq/Target/PTX/PTX.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"

using namespace mlir;
using namespace mlir::gq;
using Effects = ptx::Assembly::Effects;

void ptx::prefetchTensorMap(OpBuilder &b, Location loc, Value map, Value when) {
  if (!when) {
    NVVM::PrefetchOp::create(b, loc, /*cacheLevel=*/nullptr,
                             /*evictPriority=*/nullptr, map,
                             /*predicate=*/Value(), /*tensormap=*/true,
                             /*uniform=*/false, /*in_param_space=*/false);
    return;
  }
  Assembly assembly(b, loc);
  std::string at = memoryAt(assembly.operand(map), 0);
  assembly.emit(assembly.guard(when) + "prefetch.tensormap " + at + ";",
                Effects::Yes);
}

void ptx::prefetchToL2(OpBuilder &b, Location loc, Value address, Value when) {
  Assembly assembly(b, loc);
  std::string at = memoryAt(assembly.operand(address), 0);
  assembly.emit(assembly.guard(when) + "prefetch.global.L2 " + at + ";",
                Effects::Yes);
}

void ptx::loadTensor(OpBuilder &b, Location loc, Value shared, Value map,
                     ValueRange coordinates, Value barrier, CachePolicy policy,
                     int64_t blocks) {
  Value mask;
  if (blocks > 1)
    mask = constantInt(b, loc, b.getI16Type(), (int64_t(1) << blocks) - 1);
  NVVM::CpAsyncBulkTensorGlobalToSharedClusterOp::create(
      b, loc, sharedPointer(b, loc, shared, kClusterSpace), map, coordinates,
      sharedPointer(b, loc, barrier), /*im2colOffsets=*/ValueRange(),
      /*multicastMask=*/mask,
      constantInt(b, loc, b.getI64Type(), static_cast<int64_t>(policy)),
      NVVM::TMALoadMode::TILE, /*isCTAOnly=*/false, /*group=*/nullptr,
      /*predicate=*/Value());
}

void ptx::storeTensor(OpBuilder &b, Location loc, Value map,
                      ValueRange coordinates, Value shared, Value when) {
  if (!when) {
    NVVM::CpAsyncBulkTensorSharedCTAToGlobalOp::create(
        b, loc, map, sharedPointer(b, loc, shared), coordinates,
        /*l2CacheHint=*/Value(), NVVM::TMAStoreMode::TILE,
        /*predicate=*/Value());
    return;
  }
  Assembly assembly(b, loc);
  std::string to = assembly.operand(map), at = assembly.operands(coordinates),
              from = memoryAt(assembly.operand(shared), 0);
  assembly.emit(assembly.guard(when) + "cp.async.bulk.tensor." +
                    Twine(coordinates.size()) +
                    "d.global.shared::cta.bulk_group [" + to + ", " + at +
                    "], " + from + ";",
                Effects::Yes);
}

void ptx::commitBulk(OpBuilder &b, Location loc, Value when) {
  if (!when) {
    NVVM::CpAsyncBulkCommitGroupOp::create(b, loc);
    return;
  }
  Assembly assembly(b, loc);
  assembly.emit(assembly.guard(when) + "cp.async.bulk.commit_group;",
                Effects::Yes);
}

void ptx::waitBulk(OpBuilder &b, Location loc, bool read) {
  NVVM::CpAsyncBulkWaitGroupOp::create(b, loc, b.getI32IntegerAttr(0),
                                       read ? b.getUnitAttr() : nullptr);
}

void ptx::copyWord(OpBuilder &b, Location loc, Value shared, Value global,
                   Value bytes, Value when) {
  if (!when) {
    NVVM::CpAsyncOp::create(b, loc, sharedPointer(b, loc, shared), global,
                            /*size=*/4, NVVM::LoadCacheModifierKind::CA, bytes);
    return;
  }
  Assembly assembly(b, loc);
  std::string to = memoryAt(assembly.operand(shared), 0),
              from = memoryAt(assembly.operand(global), 0),
              size = assembly.operand(bytes);
  assembly.emit(assembly.guard(when) + "cp.async.ca.shared.global " + to +
                    ", " + from + ", 4, " + size + ";",
                Effects::Yes);
}

void ptx::waitForCopies(OpBuilder &b, Location loc) {
  NVVM::CpAsyncCommitGroupOp::create(b, loc);
  NVVM::CpAsyncWaitGroupOp::create(b, loc, 0);
}

void ptx::arriveWhenCopied(OpBuilder &b, Location loc, Value barrier,
                           bool extra) {
  NVVM::CpAsyncMBarrierArriveOp::create(b, loc, sharedPointer(b, loc, barrier),
                                        /*noinc=*/!extra);
}
