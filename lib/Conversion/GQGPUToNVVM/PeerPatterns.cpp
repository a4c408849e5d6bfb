//===- PeerPatterns.cpp - what thread blocks of a cluster tell another ----===//
//
// An inbox has two mbarriers in each thread block. At `offered` arrive the
// first lanes of all warps of the cluster's roles: those of other thread blocks
// when they offer their inboxes, the own ones when they await that. At `pushed`
// the own ones arrive, each with the bytes that it expects, and what others
// push completes them, maybe before. A phase of `pushed` is over in a thread
// block when all others have pushed, which they do once it has offered: so
// nobody is two phases ahead of another, and nobody leaves whom something still
// reaches.
//
// A tile has a place for each other thread block, in their order. There lie
// vectors of four values, those of all threads of the role side by side, so
// that neither stores nor loads meet bank conflicts. The values of the columns
// of a thread block are neighbours among those of a thread: whole vectors.
//
//===----------------------------------------------------------------------===//
#include "MemoryAccess.h"
#include "Patterns.h"

using namespace mlir;
using namespace mlir::gqgpu;

/// Values of a vector, and their bytes.
static constexpr int64_t kVector = 4, kVectorBytes = 16;

namespace {

struct ArriveClusterPattern : KernelPattern<ArriveClusterOp> {
  using KernelPattern::KernelPattern;
  LogicalResult
  matchAndRewrite(ArriveClusterOp op, OpAdaptor,
                  ConversionPatternRewriter &rewriter) const override {
    ptx::arriveCluster(rewriter, op.getLoc());
    rewriter.eraseOp(op);
    return success();
  }
};

struct AwaitClusterPattern : KernelPattern<AwaitClusterOp> {
  using KernelPattern::KernelPattern;
  LogicalResult
  matchAndRewrite(AwaitClusterOp op, OpAdaptor,
                  ConversionPatternRewriter &rewriter) const override {
    ptx::waitCluster(rewriter, op.getLoc());
    rewriter.eraseOp(op);
    return success();
  }
};

struct InboxCreatePattern : KernelPattern<InboxCreateOp> {
  using KernelPattern::KernelPattern;
  LogicalResult
  matchAndRewrite(InboxCreateOp op, OpAdaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Emitter e(rewriter, op.getLoc());
    Value inbox = e.add(abi.shared, static_cast<int64_t>(*op.getOffset()));
    InboxLayout layout = InboxLayout::get(op.getInbox().getType(), 0);
    auto arrivals = static_cast<int64_t>(op.getArrivals());
    Value first = e.eq(abi.thread, 0);
    int64_t roles = op.getToFirst() ? 2 : abi.cluster;
    ptx::initBarrier(e.b, e.loc, inbox, layout.offered, arrivals * roles,
                     first);
    ptx::initBarrier(e.b, e.loc, inbox, layout.pushed, arrivals, first);
    ptx::fenceBarrierInit(e.b, e.loc, first);
    rewriter.replaceOp(op, inbox);
    return success();
  }
};

/// The number of the thread block that is `distance` behind this one.
Value peerAt(Emitter &e, const KernelAbi &abi, int64_t distance) {
  return e.urem(e.add(abi.clusterRank, distance), abi.cluster);
}

/// The place of this thread block in the inbox of `other`, which has none for
/// itself.
Value placeAt(Emitter &e, const KernelAbi &abi, Value other) {
  return e.sub(abi.clusterRank, e.zext(e.i32(), e.ult(other, abi.clusterRank)));
}

struct OfferPattern : KernelPattern<OfferOp> {
  using KernelPattern::KernelPattern;
  LogicalResult
  matchAndRewrite(OfferOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Emitter e(rewriter, op.getLoc());
    Value offered = e.add(adaptor.getInbox(),
                          InboxLayout::get(op.getInbox().getType(), 0).offered);
    // What the other lanes have read, they have.
    ptx::syncWarp(e.b, e.loc);
    Value isFirst = e.eq(abi.lane, 0);
    if (abi.roles.at(op).toFirst)
      isFirst = e.both(isFirst, e.eq(abi.clusterRank, 0));
    for (int64_t distance = 1; distance < abi.cluster; ++distance)
      ptx::arriveInCluster(
          e.b, e.loc,
          ptx::mapToBlock(e.b, e.loc, offered, peerAt(e, abi, distance)),
          isFirst);
    rewriter.eraseOp(op);
    return success();
  }
};

/// The first lane arrives for its warp and waits, the others for it; in thread
/// blocks for which `when` is so.
void arriveAndWait(Emitter &e, const KernelAbi &abi, Value barrier,
                   int64_t bytes, Value when) {
  Value isFirst = e.eq(abi.lane, 0);
  if (when)
    isFirst = e.both(isFirst, when);
  Value phase = ptx::arriveForPhase(e.b, e.loc, barrier, isFirst, bytes);
  ptx::waitForPhase(e.b, e.loc, barrier, phase, isFirst);
  ptx::syncWarp(e.b, e.loc);
}

struct AwaitOffersPattern : KernelPattern<AwaitOffersOp> {
  using KernelPattern::KernelPattern;
  LogicalResult
  matchAndRewrite(AwaitOffersOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Emitter e(rewriter, op.getLoc());
    InboxLayout layout = InboxLayout::get(op.getInbox().getType(), 0);
    arriveAndWait(e, abi, e.add(adaptor.getInbox(), layout.offered),
                  /*bytes=*/0,
                  abi.roles.at(op).toFirst ? e.ne(abi.clusterRank, 0)
                                           : Value());
    rewriter.eraseOp(op);
    return success();
  }
};

struct AwaitPushesPattern : KernelPattern<AwaitPushesOp> {
  using KernelPattern::KernelPattern;
  LogicalResult
  matchAndRewrite(AwaitPushesOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Emitter e(rewriter, op.getLoc());
    InboxType type = op.getInbox().getType();
    arriveAndWait(
        e, abi, e.add(adaptor.getInbox(), InboxLayout::get(type, 0).pushed),
        type.getNumBytes() / abi.roles.at(op).warps,
        abi.roles.at(op).toFirst ? e.eq(abi.clusterRank, 0) : Value());
    rewriter.eraseOp(op);
    return success();
  }
};

/// Where the first vector of a thread lies from `base` on.
Value vectorOf(Emitter &e, const KernelAbi &abi, const RoleFacts &role,
               Value base) {
  Value thread =
      role.firstWarp ? e.add(abi.thread, -32 * role.firstWarp) : abi.thread;
  return e.add(base, e.mul(thread, kVectorBytes));
}

/// What the threads of a role have in a tile of an inbox, and of a part.
struct Exchange {
  Exchange(Emitter &e, const KernelAbi &abi, const RoleFacts &role,
           InboxType type, int64_t tile, Value inbox, Value part)
      : e(e), abi(abi), values(e.members(part)),
        sharers(role.toFirst ? 1 : abi.cluster),
        own(static_cast<int64_t>(values.size()) / sharers),
        stride(kVectorBytes * 32 * role.warps) {
    first = vectorOf(e, abi, role,
                     e.add(inbox, InboxLayout::get(type, 0).tiles[tile]));
  }

