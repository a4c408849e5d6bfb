//===- Agent.cpp - control flow of an agent -------------------------------===//
#include "Agent.h"
#include "Cluster.h"

#include "gq/Dialect/GQGPU/IR/Dependency.h"
#include "gq/Dialect/GQGPU/Protocol/Extents.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::gqgpu;
using namespace mlir::gq::sim;

Agent::Agent(ThreadBlock &block, unsigned id, std::string name, RoleOp role,
             int64_t arrivals)
    : Interpreter(block.launch.options, *block.launch.statistics),
      threadBlock(block), id(id), name(std::move(name)), role(role),
      arrivals(arrivals) {}

bool Agent::takesPart(const Ring &ring, bool full) const {
  RingCreateOp op = ring.op;
  // Slots are released to other thread blocks where these count on it.
  if (ring.rank != threadBlock.rank &&
      (full || op.getEmptyArrivalsIn(ring.rank) ==
                   static_cast<int64_t>(op.getEmptyArrivals().value_or(1))))
    return false;
  if (!role)
    return true;
  StringRef name = RoleOp(role).getName();
  return full ? op.isFilledBy(name) : op.isConsumedBy(name);
}

bool Agent::drivesCopyEngine() const {
  return !role || RoleOp(role).getKind() != RoleKind::Copy;
}

void Agent::enter(Operation *op, Region &region, ArrayRef<RuntimeValue> args,
                  const Agent *parent) {
  if (parent) {
    values = parent->values;
    isBehind = parent->isBehind;
  }
  Block &block = region.front();
  for (auto [target, value] : llvm::zip_equal(block.getArguments(), args))
    values[target] = value;
  frames.push_back({op, &block, block.begin()});
}

bool Agent::isEnabled() const {
  if (isFinished())
    return false;
  if (!waiting.op)
    return true;
  if (until)
    return until();
  if (isa<BarrierOp>(waiting.op))
    return threadBlock.cluster.haveMet(meeting);
  if (!waiting.ring)
    return threadBlock.cluster.rolesAreFinished(threadBlock);
  const Ring::Slot &slot = waiting.ring->slots[waiting.slot];
  return (waiting.full ? slot.full : slot.empty).passes(waiting.parity);
}

LogicalResult Agent::block(Operation *op, std::shared_ptr<Ring> ring,
                           int64_t slot, int64_t parity, bool full) {
  waiting = {op, std::move(ring), slot, parity, full};
  return success();
}

Agent::Status Agent::step() {
  waiting = {};
  until = nullptr;
  bool visible = false;
  while (!visible && !waiting.op && !frames.empty())
    if (failed(executeNext(visible)))
      return Status::Failed;
  if (!frames.empty())
    return Status::Ready;
  return failed(checkEnd()) ? Status::Failed : Status::Finished;
}

//===----------------------------------------------------------------------===//
// Loops and branches
//===----------------------------------------------------------------------===//

LogicalResult Agent::setResults(Operation *op, ArrayRef<RuntimeValue> results) {
  for (auto [target, value] : llvm::zip_equal(op->getResults(), results))
    if (failed(set(op, target, value)))
      return failure();
  return success();
}

/// The next iteration of the loop, or what follows it.
LogicalResult Agent::beginIteration(Frame frame,
                                    SmallVector<RuntimeValue> carried) {
  if (frame.iv >= frame.end)
    return setResults(frame.op, carried);
  SmallVector<RuntimeValue> args;
  if (auto loop = dyn_cast<TileLoopOp>(frame.op)) {
    frame.outside = false;
    awaited.clear();
    const TileShare *share =
        loop.isCut() ? &frame.shares[static_cast<size_t>(frame.iv)] : nullptr;
    for (auto [at, step, bound] : llvm::zip(
             tileOfBlock(share ? share->tile : frame.iv, threadBlock.rank,
                         frame.tiles, loop.getRaster(), loop.getClusterTiles()),
             loop.getSteps(), loop.getUbs())) {
      args.push_back(at * step);
      frame.outside |= at * step >= getInt(bound);
    }
    if (share)
      for (int64_t number : {share->first, share->last, share->range,
                             share->end, int64_t(share->owns())})
        args.push_back(number);
  } else {
    args.push_back(frame.iv);
  }
  llvm::append_range(args, carried);
  for (auto [target, value] :
       llvm::zip_equal(frame.block->getArguments(), args))
    if (failed(set(frame.op, target, value)))
      return failure();
  frame.next = frame.block->begin();
  frames.push_back(std::move(frame));
  return success();
}

