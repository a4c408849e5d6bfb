//===- HostExprs.cpp - sizes computed on the host -------------------------===//
#include "HostTensor.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mlir::gq;

namespace {
/// An operator of Schema.md, and whether it means the same as the op only when
/// no operand is negative.
struct Operator {
  StringRef name;
  bool nonNegativeOnly;
};
} // namespace

static Operator operatorFor(arith::CmpIPredicate predicate) {
  using P = arith::CmpIPredicate;
  switch (predicate) {
  case P::eq:
    return {"eq", false};
  case P::ne:
    return {"ne", false};
  case P::slt:
    return {"lt", false};
  case P::sle:
    return {"le", false};
  case P::sgt:
    return {"gt", false};
  case P::sge:
    return {"ge", false};
  case P::ult:
    return {"lt", true};
  case P::ule:
    return {"le", true};
  case P::ugt:
    return {"gt", true};
  case P::uge:
    return {"ge", true};
  }
  return {"", false};
}

static Operator operatorFor(Operation *op) {
  bool boolean =
      op->getNumResults() == 1 && op->getResult(0).getType().isInteger(1);
  if (boolean)
    return llvm::TypeSwitch<Operation *, Operator>(op)
        .Case([](arith::CmpIOp cmp) { return operatorFor(cmp.getPredicate()); })
        .Case([](arith::AndIOp) { return Operator{"and", false}; })
        .Case([](arith::OrIOp) { return Operator{"or", false}; })
        .Default([](Operation *) { return Operator{"", false}; });
  return llvm::TypeSwitch<Operation *, Operator>(op)
      .Case([](arith::AddIOp) { return Operator{"add", false}; })
      .Case([](arith::SubIOp) { return Operator{"sub", false}; })
      .Case([](arith::MulIOp) { return Operator{"mul", false}; })
      .Case([](arith::FloorDivSIOp) { return Operator{"floordiv", false}; })
      .Case([](arith::CeilDivSIOp) { return Operator{"ceildiv", false}; })
      .Case([](arith::MinSIOp) { return Operator{"min", false}; })
      .Case([](arith::MaxSIOp) { return Operator{"max", false}; })
      .Case([](arith::MinUIOp) { return Operator{"min", true}; })
      .Case([](arith::MaxUIOp) { return Operator{"max", true}; })
      .Case([](arith::CeilDivUIOp) { return Operator{"ceildiv", true}; })
      .Case<arith::DivSIOp, arith::DivUIOp>(
          [](auto) { return Operator{"floordiv", true}; })
      .Case<arith::RemSIOp, arith::RemUIOp>(
          [](auto) { return Operator{"mod", true}; })
      .Default([](Operation *) { return Operator{"", false}; });
}

bool mlir::gq::isSizeOp(Operation *op) {
  return isa<tensor::DimOp, arith::ConstantOp, arith::IndexCastOp,
             arith::IndexCastUIOp, affine::AffineApplyOp, affine::AffineMinOp,
             affine::AffineMaxOp>(op) ||
         !operatorFor(op).name.empty();
}

FailureOr<SizeExpr> HostExprs::get(OpFoldResult value) {
  if (auto attr = dyn_cast<Attribute>(value))
    return SizeExpr::constant(cast<IntegerAttr>(attr).getInt());
  return get(cast<Value>(value));
}

FailureOr<SizeExpr> HostExprs::get(Value value) {
  if (auto found = known.find(value); found != known.end())
    return found->second;
  APInt constant;
  if (matchPattern(value, m_ConstantInt(&constant)) &&
      constant.getSignificantBits() <= 64)
    return SizeExpr::constant(value.getType().isInteger(1)
                                  ? !constant.isZero()
                                  : constant.getSExtValue());
  Operation *op = value.getDefiningOp();
  if (!op)
    return emitError(value.getLoc())
           << "argument " << cast<BlockArgument>(value).getArgNumber()
           << " of type " << value.getType()
           << " is used as a size, only sizes of tensor arguments can be";
  if (op->getNumResults() != 1)
    return op->emitError("op '")
           << op->getName() << "' cannot be part of a size";
  FailureOr<SizeExpr> result = compute(op);
  if (succeeded(result))
    known.insert({value, *result});
  return result;
}

