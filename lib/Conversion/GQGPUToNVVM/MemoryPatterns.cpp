//===- MemoryPatterns.cpp - fragments from global memory ------------------===//
#include "FragmentAddress.h"
#include "GlobalMemory.h"
#include "Patterns.h"

using namespace mlir;
using namespace mlir::gqgpu;

/// A list of `n` placeholders from `$first`, in braces if there are more than
/// one.
static std::string placeholders(int64_t first, int64_t n) {
  std::string text;
  for (int64_t i = 0; i < n; ++i)
    text += (i ? ", $" : "$") + std::to_string(first + i);
  return n > 1 ? "{" + text + "}" : text;
}

static std::string vectorSuffix(int64_t words, int64_t bits) {
  std::string suffix = ".b" + std::to_string(bits);
  return words > 1 ? ".v" + std::to_string(words) + suffix : suffix;
}

/// "[$3]" or "[$3+64]".
static std::string memoryAt(int64_t operand, int64_t offset) {
  std::string text = "[$" + std::to_string(operand);
  if (offset != 0)
    text += (offset > 0 ? "+" : "") + std::to_string(offset);
  return text + "]";
}

int64_t mlir::gqgpu::policyOf(Eviction evict) {
  switch (evict) {
  case Eviction::Normal:
    return 0x1000000000000000;
  case Eviction::First:
    return 0x12F0000000000000;
  case Eviction::Last:
    return 0x14F0000000000000;
  }
  return 0;
}

SmallVector<Value> mlir::gqgpu::guardedLoad(Emitter &e, Value address,
                                            int64_t offset, Value inside,
                                            int64_t bits, Eviction evict,
                                            bool inOrder) {
  int64_t words = std::max<int64_t>(1, bits / 32),
          wordBits = std::min<int64_t>(32, bits);
  Type word = wordBits == 32 ? e.i32() : e.i16();
  std::string text = "{ .reg .pred p; setp.ne.u32 p, $" +
                     std::to_string(words + 1) + ", 0; ",
              constraints;
  for (int64_t i = 0; i < words; ++i) {
    text += "mov.b" + std::string(wordBits == 32 ? "32" : "16") + " $" +
            std::to_string(i) + ", 0; ";
    constraints += wordBits == 32 ? "=&r," : "=&h,";
  }
  bool hint = evict != Eviction::Normal;
  // Without .nc, ptxas must assume that a store before it changes the memory.
  // Lanes load sectors of 32 bytes in halves. L1 must keep them meanwhile: with
  // .L1::no_allocate a part comes from L2 twice, measured (one H100) up to 12
  // %.
  text += "@p ld.global" + std::string(inOrder ? "" : ".nc") +
          std::string(hint ? ".L2::cache_hint" : "") +
          vectorSuffix(words, wordBits) + " " + placeholders(0, words) + ", " +
          memoryAt(words, offset) +
          (hint ? ", $" + std::to_string(words + 2) : "") + "; }";
  Type resultType = words == 1 ? word : Type(Emitter::structOf(word, words));
  SmallVector<Value> operands{address, e.zext(e.i32(), inside)};
  if (hint)
    operands.push_back(e.c64(policyOf(evict)));
  Value loaded = e.ptx(resultType, text, constraints + (hint ? "l,r,l" : "l,r"),
                       operands, /*effects=*/inOrder);
  return words == 1 ? SmallVector<Value>{loaded} : e.members(loaded);
}

/// The elements of type `type` that words or halves hold.
static SmallVector<Value> elementsOf(Emitter &e, ArrayRef<Value> parts,
                                     Type type) {
  SmallVector<Value> values;
  int64_t perWord =
      parts[0].getType().getIntOrFloatBitWidth() / type.getIntOrFloatBitWidth();
  for (Value part : parts) {
    if (perWord == 1) {
      values.push_back(LLVM::BitcastOp::create(e.b, e.loc, type, part));
      continue;
    }
    Value vector = LLVM::BitcastOp::create(
        e.b, e.loc, VectorType::get({perWord}, type), part);
    for (int64_t i = 0; i < perWord; ++i)
      values.push_back(
          LLVM::ExtractElementOp::create(e.b, e.loc, vector, e.c32(i)));
  }
  return values;
}

void mlir::gqgpu::guardedStore(Emitter &e, Value address, int64_t offset,
                               Value inside, ValueRange words) {
  int64_t bits = words[0].getType().getIntOrFloatBitWidth();
  SmallVector<Value> operands{address, e.zext(e.i32(), inside)};
  std::string constraints = "l,r";
  for (Value value : words) {
    operands.push_back(bits == 8 ? e.zext(e.i16(), value) : value);
    constraints += bits == 32 ? ",r" : ",h";
  }
  e.ptx("{ .reg .pred p; setp.ne.u32 p, $1, 0; @p st.global" +
            vectorSuffix(words.size(), bits) + " " + memoryAt(0, offset) +
            ", " + placeholders(2, words.size()) + "; }",
        constraints, operands);
}

