//===- TensorOps.cpp - tensor ops other than slices -----------------------===//

#include "Interpreter.h"
#include "gq/Dialect/GQ/IR/Views.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::gq;

static LogicalResult executeEmpty(Interpreter &in, tensor::EmptyOp op) {
  FailureOr<RuntimeTensor> tensor = in.createTensor(
      op, op.getType().getElementType(), in.getInts(op.getMixedSizes()));
  if (failed(tensor))
    return failure();
  return in.set(op, std::move(*tensor));
}

static LogicalResult executeDim(Interpreter &in, tensor::DimOp op) {
  const RuntimeTensor &tensor = in.getTensor(op.getSource());
  int64_t index = in.getInt(op.getIndex());
  if (index < 0 || index >= tensor.getRank())
    return op.emitOpError("expects an index below the rank ")
           << tensor.getRank() << ", got " << index;
  return in.set(op, tensor.getDim(index));
}

static LogicalResult executeCast(Interpreter &in, tensor::CastOp op) {
  const RuntimeValue &value = in.get(op.getSource());
  if (!value.hasType(op.getType()))
    return op.emitOpError("expects a source that fits ")
           << op.getType() << ", got " << value.typeToString();
  return in.set(op, value);
}

/// The new shape must have as many elements as the tensor.
static LogicalResult reshape(Interpreter &in, Operation *op,
                             ArrayRef<int64_t> shape) {
  const RuntimeTensor &tensor = in.getTensor(op->getOperand(0));
  int64_t count = 1;
  bool bad = false;
  for (int64_t size : shape)
    bad |= size < 0 || llvm::MulOverflow(count, size, count);
  if (bad || count != tensor.getNumElements())
    return op->emitOpError("expects a shape of ")
           << tensor.getNumElements() << " elements, got "
           << shapeToString(shape);
  return in.set(op, tensor.reshape(shape));
}

static LogicalResult executeCollapse(Interpreter &in,
                                     tensor::CollapseShapeOp op) {
  const RuntimeTensor &tensor = in.getTensor(op.getSrc());
  SmallVector<int64_t> shape;
  for (const ReassociationIndices &group : op.getReassociationIndices()) {
    int64_t size = 1;
    for (int64_t dim : group)
      size *= tensor.getDim(dim);
    shape.push_back(size);
  }
  return reshape(in, op, shape);
}

static LogicalResult executeExpand(Interpreter &in, tensor::ExpandShapeOp op) {
  const RuntimeTensor &tensor = in.getTensor(op.getSrc());
  SmallVector<int64_t> shape = in.getInts(op.getMixedOutputShape());
  for (auto [dim, group] : llvm::enumerate(op.getReassociationIndices())) {
    int64_t size = 1;
    bool bad = false;
    for (int64_t part : group)
      bad |= shape[part] < 0 || llvm::MulOverflow(size, shape[part], size);
    if (bad || size != tensor.getDim(static_cast<int64_t>(dim)))
      return op.emitOpError("expects sizes whose product is ")
             << tensor.getDim(static_cast<int64_t>(dim))
             << " in place of dimension " << dim << ", got output shape "
             << shapeToString(shape);
  }
  return reshape(in, op, shape);
}

//===----------------------------------------------------------------------===//
// Single elements
//===----------------------------------------------------------------------===//

static FailureOr<int64_t> elementOffset(Interpreter &in, Operation *op,
                                        const RuntimeTensor &tensor,
                                        ValueRange indices) {
  int64_t offset = 0;
  for (auto [dim, index] : llvm::enumerate(indices)) {
    int64_t at = in.getInt(index), size = tensor.getDim(dim);
    if (at < 0 || at >= size)
      return op->emitOpError("expects index ")
             << dim << " to be in [0, " << size << "), got " << at;
    offset = offset * size + at;
  }
  return offset * static_cast<int64_t>(tensor.getElementSize());
}

static FailureOr<ScalarKind> elementKind(Operation *op, Type type) {
  if (std::optional<ScalarKind> kind = ScalarKind::get(type))
    return *kind;
  return op->emitOpError("on elements of type ")
         << type << " is not supported by the reference executor";
}

