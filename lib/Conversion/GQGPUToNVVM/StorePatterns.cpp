//===- StorePatterns.cpp - fragments to global memory ---------------------===//
//
// By the threads that hold the elements, guarded one by one or, in a blocked
// layout, by vectors of a chunk. What goes through shared memory is in
// StagePatterns.cpp.
//
//===----------------------------------------------------------------------===//
#include "FragmentAddress.h"
#include "MemoryAccess.h"
#include "Narrow.h"

using namespace mlir;
using namespace mlir::gqgpu;

namespace {

struct StoreFragmentPattern : KernelPattern<StoreFragmentOp> {
  using KernelPattern::KernelPattern;

  LogicalResult
  matchAndRewrite(StoreFragmentOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Emitter e(rewriter, op.getLoc());
    auto type = cast<FragmentType>(op.getValue().getType());
    SmallVector<Value> values = unpackElements(e, adaptor.getValue(), type);
    Type element = type.getElementType();
    unsigned width = element.getIntOrFloatBitWidth();
    if (type.getBlock().empty()
            ? !isCode(element) && width != 16 && width != 32
            : width != 32 && !isa<BFloat16Type, Float8E8M0FNUType>(element))
      return op.emitOpError("has no lowering for element type ") << element;
    if (!type.getBlock().empty())
      storeScales(e, op, adaptor, type, values);
    else if (op.getTransposed() && op.getUnit() > 1 &&
             isAligned(op, op.getUnit()) &&
             !llvm::is_contained(op.getEndDims(), 1))
      accessByVectors(e, abi, op.getDest(), op.getUnit(), Type(),
                      [&](int64_t vector) {
                        if (vector > 1)
                          storeTurned(e, op, adaptor, type, values);
                        else
                          storeElements(e, op, adaptor, type, values);
                        return Value();
                      });
    else
      storeElements(e, op, adaptor, type, values);
    rewriter.eraseOp(op);
    return success();
  }

private:
  /// One scale per block, by the thread that holds the block's first element.
  void storeScales(Emitter &e, StoreFragmentOp op, OpAdaptor adaptor,
                   FragmentType type, ArrayRef<Value> values) const {
    FragmentPositions at(e, type, abi);
    SmallVector<Value> ends =
        endsOf(e, abi, op.getDest(), adaptor.getEnds(), op.getEndDims());
    int64_t bytes = type.getElementType().getIntOrFloatBitWidth() / 8;
    for (auto [i, value] : llvm::enumerate(values)) {
      auto [row, column, isFirst] = at.block(e, i);
      if (op.getTransposed())
        std::swap(row, column);
      auto [address, inside] = elementAt(
          e, abi, op.getDest(), ends, e.add(adaptor.getIndices()[0], row),
          e.add(adaptor.getIndices()[1], column), bytes);
      ptx::storeGlobal(e.b, e.loc, address, /*offset=*/0, bitsOf(e, value),
                       e.both(isFirst, inside));
    }
  }

  /// The lanes of a warp turn matrices of 8 x 8: of each, lane `l` gives
  /// columns 2 (l % 4) and one more of row l / 4, and has these rows of that
  /// column then, which are neighbours in the result. A warp writes 16 bytes of
  /// a row at once, not 2 in each of eight places.
  void storeTurned(Emitter &e, StoreFragmentOp op, OpAdaptor adaptor,
                   FragmentType type, ArrayRef<Value> members) const {
    FragmentPositions at(e, type, abi);
    Value row = e.lshr(abi.lane, 2), column = e.shl(e.bitAnd(abi.lane, 3), 1);
    SmallVector<Value> ends =
        endsOf(e, abi, op.getDest(), adaptor.getEnds(), op.getEndDims());
    int follows[] = {1, 0};
    FragmentAddress memory(e, abi, op.getDest(), ends, adaptor.getIndices(),
                           follows, e.add(e.sub(at.row, row), column),
                           e.add(e.sub(at.column, column), row));
    for (int64_t i = 0; i < type.getNumValues(); i += 2) {
      auto [rowOffset, columnOffset] = at.offset(i);
      FragmentAddress::Element to = memory.at(e, rowOffset, columnOffset);
      Value pair = packHalves(e, members[i], members[i + 1]);
      ptx::storeGlobal(e.b, e.loc, to.address, to.bytes,
                       ptx::transposeMatrix(e.b, e.loc, pair), to.inside);
    }
  }

  void storeElements(Emitter &e, StoreFragmentOp op, OpAdaptor adaptor,
                     FragmentType type, ArrayRef<Value> members) const {
    FragmentPositions at(e, type, abi);
    int64_t bytes = type.getElementType().getIntOrFloatBitWidth() / 8;
    SmallVector<Value> ends =
        endsOf(e, abi, op.getDest(), adaptor.getEnds(), op.getEndDims());
    // Neighbours in a row are none in the transpose. A vector lies before the
    // end of a row as a whole, but not before others.
    bool transposed = op.getTransposed();
    bool vectors = !transposed && isAligned(op, at.chunk) &&
                   !llvm::is_contained(op.getEndDims(), 1);
    int64_t vector = vectors ? std::min<int64_t>(at.chunk, 16 / bytes) : 1;
    int follows[] = {transposed ? 1 : 0, transposed ? 0 : 1};
    // Members may hold more than one element (pairs of FP8, up to four i8).
    int64_t perMember =
        type.getNumValues() / static_cast<int64_t>(members.size());
    auto element = [&](int64_t i) {
      Value member = bitsOf(e, members[i / perMember]);
      if (perMember == 1)
        return member;
      if (i % perMember)
        member = e.lshr(member, 8 * (i % perMember));
      return Value(LLVM::TruncOp::create(e.b, e.loc, e.b.getI8Type(), member));
    };
    auto store = [&](int64_t step) {
      FragmentAddress memory(e, abi, op.getDest(), ends, adaptor.getIndices(),
                             follows, at.row, at.column);
      for (int64_t i = 0; i < type.getNumValues(); i += step) {
        auto [rowOffset, columnOffset] = at.offset(i);
        FragmentAddress::Element to = memory.at(e, rowOffset, columnOffset);
        if (step == 1) {
          ptx::storeGlobal(e.b, e.loc, to.address, to.bytes, element(i),
                           to.inside);
          continue;
        }
        SmallVector<Value> words;
        if (bytes * perMember == 4) {
          for (int64_t j = i; j < i + step; j += perMember)
            words.push_back(bitsOf(e, members[j / perMember]));
        } else { // 16-bit members, two to a word
          int64_t first = i / perMember, count = step / perMember;
          if (count == 1)
            words.push_back(bitsOf(e, members[first]));
          for (int64_t j = first; j + 1 < first + count; j += 2)
            words.push_back(packHalves(e, members[j], members[j + 1]));
        }
        ptx::storeGlobal(e.b, e.loc, to.address, to.bytes, words, to.inside);
      }
      return Value();
    };
    accessByVectors(e, abi, op.getDest(), vector, Type(), store);
  }
};

} // namespace

void mlir::gqgpu::populateStorePatterns(RewritePatternSet &patterns,
                                        const LLVMTypeConverter &converter,
                                        const KernelAbi &abi) {
  patterns.add<StoreFragmentPattern>(converter, patterns.getContext(), abi);
}
