//===- CallConfig.h - what a stablehlo.custom_call says ---------*- C++ -*-===//
#ifndef GQ_LIB_CONVERSION_LINALGTOGQ_CALLCONFIG_H
#define GQ_LIB_CONVERSION_LINALGTOGQ_CALLCONFIG_H

#include "mlir/IR/PatternMatch.h"

namespace mlir::gq::raise {

inline constexpr StringLiteral kCall = "stablehlo.custom_call";

/// The target of a call; empty for other ops.
StringRef targetOf(Operation *op);

/// Reads the attributes of a call. Every failure is an error at the call; an
/// attribute that is not there is null, unless it is required.
class CallConfig {
public:
  CallConfig(Builder &b, Operation *op)
      : op(op), target(targetOf(op)), builder(b) {}

  /// Finds the dictionary; before everything else.
  LogicalResult read();
  /// Layouts, effects and aliases, which have to be the usual ones.
  LogicalResult checkRest();

  FailureOr<DenseI64ArrayAttr> block(StringRef name, bool required);
  FailureOr<UnitAttr> flag(StringRef name);
  FailureOr<IntegerAttr> integer(StringRef name);
  FailureOr<FloatAttr> floor();
  FailureOr<TypeAttr> packed();

  /// So many operands and results, and no key that nobody has asked for.
  LogicalResult expect(unsigned operands, unsigned results);

  /// Begins with the call and its target.
  InFlightDiagnostic error() {
    return op->emitOpError() << "of " << target << " ";
  }

protected:
  Operation *op;
  StringRef target;

private:
  LogicalResult expectKnown();

  Builder &builder;
  DictionaryAttr config;
  SmallVector<StringRef> known;
};

} // namespace mlir::gq::raise

#endif // GQ_LIB_CONVERSION_LINALGTOGQ_CALLCONFIG_H
