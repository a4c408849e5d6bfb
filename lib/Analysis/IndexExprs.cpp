//===- IndexExprs.cpp - what the ops of index arithmetic mean -------------===//
#include "gq/Analysis/IndexExprs.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mlir::gq;
using index::IndexOperation;

static IndexOperation operationFor(arith::CmpIPredicate predicate) {
  using P = arith::CmpIPredicate;
  switch (predicate) {
  case P::eq:
    return {IndexOp::Eq, false};
  case P::ne:
    return {IndexOp::Ne, false};
  case P::slt:
    return {IndexOp::Lt, false};
  case P::sle:
    return {IndexOp::Le, false};
  case P::sgt:
    return {IndexOp::Gt, false};
  case P::sge:
    return {IndexOp::Ge, false};
  case P::ult:
    return {IndexOp::Lt, true};
  case P::ule:
    return {IndexOp::Le, true};
  case P::ugt:
    return {IndexOp::Gt, true};
  case P::uge:
    return {IndexOp::Ge, true};
  }
  llvm_unreachable("unknown predicate");
}

std::optional<IndexOperation> index::operationOf(Operation *op) {
  using Result = std::optional<IndexOperation>;
  auto is = [](IndexOp op, bool nonNegativeOnly = false) {
    return [=](auto) { return Result({op, nonNegativeOnly}); };
  };
  bool boolean =
      op->getNumResults() == 1 && op->getResult(0).getType().isInteger(1);
  if (boolean)
    return llvm::TypeSwitch<Operation *, Result>(op)
        .Case(
            [](arith::CmpIOp cmp) { return operationFor(cmp.getPredicate()); })
        .Case<arith::AndIOp>(is(IndexOp::And))
        .Case<arith::OrIOp>(is(IndexOp::Or))
        .Default(Result());
  return llvm::TypeSwitch<Operation *, Result>(op)
      .Case<arith::AddIOp>(is(IndexOp::Add))
      .Case<arith::SubIOp>(is(IndexOp::Sub))
      .Case<arith::MulIOp>(is(IndexOp::Mul))
      .Case<arith::FloorDivSIOp>(is(IndexOp::FloorDiv))
      .Case<arith::CeilDivSIOp>(is(IndexOp::CeilDiv))
      .Case<arith::MinSIOp>(is(IndexOp::Min))
      .Case<arith::MaxSIOp>(is(IndexOp::Max))
      .Case<arith::MinUIOp>(is(IndexOp::Min, true))
      .Case<arith::MaxUIOp>(is(IndexOp::Max, true))
      .Case<arith::CeilDivUIOp>(is(IndexOp::CeilDiv, true))
      .Case<arith::DivSIOp, arith::DivUIOp>(is(IndexOp::FloorDiv, true))
      .Case<arith::RemSIOp, arith::RemUIOp>(is(IndexOp::Mod, true))
      .Default(Result());
}

std::optional<int64_t> index::constantOf(Value value) {
  APInt constant;
  if (!matchPattern(value, m_ConstantInt(&constant)) ||
      constant.getSignificantBits() > 64)
    return std::nullopt;
  return value.getType().isInteger(1) ? int64_t(!constant.isZero())
                                      : constant.getSExtValue();
}

Value index::castOf(Operation *op) {
  // Sizes fit in every type that they are cast to, or the program would be
  // wrong where it is executed as well.
  return isa<arith::IndexCastOp, arith::IndexCastUIOp>(op) ? op->getOperand(0)
                                                           : Value();
}

std::optional<std::pair<AffineMap, IndexOp>> index::mapOf(Operation *op) {
  using Result = std::optional<std::pair<AffineMap, IndexOp>>;
  return llvm::TypeSwitch<Operation *, Result>(op)
      .Case<affine::AffineApplyOp, affine::AffineMinOp>(
          [](auto op) { return std::pair(op.getAffineMap(), IndexOp::Min); })
      .Case([](affine::AffineMaxOp op) {
        return std::pair(op.getAffineMap(), IndexOp::Max);
      })
      .Default(Result());
}

std::optional<IndexOp> index::opOf(AffineExprKind kind) {
  switch (kind) {
  case AffineExprKind::Add:
    return IndexOp::Add;
  case AffineExprKind::Mul:
    return IndexOp::Mul;
  case AffineExprKind::Mod:
    return IndexOp::Mod;
  case AffineExprKind::FloorDiv:
    return IndexOp::FloorDiv;
  case AffineExprKind::CeilDiv:
    return IndexOp::CeilDiv;
  default:
    return std::nullopt;
  }
}

bool mlir::gq::isIndexArithmetic(Operation *op) {
  return isa<arith::ConstantOp>(op) || index::castOf(op) || index::mapOf(op) ||
         index::operationOf(op);
}
