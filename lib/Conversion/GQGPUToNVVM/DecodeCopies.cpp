//===- DecodeCopies.cpp - codes of four bits on their way to a slot -------===//
//
// A copy_load of codes: a thread loads some that lie side by side and the
// scales of their blocks, multiplies, rounds to bf16 and stores sixteen bytes
// for each word of codes to where a product finds them. Loads come first, those
// of all slots of a step that registers hold, and lines of later steps are
// asked for: the memory is far away.
//
//===----------------------------------------------------------------------===//
#include "FragmentAddress.h"
#include "MemoryAccess.h"
#include "Patterns.h"

using namespace mlir;
using namespace mlir::gqgpu;

namespace {
class TileDecode {
public:
  TileDecode(Emitter &e, const KernelAbi &abi, const DecodedCopy &copy)
      : e(e), abi(abi), op(copy.op), indices(copy.indices),
        scaleIndices(copy.scaleIndices), dest(copy.dest),
        tile(op.getTileType()),
        scaleType(cast<MemRefType>(op.getScales().getType()).getElementType()) {
    std::tie(thread, threads) = copyingThread(e, abi, op);
  }

  /// Where rows of the source are whole `step` bytes.
  void prepare(int64_t step) {
    unit = unitFor(step);
    byBytes = step < kWordBytes;
    int64_t units = unitsOf(unit);
    each = std::min<int64_t>(llvm::divideCeil(units, threads),
                             kWordsAtOnce * kWordBytes / unit);
    turns = llvm::divideCeil(units, each * threads);
    limit = units % (each * threads) == 0 ? 0 : units;
    loaded.clear();
  }
  int64_t getTurns() const { return turns; }
  /// Registers of codes that a turn loads.
  int64_t getWords() const { return each * unit / kWordBytes; }

  void load(Value turn = {}) {
    Value first = turn ? e.add(thread, e.mul(turn, each * threads)) : thread;
    for (int64_t i = 0; i < each; ++i)
      loaded.push_back(loadUnit(i == 0 ? first : e.add(first, i * threads)));
  }
  /// What threads will load some steps on comes to L2 meanwhile; of scales,
  /// where a line of them begins in copy `number` of a step.
  void prefetch(size_t number) {
    constexpr int64_t kLine = 32; // what L2 fetches
    ArrayRef<int64_t> block = *op.getBlock();
    ArrayRef<int64_t> shape = tile.getShape();
    int64_t scaleBytes = scaleType.getIntOrFloatBitWidth() / 8;
    int64_t each = std::max<int64_t>(shape[1] / block[1], 1) * scaleBytes;
    bool withScales = number % std::max<int64_t>(kLine / each, 1) == 0;
    for (int64_t first = 0; first < shape[0]; first += threads) {
      Value row = e.add(thread, first), wanted;
      if (first + threads > shape[0])
        wanted = e.ult(row, e.c32(shape[0]));
      auto fetch = [&](Value memref, Value at, Value column, int64_t bytes) {
        auto [address, inside] = elementOf(memref, at, column, bytes);
        ptx::prefetchToL2(e.b, e.loc, address,
                          wanted ? e.both(inside, wanted) : inside);
      };
      Value from = e.add(indices[0], row);
      for (int64_t byte = 0; byte < shape[1] / 2; byte += kLine)
        fetch(op.getSource(), from, e.add(indices[1], kAhead + byte),
              /*bytes=*/1);
      if (withScales)
        fetch(op.getScales(), e.add(scaleIndices[0], e.udiv(row, block[0])),
              e.add(scaleIndices[1], 2 * kAhead / block[1]), scaleBytes);
    }
  }
  void store() {
    for (const Loaded &codes : loaded)
      storeUnit(codes);
    loaded.clear();
  }

private:
  static constexpr int64_t kWordBytes = 4, kCodesOfWord = 8, kWordsAtOnce = 8;
  /// Bytes of a row of codes: four steps of 256 codes. Registers hold one.
  static constexpr int64_t kAhead = 512;

  struct Loaded {
    Value unit, wanted;
    SmallVector<Value> words, scales;
  };

  int64_t unitsOf(int64_t bytes) const {
    return tile.getShape()[0] * tile.getShape()[1] / (2 * bytes);
  }

  /// Bytes that a thread takes at once: of those up to `step` the ones that
  /// leave the fewest threads without any, in the fewest loads.
  int64_t unitFor(int64_t step) const {
    int64_t best = kWordBytes, least = INT64_MAX;
    for (int64_t bytes = kWordBytes; bytes <= step; bytes *= 2)
      if (int64_t words = llvm::divideCeil(unitsOf(bytes), threads) * bytes;
          words <= least) {
        best = bytes;
        least = words;
      }
    return best;
  }

  /// The address of an element of `bytes` and whether there is one.
  std::pair<Value, Value> elementOf(Value memref, Value row, Value column,
                                    int64_t bytes) {
    return elementAt(e, abi, memref, {abi.dim(memref, 0), abi.dim(memref, 1)},
                     row, column, bytes);
  }

