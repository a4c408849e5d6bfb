//===- CustomCalls.cpp - stablehlo.custom_call to gq ops ------------------===//
//
// A framework that knows no op of this dialect can call one by its name. The op
// comes in its generic form, since its dialect is not here; what the dictionary
// backend_config says are the op's attributes, under their names, and operands
// are the op's without its destinations, which follow from the results.
//
//===----------------------------------------------------------------------===//
#include "gq/Conversion/LinalgToGQ/LinalgToGQ.h"
#include "gq/Dialect/GQ/IR/GQ.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/Verifier.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace mlir::gq;

static constexpr StringLiteral kCall = "stablehlo.custom_call";
static constexpr StringLiteral kPrefix = "gq.";

/// An attribute of an op that nobody knows, which its text may have as a
/// property or not.
static Attribute attributeOf(Operation *op, StringRef name) {
  if (Attribute attribute = op->getAttr(name))
    return attribute;
  auto properties =
      dyn_cast_or_null<DictionaryAttr>(op->getPropertiesAsAttribute());
  return properties ? properties.get(name) : Attribute();
}

/// The target of a call; empty for other ops.
static StringRef targetOf(Operation *op) {
  auto target =
      op->getName().getStringRef() == kCall
          ? dyn_cast_or_null<StringAttr>(attributeOf(op, "call_target_name"))
          : StringAttr();
  return target ? target.getValue() : StringRef();
}

namespace {

/// One call, and what of it has been read.
class Call {
public:
  Call(RewriterBase &b, Operation *op)
      : b(b), op(op), loc(op->getLoc()), target(targetOf(op)) {}

  LogicalResult raise();

private:
  LogicalResult readConfig();
  LogicalResult checkRest();
  InFlightDiagnostic error() {
    return op->emitOpError() << "of " << target << " ";
  }
  FailureOr<DenseI64ArrayAttr> block(StringRef name, bool required);
  FailureOr<UnitAttr> flag(StringRef name);
  FailureOr<IntegerAttr> integer(StringRef name);
  FailureOr<FloatAttr> floor();
  FailureOr<TypeAttr> packed();
  LogicalResult expect(unsigned operands, unsigned results);
  LogicalResult expectKnown();

  Value empty(unsigned result, ArrayRef<OpFoldResult> sizes);
  SmallVector<OpFoldResult> sizesOf(Value value) {
    return tensor::getMixedSizes(b, loc, value);
  }
  /// One for each block.
  SmallVector<OpFoldResult> blocksOf(Value value, ArrayRef<int64_t> block);
  LogicalResult replace(Operation *by);

  LogicalResult quantize();
  LogicalResult dequantize();
  LogicalResult cast();
  LogicalResult absmax();
  LogicalResult matmul();

  RewriterBase &b;
  Operation *op;
  Location loc;
  StringRef target;
  DictionaryAttr config;
  SmallVector<StringRef> known;
};

} // namespace

//===----------------------------------------------------------------------===//
// Attributes
//===----------------------------------------------------------------------===//

LogicalResult Call::readConfig() {
  Attribute given = attributeOf(op, "backend_config"),
            older = attributeOf(op, "mhlo.backend_config");
  // A call without one may have an empty text.
  if (auto text = dyn_cast_or_null<StringAttr>(given);
      text && text.getValue().empty())
    given = {};
  if (given && older)
    return error() << "has both backend_config and mhlo.backend_config";
  Attribute either = given ? given : older;
  config = either ? dyn_cast<DictionaryAttr>(either) : b.getDictionaryAttr({});
  if (!config)
    return error() << "expects backend_config to be a dictionary, got "
                   << either;
  return success();
}

FailureOr<DenseI64ArrayAttr> Call::block(StringRef name, bool required) {
  known.push_back(name);
  Attribute attribute = config.get(name);
  if (!attribute) {
    if (!required)
      return DenseI64ArrayAttr();
    return error() << "expects " << name << " in backend_config, got none";
  }
  SmallVector<int64_t> sizes;
  if (auto array = dyn_cast<DenseI64ArrayAttr>(attribute)) {
    llvm::append_range(sizes, array.asArrayRef());
  } else if (auto list = dyn_cast<ArrayAttr>(attribute)) {
    for (Attribute size : list)
      if (auto integer = dyn_cast<IntegerAttr>(size);
          integer && integer.getValue().getSignificantBits() <= 64)
        sizes.push_back(integer.getValue().getSExtValue());
  } else if (auto dense = dyn_cast<DenseIntElementsAttr>(attribute)) {
    for (const APInt &size : dense.getValues<APInt>())
      sizes.push_back(size.getSExtValue());
  }
  if (sizes.size() != 2)
    return error() << "expects " << name
                   << " of two integers in backend_config, got " << attribute;
  return b.getDenseI64ArrayAttr(sizes);
}