bool Agent::isOutside() const {
  return llvm::any_of(frames, [](const Frame &f) { return f.outside; });
}

LogicalResult Agent::beginFor(Operation *op) {
  auto loop = cast<scf::ForOp>(op);
  int64_t step = getInt(loop.getStep());
  if (step <= 0)
    return loop.emitOpError("expects a positive step, got ") << step;
  SmallVector<RuntimeValue> carried;
  for (Value init : loop.getInitArgs())
    carried.push_back(get(init));
  return beginIteration({op,
                         loop.getBody(),
                         {},
                         getInt(loop.getLowerBound()),
                         getInt(loop.getUpperBound()),
                         step},
                        std::move(carried));
}

LogicalResult Agent::beginTileLoop(TileLoopOp op) {
  SmallVector<int64_t> tiles;
  int64_t total = 1;
  for (auto [bound, step, group] :
       llvm::zip(op.getUbs(), op.getSteps(), op.getClusterTiles())) {
    int64_t extent = getInt(bound);
    if (extent < 0)
      return op.emitOpError("expects upper bounds that are not negative, got ")
             << extent;
    tiles.push_back(llvm::divideCeil(extent, step * group));
    if (llvm::MulOverflow(total, tiles.back(), total))
      total = INT64_MAX;
  }
  if (total > kMaxCount)
    return op.emitOpError("has a number of tiles of ")
           << total << ", kernels count up to " << kMaxCount << " in 32 bits";
  SmallVector<RuntimeValue> carried;
  for (Value init : op.getInits())
    carried.push_back(get(init));
  if (op.isCut()) {
    // All thread blocks that there are steps and a place for.
    auto depth = static_cast<int64_t>(*op.getDepth());
    int64_t blocks = std::min({threadBlock.launch.stride,
                               static_cast<int64_t>(*op.getRanges()),
                               std::max<int64_t>(total, 1) * depth});
    threadBlock.cluster.noteTiles(blocks);
    SmallVector<TileShare> shares =
        sharesOf(total, depth, threadBlock.index, blocks);
    auto count = static_cast<int64_t>(shares.size());
    return beginIteration({op,
                           &op.getBody().front(),
                           {},
                           0,
                           count,
                           1,
                           tiles,
                           /*outside=*/false,
                           std::move(shares)},
                          std::move(carried));
  }
  threadBlock.cluster.noteTiles(total);
  // There may be more multiprocessors than tiles can be counted.
  int64_t stride = std::min(threadBlock.launch.stride, kMaxCount);
  int64_t turn = op.getTurn(), turns = op.getTurns();
  return beginIteration({op,
                         &op.getBody().front(),
                         {},
                         threadBlock.cluster.index + turn * stride,
                         total,
                         turns * stride,
                         tiles},
                        std::move(carried));
}

LogicalResult Agent::endBlock() {
  Frame frame = frames.pop_back_val();
  SmallVector<RuntimeValue> yielded;
  for (Value value : frame.block->getTerminator()->getOperands())
    yielded.push_back(get(value));
  if (isa<scf::ForOp, TileLoopOp>(frame.op)) {
    if (llvm::AddOverflow(frame.iv, frame.step, frame.iv))
      frame.iv = frame.end;
    return beginIteration(std::move(frame), std::move(yielded));
  }
  if (isa<scf::IfOp>(frame.op))
    return setResults(frame.op, yielded);
  return success();
}

//===----------------------------------------------------------------------===//
// Ops
//===----------------------------------------------------------------------===//