  /// The values of the columns of thread block `rank`.
  SmallVector<Value> valuesOf(Value rank) {
    SmallVector<Value> chosen(ArrayRef(values).take_front(own));
    for (int64_t other = 1; other < sharers; ++other) {
      Value isOther = e.eq(rank, other);
      for (int64_t i = 0; i < own; ++i)
        chosen[i] = e.select(isOther, values[other * own + i], chosen[i]);
    }
    return chosen;
  }
  /// From the first vector of a thread to its others.
  int64_t offsetOf(int64_t place, int64_t value) const {
    return (place * own + value) / kVector * stride;
  }

  Emitter &e;
  const KernelAbi &abi;
  SmallVector<Value> values; ///< of all columns
  int64_t sharers;           ///< thread blocks that have columns of the sum
  int64_t own;               ///< those of one of them
  Value first;               ///< the address of the thread's first vector
  int64_t stride;            ///< from one vector of a thread to its next
};

struct PushPattern : KernelPattern<PushOp> {
  using KernelPattern::KernelPattern;
  LogicalResult
  matchAndRewrite(PushOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Emitter e(rewriter, op.getLoc());
    InboxType type = op.getInbox().getType();
    Exchange exchange(e, abi, abi.roles.at(op), type,
                      static_cast<int64_t>(op.getTile()), adaptor.getInbox(),
                      adaptor.getPart());
    Value pushed = e.add(adaptor.getInbox(), InboxLayout::get(type, 0).pushed);
    bool toFirst = abi.roles.at(op).toFirst;
    Value when = toFirst ? e.ne(abi.clusterRank, 0) : Value();
    for (int64_t distance = 1; distance < (toFirst ? 2 : abi.cluster);
         ++distance) {
      Value to = toFirst ? e.c32(0) : peerAt(e, abi, distance);
      Value place = placeAt(e, abi, to);
      Value at = exchange.first;
      if (abi.cluster > 2)
        at = e.add(at, e.mul(place, exchange.offsetOf(1, 0)));
      at = ptx::mapToBlock(e.b, e.loc, at, to);
      Value barrier = ptx::mapToBlock(e.b, e.loc, pushed, to);
      SmallVector<Value> values = exchange.valuesOf(to);
      for (Value &value : values)
        value = bitsOf(e, value);
      for (int64_t i = 0; i < exchange.own; i += kVector)
        ptx::storeAsync(e.b, e.loc, at, exchange.offsetOf(0, i),
                        ArrayRef(values).slice(i, kVector), barrier, when);
    }
    rewriter.eraseOp(op);
    return success();
  }
};

/// Of the values that other thread blocks have for a warp, where they lie.
struct MaximaOfWarp {
  MaximaOfWarp(Emitter &e, const KernelAbi &abi, const RoleFacts &role,
               InboxType type, int64_t tile, Value inbox, int64_t count)
      : bytes(count * kBytes) {
    Value warp = role.firstWarp ? e.add(abi.warp, -role.firstWarp) : abi.warp;
    row = e.add(e.add(inbox, InboxLayout::get(type, 0).tiles[tile]),
                e.mul(warp, bytes * (abi.cluster - 1)));
  }

