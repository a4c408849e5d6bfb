//===- RingPatterns.cpp - rings as mbarriers and shared memory ------------===//
//
// Barriers: `full[s]` and `empty[s]` count as many arrivals as the ring says.
// The TMA thread arrives when it acquires (with the bytes to expect), a copying
// lane when its copies have landed, a math warp when it commits or releases.
// Phases run on across tiles. Who fills waits for the parity opposite to its
// cursor's: on a fresh barrier that wait falls through, so all slots start out
// empty.
//
// In a cluster a multicast completes at the barrier of the same place in each
// thread block, and a release arrives at those of its peers as well.
//
//===----------------------------------------------------------------------===//
#include "FragmentAddress.h"
#include "MemoryAccess.h"
#include "Patterns.h"
#include "gq/Dialect/GQGPU/IR/Roles.h"
#include "gq/Target/Target.h"

using namespace mlir;
using namespace mlir::gqgpu;

/// Address of a barrier of `slot`: `base + offset + 8 * slot`.
static Value barrier(Emitter &e, Value ring, int64_t offset, Value slot) {
  return e.add(e.add(ring, e.shl(slot, 3)), offset);
}

Value mlir::gqgpu::tileAddress(Emitter &e, Value ring, RingLayout::Tile tile,
                               Value slot) {
  return e.add(e.add(ring, e.mul(slot, tile.stride)), tile.offset);
}

std::pair<Value, int64_t>
mlir::gqgpu::copyingThread(Emitter &e, const KernelAbi &abi, CopyLoadOp op) {
  RoleFacts role = abi.roles.at(op);
  Value thread = abi.lane;
  if (role.warps > 1)
    thread = e.add(e.shl(e.add(abi.warp, -role.firstWarp), 5), abi.lane);
  return {thread, role.warps * kWarpThreads};
}

Value mlir::gqgpu::swizzled(Emitter &e, TileType tile, Value offset) {
  constexpr int64_t kUnitShift = 4, kRowShift = 7;
  if (tile.getSwizzle() == 0)
    return offset;
  int64_t units = static_cast<int64_t>(tile.getSwizzle()) >> kUnitShift;
  Value row = e.bitAnd(e.lshr(offset, kRowShift), units - 1);
  return e.bitXor(offset, e.shl(row, kUnitShift));
}