  /// Of a unit that is below `limit`, or 0: of one that is.
  Loaded loadUnit(Value number) {
    Loaded loaded;
    loaded.unit = number;
    if (limit != 0)
      loaded.wanted = e.ult(number, e.c32(limit));
    auto only = [&](Value inside) {
      return loaded.wanted ? e.both(inside, loaded.wanted) : inside;
    };
    int64_t perRow = tile.getShape()[1] / (2 * unit);
    Value row = e.udiv(number, perRow);
    Value byte = e.mul(e.urem(number, perRow), unit);
    bool written = abi.mayBeWritten(op.getSource());
    Value from = e.add(indices[0], row), first = e.add(indices[1], byte);
    if (byBytes) {
      Value word;
      for (int64_t i = 0; i < kWordBytes; ++i) {
        auto [address, inside] =
            elementOf(op.getSource(), from, e.add(first, i), /*bytes=*/1);
        Value part =
            e.zext(e.i32(), guardedLoad(e, address, /*offset=*/0, only(inside),
                                        /*bits=*/8, Eviction::Normal, written)
                                .front());
        part = i == 0 ? part : e.shl(part, 8 * i);
        word = word ? LLVM::OrOp::create(e.b, e.loc, word, part) : part;
      }
      loaded.words = {word};
    } else {
      auto [address, inside] =
          elementOf(op.getSource(), from, first, /*bytes=*/1);
      loaded.words = guardedLoad(e, address, /*offset=*/0, only(inside),
                                 8 * unit, Eviction::Normal, written);
    }
    ArrayRef<int64_t> block = *op.getBlock();
    int64_t blocks = std::max<int64_t>(2 * unit / block[1], 1);
    Value scaleRow = e.add(scaleIndices[0], e.udiv(row, block[0]));
    Value column = e.add(scaleIndices[1], e.udiv(e.mul(byte, 2), block[1]));
    int64_t bits = scaleType.getIntOrFloatBitWidth();
    for (int64_t i = 0; i < blocks; ++i) {
      auto [address, inside] =
          elementOf(op.getScales(), scaleRow, e.add(column, i), bits / 8);
      loaded.scales.push_back(guardedLoad(e, address, /*offset=*/0,
                                          only(inside), bits, Eviction::Normal,
                                          abi.mayBeWritten(op.getScales()))
                                  .front());
    }
    return loaded;
  }

  /// Scales that bf16 holds: a product of two bf16, rounded once, then is what
  /// an f32, which holds all of it, would be rounded to.
  bool inPairs() const {
    return isa<Float8E8M0FNUType, BFloat16Type>(scaleType);
  }

  /// A scale as f32, or twice as bf16.
  Value widenScale(Value bits) {
    bool encoded = isa<Float8E8M0FNUType>(scaleType);
    if (!inPairs())
      return widen(e, LLVM::BitcastOp::create(e.b, e.loc, scaleType, bits));
    Value half = e.zext(e.i32(), bits);
    if (encoded) {
      // As decodeE8M0() does it.
      constexpr int64_t kLeast = 0x40, kNaN = 0x7fc0, kNaNCode = 255;
      Value code = half;
      half = LLVM::UMaxOp::create(e.b, e.loc, e.shl(code, 7), e.c32(kLeast));
      half = e.select(e.eq(code, kNaNCode), e.c32(kNaN), half);
    }
    return ptx::permuteBytes(e.b, e.loc, half, half, 0x1010);
  }

  Value orOf(Value lhs, Value rhs) {
    return LLVM::OrOp::create(e.b, e.loc, lhs, rhs);
  }

  /// The eight codes of a word, two bf16 to a word, not yet multiplied.
  /// f4E2M1FN: both bytes of a magnitude are looked up.
  SmallVector<Value> pairsOfFloats(Value word) {
    constexpr int64_t kHigh[] = {0x3f3f3f00, 0x40404040},
                      kLow[] = {0xc0800000, 0xc0804000};
    constexpr int64_t kMagnitudes = 0x7777, kSigns = 0x80808080;
    auto constant = [&](int64_t value) {
      return e.c32(static_cast<int32_t>(value));
    };
    SmallVector<Value> pairs;
    for (int64_t half : {0, 16}) {
      Value codes = half == 0 ? word : e.lshr(word, half);
      Value magnitudes = e.bitAnd(codes, kMagnitudes);
      auto bytes = [&](ArrayRef<int64_t> table) {
        return ptx::permuteBytes(e.b, e.loc, constant(table[0]),
                                 constant(table[1]), magnitudes);
      };
      // Seven bits that differ say which are negative.
      Value signs = ptx::permuteBytes(e.b, e.loc, constant(kSigns),
                                      constant(kSigns), codes);
      signs = e.bitAnd(e.shl(signs, 7), static_cast<int32_t>(kSigns));
      Value high = orOf(bytes(kHigh), signs), low = bytes(kLow);
      for (int64_t selector : {0x5140, 0x7362})
        pairs.push_back(ptx::permuteBytes(e.b, e.loc, low, high, selector));
    }
    return pairs;
  }

