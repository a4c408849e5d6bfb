//===- StorePatterns.cpp - fragments to global memory ---------------------===//
//
// Four ways:
// - a product goes through TMA: each warp writes 16 rows of at most 128 bytes
//   to its own staging (swizzled, so that neither stmatrix nor the copy engine
//   meets bank conflicts), and one of its threads starts the copy, which clips
//   the edge. Warps do not wait for one another;
// - a blocked fragment stores vectors of its chunks;
// - transposed codes go through shared memory, see TransposedStore.cpp;
// - otherwise threads store elements, guarded one by one.
//
//===----------------------------------------------------------------------===//
#include "FragmentAddress.h"
#include "MemoryAccess.h"
#include "TransposedStore.h"

using namespace mlir;
using namespace mlir::gqgpu;

static Value bits(Emitter &e, Value value) {
  unsigned width = value.getType().getIntOrFloatBitWidth();
  Type type = e.b.getIntegerType(width);
  return value.getType() == type
             ? value
             : LLVM::BitcastOp::create(e.b, e.loc, type, value).getResult();
}

/// Two 16-bit values in one register, the first in the lower half.
static Value packHalves(Emitter &e, Value low, Value high) {
  auto type = VectorType::get({2}, low.getType());
  Value vector = LLVM::PoisonOp::create(e.b, e.loc, type);
  vector = LLVM::InsertElementOp::create(e.b, e.loc, vector, low, e.c32(0));
  vector = LLVM::InsertElementOp::create(e.b, e.loc, vector, high, e.c32(1));
  return LLVM::BitcastOp::create(e.b, e.loc, e.i32(), vector);
}

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
    bool codes =
        isa<Float8E4M3FNType, Float8E5M2Type>(element) || element.isInteger(8);
    if (type.getBlock().empty()
            ? !codes && width != 16 && width != 32
            : width != 32 && !isa<Float8E8M0FNUType>(element))
      return op.emitOpError("has no lowering for element type ") << element;
    if (!type.getBlock().empty())
      storeScales(e, op, adaptor, type, values);
    else if (op.getTransposed())
      storeTransposed(e, abi, op, adaptor.getIndices(), values);
    else if (op.getPath() == Path::Tma) {
      if (type.getShape()[1] % 16 != 0 || !isa<FloatType>(element) ||
          width < 16)
        return op.emitOpError(
                   "cannot go by tma: expects a multiple of 16 columns of "
                   "2- or 4-byte floats, got ")
               << type;
      storeTma(e, op, adaptor, type, values);
    } else
      storeElements(e, op, adaptor, type, values);
    rewriter.eraseOp(op);
    return success();
  }

