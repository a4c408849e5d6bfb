//===- ScalarOps.cpp - constants, and arith and math on values ------------===//

#include "Interpreter.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/DialectResourceBlobManager.h"

#include <algorithm>
#include <cstring>
#include <mutex>

using namespace mlir;
using namespace mlir::gq;

//===----------------------------------------------------------------------===//
// Constants
//===----------------------------------------------------------------------===//

static void writeBits(const APInt &bits, unsigned char *to, size_t size) {
  uint64_t raw = bits.getRawData()[0];
  std::memcpy(to, &raw, size); // little-endian hosts only, as the npy files
}

static LogicalResult executeConstant(Interpreter &in, arith::ConstantOp op) {
  Operation *operation = op;
  if (auto integer = dyn_cast<IntegerAttr>(op.getValue())) {
    if (integer.getValue().getBitWidth() <= 64)
      return in.set(op, integer.getValue().getSExtValue());
    return op.emitOpError("of type ")
           << op.getType() << " is not supported by the reference executor";
  }
  if (isa<FloatAttr>(op.getValue())) {
    // The scalar machine knows how to hold it.
    FailureOr<const ScalarProgram *> program = in.getProgram(op, nullptr);
    if (failed(program))
      return failure();
    std::vector<Lanes> registers((*program)->getNumRegisters());
    (*program)->setUp(registers);
    auto [index, kind] = (*program)->getResults().front();
    return in.set(op, getLane(kind, registers[index]));
  }
  auto elements = dyn_cast<ElementsAttr>(op.getValue());
  auto type = dyn_cast<RankedTensorType>(op.getType());
  if (!elements || !type)
    return op.emitOpError("is not supported by the reference executor");
  FailureOr<RuntimeTensor> tensor =
      in.createTensor(op, type.getElementType(), type.getShape());
  if (failed(tensor))
    return failure();
  unsigned char *data = tensor->getMutableData();
  size_t size = tensor->getElementSize();

  if (auto dense = dyn_cast<DenseIntOrFPElementsAttr>(elements)) {
    // Splats are widened by the iterators.
    if (isa<FloatType>(type.getElementType()))
      for (const APFloat &value : dense.getValues<APFloat>()) {
        writeBits(value.bitcastToAPInt(), data, size);
        data += size;
      }
    else
      for (const APInt &value : dense.getValues<APInt>()) {
        writeBits(value, data, size);
        data += size;
      }
    return in.set(op, std::move(*tensor));
  }
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(elements)) {
    AsmResourceBlob *blob = resource.getRawHandle().getBlob();
    if (!blob || blob->getData().size() != tensor->getNumBytes())
      return operation->emitOpError("expects a resource of ")
             << tensor->getNumBytes() << " bytes, got "
             << (blob ? blob->getData().size() : 0);
    std::copy(blob->getData().begin(), blob->getData().end(), data);
    return in.set(op, std::move(*tensor));
  }
  return op.emitOpError("is not supported by the reference executor");
}

//===----------------------------------------------------------------------===//
// Scalar ops
//===----------------------------------------------------------------------===//

static LogicalResult onScalars(Interpreter &in, Operation *op,
                               const ScalarProgram &program) {
  SmallVector<Lanes, 4> registers(program.getNumRegisters());
  for (auto [index, kind] : llvm::enumerate(program.getArguments()))
    splatLanes(kind, in.get(op->getOperand(index)), registers[index]);
  ScalarError error;
  if (!program.run(registers, 1, {}, error))
    return op->emitOpError(error.message);
  auto [index, kind] = program.getResults().front();
  return in.set(op, getLane(kind, registers[index]));
}

/// Element by element. Scalars among the operands are used for all elements.
static LogicalResult onTensors(Interpreter &in, Operation *op,
                               const ScalarProgram &program) {
  std::optional<ArrayRef<int64_t>> shape;
  for (auto [index, operand] : llvm::enumerate(op->getOperands())) {
    if (!in.get(operand).isTensor())
      continue;
    ArrayRef<int64_t> other = in.getTensor(operand).getShape();
    if (shape && *shape != other)
      return op->emitOpError("expects operand ")
             << index << " of shape " << shapeToString(*shape)
             << " as the operands before it, got " << shapeToString(other);
    shape = other;
  }
  FailureOr<RuntimeTensor> result = in.createTensor(
      op, getElementTypeOrSelf(op->getResult(0).getType()), *shape);
  if (failed(result))
    return failure();
  unsigned char *data = result->getMutableData();
  int64_t count = result->getNumElements();
  std::mutex mutex;
  ScalarError firstError;
  constexpr int64_t grain = 64 * maxLanes;
  in.parallelFor(
      op->getContext(), llvm::divideCeil(count, grain), [&](int64_t part) {
        std::vector<Lanes> registers(program.getNumRegisters());
        for (auto [index, kind] : llvm::enumerate(program.getArguments()))
          if (!in.get(op->getOperand(index)).isTensor())
            splatLanes(kind, in.get(op->getOperand(index)), registers[index]);
        for (int64_t at = part * grain, end = std::min(count, at + grain);
             at < end; at += maxLanes) {
          int64_t lanes = std::min(maxLanes, end - at);
          for (auto [index, kind] : llvm::enumerate(program.getArguments())) {
            if (!in.get(op->getOperand(index)).isTensor())
              continue;
            const RuntimeTensor &tensor = in.getTensor(op->getOperand(index));
            loadLanes(kind, tensor.getData() + at * tensor.getElementSize(), 1,
                      lanes, registers[index]);
          }
          ScalarError error;
          if (!program.run(registers, lanes, {}, error)) {
            std::lock_guard<std::mutex> lock(mutex);
            firstError = error;
            return;
          }
          auto [index, kind] = program.getResults().front();
          storeLanes(kind, registers[index], 1, lanes,
                     data + at * result->getElementSize());
        }
      });
  if (firstError.op)
    return op->emitOpError(firstError.message);
  return in.set(op, std::move(*result));
}

std::optional<LogicalResult> mlir::gq::executeScalar(Interpreter &in,
                                                     Operation *op) {
  if (auto constant = dyn_cast<arith::ConstantOp>(op))
    return executeConstant(in, constant);
  if (!ScalarProgram::isScalarOp(op))
    return std::nullopt;
  FailureOr<const ScalarProgram *> program = in.getProgram(op, nullptr);
  if (failed(program))
    return failure();
  if (isa<RankedTensorType>(op->getResult(0).getType()))
    return onTensors(in, op, **program);
  return onScalars(in, op, **program);
}
