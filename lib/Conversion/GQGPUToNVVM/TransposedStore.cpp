//===- TransposedStore.cpp - codes, columns as rows -----------------------===//
//
// Through shared memory: threads write the chunks of their rows, and read one
// word (four columns) of `band` rows, which they turn into `band` bytes of four
// rows of the result.
//
// The 16 bytes `v` of row `r` lie at `v ^ key(r)` of the row, where key(r) is
// the same for all rows of a band, so that their addresses differ by constants.
// The lanes of a warp read words of up to eight bands, four words of each: with
// different keys those lie in different banks. Lanes that write neighbouring
// chunks of a row meet no conflicts as it is.
//
//===----------------------------------------------------------------------===//
#include "TransposedStore.h"
#include "MemoryAccess.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::gqgpu;

/// Bytes that are swizzled as one, and most that one store writes.
static constexpr int64_t kVector = 16;

namespace {

/// The codes of a thread block in shared memory.
class Staging {
public:
  Staging(Emitter &e, const KernelAbi &abi, StoreFragmentOp op)
      : e(e), shape(TransposeStaging::get(
                  cast<FragmentType>(op.getValue().getType()))),
        base(e.add(abi.shared, abi.scratchOffset(op))) {}

  int64_t bands() const { return llvm::divideCeil(shape.rows, shape.band); }

