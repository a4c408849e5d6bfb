//===- LoadPatterns.cpp - fragments and numbers from global memory --------===//
#include "FragmentAddress.h"
#include "MemoryAccess.h"
#include "Narrow.h"

using namespace mlir;
using namespace mlir::gqgpu;

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

/// Elements of dimension `dim` that all threads cover once: where a fragment
/// repeats.
static int64_t repetition(FragmentType type, int64_t dim) {
  LayoutInterface layout = type.getLayout();
  if (dim == 1)
    return layout.getPeriod().column;
  // The thread blocks of a cluster start at different rows.
  return layout.getCluster() == 1 ? layout.getPeriod().row : type.getShape()[0];
}

/// The block of a value is that of the thread's first one, and a constant.
static bool isRegular(FragmentType type, int64_t dim) {
  Position period = type.getLayout().getPeriod();
  int64_t block = type.getBlock()[dim];
  int64_t step = dim == 0 ? period.row : period.column;
  return step % block == 0 || block % repetition(type, dim) == 0;
}

namespace {

/// What one load_fragment loads, `step` elements at a time.
class FragmentLoad {
public:
  FragmentLoad(Emitter &e, const KernelAbi &abi, LoadFragmentOp op)
      : e(e), abi(abi), op(op), type(cast<FragmentType>(op.getType())),
        bytes(type.getElementType().getIntOrFloatBitWidth() / 8),
        block(type.getBlock()), at(e, type, abi) {
    for (AffineExpr result : op.getMap().getResults()) {
      auto dim = dyn_cast<AffineDimExpr>(result);
      follows.push_back(dim ? static_cast<int>(dim.getPosition()) : -1);
    }
    regular = block.empty() || (isRegular(type, 0) && isRegular(type, 1));
  }

  /// The widest step that keeps to chunks, if rows end at a multiple of it.
  int64_t widest() const {
    if (!block.empty() || follows.empty() || follows.back() != 1 ||
        !isAligned(op, at.chunk))
      return 1;
    return std::min<int64_t>(at.chunk, 16 / bytes);
  }

  /// Indices with what keeps the load where it is.
  SmallVector<Value> place(ValueRange indices, Value after) {
    // The addresses and bounds of an earlier loading must not stay in registers
    // until they are needed again: start from indices that nobody knows. The
    // bounds of columns are few if vectors are whole.
    bool whole = widest() > 1 &&
                 hasWholeVectors(op.getSource(), widest()).value_or(false);
    Value known; // a number that is not negative, from what comes before
    if (after) {
      known = e.cf32(0.0f);
      for (Value max : e.members(after))
        known = maxOf(e, max, known);
    }
    SmallVector<Value> placed(indices);
    for (auto [i, index] : llvm::enumerate(placed))
      if (op.getCoherent() && (!whole || follows[i] == 0))
        index = ptx::forget(e.b, e.loc, index);
      else if (known && follows[i] == 0)
        index = ptx::indexAfter(e.b, e.loc, index, known);
    return placed;
  }

  /// The fragment, converted.
  Value load(ValueRange indices, int64_t step);

private:
  // A fragment that is constant over blocks has a value per chunk, and its
  // indices count blocks: `firstOf` the thread's, `offsetOf` a value from it.
  Value firstOf(int64_t dim, int64_t offset) {
    Value first = dim == 0 ? at.row : at.column;
    if (block.empty())
      return first;
    // No thread leaves the block that its repetition starts in.
    if (block[dim] % repetition(type, dim) == 0)
      return e.c32(0);
    return e.udiv(e.add(first, isRegular(type, dim) ? 0 : offset), block[dim]);
  }
  int64_t offsetOf(int64_t dim, int64_t offset) const {
    if (block.empty())
      return offset;
    return isRegular(type, dim) ? offset / block[dim] : 0;
  }
  /// Values with the same key are the same in memory: a broadcast value is
  /// loaded once.
  int64_t keyOf(int dim, int64_t offset) const {
    if (!llvm::is_contained(follows, dim))
      return 0;
    return !block.empty() && isRegular(type, dim) ? offset / block[dim]
                                                  : offset;
  }

  Emitter &e;
  const KernelAbi &abi;
  LoadFragmentOp op;
  FragmentType type;
  int64_t bytes; ///< of an element
  ArrayRef<int64_t> block;
  FragmentPositions at;
  /// Which of row (0) and column (1) moves an index, or none (-1).
  SmallVector<int> follows;
  bool regular; ///< one address, and constants from there
};

} // namespace

