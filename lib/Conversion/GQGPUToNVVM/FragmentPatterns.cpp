//===- FragmentPatterns.cpp - computing on fragments ----------------------===//
#include "Narrow.h"
#include "gq/Dialect/GQGPU/IR/BlockSharing.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/AffineExprVisitor.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace mlir::gqgpu;

//===----------------------------------------------------------------------===//
// Types
//===----------------------------------------------------------------------===//

void mlir::gqgpu::addTypeConversions(LLVMTypeConverter &converter) {
  MLIRContext *context = &converter.getContext();
  Type i32 = IntegerType::get(context, 32);
  converter.addConversion([=](RingType) { return i32; });
  converter.addConversion([=](SlotType) { return i32; });
  converter.addConversion([=](InboxType) { return i32; });
  // Addresses in shared memory.
  converter.addConversion([=](TileType) { return i32; });
  converter.addConversion([=](ParkedType) { return i32; });
  converter.addConversion([=](PartialType type) {
    return Emitter::structOf(type.getFragment().getElementType(),
                             BlockSharing(type.getFragment()).getNumGroups());
  });
  converter.addConversion(
      [=](CursorType) { return Emitter::structOf(i32, 2); });
  // Of a thread's two rows.
  converter.addConversion(
      [=](RowSumsType) { return Emitter::structOf(i32, 2); });
  converter.addConversion(
      [=](MemRefType) { return LLVM::LLVMPointerType::get(context, 1); });
  converter.addConversion([=](FragmentType type) -> Type {
    int64_t shared = type.getValuesPerRegister();
    Type element = type.getElementType();
    unsigned width = element.getIntOrFloatBitWidth();
    if (shared > 1 || width == 8)
      element = IntegerType::get(context, width * shared);
    return Emitter::structOf(element, type.getNumValues() / shared);
  });
}

bool mlir::gqgpu::holdsPairs(FragmentType type) {
  return type.getElementType().getIntOrFloatBitWidth() == 16 &&
         type.getValuesPerRegister() == 2;
}

SmallVector<Value> mlir::gqgpu::unpackElements(Emitter &e, Value fragment,
                                               FragmentType type) {
  SmallVector<Value> members = e.members(fragment);
  if (!holdsPairs(type))
    return members;
  SmallVector<Value> elements;
  for (Value word : members) {
    Value pair = LLVM::BitcastOp::create(
        e.b, e.loc, VectorType::get({2}, type.getElementType()), word);
    for (int64_t half : {0, 1})
      elements.push_back(
          LLVM::ExtractElementOp::create(e.b, e.loc, pair, e.c32(half)));
  }
  return elements;
}

SmallVector<Value> mlir::gqgpu::packElements(Emitter &e,
                                             ArrayRef<Value> elements,
                                             FragmentType type) {
  int64_t shared = type.getValuesPerRegister();
  if (shared == 1)
    return llvm::to_vector(elements);
  Type element = elements.front().getType();
  Type word = e.b.getIntegerType(static_cast<unsigned>(shared) *
                                 element.getIntOrFloatBitWidth());
  SmallVector<Value> words;
  for (size_t i = 0; i < elements.size(); i += shared) {
    Value vector =
        LLVM::PoisonOp::create(e.b, e.loc, VectorType::get({shared}, element));
    for (int64_t n = 0; n < shared; ++n)
      vector = LLVM::InsertElementOp::create(e.b, e.loc, vector,
                                             elements[i + n], e.c32(n));
    words.push_back(LLVM::BitcastOp::create(e.b, e.loc, word, vector));
  }
  return words;
}

//===----------------------------------------------------------------------===//
// Positions
//===----------------------------------------------------------------------===//

namespace {
/// An index of a thread's first value, as instructions. Nothing is negative.
class FirstIndex : public AffineExprVisitor<FirstIndex, Value> {
public:
  FirstIndex(Emitter &e, ArrayRef<Value> dims) : e(e), dims(dims) {}

  Value visitDimExpr(AffineDimExpr expr) { return dims[expr.getPosition()]; }
  Value visitConstantExpr(AffineConstantExpr expr) {
    return e.c32(expr.getValue());
  }
  Value visitAddExpr(AffineBinaryOpExpr expr) {
    return e.add(visit(expr.getLHS()), visit(expr.getRHS()));
  }
  Value visitMulExpr(AffineBinaryOpExpr expr) {
    Value left = visit(expr.getLHS());
    int64_t by = right(expr);
    return llvm::isPowerOf2_64(by) ? e.shl(left, llvm::Log2_64(by))
                                   : e.mul(left, by);
  }
  Value visitModExpr(AffineBinaryOpExpr expr) {
    return e.urem(visit(expr.getLHS()), right(expr));
  }
  Value visitFloorDivExpr(AffineBinaryOpExpr expr) {
    return e.udiv(visit(expr.getLHS()), right(expr));
  }
  Value visitCeilDivExpr(AffineBinaryOpExpr) {
    llvm_unreachable("layouts divide down");
  }
  Value visitSymbolExpr(AffineSymbolExpr) {
    llvm_unreachable("layouts have no symbols");
  }

private:
  static int64_t right(AffineBinaryOpExpr expr) {
    return cast<AffineConstantExpr>(expr.getRHS()).getValue();
  }
  Emitter &e;
  ArrayRef<Value> dims;
};
} // namespace

