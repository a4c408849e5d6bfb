//===- GQForeignAttrs.cpp - attributes on ops of other dialects -----------===//
//
// gq.target on modules, gq.dependent_launch on functions, gq.constant on their
// arguments and on those of kernels.
//
//===----------------------------------------------------------------------===//
#include "gq/Dialect/GQ/IR/GQ.h"
#include "gq/Support/DependentLaunch.h"
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
         << kDependentLaunchAttr << ", " << kConstantAttr;
}

LogicalResult GQDialect::verifyOperationAttribute(Operation *op,
                                                  NamedAttribute attribute) {
  if (attribute.getName() == kTargetAttr)
    return verifyTarget(op, attribute);
  if (attribute.getName() == kDependentLaunchAttr)
    return verifyDependentLaunch(op, attribute);
  if (attribute.getName() == kConstantAttr)
    return op->emitOpError("has attribute ")
           << attribute.getName()
           << ", which belongs on an argument of a function or a kernel";
  return refuseUnknown(op, attribute);
}

LogicalResult GQDialect::verifyRegionArgAttribute(Operation *op, unsigned,
                                                  unsigned number,
                                                  NamedAttribute attribute) {
  if (attribute.getName() != kConstantAttr)
    return refuseUnknown(op, attribute);
  auto function = dyn_cast<FunctionOpInterface>(op);
  Type type = function ? function.getArgumentTypes()[number] : Type();
  if (!isa_and_nonnull<TensorType, MemRefType>(type)) {
    InFlightDiagnostic error = op->emitOpError("has attribute ")
                               << attribute.getName() << " on argument "
                               << number << ", expects a tensor or a memref";
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