  /// i4: the bits of 128 + 8 + code, less 136, of codes four places apart.
  SmallVector<Value> pairsOfIntegers(Value word) {
    constexpr int64_t kBias = 0x88888888, kCodes = 0x000f000f,
                      k128 = 0x43004300, k136 = 0x43084308;
    Value codes = e.bitXor(word, e.c32(static_cast<int32_t>(kBias)));
    SmallVector<Value> pairs;
    for (int64_t at = 0; at < 16; at += 4) {
      Value pair = e.bitAnd(at == 0 ? codes : e.lshr(codes, at), kCodes);
      pairs.push_back(
          ptx::subtractPairs(e.b, e.loc, orOf(pair, e.c32(k128)), e.c32(k136)));
    }
    return pairs;
  }

  /// The values of the codes of a word.
  SmallVector<Value> decode(Value word, Value scale) {
    SmallVector<Value> pairs;
    if (!inPairs()) {
      auto value = [&](int64_t number) {
        return LLVM::FMulOp::create(
            e.b, e.loc, unpackCode(e, word, 4 * number, *op.getPacked()),
            scale);
      };
      for (int64_t code = 0; code < kCodesOfWord; code += 2)
        pairs.push_back(
            ptx::convertToBF16(e.b, e.loc, value(code + 1), value(code)));
      return pairs;
    }
    bool integers = op.getPacked()->isSignlessInteger(4);
    pairs = integers ? pairsOfIntegers(word) : pairsOfFloats(word);
    for (Value &pair : pairs)
      pair = ptx::multiplyPairs(e.b, e.loc, pair, scale);
    if (!integers)
      return pairs;
    SmallVector<Value> inOrder;
    for (int64_t selector : {0x5410, 0x7632})
      for (int64_t first : {0, 2})
        inOrder.push_back(ptx::permuteBytes(e.b, e.loc, pairs[first],
                                            pairs[first + 1], selector));
    return inOrder;
  }

  void storeUnit(const Loaded &loaded) {
    SmallVector<Value> scales;
    for (Value bits : loaded.scales)
      scales.push_back(widenScale(bits));
    int64_t words = loaded.words.size();
    for (auto [i, word] : llvm::enumerate(loaded.words)) {
      SmallVector<Value> pairs =
          decode(word, scales[i * scales.size() / words]);
      // Four bytes of codes are sixteen of bf16.
      Value offset = e.add(e.mul(loaded.unit, 4 * unit),
                           static_cast<int64_t>(4 * kWordBytes * i));
      ptx::storeShared(e.b, e.loc, e.add(dest, swizzled(e, tile, offset)),
                       /*offset=*/0, pairs, loaded.wanted);
    }
  }

  Emitter &e;
  const KernelAbi &abi;
  CopyLoadOp op;
  ValueRange indices, scaleIndices;
  Value dest, thread;
  TileType tile;
  Type scaleType;
  int64_t threads, unit = kWordBytes, each = 1, turns = 1, limit = 0;
  bool byBytes = false;
  SmallVector<Loaded> loaded;
};
} // namespace

void mlir::gqgpu::decodeTiles(Emitter &e, const KernelAbi &abi,
                              ArrayRef<DecodedCopy> copies) {
  // Beside these there are addresses and scales.
  constexpr int64_t kWordsInFlight = 24;
  SmallVector<TileDecode, 4> decodes;
  int64_t unit = INT64_MAX;
  for (const DecodedCopy &copy : copies) {
    decodes.emplace_back(e, abi, copy);
    CopyLoadOp op = copy.op;
    unit = std::min(unit, op.isByWords() == false ? 1 : op.getUnit());
  }
  Value source = CopyLoadOp(copies.front().op).getSource();
  accessByVectors(e, abi, source, unit, /*result=*/Type(), [&](int64_t step) {
    int64_t words = 0;
    size_t first = 0;
    auto storeUpTo = [&](size_t end) {
      for (; first < end; ++first)
        decodes[first].store();
      words = 0;
    };
    for (auto [number, decode] : llvm::enumerate(decodes)) {
      decode.prepare(step);
      if (decode.getTurns() > 1) {
        storeUpTo(number);
        decode.prefetch(number);
        e.repeat(decode.getTurns(), [&, &decode = decode](Value turn) {
          decode.load(turn);
          decode.store();
        });
        continue;
      }
      if (words + decode.getWords() > kWordsInFlight)
        storeUpTo(number);
      decode.load();
      decode.prefetch(number);
      words += decode.getWords();
    }
    storeUpTo(decodes.size());
    return Value();
  });
}
