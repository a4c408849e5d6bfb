//===- RowRanges.cpp - numbers of rows that branches are for --------------===//
#include "RowRanges.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::gq;

RowCount::RowCount(BlockOpInterface op) {
  constexpr unsigned kRows = 0;
  auto [operand, dimension] = op.getExtent(kRows);
  tensor = op->getOperand(operand);
  dim = dimension;
  known = cast<ShapedType>(tensor.getType()).getDimSize(dim);
}

Value RowCount::create(OpBuilder &b, Location loc) const {
  return tensor::DimOp::create(b, loc, tensor, dim);
}

void mlir::gq::addRange(SmallVectorImpl<RowRange> &ranges, RowRange range) {
  if (!ranges.empty() && ranges.back().most == range.more)
    ranges.back().most = range.most;
  else
    ranges.push_back(range);
}

Value mlir::gq::createIsIn(OpBuilder &b, Location loc, Value rows,
                           ArrayRef<RowRange> ranges) {
  auto compare = [&](arith::CmpIPredicate predicate, int64_t limit) -> Value {
    Value bound = arith::ConstantIndexOp::create(b, loc, limit);
    return arith::CmpIOp::create(b, loc, predicate, rows, bound);
  };
  Value any;
  for (const RowRange &range : ranges) {
    Value in;
    if (range.most)
      in = compare(arith::CmpIPredicate::sle, *range.most);
    if (range.more > 0 || !in) {
      Value above = compare(arith::CmpIPredicate::sgt, range.more);
      in = in ? arith::AndIOp::create(b, loc, above, in).getResult() : above;
    }
    any = any ? arith::OrIOp::create(b, loc, any, in).getResult() : in;
  }
  return any;
}