Value FragmentLoad::load(ValueRange indices, int64_t step) {
  SmallVector<Value> ends = endsOf(e, abi, op.getSource());
  FragmentAddress memory(e, abi, op.getSource(), ends, indices, follows,
                         firstOf(0, 0), firstOf(1, 0));
  // Words stay whole: taking them apart here would double the registers.
  int64_t shared = type.getValuesPerRegister();
  bool words =
      shared > 1 && std::min<int64_t>(step * bytes, 4) == shared * bytes;
  Type element = bytes == 1 ? e.b.getI8Type() : type.getElementType();
  SmallVector<Value> values;
  DenseMap<std::pair<int64_t, int64_t>, SmallVector<Value>> seen;
  for (int64_t i = 0; i < type.getNumValues(); i += step) {
    auto [row, column] = at.offset(i);
    SmallVector<Value> &loaded = seen[{keyOf(0, row), keyOf(1, column)}];
    if (!loaded.empty()) {
      llvm::append_range(values, loaded);
      continue;
    }
    std::optional<FragmentAddress> own;
    if (!regular)
      own.emplace(e, abi, op.getSource(), ends, indices, follows,
                  firstOf(0, row), firstOf(1, column));
    FragmentAddress::Element from =
        (own ? *own : memory).at(e, offsetOf(0, row), offsetOf(1, column));
    loaded =
        guardedLoad(e, from.address, from.bytes, from.inside, step * bytes * 8,
                    op.getEvict().value_or(Eviction::Normal),
                    op.getCoherent() || abi.mayBeWritten(op.getSource()));
    if (!words)
      loaded = elementsOf(e, loaded, element);
    llvm::append_range(values, loaded);
  }
  return e.pack(words ? values : packElements(e, values, type));
}

namespace {

struct LoadFragmentPattern : KernelPattern<LoadFragmentOp> {
  using KernelPattern::KernelPattern;
  LogicalResult
  matchAndRewrite(LoadFragmentOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Emitter e(rewriter, op.getLoc());
    auto type = cast<FragmentType>(op.getType());
    int64_t rank = cast<MemRefType>(op.getSource().getType()).getRank();
    if (rank > 2)
      return op.emitOpError("expects a source of rank 1 or 2, got rank ")
             << rank;
    unsigned width = type.getElementType().getIntOrFloatBitWidth();
    if (width != 16 && width != 32 && !isCode(type.getElementType()))
      return op.emitOpError("has no lowering for element type ")
             << type.getElementType();
    FragmentLoad fragment(e, abi, op);
    SmallVector<Value> indices =
        fragment.place(adaptor.getIndices(), adaptor.getAfter());
    rewriter.replaceOp(
        op, accessByVectors(
                e, abi, op.getSource(), fragment.widest(),
                getTypeConverter()->convertType(type),
                [&](int64_t step) { return fragment.load(indices, step); }));
    return success();
  }
};

struct LoadScalarPattern : KernelPattern<LoadScalarOp> {
  using KernelPattern::KernelPattern;
  LogicalResult
  matchAndRewrite(LoadScalarOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Emitter e(rewriter, op.getLoc());
    Value inside = e.constant(e.i1(), 1), linear = e.c64(0);
    for (auto [dim, index] : llvm::enumerate(adaptor.getIndices())) {
      Value size = abi.dim(op.getSource(), dim);
      inside = e.both(inside, e.ult(index, size));
      Value distance = dim == 1 ? abi.pitch(op.getSource()) : size;
      linear = e.add(e.mul(linear, e.zext(e.i64(), distance)),
                     e.zext(e.i64(), index));
    }
    unsigned bits = op.getType().getIntOrFloatBitWidth();
    Value address =
        e.globalAddress(abi.pointer(op.getSource()), linear, bits / 8);
    SmallVector<Value> words =
        guardedLoad(e, address, /*offset=*/0, inside, bits, Eviction::Normal,
                    abi.mayBeWritten(op.getSource()));
    Value value = words.front();
    if (words.size() == 2) {
      Value high =
          LLVM::ShlOp::create(e.b, e.loc, e.zext(e.i64(), words[1]), e.c64(32));
      value = LLVM::OrOp::create(e.b, e.loc, high, e.zext(e.i64(), value));
    }
    rewriter.replaceOp(op, value);
    return success();
  }
};

} // namespace

void mlir::gqgpu::populateLoadPatterns(RewritePatternSet &patterns,
                                       const LLVMTypeConverter &converter,
                                       const KernelAbi &abi) {
  patterns.add<LoadFragmentPattern, LoadScalarPattern>(
      converter, patterns.getContext(), abi);
}