/// A fragment that is not there yet, or no more, must not be read; neither a
/// tile of a slot that was given back.
LogicalResult Agent::checkOperands(Operation *op) {
  if (isa<scf::YieldOp, YieldOp, scf::ForOp, TileLoopOp>(op))
    return success();
  for (Value operand : op->getOperands()) {
    if (auto read = operand.getDefiningOp<SlotReadOp>()) {
      auto token = object<SlotToken>(read.getSlot());
      if (token->end && !token->skipped) {
        InFlightDiagnostic diag = op->emitOpError("reads tile ")
                                  << read.getTile() << " of slot "
                                  << token->slot << ", which " << name
                                  << " has released";
        diag.attachNote(token->end->getLoc()) << "released here";
        return diag;
      }
      continue;
    }
    if (!isa<FragmentType>(operand.getType()))
      continue;
    const Fragment &value = fragment(operand);
    auto next = dyn_cast<MmaAsyncOp>(op);
    bool goesOn = next && next.getAccumulate() && operand == next.getReuse();
    if (value.product && !isa<MmaWaitOp>(op) && !goesOn) {
      InFlightDiagnostic diag =
          op->emitOpError("reads a product before its mma_wait");
      diag.attachNote(value.product->getLoc()) << "the product";
      return diag;
    }
    if (value.reusedBy && value.reusedBy != op) {
      InFlightDiagnostic diag = op->emitOpError(
          "reads a fragment whose registers hold another product by now");
      diag.attachNote(value.reusedBy->getLoc()) << "the registers are reused "
                                                   "here";
      return diag;
    }
  }
  return success();
}

//===----------------------------------------------------------------------===//
// The kernel in front
//===----------------------------------------------------------------------===//

LogicalResult Agent::checkDependency(Operation *op) {
  KernelOp kernel = threadBlock.launch.kernel;
  if (isBehind || !kernel.getDependent())
    return success();
  std::optional<GlobalAccess> access = dependentAccessOf(op);
  if (!access)
    return success();
  return op->emitOpError()
         << (access->writes ? "writes " : "reads ")
         << describeArgument(access->memref) << " before " << name
         << " has waited for the kernel in front, which may still "
         << (access->writes ? "read or write it" : "write it");
}

LogicalResult Agent::execute(DependencyWaitOp) {
  isBehind = true;
  return success();
}

/// Launches run one after the other: the kernel behind begins later.
LogicalResult Agent::execute(DependencyTriggerOp) { return success(); }

/// How long a role is held up is the scheduler's choice anyway.
LogicalResult Agent::execute(PauseOp) { return success(); }

//===----------------------------------------------------------------------===//
// Steps
//===----------------------------------------------------------------------===//

LogicalResult Agent::executeNext(bool &visible) {
  Operation *op = &*frames.back().next;
  if (op->hasTrait<OpTrait::IsTerminator>())
    return endBlock();
  if (failed(checkOperands(op)) || failed(checkDependency(op)))
    return failure();
  // Before loops push frames of their own; a wait that blocks comes back.
  ++frames.back().next;
  if (isa<scf::ForOp>(op))
    return beginFor(op);
  if (auto loop = dyn_cast<TileLoopOp>(op))
    return beginTileLoop(loop);
  if (auto branch = dyn_cast<scf::IfOp>(op)) {
    Region &taken = getInt(branch.getCondition()) ? branch.getThenRegion()
                                                  : branch.getElseRegion();
    if (!taken.empty())
      frames.push_back({op, &taken.front(), taken.front().begin()});
    return success();
  }
  if (auto roles = dyn_cast<WarpSpecializeOp>(op)) {
    waiting.op = op;
    threadBlock.startRoles(roles, *this);
    return success();
  }
  visible =
      isa<AcquireOp, TmaLoadOp, CopyLoadOp, PutOp, AddPutOp, CommitOp, WaitOp,
          ReleaseOp, SlotReadOp, ReadScalesOp, MmaAsyncOp, MmaWaitOp,
          SumOverPeersOp, ArriveClusterOp, AwaitClusterOp, OfferOp,
          AwaitOffersOp, PushOp, AwaitPushesOp, SumPushedOp, MaxOverPeersOp,
          PushMaximaOp, MaxPushedOp, CombinePartsOp, PublishPartOp, AwaitPartOp,
          SumSlotRowsOp, PutSumsOp, ReadSumsOp, PutMaximaOp, ReadMaximaOp>(op);
  if (failed(executeLeaf(op)))
    return failure();
  if (waiting.op)
    --frames.back().next;
  return success();
}

