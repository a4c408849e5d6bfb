//===- KnownAttributes.td - no attribute without a meaning -*- tablegen -*-===//
#ifndef GQ_SUPPORT_KNOWNATTRIBUTES_TD
#define GQ_SUPPORT_KNOWNATTRIBUTES_TD

include "mlir/IR/OpBase.td"

// Refuses attributes that an op does not define and that have no dialect's
// prefix.
def GQ_KnownAttributes : NativeOpTrait<"KnownAttributes"> {
  let cppNamespace = "::mlir::gq";
}

#endif // GQ_SUPPORT_KNOWNATTRIBUTES_TD
