//===- PTX.h - one function per PTX instruction -----------------*- C++ -*-===//
//
// Everything that ends as a PTX instruction of its own is made here, and inline
// assembly nowhere else. A function makes the op of the nvvm or llvm dialect
// that has the right semantics and gives the same instruction; where there is
// none, inline assembly, with a word on why. Placeholders and constraints
// follow from the types of operands and results (lib/Target/PTX/Assembly.h).
//
// Conventions:
// - an address in shared memory is an i32, in global memory a pointer. 64-bit
//   arithmetic would double the registers that the former need; the casts that
//   nvvm ops want are free, since pointers into shared memory are short;
// - `offset` is in bytes, from the address, and part of the instruction;
// - `when`, an i1, guards the instruction; null: it always runs. Guarded
//   instructions are assembly: nvvm ops that take a predicate become assembly
//   themselves, in a pass of their own.
// - an instruction that reads or writes memory, waits or signals stays where it
//   is; one that only computes may move.
//
//===----------------------------------------------------------------------===//
#ifndef GQ_TARGET_PTX_PTX_H
#define GQ_TARGET_PTX_PTX_H

#include "mlir/IR/Builders.h"
#include <cstdint>

namespace mlir::gq::ptx {

//===----------------------------------------------------------------------===//
// Barriers
//===----------------------------------------------------------------------===//

/// bar.sync 0: all threads of the thread block.
void syncBlock(OpBuilder &b, Location loc);

/// bar.warp.sync: all lanes of a warp.
void syncWarp(OpBuilder &b, Location loc);

/// barrier.cluster.arrive.release.aligned, by all threads of the cluster, and
/// .wait.acquire.aligned, by warps that need it.
void arriveCluster(OpBuilder &b, Location loc);
void waitCluster(OpBuilder &b, Location loc);

/// griddepcontrol.wait: the grids in front have completed, and what they wrote
/// can be seen. Assembly: the op's intrinsic says that it does not touch
/// memory, and loads could move above it.
void waitForGrids(OpBuilder &b, Location loc);
/// Where `when` holds, until the first phase of `barrier` has completed or so
/// many nanoseconds have passed.
void pause(OpBuilder &b, Location loc, Value barrier, int64_t nanoseconds,
           Value when);
/// griddepcontrol.launch_dependents: the grid behind may begin.
void launchDependents(OpBuilder &b, Location loc);

/// fence.proxy.async.shared::cta: what this thread stored to shared memory is
/// there for the copy engine.
void fenceAsyncShared(OpBuilder &b, Location loc);
/// membar.cta: what this thread has read and written is done before it goes on.
void fenceBlock(OpBuilder &b, Location loc);

/// mbarrier.init. Assembly: guarded, and the offset stays in the instruction.
void initBarrier(OpBuilder &b, Location loc, Value barrier, int64_t offset,
                 int64_t arrivals, Value when = {});
/// The same with a number of arrivals that the kernel computes.
void initBarrier(OpBuilder &b, Location loc, Value barrier, int64_t offset,
                 Value arrivals, Value when = {});

/// fence.mbarrier_init: the copy engine and the cluster see initialised
/// barriers. Assembly where guarded.
void fenceBarrierInit(OpBuilder &b, Location loc, Value when = {});

/// mbarrier.arrive. Assembly: the op keeps the barrier's state in a register.
void arriveBarrier(OpBuilder &b, Location loc, Value barrier, Value when = {});

/// mbarrier.arrive.shared::cluster: at a barrier of another thread block of the
/// cluster, whose address mapToBlock made. It says that this thread has read
/// what it wanted; what it has written it does not publish. Assembly: no op.
void arriveInCluster(OpBuilder &b, Location loc, Value barrier,
                     Value when = {});

/// mbarrier.arrive.expect_tx: arrives, and `bytes` of copies are to come.
/// Assembly: as above.
void arriveExpecting(OpBuilder &b, Location loc, Value barrier, int64_t bytes);

/// mbarrier.arrive at a barrier of this thread block, of which `bytes` may be
/// expected as well (.expect_tx); the phase, for waitForPhase. Assembly: no op.
Value arriveForPhase(OpBuilder &b, Location loc, Value barrier, Value when = {},
                     int64_t bytes = 0);

/// mbarrier.try_wait until `phase` is over: what storeAsync has brought is
/// there. Assembly: as below.
void waitForPhase(OpBuilder &b, Location loc, Value barrier, Value phase,
                  Value when = {});

/// mbarrier.try_wait.parity until the phase is over. Assembly: a loop that LLVM
/// does not see, so that it neither rotates it nor splits the block that
/// patterns write into.
void waitBarrier(OpBuilder &b, Location loc, Value barrier, Value parity,
                 Value when = {});

//===----------------------------------------------------------------------===//
// Copies
//===----------------------------------------------------------------------===//

/// What a load tells L2 about a line. The values are those that createpolicy
/// makes for whole accesses.
enum class CachePolicy : int64_t {
  EvictNormal = 0x1000000000000000,
  EvictFirst = 0x12F0000000000000,
  EvictLast = 0x14F0000000000000
};

/// prefetch.tensormap. Assembly where guarded.
void prefetchTensorMap(OpBuilder &b, Location loc, Value map, Value when = {});

/// prefetch.global.L2 of the line at `address`, if `when`. Assembly: no op has
/// a guard there.
void prefetchToL2(OpBuilder &b, Location loc, Value address, Value when);

/// cp.async.bulk.tensor to shared memory: a box at `coordinates`, innermost
/// first; its bytes complete at `barrier`. `blocks` above 1: multicast to so
/// many thread blocks of the cluster, from number 0 on, to the same place and
/// the same barrier in each.
void loadTensor(OpBuilder &b, Location loc, Value shared, Value map,
                ValueRange coordinates, Value barrier, CachePolicy policy,
                int64_t blocks = 1);

/// cp.async.bulk.tensor to global memory, in the thread's current bulk group.
/// Assembly where guarded.
void storeTensor(OpBuilder &b, Location loc, Value map, ValueRange coordinates,
                 Value shared, Value when = {});

/// cp.async.bulk.commit_group. Assembly where guarded.
void commitBulk(OpBuilder &b, Location loc, Value when = {});

/// cp.async.bulk.wait_group 0: this thread's bulk groups are done, or have at
/// least `read` their source.
void waitBulk(OpBuilder &b, Location loc, bool read);

/// cp.async.ca of 4 bytes, of which the first `bytes` (0 or 4) are read and the
/// rest are zeros. Assembly where guarded.
void copyWord(OpBuilder &b, Location loc, Value shared, Value global,
              Value bytes, Value when = {});

/// cp.async.commit_group and cp.async.wait_group 0: this thread's copies so far
/// have landed.
void waitForCopies(OpBuilder &b, Location loc);

/// cp.async.mbarrier.arrive: arrives when this thread's copies so far have
/// landed. That is an arrival that the barrier counts (.noinc), or an `extra`
/// one: the barrier expects one more from here on.
void arriveWhenCopied(OpBuilder &b, Location loc, Value barrier,
                      bool extra = false);

//===----------------------------------------------------------------------===//
// Loads and stores. Assembly: LLVM would merge, split and move plain ones, and
// knows neither guards without a branch, nor cache policies, nor what the copy
// engine and other thread blocks do to the memory.
//===----------------------------------------------------------------------===//

/// What a load from global memory may assume and asks for.
struct GlobalLoad {
  /// Nobody writes what is read: ld.global.nc, which may move.
  bool readOnly = true;
  std::optional<CachePolicy> policy;
};

/// ld.global of `count` words of type `word` (8, 16 or 32 bits), one
/// instruction: zeros unless `when`.
SmallVector<Value> loadGlobal(OpBuilder &b, Location loc, Value address,
                              int64_t offset, Type word, int64_t count,
                              Value when, const GlobalLoad &how = {});

/// st.global of words of one type, one instruction.
void storeGlobal(OpBuilder &b, Location loc, Value address, int64_t offset,
                 ValueRange words, Value when = {});

/// st.release.gpu.global of an i32: whoever in the grid finds it by
/// waitNonZero() finds what this thread knows to be stored before.
void storeRelease(OpBuilder &b, Location loc, Value address, Value word,
                  Value when = {});

/// ld.acquire.gpu.global of an i32 until it is not zero. A loop that LLVM does
/// not see, as waitBarrier().
void waitNonZero(OpBuilder &b, Location loc, Value address);

/// st.global.b8 of the low byte of an i32, from the register that it is in.
void storeLowByte(OpBuilder &b, Location loc, Value address, int64_t offset,
                  Value word, Value when = {});

/// ld.shared and st.shared of words of one type, one instruction.
SmallVector<Value> loadShared(OpBuilder &b, Location loc, Value address,
                              int64_t offset, Type word, int64_t count);
Value loadShared(OpBuilder &b, Location loc, Value address, Type word);
void storeShared(OpBuilder &b, Location loc, Value address, int64_t offset,
                 ValueRange words, Value when = {});

/// red.shared.max.u32.
void maxShared(OpBuilder &b, Location loc, Value address, Value word,
               Value when = {});

/// red.shared::cluster.max.u32, at an address that mapToBlock made.
void maxCluster(OpBuilder &b, Location loc, Value address, Value word,
                Value when = {});

/// mapa.shared::cluster: the address of the same word in thread block `rank` of
/// the cluster.
Value mapToBlock(OpBuilder &b, Location loc, Value address, int64_t rank);
Value mapToBlock(OpBuilder &b, Location loc, Value address, Value rank);

/// st.async.weak of four words of one type to shared memory of another thread
/// block, whose bytes complete at `barrier` there; both addresses are those
/// that mapToBlock made. Nobody waits, and no fence is wanted: whoever sees the
/// phase of the barrier complete sees the words. Assembly: no op.
void storeAsync(OpBuilder &b, Location loc, Value address, int64_t offset,
                ValueRange words, Value barrier, Value when = {});

/// stmatrix.sync.aligned.m8n8.x4: four 8 x 8 matrices of 16-bit elements.
void storeMatrices(OpBuilder &b, Location loc, Value address, ValueRange words);

//===----------------------------------------------------------------------===//
// Warps
//===----------------------------------------------------------------------===//

/// shfl.sync.bfly: the value of the lane whose number differs by `lanes`.
Value shuffleXor(OpBuilder &b, Location loc, Value value, int64_t lanes);

/// shfl.sync.idx: the value of lane 0, uniform in the eyes of ptxas.
Value broadcast(OpBuilder &b, Location loc, Value value);

/// movmatrix: of eight rows of eight 16-bit elements, a word of two to each
/// lane, the transpose, as much. Assembly: no op.
Value transposeMatrix(OpBuilder &b, Location loc, Value word);

/// redux.sync.max.u32.
Value maxOfWarp(OpBuilder &b, Location loc, Value word);

/// elect.sync: true for one lane, in the eyes of ptxas too.
Value elect(OpBuilder &b, Location loc);

//===----------------------------------------------------------------------===//
// Conversions and arithmetic
//===----------------------------------------------------------------------===//

/// dp4a.s32.s32 with ones: `sum` and the four signed bytes of a word.
Value addBytes(OpBuilder &b, Location loc, Value word, Value sum);

/// cvt.rn.bf16x2.f32: an i32 of two bf16, to the nearest, `low` in the low
/// half.
Value convertToBF16(OpBuilder &b, Location loc, Value high, Value low);

/// cvt.rn.satfinite.{e4m3x2,e5m2x2}.f32: two codes of `format` in an i16.
Value convertToF8(OpBuilder &b, Location loc, Value high, Value low,
                  Type format);

/// cvt.rni.s32.f32. Assembly: no op rounds to nearest, saturates and takes NaN
/// to 0.
Value convertToInt(OpBuilder &b, Location loc, Value value);

/// cvt.rzi.s32.f32. Assembly: what llvm.fptosi gives for other values than the
/// type's is poison.
Value truncateToInt(OpBuilder &b, Location loc, Value value);

/// cvt.rn.f16x2.{e4m3x2,e5m2x2}: the f16 of a code, an i8, of `format`.
Value convertFromF8(OpBuilder &b, Location loc, Value code, Type format);

/// cvt.pack.sat.s8.s32: `low` in byte 0, `high` in byte 1, the lower half of
/// `rest` above. Assembly: no op.
Value packInt8(OpBuilder &b, Location loc, Value high, Value low, Value rest);

/// cvt.pack.sat.s4.s32: `low` in the lowest four bits, `high` in the next, the
/// other bits of `rest` above, without its highest eight. Assembly: no op.
Value packInt4(OpBuilder &b, Location loc, Value high, Value low, Value rest);

/// ex2.approx.f32, or ex2.approx.ftz.f32 if denormal numbers may be 0
/// (`flush`). Assembly: llvm.exp2 gives it only under a fast-math flag.
Value exp2Approx(OpBuilder &b, Location loc, Value value, bool flush = false);

/// max.f16x2 or max.bf16x2 of words: a number wins against NaN. Assembly: LLVM
/// takes vectors apart that came as words.
Value maxOfPairs(OpBuilder &b, Location loc, Value lhs, Value rhs,
                 Type element);

/// prmt.b32: bytes of `low` (0 to 3) and `high` (4 to 7), by the digits of
/// `selector`.
Value permuteBytes(OpBuilder &b, Location loc, Value low, Value high,
                   int64_t selector);

/// The same by the digits of the lower half of a register; one of 8 and more
/// stands for the sign of the byte that the rest of it says, eight times.
Value permuteBytes(OpBuilder &b, Location loc, Value low, Value high,
                   Value selector);

/// mul.rn.bf16x2 and sub.rn.bf16x2 of words: each is rounded once, denormals
/// are kept. Assembly: LLVM takes vectors apart that came as words.
Value multiplyPairs(OpBuilder &b, Location loc, Value lhs, Value rhs);
Value subtractPairs(OpBuilder &b, Location loc, Value lhs, Value rhs);

/// setp.gt.s32 and setp.lt.u32, where they are written. Assembly: LLVM would
/// compute what the sides of a branch have in common before it, and keep what
/// is asked again much later; there are few predicate registers.
Value exceeds(OpBuilder &b, Location loc, Value value, int64_t limit);
Value below(OpBuilder &b, Location loc, Value value, int64_t limit);

/// mov.b32: the same value, of which the compiler forgets what it knew.
/// Assembly: that is the point.
Value forget(OpBuilder &b, Location loc, Value value);

/// `index` plus the sign bit of `value`, where that is never set: the index is
/// not known before the value is. Assembly: as above.
Value indexAfter(OpBuilder &b, Location loc, Value index, Value value);

//===----------------------------------------------------------------------===//
// wgmma: see Wgmma.cpp on why these are assembly
//===----------------------------------------------------------------------===//

/// A product of 64 rows in shared memory with `columns` columns: operands of
/// FP8 in any mix into f32 or f16, of f16 into both, of bf16 into f32, of i8
/// into i32.
struct Wgmma {
  int64_t columns;
  Type a, b, acc;
  int64_t begin, end; ///< along K, in elements; multiples of 32 bytes
};

/// One group, from wgmma.fence to wgmma.commit_group. `a` and `b` are the low
/// words of descriptors. The result is the accumulators as a struct, of f16 two
/// to an i32, in the registers of `reuse` where that is not empty; their old
/// values count only if they say `accumulate`.
Value multiply(OpBuilder &b, Location loc, const Wgmma &shape, Value a,
               Value b2, ValueRange reuse, bool accumulate = false);

/// wgmma.wait_group 0, through which `accumulators` go.
Value waitProducts(OpBuilder &b, Location loc, ValueRange accumulators);

} // namespace mlir::gq::ptx

#endif // GQ_TARGET_PTX_PTX_H