LogicalResult Agent::executeLeaf(Operation *op) {
  bool isGPU = isa_and_nonnull<GQGPUDialect>(op->getDialect());
  if (isGPU || threadBlock.launch.values)
    return isGPU || isa<memref::DimOp>(op) ? *executeOther(op)
                                           : Interpreter::execute(op);
  if (isa<memref::DimOp>(op))
    return executeDim(op);
  if (auto dim = dyn_cast<tensor::DimOp>(op)) {
    // Tiles are of static shape.
    int64_t index = getInt(dim.getIndex());
    ArrayRef<int64_t> shape =
        cast<RankedTensorType>(dim.getSource().getType()).getShape();
    if (index < 0 || index >= static_cast<int64_t>(shape.size()))
      return op->emitOpError("expects an index below the rank ")
             << shape.size() << ", got " << index;
    return set(op, shape[index]);
  }
  bool isTensor = op->getNumResults() > 0 &&
                  llvm::all_of(op->getResultTypes(), llvm::IsaPred<TensorType>);
  if (!isTensor)
    return Interpreter::execute(op);
  for (Value result : op->getResults())
    if (failed(set(op, result,
                   RuntimeValue(std::shared_ptr<RuntimeObject>(
                       std::make_shared<AbsentTensor>(result.getType()))))))
      return failure();
  return success();
}

std::optional<LogicalResult> Agent::executeOther(Operation *op) {
  return TypeSwitch<Operation *, LogicalResult>(op)
      .Case<RingCreateOp, CursorOp, AdvanceOp, AcquireOp, WaitOp, CommitOp,
            ReleaseOp, PutOp, AddPutOp, SlotReadOp, ReadScalesOp, MmaAsyncOp,
            MmaWaitOp, PromoteOp, SplatOp, ForgetOp, ElementwiseOp, MaskOp,
            BlockAbsmaxOp, BlockReduceOp, ThreadReduceOp, LaneReduceOp,
            WritePartialsOp, ReadPartialsOp, ScaledCastOp, EncodeScalesOp,
            UnpackOp, LoadScalarOp, LoadOp, StoreOp, LoadFragmentOp,
            StoreFragmentOp, ThreadAbsmaxOp, PartialMaxOp, LaneMaxOp,
            WholeBlocksOp, AtomicMaxOp, ReadBlocksOp, SharedAllocOp, BarrierOp,
            ProxyFenceOp, TmaStoreWaitOp, ClearOp, ParkOp, UnparkOp, StageOp,
            StoreSharedOp, TmaStoreOp, DependencyWaitOp, DependencyTriggerOp,
            PauseOp, SumOverPeersOp, ArriveClusterOp, AwaitClusterOp,
            InboxCreateOp, OfferOp, AwaitOffersOp, PushOp, AwaitPushesOp,
            SumPushedOp, MaxOverPeersOp, PushMaximaOp, MaxPushedOp,
            CombinePartsOp, StorePartOp, PublishPartOp, AwaitPartOp, AddPartOp,
            ZeroSumsOp, AddRowSumsOp, SumSlotRowsOp, SpreadSumsOp, PutSumsOp,
            ReadSumsOp, PutMaximaOp, ReadMaximaOp, SpreadBlocksOp>(
          [&](auto concrete) { return execute(concrete); })
      .Case<TmaLoadOp, CopyLoadOp>([&](auto load) {
        return fill(load, load.getSource(), load.getIndices(), load.getRing(),
                    load.getSlot(), load.getTile());
      })
      .Case([&](memref::DimOp) { return executeDim(op); })
      .Default([](Operation *other) {
        return other->emitOpError("is not supported by the simulator");
      });
}

LogicalResult Agent::checkEnd() {
  for (auto &[product, token] : products)
    return product->emitOpError("starts a product that ")
           << name << " never waits for";
  for (auto &token : tokens) {
    if (token->isAcquired())
      return token->op->emitOpError("acquires slot ")
             << token->slot << ", which " << name << " never commits";
    return token->op->emitOpError("waits for slot ")
           << token->slot << ", which " << name << " never releases";
  }
  return threadBlock.checkBuffers(id);
}
