//===- Roles.cpp - tile loops and roles as control flow -------------------===//
#include "Patterns.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace mlir::gqgpu;

static Value asIndex(OpBuilder &b, Location loc, Value i32) {
  return arith::IndexCastUIOp::create(b, loc, b.getIndexType(), i32);
}

/// Tile coordinates of tile number `t`, in units of tiles.
///
/// Bands of `raster` tiles along the first dimension, column by column inside a
/// band; the last band may be lower.
static SmallVector<Value> tileCoordinates(OpBuilder &b, Location loc, Value t,
                                          ArrayRef<Value> counts,
                                          int64_t raster) {
  auto constant = [&](int64_t v) -> Value {
    return arith::ConstantIndexOp::create(b, loc, v);
  };
  if (counts.size() == 2 && raster > 1) {
    Value band = constant(raster);
    Value perBand = arith::MulIOp::create(b, loc, band, counts[1]);
    Value which = arith::DivUIOp::create(b, loc, t, perBand);
    Value first = arith::MulIOp::create(b, loc, which, band);
    Value within = arith::SubIOp::create(
        b, loc, t, arith::MulIOp::create(b, loc, which, perBand));
    Value height = arith::MinUIOp::create(
        b, loc, band, arith::SubIOp::create(b, loc, counts[0], first));
    Value column = arith::DivUIOp::create(b, loc, within, height);
    Value row = arith::SubIOp::create(
        b, loc, within, arith::MulIOp::create(b, loc, column, height));
    return {arith::AddIOp::create(b, loc, first, row), column};
  }
  SmallVector<Value> coordinates(counts.size());
  for (size_t i = counts.size(); i-- > 1;) {
    coordinates[i] = arith::RemUIOp::create(b, loc, t, counts[i]);
    t = arith::DivUIOp::create(b, loc, t, counts[i]);
  }
  coordinates[0] = t;
  return coordinates;
}

static void expandTileLoop(TileLoopOp op, const KernelAbi &abi) {
  IRRewriter b(op);
  Location loc = op.getLoc();
  auto constant = [&](int64_t v) -> Value {
    return arith::ConstantIndexOp::create(b, loc, v);
  };
  SmallVector<Value> counts;
  Value total = constant(1);
  for (auto [ub, step] : llvm::zip(op.getUbs(), op.getSteps())) {
    Value up = arith::AddIOp::create(b, loc, ub, constant(step - 1));
    counts.push_back(arith::DivUIOp::create(b, loc, up, constant(step)));
    total = arith::MulIOp::create(b, loc, total, counts.back());
  }
  Type i32 = b.getI32Type();
  Value first = asIndex(b, loc, NVVM::BlockIdXOp::create(b, loc, i32));
  Value stride = asIndex(b, loc, NVVM::GridDimXOp::create(b, loc, i32));
  if (abi.cluster > 1) {
    first = arith::DivUIOp::create(b, loc, first, constant(abi.cluster));
    stride = arith::DivUIOp::create(b, loc, stride, constant(abi.cluster));
  }
  auto loop = scf::ForOp::create(b, loc, first, total, stride, op.getInits());
  Block *body = loop.getBody();
  if (!body->empty())
    b.eraseOp(&body->back());
  b.setInsertionPointToEnd(body);
  SmallVector<Value> args;
  SmallVector<Value> coordinates =
      tileCoordinates(b, loc, loop.getInductionVar(), counts, op.getRaster());
  for (auto [coordinate, step] : llvm::zip(coordinates, op.getSteps()))
    args.push_back(arith::MulIOp::create(b, loc, coordinate, constant(step)));
  llvm::append_range(args, loop.getRegionIterArgs());
  Block *from = &op.getBody().front();
  Operation *yield = from->getTerminator();
  b.mergeBlocks(from, body, args);
  b.setInsertionPoint(yield);
  b.replaceOpWithNewOp<scf::YieldOp>(yield, yield->getOperands());
  b.replaceOp(op, loop.getResults());
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
    // Stores through the copy engine must have read their staging before exit.
    b.setInsertionPoint(branch.thenBlock()->getTerminator());
    ptx::waitBulk(b, loc, /*read=*/false);
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
  SmallVector<TileLoopOp> loops;
  function.walk([&](TileLoopOp op) { loops.push_back(op); });
  for (TileLoopOp op : loops)
    expandTileLoop(op, abi);
  return success();
}
