//===- TransposedStore.cpp - codes, columns as rows -----------------------===//
//
// Through shared memory: threads write the words of their rows, and read words
// of four rows, which they turn into words of four columns. A warp then stores
// up to 128 bytes of a row of the result at a time.
//
// Word `w` of row `r` lies at `w ^ key(r)` of its row. Lanes that write the
// same word of four neighbouring rows, and lanes that read the same word of
// every fourth row, meet different banks: key(r) = r / 4 ^ r % 4.
//
//===----------------------------------------------------------------------===//
#include "TransposedStore.h"
#include "GlobalMemory.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::gqgpu;

namespace {

/// The codes of a thread block in shared memory.
class Staging {
public:
  Staging(Emitter &e, const KernelAbi &abi, StoreFragmentOp op)
      : e(e), shape(TransposeStaging::get(
                  cast<FragmentType>(op.getValue().getType()))),
        base(e.add(abi.shared, abi.scratchOffset(op))) {}

  /// The address of a word.
  Value at(Value row, Value word) {
    int64_t words = shape.pitch / 4;
    int64_t mask = std::min<int64_t>(words & -words, 32) - 1;
    Value key = e.bitXor(e.lshr(row, 2), e.bitAnd(row, 3));
    Value place = e.bitXor(word, e.bitAnd(key, mask));
    return e.add(base, e.shl(e.add(e.mul(row, words), place), 2));
  }

  Emitter &e;
  TransposeStaging shape;
  Value base;
};

} // namespace

/// `width` bits of the registers of a fragment, from element `first`.
static Value bitsOf(Emitter &e, ArrayRef<Value> members, int64_t perMember,
                    int64_t first, int64_t width) {
  Type type = e.b.getIntegerType(width);
  Value member = members[first / perMember];
  int64_t has = 8 * perMember;
  if (has >= width) {
    if (first % perMember)
      member = e.lshr(member, 8 * (first % perMember));
    return has == width ? member
                        : LLVM::TruncOp::create(e.b, e.loc, type, member);
  }
  Value result;
  for (int64_t i = 0; i < width / has; ++i) {
    Value part = e.zext(type, members[first / perMember + i]);
    if (i)
      part = LLVM::ShlOp::create(
          e.b, e.loc, part,
          LLVM::ConstantOp::create(e.b, e.loc, type,
                                   e.b.getIntegerAttr(type, i * has)));
    result = result ? LLVM::OrOp::create(e.b, e.loc, result, part) : part;
  }
  return result;
}

/// Rows of this thread block's part of the tile, to shared memory.
static void writeRows(Emitter &e, const KernelAbi &abi, Staging &staging,
                      FragmentType type, ArrayRef<Value> members) {
  FragmentPositions at(e, type, abi);
  int64_t perMember =
      type.getNumValues() / static_cast<int64_t>(members.size());
  int64_t bytes = std::min<int64_t>(at.chunk, 4);
  Value firstRow = at.row;
  if (abi.cluster > 1)
    firstRow = e.sub(firstRow, e.mul(abi.clusterRank, staging.shape.rows));
  for (int64_t i = 0; i < type.getNumValues(); i += bytes) {
    auto [rowOffset, columnOffset] = at.offset(i);
    Value row = e.add(firstRow, rowOffset),
          column = e.add(at.column, columnOffset);
    Value address = staging.at(row, e.lshr(column, 2));
    Value value = bitsOf(e, members, perMember, i, 8 * bytes);
    if (bytes < 4)
      address = e.add(address, e.bitAnd(column, 3));
    if (bytes == 1)
      value = e.zext(e.i16(), value);
    e.ptx("st.shared.b" + std::to_string(8 * bytes) + " [$0], $1;",
          bytes == 4 ? "r,r" : "r,h", {address, value});
  }
}

/// Bytes `i` of four words as word `i`.
static SmallVector<Value> transposeBytes(Emitter &e, ArrayRef<Value> words) {
  auto permute = [&](Value low, Value high, int64_t selector) {
    return e.ptx(e.i32(), "prmt.b32 $0, $1, $2, $3;", "=r,r,r,n",
                 {low, high, e.c32(selector)}, /*effects=*/false);
  };
  SmallVector<Value> result;
  // Bytes 0 and 1, then 2 and 3, of rows 0 and 1, and of rows 2 and 3.
  for (int64_t selector : {0x5140, 0x7362}) {
    Value first = permute(words[0], words[1], selector);
    Value second = permute(words[2], words[3], selector);
    result.push_back(permute(first, second, 0x5410));
    result.push_back(permute(first, second, 0x7632));
  }
  return result;
}