namespace {

struct RingCreatePattern : KernelPattern<RingCreateOp> {
  using KernelPattern::KernelPattern;
  LogicalResult
  matchAndRewrite(RingCreateOp op, OpAdaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Emitter e(rewriter, op.getLoc());
    RingType type = op.getRing().getType();
    RingLayout layout = RingLayout::get(type, 0);
    Value base = e.add(abi.shared, static_cast<int64_t>(*op.getOffset()));
    Value first = e.eq(abi.thread, 0);
    // The thread blocks of a cluster may differ in what makes a slot empty.
    Value arrivals;
    if (std::optional<ArrayRef<int64_t>> each = op.getClusterArrivals()) {
      arrivals = e.c32(each->front());
      for (int64_t rank = 1; rank < abi.cluster; ++rank)
        arrivals = e.select(e.eq(abi.clusterRank, rank), e.c32((*each)[rank]),
                            arrivals);
    }
    for (int64_t stage = 0; stage < type.getStages(); ++stage) {
      ptx::initBarrier(e.b, e.loc, base, layout.full + 8 * stage,
                       *op.getFullArrivals(), first);
      if (arrivals)
        ptx::initBarrier(e.b, e.loc, base, layout.empty + 8 * stage, arrivals,
                         first);
      else
        ptx::initBarrier(e.b, e.loc, base, layout.empty + 8 * stage,
                         *op.getEmptyArrivals(), first);
    }
    ptx::fenceBarrierInit(e.b, e.loc, first);
    ptx::syncBlock(e.b, e.loc);
    rewriter.replaceOp(op, base);
    return success();
  }
};

struct CursorPattern : KernelPattern<CursorOp> {
  using KernelPattern::KernelPattern;
  LogicalResult
  matchAndRewrite(CursorOp op, OpAdaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Emitter e(rewriter, op.getLoc());
    rewriter.replaceOp(op,
                       e.pack({e.c32(op.getStage()), e.c32(op.getParity())}));
    return success();
  }
};

struct AdvancePattern : KernelPattern<AdvanceOp> {
  using KernelPattern::KernelPattern;
  LogicalResult
  matchAndRewrite(AdvanceOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Emitter e(rewriter, op.getLoc());
    Value stage = e.add(e.member(adaptor.getCursor(), 0), 1);
    Value wraps = e.eq(stage, op.getRing().getType().getStages());
    Value phase =
        e.bitXor(e.member(adaptor.getCursor(), 1), e.zext(e.i32(), wraps));
    rewriter.replaceOp(op, e.pack({e.select(wraps, e.c32(0), stage), phase}));
    return success();
  }
};

struct AcquirePattern : KernelPattern<AcquireOp> {
  using KernelPattern::KernelPattern;
  LogicalResult
  matchAndRewrite(AcquireOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Emitter e(rewriter, op.getLoc());
    RingLayout layout = RingLayout::get(op.getRing().getType(), 0);
    Value stage = e.member(adaptor.getCursor(), 0);
    Value parity = e.bitXor(e.member(adaptor.getCursor(), 1), e.c32(1));
    ptx::waitBarrier(
        e.b, e.loc, barrier(e, adaptor.getRing(), layout.empty, stage), parity);
    RoleFacts role = abi.roles.at(op);
    if (role.kind == RoleKind::Tma)
      ptx::arriveExpecting(e.b, e.loc,
                           barrier(e, adaptor.getRing(), layout.full, stage),
                           role.bytes);
    rewriter.replaceOp(op, stage);
    return success();
  }
};

struct WaitPattern : KernelPattern<WaitOp> {
  using KernelPattern::KernelPattern;
  LogicalResult
  matchAndRewrite(WaitOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Emitter e(rewriter, op.getLoc());
    RingLayout layout = RingLayout::get(op.getRing().getType(), 0);
    Value stage = e.member(adaptor.getCursor(), 0);
    Value parity = e.member(adaptor.getCursor(), 1);
    Value full = barrier(e, adaptor.getRing(), layout.full, stage);
    ptx::waitBarrier(e.b, e.loc, full, parity, adaptor.getWhen());
    rewriter.replaceOp(op, stage);
    return success();
  }
};

struct TmaLoadPattern : KernelPattern<TmaLoadOp> {
  using KernelPattern::KernelPattern;
  LogicalResult
  matchAndRewrite(TmaLoadOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Emitter e(rewriter, op.getLoc());
    RingType type = op.getRing().getType();
    RingLayout layout = RingLayout::get(type, 0);
    TileType tile = type.getTiles()[op.getTile()];
    TmaBox box = loadBox(op, abi.operandOf(op.getSource()));
    Value map = abi.tensorMap(box);
    int64_t rows = tile.getShape()[0], each = box.box.back();
    auto load = [&](int64_t blocks) {
      for (int64_t row = 0; row < rows; row += each) {
        SmallVector<Value> at(llvm::reverse(adaptor.getIndices()));
        at.back() = e.add(at.back(), row);
        // Whole groups of rows, from the first place of one: (k, 0, 0, 0,
        // group).
        if (int64_t group = tile.getPermuted()) {
          Value number = e.udiv(at[1], group), zero = e.c32(0);
          at = {at[0], zero, zero, zero, number};
        }
        ptx::loadTensor(
            e.b, e.loc,
            e.add(tileAddress(e, adaptor.getRing(), layout.tiles[op.getTile()],
                              adaptor.getSlot()),
                  row * tile.getRowBytes()),
            map, at,
            barrier(e, adaptor.getRing(), layout.full, adaptor.getSlot()),
            policyOf(op.getEvict().value_or(Eviction::Normal)), blocks);
      }
      return Value();
    };
    if (std::optional<int64_t> from = op.getMulticast())
      e.choose(
          e.eq(abi.clusterRank, *from), /*type=*/Type(),
          [&] { return load(abi.cluster); }, [] { return Value(); });
    else
      load(/*blocks=*/1);
    rewriter.eraseOp(op);
    return success();
  }
};

/// A copy_load: unit `t + threads * i` of the tile for thread `t` of the role
/// and all i, zeros outside. A unit is a word, which goes by cp.async, or an
/// element smaller than one, which goes through a register.
class TileCopy {
public:
  TileCopy(Emitter &e, const KernelAbi &abi, CopyLoadOp op, ValueRange indices,
           Value dest)
      : e(e), abi(abi), op(op), indices(indices), dest(dest),
        tile(op.getTileType()),
        elementBytes(tile.getElementType().getIntOrFloatBitWidth() / 8) {
    std::tie(thread, threads) = copyingThread(e, abi, op);
  }