FailureOr<UnitAttr> Call::flag(StringRef name) {
  known.push_back(name);
  Attribute attribute = config.get(name);
  if (!attribute)
    return UnitAttr();
  if (isa<UnitAttr>(attribute))
    return b.getUnitAttr();
  if (auto set = dyn_cast<BoolAttr>(attribute))
    return set.getValue() ? b.getUnitAttr() : UnitAttr();
  return error() << "expects " << name
                 << " to be true or false in backend_config, got " << attribute;
}

FailureOr<IntegerAttr> Call::integer(StringRef name) {
  known.push_back(name);
  Attribute attribute = config.get(name);
  if (!attribute)
    return IntegerAttr();
  auto integer = dyn_cast<IntegerAttr>(attribute);
  if (!integer || integer.getValue().getSignificantBits() > 64)
    return error() << "expects " << name
                   << " to be an integer in backend_config, got " << attribute;
  return b.getI64IntegerAttr(integer.getValue().getSExtValue());
}

FailureOr<FloatAttr> Call::floor() {
  constexpr StringLiteral name = "amax_floor";
  known.push_back(name);
  Attribute attribute = config.get(name);
  if (!attribute)
    return FloatAttr();
  auto number = dyn_cast<FloatAttr>(attribute);
  if (!number)
    return error() << "expects " << name
                   << " to be a float in backend_config, got " << attribute;
  return b.getF32FloatAttr(static_cast<float>(number.getValueAsDouble()));
}

FailureOr<TypeAttr> Call::packed() {
  constexpr StringLiteral name = "packed";
  known.push_back(name);
  Attribute attribute = config.get(name);
  if (!attribute)
    return TypeAttr();
  if (auto type = dyn_cast<TypeAttr>(attribute))
    return type;
  auto text = dyn_cast<StringAttr>(attribute);
  if (text && text.getValue() == "i4")
    return TypeAttr::get(b.getIntegerType(4));
  if (text && text.getValue() == "f4E2M1FN")
    return TypeAttr::get(Float4E2M1FNType::get(b.getContext()));
  return error() << "expects " << name
                 << " to be i4 or f4E2M1FN in backend_config, got "
                 << attribute;
}

LogicalResult Call::expectKnown() {
  for (NamedAttribute attribute : config)
    if (!llvm::is_contained(known, attribute.getName().getValue()))
      return error() << "has " << attribute.getName()
                     << " in backend_config, expects one of "
                     << llvm::join(known, ", ");
  return success();
}

/// Layouts other than row-major, effects and aliases are of no use here.
LogicalResult Call::checkRest() {
  if (auto effect =
          dyn_cast_or_null<BoolAttr>(attributeOf(op, "has_side_effect"));
      effect && effect.getValue())
    return error() << "expects has_side_effect to be false, got true";
  for (StringRef name : {"operand_layouts", "result_layouts"}) {
    auto layouts = dyn_cast_or_null<ArrayAttr>(attributeOf(op, name));
    if (!layouts)
      continue;
    for (Attribute layout : layouts) {
      auto order = dyn_cast<DenseIntElementsAttr>(layout);
      if (!order)
        return error() << "expects " << name << " of integers, got " << layout;
      int64_t dim = order.getNumElements();
      for (const APInt &next : order.getValues<APInt>())
        if (next.getSExtValue() != --dim)
          return error() << "expects row-major " << name << ", got " << layout;
    }
  }
  for (StringRef name : {"called_computations", "output_operand_aliases"})
    if (auto list = dyn_cast_or_null<ArrayAttr>(attributeOf(op, name));
        list && !list.empty())
      return error() << "expects no " << name << ", got " << list;
  for (Type type :
       llvm::concat<const Type>(op->getOperandTypes(), op->getResultTypes()))
    if (!isa<RankedTensorType>(type))
      return error() << "expects ranked tensors, got " << type;
  return success();
}

LogicalResult Call::expect(unsigned operands, unsigned results) {
  if (op->getNumOperands() != operands)
    return error() << "expects " << operands << " operands, got "
                   << op->getNumOperands();
  if (op->getNumResults() != results)
    return error() << "expects " << results << " results, got "
                   << op->getNumResults();
  return expectKnown();
}

//===----------------------------------------------------------------------===//
// Ops
//===----------------------------------------------------------------------===//

