//===- GQChecks.cpp - operands of gq ops at run time ----------------------===//

#include "GQChecks.h"
#include "Interpreter.h"
#include "gq/Numerics/Convert.h"

using namespace mlir;
using namespace mlir::gq;

LogicalResult mlir::gq::checkShapes(Interpreter &in, BlockOpInterface op,
                                    ArrayRef<int64_t> origin) {
  return verifyShapes(
      op,
      [&](unsigned operand, unsigned dim) {
        return in.getTensor(op->getOperand(operand)).getDim(dim);
      },
      origin);
}

FailureOr<SmallVector<int64_t>> mlir::gq::getOrigin(Interpreter &in,
                                                    BlockOpInterface op) {
  SmallVector<int64_t> origin;
  for (Value value : op.getOrigin()) {
    origin.push_back(in.getInt(value));
    if (origin.back() < 0)
      return op->emitOpError("expects an origin that is not negative, got ")
             << origin.back();
  }
  return origin;
}

LogicalResult mlir::gq::toResult(Operation *op,
                                 const gridquant::Status &status) {
  if (status.ok())
    return success();
  return op->emitOpError(status.message());
}

FailureOr<RuntimeTensor> mlir::gq::widenScales(Interpreter &in, Operation *op,
                                               const RuntimeTensor &scales) {
  if (scales.getElementType().isF32())
    return scales;
  FailureOr<RuntimeTensor> wide = in.createTensor(
      op, Float32Type::get(op->getContext()), scales.getShape());
  if (failed(wide))
    return failure();
  gridquant::convertToFloat(typeOf(scales), scales.getData(),
                            scales.getNumElements(),
                            reinterpret_cast<float *>(wide->getMutableData()));
  return wide;
}