  /// `step` elements at a time.
  void emit(int64_t step) {
    int64_t units = tile.getShape()[0] * tile.getShape()[1] / step;
    int64_t atOnce = kLoadsInFlight * threads;
    // An operand is many: a loop.
    if (tile.getSwizzle() != 0) {
      e.repeat(llvm::divideCeil(units, atOnce), [&](Value turn) {
        Value first = e.add(thread, e.mul(turn, atOnce));
        for (int64_t i = 0; i < kLoadsInFlight; ++i)
          copy(e.add(first, i * threads), step,
               units % atOnce == 0 ? 0 : units);
        flush();
      });
      return;
    }
    for (int64_t first = 0; first < units; first += threads) {
      copy(e.add(thread, first), step, first + threads <= units ? 0 : units);
      if (static_cast<int64_t>(loaded.size()) == kLoadsInFlight)
        flush();
    }
    flush();
  }

private:
  static constexpr int64_t kWordBytes = 4;
  /// Loads come first: the thread waits for those that came before a store. A
  /// few, for they take registers.
  static constexpr int64_t kLoadsInFlight = 8;

  struct Loaded {
    Value word, to, wanted;
  };

  /// One unit, if it is below `limit`; 0: it is.
  void copy(Value unit, int64_t step, int64_t limit) {
    int64_t bytes = step * elementBytes;
    auto [index, inside] = source(unit, step);
    Value wanted = limit == 0 ? Value() : e.ult(unit, e.c32(limit));
    Value to = e.add(dest, swizzled(e, tile, e.mul(unit, bytes)));
    Value address =
        e.globalAddress(abi.pointer(op.getSource()), index, elementBytes);
    if (bytes == kWordBytes) {
      ptx::copyWord(e.b, e.loc, to, address,
                    e.select(inside, e.c32(kWordBytes), e.c32(0)), wanted);
      return;
    }
    loaded.push_back(
        {guardedLoad(e, address, /*offset=*/0, inside, bytes * 8,
                     Eviction::Normal, abi.mayBeWritten(op.getSource()))
             .front(),
         to, wanted});
  }

  void flush() {
    for (auto [word, to, wanted] : loaded)
      ptx::storeShared(e.b, e.loc, to, /*offset=*/0, word, wanted);
    loaded.clear();
  }

  /// The element of the source that a unit begins with, and whether there is
  /// one. Outside, its address is not used but must be valid all the same.
  std::pair<Value, Value> source(Value unit, int64_t step) {
    Value rows = abi.dim(op.getSource(), 0), cols = abi.dim(op.getSource(), 1);
    int64_t perRow = tile.getShape()[1] / step;
    Value row = e.add(indices[0], e.udiv(unit, perRow));
    Value col = indices[1];
    if (perRow > 1)
      col = e.add(col, e.mul(e.urem(unit, perRow), step));
    Value inside = e.both(e.ult(row, rows), e.ult(col, cols));
    Value index = e.add(
        e.mul(e.zext(e.i64(), row), e.zext(e.i64(), abi.pitch(op.getSource()))),
        e.zext(e.i64(), col));
    index = e.select(inside, index, e.c64(0));
    return {index, inside};
  }

