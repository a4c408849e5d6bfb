//===- KnownAttributes.h - no attribute without a meaning -------*- C++ -*-===//
//
// An op takes any attribute that it does not define as a discardable one, so a
// misspelt `pow_2` would be accepted and do nothing. Ops with this trait refuse
// what they do not define; attributes with the prefix of a dialect are others'.
//
//===----------------------------------------------------------------------===//
#ifndef GQ_SUPPORT_KNOWNATTRIBUTES_H
#define GQ_SUPPORT_KNOWNATTRIBUTES_H

#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/SymbolTable.h"
#include "llvm/ADT/STLExtras.h"

namespace mlir::gq {

inline LogicalResult verifyKnownAttributes(Operation *op) {
  for (NamedAttribute attr : op->getDiscardableAttrs()) {
    if (attr.getName().strref().contains('.') ||
        attr.getName() == SymbolTable::getVisibilityAttrName())
      continue;
    // What the parser of the op writes is not for people to set.
    auto known = llvm::make_filter_range(
        op->getName().getAttributeNames(), [](StringAttr name) {
          return !name.strref().ends_with("SegmentSizes");
        });
    InFlightDiagnostic diag = op->emitOpError("has an unknown attribute '")
                              << attr.getName().strref() << "'; ";
    if (known.empty())
      return diag << "it has none";
    diag << "known are ";
    llvm::interleaveComma(known, diag,
                          [&](StringAttr name) { diag << name.strref(); });
    return diag;
  }
  return success();
}

template <typename ConcreteType>
class KnownAttributes
    : public OpTrait::TraitBase<ConcreteType, KnownAttributes> {
public:
  static LogicalResult verifyTrait(Operation *op) {
    return verifyKnownAttributes(op);
  }
};

} // namespace mlir::gq

#endif // GQ_SUPPORT_KNOWNATTRIBUTES_H