/// Of each word, the first `left` bytes. `whole`: that is all or nothing, and
/// the addresses are aligned; the same for all threads, which hence branch
/// together.
static void storeBytes(Emitter &e, ArrayRef<Value> addresses,
                       ArrayRef<Value> words, ArrayRef<Value> left,
                       Value whole) {
  std::string aligned, single, constraints;
  SmallVector<Value> operands;
  size_t count = words.size();
  for (size_t i = 0; i < count; ++i) {
    std::string address = "$" + std::to_string(i),
                word = "$" + std::to_string(count + i),
                bytes = "$" + std::to_string(2 * count + i);
    aligned += "setp.ne.u32 p, " + bytes + ", 0; @p st.global.b32 [" + address +
               "], " + word + "; ";
    for (int64_t byte = 0; byte < 4; ++byte) {
      std::string index = std::to_string(byte);
      single += "setp.gt.u32 p, " + bytes + ", " + index + "; shr.u32 t, " +
                word + ", " + std::to_string(8 * byte) + "; @p st.global.b8 [" +
                address + "+" + index + "], t; ";
    }
  }
  for (auto [values, constraint] :
       {std::pair(addresses, "l,"), std::pair(words, "r,"),
        std::pair(left, "r,")})
    for (Value value : values) {
      operands.push_back(value);
      constraints += constraint;
    }
  operands.push_back(whole);
  e.ptx("{ .reg .pred p; .reg .b32 t; setp.ne.u32 p, $" +
            std::to_string(3 * count) + ", 0; @p bra.uni WHOLE; " + single +
            "bra.uni DONE; WHOLE: " + aligned + "DONE: }",
        constraints + "r", operands);
}

void mlir::gqgpu::storeTransposed(Emitter &e, const KernelAbi &abi,
                                  StoreFragmentOp op, ValueRange indices,
                                  ArrayRef<Value> members) {
  auto type = cast<FragmentType>(op.getValue().getType());
  Staging staging(e, abi, op);
  int64_t rows = staging.shape.rows, columns = type.getShape()[1];
  // The readers of the last tile or slab must be done.
  if (abi.transposedStores() > 1 || !abi.isOnlyOnce(op))
    e.ptx("bar.sync 0;", "", {});
  writeRows(e, abi, staging, type, members);
  e.ptx("bar.sync 0;", "", {});

  // Words along a row of the result are aligned where its length and start
  // allow; a length may be known only now.
  Value height = abi.dim(op.getDest(), 0), width = abi.dim(op.getDest(), 1);
  int64_t staticWidth = cast<MemRefType>(op.getDest().getType()).getShape()[1];
  bool quads = rows % 4 == 0 && op->hasAttr(kChunkAligned);
  bool always =
      quads && !ShapedType::isDynamic(staticWidth) && staticWidth % 4 == 0;
  Value whole;
  if (!always)
    whole = quads ? e.zext(e.i32(), e.eq(e.bitAnd(width, 3), 0)) : e.c32(0);

  Value firstColumn = indices[1];
  if (abi.cluster > 1)
    firstColumn = e.add(firstColumn, e.mul(abi.clusterRank, rows));
  // A thread turns four rows of one word at a time; neighbours in a warp take
  // the next rows.
  int64_t groups = llvm::divideCeil(rows, 4),
          words = llvm::divideCeil(columns, 4);
  for (int64_t first = 0; first < groups * words; first += abi.threads) {
    Value unit = e.add(abi.thread, first);
    Value row = e.shl(e.urem(unit, groups), 2), word = e.udiv(unit, groups);
    bool partial = first + abi.threads > groups * words;
    // Past the end, any word will do: it is not stored.
    Value inside =
        partial ? e.ult(unit, e.c32(groups * words)) : e.constant(e.i1(), 1);
    SmallVector<Value> lines;
    for (int64_t i = 0; i < 4; ++i) {
      Value line = e.add(row, i);
      if (rows % 4 || partial) // rows that do not exist, in place of the last
        line = e.select(e.ult(line, e.c32(rows)), line, e.c32(rows - 1));
      Value from = word;
      if (partial)
        from = e.select(inside, word, e.c32(0));
      lines.push_back(e.ptx(e.i32(), "ld.shared.b32 $0, [$1];", "=r,r",
                            staging.at(line, from)));
    }
    Value column = e.add(firstColumn, row);
    Value available = e.sub(width, column);
    if (rows % 4) {
      Value exist = e.sub(e.c32(rows), row);
      available = e.select(e.ult(available, exist), available, exist);
    }
    inside = e.both(inside, e.ult(column, width));
    Value start = e.add(indices[0], e.shl(word, 2));
    Value linear = e.add(e.mul(e.zext(e.i64(), start), e.zext(e.i64(), width)),
                         e.zext(e.i64(), column));
    Value address = e.globalAddress(abi.pointer(op.getDest()), linear, 1);
    SmallVector<Value> turnedWords = transposeBytes(e, lines), addresses, left;
    for (auto [i, turned] : llvm::enumerate(turnedWords)) {
      int64_t line = static_cast<int64_t>(i);
      Value here = e.both(inside, e.ult(e.add(start, line), height));
      if (columns % 4)
        here = e.both(here, e.ult(e.add(e.shl(word, 2), line), e.c32(columns)));
      if (always)
        guardedStore(e, address, 0, here, turned);
      addresses.push_back(address);
      left.push_back(e.select(here, available, e.c32(0)));
      address = e.globalAddress(address, e.zext(e.i64(), width), 1);
    }
    if (!always)
      storeBytes(e, addresses, turnedWords, left, whole);
  }
}