/// Elements of dimension `dim` that all threads cover once: where a fragment
/// repeats.
static int64_t repetition(FragmentType type, int64_t dim) {
  auto layout = cast<BlockedLayoutAttr>(type.getLayout());
  if (dim == 1)
    return layout.getThreads()[1] * layout.getChunk();
  // The thread blocks of a cluster start at different rows.
  return layout.getCluster() == 1 ? layout.getThreads()[0] : type.getShape()[0];
}

/// The block of a value is that of the thread's first one, and a constant.
static bool isRegular(FragmentType type, int64_t dim) {
  auto layout = cast<BlockedLayoutAttr>(type.getLayout());
  int64_t block = type.getBlock()[dim];
  int64_t step = dim == 0 ? layout.getThreads()[0]
                          : layout.getThreads()[1] * layout.getChunk();
  return step % block == 0 || block % repetition(type, dim) == 0;
}

/// `index`, but not known before the largest magnitude of `fragment` is: what
/// is loaded from there comes after the fragment was loaded and reduced.
static Value indexAfter(Emitter &e, Value index, Value fragment,
                        FragmentType type) {
  Value max = addMagnitudes(e, Value(), e.members(fragment), type);
  // Without NaN, and not negative: the sign bit is 0, which ptxas cannot know.
  max = maxOf(e, magnitudeOf(e, max, type), e.cf32(0.0f));
  return e.ptx(e.i32(),
               "{ .reg .b32 t; mov.b32 t, $2; shr.u32 t, t, 31; "
               "add.u32 $0, $1, t; }",
               "=r,r,f", {index, max});
}

/// What a load parks: vectors of all threads side by side, so that neither
/// storing nor loading meets bank conflicts.
static void park(Emitter &e, Value address, int64_t offset,
                 ArrayRef<Value> words) {
  int64_t bits = words[0].getType().getIntOrFloatBitWidth();
  SmallVector<Value> operands{address};
  llvm::append_range(operands, words);
  std::string constraints = "r";
  for (size_t i = 0; i < words.size(); ++i)
    constraints += bits == 32 ? ",r" : ",h";
  e.ptx("st.shared" + vectorSuffix(words.size(), bits) + " " +
            memoryAt(0, offset) + ", " + placeholders(1, words.size()) + ";",
        constraints, operands);
}

static SmallVector<Value> unpark(Emitter &e, Value address, int64_t offset,
                                 int64_t bits) {
  int64_t words = std::max<int64_t>(1, bits / 32),
          wordBits = std::min<int64_t>(32, bits);
  Type word = wordBits == 32 ? e.i32() : e.i16();
  std::string constraints;
  for (int64_t i = 0; i < words; ++i)
    constraints += wordBits == 32 ? "=r," : "=h,";
  Value loaded =
      e.ptx(words == 1 ? word : Type(Emitter::structOf(word, words)),
            "ld.shared" + vectorSuffix(words, wordBits) + " " +
                placeholders(0, words) + ", " + memoryAt(words, offset) + ";",
            constraints + "r", address);
  return words == 1 ? SmallVector<Value>{loaded} : e.members(loaded);
}

