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
#include "FragmentAddress.h"
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
  Staging(Emitter &e, TileType tile, Value base)
      : e(e), rows(tile.getShape()[0]), pitch(tile.getRowBytes()),
        band(tile.getBand()), base(base) {}

  int64_t bands() const { return llvm::divideCeil(rows, band); }

  /// The address of a column in a row.
  Value at(Value row, Value column) {
    int64_t vectors = pitch / kVector;
    int64_t keys = std::min<int64_t>(vectors & -vectors, 8);
    Value place = column;
    if (keys > 1) {
      // Few bands: their keys are far enough apart for more than four words.
      int64_t step = std::max<int64_t>(1, keys / bands());
      Value key = e.mul(e.udiv(row, band), step);
      key = e.mul(e.bitAnd(key, keys - 1), kVector);
      place = e.bitXor(column, key);
    }
    return e.add(e.add(base, e.mul(row, pitch)), place);
  }

  Emitter &e;
  int64_t rows, pitch, band;
  Value base;
};

} // namespace

/// `width` bits of the registers of a fragment, from element `first`.
static Value bitsFrom(Emitter &e, ArrayRef<Value> members, int64_t perMember,
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

void mlir::gqgpu::stageCodes(Emitter &e, const KernelAbi &abi, StageOp op,
                             Value buffer, ArrayRef<Value> members) {
  auto type = cast<FragmentType>(op.getValue().getType());
  Staging staging(e, op.getBuffer().getType(), buffer);
  FragmentPositions at(e, type, abi);
  int64_t perMember =
      type.getNumValues() / static_cast<int64_t>(members.size());
  int64_t bytes = std::min(at.chunk, kVector);
  int64_t words = std::max<int64_t>(1, bytes / 4);
  Value firstRow = at.row;
  if (abi.blocksPerTile > 1)
    firstRow = e.sub(firstRow, e.mul(abi.clusterRank, staging.rows));
  for (int64_t i = 0; i < type.getNumValues(); i += bytes) {
    auto [rowOffset, columnOffset] = at.offset(i);
    Value address =
        staging.at(e.add(firstRow, rowOffset), e.add(at.column, columnOffset));
    SmallVector<Value> stored;
    for (int64_t word = 0; word < words; ++word)
      stored.push_back(bitsFrom(e, members, perMember, i + 4 * word,
                                8 * std::min<int64_t>(bytes, 4)));
    ptx::storeShared(e.b, e.loc, address, /*offset=*/0, stored);
  }
}

/// Bytes `i` of four words as word `i`.
static std::array<Value, 4> transposeBytes(Emitter &e, ArrayRef<Value> words) {
  auto permute = [&](Value low, Value high, int64_t selector) {
    return ptx::permuteBytes(e.b, e.loc, low, high, selector);
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
  int64_t bytes = 4 * static_cast<int64_t>(lines.front().words.size());
  auto exists = [&](const Line &line, int64_t byte) {
    return ptx::exceeds(e.b, e.loc, line.left, byte);
  };
  auto wholes = [&] {
    for (const Line &line : lines)
      ptx::storeGlobal(e.b, e.loc, line.address, /*offset=*/0, line.words,
                       exists(line, 0));
    return Value();
  };
  auto byWord = [&] {
    for (const Line &line : lines)
      for (auto [i, word] : llvm::enumerate(line.words))
        ptx::storeGlobal(e.b, e.loc, line.address, 4 * i, word,
                         exists(line, 4 * i));
    return Value();
  };
  auto byByte = [&] {
    for (const Line &line : lines)
      for (int64_t byte = 0; byte < bytes; ++byte) {
        ptx::storeLowByte(e.b, e.loc, line.address, byte,
                          e.lshr(line.words[byte / 4], 8 * (byte % 4)),
                          exists(line, byte));
      }
    return Value();
  };
  if (known) {
    (*known % bytes == 0 ? wholes() : *known % 4 == 0 ? byWord() : byByte());
    return;
  }
  auto parts = [&] {
    return bytes == 4
               ? byByte()
               : e.choose(e.eq(e.urem(length, 4), 0), Type(), byWord, byByte);
  };
  e.choose(e.eq(e.urem(length, bytes), 0), Type(), wholes, parts);
}

void mlir::gqgpu::storeTransposed(Emitter &e, const KernelAbi &abi,
                                  StoreSharedOp op, Value buffer,
                                  ValueRange indices, ValueRange ends) {
  TileType tile = op.getBuffer().getType();
  Staging staging(e, tile, buffer);
  int64_t rows = staging.rows, columns = tile.getShape()[1],
          band = staging.band, bands = staging.bands();
  Value width = abi.dim(op.getDest(), 1);
  SmallVector<Value> before =
      endsOf(e, abi, op.getDest(), ends, op.getEndDims());
  std::optional<int64_t> length;
  if (rows % band != 0 || !isAligned(op, band) ||
      llvm::is_contained(op.getEndDims(), 1))
    length = 1; // bands do not start, or end, where the length would matter
  else if (int64_t columns =
               cast<MemRefType>(op.getDest().getType()).getDimSize(1);
           !ShapedType::isDynamic(columns))
    length = columns;

  Value firstColumn = indices[1];
  if (abi.blocksPerTile > 1)
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
      Value line = e.add(address, i * staging.pitch);
      if (rows % band)
        line = e.select(e.ult(e.add(start, i), e.c32(rows)), line, address);
      bytes.push_back(ptx::loadShared(e.b, e.loc, line, e.i32()));
    }
    Value column = e.add(firstColumn, row);
    Value available = e.sub(before[1], column);
    if (rows % band) {
      Value exist = e.sub(e.c32(rows), row);
      available = e.select(e.ult(available, exist), available, exist);
    }
    inside = e.both(inside, e.ult(column, before[1]));
    Value firstRow = e.add(indices[0], e.shl(word, 2));
    Value linear =
        e.add(e.mul(e.zext(e.i64(), firstRow), e.zext(e.i64(), width)),
              e.zext(e.i64(), column));
    Value to = e.globalAddress(abi.pointer(op.getDest()), linear, 1);
    SmallVector<Line> lines;
    for (int64_t i = 0; i < 4; ++i) {
      Value here = e.both(inside, e.ult(e.add(firstRow, i), before[0]));
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
