//===- GQForeignAttrs.cpp - attributes on ops of other dialects -----------===//
//
// gq.target on modules, gq.dependent_launch on functions, gq.name, gq.constant
// and gq.pitched on their arguments, the last two also on those of kernels.
//
//===----------------------------------------------------------------------===//
#include "gq/Dialect/GQ/IR/GQ.h"
#include "gq/Support/ArgumentNames.h"
#include "gq/Support/DependentLaunch.h"
#include "gq/Support/PitchedArguments.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Interfaces/FunctionInterfaces.h"

using namespace mlir;
using namespace mlir::gq;

static LogicalResult verifyTarget(Operation *op, NamedAttribute attribute) {
  if (!isa<ModuleOp>(op))
    return op->emitOpError("has attribute ")
           << attribute.getName() << ", which belongs on a builtin.module";
  if (!isa<TargetAttr>(attribute.getValue()))
    return op->emitOpError("expects attribute ")
           << attribute.getName() << " to be a #gq.target, got "
           << attribute.getValue();
  return success();
}

static LogicalResult verifyDependentLaunch(Operation *op,
                                           NamedAttribute attribute) {
  if (!isa<func::FuncOp>(op))
    return op->emitOpError("has attribute ")
           << attribute.getName() << ", which belongs on a func.func";
  auto word = dyn_cast<StringAttr>(attribute.getValue());
  if (!word || !parseDependentLaunch(word.getValue()))
    return op->emitOpError("expects attribute ")
           << attribute.getName()
           << " to be \"none\", \"within\" or \"callers\", got "
           << attribute.getValue();
  return success();
}

/// A misspelt name would be obeyed by nothing.
static LogicalResult refuseUnknown(Operation *op, NamedAttribute attribute) {
  return op->emitOpError("has attribute ")
         << attribute.getName() << ", expects one of " << kTargetAttr << ", "
         << kDependentLaunchAttr << ", " << kConstantAttr << ", "
         << kPitchedAttr << ", " << kNameAttr;
}

LogicalResult GQDialect::verifyOperationAttribute(Operation *op,
                                                  NamedAttribute attribute) {
  if (attribute.getName() == kTargetAttr)
    return verifyTarget(op, attribute);
  if (attribute.getName() == kDependentLaunchAttr)
    return verifyDependentLaunch(op, attribute);
  if (attribute.getName() == kConstantAttr ||
      attribute.getName() == kPitchedAttr)
    return op->emitOpError("has attribute ")
           << attribute.getName()
           << ", which belongs on an argument of a function or a kernel";
  if (attribute.getName() == kNameAttr)
    return op->emitOpError("has attribute ")
           << attribute.getName()
           << ", which belongs on an argument of a "
              "func.func";
  return refuseUnknown(op, attribute);
}

/// Who calls the function tells arguments apart by it.
static LogicalResult verifyName(Operation *op, unsigned number,
                                NamedAttribute attribute) {
  auto function = dyn_cast<func::FuncOp>(op);
  if (!function)
    return op->emitOpError("has attribute ")
           << attribute.getName() << " on argument " << number
           << ", which belongs on an argument of a func.func";
  auto name = dyn_cast<StringAttr>(attribute.getValue());
  if (!name || name.empty())
    return op->emitOpError("expects attribute ")
           << attribute.getName() << " of argument " << number
           << " to be a string that is not empty, got " << attribute.getValue();
  for (unsigned other = 0; other < number; ++other)
    if (argumentName(function, other) == name.getValue())
      return op->emitOpError("expects arguments of different names, got ")
             << name << " for argument " << other << " and argument " << number;
  return success();
}

LogicalResult GQDialect::verifyRegionArgAttribute(Operation *op, unsigned,
                                                  unsigned number,
                                                  NamedAttribute attribute) {
  if (attribute.getName() == kNameAttr)
    return verifyName(op, number, attribute);
  bool pitched = attribute.getName() == kPitchedAttr;
  if (!pitched && attribute.getName() != kConstantAttr)
    return refuseUnknown(op, attribute);
  auto function = dyn_cast<FunctionOpInterface>(op);
  Type type = function ? function.getArgumentTypes()[number] : Type();
  bool fits = isa_and_nonnull<TensorType, MemRefType>(type);
  if (pitched && fits) // of other ranks there is more than one distance
    fits = cast<ShapedType>(type).hasRank() &&
           cast<ShapedType>(type).getRank() == 2;
  if (!fits) {
    InFlightDiagnostic error =
        op->emitOpError("has attribute ")
        << attribute.getName() << " on argument " << number << ", expects a "
        << (pitched ? "matrix, a tensor or memref of rank 2"
                    : "tensor or a memref");
    if (type)
      error << ", got " << type;
    return error;
  }
  if (!isa<UnitAttr>(attribute.getValue()))
    return op->emitOpError("expects attribute ")
           << attribute.getName() << " of argument " << number
           << " to have no value, got " << attribute.getValue();
  return success();
}
