//===- Blocks.cpp - what is computed for each block -----------------------===//
//
// Formulas of scales, whatever dimensions a program has them on, as elementwise
// ops on the grid of blocks.
//
//===----------------------------------------------------------------------===//
#include "Bounds.h"
#include "Scales.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::gq;
using namespace mlir::gq::raise;

namespace {

/// The leaves of a formula, which are all in tensors.
struct Leaves {
  SmallVector<const Element *> elements;
  SmallVector<Grid> grids;
  std::array<int64_t, 2> block;

  LogicalResult collect(const Element *element, const Matrix &matrix);
};

} // namespace

LogicalResult Leaves::collect(const Element *element, const Matrix &matrix) {
  if (element->constant)
    return success();
  if (element->op) {
    for (const Element *operand : element->operands)
      if (failed(collect(operand, matrix)))
        return failure();
    return success();
  }
  if (llvm::any_of(elements, [&](const Element *other) {
        return isSame(other, element);
      }))
    return success();
  FailureOr<Grid> grid = matchGrid(element, matrix);
  if (failed(grid))
    return failure();
  for (unsigned dim : {0, 1}) {
    if (!grid->varies[dim])
      continue;
    bool known = llvm::any_of(
        grids, [&](const Grid &other) { return other.varies[dim]; });
    if (known && block[dim] != grid->block[dim])
      return failure();
    block[dim] = grid->block[dim];
  }
  elements.push_back(element);
  grids.push_back(*grid);
  return success();
}

FailureOr<std::array<int64_t, 2>> raise::blockOf(const Element *element,
                                                 const Matrix &matrix) {
  Leaves leaves;
  leaves.block = wholeBlock(matrix);
  if (failed(leaves.collect(element, matrix)))
    return failure();
  return leaves.block;
}

/// The scalar ops of a tree, over `args` for its leaves, in their order.
static Value build(OpBuilder &b, Location loc, const Element *element,
                   const Leaves &leaves, ValueRange args,
                   DenseMap<const Element *, Value> &known) {
  if (Value value = known.lookup(element))
    return value;
  Value value;
  if (element->constant) {
    value = arith::ConstantOp::create(b, loc, element->constant);
  } else if (element->isLeaf()) {
    auto isLeaf = [&](const Element *leaf) { return isSame(leaf, element); };
    value =
        args[llvm::find_if(leaves.elements, isLeaf) - leaves.elements.begin()];
  } else if (std::optional<Bound> bound = matchBound(element)) {
    // One spelling of bounds, for whoever reads the formula next.
    Value inner = build(b, loc, bound->value, leaves, args, known),
          number = build(b, loc, bound->number, leaves, args, known);
    value = bound->isLow
                ? arith::MaximumFOp::create(b, loc, inner, number).getResult()
                : arith::MinimumFOp::create(b, loc, inner, number).getResult();
  } else {
    SmallVector<Value> operands;
    for (const Element *operand : element->operands)
      operands.push_back(build(b, loc, operand, leaves, args, known));
    OperationState state(loc, element->op->getName(), operands, element->type,
                         element->op->getAttrs());
    value = b.create(state)->getResult(0);
  }
  known.insert({element, value});
  return value;
}

FailureOr<Blocks>
raise::computeBlocks(OpBuilder &b, Location loc, const Element *element,
                     const Matrix &matrix,
                     function_ref<Value(OpBuilder &, Location, Value)> finish) {
  Leaves leaves;
  leaves.block = wholeBlock(matrix);
  if (failed(leaves.collect(element, matrix)))
    return failure();
  if (element->isLeaf() && !finish)
    return Blocks{rowMajor(b, loc, leaves.grids[0]), leaves.block};
  SmallVector<Value> inputs;
  SmallVector<AffineMap> maps;
  SmallVector<OpFoldResult> sizes(2, b.getIndexAttr(1));
  for (const Grid &grid : leaves.grids)
    inputs.push_back(rowMajor(b, loc, grid));
  std::array<bool, 2> varies = {false, false};
  for (auto [grid, input] : llvm::zip_equal(leaves.grids, inputs))
    for (unsigned dim : {0, 1})
      if (grid.varies[dim] && !varies[dim]) {
        varies[dim] = true;
        sizes[dim] = tensor::getMixedSize(b, loc, input, dim);
      }
  for (const Grid &grid : leaves.grids) {
    SmallVector<AffineExpr> place;
    for (unsigned dim : {0, 1})
      place.push_back(varies[dim] && !grid.varies[dim]
                          ? b.getAffineConstantExpr(0)
                          : b.getAffineDimExpr(dim));
    maps.push_back(AffineMap::get(2, 0, place, b.getContext()));
  }
  Type type = finish ? b.getF32Type() : element->type;
  Value init = tensor::EmptyOp::create(b, loc, sizes, type);
  maps.push_back(b.getMultiDimIdentityMap(2));
  SmallVector<utils::IteratorType> parallel(2, utils::IteratorType::parallel);
  Value tensor =
      linalg::GenericOp::create(
          b, loc, init.getType(), inputs, init, maps, parallel,
          [&](OpBuilder &b, Location loc, ValueRange args) {
            DenseMap<const Element *, Value> known;
            Value value = build(b, loc, element, leaves, args, known);
            linalg::YieldOp::create(b, loc,
                                    finish ? finish(b, loc, value) : value);
          })
          .getResult(0);
  return Blocks{tensor, leaves.block};
}