private:
  std::pair<Value, Value> locate(Emitter &e, StoreFragmentOp op, Value row,
                                 Value column, int64_t bytes) const {
    Value rows = abi.dim(op.getDest(), 0), columns = abi.dim(op.getDest(), 1);
    Value inside = e.both(e.ult(row, rows), e.ult(column, columns));
    Value linear = e.add(e.mul(e.zext(e.i64(), row), e.zext(e.i64(), columns)),
                         e.zext(e.i64(), column));
    return {e.globalAddress(abi.pointer(op.getDest()), linear, bytes), inside};
  }

  /// One scale per block, by the thread that holds the block's first element.
  void storeScales(Emitter &e, StoreFragmentOp op, OpAdaptor adaptor,
                   FragmentType type, ArrayRef<Value> values) const {
    FragmentPositions at(e, type, abi);
    ArrayRef<int64_t> block = type.getBlock();
    int64_t bytes = type.getElementType().getIntOrFloatBitWidth() / 8;
    std::optional<ScaleStaging> staging = ScaleStaging::get(op);
    Value staged;
    if (staging) {
      staged = e.add(abi.shared, abi.scratchOffset(op));
      ptx::syncBlock(e.b, e.loc); // the last tile's readers must be done
    }
    for (auto [i, value] : llvm::enumerate(values)) {
      auto [rowOffset, columnOffset] = at.offset(i);
      Value row = e.add(at.row, rowOffset),
            column = e.add(at.column, columnOffset);
      Value first = e.both(e.eq(e.urem(row, block[0]), 0),
                           e.eq(e.urem(column, block[1]), 0));
      Value destRow = e.udiv(row, block[0]),
            destColumn = e.udiv(column, block[1]);
      if (op.getTransposed())
        std::swap(destRow, destColumn);
      if (staging) {
        Value word = e.add(e.mul(destRow, staging->columns), destColumn);
        ptx::storeShared(e.b, e.loc, e.add(staged, e.mul(word, bytes)),
                         /*offset=*/0, bits(e, value), first);
        continue;
      }
      auto [address, inside] =
          locate(e, op, e.add(adaptor.getIndices()[0], destRow),
                 e.add(adaptor.getIndices()[1], destColumn), bytes);
      ptx::storeGlobal(e.b, e.loc, address, /*offset=*/0, bits(e, value),
                       e.both(first, inside));
    }
    if (!staging)
      return;
    ptx::syncBlock(e.b, e.loc);
    for (int64_t begin = 0; begin < staging->count(); begin += abi.threads) {
      Value word = e.add(abi.thread, begin);
      Value exists = e.ult(word, e.c32(staging->count()));
      // Past the end, any will do: it is not stored.
      word = e.select(exists, word, e.c32(0));
      Value value =
          ptx::loadShared(e.b, e.loc, e.add(staged, e.mul(word, bytes)),
                          e.b.getIntegerType(8 * bytes));
      auto [address, inside] = locate(
          e, op, e.add(adaptor.getIndices()[0], e.udiv(word, staging->columns)),
          e.add(adaptor.getIndices()[1], e.urem(word, staging->columns)),
          bytes);
      ptx::storeGlobal(e.b, e.loc, address, /*offset=*/0, value,
                       e.both(exists, inside));
    }
  }

  void storeElements(Emitter &e, StoreFragmentOp op, OpAdaptor adaptor,
                     FragmentType type, ArrayRef<Value> members) const {
    FragmentPositions at(e, type, abi);
    int64_t bytes = type.getElementType().getIntOrFloatBitWidth() / 8;
    int64_t vector =
        isAligned(op, at.chunk) ? std::min<int64_t>(at.chunk, 16 / bytes) : 1;
    // Members may hold more than one element (pairs of FP8, up to four i8).
    int64_t perMember =
        type.getNumValues() / static_cast<int64_t>(members.size());
    auto element = [&](int64_t i) {
      Value member = bits(e, members[i / perMember]);
      if (perMember == 1)
        return member;
      if (i % perMember)
        member = e.lshr(member, 8 * (i % perMember));
      return Value(LLVM::TruncOp::create(e.b, e.loc, e.b.getI8Type(), member));
    };
    auto store = [&](int64_t step) {
      FragmentAddress memory(e, abi, op.getDest(), adaptor.getIndices(), {0, 1},
                             at.row, at.column);
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
            words.push_back(bits(e, members[j / perMember]));
        } else { // 16-bit members, two to a word
          int64_t first = i / perMember, count = step / perMember;
          if (count == 1)
            words.push_back(bits(e, members[first]));
          for (int64_t j = first; j + 1 < first + count; j += 2)
            words.push_back(packHalves(e, members[j], members[j + 1]));
        }
        ptx::storeGlobal(e.b, e.loc, to.address, to.bytes, words, to.inside);
      }
      return Value();
    };
    accessByVectors(e, abi, op.getDest(), vector, Type(), store);
  }

  void storeTma(Emitter &e, StoreFragmentOp op, OpAdaptor adaptor,
                FragmentType type, ArrayRef<Value> values) const {
    TmaBox box = storeBox(type, abi.operandOf(op.getDest()));
    int64_t bytes = type.getElementType().getIntOrFloatBitWidth() / 8;
    int64_t width = box.box[0], pitch = width * bytes;
    Value staging = e.add(abi.shared, e.mul(abi.warp, kStoreStagingPerWarp));
    Value row0 =
        e.add(adaptor.getIndices()[0], e.shl(e.bitAnd(abi.warp, 3), 4));
    // The swizzle: 16-byte chunk numbers are xored with address bits 7 and up,
    // which for a row pitch of 128, 64 or 32 bytes are row, row/2 or row/4.
    auto swizzled = [&](Value row, int64_t mask) {
      int64_t shift = pitch == 128 ? 0 : pitch == 64 ? 1 : 2;
      return e.bitAnd(e.lshr(row, shift), mask);
    };
    int64_t mask = pitch / 16 - 1;
    for (int64_t first = 0; first < type.getShape()[1]; first += width) {
      // Our previous copy must have read the staging.
      ptx::waitBulk(e.b, e.loc, /*read=*/true);
      ptx::syncWarp(e.b, e.loc);
      if (bytes == 2) {
        // stmatrix: lanes 8m .. 8m+7 give the rows of matrix m: rows 0-7 and
        // 8-15 of one 16-byte column, then of the next.
        Value matrix = e.lshr(abi.lane, 3), r = e.bitAnd(abi.lane, 7);
        Value row = e.add(r, e.shl(e.bitAnd(matrix, 1), 3));
        Value rowAddress = e.add(staging, e.mul(row, pitch));
        Value key = swizzled(row, mask);
        for (int64_t pair = 0; pair < width / 16; ++pair) {
          Value chunk = e.add(e.lshr(matrix, 1), 2 * pair);
          Value address = e.add(rowAddress, e.shl(e.bitXor(chunk, key), 4));
          SmallVector<Value> matrices;
          for (int64_t j = 0; j < 4; ++j) {
            int64_t i = (first / 8 + 2 * pair + j / 2) * 4 + j % 2 * 2;
            matrices.push_back(packHalves(e, values[i], values[i + 1]));
          }
          ptx::storeMatrices(e.b, e.loc, address, matrices);
        }
      } else {
        for (int64_t half : {0, 1}) {
          Value row = e.add(e.lshr(abi.lane, 2), 8 * half);
          Value rowAddress = e.add(staging, e.mul(row, pitch));
          Value key = swizzled(row, mask);
          for (int64_t group = 0; group < width / 8; ++group) {
            Value chunk = e.add(e.lshr(e.bitAnd(abi.lane, 3), 1), 2 * group);
            Value address =
                e.add(e.add(rowAddress, e.shl(e.bitXor(chunk, key), 4)),
                      e.shl(e.bitAnd(abi.lane, 1), 3));
            int64_t i = (first / 8 + group) * 4 + 2 * half;
            ptx::storeShared(e.b, e.loc, address, /*offset=*/0,
                             {bits(e, values[i]), bits(e, values[i + 1])});
          }
        }
      }
      ptx::fenceAsyncShared(e.b, e.loc);
      ptx::syncWarp(e.b, e.loc);
      Value elected = ptx::elect(e.b, e.loc);
      ptx::storeTensor(e.b, e.loc, abi.tensorMap(box),
                       {e.add(adaptor.getIndices()[1], first), row0}, staging,
                       elected);
      ptx::commitBulk(e.b, e.loc, elected);
    }
  }
};

} // namespace

void mlir::gqgpu::populateStorePatterns(RewritePatternSet &patterns,
                                        const LLVMTypeConverter &converter,
                                        const KernelAbi &abi) {
  patterns.add<StoreFragmentPattern>(converter, patterns.getContext(), abi);
}