/// A destination for a result. Sizes are those that the result's type has,
/// else `sizes`.
Value Call::empty(unsigned result, ArrayRef<OpFoldResult> sizes) {
  auto type = mlir::cast<RankedTensorType>(op->getResult(result).getType());
  SmallVector<OpFoldResult> shape;
  for (auto [dim, size] : llvm::enumerate(type.getShape()))
    shape.push_back(ShapedType::isDynamic(size) && dim < sizes.size()
                        ? sizes[dim]
                        : OpFoldResult(b.getIndexAttr(size)));
  SmallVector<Value> dynamic;
  for (auto [dim, size] : llvm::enumerate(type.getShape()))
    if (ShapedType::isDynamic(size))
      dynamic.push_back(getValueOrCreateConstantIndexOp(b, loc, shape[dim]));
  return tensor::EmptyOp::create(b, loc, type, dynamic);
}

SmallVector<OpFoldResult> Call::blocksOf(Value value, ArrayRef<int64_t> block) {
  SmallVector<OpFoldResult> sizes = sizesOf(value);
  size_t first = sizes.size() - std::min<size_t>(sizes.size(), block.size());
  for (auto [size, extent] :
       llvm::zip(MutableArrayRef(sizes).drop_front(first), block)) {
    if (extent <= 0)
      continue; // the verifier's to say
    AffineExpr count = b.getAffineDimExpr(0).ceilDiv(extent);
    size = affine::makeComposedFoldedAffineApply(b, loc, count, {size});
  }
  return sizes;
}

LogicalResult Call::replace(Operation *by) {
  if (failed(verify(by)))
    return failure();
  b.replaceOp(op, by->getResults());
  return success();
}

LogicalResult Call::quantize() {
  FailureOr<DenseI64ArrayAttr> block = this->block("block", true);
  FailureOr<UnitAttr> pow2 = flag("pow2"),
                      transposed = flag("transposed_scales"),
                      divide = flag("divide");
  FailureOr<FloatAttr> floor = this->floor();
  if (failed(block) || failed(pow2) || failed(transposed) || failed(divide) ||
      failed(floor) || failed(expect(1, 2)))
    return failure();
  Value x = op->getOperand(0);
  SmallVector<OpFoldResult> blocks = blocksOf(x, *block);
  if (*transposed && blocks.size() == 2)
    std::swap(blocks[0], blocks[1]);
  Value codes = empty(0, sizesOf(x)), scales = empty(1, blocks);
  return replace(QuantizeOp::create(b, loc, op->getResultTypes(), x, codes,
                                    scales, *block, *pow2, *transposed,
                                    /*padded_scales=*/UnitAttr(), *floor,
                                    /*config=*/QuantizeConfigAttr(), *divide));
}

LogicalResult Call::dequantize() {
  FailureOr<DenseI64ArrayAttr> block = this->block("block", true);
  FailureOr<TypeAttr> packed = this->packed();
  if (failed(block) || failed(packed) || failed(expect(2, 1)))
    return failure();
  auto type = mlir::cast<RankedTensorType>(op->getResult(0).getType());
  if (*packed && type.getRank() > 0 && type.isDynamicDim(type.getRank() - 1))
    return error() << "expects a result of a static number of columns beside "
                      "packed, got "
                   << type;
  Value init = empty(0, sizesOf(op->getOperand(0)));
  return replace(DequantizeOp::create(
      b, loc, op->getResultTypes(), op->getOperand(0), op->getOperand(1), init,
      ValueRange(), *block, QuantizeConfigAttr(), *packed));
}

LogicalResult Call::cast() {
  FailureOr<DenseI64ArrayAttr> block = this->block("block", true);
  FailureOr<UnitAttr> divide = flag("divide");
  if (failed(block) || failed(divide) || failed(expect(2, 1)))
    return failure();
  Value init = empty(0, sizesOf(op->getOperand(0)));
  return replace(ScaledCastOp::create(
      b, loc, op->getResultTypes(), op->getOperand(0), op->getOperand(1), init,
      ValueRange(), *block, QuantizeConfigAttr(), *divide));
}

LogicalResult Call::absmax() {
  FailureOr<DenseI64ArrayAttr> block = this->block("block", true);
  FailureOr<FloatAttr> floor = this->floor();
  if (failed(block) || failed(floor) || failed(expect(1, 1)))
    return failure();
  Value init = empty(0, blocksOf(op->getOperand(0), *block));
  return replace(BlockAbsmaxOp::create(b, loc, op->getResultTypes(),
                                       op->getOperand(0), init, *block, *floor,
                                       QuantizeConfigAttr()));
}

