//===- MemoryPatterns.cpp - fragments from global memory ------------------===//
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
                                            Value inside, Type type,
                                            int64_t count, Eviction evict) {
  int64_t bits = type.getIntOrFloatBitWidth() * count;
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
  text += "@p ld.global.nc.L1::no_allocate" +
          std::string(hint ? ".L2::cache_hint" : "") +
          vectorSuffix(words, wordBits) + " " + placeholders(0, words) +
          ", [$" + std::to_string(words) + "]" +
          (hint ? ", $" + std::to_string(words + 2) : "") + "; }";
  Type resultType = words == 1 ? word : Type(Emitter::structOf(word, words));
  SmallVector<Value> operands{address, e.zext(e.i32(), inside)};
  if (hint)
    operands.push_back(e.c64(policyOf(evict)));
  Value loaded = e.ptx(resultType, text, constraints + (hint ? "l,r,l" : "l,r"),
                       operands, /*effects=*/false);
  SmallVector<Value> parts =
      words == 1 ? SmallVector<Value>{loaded} : e.members(loaded);
  // Words to elements.
  SmallVector<Value> values;
  int64_t perWord = wordBits / type.getIntOrFloatBitWidth();
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

void mlir::gqgpu::guardedStore(Emitter &e, Value address, Value inside,
                               ValueRange words) {
  int64_t bits = words[0].getType().getIntOrFloatBitWidth();
  SmallVector<Value> operands{address, e.zext(e.i32(), inside)};
  std::string constraints = "l,r";
  for (Value value : words) {
    operands.push_back(bits == 8 ? e.zext(e.i16(), value) : value);
    constraints += bits == 32 ? ",r" : ",h";
  }
  e.ptx("{ .reg .pred p; setp.ne.u32 p, $1, 0; @p st.global" +
            vectorSuffix(words.size(), bits) + " [$0], " +
            placeholders(2, words.size()) + "; }",
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
    Value pointer = abi.pointer(op.getSource());

    /// Which of row (0) and column (1) moves index `i`, or none (-1).
    auto follows = [&](int64_t i) -> int {
      auto dim = dyn_cast<AffineDimExpr>(map.getResult(i));
      return dim ? dim.getPosition() : -1;
    };
    // One value per chunk when the fragment is constant over blocks; then the
    // indices count blocks.
    ArrayRef<int64_t> block = type.getBlock();
    auto position = [&](int64_t dim, int64_t offset) -> Value {
      Value first = dim == 0 ? at.row : at.column;
      if (block.empty())
        return e.add(first, offset);
      // No thread leaves the block that its repetition starts in.
      if (block[dim] % repetition(type, dim) == 0)
        return e.c32(offset / block[dim]);
      return e.udiv(e.add(first, offset), block[dim]);
    };
    // The address and whether it is inside, at offset (row, column).
    auto locate = [&](int64_t row, int64_t column) -> std::pair<Value, Value> {
      Value linear, inside;
      for (int64_t i = 0; i < rank; ++i) {
        Value index = adaptor.getIndices()[i];
        if (follows(i) == 0)
          index = e.add(index, position(0, row));
        else if (follows(i) == 1)
          index = e.add(index, position(1, column));
        Value size = abi.dim(op.getSource(), i);
        Value here = e.ult(index, size);
        inside = inside ? e.both(inside, here) : here;
        Value wide = e.zext(e.i64(), index);
        linear =
            linear ? e.add(e.mul(linear, e.zext(e.i64(), size)), wide) : wide;
      }
      if (rank == 0) // one element
        linear = e.c64(0), inside = e.constant(e.i1(), 1);
      return {e.globalAddress(pointer, linear, bytes), inside};
    };

    // Whole chunks, when rows end at a multiple of the chunk.
    bool chunks = false;
    if (block.empty() && at.chunk > 1 && rank > 0 && follows(rank - 1) == 1 &&
        op->hasAttr(kChunkAligned)) {
      int64_t last = source.getShape().back();
      chunks = !ShapedType::isDynamic(last) && last % at.chunk == 0;
    }
    int64_t step = chunks ? std::min<int64_t>(at.chunk, 16 / bytes) : 1;
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
        bool oneBlock =
            !block.empty() && block[dim] % repetition(type, dim) == 0;
        return oneBlock ? offset / block[dim] * block[dim] : offset;
      };
      auto &loaded =
          seen[{usesRow ? key(0, row) : 0, usesColumn ? key(1, column) : 0}];
      if (loaded.empty()) {
        auto [address, inside] = locate(row, column);
        loaded = guardedLoad(e, address, inside, element, step,
                             op.getEvict().value_or(Eviction::Normal));
      }
      llvm::append_range(values, loaded);
    }
    rewriter.replaceOp(op, e.pack(values));
    return success();
  }
};

} // namespace

void mlir::gqgpu::populateMemoryPatterns(RewritePatternSet &patterns,
                                         const LLVMTypeConverter &converter,
                                         const KernelAbi &abi) {
  patterns.add<LoadFragmentPattern>(converter, patterns.getContext(), abi);
}