FragmentPositions::FragmentPositions(Emitter &e, FragmentType type,
                                     const KernelAbi &abi)
    : chunk(type.getLayout().getChunk()), type(type) {
  LayoutInterface layout = type.getLayout();
  Value dims[] = {abi.thread, abi.warp, abi.lane, abi.clusterRank};
  // Of several groups that hold a fragment each, the number within the group.
  if (int64_t holders = layout.getNumThreads(); holders < abi.threads) {
    int64_t warps = llvm::divideCeil(holders, 32);
    dims[0] = e.urem(abi.thread, holders);
    dims[1] = llvm::isPowerOf2_64(warps) ? e.bitAnd(abi.warp, warps - 1)
                                         : e.urem(abi.warp, warps);
  }
  AffineMap first = type.getFirst();
  row = FirstIndex(e, dims).visit(first.getResult(0));
  column = FirstIndex(e, dims).visit(first.getResult(1));
}

FragmentPositions::Block FragmentPositions::block(Emitter &e, int64_t i) const {
  ArrayRef<int64_t> block = type.getBlock();
  auto [rowOffset, columnOffset] = offset(i);
  Value r = e.add(row, rowOffset), c = e.add(column, columnOffset);
  Value isFirst =
      e.both(e.eq(e.urem(r, block[0]), 0), e.eq(e.urem(c, block[1]), 0));
  return {e.udiv(r, block[0]), e.udiv(c, block[1]), isFirst};
}

//===----------------------------------------------------------------------===//
// Patterns
//===----------------------------------------------------------------------===//

