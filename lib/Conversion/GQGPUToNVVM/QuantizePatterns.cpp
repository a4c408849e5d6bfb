//===- QuantizePatterns.cpp - absmax of blocks, and FP8 conversion --------===//
//
// An absmax reduces in up to four steps, as far as the layout spreads a block:
// over the chunks a thread holds, over lanes (butterflies, or one redux), over
// warps (one word of shared memory per block; amax is not negative, so its bits
// compare as unsigned), and over the thread blocks of a cluster (distributed
// shared memory). The maximum does not depend on the order.
//
//===----------------------------------------------------------------------===//
#include "Patterns.h"
#include "llvm/Support/MathExtras.h"
#include <limits>

using namespace mlir;
using namespace mlir::gqgpu;

namespace {

/// How blocks lie over the threads of a blocked layout, along one dimension.
struct Sharing {
  int64_t stride; ///< elements from one repetition of the threads to the next
  int64_t block;
  int64_t perUnit; ///< elements one thread holds in a row: the chunk, or 1

  /// All threads of a repetition lie in one block.
  bool allThreads() const { return block % stride == 0; }
  /// Aligned groups of threads share a block.
  bool groups() const { return stride % block == 0 && block % perUnit == 0; }
  /// Threads that share a block, 0 if that is irregular.
  int64_t threads() const {
    if (allThreads())
      return stride / perUnit;
    return groups() ? block / perUnit : 0;
  }
  /// Repetitions with equal keys are in the same block for every thread.
  int64_t key(int64_t repetition) const {
    return allThreads() ? repetition * stride / block : repetition;
  }
};

struct BlockAbsmaxPattern : KernelPattern<BlockAbsmaxOp> {
  using KernelPattern::KernelPattern;
  using Key = std::pair<int64_t, int64_t>;
  using Maxima = llvm::MapVector<Key, Value>;

  LogicalResult
  matchAndRewrite(BlockAbsmaxOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Emitter e(rewriter, op.getLoc());
    auto type = cast<FragmentType>(op.getResult().getType());
    LayoutInterface layout = type.getLayout();
    int64_t chunk = layout.getChunk();
    Position period = layout.getPeriod();
    int64_t threadCols = period.column / chunk;
    Sharing rows{period.row, type.getBlock()[0], 1};
    Sharing cols{period.column, type.getBlock()[1], chunk};
    int64_t perRow = type.getShape()[1] / cols.stride;
    auto from = cast<FragmentType>(op.getValues().front().getType());
    int64_t chunks = type.getNumValues();
    int64_t sharedCols = cols.threads(), sharedRows = rows.threads();
    bool fullWarps = abi.threads % 32 == 0;
    bool lanesOnly = fullWarps && sharedRows == 1 && layout.getCluster() == 1 &&
                     sharedCols > 0 && sharedCols <= 32 &&
                     llvm::isPowerOf2_64(sharedCols) &&
                     threadCols % sharedCols == 0;
    // Before the values are needed: the barriers pass while they are loaded.
    if (!lanesOnly)
      clearWords(e, op, type);

    // 1. Within the thread: one maximum per group of chunks in the same block.
    auto keyOf = [&](int64_t i) {
      return std::pair(rows.key(i / perRow), cols.key(i % perRow));
    };
    SmallVector<Maxima> slabs;
    for (Value operand : adaptor.getValues()) {
      OpBuilder::InsertionGuard guard(rewriter);
      // One of several is reduced as soon as it is there, so that its registers
      // are free for the next.
      if (adaptor.getValues().size() > 1)
        rewriter.setInsertionPointAfterValue(operand);
      slabs.push_back(maximaOf(e, operand, from, chunks, keyOf));
    }
    Maxima &maxima = slabs.front();
    for (auto &[key, max] : maxima)
      for (Maxima &slab : llvm::drop_begin(slabs))
        max = maxOf(e, max, slab[key]);
    // NaN loses against the floor, which is a number.
    for (auto &[key, max] : maxima)
      max = maxOf(e, max, e.cf32(op.getAmaxFloor().convertToFloat()));

    // 2. Within the warp.
    if (lanesOnly) {
      for (auto &[key, max] : maxima)
        max = butterfly(e, max, sharedCols);
    } else {
      acrossWarps(e, op, type, rows, cols, maxima, fullWarps);
    }

    SmallVector<Value> results;
    Value limit = e.cf32(std::numeric_limits<float>::max());
    for (auto &[key, max] : maxima)
      max = LLVM::MinNumOp::create(rewriter, op.getLoc(), max, limit);
    for (int64_t i = 0; i < chunks; ++i)
      results.push_back(maxima[keyOf(i)]);
    rewriter.replaceOp(op, e.pack(results));
    return success();
  }

private:
  /// By the key of a chunk: the largest magnitude of what a thread holds.
  static Maxima maximaOf(Emitter &e, Value fragment, FragmentType type,
                         int64_t chunks, function_ref<Key(int64_t)> keyOf) {
    SmallVector<Value> values = e.members(fragment);
    int64_t chunk = static_cast<int64_t>(values.size()) / chunks;
    Maxima maxima;
    for (int64_t i = 0; i < chunks; ++i) {
      Value &max = maxima[keyOf(i)];
      max =
          addMagnitudes(e, max, ArrayRef(values).slice(i * chunk, chunk), type);
    }
    for (auto &[key, max] : maxima)
      max = magnitudeOf(e, max, type);
    return maxima;
  }