  static constexpr int64_t kBytes = 4;
  int64_t bytes; ///< of one thread block
  Value row;     ///< those of the first thread block
};

struct PushMaximaPattern : KernelPattern<PushMaximaOp> {
  using KernelPattern::KernelPattern;
  LogicalResult
  matchAndRewrite(PushMaximaOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Emitter e(rewriter, op.getLoc());
    InboxType type = op.getInbox().getType();
    SmallVector<Value> values = e.members(adaptor.getValue());
    MaximaOfWarp own(e, abi, abi.roles.at(op), type,
                     static_cast<int64_t>(op.getTile()), adaptor.getInbox(),
                     static_cast<int64_t>(values.size()));
    Value pushed = e.add(adaptor.getInbox(), InboxLayout::get(type, 0).pushed);
    Value first = e.eq(abi.lane, 0);
    for (int64_t distance = 1; distance < abi.cluster; ++distance) {
      Value to = peerAt(e, abi, distance);
      Value place = placeAt(e, abi, to);
      Value at = own.row;
      if (abi.cluster > 2)
        at = e.add(at, e.mul(place, own.bytes));
      at = ptx::mapToBlock(e.b, e.loc, at, to);
      Value barrier = ptx::mapToBlock(e.b, e.loc, pushed, to);
      for (auto [i, value] : llvm::enumerate(values))
        ptx::storeAsync(e.b, e.loc, at,
                        static_cast<int64_t>(i) * MaximaOfWarp::kBytes,
                        bitsOf(e, value), barrier, first);
    }
    rewriter.eraseOp(op);
    return success();
  }
};

struct MaxPushedPattern : KernelPattern<MaxPushedOp> {
  using KernelPattern::KernelPattern;
  LogicalResult
  matchAndRewrite(MaxPushedOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Emitter e(rewriter, op.getLoc());
    SmallVector<Value> most = e.members(adaptor.getValue());
    MaximaOfWarp own(e, abi, abi.roles.at(op), op.getInbox().getType(),
                     static_cast<int64_t>(op.getTile()), adaptor.getInbox(),
                     static_cast<int64_t>(most.size()));
    for (int64_t other = 0; other < abi.cluster - 1; ++other)
      for (auto [i, value] : llvm::enumerate(most)) {
        int64_t offset =
            other * own.bytes + static_cast<int64_t>(i) * MaximaOfWarp::kBytes;
        value = maxOf(e, value,
                      ptx::loadShared(e.b, e.loc, own.row, offset,
                                      value.getType(), /*count=*/1)
                          .front());
      }
    rewriter.replaceOp(op, e.pack(most));
    return success();
  }
};

/// From math role to math role: vectors as in an inbox.
struct PutPattern : KernelPattern<PutOp> {
  using KernelPattern::KernelPattern;
  LogicalResult
  matchAndRewrite(PutOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Emitter e(rewriter, op.getLoc());
    RingLayout layout = RingLayout::get(op.getRing().getType(), 0);
    const RoleFacts &role = abi.roles.at(op);
    Value at =
        vectorOf(e, abi, role,
                 tileAddress(e, adaptor.getRing(), layout.tiles[op.getTile()],
                             adaptor.getSlot()));
    SmallVector<Value> values = e.members(adaptor.getValue());
    for (Value &value : values)
      value = bitsOf(e, value);
    for (size_t i = 0; i < values.size(); i += kVector)
      ptx::storeShared(e.b, e.loc, at,
                       static_cast<int64_t>(i) / kVector * kVectorBytes * 32 *
                           role.warps,
                       ArrayRef(values).slice(i, kVector));
    rewriter.eraseOp(op);
    return success();
  }
};

struct AddPutPattern : KernelPattern<AddPutOp> {
  using KernelPattern::KernelPattern;
  LogicalResult
  matchAndRewrite(AddPutOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Emitter e(rewriter, op.getLoc());
    RingLayout layout = RingLayout::get(op.getRing().getType(), 0);
    const RoleFacts &role = abi.roles.at(op);
    Value at =
        vectorOf(e, abi, role,
                 tileAddress(e, adaptor.getRing(), layout.tiles[op.getTile()],
                             adaptor.getSlot()));
    SmallVector<Value> sums = e.members(adaptor.getValue());
    for (size_t i = 0; i < sums.size(); i += kVector) {
      SmallVector<Value> other = ptx::loadShared(
          e.b, e.loc, at,
          static_cast<int64_t>(i) / kVector * kVectorBytes * 32 * role.warps,
          sums[i].getType(), kVector);
      for (auto [j, value] : llvm::enumerate(other))
        sums[i + j] = addSums(e, sums[i + j], value);
    }
    rewriter.replaceOp(op, e.pack(sums));
    return success();
  }
};

struct SumPushedPattern : KernelPattern<SumPushedOp> {
  using KernelPattern::KernelPattern;
  LogicalResult
  matchAndRewrite(SumPushedOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Emitter e(rewriter, op.getLoc());
    Exchange exchange(e, abi, abi.roles.at(op), op.getInbox().getType(),
                      static_cast<int64_t>(op.getTile()), adaptor.getInbox(),
                      adaptor.getPart());
    SmallVector<Value> sums = e.members(adaptor.getInit());
    Type type = sums.front().getType();
    // All loads before the sums: they do not wait for one another.
    SmallVector<SmallVector<Value>> others(abi.cluster - 1);
    for (auto [place, other] : llvm::enumerate(others))
      for (int64_t i = 0; i < exchange.own; i += kVector)
        llvm::append_range(
            other,
            ptx::loadShared(e.b, e.loc, exchange.first,
                            exchange.offsetOf(static_cast<int64_t>(place), i),
                            type, kVector));
    SmallVector<Value> own = exchange.valuesOf(abi.clusterRank);
    // Who gets all parts is thread block 0; what others compute is of no use.
    if (abi.roles.at(op).toFirst) {
      others.insert(others.begin(), own);
      for (ArrayRef<Value> part : others)
        for (auto [sum, value] : llvm::zip(sums, part))
          sum = addSums(e, sum, value);
      rewriter.replaceOp(op, e.pack(sums));
      return success();
    }
    for (int64_t rank = 0; rank < abi.cluster; ++rank) {
      Value isOwn = e.eq(abi.clusterRank, rank),
            isAfter = e.ult(abi.clusterRank, e.c32(rank));
      for (int64_t i = 0; i < exchange.own; ++i) {
        // The part of a thread block before this one is in the place of its
        // number, of one behind it in the place before.
        Value value = own[i];
        if (rank < abi.cluster - 1)
          value = e.select(isOwn, value, others[rank][i]);
        if (rank > 0)
          value = e.select(isAfter, others[rank - 1][i], value);
        sums[i] = addSums(e, sums[i], value);
      }
    }
    rewriter.replaceOp(op, e.pack(sums));
    return success();
  }
};

} // namespace

void mlir::gqgpu::populatePeerPatterns(RewritePatternSet &patterns,
                                       const LLVMTypeConverter &converter,
                                       const KernelAbi &abi) {
  patterns.add<ArriveClusterPattern, AwaitClusterPattern, InboxCreatePattern,
               OfferPattern, AwaitOffersPattern, AwaitPushesPattern,
               PushPattern, SumPushedPattern, PushMaximaPattern,
               MaxPushedPattern, PutPattern, AddPutPattern>(
      converter, patterns.getContext(), abi);
}
