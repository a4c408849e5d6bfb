//===- LaunchSizes.cpp - sizes of a call as numbers -----------------------===//
#include "LaunchSizes.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Interfaces/DestinationStyleOpInterface.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::gq;

std::optional<int64_t> LaunchSizes::combine(IndexOp op, const int64_t &lhs,
                                            const int64_t &rhs) {
  int64_t result;
  switch (op) {
  case IndexOp::Add:
    return llvm::AddOverflow(lhs, rhs, result) ? std::nullopt
                                               : std::optional(result);
  case IndexOp::Sub:
    return llvm::SubOverflow(lhs, rhs, result) ? std::nullopt
                                               : std::optional(result);
  case IndexOp::Mul:
    return llvm::MulOverflow(lhs, rhs, result) ? std::nullopt
                                               : std::optional(result);
  case IndexOp::FloorDiv:
  case IndexOp::CeilDiv:
  case IndexOp::Mod:
    if (rhs <= 0)
      return std::nullopt;
    return op == IndexOp::FloorDiv  ? llvm::divideFloorSigned(lhs, rhs)
           : op == IndexOp::CeilDiv ? llvm::divideCeilSigned(lhs, rhs)
                                    : llvm::mod(lhs, rhs);
  case IndexOp::Min:
    return std::min(lhs, rhs);
  case IndexOp::Max:
    return std::max(lhs, rhs);
  case IndexOp::And:
    return lhs && rhs;
  case IndexOp::Or:
    return lhs || rhs;
  case IndexOp::Eq:
    return lhs == rhs;
  case IndexOp::Ne:
    return lhs != rhs;
  case IndexOp::Lt:
    return lhs < rhs;
  case IndexOp::Le:
    return lhs <= rhs;
  case IndexOp::Gt:
    return lhs > rhs;
  case IndexOp::Ge:
    return lhs >= rhs;
  }
  llvm_unreachable("all ops are above");
}

FailureOr<int64_t> LaunchSizes::leaf(Value value) {
  if (auto found = numbers.find(value); found != numbers.end())
    return found->second;
  Value source;
  std::optional<int64_t> index;
  if (auto dim = value.getDefiningOp<tensor::DimOp>()) {
    source = dim.getSource();
    index = dim.getConstantIndex();
  } else if (auto dim = value.getDefiningOp<memref::DimOp>()) {
    source = dim.getSource();
    index = dim.getConstantIndex();
  }
  if (!source || !index)
    return failure();
  FailureOr<Shape> shape = shapeOf(source);
  if (failed(shape) || *index < 0 ||
      *index >= static_cast<int64_t>(shape->size()))
    return failure();
  return (*shape)[*index];
}

FailureOr<LaunchSizes::Shape> LaunchSizes::shapeOf(Value value) {
  if (auto found = shapes.find(value); found != shapes.end())
    return found->second;
  auto type = dyn_cast<ShapedType>(value.getType());
  if (!type || !type.hasRank())
    return failure();
  FailureOr<Shape> shape = type.hasStaticShape()
                               ? FailureOr<Shape>(Shape(type.getShape()))
                               : derive(value);
  if (succeeded(shape))
    shapes[value] = *shape;
  return shape;
}

FailureOr<LaunchSizes::Shape> LaunchSizes::derive(Value value) {
  Operation *op = value.getDefiningOp();
  if (!op)
    return failure();
  auto evaluate = [&](ArrayRef<OpFoldResult> sizes) -> FailureOr<Shape> {
    Shape shape;
    for (OpFoldResult size : sizes) {
      FailureOr<int64_t> number = get(size);
      if (failed(number))
        return failure();
      shape.push_back(*number);
    }
    return shape;
  };
  if (auto empty = dyn_cast<tensor::EmptyOp>(op))
    return evaluate(empty.getMixedSizes());
  if (auto cast = dyn_cast<tensor::CastOp>(op))
    return shapeOf(cast.getSource());
  if (auto expand = dyn_cast<tensor::ExpandShapeOp>(op))
    return evaluate(expand.getMixedOutputShape());
  if (auto slice = dyn_cast<tensor::ExtractSliceOp>(op);
      slice && slice.getSourceType().getRank() == slice.getType().getRank())
    return evaluate(slice.getMixedSizes());
  if (auto collapse = dyn_cast<tensor::CollapseShapeOp>(op)) {
    FailureOr<Shape> source = shapeOf(collapse.getSrc());
    if (failed(source))
      return failure();
    Shape shape;
    for (const ReassociationIndices &group :
         collapse.getReassociationIndices()) {
      int64_t size = 1;
      for (int64_t dim : group)
        if (llvm::MulOverflow(size, (*source)[dim], size))
          return failure();
      shape.push_back(size);
    }
    return shape;
  }
  auto result = cast<OpResult>(value);
  if (auto launch = dyn_cast<gqgpu::LaunchOp>(op))
    return shapeOf(launch.getOuts()[result.getResultNumber()]);
  if (auto branch = dyn_cast<scf::IfOp>(op)) {
    FailureOr<int64_t> taken = get(branch.getCondition());
    if (failed(taken))
      return failure();
    Block *block = *taken ? branch.thenBlock() : branch.elseBlock();
    return shapeOf(
        block->getTerminator()->getOperand(result.getResultNumber()));
  }
  if (auto computes = dyn_cast<DestinationStyleOpInterface>(op);
      computes && computes.hasPureTensorSemantics())
    return shapeOf(computes.getTiedOpOperand(result)->get());
  return failure();
}

LogicalResult
LaunchSizes::launchesOf(Block &block,
                        SmallVectorImpl<gqgpu::LaunchOp> &launches) {
  for (Operation &op : block) {
    if (auto launch = dyn_cast<gqgpu::LaunchOp>(op))
      launches.push_back(launch);
    auto branch = dyn_cast<scf::IfOp>(op);
    if (!branch)
      continue;
    FailureOr<int64_t> taken = get(branch.getCondition());
    if (failed(taken))
      return branch.emitError("depends on more than sizes of arguments, which "
                              "is all that is explained");
    Block *arm = *taken ? branch.thenBlock() : branch.elseBlock();
    if (arm && failed(launchesOf(*arm, launches)))
      return failure();
  }
  return success();
}