  static Value butterfly(Emitter &e, Value max, int64_t lanes) {
    for (int64_t step = lanes / 2; step >= 1; step /= 2) {
      max = maxOf(e, max, ptx::shuffleXor(e.b, e.loc, max, step));
    }
    return max;
  }

  static int64_t blocksPerRow(FragmentType type) {
    return llvm::divideCeil(type.getShape()[1], type.getBlock()[1]);
  }

  /// One word per block, zero, in every thread block of the cluster.
  void clearWords(Emitter &e, BlockAbsmaxOp op, FragmentType type) const {
    int64_t words = llvm::divideCeil(type.getShape()[0], type.getBlock()[0]) *
                    blocksPerRow(type);
    Value base = e.add(abi.shared, abi.scratchOffset(op));
    // The last tile's readers must be done.
    ptx::syncBlock(e.b, e.loc);
    for (int64_t first = 0; first < words; first += abi.threads) {
      Value word = e.add(abi.thread, first);
      ptx::storeShared(e.b, e.loc, e.add(base, e.shl(word, 2)), /*offset=*/0,
                       e.c32(0), ptx::below(e.b, e.loc, word, words));
    }
    barrier(e, type);
  }

  void acrossWarps(Emitter &e, BlockAbsmaxOp op, FragmentType type,
                   const Sharing &rows, const Sharing &cols, Maxima &maxima,
                   bool fullWarps) const {
    LayoutInterface layout = type.getLayout();
    int64_t threadCols = layout.getPeriod().column / layout.getChunk();
    ArrayRef<int64_t> block = type.getBlock();
    int64_t blockCols = blocksPerRow(type);
    Value base = e.add(abi.shared, abi.scratchOffset(op));

    // A whole warp in one block: one redux and one lane's atomic.
    int64_t warpRows = std::max<int64_t>(1, 32 / threadCols);
    bool wholeWarp = fullWarps && cols.allThreads() &&
                     (threadCols % 32 == 0 || 32 % threadCols == 0) &&
                     (rows.allThreads() || rows.threads() % warpRows == 0) &&
                     (warpRows == 1 || rows.threads() >= warpRows);
    int64_t lanes = cols.threads();
    bool groups = fullWarps && !wholeWarp && lanes > 1 && lanes <= 32 &&
                  llvm::isPowerOf2_64(lanes) && threadCols % lanes == 0;

    FragmentPositions at(e, type, abi);
    DenseMap<std::pair<int64_t, int64_t>, Value> addresses;
    int64_t perRow = type.getShape()[1] / cols.stride;
    for (int64_t i = 0; i < type.getNumValues(); ++i) {
      std::pair key(rows.key(i / perRow), cols.key(i % perRow));
      if (addresses.count(key))
        continue;
      auto [rowOffset, columnOffset] = at.offset(i);
      Value row = e.udiv(e.add(at.row, rowOffset), block[0]);
      Value column = e.udiv(e.add(at.column, columnOffset), block[1]);
      Value word = e.add(e.mul(row, blockCols), column);
      addresses[key] = e.add(base, e.shl(word, 2));
      Value max = maxima[key];
      if (groups)
        max = butterfly(e, max, lanes);
      Value bits = LLVM::BitcastOp::create(e.b, e.loc, e.i32(), max);
      Value mine; // every thread's
      if (wholeWarp) {
        bits = ptx::maxOfWarp(e.b, e.loc, bits);
        mine = e.eq(abi.lane, 0);
      } else if (groups) {
        mine = e.eq(e.urem(abi.lane, lanes), 0);
      }
      // To every thread block of a cluster, so that each reads its own words.
      for (int64_t rank = 0; rank < layout.getCluster(); ++rank) {
        if (layout.getCluster() == 1)
          ptx::maxShared(e.b, e.loc, addresses[key], bits, mine);
        else
          ptx::maxCluster(e.b, e.loc,
                          ptx::mapToBlock(e.b, e.loc, addresses[key], rank),
                          bits, mine);
      }
    }
    barrier(e, type);
    for (auto &[key, max] : maxima)
      max = ptx::loadShared(e.b, e.loc, addresses[key], e.f32());
  }