/// An affine expression; nothing if it gets too large.
static std::optional<SizeExpr> evaluate(AffineExpr expr, unsigned numDims,
                                        ArrayRef<SizeExpr> operands) {
  if (auto constant = dyn_cast<AffineConstantExpr>(expr))
    return SizeExpr::constant(constant.getValue());
  if (auto dim = dyn_cast<AffineDimExpr>(expr))
    return operands[dim.getPosition()];
  if (auto symbol = dyn_cast<AffineSymbolExpr>(expr))
    return operands[numDims + symbol.getPosition()];
  auto binary = cast<AffineBinaryOpExpr>(expr);
  std::optional<SizeExpr> a = evaluate(binary.getLHS(), numDims, operands);
  std::optional<SizeExpr> b = evaluate(binary.getRHS(), numDims, operands);
  if (!a || !b)
    return std::nullopt;
  switch (expr.getKind()) {
  case AffineExprKind::Add:
    return SizeExpr::make("add", *a, *b);
  case AffineExprKind::Mul:
    return SizeExpr::make("mul", *a, *b);
  case AffineExprKind::Mod:
    return SizeExpr::make("mod", *a, *b);
  case AffineExprKind::FloorDiv:
    return SizeExpr::make("floordiv", *a, *b);
  case AffineExprKind::CeilDiv:
    return SizeExpr::make("ceildiv", *a, *b);
  default:
    return std::nullopt;
  }
}

/// The results of a map, joined by `join` ("min") if there are several.
static std::optional<SizeExpr> evaluate(AffineMap map, StringRef join,
                                        ArrayRef<SizeExpr> operands) {
  std::optional<SizeExpr> result;
  for (AffineExpr expr : map.getResults()) {
    std::optional<SizeExpr> value = evaluate(expr, map.getNumDims(), operands);
    if (!value)
      return std::nullopt;
    result = result ? SizeExpr::make(join, *result, *value) : value;
    if (!result)
      return std::nullopt;
  }
  return result;
}

FailureOr<SizeExpr> HostExprs::compute(Operation *op) {
  if (auto dim = dyn_cast<tensor::DimOp>(op)) {
    const HostTensor *tensor = lookup(dim.getSource());
    std::optional<int64_t> index = dim.getConstantIndex();
    if (!tensor)
      return dim.emitError("operand source is not a tensor that the host has");
    auto rank = static_cast<int64_t>(tensor->shape.size());
    if (!index)
      return dim.emitError("operand index is not a constant");
    if (*index < 0 || *index >= rank)
      return dim.emitError("expects an index below the rank ")
             << rank << ", got " << *index;
    return tensor->shape[*index];
  }
  if (!isSizeOp(op))
    return op->emitError("op '")
           << op->getName() << "' cannot be part of a size";

  SmallVector<SizeExpr> operands;
  for (Value operand : op->getOperands()) {
    FailureOr<SizeExpr> expr = get(operand);
    if (failed(expr))
      return failure();
    operands.push_back(*expr);
  }
  std::optional<SizeExpr> result;
  if (auto apply = dyn_cast<affine::AffineApplyOp>(op)) {
    result = evaluate(apply.getAffineMap(), "min", operands);
  } else if (auto min = dyn_cast<affine::AffineMinOp>(op)) {
    result = evaluate(min.getAffineMap(), "min", operands);
  } else if (auto max = dyn_cast<affine::AffineMaxOp>(op)) {
    result = evaluate(max.getAffineMap(), "max", operands);
  } else if (isa<arith::IndexCastOp, arith::IndexCastUIOp>(op)) {
    // Sizes fit in every type that they are cast to, or the program would be
    // wrong on the host as well.
    result = operands[0];
  } else if (Operator known = operatorFor(op); operands.size() == 2) {
    if (known.nonNegativeOnly &&
        !llvm::all_of(operands, [](const SizeExpr &operand) {
          return operand.isNonNegative();
        }))
      return op->emitError("op '")
             << op->getName()
             << "' in a size needs operands that cannot be negative";
    result = SizeExpr::make(known.name, operands[0], operands[1]);
  } else {
    return op->emitError("op '")
           << op->getName() << "' cannot be part of a size";
  }
  if (!result)
    return op->emitError("the size is an expression that is too large for a "
                         "bundle");
  return *result;
}
