//===- HostExprs.cpp - sizes computed on the host -------------------------===//
#include "HostTensor.h"
#include "gq/Support/ArgumentNames.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::gq;

/// As Schema.md spells it.
static StringRef spellingOf(IndexOp op) {
  switch (op) {
  case IndexOp::Add:
    return "add";
  case IndexOp::Sub:
    return "sub";
  case IndexOp::Mul:
    return "mul";
  case IndexOp::FloorDiv:
    return "floordiv";
  case IndexOp::CeilDiv:
    return "ceildiv";
  case IndexOp::Mod:
    return "mod";
  case IndexOp::Min:
    return "min";
  case IndexOp::Max:
    return "max";
  case IndexOp::And:
    return "and";
  case IndexOp::Or:
    return "or";
  case IndexOp::Eq:
    return "eq";
  case IndexOp::Ne:
    return "ne";
  case IndexOp::Lt:
    return "lt";
  case IndexOp::Le:
    return "le";
  case IndexOp::Gt:
    return "gt";
  case IndexOp::Ge:
    return "ge";
  }
  llvm_unreachable("unknown operator");
}

std::optional<SizeExpr> HostExprs::combine(IndexOp op, const SizeExpr &lhs,
                                           const SizeExpr &rhs) {
  return SizeExpr::make(spellingOf(op), lhs, rhs);
}

void HostExprs::refuse(Operation *op, StringRef why) {
  op->emitError("op '") << op->getName() << "' in a size " << why;
}

FailureOr<SizeExpr> HostExprs::leaf(Value value) {
  Operation *op = value.getDefiningOp();
  if (!op)
    return emitError(value.getLoc())
           << describeArgument(cast<BlockArgument>(value)) << " of type "
           << value.getType()
           << " is used as a size, only sizes of tensor arguments can be";
  auto dim = dyn_cast<tensor::DimOp>(op);
  if (!dim)
    return op->emitError("op '")
           << op->getName() << "' cannot be part of a size";
  const HostTensor *tensor = lookup(dim.getSource());
  std::optional<int64_t> index = dim.getConstantIndex();
  if (!tensor)
    return dim.emitError("operand source is not a tensor that the host has");
  if (!index)
    return dim.emitError("operand index is not a constant");
  auto rank = static_cast<int64_t>(tensor->shape.size());
  if (*index < 0 || *index >= rank)
    return dim.emitError("expects an index below the rank ")
           << rank << ", got " << *index;
  return tensor->shape[*index];
}