  /// Of all threads that share the words.
  static void barrier(Emitter &e, FragmentType type) {
    if (type.getLayout().getCluster() == 1)
      return ptx::syncBlock(e.b, e.loc);
    ptx::arriveCluster(e.b, e.loc);
    ptx::waitCluster(e.b, e.loc);
  }
};

struct ScaledCastPattern : KernelPattern<ScaledCastOp> {
  using KernelPattern::KernelPattern;
  LogicalResult
  matchAndRewrite(ScaledCastOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Emitter e(rewriter, op.getLoc());
    auto type = cast<FragmentType>(op.getResult().getType());
    int64_t chunk = type.getLayout().getChunk();
    bool int8 = type.getElementType().isInteger(8);
    auto from = cast<FragmentType>(op.getValue().getType());
    SmallVector<Value> values = e.members(adaptor.getValue()), results;
    // Chunk by chunk: few elements are wide at the same time.
    int64_t perChunk = holdsPairs(from) ? chunk / 2 : chunk;
    for (auto [i, scale] : llvm::enumerate(e.members(adaptor.getScales()))) {
      Value inverse =
          LLVM::FDivOp::create(rewriter, op.getLoc(), e.cf32(1.0f), scale);
      SmallVector<Value> scaled;
      Value words = e.pack(ArrayRef(values).slice(i * perChunk, perChunk));
      for (Value element : unpackElements(e, words, from))
        scaled.push_back(LLVM::FMulOp::create(rewriter, op.getLoc(),
                                              widen(e, element), inverse));
      if (int8) {
        llvm::append_range(
            results, convertToInt8(e, scaled, type.getValuesPerRegister()));
        continue;
      }
      if (chunk == 1) {
        Value pair = ptx::convertToF8(e.b, e.loc, e.cf32(0.0f), scaled[0],
                                      type.getElementType());
        results.push_back(LLVM::TruncOp::create(rewriter, op.getLoc(),
                                                rewriter.getI8Type(), pair));
        continue;
      }
      for (int64_t j = 0; j < chunk; j += 2)
        results.push_back(ptx::convertToF8(e.b, e.loc, scaled[j + 1], scaled[j],
                                           type.getElementType()));
    }
    rewriter.replaceOp(op, e.pack(results));
    return success();
  }
};

} // namespace

void mlir::gqgpu::populateQuantizePatterns(RewritePatternSet &patterns,
                                           const LLVMTypeConverter &converter,
                                           const KernelAbi &abi) {
  patterns.add<BlockAbsmaxPattern, ScaledCastPattern>(
      converter, patterns.getContext(), abi);
}