static LogicalResult executeExtract(Interpreter &in, tensor::ExtractOp op) {
  const RuntimeTensor &tensor = in.getTensor(op.getTensor());
  FailureOr<int64_t> offset = elementOffset(in, op, tensor, op.getIndices());
  FailureOr<ScalarKind> kind = elementKind(op, op.getType());
  if (failed(offset) || failed(kind))
    return failure();
  Lanes lanes;
  loadLanes(*kind, tensor.getData() + *offset, 1, 1, lanes);
  return in.set(op, getLane(*kind, lanes));
}

static LogicalResult executeInsert(Interpreter &in, tensor::InsertOp op) {
  FailureOr<int64_t> offset =
      elementOffset(in, op, in.getTensor(op.getDest()), op.getIndices());
  FailureOr<ScalarKind> kind = elementKind(op, op.getScalar().getType());
  if (failed(offset) || failed(kind))
    return failure();
  RuntimeTensor tensor = in.takeTensor(op.getDestMutable());
  FailureOr<unsigned char *> data = in.getWritable(op, tensor);
  if (failed(data))
    return failure();
  Lanes lanes;
  splatLanes(*kind, in.get(op.getScalar()), lanes);
  storeLanes(*kind, lanes, 1, 1, *data + *offset);
  return in.set(op, std::move(tensor));
}

/// from_elements, or splat with the one value over and over.
static LogicalResult fillWith(Interpreter &in, Operation *op,
                              ArrayRef<int64_t> shape, ValueRange elements) {
  auto type = cast<RankedTensorType>(op->getResult(0).getType());
  FailureOr<ScalarKind> kind = elementKind(op, type.getElementType());
  FailureOr<RuntimeTensor> tensor =
      in.createTensor(op, type.getElementType(), shape);
  if (failed(kind) || failed(tensor))
    return failure();
  unsigned char *data = tensor->getMutableData();
  Lanes lanes;
  for (int64_t i = 0, e = tensor->getNumElements(); i < e; ++i) {
    if (i == 0 || elements.size() > 1)
      splatLanes(*kind, in.get(elements[elements.size() > 1 ? i : 0]), lanes);
    storeLanes(*kind, lanes, 1, 1, data + i * tensor->getElementSize());
  }
  return in.set(op, std::move(*tensor));
}

static LogicalResult executeSplat(Interpreter &in, tensor::SplatOp op) {
  SmallVector<int64_t> shape(op.getType().getShape());
  unsigned next = 0;
  for (int64_t &size : shape)
    if (ShapedType::isDynamic(size))
      size = in.getInt(op.getDynamicSizes()[next++]);
  return fillWith(in, op, shape, ValueRange(op.getInput()));
}

std::optional<LogicalResult> mlir::gq::executeTensor(Interpreter &in,
                                                     Operation *op) {
  return TypeSwitch<Operation *, std::optional<LogicalResult>>(op)
      .Case([&](tensor::EmptyOp empty) { return executeEmpty(in, empty); })
      .Case([&](tensor::DimOp dim) { return executeDim(in, dim); })
      .Case([&](tensor::CastOp cast) { return executeCast(in, cast); })
      .Case([&](tensor::CollapseShapeOp collapse) {
        return failed(verifyViews(op)) ? failure()
                                       : executeCollapse(in, collapse);
      })
      .Case([&](tensor::ExpandShapeOp expand) {
        return failed(verifyViews(op)) ? failure() : executeExpand(in, expand);
      })
      .Case([&](tensor::ExtractOp extract) {
        return executeExtract(in, extract);
      })
      .Case([&](tensor::InsertOp insert) { return executeInsert(in, insert); })
      .Case([&](tensor::FromElementsOp from) {
        return fillWith(in, op, from.getType().getShape(), from.getElements());
      })
      .Case([&](tensor::SplatOp splat) { return executeSplat(in, splat); })
      .Default([](Operation *) { return std::nullopt; });
}