  Emitter &e;
  const KernelAbi &abi;
  CopyLoadOp op;
  ValueRange indices;
  Value dest, thread;
  TileType tile;
  int64_t elementBytes, threads;
  SmallVector<Loaded> loaded;
};

struct CopyLoadPattern : KernelPattern<CopyLoadOp> {
  using KernelPattern::KernelPattern;
  LogicalResult
  matchAndRewrite(CopyLoadOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    if (adaptor.getIndices().size() != 2)
      return op.emitOpError("expects a source of rank 2, got ")
             << adaptor.getIndices().size();
    Emitter e(rewriter, op.getLoc());
    Value dest = tileAddress(
        e, adaptor.getRing(),
        RingLayout::get(op.getRing().getType(), 0).tiles[op.getTile()],
        adaptor.getSlot());
    if (op.getScales())
      return decodeRun(op, rewriter);
    TileCopy copy(e, abi, op, adaptor.getIndices(), dest);
    int64_t unit = op.isByWords() == false ? 1 : op.getUnit();
    accessByVectors(e, abi, op.getSource(), unit, /*result=*/Type(),
                    [&](int64_t step) {
                      copy.emit(step);
                      return Value();
                    });
    rewriter.eraseOp(op);
    return success();
  }

private:
  /// Those of one source that come one after another, as in a step of several
  /// slots.
  LogicalResult decodeRun(CopyLoadOp first,
                          ConversionPatternRewriter &rewriter) const {
    Emitter e(rewriter, first.getLoc());
    SmallVector<DecodedCopy> copies;
    for (auto op = first;
         op && op.getScales() && op.getSource() == first.getSource();
         op = dyn_cast_or_null<CopyLoadOp>(op->getNextNode())) {
      DecodedCopy &copy = copies.emplace_back();
      copy.op = op;
      SmallVector<Value> places;
      if (failed(rewriter.getRemappedValues(op.getIndices(), copy.indices)) ||
          failed(rewriter.getRemappedValues(op.getScaleIndices(),
                                            copy.scaleIndices)) ||
          failed(
              rewriter.getRemappedValues({op.getRing(), op.getSlot()}, places)))
        return failure();
      copy.dest = tileAddress(
          e, places[0],
          RingLayout::get(op.getRing().getType(), 0).tiles[op.getTile()],
          places[1]);
    }
    decodeTiles(e, abi, copies);
    for (const DecodedCopy &copy : copies)
      rewriter.eraseOp(copy.op);
    return success();
  }
};

struct CommitPattern : KernelPattern<CommitOp> {
  using KernelPattern::KernelPattern;
  LogicalResult
  matchAndRewrite(CommitOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Emitter e(rewriter, op.getLoc());
    // TMA loads signal by themselves. Copies of words arrive when this lane's
    // have landed; what it has stored is ordered by an arrival of its own, and
    // the copies then are one more.
    RoleFacts role = abi.roles.at(op);
    if (role.kind == RoleKind::Copy) {
      RingLayout layout = RingLayout::get(op.getRing().getType(), 0);
      Value full =
          barrier(e, adaptor.getRing(), layout.full, adaptor.getSlot());
      // What tensor cores read, the thread that has written it has to hand
      // over, once it is there.
      if (role.operands) {
        if (role.words)
          ptx::waitForCopies(e.b, e.loc);
        ptx::fenceAsyncShared(e.b, e.loc);
      } else if (role.words || !role.elements) {
        ptx::arriveWhenCopied(e.b, e.loc, full, /*extra=*/role.elements);
      }
      if (role.elements || role.operands)
        ptx::arriveBarrier(e.b, e.loc, full);
    }
    // One lane for its warp, once the others have come as far.
    if (role.kind == RoleKind::Math) {
      RingLayout layout = RingLayout::get(op.getRing().getType(), 0);
      ptx::syncWarp(e.b, e.loc);
      ptx::arriveBarrier(
          e.b, e.loc,
          barrier(e, adaptor.getRing(), layout.full, adaptor.getSlot()),
          e.eq(abi.lane, 0));
    }
    rewriter.eraseOp(op);
    return success();
  }
};

struct ReleasePattern : KernelPattern<ReleaseOp> {
  using KernelPattern::KernelPattern;
  LogicalResult
  matchAndRewrite(ReleaseOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Emitter e(rewriter, op.getLoc());
    RingLayout layout = RingLayout::get(op.getRing().getType(), 0);
    // Many reads of a row are still on their way when the warp comes here, and
    // the arrival, which ptxas does not have wait for them, would overtake
    // them: the copy engine wrote what they had yet to read.
    if (abi.roles.lookup(op).afterSums)
      ptx::fenceBlock(e.b, e.loc);
    // One lane arrives for the warp: the others' reads must come before.
    Value empty =
        barrier(e, adaptor.getRing(), layout.empty, adaptor.getSlot());
    ptx::syncWarp(e.b, e.loc);
    Value isFirst = e.eq(abi.lane, 0);
    ptx::arriveBarrier(e.b, e.loc, empty, isFirst);
    if (std::optional<ArrayRef<int64_t>> peers = op.getPeers())
      for (int64_t rank : *peers) {
        Value isOther = e.ne(abi.clusterRank, rank);
        ptx::arriveInCluster(e.b, e.loc,
                             ptx::mapToBlock(e.b, e.loc, empty, rank),
                             e.both(isFirst, isOther));
      }
    rewriter.eraseOp(op);
    return success();
  }
};

struct ReadScalesPattern : KernelPattern<ReadScalesOp> {
  using KernelPattern::KernelPattern;
  LogicalResult
  matchAndRewrite(ReadScalesOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Emitter e(rewriter, op.getLoc());
    auto type = cast<FragmentType>(op.getResult().getType());
    RingLayout layout = RingLayout::get(op.getRing().getType(), 0);
    Value base = tileAddress(e, adaptor.getRing(), layout.tiles[op.getTile()],
                             adaptor.getSlot());
    TileType tile = op.getRing().getType().getTiles()[op.getTile()];
    Type stored = tile.getElementType();
    bool encoded = isa<Float8E8M0FNUType>(stored);
    int64_t bytes = stored.getIntOrFloatBitWidth() / 8;
    // From one scale to the next, and from one column of them to the next.
    int64_t step = tile.getRowBytes(), columnStep = bytes;
    if (op.getTransposed())
      std::swap(step, columnStep);
    if (op.getPast())
      base = e.add(base, e.mul(adaptor.getPast(), columnStep));
    auto load = [&](Value index) {
      Value scale = ptx::loadShared(e.b, e.loc, e.add(base, e.mul(index, step)),
                                    op.getColumn() * columnStep,
                                    encoded ? e.b.getI8Type() : stored, 1)
                        .front();
      return encoded ? decodeE8M0(e, scale) : widen(e, scale);
    };
    SmallVector<Value> scales;
    FragmentPositions at(e, type, abi);
    for (int64_t i = 0; i < type.getNumValues(); ++i) {
      bool rows = op.getDim() == Dim::Rows;
      auto [row, column] = at.offset(i);
      int64_t offset = rows ? row : column,
              block = static_cast<int64_t>(op.getBlock());
      // The first columns of lanes side by side lie at every other place.
      if (int64_t group = tile.getPermuted()) {
        Value first = e.udiv(at.column, permutedRow(group, 2) / 2);
        scales.push_back(load(e.add(first, permutedPlace(group, offset))));
        continue;
      }
      // Whole blocks from the first one are a constant behind the division.
      Value first = e.add(adaptor.getFirst(), rows ? at.row : at.column);
      first = e.add(first, offset % block);
      scales.push_back(load(e.add(e.udiv(first, block), offset / block)));
    }
    rewriter.replaceOp(op, e.pack(scales));
    return success();
  }
};

} // namespace

void mlir::gqgpu::populateRingPatterns(RewritePatternSet &patterns,
                                       const LLVMTypeConverter &converter,
                                       const KernelAbi &abi) {
  patterns.add<RingCreatePattern, CursorPattern, AdvancePattern, AcquirePattern,
               WaitPattern, TmaLoadPattern, CopyLoadPattern, CommitPattern,
               ReleasePattern, ReadScalesPattern>(converter,
                                                  patterns.getContext(), abi);
}
