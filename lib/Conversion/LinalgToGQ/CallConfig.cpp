//===- CallConfig.cpp - what a stablehlo.custom_call says -----------------===//
#include "CallConfig.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace mlir::gq;
using namespace mlir::gq::raise;

/// An attribute of an op that nobody knows, which its text may have as a
/// property or not.
static Attribute attributeOf(Operation *op, StringRef name) {
  if (Attribute attribute = op->getAttr(name))
    return attribute;
  auto properties =
      dyn_cast_or_null<DictionaryAttr>(op->getPropertiesAsAttribute());
  return properties ? properties.get(name) : Attribute();
}

StringRef raise::targetOf(Operation *op) {
  auto target =
      op->getName().getStringRef() == kCall
          ? dyn_cast_or_null<StringAttr>(attributeOf(op, "call_target_name"))
          : StringAttr();
  return target ? target.getValue() : StringRef();
}

LogicalResult CallConfig::read() {
  Attribute given = attributeOf(op, "backend_config"),
            older = attributeOf(op, "mhlo.backend_config");
  // A call without one may have an empty text.
  if (auto text = dyn_cast_or_null<StringAttr>(given);
      text && text.getValue().empty())
    given = {};
  if (given && older)
    return error() << "has both backend_config and mhlo.backend_config";
  Attribute either = given ? given : older;
  config =
      either ? dyn_cast<DictionaryAttr>(either) : builder.getDictionaryAttr({});
  if (!config)
    return error() << "expects backend_config to be a dictionary, got "
                   << either;
  return success();
}

FailureOr<DenseI64ArrayAttr> CallConfig::block(StringRef name, bool required) {
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
  return builder.getDenseI64ArrayAttr(sizes);
}

FailureOr<UnitAttr> CallConfig::flag(StringRef name) {
  known.push_back(name);
  Attribute attribute = config.get(name);
  if (!attribute)
    return UnitAttr();
  if (isa<UnitAttr>(attribute))
    return builder.getUnitAttr();
  if (auto set = dyn_cast<BoolAttr>(attribute))
    return set.getValue() ? builder.getUnitAttr() : UnitAttr();
  return error() << "expects " << name
                 << " to be true or false in backend_config, got " << attribute;
}

FailureOr<IntegerAttr> CallConfig::integer(StringRef name) {
  known.push_back(name);
  Attribute attribute = config.get(name);
  if (!attribute)
    return IntegerAttr();
  auto integer = dyn_cast<IntegerAttr>(attribute);
  if (!integer || integer.getValue().getSignificantBits() > 64)
    return error() << "expects " << name
                   << " to be an integer in backend_config, got " << attribute;
  return builder.getI64IntegerAttr(integer.getValue().getSExtValue());
}

FailureOr<FloatAttr> CallConfig::floor() {
  constexpr StringLiteral name = "amax_floor";
  known.push_back(name);
  Attribute attribute = config.get(name);
  if (!attribute)
    return FloatAttr();
  auto number = dyn_cast<FloatAttr>(attribute);
  if (!number)
    return error() << "expects " << name
                   << " to be a float in backend_config, got " << attribute;
  return builder.getF32FloatAttr(static_cast<float>(number.getValueAsDouble()));
}

FailureOr<TypeAttr> CallConfig::packed() {
  constexpr StringLiteral name = "packed";
  known.push_back(name);
  Attribute attribute = config.get(name);
  if (!attribute)
    return TypeAttr();
  if (auto type = dyn_cast<TypeAttr>(attribute))
    return type;
  auto text = dyn_cast<StringAttr>(attribute);
  if (text && text.getValue() == "i4")
    return TypeAttr::get(builder.getIntegerType(4));
  if (text && text.getValue() == "f4E2M1FN")
    return TypeAttr::get(Float4E2M1FNType::get(builder.getContext()));
  return error() << "expects " << name
                 << " to be i4 or f4E2M1FN in backend_config, got "
                 << attribute;
}

LogicalResult CallConfig::expectKnown() {
  for (NamedAttribute attribute : config)
    if (!llvm::is_contained(known, attribute.getName().getValue()))
      return error() << "has " << attribute.getName()
                     << " in backend_config, expects one of "
                     << llvm::join(known, ", ");
  return success();
}

LogicalResult CallConfig::checkRest() {
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

LogicalResult CallConfig::expect(unsigned operands, unsigned results) {
  if (op->getNumOperands() != operands)
    return error() << "expects " << operands << " operands, got "
                   << op->getNumOperands();
  if (op->getNumResults() != results)
    return error() << "expects " << results << " results, got "
                   << op->getNumResults();
  return expectKnown();
}
