//===- FragmentPatterns.cpp - computing on fragments ----------------------===//
#include "Patterns.h"
#include "mlir/IR/IRMapping.h"

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
  converter.addConversion(
      [=](CursorType) { return Emitter::structOf(i32, 2); });
  converter.addConversion(
      [=](MemRefType) { return LLVM::LLVMPointerType::get(context, 1); });
  converter.addConversion([=](FragmentType type) -> Type {
    int64_t count = type.getNumValues();
    Type element = type.getElementType();
    if (element.getIntOrFloatBitWidth() == 8) {
      int64_t shared = elementsPerRegister(type);
      element = IntegerType::get(context, 8 * shared);
      count /= shared;
    }
    if (holdsPairs(type))
      return Emitter::structOf(i32, count / 2);
    return Emitter::structOf(element, count);
  });
}

bool mlir::gqgpu::holdsPairs(FragmentType type) {
  auto blocked = dyn_cast<BlockedLayoutAttr>(type.getLayout());
  Type element = type.getElementType();
  return blocked && blocked.getChunk() > 1 && type.getBlock().empty() &&
         (element.isBF16() || element.isF16());
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

Value mlir::gqgpu::packElements(Emitter &e, ValueRange elements,
                                FragmentType type) {
  if (!holdsPairs(type))
    return e.pack(elements);
  Type pairType = VectorType::get({2}, type.getElementType());
  SmallVector<Value> words;
  for (size_t i = 0; i < elements.size(); i += 2) {
    Value pair = LLVM::PoisonOp::create(e.b, e.loc, pairType);
    for (int64_t half : {0, 1})
      pair = LLVM::InsertElementOp::create(e.b, e.loc, pair, elements[i + half],
                                           e.c32(half));
    words.push_back(LLVM::BitcastOp::create(e.b, e.loc, e.i32(), pair));
  }
  return e.pack(words);
}

int64_t mlir::gqgpu::elementsPerRegister(FragmentType type) {
  Type element = type.getElementType();
  auto blocked = dyn_cast<BlockedLayoutAttr>(type.getLayout());
  if (!type.getBlock().empty())
    return 1;
  if (isa<Float8E4M3FNType, Float8E5M2Type>(element))
    return blocked && blocked.getChunk() == 1 ? 1 : 2;
  if (element.isInteger(8) && blocked)
    return std::min<int64_t>(blocked.getChunk(), 4);
  return 1;
}

//===----------------------------------------------------------------------===//
// Positions
//===----------------------------------------------------------------------===//

FragmentPositions::FragmentPositions(Emitter &e, FragmentType type,
                                     const KernelAbi &abi)
    : type(type) {
  if (isa<MmaLayoutAttr>(type.getLayout())) {
    row = e.add(e.shl(e.bitAnd(abi.warp, 3), 4), e.lshr(abi.lane, 2));
    column = e.shl(e.bitAnd(abi.lane, 3), 1);
    return;
  }
  auto layout = cast<BlockedLayoutAttr>(type.getLayout());
  chunk = layout.getChunk();
  row = e.udiv(abi.thread, layout.getThreads()[1]);
  if (layout.getCluster() > 1)
    row = e.add(
        row, e.mul(abi.clusterRank, type.getShape()[0] / layout.getCluster()));
  column = e.mul(e.urem(abi.thread, layout.getThreads()[1]), chunk);
}

std::pair<int64_t, int64_t> FragmentPositions::offset(int64_t i) const {
  if (isa<MmaLayoutAttr>(type.getLayout()))
    return {i / 2 % 2 * 8, i / 4 * 8 + i % 2};
  auto layout = cast<BlockedLayoutAttr>(type.getLayout());
  int64_t width = layout.getThreads()[1] * chunk;
  int64_t perRow = type.getShape()[1] / width;
  int64_t which = type.getBlock().empty() ? i / chunk : i;
  int64_t within = type.getBlock().empty() ? i % chunk : 0;
  return {which / perRow * layout.getThreads()[0],
          which % perRow * width + within};
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
    if (!type.getElementType().isIntOrFloat() ||
        type.getElementType().getIntOrFloatBitWidth() < 16)
      return op.emitOpError("has no lowering for element type ")
             << type.getElementType();
    Emitter e(rewriter, op.getLoc());
    rewriter.replaceOp(op, packElements(e,
                                        SmallVector<Value>(type.getNumValues(),
                                                           adaptor.getValue()),
                                        type));
    return success();
  }
};

struct ElementwisePattern : KernelPattern<ElementwiseOp> {
  using KernelPattern::KernelPattern;
  LogicalResult
  matchAndRewrite(ElementwiseOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    for (Type type :
         llvm::concat<const Type>(op->getOperandTypes(), op->getResultTypes()))
      if (cast<FragmentType>(type).getElementType().getIntOrFloatBitWidth() <
          16)
        return op.emitOpError("has no lowering for element type ")
               << cast<FragmentType>(type).getElementType();
    Emitter e(rewriter, op.getLoc());
    auto result = cast<FragmentType>(op.getResultTypes().front());
    SmallVector<SmallVector<Value>> operands;
    for (auto [operand, original] :
         llvm::zip(adaptor.getOperands(), op.getOperands()))
      operands.push_back(
          unpackElements(e, operand, cast<FragmentType>(original.getType())));
    Block &body = op.getBody().front();
    SmallVector<SmallVector<Value>> results(op.getNumResults());
    int64_t count = result.getNumValues();
    for (int64_t i = 0; i < count; ++i) {
      IRMapping map;
      for (auto [arg, values] : llvm::zip(body.getArguments(), operands)) {
        // A value per chunk serves all elements of the chunk.
        int64_t share = count / static_cast<int64_t>(values.size());
        map.map(arg, values[i / share]);
      }
      for (Operation &inner : body.without_terminator())
        rewriter.clone(inner, map);
      for (auto [list, value] :
           llvm::zip(results, body.getTerminator()->getOperands()))
        list.push_back(map.lookupOrDefault(value));
    }
    SmallVector<Value> packed;
    for (auto [list, original] : llvm::zip(results, op.getResults()))
      packed.push_back(
          packElements(e, list, cast<FragmentType>(original.getType())));
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
    Value zero;
    for (auto [i, value] : llvm::enumerate(values)) {
      if (!zero)
        zero = LLVM::ZeroOp::create(rewriter, op.getLoc(), value.getType());
      auto [row, column] = at.offset(i);
      Value inside =
          e.both(e.ult(e.add(at.row, row), adaptor.getSizes()[0]),
                 e.ult(e.add(at.column, column), adaptor.getSizes()[1]));
      value = e.select(inside, value, zero);
    }
    rewriter.replaceOp(op, packElements(e, values, type));
    return success();
  }
};

} // namespace

void mlir::gqgpu::populateFragmentPatterns(RewritePatternSet &patterns,
                                           const LLVMTypeConverter &converter,
                                           const KernelAbi &abi) {
  patterns.add<SplatPattern, ElementwisePattern, MaskPattern>(
      converter, patterns.getContext(), abi);
}