  /// The address of a column in a row.
  Value at(Value row, Value column) {
    int64_t vectors = shape.pitch / kVector;
    int64_t keys = std::min<int64_t>(vectors & -vectors, 8);
    Value place = column;
    if (keys > 1) {
      // Few bands: their keys are far enough apart for more than four words.
      int64_t step = std::max<int64_t>(1, keys / bands());
      Value key = e.mul(e.udiv(row, shape.band), step);
      key = e.mul(e.bitAnd(key, keys - 1), kVector);
      place = e.bitXor(column, key);
    }
    return e.add(e.add(base, e.mul(row, shape.pitch)), place);
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
  int64_t bytes = std::min(at.chunk, kVector);
  int64_t words = std::max<int64_t>(1, bytes / 4);
  std::string text = "st.shared.", constraints = "r";
  if (words > 1)
    text += "v" + std::to_string(words) + ".";
  text += "b" + std::to_string(std::min<int64_t>(8 * bytes, 32)) + " [$0], {";
  for (int64_t i = 0; i < words; ++i) {
    text += (i ? ", $" : "$") + std::to_string(i + 1);
    constraints += bytes < 4 ? ",h" : ",r";
  }
  text += "};";
  Value firstRow = at.row;
  if (abi.cluster > 1)
    firstRow = e.sub(firstRow, e.mul(abi.clusterRank, staging.shape.rows));
  for (int64_t i = 0; i < type.getNumValues(); i += bytes) {
    auto [rowOffset, columnOffset] = at.offset(i);
    SmallVector<Value> operands{
        staging.at(e.add(firstRow, rowOffset), e.add(at.column, columnOffset))};
    for (int64_t word = 0; word < words; ++word) {
      Value value = bitsOf(e, members, perMember, i + 4 * word,
                           8 * std::min<int64_t>(bytes, 4));
      operands.push_back(bytes == 1 ? e.zext(e.i16(), value) : value);
    }
    e.ptx(text, constraints, operands);
  }
}

/// Bytes `i` of four words as word `i`.
static std::array<Value, 4> transposeBytes(Emitter &e, ArrayRef<Value> words) {
  auto permute = [&](Value low, Value high, int64_t selector) {
    return e.ptx(e.i32(), "prmt.b32 $0, $1, $2, $3;", "=r,r,r,n",
                 {low, high, e.c32(selector)}, /*effects=*/false);
  };
  std::array<Value, 4> result;
  // Bytes 0 and 1, then 2 and 3, of rows 0 and 1, and of rows 2 and 3.
  for (int64_t half : {0, 1}) {
    int64_t selector = half == 0 ? 0x5140 : 0x7362;
    Value first = permute(words[0], words[1], selector);
    Value second = permute(words[2], words[3], selector);
    result[2 * half] = permute(first, second, 0x5410);
    result[2 * half + 1] = permute(first, second, 0x7632);
  }
  return result;
}

namespace {
/// Neighbouring bytes of one row of the result, in words, of which the first
/// `left` exist.
struct Line {
  Value address, left;
  SmallVector<Value> words;
};
} // namespace

/// Stores lines as wholes, as words, or byte by byte: what divides the length
/// of a row of the result is aligned, and exists as a whole or not at all. If
/// it is not `known`, `length` holds it, the same for all threads, which branch
/// together.
static void storeLines(Emitter &e, ArrayRef<Line> lines,
                       std::optional<int64_t> known, Value length) {
  size_t words = lines.front().words.size();
  std::string whole, word, single, constraints;
  SmallVector<Value> operands;
  auto operand = [&](Value value, StringRef constraint) {
    operands.push_back(value);
    constraints += constraint;
    return "$" + std::to_string(operands.size() - 1);
  };
  for (const Line &line : lines) {
    std::string address = operand(line.address, "l,");
    std::string left = operand(line.left, "r,"), all;
    for (auto [i, value] : llvm::enumerate(line.words)) {
      std::string name = operand(value, "r,"), first = std::to_string(4 * i);
      all += (i ? ", " : "") + name;
      word += "setp.gt.s32 p, " + left + ", " + first + "; @p st.global.b32 [" +
              address + "+" + first + "], " + name + "; ";
      for (int64_t byte = 0; byte < 4; ++byte) {
        std::string at = std::to_string(4 * i + byte);
        single += "setp.gt.s32 p, " + left + ", " + at + "; shr.u32 t, " +
                  name + ", " + std::to_string(8 * byte) +
                  "; @p st.global.b8 [" + address + "+" + at + "], t; ";
      }
    }
    whole += "setp.gt.s32 p, " + left + ", 0; @p st.global." +
             (words > 1 ? "v" + std::to_string(words) + "." : "") + "b32 [" +
             address + "], {" + all + "}; ";
  }
  int64_t bytes = 4 * words;
  std::string text = "{ .reg .pred p; .reg .b32 t; ";
  if (known) {
    text += *known % bytes == 0 ? whole : *known % 4 == 0 ? word : single;
    constraints.pop_back();
  } else {
    std::string row = operand(length, "r");
    auto branch = [&](int64_t divisor, StringRef label) {
      text += "and.b32 t, " + row + ", " + std::to_string(divisor - 1) +
              "; setp.eq.u32 p, t, 0; @p bra.uni " + label.str() + "; ";
    };
    branch(bytes, "WHOLE");
    if (words > 1)
      branch(4, "WORDS");
    text += single + "bra.uni DONE; ";
    if (words > 1)
      text += "WORDS: " + word + "bra.uni DONE; ";
    text += "WHOLE: " + whole + "DONE: ";
  }
  e.ptx(text + "}", constraints, operands);
}

void mlir::gqgpu::storeTransposed(Emitter &e, const KernelAbi &abi,
                                  StoreFragmentOp op, ValueRange indices,
                                  ArrayRef<Value> members) {
  auto type = cast<FragmentType>(op.getValue().getType());
  Staging staging(e, abi, op);
  int64_t rows = staging.shape.rows, columns = type.getShape()[1],
          band = staging.shape.band, bands = staging.bands();
  // The readers of the last tile or slab must be done.
  e.ptx("bar.sync 0;", "", {});
  writeRows(e, abi, staging, type, members);
  e.ptx("bar.sync 0;", "", {});

  Value height = abi.dim(op.getDest(), 0), width = abi.dim(op.getDest(), 1);
  std::optional<int64_t> length;
  if (rows % band != 0 || !op->hasAttr(kChunkAligned))
    length = 1; // bands do not start where the length would matter
  else if (int64_t columns =
               cast<MemRefType>(op.getDest().getType()).getDimSize(1);
           !ShapedType::isDynamic(columns))
    length = columns;

  Value firstColumn = indices[1];
  if (abi.cluster > 1)
    firstColumn = e.add(firstColumn, e.mul(abi.clusterRank, rows));
  // A thread turns one word of a band at a time. Neighbours take the next
  // bands, which are neighbours in the result, eight of them at most: then four
  // words.
  int64_t words = llvm::divideCeil(columns, 4), units = bands * words;
  int64_t near = bands % 8 == 0 && words % 4 == 0 ? 8 : bands;
  for (int64_t first = 0; first < units; first += abi.threads) {
    Value unit = e.add(abi.thread, first);
    Value bandNumber = e.urem(unit, near), word = e.udiv(unit, near);
    if (near != bands) {
      Value low = e.bitAnd(word, 3), rest = e.lshr(word, 2);
      bandNumber = e.add(bandNumber, e.mul(e.urem(rest, bands / near), near));
      word = e.add(low, e.shl(e.udiv(rest, bands / near), 2));
    }
    Value row = e.mul(bandNumber, band);
    bool partial = first + abi.threads > units;
    // Past the end, any word will do: it is not stored.
    Value inside = partial ? e.ult(unit, e.c32(units)) : e.constant(e.i1(), 1);
    SmallVector<Value> bytes;
    Value from = partial ? e.select(inside, word, e.c32(0)) : word;
    Value start = partial ? e.select(inside, row, e.c32(0)) : row;
    Value address = staging.at(start, e.shl(from, 2));
    for (int64_t i = 0; i < band; ++i) {
      // Rows that do not exist: in their place the first of the band.
      Value line = e.add(address, i * staging.shape.pitch);
      if (rows % band)
        line = e.select(e.ult(e.add(start, i), e.c32(rows)), line, address);
      bytes.push_back(e.ptx(e.i32(), "ld.shared.b32 $0, [$1];", "=r,r", line));
    }
    Value column = e.add(firstColumn, row);
    Value available = e.sub(width, column);
    if (rows % band) {
      Value exist = e.sub(e.c32(rows), row);
      available = e.select(e.ult(available, exist), available, exist);
    }
    inside = e.both(inside, e.ult(column, width));
    Value firstRow = e.add(indices[0], e.shl(word, 2));
    Value linear =
        e.add(e.mul(e.zext(e.i64(), firstRow), e.zext(e.i64(), width)),
              e.zext(e.i64(), column));
    Value to = e.globalAddress(abi.pointer(op.getDest()), linear, 1);
    SmallVector<Line> lines;
    for (int64_t i = 0; i < 4; ++i) {
      Value here = e.both(inside, e.ult(e.add(firstRow, i), height));
      if (columns % 4)
        here = e.both(here, e.ult(e.add(e.shl(word, 2), i), e.c32(columns)));
      lines.push_back({to, e.select(here, available, e.c32(0)), {}});
      to = e.globalAddress(to, e.zext(e.i64(), width), 1);
    }
    for (int64_t i = 0; i < band; i += 4)
      for (auto [line, turned] :
           llvm::zip(lines, transposeBytes(e, ArrayRef(bytes).slice(i, 4))))
        line.words.push_back(turned);
    storeLines(e, lines, length, width);
  }
}