namespace {

struct LoadFragmentPattern : KernelPattern<LoadFragmentOp> {
  using KernelPattern::KernelPattern;
  LogicalResult
  matchAndRewrite(LoadFragmentOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Emitter e(rewriter, op.getLoc());
    auto type = cast<FragmentType>(op.getResult().getType());
    auto source = cast<MemRefType>(op.getSource().getType());
    int64_t rank = source.getRank();
    if (rank > 2)
      return op.emitOpError("expects a source of rank 1 or 2, got rank ")
             << rank;
    Type element = type.getElementType();
    int64_t bytes = element.getIntOrFloatBitWidth() / 8;
    if (bytes != 2 && bytes != 4)
      return op.emitOpError("has no lowering for element type ") << element;
    FragmentPositions at(e, type, abi);
    AffineMap map = op.getMap();

    /// Which of row (0) and column (1) moves index `i`, or none (-1).
    auto follows = [&](int64_t i) -> int {
      auto dim = dyn_cast<AffineDimExpr>(map.getResult(i));
      return dim ? dim.getPosition() : -1;
    };
    SmallVector<int> moves;
    for (int64_t i = 0; i < rank; ++i)
      moves.push_back(follows(i));
    // A fragment that is constant over blocks has a value per chunk, and its
    // indices count blocks: `firstOf` the thread's, `offsetOf` a value from it.
    ArrayRef<int64_t> block = type.getBlock();
    auto firstOf = [&](int64_t dim, int64_t offset) -> Value {
      Value first = dim == 0 ? at.row : at.column;
      if (block.empty())
        return first;
      // No thread leaves the block that its repetition starts in.
      if (block[dim] % repetition(type, dim) == 0)
        return e.c32(0);
      return e.udiv(e.add(first, isRegular(type, dim) ? 0 : offset),
                    block[dim]);
    };
    auto offsetOf = [&](int64_t dim, int64_t offset) -> int64_t {
      if (block.empty())
        return offset;
      return isRegular(type, dim) ? offset / block[dim] : 0;
    };
    bool regular = block.empty() || (isRegular(type, 0) && isRegular(type, 1));
    // Vectors of up to 16 bytes, where rows end at a multiple of them, which
    // may be known only now.
    int64_t vector = 1;
    if (block.empty() && rank > 0 && follows(rank - 1) == 1 &&
        op->hasAttr(kChunkAligned))
      vector = std::min<int64_t>(at.chunk, 16 / bytes);
    int64_t last = rank > 0 ? source.getShape().back() : 1;
    bool decide = vector > 1 && ShapedType::isDynamic(last);
    bool whole = vector > 1 && !decide && last % vector == 0;
    // Nor must the addresses and bounds of the first loading stay in registers
    // until they are needed again: start from indices that nobody knows. The
    // bounds of columns are few if chunks are whole.
    bool repeated = abi.slabLoads.repeated.contains(op);
    SmallVector<Value> indices(adaptor.getIndices());
    Value waitsFor;
    Value slab = abi.slabLoads.waits.lookup(op);
    if (slab)
      waitsFor = rewriter.getRemappedValue(slab);
    for (auto [i, index] : llvm::enumerate(indices))
      if (repeated && (!whole || follows(i) == 0))
        index = e.ptx(e.i32(), "mov.b32 $0, $1;", "=r,r", index);
      else if (waitsFor && follows(i) == 0)
        index =
            indexAfter(e, index, waitsFor, cast<FragmentType>(slab.getType()));
    auto load = [&](int64_t step) -> Value {
      FragmentAddress memory(e, abi, op.getSource(), indices, moves,
                             firstOf(0, 0), firstOf(1, 0));
      // Where the thread finds what it parked, or is going to park.
      Operation *parkedBy = abi.slabLoads.parked.lookup(op);
      Value parked;
      if (parkedBy)
        parked = e.add(e.add(abi.shared, abi.scratchOffset(parkedBy)),
                       e.mul(abi.thread, step * bytes));
      // Words stay whole: taking them apart here would double the registers.
      bool words = holdsPairs(type) && step > 1;
      SmallVector<Value> values;
      DenseMap<std::pair<int64_t, int64_t>, SmallVector<Value>> seen;
      bool usesRow = false, usesColumn = false;
      for (int64_t i = 0; i < rank; ++i) {
        usesRow |= follows(i) == 0;
        usesColumn |= follows(i) == 1;
      }
      for (int64_t i = 0; i < type.getNumValues(); i += step) {
        auto [row, column] = at.offset(i);
        // A broadcast value is loaded once.
        auto key = [&](int64_t dim, int64_t offset) {
          return !block.empty() && isRegular(type, dim) ? offset / block[dim]
                                                        : offset;
        };
        auto &loaded =
            seen[{usesRow ? key(0, row) : 0, usesColumn ? key(1, column) : 0}];
        int64_t place = i * bytes * abi.threads;
        if (loaded.empty() && parkedBy && parkedBy != op) {
          loaded = unpark(e, parked, place, step * bytes * 8);
          if (!words)
            loaded = elementsOf(e, loaded, element);
        }
        if (loaded.empty()) {
          FragmentAddress own =
              regular ? memory
                      : FragmentAddress(e, abi, op.getSource(), indices, moves,
                                        firstOf(0, row), firstOf(1, column));
          FragmentAddress::Element from =
              (regular ? memory : own)
                  .at(e, offsetOf(0, row), offsetOf(1, column));
          loaded = guardedLoad(
              e, from.address, from.bytes, from.inside, step * bytes * 8,
              op.getEvict().value_or(Eviction::Normal), repeated);
          if (parkedBy)
            park(e, parked, place, loaded);
          if (!words)
            loaded = elementsOf(e, loaded, element);
        }
        llvm::append_range(values, loaded);
      }
      return words ? e.pack(values) : packElements(e, values, type);
    };
    if (!decide) {
      rewriter.replaceOp(op, load(whole ? vector : 1));
      return success();
    }
    Value aligned =
        e.eq(e.bitAnd(abi.dim(op.getSource(), rank - 1), vector - 1), 0);
    Type result = getTypeConverter()->convertType(type);
    rewriter.replaceOp(op, e.choose(
                               aligned, result, [&] { return load(vector); },
                               [&] { return load(1); }));
    return success();
  }
};

} // namespace

void mlir::gqgpu::populateMemoryPatterns(RewritePatternSet &patterns,
                                         const LLVMTypeConverter &converter,
                                         const KernelAbi &abi) {
  patterns.add<LoadFragmentPattern>(converter, patterns.getContext(), abi);
}
