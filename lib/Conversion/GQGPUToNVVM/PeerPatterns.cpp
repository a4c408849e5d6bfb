//===- PeerPatterns.cpp - what the thread blocks of a cluster add up ------===//
//
// A meeting is one mbarrier in each thread block. The first lane of each warp
// arrives at its own first: another thread block may go on as soon as it is
// told, and come to the next meeting. Then it publishes what its warp has
// written at those of all others, and waits.
//
// A part lies in vectors of four values, those of all threads of the role side
// by side, so that neither stores nor loads meet bank conflicts. The values of
// some columns are neighbours among those of a thread: whole vectors.
//
//===----------------------------------------------------------------------===//
#include "MemoryAccess.h"
#include "Patterns.h"

using namespace mlir;
using namespace mlir::gqgpu;

/// Values of a vector, and their bytes.
static constexpr int64_t kVector = 4, kVectorBytes = 16;

namespace {

struct MeetingCreatePattern : KernelPattern<MeetingCreateOp> {
  using KernelPattern::KernelPattern;
  LogicalResult
  matchAndRewrite(MeetingCreateOp op, OpAdaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Emitter e(rewriter, op.getLoc());
    Value barrier = e.add(abi.shared, static_cast<int64_t>(*op.getOffset()));
    Value first = e.eq(abi.thread, 0);
    ptx::initBarrier(e.b, e.loc, barrier, 0,
                     static_cast<int64_t>(op.getArrivals()) * abi.cluster,
                     first);
    ptx::fenceBarrierInit(e.b, e.loc, first);
    rewriter.replaceOp(op, barrier);
    return success();
  }
};

struct MeetPattern : KernelPattern<MeetOp> {
  using KernelPattern::KernelPattern;
  LogicalResult
  matchAndRewrite(MeetOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Emitter e(rewriter, op.getLoc());
    ptx::syncWarp(e.b, e.loc);
    Value isFirst = e.eq(abi.lane, 0);
    Value phase =
        ptx::arriveForPhase(e.b, e.loc, adaptor.getMeeting(), isFirst);
    for (int64_t rank = 0; rank < abi.cluster; ++rank)
      ptx::publishInCluster(
          e.b, e.loc, ptx::mapToBlock(e.b, e.loc, adaptor.getMeeting(), rank),
          e.both(isFirst, e.ne(abi.clusterRank, rank)));
    ptx::waitInCluster(e.b, e.loc, adaptor.getMeeting(), phase, isFirst);
    ptx::syncWarp(e.b, e.loc);
    rewriter.eraseOp(op);
    return success();
  }
};

/// Where the vectors of a thread lie in a buffer of its role.
struct Vectors {
  Vectors(Emitter &e, const KernelAbi &abi, const RoleFacts &role,
          Value buffer) {
    Value thread =
        role.firstWarp ? e.add(abi.thread, -32 * role.firstWarp) : abi.thread;
    first = e.add(buffer, e.mul(thread, kVectorBytes));
    stride = kVectorBytes * 32 * role.warps;
  }
  Value first;
  int64_t stride; ///< from one vector of a thread to its next
};

struct SharePattern : KernelPattern<ShareOp> {
  using KernelPattern::KernelPattern;
  LogicalResult
  matchAndRewrite(ShareOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Emitter e(rewriter, op.getLoc());
    Vectors vectors(e, abi, abi.roles.at(op), adaptor.getBuffer());
    SmallVector<Value> values = e.members(adaptor.getValue());
    for (Value &value : values)
      value = bitsOf(e, value);
    for (size_t i = 0; i < values.size(); i += kVector)
      ptx::storeShared(e.b, e.loc, vectors.first,
                       static_cast<int64_t>(i) / kVector * vectors.stride,
                       ArrayRef(values).slice(i, kVector));
    rewriter.eraseOp(op);
    return success();
  }
};

struct SumSharedPattern : KernelPattern<SumSharedOp> {
  using KernelPattern::KernelPattern;
  LogicalResult
  matchAndRewrite(SumSharedOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Emitter e(rewriter, op.getLoc());
    Vectors vectors(e, abi, abi.roles.at(op), adaptor.getBuffer());
    // A thread's values of one column take as many bytes in all vectors.
    FragmentType type = op.getInit().getType();
    int64_t perColumn =
        vectors.stride * type.getNumValues() / kVector / type.getShape()[1];
    Value first = e.add(vectors.first, e.mul(adaptor.getColumn(), perColumn));
    SmallVector<Value> sums = e.members(adaptor.getInit());
    // All loads before the sums: they take long, and do not wait for one
    // another.
    SmallVector<SmallVector<Value>> parts;
    for (int64_t rank = 0; rank < abi.cluster; ++rank) {
      Value there = ptx::mapToBlock(e.b, e.loc, first, rank);
      SmallVector<Value> &part = parts.emplace_back();
      for (size_t i = 0; i < sums.size(); i += kVector)
        llvm::append_range(part, ptx::loadCluster(e.b, e.loc, there,
                                                  static_cast<int64_t>(i) /
                                                      kVector * vectors.stride,
                                                  e.f32(), kVector));
    }
    for (ArrayRef<Value> part : parts)
      for (auto [sum, value] : llvm::zip(sums, part))
        sum = LLVM::FAddOp::create(e.b, e.loc, sum, value);
    rewriter.replaceOp(op, e.pack(sums));
    return success();
  }
};

} // namespace

void mlir::gqgpu::populatePeerPatterns(RewritePatternSet &patterns,
                                       const LLVMTypeConverter &converter,
                                       const KernelAbi &abi) {
  patterns
      .add<MeetingCreatePattern, MeetPattern, SharePattern, SumSharedPattern>(
          converter, patterns.getContext(), abi);
}