namespace {

struct SplatPattern : KernelPattern<SplatOp> {
  using KernelPattern::KernelPattern;
  LogicalResult
  matchAndRewrite(SplatOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    auto type = cast<FragmentType>(op.getResult().getType());
    Type element = type.getElementType();
    bool code = isCode(element);
    if (!element.isIntOrFloat() ||
        (element.getIntOrFloatBitWidth() < 16 && !code))
      return op.emitOpError("has no lowering for element type ") << element;
    Emitter e(rewriter, op.getLoc());
    SmallVector<Value> values(type.getNumValues(), adaptor.getValue());
    rewriter.replaceOp(op, e.pack(code ? packCodes(e, values, type)
                                       : packElements(e, values, type)));
    return success();
  }
};

struct ForgetPattern : KernelPattern<ForgetOp> {
  using KernelPattern::KernelPattern;
  LogicalResult
  matchAndRewrite(ForgetOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Emitter e(rewriter, op.getLoc());
    SmallVector<Value> registers = e.members(adaptor.getValue());
    for (Value &value : registers)
      value = ptx::forget(rewriter, op.getLoc(), value);
    rewriter.replaceOp(op, e.pack(registers));
    return success();
  }
};

void divideAll(Emitter &e, Operation &op, MutableArrayRef<IRMapping> maps) {
  SmallVector<Value> dividends, divisors;
  for (IRMapping &map : maps) {
    dividends.push_back(map.lookupOrDefault(op.getOperand(0)));
    divisors.push_back(map.lookupOrDefault(op.getOperand(1)));
  }
  for (auto [map, quotient] : llvm::zip(maps, divide(e, dividends, divisors)))
    map.map(op.getResult(0), quotient);
}

/// The body for elements that `maps` have the arguments of: one by one, so that
/// few intermediate values exist at once, or `together`, op by op.
void compute(Emitter &e, Block &body, MutableArrayRef<IRMapping> maps,
             bool together, function_ref<bool(Operation &)> isLast) {
  auto clone = [&](Operation &inner, MutableArrayRef<IRMapping> maps) {
    if (isLast(inner))
      return;
    if (together && ElementwiseOp::isDivision(inner))
      return divideAll(e, inner, maps);
    for (IRMapping &map : maps)
      e.b.clone(inner, map);
  };
  for (size_t i = 0; i < (together ? 1 : maps.size()); ++i)
    for (Operation &inner : body.without_terminator())
      clone(inner, together ? maps : maps.slice(i, 1));
}

struct ElementwisePattern : KernelPattern<ElementwiseOp> {
  using KernelPattern::KernelPattern;
  LogicalResult
  matchAndRewrite(ElementwiseOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    for (Type type :
         llvm::concat<const Type>(op->getOperandTypes(), op->getResultTypes()))
      if (Type element = cast<FragmentType>(type).getElementType();
          element.getIntOrFloatBitWidth() < 16 && !isCode(element))
        return op.emitOpError("has no lowering for element type ") << element;
    Emitter e(rewriter, op.getLoc());
    auto result = cast<FragmentType>(op.getResultTypes().front());
    SmallVector<SmallVector<Value>> operands;
    for (auto [operand, original] :
         llvm::zip(adaptor.getOperands(), op.getOperands())) {
      auto type = cast<FragmentType>(original.getType());
      Type element = type.getElementType();
      operands.push_back(isCode(element)
                             ? unpackCodes(e, e.members(operand), type)
                             : unpackElements(e, operand, type));
    }
    Block &body = op.getBody().front();
    SmallVector<LastConversion> last;
    for (auto [value, fragment] :
         llvm::zip(body.getTerminator()->getOperands(), op.getResults())) {
      last.push_back(LastConversion::of(value));
      // LLVM pairs what is only stored itself, in fewer registers.
      if (value.getType().isBF16() &&
          llvm::all_of(fragment.getUsers(),
                       llvm::IsaPred<StoreFragmentOp, StoreSharedOp>))
        last.back() = {};
    }
    auto isLast = [&](Operation &inner) {
      return llvm::any_of(last, [&](const LastConversion &conversion) {
        return conversion.op == &inner;
      });
    };
    // What comes of some is packed before the next ones, in front of whose
    // branch it would stay apart.
    int64_t count = result.getNumValues();
    std::optional<uint64_t> atOnce = op.getAtOnce();
    int64_t step =
        atOnce ? std::min(static_cast<int64_t>(*atOnce), count) : count;
    SmallVector<SmallVector<Value>> registers(op.getNumResults());
    for (int64_t first = 0; first < count; first += step) {
      SmallVector<IRMapping> maps(std::min(step, count - first));
      for (auto [i, map] : llvm::enumerate(maps))
        for (auto [arg, values] : llvm::zip(body.getArguments(), operands)) {
          // A value per chunk serves all elements of the chunk.
          int64_t share = count / static_cast<int64_t>(values.size());
          map.map(arg, values[(first + i) / share]);
        }
      compute(e, body, maps, atOnce.has_value(), isLast);
      for (auto [list, conversion, value, original] :
           llvm::zip(registers, last, body.getTerminator()->getOperands(),
                     op.getResults())) {
        auto type = cast<FragmentType>(original.getType());
        SmallVector<Value> values;
        for (IRMapping &map : maps)
          values.push_back(
              map.lookupOrDefault(conversion ? conversion.from : value));
        if (conversion)
          llvm::append_range(list, conversion.convert(e, values, type));
        else if (isCode(type.getElementType()))
          llvm::append_range(list, packCodes(e, values, type));
        else
          llvm::append_range(list, packElements(e, values, type));
      }
    }
    SmallVector<Value> packed;
    for (ArrayRef<Value> list : registers)
      packed.push_back(e.pack(list));
    rewriter.replaceOp(op, packed);
    return success();
  }
};

struct MaskPattern : KernelPattern<MaskOp> {
  using KernelPattern::KernelPattern;
  LogicalResult
  matchAndRewrite(MaskOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    auto type = dyn_cast<FragmentType>(op.getValue().getType());
    if (!type)
      return op.emitOpError("is on a tile; run gq-distribute first");
    if (type.getElementType().getIntOrFloatBitWidth() < 16)
      return op.emitOpError("has no lowering for element type ")
             << type.getElementType();
    Emitter e(rewriter, op.getLoc());
    FragmentPositions at(e, type, abi);
    SmallVector<Value> values = unpackElements(e, adaptor.getValue(), type);
    Value outside;
    for (auto [i, value] : llvm::enumerate(values)) {
      if (!outside && op.getFill())
        outside = LLVM::ConstantOp::create(rewriter, op.getLoc(),
                                           value.getType(), *op.getFill());
      else if (!outside)
        outside = LLVM::ZeroOp::create(rewriter, op.getLoc(), value.getType());
      auto [row, column] = at.offset(i);
      Value inside =
          e.both(e.ult(e.add(at.row, row), adaptor.getSizes()[0]),
                 e.ult(e.add(at.column, column), adaptor.getSizes()[1]));
      value = e.select(inside, value, outside);
    }
    rewriter.replaceOp(op, e.pack(packElements(e, values, type)));
    return success();
  }
};

} // namespace

void mlir::gqgpu::populateFragmentPatterns(RewritePatternSet &patterns,
                                           const LLVMTypeConverter &converter,
                                           const KernelAbi &abi) {
  patterns.add<SplatPattern, ForgetPattern, ElementwisePattern, MaskPattern>(
      converter, patterns.getContext(), abi);
}