LogicalResult Call::matmul() {
  FailureOr<DenseI64ArrayAttr> aBlock = block("a_block", false),
                               bBlock = block("b_block", false);
  FailureOr<UnitAttr> aPoints = flag("a_zero_points"),
                      bPoints = flag("b_zero_points"), adds = flag("init"),
                      invariant = flag("batch_invariant"),
                      aTransposed = flag("transposed_a_scales"),
                      bTransposed = flag("transposed_b_scales");
  FailureOr<IntegerAttr> promote = integer("promote");
  if (failed(aBlock) || failed(bBlock) || failed(aPoints) || failed(bPoints) ||
      failed(adds) || failed(invariant) || failed(aTransposed) ||
      failed(bTransposed) || failed(promote))
    return failure();
  if (!*aBlock != !*bBlock)
    return error() << "expects both a_block and b_block in backend_config, or "
                      "neither, got "
                   << (*aBlock ? "a_block" : "b_block") << " alone";
  unsigned count = 2 + (*aBlock ? 2 : 0) + !!*aPoints + !!*bPoints + !!*adds;
  if (failed(expect(count, 1)))
    return failure();
  unsigned next = 0;
  auto take = [&](bool present) {
    return present ? op->getOperand(next++) : Value();
  };
  Value a = take(true), bOperand = take(true), aScales = take(!!*aBlock),
        bScales = take(!!*bBlock), aZeros = take(!!*aPoints),
        bZeros = take(!!*bPoints), init = take(!!*adds);
  if (!init) {
    auto type = mlir::cast<RankedTensorType>(op->getResult(0).getType());
    SmallVector<OpFoldResult> sizes = sizesOf(a), ofB = sizesOf(bOperand);
    // The rows of a, of its batch or of b's, and as many columns as b has rows.
    if (sizes.size() >= 2 && ofB.size() >= 2) {
      sizes.back() = ofB[ofB.size() - 2];
      if (ofB.size() > sizes.size())
        sizes.insert(sizes.begin(), ofB.front());
    }
    Type element = type.getElementType();
    if (!element.isIntOrFloat())
      return error() << "expects a result of integers or floats, got " << type;
    Value zero = arith::ConstantOp::create(b, loc, b.getZeroAttr(element));
    init = linalg::FillOp::create(b, loc, zero, empty(0, sizes)).getResult(0);
  }
  return replace(ScaledMatmulOp::create(
      b, loc, op->getResultTypes(), a, bOperand, aScales, bScales, aZeros,
      bZeros, init, ValueRange(), *aBlock, *bBlock, *promote, *invariant,
      /*config=*/Attribute(), *aTransposed, *bTransposed,
      /*padded_a_scales=*/UnitAttr(), /*padded_b_scales=*/UnitAttr()));
}

LogicalResult Call::raise() {
  if (failed(readConfig()) || failed(checkRest()))
    return failure();
  using Raise = LogicalResult (Call::*)();
  constexpr std::pair<StringLiteral, Raise> kTargets[] = {
      {"gq.quantize", &Call::quantize},
      {"gq.dequantize", &Call::dequantize},
      {"gq.scaled_cast", &Call::cast},
      {"gq.block_absmax", &Call::absmax},
      {"gq.scaled_matmul", &Call::matmul}};
  SmallVector<StringRef> names;
  for (auto [name, apply] : kTargets) {
    if (target == name)
      return (this->*apply)();
    names.push_back(name);
  }
  return op->emitOpError("calls ")
         << target << ", expects one of " << llvm::join(names, ", ");
}

LogicalResult mlir::gq::raiseCustomCalls(Operation *root) {
  SmallVector<Operation *> calls;
  root->walk([&](Operation *op) {
    if (targetOf(op).starts_with(kPrefix))
      calls.push_back(op);
  });
  IRRewriter rewriter(root->getContext());
  for (Operation *op : calls) {
    rewriter.setInsertionPoint(op);
    if (failed(Call(rewriter, op).raise()))
      return failure();
  }
  return success();
}

OwningOpRef<ModuleOp>
mlir::gq::parseProgram(MLIRContext &context,
                       function_ref<OwningOpRef<ModuleOp>()> parse) {
  bool allowed = context.allowsUnregisteredDialects();
  // The ops that calls become, and those that make their destinations.
  context.loadDialect<GQDialect, affine::AffineDialect, arith::ArithDialect,
                      linalg::LinalgDialect, tensor::TensorDialect>();
  context.allowUnregisteredDialects(true);
  OwningOpRef<ModuleOp> module = parse();
  context.allowUnregisteredDialects(allowed);
  if (!module || failed(raiseCustomCalls(*module)))
    return {};
  expandScaling(*module);
  if (allowed)
    return module;
  WalkResult walk = module->walk([&](Operation *op) {
    if (op->isRegistered())
      return WalkResult::advance();
    op->emitOpError("is of a dialect that is not known, expects ops of gq, of "
                    "MLIR's own dialects, or a ")
        << kCall << " of a target that begins with " << kPrefix;
    return WalkResult::interrupt();
  });
  return walk.wasInterrupted() ? OwningOpRef<ModuleOp>() : std::move(module);
}
